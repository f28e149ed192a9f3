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
        let mut script = String::from_utf8_lossy(&script).into_owned();
        if self.shell == Shell::Fish {
            script.push_str(&fish_values(&Arguments::command()));
        }
        screen.print(&script)?;
        Ok(Outcome::Clean)
    }
}

/// The values that a command takes without an option, which clap_complete
/// leaves out for fish.
fn fish_values(root: &clap::Command) -> String {
    let mut lines = String::new();
    for command in root.get_subcommands() {
        let values = command
            .get_positionals()
            .flat_map(clap::Arg::get_possible_values);
        for value in values.filter(|it| !it.is_hide_set()) {
            let (command, name) = (command.get_name(), value.get_name());
            let help = value.get_help().map(ToString::to_string);
            let help = help.unwrap_or_default().replace('\'', "\\'");
            lines += &format!(
                "complete -c beanc -n \"__fish_beanc_using_subcommand {command}\" -f -a \"{name}\" -d '{help}'\n"
            );
        }
    }
    lines
}
