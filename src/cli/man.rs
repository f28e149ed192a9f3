//! `beanc man`: the manual pages.

use std::io;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_mangen::roff::{Roff, bold, roman};

use super::screen::Screen;
use super::{Arguments, Failure, Outcome};
use crate::disk::{Disk, RealDisk};

/// Write the manual pages: beanc.1, and one for each command
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc man ~/.local/share/man/man1
  beanc man . && man ./beanc-check.1")]
pub struct Man {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let mut root = Arguments::command();
        root.build();
        let names: Vec<String> = root
            .get_subcommands()
            .map(|it| it.get_name().to_owned())
            .filter(|name| name != "help")
            .collect();
        self.page(root.clone(), "beanc")?;
        for name in &names {
            let command = root.find_subcommand(name).cloned();
            if let Some(command) = command {
                let name = format!("beanc-{name}");
                self.page(command, &name)?;
            }
        }
        let (count, folder) = (names.len() + 1, self.folder.display());
        screen.say(&format!("{count} pages written to {folder}\n"))?;
        Ok(Outcome::Clean)
    }

    fn page(&self, command: clap::Command, name: &str) -> Result<(), Failure> {
        let path = self.folder.join(format!("{name}.1"));
        let failed = |error: std::io::Error| {
            Failure::new(format!("cannot write {}: {error}", path.display()))
        };
        let page = page(command, name).map_err(failed)?;
        RealDisk.write(&path, page.as_bytes()).map_err(failed)
    }
}

/// The sections of clap_mangen, with the command's usage for its synopsis, which
/// says what may be repeated, and with a section for the examples.
fn page(mut command: clap::Command, name: &str) -> io::Result<String> {
    let usage = command.render_usage().to_string();
    let help = command.get_after_help().map(ToString::to_string);
    let help = help.unwrap_or_default();
    let (words, examples) = help.split_once("Examples:\n").unwrap_or((&help, ""));
    let has_commands = command.has_subcommands();
    let man = clap_mangen::Man::new(command.name(name.to_owned()));
    let version = env!("CARGO_PKG_VERSION");
    // Without a date, so that the pages are the same every day; clap_mangen would
    // leave its place out, and the version would be taken for one.
    let title = format!(".TH {name} 1 \"\" \"beanc {version}\" \"Commands of beanc\"\n");
    let mut page = title.into_bytes();
    man.render_name_section(&mut page)?;
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    section(&mut page, "SYNOPSIS", |roff| {
        roff.text([roman(usage.trim())]);
    })?;
    man.render_description_section(&mut page)?;
    for paragraph in words.split("\n\n").filter(|it| !it.trim().is_empty()) {
        let mut roff = Roff::new();
        roff.control("PP", []).text([roman(paragraph.trim_end())]);
        roff.to_writer(&mut page)?;
    }
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    if !examples.is_empty() {
        section(&mut page, "EXAMPLES", |roff| {
            roff.control("nf", [])
                .text([roman(examples.trim_end())])
                .control("fi", []);
        })?;
    }
    man.render_version_section(&mut page)?;
    if name != "beanc" {
        section(&mut page, "SEE ALSO", |roff| {
            roff.text([bold("beanc"), roman("(1)")]);
        })?;
    }
    Ok(tidy(&String::from_utf8_lossy(&page)))
}

fn section(page: &mut Vec<u8>, title: &str, content: impl FnOnce(&mut Roff)) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    content(&mut roff);
    roff.to_writer(page)
}

/// What roff writes in front of each piece: how an apostrophe is written.
const APOSTROPHE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// The pieces as one page: the apostrophe once, and nothing that `mandoc -T
/// lint` minds, such as an empty line between two breaks.
fn tidy(pieces: &str) -> String {
    let lines = pieces.lines().map(str::trim_end);
    let page: String = lines.flat_map(|line| [line, "\n"]).collect();
    let page = page.replace(APOSTROPHE, "");
    let page = page.replace(".br\n\n.br\n", ".sp\n");
    format!("{APOSTROPHE}{page}")
}
