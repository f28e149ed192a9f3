//! `beanc show`: what a property comes to, and where its value comes from.

use std::path::PathBuf;

use clap::Args;

use super::program::{Params, default_entry, report};
use super::screen::{Screen, Stream};
use super::{Failure, Outcome};
use crate::analysis::show::{self, Line};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::terminal::Style;
use crate::disk::RealDisk;
use crate::source::Sources;

/// Print a value and where it comes from
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc show shop-prod.instances.max
  beanc show shop-prod.load_balancer env.bean
  beanc show environment.shop-prod
  beanc show param.log_level --param log_level=debug")]
pub struct Show {
    /// The path of a property, a block or an item
    path: String,

    /// The program [default: env.bean, or the only one in this folder]
    file: Option<PathBuf>,

    #[command(flatten)]
    params: Params,
}

impl Show {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let entry = match &self.file {
            Some(file) => file.clone(),
            None => default_entry()?,
        };
        let options = self.params.options(&entry)?;
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        let lines = show::show(
            &self.path,
            &entry,
            &RealDisk,
            &options,
            &mut sources,
            &mut diagnostics,
        );
        screen.print(&table(&lines, screen.style(Stream::Out)))?;
        if diagnostics.has_errors() {
            report(&diagnostics.into_sorted(), &sources, &entry, screen)?;
            return Ok(Outcome::Errors);
        }
        if lines.is_empty() {
            let (path, entry) = (&self.path, entry.display());
            return Err(Failure::new(format!("there is no `{path}` in {entry}")));
        }
        Ok(Outcome::Clean)
    }
}

/// Origins begin at one column, unless a value is very long.
const WIDEST: usize = 56;

fn table(lines: &[Line], style: Style) -> String {
    let (dim, off) = match style {
        Style::Plain => ("", ""),
        Style::Color => ("\u{1b}[2m", "\u{1b}[0m"),
    };
    let settings: Vec<String> = lines
        .iter()
        .map(|Line { path, value, .. }| match value.as_str() {
            "" => path.clone(),
            value => format!("{path} = {value}"),
        })
        .collect();
    let lengths = settings.iter().map(|it| it.chars().count());
    let width = lengths.filter(|length| *length <= WIDEST).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    for (setting, Line { origin, .. }) in settings.iter().zip(lines) {
        text.push_str(&match origin.as_str() {
            "" => format!("{setting}\n"),
            origin => format!("{setting:width$}  {dim}# {origin}{off}\n"),
        });
    }
    text
}
