//! The terminal: where output goes, how wide it is and whether it has colours.

use std::io::{self, IsTerminal, StdoutLock, Write};

use clap::ValueEnum;

use crate::diagnostic::terminal::Style;

/// What `--color` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The columns of what is no terminal.
const WIDTH: usize = 80;

/// Beyond this, lines are hard to read.
const WIDEST: usize = 120;

/// Both outputs of the process.
#[derive(Debug)]
pub struct Screen {
    out: io::BufWriter<StdoutLock<'static>>,
    color: ColorChoice,
}

/// One of the two outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// What was asked for.
    Out,
    /// What there is to say about it.
    Err,
}

impl Screen {
    /// The screen of this process.
    pub fn new(color: ColorChoice) -> Self {
        Self {
            out: io::BufWriter::new(io::stdout().lock()),
            color,
        }
    }

    /// Writes what was asked for.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Where what was asked for goes.
    #[cfg(feature = "lsp")]
    pub fn out(&mut self) -> impl Write + '_ {
        &mut self.out
    }

    /// Writes what there is to say about it, behind everything printed so far.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        self.flush()?;
        io::stderr().lock().write_all(text.as_bytes())
    }

    /// Says why the command cannot run. Whether anybody hears it is not known.
    pub fn complain(&mut self, message: &str) {
        let name = match self.style(Stream::Err) {
            Style::Plain => "beanc:",
            Style::Color => "\u{1b}[31;1mbeanc:\u{1b}[0m",
        };
        // It may be the output that cannot be written.
        let _ = self.flush();
        let _ = io::stderr()
            .lock()
            .write_all(format!("{name} {message}\n").as_bytes());
    }

    /// Hands on what was printed so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Whether a person reads the stream.
    pub fn is_terminal(stream: Stream) -> bool {
        match stream {
            Stream::Out => io::stdout().is_terminal(),
            Stream::Err => io::stderr().is_terminal(),
        }
    }

    /// Columns of the stream.
    pub fn width(stream: Stream) -> usize {
        let size = match stream {
            Stream::Out => terminal_size::terminal_size_of(io::stdout()),
            Stream::Err => terminal_size::terminal_size_of(io::stderr()),
        };
        size.map_or(WIDTH, |(width, _)| usize::from(width.0).min(WIDEST))
    }

    /// The columns to which lines are broken: programs want them whole.
    #[cfg(feature = "apply")]
    pub fn room(stream: Stream) -> usize {
        match Self::is_terminal(stream) {
            true => Self::width(stream),
            false => usize::MAX,
        }
    }

    /// Whether the stream has colours: `--color` decides, then the
    /// environment (`NO_COLOR`, `CLICOLOR_FORCE`), then what the stream is.
    pub fn style(&self, stream: Stream) -> Style {
        let colored = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                if is_set("NO_COLOR") {
                    false
                } else if is_set("CLICOLOR_FORCE") {
                    true
                } else {
                    Self::is_terminal(stream) && variable("TERM").is_none_or(|term| term != "dumb")
                }
            }
        };
        if colored { Style::Color } else { Style::Plain }
    }
}

/// Whether a variable says yes: it is there, not empty and not `0`.
fn is_set(name: &str) -> bool {
    variable(name).is_some_and(|value| !value.is_empty() && value != "0")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the command line reads the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
