//! Two templates side by side.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::change::{Action, Change, Property, is_stateful};
use super::compare::{compared, shown};
use super::place::Places;
use crate::ordered::IndexMap;

/// What differs between the template that is deployed and the one that comes.
#[derive(Debug, Default)]
pub struct Differences {
    /// By logical id, in the order of the new template, deletions last.
    pub changes: IndexMap<String, Change>,
    /// Outputs.
    pub outputs: Vec<Property>,
}

/// Compares two templates; `None` for one that is not there.
#[must_use]
pub fn differences(before: Option<&Value>, after: &Value, places: &Places) -> Differences {
    let nothing = Map::new();
    let part = |template: Option<&Value>, name: &str| -> Map<String, Value> {
        let part = template.and_then(|it| it.get(name)?.as_object());
        part.unwrap_or(&nothing).clone()
    };
    let (old, new) = (part(before, "Resources"), part(Some(after), "Resources"));
    let mut changes = IndexMap::default();
    for (id, resource) in &new {
        let pointer = format!("/Resources/{id}");
        let (action, properties) = match old.get(id) {
            None => {
                let properties = resource.get("Properties");
                let pointer = format!("{pointer}/Properties");
                (Action::Create, compared(None, properties, &pointer, places))
            }
            Some(known) if known == resource => continue,
            Some(known) => {
                let found = compared(Some(known), Some(resource), &pointer, places);
                (Action::Update, found)
            }
        };
        changes.insert(id.clone(), change(action, id, resource, places, properties));
    }
    for (id, resource) in &old {
        if !new.contains_key(id) {
            let action = match resource.get("DeletionPolicy").and_then(Value::as_str) {
                Some("Retain" | "RetainExceptOnCreate") => Action::Forget,
                _ => Action::Delete,
            };
            changes.insert(id.clone(), change(action, id, resource, places, Vec::new()));
        }
    }
    let (old, new) = (part(before, "Outputs"), part(Some(after), "Outputs"));
    let added = new.keys().filter(|name| !old.contains_key(*name));
    let outputs = old.keys().chain(added).filter_map(|name| {
        let [before, after] = [&old, &new].map(|all| all.get(name)?.get("Value"));
        (before != after).then(|| Property {
            path: name.clone(),
            place: places.of(&format!("/Outputs/{name}")).map(str::to_owned),
            before: before.map(shown),
            after: after.map(shown),
        })
    });
    let outputs = outputs.collect();
    Differences { changes, outputs }
}

/// A template in which these parameters are values.
#[must_use]
pub fn with_values(template: &Value, values: &BTreeMap<String, String>) -> Value {
    if values.is_empty() {
        return template.clone();
    }
    match template {
        Value::Object(object) => {
            let only = object.iter().next().filter(|_| object.len() == 1);
            match only {
                Some((name, Value::String(of))) if name == "Ref" => match values.get(of) {
                    Some(value) => Value::from(value.as_str()),
                    None => template.clone(),
                },
                Some((name, text)) if name == "Fn::Sub" => {
                    let mut object = Map::new();
                    object.insert(name.clone(), substituted(text, values));
                    Value::Object(object)
                }
                _ => object
                    .iter()
                    .map(|(key, value)| (key.clone(), with_values(value, values)))
                    .collect(),
            }
        }
        Value::Array(items) => items.iter().map(|it| with_values(it, values)).collect(),
        other => other.clone(),
    }
}

/// What stands behind `Fn::Sub`: a text, or a list of a text and its variables.
fn substituted(text: &Value, values: &BTreeMap<String, String>) -> Value {
    match text {
        Value::String(text) => {
            let put = |text: String, (name, value): (&String, &String)| {
                text.replace(&format!("${{{name}}}"), value)
            };
            Value::from(values.iter().fold(text.clone(), put))
        }
        Value::Array(parts) => {
            let parts = parts.iter().map(|part| match part {
                Value::String(_) => substituted(part, values),
                part => with_values(part, values),
            });
            parts.collect()
        }
        other => with_values(other, values),
    }
}

fn change(
    action: Action,
    id: &str,
    resource: &Value,
    places: &Places,
    properties: Vec<Property>,
) -> Change {
    let kind = resource
        .get("Type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    Change {
        action,
        kind: kind.to_owned(),
        id: id.to_owned(),
        place: places.of(&format!("/Resources/{id}")).map(str::to_owned),
        stateful: is_stateful(kind),
        properties,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(before: &Value, after: &Value) -> Vec<String> {
        let found = differences(Some(before), after, &Places::default());
        let changes = found.changes.into_values().flat_map(|change| {
            let head = format!("{} {}", change.action.sign(), change.id);
            let properties = change.properties.into_iter().map(|it| {
                let show = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
                format!("  {}: {} → {}", it.path, show(it.before), show(it.after))
            });
            std::iter::once(head).chain(properties).collect::<Vec<_>>()
        });
        changes.collect()
    }

    #[test]
    fn leaves_are_compared() {
        let before = json!({"Resources": {
            "Group": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {"MaxSize": "4", "Subnets": ["a", "b"]}},
            "Old": {"Type": "AWS::EC2::EIP"},
            "Kept": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
            "Same": {"Type": "AWS::EC2::VPC"},
        }});
        let after = json!({"Resources": {
            "Same": {"Type": "AWS::EC2::VPC"},
            "Group": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {"MaxSize": {"Ref": "Most"}, "Subnets": ["a"]}},
            "New": {"Type": "AWS::SNS::Topic"},
        }});
        assert_eq!(
            said(&before, &after),
            [
                "~ Group",
                "  Properties/MaxSize: 4 → {Most}",
                "  Properties/Subnets/1: b → nothing",
                "+ New",
                "- Old",
                "< Kept",
            ]
        );
    }

    #[test]
    fn a_parameter_that_changes_is_a_property_that_changes() {
        let template = json!({"Resources": {
            "Kept": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Ref": "Release"}}},
            "Group": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {
                "UserData": {"Fn::Base64": {"Fn::Sub": "a\nrelease=${Release}\n"}},
                "Name": {"Ref": "Other"},
            }},
        }});
        let [before, after] = ["v1", "v2"].map(|value| {
            let values = BTreeMap::from([("Release".to_owned(), value.to_owned())]);
            with_values(&template, &values)
        });
        assert_eq!(
            said(&before, &after),
            [
                "~ Kept",
                "  Properties/Value: v1 → v2",
                "~ Group",
                "  Properties/UserData: release=v1 → release=v2",
            ]
        );
    }
}
