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

/// Plans for a terminal.
pub fn human(plans: &[Plan], detail: Detail, style: Style) -> String {
    let mut text = String::new();
    for plan in plans {
        let state = match (plan.new, plan.is_empty()) {
            (_, true) => "nothing changes",
            (true, false) => "new",
            (false, false) => "changes",
        };
        line(
            &mut text,
            &format!("{}  {state}  ({})", plan.unit, plan.deployed),
        );
        for change in &plan.changes {
            line(&mut text, &head(change, style));
            for property in &change.properties {
                values(&mut text, property, detail);
            }
        }
        for output in &plan.outputs {
            line(&mut text, &format!("  output {}", output.path));
        }
        for note in &plan.notes {
            line(&mut text, &format!("  note: {note}"));
        }
    }
    line(&mut text, &format!("\n{}", summary(plans)));
    let losses: Vec<String> = plans
        .iter()
        .flat_map(Plan::losses)
        .map(|change| format!("  {}", described(change)))
        .collect();
    if !losses.is_empty() {
        line(
            &mut text,
            "Careful, what these hold or are known by is lost:",
        );
        for loss in losses {
            line(&mut text, &loss);
        }
    }
    text
}

fn line(text: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

fn head(change: &Change, style: Style) -> String {
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
    format!("  {on}{}{off} {}", change.action.sign(), described(change))
}

/// `AutoScalingGroup TestEnvAutoScalingGroup changes in place (env.bean:7:3)`
fn described(change: &Change) -> String {
    let mut text = format!(
        "{} {} {}",
        short(&change.kind),
        change.id,
        change.action.words()
    );
    if let Some(place) = &change.place {
        text.push_str(&format!("  ({place})"));
    }
    text
}

fn values(text: &mut String, property: &Property, detail: Detail) {
    let path = property
        .path
        .strip_prefix("Properties/")
        .unwrap_or(&property.path);
    let show = |value: &Option<String>| match (value, detail) {
        (None, _) => "nothing".to_owned(),
        (Some(value), Detail::Full) => value.clone(),
        (Some(value), Detail::Changes) => match value.char_indices().nth(40) {
            Some((end, _)) => format!("{}…", &value[..end]),
            None => value.clone(),
        },
    };
    let (before, after) = (show(&property.before), show(&property.after));
    let place = property.place.as_ref().map(|it| format!("  ({it})"));
    let place = place.unwrap_or_default();
    line(text, &format!("      {path}: {before} → {after}{place}"));
}

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
    match (counts.is_empty(), plans.iter().any(|plan| !plan.is_empty())) {
        (false, _) => counts.join(", "),
        (true, true) => "only outputs change".to_owned(),
        (true, false) => "nothing changes".to_owned(),
    }
}

/// Plans for a pull request.
pub fn markdown(plans: &[Plan]) -> String {
    let mut text = format!("**{}**\n", summary(plans));
    let losses: Vec<&Change> = plans.iter().flat_map(Plan::losses).collect();
    if !losses.is_empty() {
        line(
            &mut text,
            "\n> [!CAUTION]\n> What these hold or are known by is lost:",
        );
        for change in losses {
            line(&mut text, &format!("> - {}", described(change)));
        }
    }
    for plan in plans.iter().filter(|plan| !plan.is_empty()) {
        line(&mut text, &format!("\n### `{}`\n", plan.unit));
        line(
            &mut text,
            "| | resource | | properties | from |\n|---|---|---|---|---|",
        );
        for change in &plan.changes {
            let cell = |value: &Option<String>| match value {
                Some(value) => format!("`{}`", value.replace('|', "\\|").replace('\n', " ")),
                None => "nothing".to_owned(),
            };
            let properties = change.properties.iter().map(|it| {
                let path = it.path.strip_prefix("Properties/").unwrap_or(&it.path);
                format!("{path}: {} → {}", cell(&it.before), cell(&it.after))
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
            human(&[plan()], Detail::Changes, Style::Plain),
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
    fn pull_requests_get_tables() {
        let text = markdown(&[plan()]);
        assert!(text.contains("| ~ | AutoScalingGroup `Group` | changes in place | MaxSize: `4` → `6` | env.bean:7:3 |"), "{text}");
        assert!(text.contains("> - EIP Address is replaced"), "{text}");
    }
}
