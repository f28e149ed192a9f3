//! `beanc build`: a program becomes CloudFormation and Terraform.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::graph::chosen;
use super::lints::LintFlags;
use super::output::{self, Place};
use super::program::{Params, report};
use super::screen::Screen;
use super::summary::{Summary, Unit};
use super::{Failure, Outcome};
use crate::backend::{Document, cloudformation, limits, terraform};
use crate::driver::Compilation;
use crate::graph::ResourceGraph;
use crate::source::Sources;

/// Compile a program to CloudFormation and Terraform
#[derive(Debug, Args)]
#[command(after_help = "\
Each application, network and environment is a unit of deployment and gets a
folder. Files that have not changed are not written, and files that are not
ours are not overwritten.

Examples:
  beanc build env.bean
  beanc build env.bean --target terraform --out infrastructure
  beanc build env.bean --param log_level=debug
  beanc build env.bean --target cloudformation --unit shop-prod --stdout")]
pub struct Build {
    /// The program
    file: PathBuf,

    /// What to write
    #[arg(long, value_enum, default_value = "both")]
    target: Target,

    /// The folder to write into
    #[arg(long, value_name = "DIR", default_value = "build")]
    out: PathBuf,

    /// Print the one output instead of writing files
    #[arg(long, conflicts_with = "out")]
    stdout: bool,

    /// How CloudFormation templates are written
    #[arg(long, value_enum, default_value = "json")]
    format: Format,

    /// Only this unit of deployment: environment.NAME, network.NAME or
    /// application.NAME
    #[arg(long)]
    unit: Option<String>,

    #[command(flatten)]
    lints: LintFlags,

    #[command(flatten)]
    params: Params,

    /// Refuse to build when bean.lock does not pin exactly the images of the
    /// program
    #[arg(long)]
    locked: bool,

    /// Overwrite files that no build has written
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Templates
    Cloudformation,
    /// Root modules in Terraform's JSON
    Terraform,
    /// Both of them
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As Terraform's are
    Json,
    /// With short tags such as !Ref
    Yaml,
}

/// A file of the build.
struct File {
    /// Below the output folder.
    path: PathBuf,
    text: String,
}

/// A file of the build, once it is there.
struct Written {
    /// With the output folder.
    path: PathBuf,
    /// What was in its place.
    place: Place,
    /// How large it is.
    bytes: usize,
}

impl Build {
    pub fn run(mut self, screen: &mut Screen) -> Result<Outcome, Failure> {
        self.params = self.params.judged_by(&self.lints)?.locked(self.locked);
        let mut compilation = self.params.compile(&self.file)?;
        report(
            &compilation.diagnostics,
            &compilation.sources,
            &self.file,
            screen,
        )?;
        if compilation.has_errors() {
            return Ok(Outcome::Errors);
        }
        let units = chosen(std::mem::take(&mut compilation.units), self.unit.as_deref())?;
        if self.stdout {
            let text = self.only_output(&units, &compilation.sources)?;
            screen.print(&text)?;
            return Ok(Outcome::Clean);
        }
        self.refuse_foreign(&units)?;
        // Each unit is written as soon as it is rendered: a thousand of them
        // would be many megabytes of text.
        let folders: Vec<Vec<Written>> = units
            .par_iter()
            .map(|unit| self.write(unit, &compilation.sources))
            .collect::<Result<_, Failure>>()?;
        let summary = self.summary(&compilation, &units, folders);
        screen.say(&summary.text(screen))?;
        Ok(Outcome::Clean)
    }

    fn has_cloudformation(&self) -> bool {
        self.target != Target::Terraform
    }

    fn has_terraform(&self) -> bool {
        self.target != Target::Cloudformation
    }

    fn template(&self, unit: &ResourceGraph, sources: &Sources) -> Document {
        let format = match self.format {
            Format::Json => cloudformation::Format::Json,
            Format::Yaml => cloudformation::Format::Yaml,
        };
        cloudformation::render_as(unit, sources, format)
    }

    /// The outputs by name, each followed by its source map.
    fn names(&self) -> Vec<&'static str> {
        let template = match self.format {
            Format::Json => "template.json",
            Format::Yaml => "template.yaml",
        };
        let template = self
            .has_cloudformation()
            .then_some([template, "template.map.json"]);
        let module = self
            .has_terraform()
            .then_some(["main.tf.json", "main.map.json"]);
        template.into_iter().chain(module).flatten().collect()
    }

    /// The paths of a unit's files below the output folder.
    fn paths(&self, unit: &ResourceGraph) -> Vec<PathBuf> {
        let folder = PathBuf::from(unit.unit.to_string());
        self.names()
            .into_iter()
            .map(|name| folder.join(name))
            .collect()
    }

    /// The files of a unit.
    fn files(&self, unit: &ResourceGraph, sources: &Sources) -> Vec<File> {
        let template = self
            .has_cloudformation()
            .then(|| self.template(unit, sources));
        let module = self
            .has_terraform()
            .then(|| terraform::render(unit, sources));
        let documents = template.into_iter().chain(module);
        let texts = documents.flat_map(|Document { text, map }| [text, map]);
        let paths = self.paths(unit).into_iter().zip(texts);
        paths.map(|(path, text)| File { path, text }).collect()
    }

    /// The text of the only output, when there is only one.
    fn only_output(&self, units: &[ResourceGraph], sources: &Sources) -> Result<String, Failure> {
        let unit = match units {
            [only] => only,
            [] => return Err(Failure::new("the program declares nothing to deploy")),
            several => {
                let names: Vec<_> = several.iter().map(|it| it.unit.to_string()).collect();
                let names = names.join(", ");
                return Err(Failure::new(format!(
                    "--stdout takes one unit, and there are {names}: name one with --unit"
                )));
            }
        };
        match self.target {
            Target::Cloudformation => Ok(self.template(unit, sources).text),
            Target::Terraform => Ok(terraform::render(unit, sources).text),
            Target::Both => Err(Failure::new(
                "--stdout takes one target: --target cloudformation or --target terraform",
            )),
        }
    }

    /// Writes the files of a unit that are not there yet as they should be.
    fn write(&self, unit: &ResourceGraph, sources: &Sources) -> Result<Vec<Written>, Failure> {
        let write = |file: File| {
            let path = self.out.join(&file.path);
            let place = Place::of(&path, file.text.as_bytes());
            if place != Place::Same {
                output::write(&path, file.text.as_bytes())?;
            }
            let bytes = file.text.len();
            Ok(Written { path, place, bytes })
        };
        self.files(unit, sources).into_iter().map(write).collect()
    }

    /// Looks at every place before anything is written.
    fn refuse_foreign(&self, units: &[ResourceGraph]) -> Result<(), Failure> {
        if self.force {
            return Ok(());
        }
        let paths: Vec<PathBuf> = units.iter().flat_map(|unit| self.paths(unit)).collect();
        let foreign: Vec<String> = paths
            .par_iter()
            .map(|path| self.out.join(path))
            .filter(|path| Place::is_foreign(path))
            .map(|path| path.display().to_string())
            .collect();
        if foreign.is_empty() {
            return Ok(());
        }
        let names = foreign.join(", ");
        Err(Failure::new(format!(
            "{names} was not written by beanc, so nothing is overwritten; \
             move it away, choose another --out, or use --force"
        )))
    }

    fn summary(
        &self,
        compilation: &Compilation,
        units: &[ResourceGraph],
        folders: Vec<Vec<Written>>,
    ) -> Summary {
        let name_ends = |file: &Written, end: &str| file.path.to_string_lossy().ends_with(end);
        let large = folders.iter().flatten().filter(|file| {
            let is_template = file.path.file_stem().is_some_and(|stem| stem == "template");
            is_template && file.bytes > limits::INLINE_BYTES
        });
        let large = large.map(|file| file.path.clone()).collect();
        let units = units.iter().zip(folders).map(|(unit, files)| {
            let shown = files
                .into_iter()
                .filter(|file| !name_ends(file, ".map.json"));
            Unit::new(unit, shown.map(|file| (file.path, file.place)).collect())
        });
        Summary::new(units.collect(), &compilation.program, large)
    }
}
