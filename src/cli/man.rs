//! `beanc man`: the manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

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
        let mut page = Vec::new();
        clap_mangen::Man::new(command.name(name.to_owned()))
            // Without a date: the same pages every day.
            .date("")
            .render(&mut page)
            .map_err(failed)?;
        RealDisk.write(&path, &page).map_err(failed)
    }
}
