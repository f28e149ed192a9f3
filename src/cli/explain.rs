//! `beanc explain`: the page of a code or of a property.

use std::fmt::Write;

use clap::Args;

use super::screen::{Screen, Stream};
use super::{Failure, Outcome};
use crate::analysis::foreign::{self, Foreign, Ours};
use crate::diagnostic::terminal::Style;
use crate::diagnostic::{Code, suggest};
use crate::ide::library;
use crate::schema::{Property, reference};

/// Explain a code of a diagnostic, a property, or a name of another tool
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc explain E0110
  beanc explain unknown-property
  beanc explain environment.instances.max
  beanc explain load_balancer
  beanc explain rolling_with_additional_batch
  beanc explain nodejs-22
  beanc explain MaxSize
  beanc explain aws:autoscaling:asg")]
pub struct Explain {
    /// A code or its name, the path of a property or the end of it, a word, a
    /// platform, or what another tool calls it
    #[arg(value_name = "CODE|PROPERTY")]
    topic: String,
}

impl Explain {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let page = match Code::find(&self.topic) {
            Some(code) => code.page().to_owned(),
            None => reference::explain(&self.topic)
                .or_else(|| platform(&self.topic))
                .or_else(|| named_elsewhere(&self.topic))
                .ok_or_else(|| unknown(&self.topic))?,
        };
        let text = match screen.style(Stream::Out) {
            Style::Plain => page,
            Style::Color => highlighted(&page),
        };
        screen.print(&text)?;
        Ok(Outcome::Clean)
    }
}

/// What the library says of one of its platforms.
fn platform(topic: &str) -> Option<String> {
    let platform = library::runnable().find(|it| it.name == topic)?;
    Some(format!("# {topic}\n\n{}\n", platform.docs.trim_end()))
}

/// What a name of Elastic Beanstalk, CloudFormation or Terraform is here.
fn named_elsewhere(topic: &str) -> Option<String> {
    if topic.starts_with("aws:") && !topic.contains(' ') {
        return namespace(topic);
    }
    // `aws:autoscaling:asg MaxSize`
    let name = topic.rsplit(' ').next().unwrap_or(topic);
    let (root, found) = foreign::anywhere(name)?;
    let Foreign {
        vendor,
        source,
        ours,
    } = found;
    let (item, path) = match ours {
        Ours::Here(property) => (root, vec![property]),
        Ours::There { path, item, .. } => (item.unwrap_or(root), path),
        Ours::Options(_) => return None,
        Ours::Nothing(why) => {
            return Some(format!(
                "# {name}\n\n`{name}` of {vendor} is no property here: {why}.\n"
            ));
        }
    };
    let page = reference::explain(&dotted(item, &path))?;
    let source = source.filter(|source| *source != name);
    let source = source.map(|source| format!(" (`{source}`)"));
    let source = source.unwrap_or_default();
    Some(format!(
        "`{name}` is {vendor}'s name{source} for what is here:\n\n{page}"
    ))
}

/// What the options of a namespace are here.
fn namespace(name: &str) -> Option<String> {
    let options = foreign::options_of(name);
    if options.is_empty() {
        return None;
    }
    let mut page = format!("# {name}\n\nOptions of Elastic Beanstalk, and what they are here:\n\n");
    for option in &options {
        let ours = dotted(option.item, &option.path);
        // Writing to a string cannot fail.
        let _ = writeln!(page, "- `{}`: `{ours}`", option.name);
    }
    Some(page)
}

/// `environment.instances.max`
fn dotted(item: &str, path: &[&Property]) -> String {
    let names = path.iter().map(|property| property.name);
    let names: Vec<&str> = std::iter::once(item).chain(names).collect();
    names.join(".")
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
