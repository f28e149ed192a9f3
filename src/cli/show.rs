//! `beanc show`: what a property comes to, and where its value comes from.

use std::path::PathBuf;

use clap::Args;

use super::program::{Params, default_entry, named_from_here, report, whole};
use super::screen::{Screen, Stream};
use super::{Failure, Outcome};
use crate::analysis::load;
use crate::analysis::show::{self, Line};
use crate::diagnostic::terminal::Style;
use crate::diagnostic::{Diagnostics, suggest};
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
        let program = whole(&entry)?;
        let root = load::root(&program, &RealDisk);
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        let mut show = |path: &str| {
            sources = Sources::default();
            diagnostics = Diagnostics::default();
            show::show(
                path,
                &program,
                &RealDisk,
                &options,
                |sources| named_from_here(sources, &root, &entry),
                &mut sources,
                &mut diagnostics,
            )
        };
        let lines = show(&self.path);
        let near = match lines.is_empty() {
            true => near(&self.path, &mut show),
            false => None,
        };
        screen.print(&table(&lines, screen.style(Stream::Out)))?;
        if diagnostics.has_errors() {
            let sources = named_from_here(&sources, &root, &entry);
            report(&diagnostics.into_sorted(), &sources, screen)?;
            return Ok(Outcome::Errors);
        }
        if lines.is_empty() {
            let (path, entry) = (&self.path, entry.display());
            let mut message = format!("there is no `{path}` in {entry}");
            if let Some(near) = near {
                message.push_str(&format!("; did you mean `{near}`?"));
            }
            return Err(Failure::new(message));
        }
        Ok(Outcome::Clean)
    }
}

/// The closest path below the item or block that does exist.
fn near(path: &str, show: &mut dyn FnMut(&str) -> Vec<Line>) -> Option<String> {
    let (parent, _) = path.rsplit_once('.')?;
    let lines = show(parent);
    if lines.is_empty() {
        return near(parent, show);
    }
    let paths = lines.iter().map(|line| line.path.as_str());
    suggest::closest(path, paths).map(str::to_owned)
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
