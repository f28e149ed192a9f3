//! `beanc build`: a program becomes CloudFormation and Terraform.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::graph::chosen;
use super::lints::LintFlags;
use super::output::{self, Place};
use super::program::{Params, report_all};
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
ours are not overwritten. A template of ours in the other --format is removed;
folders of units that the program has no more are named, and stay.

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

/// A unit's folder, once everything is there.
struct Folder {
    files: Vec<Written>,
    /// The template of an earlier build, in the other format.
    removed: Option<PathBuf>,
}

impl Build {
    pub fn run(mut self, screen: &mut Screen) -> Result<Outcome, Failure> {
        self.params = self.params.judged_by(&self.lints)?.locked(self.locked);
        let mut compilation = self.params.compile(&self.file)?;
        report_all(&compilation, &self.file, screen)?;
        if compilation.has_errors() {
            return Ok(Outcome::Errors);
        }
        let units = std::mem::take(&mut compilation.units);
        let all: FxHashSet<String> = units.iter().map(|it| it.unit.to_string()).collect();
        let units = chosen(units, self.unit.as_deref())?;
        if self.stdout {
            let text = self.only_output(&units, &compilation.sources)?;
            screen.print(&text)?;
            return Ok(Outcome::Clean);
        }
        self.refuse(&units)?;
        // Each unit is written as soon as it is rendered: a thousand of them
        // would be many megabytes of text.
        let folders: Vec<Folder> = units
            .par_iter()
            .map(|unit| self.write(unit, &compilation.sources))
            .collect::<Result<_, Failure>>()?;
        let entry = compilation.sources.iter().next();
        let left = entry.map(|(_, entry)| output::left_behind(&self.out, entry.name(), &all));
        let summary = self.summary(&compilation, &units, folders, left.unwrap_or_default());
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

    /// The name of a template in this format, and of one in the other.
    fn template_names(&self) -> [&'static str; 2] {
        match self.format {
            Format::Json => ["template.json", "template.yaml"],
            Format::Yaml => ["template.yaml", "template.json"],
        }
    }

    /// The outputs by name, each followed by its source map.
    fn names(&self) -> Vec<&'static str> {
        let [template, _] = self.template_names();
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

    /// Writes the files of a unit that are not there yet as they should be. One
    /// folder has one template: its map is that of the new one.
    fn write(&self, unit: &ResourceGraph, sources: &Sources) -> Result<Folder, Failure> {
        let write = |file: File| {
            let path = self.out.join(&file.path);
            let place = Place::of(&path, file.text.as_bytes());
            if place != Place::Same {
                output::write(&path, file.text.as_bytes())?;
            }
            let bytes = file.text.len();
            Ok(Written { path, place, bytes })
        };
        let files = self.files(unit, sources).into_iter().map(write);
        let files = files.collect::<Result<_, Failure>>()?;
        let [_, other] = self.template_names();
        let other = self.out.join(unit.unit.to_string()).join(other);
        let removed = self.has_cloudformation() && output::remove(&other)?;
        Ok(Folder {
            files,
            removed: removed.then_some(other),
        })
    }

    /// Looks at every place before anything is written.
    fn refuse(&self, units: &[ResourceGraph]) -> Result<(), Failure> {
        let paths: Vec<PathBuf> = units.iter().flat_map(|unit| self.paths(unit)).collect();
        let places: Vec<(String, Place)> = paths
            .par_iter()
            .map(|path| self.out.join(path))
            .map(|path| (path.display().to_string(), Place::before(&path)))
            .collect();
        let blocked = places.iter().find_map(|(path, place)| match place {
            Place::Blocked(why) => Some((path, why)),
            Place::Ours | Place::Same | Place::Foreign => None,
        });
        if let Some((path, why)) = blocked {
            return Err(Failure::new(format!(
                "{path} {why}, so nothing is written; \
                 move it away, or choose another --out"
            )));
        }
        let foreign = places.into_iter();
        let foreign = foreign.filter(|(_, place)| *place == Place::Foreign);
        let foreign: Vec<String> = foreign.map(|(path, _)| path).collect();
        if foreign.is_empty() || self.force {
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
        folders: Vec<Folder>,
        left: Vec<PathBuf>,
    ) -> Summary {
        let name_ends = |file: &Written, end: &str| file.path.to_string_lossy().ends_with(end);
        let large = folders.iter().flat_map(|it| &it.files).filter(|file| {
            let is_template = file.path.file_stem().is_some_and(|stem| stem == "template");
            is_template && file.bytes > limits::INLINE_BYTES
        });
        let large = large.map(|file| file.path.clone()).collect();
        let units = units.iter().zip(folders).map(|(unit, folder)| {
            let files = folder.files.into_iter();
            let shown = files.filter(|file| !name_ends(file, ".map.json"));
            let files = shown.map(|file| (file.path, file.place)).collect();
            Unit::new(unit, files, folder.removed)
        });
        Summary::new(units.collect(), &compilation.program, large, left)
    }
}
