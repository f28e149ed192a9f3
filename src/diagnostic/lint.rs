//! Which warnings are wanted, and how much they weigh.
//!
//! Every warning is a lint: it has a group, by its number, and a level, which
//! the project's `bean.toml` and the command line may change. Errors have
//! neither.

use super::Code;
use super::suggest::closest;
use crate::ordered::IndexMap;

/// What a lint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// `W1xxx`: the service stops, or loses something.
    Reliability,
    /// `W2xxx`: somebody sees or does what is not theirs.
    Security,
    /// `W3xxx`: the same for less.
    Cost,
    /// `W4xxx`: the program says more than it means.
    Style,
}

impl Group {
    /// All of them, in the order of the numbers.
    pub const ALL: [Self; 4] = [Self::Reliability, Self::Security, Self::Cost, Self::Style];

    /// Its name in settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reliability => "reliability",
            Self::Security => "security",
            Self::Cost => "cost",
            Self::Style => "style",
        }
    }
}

/// What becomes of a lint's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// They are not said.
    Allow,
    /// They are warnings.
    Warn,
    /// They are errors.
    Deny,
}

impl Level {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// Its word in settings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// Lints that have to be asked for: what they find is a matter of taste, or
/// fine in most programs.
const ON_REQUEST: &[Code] = &[
    Code::NoRollback,
    Code::DefaultHealthPath,
    Code::NoAccessLogs,
    Code::NoFlowLogs,
    Code::GravitonFits,
    Code::Undocumented,
];

impl Code {
    /// The codes of warnings, in the order of the numbers.
    pub fn lints() -> impl Iterator<Item = Self> {
        let codes = Self::ALL.iter().copied();
        codes.filter(|code| code.group().is_some())
    }

    /// The group of a warning.
    #[must_use]
    pub fn group(self) -> Option<Group> {
        match self.number().as_bytes() {
            [b'W', b'1', ..] => Some(Group::Reliability),
            [b'W', b'2', ..] => Some(Group::Security),
            [b'W', b'3', ..] => Some(Group::Cost),
            [b'W', b'4', ..] => Some(Group::Style),
            _ => None,
        }
    }

    /// What becomes of a warning where nobody says anything else.
    #[must_use]
    pub fn level(self) -> Level {
        match ON_REQUEST.contains(&self) {
            true => Level::Allow,
            false => Level::Warn,
        }
    }
}

/// What a setting is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lints {
    /// One lint.
    One(Code),
    /// All lints of a group, but for those that are said on request.
    Group(Group),
    /// All that would warn otherwise.
    Warnings,
}

/// Why a text names no lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoLint {
    /// It is an error, and errors have no level.
    Error(Code),
    /// There is none of this name; perhaps this one was meant.
    Unknown(Option<&'static str>),
}

impl Lints {
    /// The word for all that would warn otherwise.
    const WARNINGS: &'static str = "warnings";

    /// Reads a lint's slug or number, a group's name or `warnings`.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &str) -> Result<Self, NoLint> {
        if text == Self::WARNINGS {
            return Ok(Self::Warnings);
        }
        if let Some(group) = Group::ALL.into_iter().find(|group| group.word() == text) {
            return Ok(Self::Group(group));
        }
        let groups = Group::ALL.map(Group::word);
        lint(text, groups.into_iter().chain([Self::WARNINGS])).map(Self::One)
    }

    /// Its name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::One(code) => code.slug(),
            Self::Group(group) => group.word(),
            Self::Warnings => Self::WARNINGS,
        }
    }
}

/// Reads a lint's slug or number; `others` may be meant as well.
///
/// # Errors
/// Why it is none.
pub fn lint(text: &str, others: impl IntoIterator<Item = &'static str>) -> Result<Code, NoLint> {
    match Code::find(text) {
        Some(code) if code.group().is_some() => Ok(code),
        Some(code) => Err(NoLint::Error(code)),
        None => {
            let names = Code::lints().map(Code::slug).chain(others);
            Err(NoLint::Unknown(closest(text, names)))
        }
    }
}

/// What one place says of levels: the command line, or the project's settings.
/// What speaks of one lint counts before what speaks of its group, so the order
/// does not matter.
#[derive(Debug, Clone, Default)]
pub struct Levels(IndexMap<Lints, Level>);

impl Levels {
    /// Sets a level; the one that was set before, if any.
    pub fn set(&mut self, lints: Lints, level: Level) -> Option<Level> {
        self.0.insert(lints, level)
    }

    fn named(&self, code: Code) -> Option<Level> {
        let one = self.0.get(&Lints::One(code));
        // What is said on request is asked for by its own name.
        let group = code.group().filter(|_| code.level() != Level::Allow);
        let group = group.map(Lints::Group);
        one.or_else(|| self.0.get(&group?)).copied()
    }

    fn of_warnings(&self) -> Option<Level> {
        self.0.get(&Lints::Warnings).copied()
    }
}

/// Who says how much a lint weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The command line.
    CommandLine,
    /// The project's `bean.toml`.
    Project,
    /// The table of codes.
    Default,
}

/// The level of a lint: the command line counts before the project, the project
/// before the table. `warnings` is about what would be a warning then.
#[must_use]
pub fn level(code: Code, command_line: &Levels, project: &Levels) -> (Level, Said) {
    let (level, said) = if let Some(level) = command_line.named(code) {
        (level, Said::CommandLine)
    } else if let Some(level) = project.named(code) {
        (level, Said::Project)
    } else {
        (code.level(), Said::Default)
    };
    if level != Level::Warn {
        return (level, said);
    }
    let whole = command_line.of_warnings().map(|it| (it, Said::CommandLine));
    // What the command line warns of, the project does not change.
    let project = || match said {
        Said::CommandLine => None,
        Said::Project | Said::Default => project.of_warnings().map(|it| (it, Said::Project)),
    };
    whole.or_else(project).unwrap_or((level, said))
}

/// The list of lints, `docs/lints.md`: the table of codes with the first
/// paragraph of each page.
#[must_use]
pub fn document() -> String {
    let mut text = String::from(
        "# Lints\n\n\
         Warnings are about programs that can be deployed as they are and probably should not.\n\
         `beanc explain` says why, with a wrong and a right example: `beanc explain short-grace`.\n\
         How to allow them, and how to make them errors, is told in\n\
         [the language in ten minutes](language.md#warnings-that-are-fine-here).\n\
         Those marked *on request* are said when `bean.toml` or the command line asks for them.\n",
    );
    for group in Group::ALL {
        let name = group.word();
        let title = name[..1].to_uppercase() + &name[1..];
        text += &format!("\n## {title}\n\n| | lint | says |\n|---|---|---|\n");
        for code in Code::lints().filter(|code| code.group() == Some(group)) {
            let (number, slug) = (code.number(), code.slug());
            let asked = match code.level() {
                Level::Allow => " *On request.*",
                Level::Warn | Level::Deny => "",
            };
            let says = summary(code);
            text += &format!("| {number} | `{slug}` | {says}{asked} |\n");
        }
    }
    text
}

/// The first paragraph of a lint's page, on one line.
#[must_use]
pub fn summary(code: Code) -> String {
    let mut paragraphs = code.page().split("\n\n");
    let first = paragraphs.nth(1).unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(settings: &[(&str, Level)]) -> Levels {
        let mut levels = Levels::default();
        for (name, level) in settings {
            levels.set(Lints::read(name).expect("it names lints"), *level);
        }
        levels
    }

    #[test]
    fn what_is_said_of_one_lint_counts_before_its_group() {
        let none = Levels::default();
        let level = |command_line: &Levels, project: &Levels, code| {
            super::level(code, command_line, project).0
        };
        let group = levels(&[("unused", Level::Allow), ("style", Level::Deny)]);
        assert_eq!(level(&none, &group, Code::Unused), Level::Allow);
        assert_eq!(level(&group, &none, Code::Unused), Level::Allow);
        assert_eq!(level(&none, &none, Code::Unused), Level::Warn);
        // The command line before the project.
        let warn = levels(&[("style", Level::Warn)]);
        assert_eq!(level(&warn, &group, Code::Unused), Level::Warn);
    }

    #[test]
    fn warnings_are_what_would_warn_otherwise() {
        let none = Levels::default();
        let deny = levels(&[("warnings", Level::Deny)]);
        let allow = levels(&[("unused", Level::Allow)]);
        let warn = levels(&[("unused", Level::Warn)]);
        assert_eq!(level(Code::Unused, &deny, &none).0, Level::Deny);
        assert_eq!(level(Code::Unused, &deny, &allow).0, Level::Allow);
        assert_eq!(level(Code::Unused, &deny, &warn).0, Level::Deny);
        assert_eq!(level(Code::Unused, &warn, &deny).0, Level::Warn);
        assert_eq!(
            level(Code::Unused, &none, &deny),
            (Level::Deny, Said::Project)
        );
    }

    #[test]
    fn lints_are_named_by_slug_number_and_group() {
        assert_eq!(Lints::read("w4001"), Ok(Lints::One(Code::Unused)));
        assert_eq!(Lints::read("unused"), Ok(Lints::One(Code::Unused)));
        assert_eq!(Lints::read("cost"), Ok(Lints::Group(Group::Cost)));
        assert_eq!(
            Lints::read("E0110"),
            Err(NoLint::Error(Code::UnknownProperty))
        );
        assert_eq!(Lints::read("unussed"), Err(NoLint::Unknown(Some("unused"))));
        assert_eq!(
            Lints::read("warning"),
            Err(NoLint::Unknown(Some("warnings")))
        );
    }
}
