//! `beanc explain`: the page of a code.

use std::fmt::Write;

use clap::Args;

use super::screen::{Screen, Stream};
use super::{Failure, Outcome};
use crate::diagnostic::terminal::Style;
use crate::diagnostic::{Code, suggest};

/// Explain a code of a diagnostic
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc explain E0110
  beanc explain unknown-property")]
pub struct Explain {
    /// A code, its name
    #[arg(value_name = "CODE")]
    topic: String,
}

impl Explain {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let page = match Code::find(&self.topic) {
            Some(code) => code.page(),
            None => return Err(unknown(&self.topic)),
        };
        let text = match screen.style(Stream::Out) {
            Style::Plain => page.to_owned(),
            Style::Color => highlighted(page),
        };
        screen.print(&text)?;
        Ok(Outcome::Clean)
    }
}

fn unknown(topic: &str) -> Failure {
    let names = Code::ALL
        .iter()
        .flat_map(|code| [code.slug(), code.number()]);
    let mut message = format!("there is no code `{topic}`");
    if let Some(near) = suggest::closest(topic, names) {
        // Writing to a string cannot fail.
        let _ = write!(message, "; did you mean `{near}`?");
    }
    Failure::new(message)
}

/// Headings bold, code in colour.
fn highlighted(markdown: &str) -> String {
    let mut output = String::new();
    let mut in_code = false;
    for line in markdown.lines() {
        let fence = line.starts_with("```");
        let (before, after) = if line.starts_with('#') && !in_code {
            ("\u{1b}[1m", "\u{1b}[0m")
        } else if fence {
            ("\u{1b}[2m", "\u{1b}[0m")
        } else if in_code {
            ("\u{1b}[36m", "\u{1b}[0m")
        } else {
            ("", "")
        };
        in_code ^= fence;
        output.extend([before, line, after, "\n"]);
    }
    output
}
