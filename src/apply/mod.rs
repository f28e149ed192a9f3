//! From file to running stack: versions, plans, deployments.
//!
//! CloudFormation and Terraform do the work and keep the state; what is here
//! asks them, follows them, and says what they say at the user's own line.

pub mod access;
pub mod buckets;
pub mod change;
pub mod cloud;
pub mod cloudformation;
pub mod compare;
mod credentials;
pub mod daemon;
pub mod event;
pub mod health;
pub mod images;
pub mod logs;
pub mod package;
pub mod place;
pub mod template;
pub mod terraform;
pub mod versions;

use crate::schema::Setting;
use crate::source::Sources;

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What it was, in words: no secrets, no stack of causes.
    pub message: String,
    /// The line of the program behind it, where one is known:
    /// `shop.bean:12:3`.
    pub place: Option<String>,
    /// What became of it, or what helps.
    pub help: Option<String>,
}

impl Error {
    /// An error that has no place in the program.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            help: None,
        }
    }

    /// The same with what became of it, or what helps.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same at the line of a setting, where that is written.
    #[must_use]
    fn at<T>(self, setting: &Setting<T>, sources: &Sources) -> Self {
        let place = setting.span().map(|span| sources.place(span));
        Self { place, ..self }
    }
}

/// That an input has no value.
#[must_use]
pub fn without_value(name: &str, place: Option<&str>) -> Error {
    let option = match name {
        "release" => "--release LABEL".to_owned(),
        name => format!("--input {name}=VALUE"),
    };
    Error {
        place: place.map(str::to_owned),
        ..Error::new(format!("the input `{name}` has no value"))
    }
    .help(format!("give it one: {option}"))
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}
