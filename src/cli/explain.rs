//! `beanc explain`: the page of a code or of a property.

use std::fmt::Write;

use clap::Args;

use super::screen::{Screen, Stream};
use super::{Failure, Outcome};
use crate::diagnostic::terminal::Style;
use crate::diagnostic::{Code, suggest};
use crate::schema::reference;

/// Explain a code of a diagnostic, or a property
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc explain E0110
  beanc explain unknown-property
  beanc explain environment.instances.max
  beanc explain load_balancer
  beanc explain rolling_with_additional_batch")]
pub struct Explain {
    /// A code or its name, the path of a property or the end of it, a word
    #[arg(value_name = "CODE|PROPERTY")]
    topic: String,
}

impl Explain {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let page = match Code::find(&self.topic) {
            Some(code) => code.page().to_owned(),
            None => reference::explain(&self.topic).ok_or_else(|| unknown(&self.topic))?,
        };
        let text = match screen.style(Stream::Out) {
            Style::Plain => page,
            Style::Color => highlighted(&page),
        };
        screen.print(&text)?;
        Ok(Outcome::Clean)
    }
}

fn unknown(topic: &str) -> Failure {
    let topics = reference::topics();
    // People leave the front of a path out: it is compared by as many keys as
    // they gave.
    let given = topic.split('.').count();
    let ends = topics.iter().map(|path| {
        let keys = path.split('.').count().saturating_sub(given);
        let front: usize = path.split('.').take(keys).map(|key| key.len() + 1).sum();
        &path[front..]
    });
    let slugs = Code::ALL.iter().map(|code| code.slug());
    let mut message = format!("there is no code and no property `{topic}`");
    if let Some(near) = suggest::closest(topic, slugs.chain(ends)) {
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
