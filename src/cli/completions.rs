//! `beanc completions`: what a shell needs to complete our commands.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::screen::Screen;
use super::{Arguments, Failure, Outcome};

/// Print the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc completions bash > ~/.local/share/bash-completion/completions/beanc
  beanc completions zsh > ~/.zfunc/_beanc
  beanc completions fish > ~/.config/fish/completions/beanc.fish")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "beanc", &mut script);
        screen.print(&String::from_utf8_lossy(&script))?;
        Ok(Outcome::Clean)
    }
}
