//! What becomes of findings: comments that allow them, and levels.
//!
//! A comment counts first, where the finding's first place is: whoever wrote it
//! looked at that line. What it leaves has the level that the command line, the
//! project or the table of codes gives it.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::analysis::load::Loaded;
use crate::diagnostic::lint::{self, Level, Levels, NoLint, Said};
use crate::diagnostic::{self, Applicability, Code, Diagnostic, Edit, Severity};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{Allow, AllowFault, Item, ItemKind, Word};

/// Says what is wrong with comments that allow something.
pub(super) fn comments(files: &[Loaded], found: &mut Vec<Diagnostic>) {
    for allow in files.iter().flat_map(|file| &file.tree.allows) {
        found.extend(allow.fault.map(|fault| malformed(allow, fault)));
        for name in &allow.names {
            if let Err(why) = lint::lint(&name.text, []) {
                found.push(unknown(name, why));
            }
        }
    }
}

/// Everything that decides what becomes of a program's findings.
#[derive(Debug, Default)]
pub struct Verdict {
    permits: Vec<Permit>,
    command_line: Levels,
    project: Levels,
}

/// A name in a comment.
#[derive(Debug)]
struct Permit {
    lint: Code,
    covers: Span,
    /// The name, and its comment.
    name: Span,
    comment: Span,
    /// The other names of the comment.
    others: Vec<Span>,
    /// Whether all that it could be about is known, so that it is of no use when
    /// it has not been used.
    is_judged: bool,
}

impl Verdict {
    /// The verdict over a program of these files, the entry first.
    pub(in crate::analysis) fn new(
        files: &[Loaded],
        command_line: Levels,
        project: Levels,
    ) -> Self {
        let mut permits = Vec::new();
        for (number, file) in files.iter().enumerate() {
            for allow in &file.tree.allows {
                let is_judged = number == 0 && !file.tree.damaged && is_known(file, allow);
                for name in &allow.names {
                    let Ok(lint) = lint::lint(&name.text, []) else {
                        continue;
                    };
                    let others = allow.names.iter().map(|it| it.span);
                    permits.push(Permit {
                        lint,
                        covers: allow.covers,
                        name: name.span,
                        comment: allow.span,
                        others: others.filter(|it| *it != name.span).collect(),
                        is_judged,
                    });
                }
            }
        }
        Self {
            permits,
            command_line,
            project,
        }
    }

    /// What is left to be said of `found`, which is in order.
    #[must_use]
    pub fn over(&self, found: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
        let has_errors = found.iter().any(|it| it.severity() == Severity::Error);
        let mut used = vec![false; self.permits.len()];
        let mut left = self.not_permitted(found, &mut used);
        // After an error, what a comment allows may not have been looked for.
        if !has_errors {
            let unused = self.unused(&used, sources, |lint| lint != Code::UnusedAllow);
            left.extend(self.not_permitted(unused, &mut used));
            left.extend(self.unused(&used, sources, |lint| lint == Code::UnusedAllow));
            diagnostic::sort(&mut left);
        }
        left.into_iter().filter_map(|it| self.weighed(it)).collect()
    }

    /// The findings that no comment allows.
    fn not_permitted(&self, found: Vec<Diagnostic>, used: &mut [bool]) -> Vec<Diagnostic> {
        let mut covers: FxHashMap<(FileId, Code), Covers> = FxHashMap::default();
        let mut order: Vec<usize> = (0..self.permits.len()).collect();
        order.sort_by_key(|at| self.permits[*at].covers.start);
        for at in order {
            let permit = &self.permits[at];
            let key = (permit.covers.file, permit.lint);
            covers.entry(key).or_default().waiting.push(at);
        }
        let is_left = |finding: &Diagnostic| {
            let place = finding.primary.span;
            let covers = covers.get_mut(&(place.file, finding.code));
            let permit = covers.and_then(|it| it.innermost(&self.permits, place));
            permit.inspect(|at| used[*at] = true).is_none()
        };
        let mut found = found;
        found.retain(is_left);
        found
    }

    fn unused(
        &self,
        used: &[bool],
        sources: &Sources,
        of: impl Fn(Code) -> bool,
    ) -> Vec<Diagnostic> {
        let names = self.permits.iter().map(|it| it.name);
        let used_by_name: FxHashMap<Span, bool> = names.zip(used.iter().copied()).collect();
        let permits = self.permits.iter().zip(used);
        let idle = permits.filter(|(permit, used)| permit.is_judged && !**used && of(permit.lint));
        idle.map(|(permit, _)| {
            // What names no lint is not judged here.
            let is_used = |name: &Span| used_by_name.get(name).is_none_or(|used| *used);
            let other_used = permit.others.iter().any(is_used);
            unused(permit, other_used, sources)
        })
        .collect()
    }

    /// A finding with its level; none when it is not wanted.
    fn weighed(&self, finding: Diagnostic) -> Option<Diagnostic> {
        if finding.code.group().is_none() {
            return Some(finding);
        }
        match lint::level(finding.code, &self.command_line, &self.project) {
            (Level::Allow, _) => None,
            (Level::Warn, _) => Some(finding),
            (Level::Deny, said) => Some(finding.denied(match said {
                Said::CommandLine => "the command line denies this lint",
                Said::Project | Said::Default => "`bean.toml` denies this lint",
            })),
        }
    }
}

/// The places where a lint is allowed in a file, for findings in order.
#[derive(Debug, Default)]
struct Covers {
    /// Permits by where they begin; those behind `next` begin behind the last
    /// finding.
    waiting: Vec<usize>,
    next: usize,
    /// Permits that have begun and not ended.
    open: Vec<usize>,
}

impl Covers {
    /// The permit nearest to a place.
    fn innermost(&mut self, permits: &[Permit], place: Span) -> Option<usize> {
        let begun = self.waiting[self.next..]
            .iter()
            .take_while(|at| permits[**at].covers.start <= place.start);
        let begun: Vec<usize> = begun.copied().collect();
        self.next += begun.len();
        self.open.extend(begun);
        self.open
            .retain(|at| place.start <= permits[*at].covers.end);
        // The one that begins last, of these the first to end, and of those the
        // first that is written.
        let size = |at: &&usize| {
            let covers = permits[**at].covers;
            (covers.start, Reverse(covers.end), Reverse(**at))
        };
        self.open.iter().max_by_key(size).copied()
    }
}

/// Whether everything that a comment could be about is looked at when its file
/// is the entry. What a template says is found with the environments that extend
/// it, wherever they are, and a file without environments declares for others.
fn is_known(file: &Loaded, allow: &Allow) -> bool {
    let blocks = || {
        file.tree.items.iter().filter_map(|item| match item {
            Item::Block(block) => Some(block),
            _ => None,
        })
    };
    let meets = |span: Span| span.start < allow.covers.end && allow.covers.start < span.end;
    blocks().any(|block| block.kind == ItemKind::Environment)
        && !blocks().any(|block| block.kind == ItemKind::Template && meets(block.span))
}

// Words

fn malformed(allow: &Allow, fault: AllowFault) -> Diagnostic {
    let (message, label) = match fault {
        AllowFault::NotAllow => ("this comment says nothing to `beanc`", "not `allow(…)`"),
        AllowFault::NoNames => ("this comment names no lint to allow", "which one?"),
        AllowFault::NoReason => ("what is allowed needs a reason", "why is it fine here?"),
        AllowFault::Behind => (
            "this comment goes on behind its reason",
            "nothing is read behind the reason",
        ),
    };
    let warning = Diagnostic::new(Code::MalformedAllow, allow.span, message).label(label);
    if fault == AllowFault::NoReason {
        let edit = Edit {
            span: allow.span.after(),
            text: " \"…\"".to_owned(),
        };
        return warning.advice(
            "add it in quotes: whoever reads this next wants to know",
            Applicability::HasPlaceholders,
            [edit],
        );
    }
    warning.help("write `# beanc: allow(short-grace) \"why\"`")
}

fn unknown(name: &Word, why: NoLint) -> Diagnostic {
    match why {
        NoLint::Error(code) => {
            let message = format!(
                "`{}` is an error, and only warnings can be allowed",
                name.text
            );
            Diagnostic::new(Code::UnknownLint, name.span, message).note(format!(
                "`beanc explain {}` says why it is one",
                code.number()
            ))
        }
        NoLint::Unknown(near) => {
            let message = format!("there is no lint `{}`", name.text);
            let warning = Diagnostic::new(Code::UnknownLint, name.span, message);
            match near {
                Some(near) => warning.fix(format!("did you mean `{near}`?"), name.span, near),
                None => warning.help("`beanc explain` lists them"),
            }
        }
    }
}

/// The whole comment goes, unless another of its names is of use.
fn unused(permit: &Permit, other_used: bool, sources: &Sources) -> Diagnostic {
    let message = format!("`{}` is not found where this allows it", permit.lint.slug());
    let warning = Diagnostic::new(Code::UnusedAllow, permit.name, message).label("allows nothing");
    let text = sources.file(permit.comment.file).text();
    let waste = match other_used {
        true => with_comma(text, permit.name),
        false => with_line(text, permit.comment),
    };
    warning.fix("delete it", waste, "")
}

/// A name in a list, with the comma that goes with it.
fn with_comma(text: &str, name: Span) -> Span {
    let (start, end) = (name.start as usize, name.end as usize);
    let before = text[..start].trim_end();
    if before.ends_with(',') {
        return Span::new(name.file, before.len() - 1, end);
    }
    let behind = &text[end..];
    let rest = behind.trim_start().strip_prefix(',').unwrap_or(behind);
    let rest = rest.trim_start();
    Span::new(name.file, start, text.len() - rest.len())
}

/// A comment with its line when it is alone there, else with the blanks in front
/// of it.
fn with_line(text: &str, comment: Span) -> Span {
    super::edit::lines(text, comment).unwrap_or_else(|| {
        let before = text[..comment.start as usize].trim_end_matches([' ', '\t']);
        Span::new(comment.file, before.len(), comment.end as usize)
    })
}
