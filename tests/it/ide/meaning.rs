//! Hover, definitions and references.

use beanc::analysis::eval::item_schema;
use beanc::ide::{definition, hover, lens, references};
use beanc::schema::network::ExistingNetwork;
use beanc::schema::{Block, Property, Schema, Shape};
use beanc::syntax::ast::ItemKind;

use super::{compare, open};

#[track_caller]
fn check_hover(program: &str, expected: &str) {
    compare(&hovered(&[("main.bean", program)]), expected);
}

/// Only the values, behind what a property is.
#[track_caller]
fn check_value(files: &[(&str, &str)], expected: &str) {
    let text = hovered(files);
    let at = text.find("```").unwrap_or(text.len());
    compare(&text[at..], expected);
}

fn hovered(files: &[(&str, &str)]) -> String {
    let cursor = open(files);
    let hover = hover::hover(&cursor.snapshot, cursor.file, cursor.offset);
    hover.map(|it| it.markdown).unwrap_or_default()
}

/// Where the cursor's name is declared: place and text of the line.
#[track_caller]
fn check_definition(files: &[(&str, &str)], expected: &str) {
    let cursor = open(files);
    let found = definition::definition(&cursor.snapshot, cursor.file, cursor.offset);
    let sources = cursor.snapshot.sources();
    let mut text = String::new();
    for target in found.map(|(_, targets)| targets).unwrap_or_default() {
        let place = sources.place(target.place);
        text.push_str(&format!("{place} {}\n", sources.text(target.place)));
    }
    compare(&text, expected);
}

#[track_caller]
fn check_references(files: &[(&str, &str)], expected: &str) {
    let cursor = open(files);
    let sources = cursor.snapshot.sources();
    let mut text = String::new();
    for it in references::references(&cursor.snapshot, cursor.file, cursor.offset) {
        let declares = if it.declares { " declared" } else { "" };
        text.push_str(&format!("{}{declares}\n", sources.place(it.span)));
    }
    compare(&text, expected);
}

#[test]
fn a_property_has_documentation_facts_and_its_value() {
    check_hover(
        r#"
edition 2026
application shop {}
template small: web {
  platform = "nodejs-22"
  instances { max = 2 }
}
environment shop-prod: web extends small {
  instances { $0max = 2 * 3 }
}
"#,
        "
**environment.instances.max**

How many run at most.

- Type: a whole number, 1 to 10000
- Without it: 4, or `min` when that is more; 1 without a load balancer
- Not less: an environment has at least one instance; a `schedule` in `scaling` may end them for a time
- AWS: `AWS::AutoScaling::AutoScalingGroup MaxSize`
- Elastic Beanstalk: `aws:autoscaling:asg MaxSize`

```bean
shop-prod.instances.max = 6  # set in shop-prod, main.bean:8:21; 2 in small, main.bean:5:21
```
",
    );
}

/// Of every property of the language, at its key in an item of its kind, also
/// while nothing that makes sense stands behind it.
#[test]
fn every_property_has_documentation() {
    let mut silent = Vec::new();
    let mut count = 0;
    for (head, kind) in [
        ("application it", ItemKind::Application),
        ("network it", ItemKind::Network),
        ("network it: existing", ItemKind::Network),
        ("platform it", ItemKind::Platform),
        ("template it: web", ItemKind::Template),
        ("environment it: web", ItemKind::Environment),
        ("environment it: worker", ItemKind::Environment),
    ] {
        let schema = match head.ends_with("existing") {
            true => ExistingNetwork::schema(),
            false => item_schema(kind),
        };
        let mut paths = Vec::new();
        properties(schema, &[], &mut paths);
        for (path, property) in paths {
            count += 1;
            let (last, blocks) = path.split_last().expect("a property has a key");
            let program = format!(
                "edition 2026\n{head} {{ {}$0{last}{} }}\n",
                blocks
                    .iter()
                    .map(|it| format!("{it} {{ "))
                    .collect::<String>(),
                " }".repeat(blocks.len())
            );
            let text = hovered(&[("main.bean", &program)]);
            let docs = property.docs.first().map_or("", |line| line.trim());
            if docs.is_empty() || !text.contains(docs) {
                silent.push(format!("{head}: {} says {text:?}", path.join(".")));
            }
        }
    }
    assert!(count > 500, "{count}");
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// The keys of a block and of all blocks in it, as they are written.
fn properties(
    block: &'static Block,
    above: &[String],
    all: &mut Vec<(Vec<String>, &'static Property)>,
) {
    for property in block.properties {
        let path = |key: String| [above, &[key]].concat();
        let key = property.name.to_owned();
        all.push((path(key.clone()), property));
        match property.shape {
            Shape::Block(inner) => properties(inner(), &path(key), all),
            Shape::Keyed(inner) => properties(inner(), &path(key + " name"), all),
            Shape::Value(_) | Shape::Map(_) | Shape::Raw => {}
        }
    }
}

#[test]
fn references_params_words_and_functions_have_documentation() {
    let program = |value: &str| {
        format!(
            "edition 2026\n## The stage.\nparam stage: dev | prod = dev\napplication shop {{}}\n\
             environment shop-prod: web {{\n  platform = \"nodejs-22\"\n  env {{ A = {value} }}\n}}\n"
        )
    };
    check_hover(
        &program("\"${param.st$0age}\""),
        "
```bean
param stage: dev | prod = dev
```

The stage.

Value: `dev`
",
    );
    check_hover(
        &program("upp$0er(param.stage)"),
        "
```bean
upper(text)
```

The text in capital letters.
",
    );
    check_hover(
        &program("environment.shop-prod.u$0rl"),
        "
**url**

Where it answers: `https://shop.example.com`.

Known once it is deployed.
",
    );
    check_hover(
        &program("aws.re$0gion"),
        "
**aws.region**

The region's code: `eu-west-1`.
",
    );
}

#[test]
fn an_item_says_what_comes_of_it() {
    let program = r#"
edition 2026
application shop {}
## Serves the shop.
environment $0shop-prod: web {
  platform = "nodejs-22"
}
"#;
    check_hover(
        program,
        "
```bean
environment shop-prod: web
```

Serves the shop.

**environment**: Instances that run a version of an application, and all that is needed around them.

It emits 47 resources.
",
    );
    let cursor = open(&[("main.bean", program)]);
    let lenses = lens::lenses(&cursor.snapshot, cursor.file);
    let lenses: Vec<(String, String)> = lenses.into_iter().map(|it| (it.unit, it.title)).collect();
    let expected = [
        ("application.shop", "emits 3 resources"),
        ("environment.shop-prod", "emits 47 resources"),
    ];
    let expected = expected.map(|(unit, title)| (unit.to_owned(), title.to_owned()));
    assert_eq!(lenses, expected);
}

const SHARED: &str = r#"edition 2026
network main {
  subnets private { size = /20 }
}
template small: web {
  platform = "nodejs-22"
  instances { max = 2 }
  load_balancer {
    listener http { port = 80 }
  }
  alarm slow { metric = cpu, above = 70% }
}
"#;

fn main(body: &str) -> String {
    format!(
        "edition 2026\nimport {{ small as tiny, main }} from \"./shared.bean\"\n\
         application shop {{}}\nenvironment shop-prod: web extends tiny {{\n{body}\n}}\n"
    )
}

#[track_caller]
fn check_body_definition(body: &str, expected: &str) {
    check_definition(
        &[("main.bean", &main(body)), ("shared.bean", SHARED)],
        expected,
    );
}

#[test]
fn definitions_are_found_in_other_files_and_layers() {
    let program = main("").replace("extends tiny", "extends ti$0ny");
    check_definition(
        &[("main.bean", &program), ("shared.bean", SHARED)],
        "shared.bean:5:10 small",
    );
    let program = main("").replace("small as", "sm$0all as");
    check_definition(
        &[("main.bean", &program), ("shared.bean", SHARED)],
        "shared.bean:5:10 small",
    );
    check_body_definition("network = network.ma$0in", "shared.bean:2:9 main");
    check_body_definition(
        "instances { subnets = network.main.pri$0vate }",
        "shared.bean:3:11 private",
    );
    check_body_definition(
        "deployment { rollback_on = [alarm.sl$0ow] }",
        "shared.bean:11:9 slow",
    );
    check_body_definition("instances { m$0ax = 3 }", "shared.bean:7:15 max");
    check_body_definition("remove alarm sl$0ow", "shared.bean:11:9 slow");
    check_body_definition(
        "load_balancer { listener old { port = 8080, redirect = ht$0tp } }",
        "shared.bean:9:14 http",
    );
    check_body_definition("env { A = \"${se$0lf.name}\" }", "main.bean:4:13 shop-prod");
    check_body_definition("env { A = \"${ba$0se.name}\" }", "shared.bean:5:10 small");
    check_body_definition(
        "platform = \"node$0js-22\"",
        "std/platforms/nodejs.bean:34:10 nodejs-22",
    );
}

/// Behind `base`, and behind `remove`, stands what the parents say, and not what
/// hides it.
#[test]
fn base_is_what_the_parents_say() {
    check_body_definition(
        "instances { max = 2 * base.instances.m$0ax }",
        "shared.bean:7:15 max",
    );
    check_body_definition(
        "instances { max = 2 * base.inst$0ances.max }",
        "shared.bean:7:3 instances",
    );
    check_body_definition(
        "load_balancer { listener http { port = base.load_balancer.listener.ht$0tp.port } }",
        "shared.bean:9:14 http",
    );
    check_body_definition("remove inst$0ances", "shared.bean:7:3 instances");
    // What nobody sets, and what the nearest parent takes away.
    let family = |head: &str, asked: &str| {
        format!(
            "edition 2026\napplication shop {{}}\ntemplate small: web {{\n  platform = \"nodejs-22\"\n  \
             instances {{ max = 2 * 3 }}\n}}\ntemplate large: web {{\n  instances {{ max = 6 }}\n}}\n\
             template none: web extends small {{\n  remove instances\n}}\n\
             environment shop-prod: web extends {head} {{\n  instances {{ max = base.{asked} }}\n}}\n"
        )
    };
    let check = |head: &str, asked: &str, expected: &str| {
        check_definition(&[("main.bean", &family(head, asked))], expected);
    };
    check("small", "instances.m$0in", "");
    check("none", "instances.m$0ax", "");
    check("none, large", "instances.m$0ax", "main.bean:8:15 max");
    check(
        "small, large",
        "instances.m$0ax",
        "main.bean:5:15 max\nmain.bean:8:15 max",
    );
    let check = |head: &str, asked: &str, expected: &str| {
        check_value(&[("main.bean", &family(head, asked))], expected);
    };
    check(
        "small",
        "instances.m$0ax",
        "```bean\nsmall.instances.max = 6  # set in small, main.bean:5:21\n```",
    );
    check(
        "small",
        "instances.m$0in",
        "```bean\nsmall.instances.min = 1  # default of edition 2026\n```",
    );
    check(
        "small, large",
        "instances.m$0ax",
        "```bean\nsmall.instances.max = 6  # set in small, main.bean:5:21\n```\n\n\
         ```bean\nlarge.instances.max = 6  # set in large, main.bean:8:21\n```",
    );
}

/// Templates of other files are not looked at as a whole: what they write is
/// shown as they write it.
#[test]
fn what_a_template_of_another_file_says_is_shown_as_it_is_written() {
    let check = |body: &str, expected: &str| {
        check_value(
            &[("main.bean", &main(body)), ("shared.bean", SHARED)],
            expected,
        );
    };
    check(
        "instances { max = 2 * base.instances.m$0ax }",
        "```bean\n# set in small, shared.bean:7:15\nmax = 2\n```",
    );
    check(
        "instances { max = 2 * base.instances.max }\nremove load_bal$0ancer",
        "```bean\n# set in small, shared.bean:8:3\nload_balancer {\n  listener http { port = 80 }\n}\n```",
    );
    check(
        "instances { max = base.instances.m$0in }",
        "```bean\nsmall.instances.min = 1  # default of edition 2026\n```",
    );
}

#[test]
fn references_go_through_aliases_and_inheritance() {
    let body = "  load_balancer {\n    listener old { port = 8080, redirect = http }\n    \
                listener ht$0tp { tls_policy = \"x\" }\n  }\n  \
                assert self.load_balancer.listener.http.port == 80";
    let mut program = main(body);
    program.push_str(
        "environment shop-other: web {\n  platform = \"nodejs-22\"\n  \
         load_balancer {\n    listener http { port = 80 }\n  }\n}\n",
    );
    check_references(
        &[("main.bean", &program), ("shared.bean", SHARED)],
        "
main.bean:6:44
main.bean:7:14 declared
main.bean:9:38
shared.bean:9:14 declared
",
    );
    // Behind the last letter, in a text as well.
    let program = "edition 2026\nlet name = 1\nlet b = \"x ${let.name$0} ${let.name}\"\n";
    check_references(
        &[("main.bean", program)],
        "
main.bean:2:5 declared
main.bean:3:18
main.bean:3:30
",
    );
    let program = main("").replace("extends tiny", "extends ti$0ny");
    check_references(
        &[("main.bean", &program), ("shared.bean", SHARED)],
        "
main.bean:2:10
main.bean:2:19
main.bean:4:36
shared.bean:5:10 declared
",
    );
}
