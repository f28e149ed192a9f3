//! What holds for every resource, whatever its kind.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::Diagnostic;
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};
use beanc::graph::Resource;
use beanc::resource::{NodeId, Term, Tree};
use beanc::source::{FileId, Sources};
use serde_json::Value;

use crate::samples::{NASTY, NASTY_LINES, Samples};
use crate::support::check;

/// The names of the kinds and of what each gives, as their files declare them.
fn declared() -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/resource");
    let files = std::fs::read_dir(folder).expect("the folder is there");
    let texts = files.map(|file| {
        let path = file.expect("it can be listed").path();
        std::fs::read_to_string(path).expect("it can be read")
    });
    texts
        .filter_map(|text| {
            let lowering = text.lines().find(|line| {
                line.starts_with("impl Kind for ") || line.starts_with("impl Resource for ")
            })?;
            let name = lowering.split(' ').nth(3)?.to_owned();
            let attributes = text.split("Attribute::new(\"").skip(1);
            let attributes = attributes.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
            Some((name, attributes.collect()))
        })
        .collect()
}

/// The name of a resource's kind.
fn kind(resource: &Resource) -> String {
    let shown = format!("{:?}", resource.kind);
    shown
        .split([' ', '{'])
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn every_kind_has_a_sample() {
    let samples = Samples::full();
    let sampled: BTreeSet<String> = samples.graph.resources().map(|(_, it)| kind(it)).collect();
    let declared: BTreeSet<String> = declared().into_keys().collect();
    assert_eq!(sampled, declared);
}

/// A kind that one target forgot would be found out here, before any user does.
#[test]
fn both_targets_answer_for_every_attribute() {
    let declared = declared();
    for samples in [Samples::full(), Samples::least()] {
        for (_, resource) in samples.graph.resources() {
            let kind = kind(resource);
            let answers = |names: Vec<&str>| -> BTreeSet<String> {
                names.into_iter().map(str::to_owned).collect()
            };
            let template = resource.kind.cloudformation().gives;
            let module = resource.kind.terraform().gives;
            let template = answers(template.iter().map(|(name, ..)| *name).collect());
            let module = answers(module.iter().map(|(name, ..)| *name).collect());
            assert_eq!(template, declared[&kind], "CloudFormation's {kind}");
            assert_eq!(module, declared[&kind], "Terraform's {kind}");
        }
    }
}

/// Every term that stands in a tree, joins included.
fn terms(tree: &Tree, visit: &mut dyn FnMut(&Term)) {
    use beanc::resource::References;
    match tree {
        Tree::Leaf(term, _) => term.references(visit),
        Tree::Base64(lines) => lines.references(visit),
        Tree::List(items) => items.iter().for_each(|item| terms(item, visit)),
        Tree::Map(entries) => entries.iter().for_each(|(_, value)| terms(value, visit)),
        Tree::Document(document) => terms(document, visit),
        Tree::OwnName { .. } | Tree::Sibling { .. } => {}
    }
}

/// The terms of a resource's fields, of its template and of its module.
fn all_terms(resource: &Resource) -> [Vec<Term>; 3] {
    let [mut fields, mut template, mut module] = [const { Vec::new() }; 3];
    resource
        .kind
        .references(&mut |term| fields.push(term.clone()));
    for piece in resource.kind.cloudformation().list {
        let policies = piece.policies.iter().map(|(_, tree)| tree);
        let properties = piece.properties.iter().map(|(_, tree)| tree);
        for tree in properties.chain(policies) {
            terms(tree, &mut |term| template.push(term.clone()));
        }
    }
    for piece in resource.kind.terraform().list {
        for (_, tree) in &piece.arguments {
            terms(tree, &mut |term| module.push(term.clone()));
        }
    }
    [fields, template, module]
}

#[test]
fn both_targets_refer_to_the_same_resources() {
    for samples in [Samples::full(), Samples::least()] {
        for (_, resource) in samples.graph.resources() {
            let used = all_terms(resource).map(|terms| -> BTreeSet<(NodeId, &str)> {
                let attribute = |term| match term {
                    Term::Attribute { node, name, .. } => Some((node, name)),
                    _ => None,
                };
                terms.into_iter().filter_map(attribute).collect()
            });
            let [fields, template, module] = used;
            let kind = kind(resource);
            assert_eq!(template, fields, "CloudFormation's {kind}");
            assert_eq!(module, fields, "Terraform's {kind}");
        }
    }
}

/// What a target leaves out on purpose: target, value, role.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    // Only application balancers can be told how long a connection may be
    // silent.
    ("CloudFormation", "75", "network_balancer"),
    ("Terraform", "75", "network_balancer"),
    // A stack's alarms are given with the deployment, not in its template.
    ("CloudFormation", "sample-alarm", "auto_scaling_group"),
    // Boot and pause are one time there.
    ("CloudFormation", "45", "auto_scaling_group"),
    ("CloudFormation", "930", "auto_scaling_group"),
    // There are no tags of rules and listeners there.
    ("CloudFormation", "sample-env", "rule_"),
    ("CloudFormation", "environment.sample-env", "rule_"),
    ("CloudFormation", "cc-1412 + x=1/2@home:80_-", "rule_"),
    ("CloudFormation", "sample-env", "listener_"),
    ("CloudFormation", "environment.sample-env", "listener_"),
    ("CloudFormation", "cc-1412 + x=1/2@home:80_-", "listener_"),
];

/// A field that is destructured and then forgotten compiles; it is missing here.
#[test]
fn every_value_arrives_in_both_targets() {
    let text = |term: &Term| match term {
        Term::Text(text) => Some(text.to_string()),
        Term::Int(number) => Some(number.to_string()),
        Term::Decimal(number) => Some(number.to_string()),
        _ => None,
    };
    let mut lost = Vec::new();
    for (_, resource) in Samples::full().graph.resources() {
        let [fields, template, module] = all_terms(resource);
        for (target, terms) in [("CloudFormation", template), ("Terraform", module)] {
            let arrived: Vec<String> = terms.iter().filter_map(text).collect();
            for value in fields.iter().filter_map(text) {
                let there = arrived.iter().any(|text| text.contains(&value));
                let role = resource.id.role.as_str();
                let on_purpose = LEFT_OUT
                    .iter()
                    .any(|out| out.0 == target && out.1 == value && role.starts_with(out.2));
                if !there && !on_purpose {
                    lost.push(format!("{target}: {value} of {role}"));
                }
            }
        }
    }
    assert_eq!(lost, Vec::<String>::new());
}

fn template(samples: &Samples) -> Value {
    let text = cloudformation::render(&samples.graph, &samples.sources).text;
    serde_json::from_str(&text).expect("it is JSON")
}

fn module(samples: &Samples) -> Value {
    let text = terraform::render(&samples.graph, &samples.sources).text;
    serde_json::from_str(&text).expect("it is JSON")
}

fn schema(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

/// The names that a vendor does not know, as paths.
fn unknown_names(value: &Value, known: &Value, path: &str, unknown: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                unknown_names(item, known, path, unknown);
            }
        }
        Value::Object(entries) if known.is_object() => {
            let is_function = |key: &str| key == "Ref" || key.starts_with("Fn::");
            for (key, below) in entries.iter().filter(|(key, _)| !is_function(key)) {
                let path = format!("{path}.{key}");
                match known.get(key) {
                    Some(known) => unknown_names(below, known, &path, unknown),
                    None => unknown.push(path),
                }
            }
        }
        _ => {}
    }
}

/// `tests/schemas/extract.py` writes the names anew.
#[test]
fn the_vendors_know_every_name() {
    let names = schema(include_str!("../schemas/cloudformation.json"));
    let arguments = schema(include_str!("../schemas/terraform.json"));
    // What Terraform itself puts into every block.
    let meta = ["lifecycle", "depends_on"];
    let mut unknown = Vec::new();
    for samples in [Samples::full(), Samples::least()] {
        let template = template(&samples);
        for resource in template["Resources"]
            .as_object()
            .expect("an object")
            .values()
        {
            let ty = resource["Type"].as_str().expect("text");
            let known = &names["resources"][ty]["properties"];
            assert!(known.is_object(), "{ty} is not in the extract");
            unknown_names(&resource["Properties"], known, ty, &mut unknown);
        }
        let module = module(&samples);
        for (section, extract) in [("resource", "resources"), ("data", "data")] {
            let types = module[section].as_object().expect("an object");
            let made_here = |ty: &str| section == "resource" || !arguments[extract][ty].is_null();
            for (ty, blocks) in types.iter().filter(|(ty, _)| made_here(ty)) {
                let known = &arguments[extract][ty];
                assert!(known.is_object(), "{ty} is not in the extract");
                for block in blocks.as_object().expect("an object").values() {
                    let mut block = block.clone();
                    let arguments = block.as_object_mut().expect("an object");
                    arguments.retain(|key, _| !meta.contains(&key.as_str()));
                    unknown_names(&block, known, ty, &mut unknown);
                }
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
}

/// Every object below a value.
fn each_object<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each_object(item, visit)),
        Value::Object(entries) => {
            visit(entries);
            entries.values().for_each(|it| each_object(it, visit));
        }
        _ => {}
    }
}

/// Every text below a value, keys included.
fn each_text<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        Value::Object(entries) => {
            for (key, below) in entries {
                visit(key);
                each_text(below, visit);
            }
        }
        Value::String(text) => visit(text),
        _ => {}
    }
}

#[test]
fn templates_refer_to_what_is_there() {
    let names = schema(include_str!("../schemas/cloudformation.json"));
    let template = template(&Samples::full());
    let resources = template["Resources"].as_object().expect("an object");
    let known = |id: &str| {
        resources.contains_key(id)
            || template["Parameters"].get(id).is_some()
            || id.starts_with("AWS::")
    };
    let has = |id: &str, attribute: &str| {
        let ty = resources[id]["Type"].as_str().expect("text");
        let attributes = names["resources"][ty]["attributes"].as_array();
        // The user guide has this one, the schema does not.
        let documented = (ty, attribute) == ("AWS::SQS::Queue", "QueueName");
        documented || attributes.is_some_and(|it| it.iter().any(|name| name == attribute))
    };
    let mut wrong = Vec::new();
    each_object(&template, &mut |object| {
        if let Some(Value::String(id)) = object.get("Ref")
            && !known(id)
        {
            wrong.push(id.clone());
        }
        if let Some(path) = object.get("Fn::GetAtt") {
            let [id, attribute] = [&path[0], &path[1]].map(|it| it.as_str().expect("text"));
            if !known(id) || !has(id, attribute) {
                wrong.push(format!("{id}.{attribute}"));
            }
        }
        let sub = object.get("Fn::Sub");
        let sub = sub.map(|it| it.as_str().or(it[0].as_str()).expect("text"));
        for name in sub.into_iter().flat_map(substituted) {
            let bound = object["Fn::Sub"][1].get(name).is_some();
            let there = match name.split_once('.') {
                Some((id, attribute)) => known(id) && has(id, attribute),
                None => known(name),
            };
            if !bound && !there {
                wrong.push(format!("${{{name}}}"));
            }
        }
        // Containers have such a list of their own.
        if let Some(wait) = object.get("DependsOn")
            && object.contains_key("Type")
        {
            each_text(wait, &mut |id| {
                wrong.extend((!known(id)).then(|| id.to_owned()))
            });
        }
    });
    assert_eq!(wrong, Vec::<String>::new());
}

/// The names that `Fn::Sub` replaces in a text.
fn substituted(text: &str) -> Vec<&str> {
    let pieces = text.split("${").skip(1);
    let pieces = pieces.filter_map(|piece| Some(piece.split_once('}')?.0));
    let names: Vec<&str> = pieces.filter(|name| !name.starts_with('!')).collect();
    assert!(!names.is_empty(), "`Fn::Sub` without a variable: {text}");
    names
}

#[test]
fn modules_refer_to_what_is_there() {
    let arguments = schema(include_str!("../schemas/terraform.json"));
    let module = module(&Samples::full());
    let mut wrong = Vec::new();
    each_text(&module, &mut |text| {
        // Two signs in front of a brace are text.
        for (at, _) in text
            .match_indices("${")
            .filter(|(at, _)| !text[..*at].ends_with('$'))
        {
            let (expression, _) = text[at + 2..].split_once('}').expect("it is closed");
            let inner = expression
                .strip_suffix(')')
                .and_then(|it| it.split_once('('))
                .map_or(expression, |(_, inner)| inner);
            if expression.starts_with('"') {
                continue;
            }
            let parts: Vec<&str> = inner.split('.').collect();
            let there = match parts.as_slice() {
                ["local", name] => module["locals"].get(name).is_some(),
                // Of AWS's own data sources; Terraform checks those.
                ["data", ty, label, ..] => module["data"][ty].get(label).is_some(),
                [ty, label, attribute] => {
                    module["resource"][ty].get(label).is_some()
                        && arguments["resources"][ty].get(attribute).is_some()
                }
                _ => false,
            };
            if !there {
                wrong.push(expression.to_owned());
            }
        }
    });
    assert_eq!(wrong, Vec::<String>::new());
}

/// A text of a module as Terraform reads it, without references.
fn read_by_terraform(text: &str) -> String {
    text.replace("$${", "${").replace("%%{", "%{")
}

#[test]
fn nasty_texts_arrive_as_they_are() {
    let samples = Samples::nasty();
    let template = template(&samples);
    let module = module(&samples);
    let alarm = &template["Resources"]["SampleEnvAlarmPlain"]["Properties"];
    assert_eq!(alarm["AlarmDescription"], NASTY);
    assert_eq!(alarm["Tags"][2]["Key"], "${k} %{k}");
    assert_eq!(alarm["Tags"][2]["Value"], NASTY);
    let alarm = &module["resource"]["aws_cloudwatch_metric_alarm"]["sample_env_alarm_plain"];
    let description = alarm["alarm_description"].as_str().expect("text");
    assert_eq!(read_by_terraform(description), NASTY);
    let tags = alarm["tags"].as_object().expect("an object");
    assert_eq!(tags["//"], "a comment elsewhere");
    let tag = tags["$${k} %%{k}"].as_str().expect("text");
    assert_eq!(read_by_terraform(tag), NASTY);

    let data = &template["Resources"]["SampleEnvLaunchTemplate"]["Properties"];
    let script = &data["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Sub"];
    let bound = script[1].as_object().expect("values by name");
    let whole = |value: &Value| value.as_str().is_some_and(|it| it.contains(NASTY_LINES));
    assert!(bound.values().any(whole), "{script}");
    let script = &module["locals"]["sample_env_launch_template_user_data"];
    let script = script.as_str().expect("text");
    // A sign right in front of a reference would make text of it.
    let price = r#"price='${"$$"}${data.aws_partition.current.partition}'"#;
    assert!(script.contains(price), "{script}");
    let script = read_by_terraform(script);
    assert!(script.contains(NASTY_LINES), "{script}");
}

/// A YAML value with short tags as the JSON that it stands for.
fn untagged(value: serde_yaml::Value) -> Value {
    use serde_yaml::Value as Yaml;
    match value {
        Yaml::Tagged(tagged) => {
            let name = tagged.tag.to_string();
            let name = name.trim_start_matches('!');
            let key = match name {
                "Ref" => "Ref".to_owned(),
                name => format!("Fn::{name}"),
            };
            let argument = match (name, untagged(tagged.value)) {
                ("GetAtt", Value::String(path)) => {
                    let (id, attribute) = path.split_once('.').expect("a path");
                    Value::from(vec![id, attribute])
                }
                (_, argument) => argument,
            };
            Value::Object([(key, argument)].into_iter().collect())
        }
        Yaml::Sequence(items) => items.into_iter().map(untagged).collect(),
        Yaml::Mapping(entries) => {
            let text = |key: Yaml| key.as_str().expect("keys are text").to_owned();
            let entries = entries
                .into_iter()
                .map(|(key, value)| (text(key), untagged(value)));
            Value::Object(entries.collect())
        }
        plain => serde_json::to_value(plain).expect("it is plain"),
    }
}

#[test]
fn yaml_says_what_json_says() {
    for samples in [Samples::nasty(), Samples::least()] {
        let (graph, sources) = (&samples.graph, &samples.sources);
        let yaml = cloudformation::render_as(graph, sources, cloudformation::Format::Yaml).text;
        let yaml: serde_yaml::Value = serde_yaml::from_str(&yaml).expect("it is YAML");
        assert_eq!(untagged(yaml), template(&samples));
    }
}

#[test]
fn source_maps_point_at_what_is_written() {
    let samples = Samples::full();
    let (graph, sources) = (&samples.graph, &samples.sources);
    let documents = [
        cloudformation::render(graph, sources),
        terraform::render(graph, sources),
    ];
    for document in documents {
        let [text, map] = [&document.text, &document.map]
            .map(|text| serde_json::from_str::<Value>(text).expect("it is JSON"));
        let entries = map["entries"].as_object().expect("an object");
        assert!(entries.len() > graph.len());
        for (pointer, place) in entries {
            assert_eq!(place, "samples.bean:1:13");
            assert!(text.pointer(pointer).is_some(), "nothing at {pointer}");
        }
    }
}

/// The whole front end, for programs of one file.
fn compiled(sources: &mut Sources, id: FileId) -> Vec<Diagnostic> {
    let file = sources.file(id);
    let disk = MemoryDisk::new([(file.name(), &**file.text())]);
    driver::compile(Path::new(file.name()), &disk, &Options::default()).diagnostics
}

#[test]
fn two_alarms_whose_names_look_the_same_are_one_complaint() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  alarm too_slow {
    metric = target_response_time_p95
    above = 800ms
    for = 5m
    notify = "ops@example.com"
  }
  alarm too-slow {
#       ^^^^^^^^ E0117 two things in `shop-prod` would both be named `ShopProdTopicKeyTooSlow`
    metric = target_response_time_p95
    above = 2s
    for = 5m
    notify = "ops@example.com"
  }
}
"#,
        compiled,
    );
}

#[test]
fn two_log_files_whose_names_look_the_same_are_told_apart_by_the_user() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  logs {
    files = ["/var/log/shop/a-b.log", "/var/log/shop/a.b.log"]
#                                     ^^^^^^^^^^^^^^^^^^^^^^^ E0117 two things in `shop-prod` would both be named `ShopProdLogGroupVarLogShopABLog`
  }
}
"#,
        compiled,
    );
}

/// A parameter of a template reads what another unit left.
#[test]
fn an_input_named_like_a_parameter_is_a_complaint() {
    check(
        r#"
edition 2026
application a {}
input bean-a-bucket: string
#<^^^^^^^^^^^^^^^^^^^^^^^^^ E0117 two things in `shop-prod` would both be named `BeanABucket`
environment shop-prod: web {
  platform = "nodejs-22"
  env { BUCKET = input.bean-a-bucket }
}
"#,
        compiled,
    );
}

/// The trigger that every environment has is called `cpu`, and nobody who
/// names an alarm thinks of it.
#[test]
fn an_alarm_may_be_called_like_a_trigger() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  alarm cpu_high {
    metric = cpu
    above = 90%
    for = 5m
    notify = "ops@example.com"
  }
}
"#,
        compiled,
    );
}
