//! Plans as people read them.

use std::fmt::Write;

use crate::apply::change::{Action, Change, Plan, Property};
use crate::cli::program::counted;
use crate::diagnostic::terminal::Style;

/// How much of a plan is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// A line per resource, and the properties that change.
    Changes,
    /// The values as well, also of what is made.
    Full,
}

/// `AWS::AutoScaling::AutoScalingGroup` is `AutoScalingGroup`.
fn short(kind: &str) -> &str {
    kind.rsplit("::").next().unwrap_or(kind)
}

/// Plans for people, in lines of at most `width` columns where words allow it.
pub fn human(plans: &[Plan], detail: Detail, width: usize, style: Style) -> String {
    let mut text = String::new();
    for plan in plans {
        let state = match (plan.new, plan.is_empty()) {
            (_, true) if !plan.notes.is_empty() && !plan.new => "cannot be told yet",
            (_, true) => "nothing changes",
            (true, false) => "new",
            (false, false) => "changes",
        };
        let deployed = match plan.deployed.as_str() {
            "" => String::new(),
            deployed => format!("  ({deployed})"),
        };
        line(&mut text, &format!("{}  {state}{deployed}", plan.unit));
        for change in &plan.changes {
            wrapped(
                &mut text,
                "  ",
                &head(change, change.action.words(), style),
                width,
            );
            for told in told(change, detail) {
                let told = match told {
                    Told::Property(property) => values(property, detail),
                    Told::More(path, count) => more(path, count),
                };
                wrapped(&mut text, "      ", &told, width);
            }
        }
        for output in &plan.outputs {
            let output = match (&output.before, &output.after) {
                (Some(_), Some(_)) => values(output, detail),
                (None, _) => output.path.clone(),
                (_, None) => format!("{} goes", output.path),
            };
            wrapped(&mut text, "  ", &format!("output {output}"), width);
        }
        for note in &plan.notes {
            wrapped(&mut text, "  ", &format!("note: {note}"), width);
        }
    }
    line(&mut text, &format!("\n{}", summary(plans)));
    let losses: Vec<&Change> = plans.iter().flat_map(Plan::losses).collect();
    if !losses.is_empty() {
        line(
            &mut text,
            "Careful, what these hold or are known by is lost:",
        );
        for change in losses {
            wrapped(&mut text, "  ", &lost(change), width);
        }
    }
    text
}

/// What was changed behind the program's back, for people. The values are what
/// was deployed and what is there.
pub fn drifted(plan: &Plan, width: usize, style: Style) -> String {
    let state = match plan.is_empty() {
        true => "is as it was deployed",
        false => "was changed",
    };
    let mut text = format!("{}  {state}  ({})\n", plan.unit, plan.deployed);
    for change in &plan.changes {
        let what = match change.action {
            Action::Delete => "was deleted",
            _ => "was changed",
        };
        wrapped(&mut text, "  ", &head(change, what, style), width);
        for property in &change.properties {
            wrapped(&mut text, "      ", &values(property, Detail::Full), width);
        }
    }
    text
}

/// A line that goes on below its beginning.
fn wrapped(text: &mut String, indent: &str, content: &str, width: usize) {
    let further = format!("{indent}    ");
    let options = textwrap::Options::new(width)
        .initial_indent(indent)
        .subsequent_indent(&further)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    for part in textwrap::wrap(content, options) {
        line(text, part.trim_end());
    }
}

fn line(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

fn head(change: &Change, what: &str, style: Style) -> String {
    let color = match change.action {
        Action::Create | Action::Import => "32",
        Action::Update | Action::Restart => "33",
        Action::MayReplace | Action::Replace | Action::Delete => "31",
        Action::Forget => "2",
    };
    let (on, off) = match style {
        Style::Plain => (String::new(), ""),
        Style::Color => (format!("\u{1b}[{color}m"), "\u{1b}[0m"),
    };
    format!(
        "{on}{}{off} {}",
        change.action.sign(),
        described(change, what)
    )
}

/// `AutoScalingGroup TestEnvAutoScalingGroup changes in place (env.bean:7:3)`
fn described(change: &Change, what: &str) -> String {
    let mut text = format!("{} {} {what}", short(&change.kind), change.id);
    if let Some(place) = &change.place {
        text.push_str(&format!("  ({place})"));
    }
    text
}

fn lost(change: &Change) -> String {
    described(change, change.action.words())
}

/// What is told of a change.
enum Told<'a> {
    Property(&'a Property),
    /// So many lines more of a script.
    More(&'a str, usize),
}

/// The properties of a change that are told: all that is made is new, and of a
/// script that changes in many lines the first few are enough.
fn told(change: &Change, detail: Detail) -> Vec<Told<'_>> {
    let properties = change.properties.iter();
    if detail == Detail::Full {
        return properties.map(Told::Property).collect();
    }
    let properties = properties.filter(|_| change.action != Action::Create);
    let properties: Vec<&Property> = properties.collect();
    let mut told = Vec::new();
    for lines in properties.chunk_by(|one, other| one.path == other.path) {
        let shown = match lines.len() {
            count if count <= LINES => count,
            _ => LINES - 1,
        };
        told.extend(lines[..shown].iter().copied().map(Told::Property));
        if let Some(line) = lines.get(shown) {
            told.push(Told::More(&line.path, lines.len() - shown));
        }
    }
    told
}

/// Up to so many lines of a script are told.
const LINES: usize = 5;

fn more(path: &str, count: usize) -> String {
    format!(
        "{}: {count} more lines, which --full shows",
        short_path(path)
    )
}

/// Where in the resource, without what all paths of CloudFormation begin with.
fn short_path(path: &str) -> &str {
    path.strip_prefix("Properties/").unwrap_or(path)
}

/// `MaxSize: 4 → 6  (env.bean:9:5)`
fn values(property: &Property, detail: Detail) -> String {
    let path = short_path(&property.path);
    let [before, after] = detailed(property, detail);
    let place = property.place.as_ref().map(|it| format!("  ({it})"));
    let place = place.unwrap_or_default();
    let nothing = || "nothing".to_owned();
    let (before, after) = (
        before.unwrap_or_else(nothing),
        after.unwrap_or_else(nothing),
    );
    format!("{path}: {before} → {after}{place}")
}

/// What is there and what comes, as far as it is told.
fn detailed(property: &Property, detail: Detail) -> [Option<String>; 2] {
    let both = [&property.before, &property.after];
    match detail {
        Detail::Full => both.map(Clone::clone),
        Detail::Changes => clipped(both),
    }
}

/// Long values are cut behind, and in front where they are alike.
fn clipped(values: [&Option<String>; 2]) -> [Option<String>; 2] {
    let is_long = |value: &Option<String>| value.as_ref().is_some_and(|it| it.len() > CLIPPED);
    let skipped = match values {
        [Some(before), Some(after)] if values.into_iter().any(is_long) => {
            let pairs = before.char_indices().zip(after.chars());
            let alike = pairs.take_while(|((_, one), other)| one == other);
            // Some of what is alike helps to see where it is.
            let alike: Vec<usize> = alike.map(|((at, _), _)| at).collect();
            match alike.len().checked_sub(CONTEXT) {
                Some(at) if at > CONTEXT => alike[at],
                Some(_) | None => 0,
            }
        }
        _ => 0,
    };
    values.map(|value| {
        let rest = value.as_ref()?.get(skipped..)?;
        let front = if skipped > 0 { "…" } else { "" };
        Some(match rest.char_indices().nth(CLIPPED) {
            Some((end, _)) => format!("{front}{}…", &rest[..end]),
            None => format!("{front}{rest}"),
        })
    })
}

/// Values are cut to this many characters.
const CLIPPED: usize = 40;

/// So much is left of what two values begin with.
const CONTEXT: usize = 8;

/// `3 resources are made, 1 changes in place`
pub fn summary(plans: &[Plan]) -> String {
    let actions = [
        (Action::Create, "to make"),
        (Action::Import, "to take over"),
        (Action::Update, "to change in place"),
        (Action::Restart, "to change with new instances"),
        (Action::MayReplace, "perhaps to replace"),
        (Action::Replace, "to replace"),
        (Action::Delete, "to delete"),
        (Action::Forget, "to leave behind"),
    ];
    let changes: Vec<&Change> = plans.iter().flat_map(|plan| &plan.changes).collect();
    let counts = actions.iter().filter_map(|(action, words)| {
        let count = changes.iter().filter(|it| it.action == *action).count();
        (count > 0).then(|| format!("{} {words}", counted(count, "resource")))
    });
    let counts: Vec<String> = counts.collect();
    let any = |is: fn(&Plan) -> bool| plans.iter().any(is);
    match (counts.is_empty(), any(|plan| !plan.is_empty())) {
        (false, _) => counts.join(", "),
        (true, true) => "only outputs change".to_owned(),
        (true, false) if any(|plan| !plan.notes.is_empty()) => "nothing can be told yet".to_owned(),
        (true, false) => "nothing changes".to_owned(),
    }
}

/// Plans for a pull request.
pub fn markdown(plans: &[Plan], detail: Detail) -> String {
    let mut text = format!("**{}**\n", summary(plans));
    let losses: Vec<&Change> = plans.iter().flat_map(Plan::losses).collect();
    if !losses.is_empty() {
        line(
            &mut text,
            "\n> [!CAUTION]\n> What these hold or are known by is lost:",
        );
        for change in losses {
            line(&mut text, &format!("> - {}", lost(change)));
        }
    }
    let says = |plan: &&Plan| !plan.is_empty() || !plan.notes.is_empty();
    for plan in plans.iter().filter(says) {
        line(&mut text, &format!("\n### `{}`\n", plan.unit));
        for note in &plan.notes {
            line(&mut text, &format!("{note}\n"));
        }
        if plan.is_empty() {
            continue;
        }
        line(
            &mut text,
            "| | resource | | properties | from |\n|---|---|---|---|---|",
        );
        for change in &plan.changes {
            let cell = |value: Option<String>| match value {
                Some(value) => format!("`{}`", value.replace('|', "\\|").replace('\n', " ")),
                None => "nothing".to_owned(),
            };
            let properties = told(change, detail).into_iter().map(|told| match told {
                Told::Property(property) => {
                    let [before, after] = detailed(property, detail).map(cell);
                    format!("{}: {before} → {after}", short_path(&property.path))
                }
                Told::More(path, count) => more(path, count),
            });
            let properties: Vec<String> = properties.collect();
            line(
                &mut text,
                &format!(
                    "| {} | {} `{}` | {} | {} | {} |",
                    change.action.sign(),
                    short(&change.kind),
                    change.id,
                    change.action.words(),
                    properties.join("<br>"),
                    change.place.as_deref().unwrap_or_default(),
                ),
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let change = |action, kind: &str, id: &str| Change {
            action,
            kind: kind.to_owned(),
            id: id.to_owned(),
            place: Some("env.bean:7:3".to_owned()),
            stateful: crate::apply::change::is_stateful(kind),
            properties: Vec::new(),
        };
        let mut group = change(
            Action::Update,
            "AWS::AutoScaling::AutoScalingGroup",
            "Group",
        );
        group.properties.push(Property {
            path: "Properties/MaxSize".to_owned(),
            place: Some("env.bean:9:5".to_owned()),
            before: Some("4".to_owned()),
            after: Some("6".to_owned()),
        });
        Plan {
            unit: "environment.test-env".to_owned(),
            deployed: "stack test-env".to_owned(),
            changes: vec![group, change(Action::Replace, "AWS::EC2::EIP", "Address")],
            ..Plan::default()
        }
    }

    #[test]
    fn losses_are_told_twice() {
        assert_eq!(
            human(&[plan()], Detail::Changes, 80, Style::Plain),
            "\
environment.test-env  changes  (stack test-env)
  ~ AutoScalingGroup Group changes in place  (env.bean:7:3)
      MaxSize: 4 → 6  (env.bean:9:5)
  ± EIP Address is replaced  (env.bean:7:3)

1 resource to change in place, 1 resource to replace
Careful, what these hold or are known by is lost:
  EIP Address is replaced  (env.bean:7:3)
"
        );
        assert_eq!(summary(&[Plan::default()]), "nothing changes");
    }

    #[test]
    fn long_values_are_cut_around_what_differs() {
        let image = |end: &str| {
            Some(format!(
                "{{AwsServiceAmiAmazonLinuxLatestKernelDefault{end}}}"
            ))
        };
        let cut = clipped([&image("Arm64"), &image("X8664")]);
        assert_eq!(
            cut.map(Option::unwrap_or_default),
            ["…lDefaultArm64}", "…lDefaultX8664}"]
        );
        let long = Some("a".repeat(50));
        let cut = clipped([&long, &None]);
        assert_eq!(cut, [Some(format!("{}…", "a".repeat(40))), None]);
        let cut = clipped([&Some("é".repeat(60)), &Some(format!("{}x", "é".repeat(59)))]);
        assert_eq!(
            cut.map(Option::unwrap_or_default),
            ["…ééééééééé", "…ééééééééx"]
        );
    }

    #[test]
    fn only_full_plans_are_not_cut() {
        let mut plan = plan();
        let long = "x".repeat(200);
        let line = |at: usize| Property {
            path: "Properties/UserData".to_owned(),
            place: None,
            before: Some(format!("{long}{at}")),
            after: None,
        };
        plan.changes[0].properties = (0..8).map(line).collect();
        let plans = [plan];
        let text = human(&plans, Detail::Changes, 80, Style::Plain);
        assert!(
            text.contains(": 4 more lines, which --full shows"),
            "{text}"
        );
        assert!(!text.contains(&long), "{text}");
        assert!(!markdown(&plans, Detail::Changes).contains(&long));
        for text in [
            human(&plans, Detail::Full, 80, Style::Plain),
            markdown(&plans, Detail::Full),
        ] {
            assert!(text.contains(&format!("{long}7")), "{text}");
        }
    }

    #[test]
    fn narrow_terminals_get_shorter_lines() {
        let text = human(&[plan()], Detail::Changes, 40, Style::Plain);
        assert!(
            text.contains("  ~ AutoScalingGroup Group changes in\n      place  (env.bean:7:3)\n"),
            "{text}"
        );
    }

    #[test]
    fn pull_requests_get_tables() {
        let text = markdown(&[plan()], Detail::Changes);
        assert!(text.contains("| ~ | AutoScalingGroup `Group` | changes in place | MaxSize: `4` → `6` | env.bean:7:3 |"), "{text}");
        assert!(text.contains("> - EIP Address is replaced"), "{text}");
    }
}
