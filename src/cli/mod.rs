//! The command line: one file per command.
//!
//! Everything here talks to the world: the terminal, the environment, real
//! files. A command says how it went with an `Outcome`; what keeps it from
//! answering at all is a `Failure`.

mod build;
mod check;
mod completions;
mod explain;
mod fix;
mod fmt;
mod graph;
mod init;
mod lints;
#[cfg(feature = "apply")]
mod live;
#[cfg(feature = "lsp")]
mod lsp;
mod man;
mod output;
mod program;
mod schema;
mod screen;
mod show;
mod summary;

use std::io;
use std::process::ExitCode;

#[cfg(feature = "apply")]
use clap::CommandFactory;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use clap::{Parser, Subcommand};

use screen::{ColorChoice, Screen};

/// Compiles environments in the vocabulary of AWS Elastic Beanstalk to
/// CloudFormation and Terraform that can be read and reviewed.
#[derive(Debug, Parser)]
#[command(
    name = "beanc",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "\
Start with:
  beanc init                     write a first program
  beanc build env.bean           compile it into build/

Exit codes: 0 all is well, 1 the program has errors, 2 the command could not run.
`plan`, `drift` and `lock` have codes of their own."
)]
struct Arguments {
    /// When to use colours: auto, always or never
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        global = true
    )]
    color: ColorChoice,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Build),
    Check(check::Check),
    Fmt(fmt::Fmt),
    Show(show::Show),
    Graph(graph::Graph),
    Explain(explain::Explain),
    Init(init::Init),
    Schema(schema::Schema),
    Completions(completions::Completions),
    #[cfg(feature = "lsp")]
    Lsp(lsp::Lsp),
    Man(man::Man),
    #[cfg(feature = "apply")]
    #[command(flatten)]
    Live(Live),
}

/// Commands that talk to AWS.
#[cfg(feature = "apply")]
#[derive(Debug, Subcommand)]
enum Live {
    Lock(live::lock::Lock),
    Push(live::push::Push),
    Versions(live::versions::Versions),
    Plan(live::plan::Plan),
    Apply(live::apply::Apply),
    Deploy(live::deploy::Deploy),
    Clone(live::clone::Clone),
    Swap(live::swap::Swap),
    Status(live::status::Status),
    Health(live::health::Health),
    Events(live::events::Events),
    Logs(live::logs::Logs),
    Drift(live::drift::Drift),
    Outputs(live::outputs::Outputs),
    Abort(live::abort::Abort),
    Destroy(live::destroy::Destroy),
}

/// How a command that ran went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing to complain about.
    Clean,
    /// The user's program has errors.
    Errors,
    /// A plan changes something.
    #[cfg(feature = "apply")]
    Changes,
}

/// What kept a command from running.
#[derive(Debug)]
enum Failure {
    /// The reader of our output went away: nobody is left to be told.
    Unheard,
    /// What it was, in words.
    Because(String),
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self::Because(message.into())
    }
}

/// What kept a command from some of many files, while it went on with the others.
#[derive(Debug, Default)]
struct Failures {
    /// The last one, which is told by whoever asked for all this.
    last: Option<String>,
}

impl Failures {
    /// Takes down a failure.
    ///
    /// # Errors
    /// That nobody listens any more.
    fn add(&mut self, failure: Failure, screen: &mut Screen) -> Result<(), Failure> {
        let Failure::Because(why) = failure else {
            return Err(failure);
        };
        if let Some(before) = self.last.replace(why) {
            screen.complain(&before);
        }
        Ok(())
    }
}

impl From<io::Error> for Failure {
    /// For writing to the terminal; errors of files say which file.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unheard,
            _ => Self::Because(format!("cannot write the output: {error}")),
        }
    }
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(explained(error)),
    };
    let mut screen = Screen::new(arguments.color);
    let result = run(arguments.command, &mut screen);
    let result = match (result, screen.flush()) {
        // Who stopped reading has what they wanted; what there is no room for, nobody has.
        (Ok(_), Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        (result, _) => result,
    };
    match result {
        Ok(Outcome::Clean) | Err(Failure::Unheard) => ExitCode::SUCCESS,
        Ok(Outcome::Errors) => ExitCode::from(1),
        #[cfg(feature = "apply")]
        Ok(Outcome::Changes) => ExitCode::from(2),
        Err(Failure::Because(message)) => {
            screen.complain(&message);
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong with the arguments, or the help that was asked for.
fn refused(error: clap::Error) -> ExitCode {
    // Nobody can be told of a failure here.
    let _ = error.print();
    match error.use_stderr() {
        false => ExitCode::SUCCESS,
        true if tells_changes() => ExitCode::from(1),
        true => ExitCode::from(2),
    }
}

/// Whether the command that was asked for says with exit code 2 that something
/// changes, so that nothing else may end with it.
fn tells_changes() -> bool {
    #[cfg(feature = "apply")]
    {
        let known = Arguments::command().ignore_errors(true).try_get_matches();
        let known = known.ok();
        let name = known.as_ref().and_then(clap::ArgMatches::subcommand_name);
        matches!(name, Some("plan" | "drift" | "lock"))
    }
    #[cfg(not(feature = "apply"))]
    false
}

/// Commands that people know from elsewhere and that are not there on purpose,
/// with what is done instead.
const NOT_COMMANDS: [(&str, &str); 3] = [
    (
        "scale",
        "the file says how many instances there are: change `instances { min, max }` and \
         `beanc apply`",
    ),
    (
        "setenv",
        "the file says what the environment's properties are: change `env { … }` and \
         `beanc apply`",
    ),
    (
        "terminate",
        "`beanc destroy` deletes what a unit has made, and shows it first",
    ),
];

/// Says what to do instead of a command that is not there.
fn explained(mut error: clap::Error) -> clap::Error {
    let name = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(name)) => name,
        _ => return error,
    };
    if let Some((_, instead)) = NOT_COMMANDS.iter().find(|(known, _)| known == name) {
        let tips = vec![StyledStr::from(*instead)];
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

fn run(command: Command, screen: &mut Screen) -> Result<Outcome, Failure> {
    match command {
        Command::Build(command) => command.run(screen),
        Command::Check(command) => command.run(screen),
        Command::Fmt(command) => command.run(screen),
        Command::Show(command) => command.run(screen),
        Command::Graph(command) => command.run(screen),
        Command::Explain(command) => command.run(screen),
        Command::Init(command) => command.run(screen),
        Command::Schema(command) => command.run(screen),
        Command::Completions(command) => command.run(screen),
        #[cfg(feature = "lsp")]
        Command::Lsp(command) => command.run(screen),
        Command::Man(command) => command.run(screen),
        #[cfg(feature = "apply")]
        Command::Live(command) => match command {
            Live::Lock(command) => command.run(screen),
            Live::Push(command) => command.run(screen),
            Live::Versions(command) => command.run(screen),
            Live::Plan(command) => command.run(screen),
            Live::Apply(command) => command.run(screen),
            Live::Deploy(command) => command.run(screen),
            Live::Clone(command) => command.run(screen),
            Live::Swap(command) => command.run(screen),
            Live::Status(command) => command.run(screen),
            Live::Health(command) => command.run(screen),
            Live::Events(command) => command.run(screen),
            Live::Logs(command) => command.run(screen),
            Live::Drift(command) => command.run(screen),
            Live::Outputs(command) => command.run(screen),
            Live::Abort(command) => command.run(screen),
            Live::Destroy(command) => command.run(screen),
        },
    }
}
