//! What is wrong with how things depend on each other.

use smol_str::SmolStr;

use super::{Need, ResourceGraph, UnitId};
use crate::diagnostic::suggest::closest;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// Units that need each other, as the steps of the way round.
pub(super) fn cycle(way: &[(&UnitId, &Need)], units: &[ResourceGraph]) -> Diagnostic {
    let head = |id: &UnitId| {
        units
            .iter()
            .find(|unit| unit.unit == *id)
            .map(|unit| unit.origin)
    };
    let steps: Vec<(Option<Span>, String)> = way
        .iter()
        .enumerate()
        .map(|(at, (from, need))| {
            let span = need.span.or_else(|| head(from));
            let Need {
                unit, attribute, ..
            } = need;
            let number = at + 1;
            (
                span,
                format!(
                    "{number}. `{}` needs `{attribute}` of `{}`",
                    from.item, unit.item
                ),
            )
        })
        .collect();
    let message = match way.len() {
        1 => format!("`{}` depends on itself", way[0].0.item),
        2 => "these two depend on each other".to_owned(),
        count => format!("these {count} depend on each other"),
    };
    let mut steps = steps
        .into_iter()
        .filter_map(|(span, text)| Some((span?, text)));
    // A cycle goes through at least one expression or head of an item.
    let (span, text) = steps
        .next()
        .unwrap_or_else(|| (units[0].origin, String::new()));
    let mut diagnostic = Diagnostic::new(Code::DependencyCycle, span, message).label(text);
    for (span, text) in steps {
        diagnostic = diagnostic.related(span, text);
    }
    let url = way
        .iter()
        .find(|(_, need)| matches!(need.attribute.as_str(), "url" | "domain"));
    match url {
        Some((_, need)) => diagnostic.help(format!(
            "give `{0}` a `dns` block: a name you choose is known before anything is made, \
             so `environment.{0}.{1}` no longer waits for its stack",
            need.unit.item, need.attribute
        )),
        None => diagnostic.help(
            "break the circle at one step: write a value that you choose instead of the reference",
        ),
    }
}

/// A unit that needs something of one in another region or account.
pub(super) fn apart(
    unit: &ResourceGraph,
    need: &Need,
    what: &str,
    (here, place): (&SmolStr, Option<Span>),
    (there, other): (&SmolStr, Option<Span>),
) -> Diagnostic {
    let (own, needed) = (&unit.unit.item, &need.unit.item);
    let message = format!("`{needed}` is in {what} `{there}`, and `{own}` in `{here}`");
    let span = need.span.unwrap_or(unit.origin);
    let mut error = Diagnostic::new(Code::OtherRegion, span, message)
        .label(format!("`{own}` finds nothing of `{needed}` there"));
    for (span, text) in [(other, there), (place, here)] {
        if let Some(span) = span {
            error = error.related(span, format!("`{text}`"));
        }
    }
    let error = error
        .note("stacks meet in Parameter Store, and every region of an account has one of its own");
    match (need.unit.kind, need.attribute.as_str()) {
        (ItemKind::Network, _) => error,
        (_, "url" | "domain") => error.help(format!(
            "give `{needed}` a `dns` block: a name you choose is known everywhere; or pass the \
             value as an `input`"
        )),
        _ => error.help("pass the value as an `input`"),
    }
}

/// Two things of a unit whose names come out the same.
pub(super) fn same_name(unit: &UnitId, name: &str, first: Span, second: Span) -> Diagnostic {
    let message = format!("two things in `{}` would both be named `{name}`", unit.item);
    let error = Diagnostic::new(Code::NamesCollide, second, message);
    let error = if first == second {
        error.label("both come from here")
    } else {
        error.label("the second").related(first, "the first")
    };
    error
        .note(
            "names in templates are made of the names in the program, and `-`, `_`, `.` and `/` \
             look the same there; one of the two would be lost",
        )
        .help("give one of them another name")
}

/// A role that no resource has; `own` are those of the environment.
pub(super) fn unknown_role<'n>(
    role: &str,
    span: Span,
    own: impl Iterator<Item = &'n str>,
) -> Diagnostic {
    let message = format!("no resource has the role `{role}`");
    let error = Diagnostic::new(Code::UnknownEntry, span, message).label("nothing is protected");
    match closest(role, own) {
        Some(near) => error.fix(format!("did you mean `{near}`?"), span, near),
        None => error.help("`beanc graph --format json` lists the resources with their roles"),
    }
}
