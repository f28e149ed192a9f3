//! `beanc graph`: the resources of a program and what needs what.

mod dot;
mod json;
mod layout;
mod mermaid;
mod picture;
mod svg;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output::write;
use super::program::{Params, report_all};
use super::screen::Screen;
use super::{Failure, Outcome};
use crate::graph::ResourceGraph;
use picture::Picture;

/// Draw the resources of a program
#[derive(Debug, Args)]
#[command(after_help = "\
An arrow points at what a resource needs. Pictures leave out the arrows that
follow from others; JSON has them all, with the expression that made each.

Examples:
  beanc graph env.bean --out graph.svg
  beanc graph env.bean --format dot | dot -Tpng > graph.png
  beanc graph env.bean --unit environment.shop-prod --format mermaid")]
pub struct Graph {
    /// The program
    file: PathBuf,

    /// What to write [default: what the name of --out says, or svg]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Only this unit of deployment: environment.NAME, network.NAME or
    /// application.NAME
    #[arg(long)]
    unit: Option<String>,

    /// The file to write instead of the standard output
    #[arg(long)]
    out: Option<PathBuf>,

    #[command(flatten)]
    params: Params,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A picture, laid out
    Svg,
    /// For Graphviz
    Dot,
    /// For Markdown on GitHub and elsewhere
    Mermaid,
    /// For programs, with every edge
    Json,
}

impl Graph {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let compilation = self.params.compile(&self.file)?;
        report_all(&compilation, &self.file, screen)?;
        if compilation.has_errors() {
            return Ok(Outcome::Errors);
        }
        let units = chosen(compilation.units, self.unit.as_deref())?;
        let text = match self.format() {
            Format::Svg => svg::render(&Picture::new(&units)),
            Format::Dot => dot::render(&Picture::new(&units)),
            Format::Mermaid => mermaid::render(&Picture::new(&units)),
            Format::Json => json::render(&units, &compilation.sources)
                .map_err(|error| Failure::new(format!("cannot write the graph: {error}")))?,
        };
        match &self.out {
            Some(path) => write(path, text.as_bytes())?,
            None => screen.print(&text)?,
        }
        Ok(Outcome::Clean)
    }

    fn format(&self) -> Format {
        let extension = self
            .out
            .as_deref()
            .and_then(|path| path.extension()?.to_str());
        self.format.unwrap_or(match extension {
            Some("dot" | "gv") => Format::Dot,
            Some("mmd" | "mermaid") => Format::Mermaid,
            Some("json") => Format::Json,
            _ => Format::Svg,
        })
    }
}

/// All units, or the one that is asked for.
pub fn chosen(
    mut units: Vec<ResourceGraph>,
    name: Option<&str>,
) -> Result<Vec<ResourceGraph>, Failure> {
    let Some(name) = name else {
        return Ok(units);
    };
    let known: Vec<String> = units.iter().map(|it| it.unit.to_string()).collect();
    units.retain(|it| it.unit.to_string() == name || it.unit.item == name);
    if units.is_empty() {
        let known = known.join(", ");
        return Err(Failure::new(format!(
            "there is no unit `{name}`; there are {known}"
        )));
    }
    Ok(units)
}
