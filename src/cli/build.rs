//! `beanc build`: a program becomes CloudFormation and Terraform.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::graph::chosen;
use super::output::{self, Place};
use super::program::{Params, report};
use super::screen::Screen;
use super::summary::{Summary, Unit};
use super::{Failure, Outcome};
use crate::backend::{Document, cloudformation, limits, terraform};
use crate::disk::{Disk, RealDisk};
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
    params: Params,

    /// Refuse to build when platforms are not pinned by bean.lock
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

impl Build {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        if self.locked {
            return Err(self.not_locked());
        }
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
        let folders: Vec<Vec<File>> = units
            .par_iter()
            .map(|unit| self.files(unit, &compilation.sources))
            .collect();
        let places: Vec<Vec<Place>> = folders
            .par_iter()
            .map(|files| files.iter().map(|file| self.place(file)).collect())
            .collect();
        self.refuse_foreign(&folders, &places)?;
        let changed: Vec<&File> = each(&folders, &places)
            .filter(|(_, place)| *place != Place::Same)
            .map(|(file, _)| file)
            .collect();
        changed
            .into_par_iter()
            .try_for_each(|file| output::write(&self.out.join(&file.path), file.text.as_bytes()))?;
        let summary = self.summary(&compilation, &units, &folders, &places);
        screen.say(&summary.text(screen))?;
        Ok(Outcome::Clean)
    }

    /// Locks are not made by this version, so nothing can be pinned.
    fn not_locked(&self) -> Failure {
        let lock = self.file.with_file_name("bean.lock");
        if RealDisk.exists(&lock) {
            let lock = lock.display();
            return Failure::new(format!("{lock} cannot be read by this version of beanc"));
        }
        Failure::new("nothing is pinned: there is no bean.lock beside the program")
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

    /// The files of a unit.
    fn files(&self, unit: &ResourceGraph, sources: &Sources) -> Vec<File> {
        let folder = PathBuf::from(unit.unit.to_string());
        let mut files = Vec::new();
        let mut add = |name: &str, extension: &str, document: Document| {
            let names = [
                (format!("{name}.{extension}"), document.text),
                (format!("{name}.map.json"), document.map),
            ];
            files.extend(names.map(|(name, text)| File {
                path: folder.join(name),
                text,
            }));
        };
        if self.has_cloudformation() {
            let extension = match self.format {
                Format::Json => "json",
                Format::Yaml => "yaml",
            };
            add("template", extension, self.template(unit, sources));
        }
        if self.has_terraform() {
            add("main", "tf.json", terraform::render(unit, sources));
        }
        files
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

    fn place(&self, file: &File) -> Place {
        Place::of(&self.out.join(&file.path), file.text.as_bytes())
    }

    fn refuse_foreign(&self, folders: &[Vec<File>], places: &[Vec<Place>]) -> Result<(), Failure> {
        if self.force {
            return Ok(());
        }
        let foreign: Vec<String> = each(folders, places)
            .filter(|(_, place)| *place == Place::Foreign)
            .map(|(file, _)| self.out.join(&file.path).display().to_string())
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
        folders: &[Vec<File>],
        places: &[Vec<Place>],
    ) -> Summary {
        let units = units.iter().zip(folders).zip(places);
        let units = units.map(|((unit, files), places)| {
            let is_map = |path: &Path| path.to_string_lossy().ends_with(".map.json");
            let files = files.iter().zip(places);
            let shown = files.filter(|(file, _)| !is_map(&file.path));
            let shown = shown.map(|(file, place)| (self.out.join(&file.path), *place));
            Unit::new(unit, shown.collect())
        });
        let large = folders.iter().flatten().filter(|file| {
            let is_template = file.path.file_stem().is_some_and(|stem| stem == "template");
            is_template && file.text.len() > limits::INLINE_BYTES
        });
        let large = large.map(|file| self.out.join(&file.path)).collect();
        Summary::new(units.collect(), &compilation.program, large)
    }
}

/// Every file with what is in its place.
fn each<'a>(
    folders: &'a [Vec<File>],
    places: &'a [Vec<Place>],
) -> impl Iterator<Item = (&'a File, Place)> {
    let files = folders.iter().flatten();
    files.zip(places.iter().flatten().copied())
}
