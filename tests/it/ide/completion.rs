//! What may stand at the cursor.

use std::path::Path;

use beanc::disk::{MemoryDisk, RealDisk};
use beanc::driver::Options;
use beanc::ide::Snapshot;
use beanc::ide::completion::{self, Completion};

use super::{Cursor, compare, open, open_text, programs};

fn proposals(cursor: &Cursor, disk: &MemoryDisk) -> Vec<Completion> {
    let text = cursor.snapshot.sources().file(cursor.file).text();
    completion::complete(&cursor.snapshot, disk, cursor.file, text, cursor.offset)
}

/// The first proposals at the cursor, as many as are expected.
#[track_caller]
fn check_first(program: &str, expected: &[&str]) {
    let cursor = open(&[("main.bean", program)]);
    let list = proposals(&cursor, &MemoryDisk::default());
    let labels: Vec<&str> = list.iter().map(|it| it.label.as_str()).collect();
    let first = &labels[..expected.len().min(labels.len())];
    assert_eq!(first, expected, "of {labels:?}");
}

/// Whether things are proposed at the cursor, each with `+` or `-` in front.
#[track_caller]
fn check_has(program: &str, expected: &[&str]) {
    let cursor = open(&[("main.bean", program)]);
    let list = proposals(&cursor, &MemoryDisk::default());
    for expected in expected {
        let (wanted, label) = expected.split_at(1);
        let has = list.iter().any(|it| it.label == label);
        let labels: Vec<&str> = list.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(has, wanted == "+", "{expected} of {labels:?}");
    }
}

/// The text after a proposal is taken.
#[track_caller]
fn check_taken(program: &str, label: &str, expected: &str) {
    let cursor = open(&[("main.bean", program)]);
    let list = proposals(&cursor, &MemoryDisk::default());
    let labels: Vec<&str> = list.iter().map(|it| it.label.as_str()).collect();
    let taken = list.iter().find(|it| it.label == label);
    let taken = taken.unwrap_or_else(|| panic!("{label} of {labels:?}"));
    let mut text = cursor
        .snapshot
        .sources()
        .file(cursor.file)
        .text()
        .to_string();
    let (start, end) = (taken.replace.start as usize, taken.replace.end as usize);
    text.replace_range(start..end, &taken.insert);
    compare(&text, expected);
}

const HEAD: &str = r#"edition 2026
param stage: dev | prod = dev
param size: string = "t4g.small"
input release: string
application shop {}
network main {
  subnets public { size = /24 }
  subnets private { size = /20 }
}
template small: web {
  platform = "nodejs-22"
  alarm slow { metric = cpu, above = 70% }
  load_balancer {
    listener http { port = 80 }
  }
}
"#;

/// A program with something in an environment.
fn web(body: &str) -> String {
    format!("{HEAD}environment shop-prod: web extends small {{\n{body}\n}}\n")
}

fn worker(body: &str) -> String {
    format!("{HEAD}environment shop-jobs: worker {{\n{body}\n}}\n")
}

// Items and their heads

#[test]
fn an_empty_file_begins_with_its_edition() {
    check_first("$0", &["edition", "environment"]);
    check_has("edition 2026\n$0", &["-edition", "+environment", "+param"]);
    check_taken(
        "edition 2026\nenvi$0\n",
        "environment",
        "edition 2026\nenvironment ${1:name}: ${2|web,worker|} {\n  platform = $0\n}\n",
    );
}

#[test]
fn an_item_has_a_tier_and_parents() {
    check_first(
        "edition 2026\nenvironment shop-prod: $0 {}\n",
        &["web", "worker"],
    );
    check_first(
        "edition 2026\nenvironment shop-prod: w$0",
        &["web", "worker"],
    );
    let head = |rest: &str| format!("{HEAD}environment shop-prod: {rest}\n");
    check_first(&head("web $0"), &["extends"]);
    check_first(&head("web extends $0"), &["small"]);
    check_has(&head("worker extends $0 {}"), &["-small"]);
    check_has(
        &format!("{HEAD}platform mine extends $0 {{}}\n"),
        &["+\"nodejs-22\""],
    );
    check_has(
        &format!("{HEAD}platform mine extends \"no$0\" {{}}\n"),
        &["+nodejs-22"],
    );
    check_first("edition 2026\nnetwork main: $0", &["existing"]);
}

#[test]
fn a_param_has_a_type_and_a_default() {
    check_first("edition 2026\nparam a: $0", &["string", "int", "bool"]);
    check_first("edition 2026\nparam a: list<$0", &["string", "int", "bool"]);
    check_first("edition 2026\nparam a: bool = $0", &["false", "true"]);
    check_first("edition 2026\nparam a: dev | prod = $0", &["dev", "prod"]);
}

// Keys

#[test]
fn required_keys_come_first_and_written_ones_not_again() {
    let program = "edition 2026\nenvironment shop-prod: web {\n  $0\n}\n";
    check_first(program, &["platform", "application", "release"]);
    let program =
        "edition 2026\nenvironment shop-prod: web {\n  $0\n  platform = \"x\"\n  instances {}\n}\n";
    check_has(
        program,
        &["-platform", "-instances", "+alarm", "+load_balancer"],
    );
}

#[test]
fn a_worker_has_no_load_balancer_and_a_web_environment_no_queue() {
    check_has(&web("  $0"), &["+load_balancer", "-queue", "+dns"]);
    check_has(&worker("  $0"), &["-load_balancer", "+queue", "-dns"]);
}

#[test]
fn keys_come_with_their_block_and_places_to_fill_in() {
    check_taken(
        &web("  inst$0"),
        "instances",
        &web("  instances {\n  $0\n}"),
    );
    check_taken(
        &web("  load_balancer {\n    li$0\n  }"),
        "listener",
        &web("  load_balancer {\n    listener ${1:name} {\n  port = $2\n  $0\n}\n  }"),
    );
    check_taken(
        &web("  instances { m$0 }"),
        "min",
        &web("  instances { min = ${0:1} }"),
    );
    check_taken(&web("  plat$0"), "platform", &web("  platform = "));
    check_taken(&web("  e$0"), "env", &web("  env {\n  ${1:NAME} = $0\n}"));
}

#[test]
fn a_key_with_its_value_behind_it_is_replaced_alone() {
    check_taken(
        &web("  instances { ma$0n = 2 }"),
        "max",
        &web("  instances { max = 2 }"),
    );
    check_taken(
        &web("  insta$0nces { min = 2 }"),
        "instances",
        &web("  instances { min = 2 }"),
    );
}

#[test]
fn what_is_inherited_can_be_removed() {
    check_first(&web("  remove $0"), &["alarm", "load_balancer", "platform"]);
    check_first(&web("  remove alarm $0"), &["slow"]);
    check_first(
        &web("  load_balancer {\n    remove listener $0\n  }"),
        &["http"],
    );
    check_has(&worker("  $0"), &["-remove"]);
}

// Broken and half-typed

#[test]
fn an_unclosed_block_ends_with_its_indentation() {
    let program = format!(
        "{HEAD}environment shop-prod: web {{\n  instances {{\n    min = 1\n  $0\n\nenvironment other: web {{\n}}\n"
    );
    check_has(&program, &["+load_balancer", "-min"]);
    let program = format!("{HEAD}environment shop-prod: web {{\n  instances {{\n    $0\n");
    check_has(&program, &["+min", "-load_balancer"]);
    let program =
        format!("{HEAD}environment shop-prod: web {{\n  instances {{\n    min = 1\n    m$0\n");
    check_has(&program, &["-min", "+max"]);
}

#[test]
fn a_dangling_dot_lists_names() {
    check_first(&web("  application = application.$0"), &["shop"]);
    check_first(
        &web("  network = network.$0\n  instances { min = 1 }"),
        &["main"],
    );
    check_has(
        &web("  env { A = param.$0 }"),
        &["+stage", "+size", "-release"],
    );
    check_has(
        &web("  env { A = environment.shop-prod.$0 }"),
        &["+url", "-queue", "+instances"],
    );
    check_first(
        &worker("  env { A = environment.shop-jobs.queue.$0 }"),
        &["arn", "url"],
    );
    check_first(
        &web("  instances { subnets = network.main.$0 }"),
        &["id", "name", "private", "public"],
    );
    check_has(&web("  env { A = aws.$0 }"), &["+region", "+account"]);
    check_has(
        &web("  instances { max = base.instances.$0 }"),
        &["+max", "+min", "-url"],
    );
    check_has(
        &web("  env { A = self.load_balancer.listener.$0 }"),
        &["+http"],
    );
    check_first(&web("  deployment { rollback_on = [alarm.$0] }"), &["slow"]);
}

#[test]
fn an_interpolation_is_completed_like_a_value() {
    check_has(&web("  env { A = \"x ${param.$0"), &["+stage"]);
    check_has(&web("  env { A = \"x ${param.$0} y\" }"), &["+stage"]);
    check_has(
        &web("  env { A = \"x ${$0} y\" }"),
        &["+param.stage", "+input.release", "+self"],
    );
    check_taken(
        &web("  env { A = \"x ${param.st$0} y\" }"),
        "stage",
        &web("  env { A = \"x ${param.stage} y\" }"),
    );
}

#[test]
fn an_empty_value_has_what_its_type_allows() {
    check_has(
        &web("  platform = $0"),
        &["+\"nodejs-22\"", "+\"python-3.13\""],
    );
    check_has(&web("  platform = \"no$0\""), &["+nodejs-22"]);
    check_has(&web("  platform = \"$0"), &["+nodejs-22"]);
    check_first(
        &web("  load_balancer { scheme = $0 }"),
        &["internet_facing", "internal"],
    );
    check_first(
        &web("  load_balancer { scheme = int$0ernal }"),
        &["internet_facing", "internal"],
    );
    check_first(&web("  network = $0"), &["network.main"]);
    check_first(
        &web("  release = $0"),
        &["\"\"", "default", "input.release"],
    );
    check_first(&web("  instances { monitoring = $0 }"), &["false", "true"]);
    check_first(
        &web("  network = network.main\n  instances { subnets = $0 }"),
        &["network.main.private", "network.main.public"],
    );
    check_has(
        &web("  instances { type = $0 }"),
        &["+\"t4g.small\"", "+param.size"],
    );
    check_has(
        &web("  instances { type = \"t4g.$0\" }"),
        &["+t4g.nano", "-m7g.large"],
    );
    check_has(&web("  target { region = \"$0\" }"), &["+eu-west-1"]);
    check_first(
        &web("  load_balancer {\n    listener old { port = 8080, redirect = $0 }\n  }"),
        &["http"],
    );
    check_first(&web("  deployment { rollback_on = [$0] }"), &["alarm.slow"]);
    check_has(&web("  env { A = $0 }"), &["+secret(…)", "+param.stage"]);
}

/// Of another environment only what its tier has.
#[test]
fn a_reference_has_what_the_tier_has() {
    let program = |of: &str| {
        format!(
            "{HEAD}environment jobs: worker {{ platform = \"nodejs-22\" }}\n\
             environment site: web {{\n  platform = \"nodejs-22\"\n  env {{ A = {of}$0 }}\n}}\n"
        )
    };
    let worker = [
        "+queue",
        "+dead_letter",
        "+role_arn",
        "-url",
        "-load_balancer_arn",
        "-load_balancer",
    ];
    check_has(&program("environment.jobs."), &worker);
    let web = [
        "-queue",
        "-dead_letter",
        "+role_arn",
        "+url",
        "+load_balancer_arn",
        "+load_balancer",
    ];
    check_has(&program("environment.site."), &web);
    check_has(&program("self."), &web);
    check_has(
        &program("environment.jobs.queue."),
        &["+url", "+arn", "+retention"],
    );
}

/// What would need itself is not proposed where it is written.
#[test]
fn nothing_is_proposed_inside_itself() {
    let lets = "edition 2026\nlet a = 1\nlet b = let.a\nlet c = let.b\nparam p: int = 2\n";
    let program = lets.replace("let b = let.a", "let b = $0");
    check_has(&program, &["+let.a", "-let.b", "-let.c", "+param.p"]);
    let program = lets.replace("let b = let.a", "let b = let.$0");
    check_has(&program, &["+a", "-b", "-c"]);
    let program = lets.replace("let b = let.a", "let b = [max(1, $0)]");
    check_has(&program, &["+let.a", "-let.b", "-let.c", "+param.p"]);
    let program = lets.replace("int = 2", "int = $0");
    check_has(&program, &["+let.a", "+let.c", "-param.p"]);
    let listeners = |redirect: &str| {
        web(&format!(
            "  load_balancer {{\n    listener https {{ port = 443 }}\n    \
             listener old {{ port = 8080, redirect = {redirect} }}\n  }}"
        ))
    };
    check_has(&listeners("$0"), &["+https", "+http", "-old"]);
    check_has(&listeners("o$0"), &["+https", "-old"]);
}

/// `custom` is what platforms of one's own begin with; nothing runs on it.
#[test]
fn a_platform_without_an_image_is_extended_only() {
    check_has(
        &web("  platform = $0"),
        &["+\"nodejs-22\"", "+\"windows-2016-core\"", "-\"custom\""],
    );
    check_has(&web("  platform = \"c$0\""), &["+corretto-21", "-custom"]);
    check_has(
        &format!("{HEAD}platform mine extends $0 {{}}\n"),
        &["+\"custom\""],
    );
}

#[test]
fn metrics_go_with_the_tier_and_thresholds_with_the_metric() {
    check_has(
        &web("  alarm a { metric = $0 }"),
        &["+cpu", "+target_response_time_p95", "-queue_depth"],
    );
    check_has(
        &worker("  alarm a { metric = $0 }"),
        &["+cpu", "-target_response_time_p95", "+queue_depth"],
    );
    check_first(
        &web("  alarm a { metric = target_response_time, above = $0 }"),
        &["30s"],
    );
    check_first(
        &web("  alarm a {\n    above = $0\n    metric = network_in\n  }"),
        &["20GiB"],
    );
}

#[test]
fn a_comparison_has_the_words_of_the_other_side() {
    check_first(&web("  health = param.stage == $0"), &["dev", "prod"]);
    check_first(
        &web("  assert self.load_balancer.scheme == $0"),
        &["internet_facing", "internal"],
    );
}

#[test]
fn a_comment_that_allows_has_the_lints() {
    // What is said of the file comes first.
    let alarm = "  alarm busy { metric = cpu, above = 70% }";
    check_first(
        &web(&format!("{alarm}\n  # beanc: allow($0")),
        &["untold-alarm"],
    );
    check_first(
        &web(&format!("{alarm} # beanc: allow(un$0) \"x\"")),
        &["untold-alarm"],
    );
    check_has(
        &web("  // beanc: allow(unused, sh$0ort) \"why\""),
        &["+short-grace", "-unused"],
    );
    let cursor = open(&[("main.bean", &web("  # beanc: allow(one-nat-ga$0t)"))]);
    let list = proposals(&cursor, &MemoryDisk::default());
    let text = cursor.snapshot.sources().text(list[0].replace);
    assert_eq!(text, "one-nat-gat");
}

#[test]
fn comments_and_finished_values_have_no_proposals() {
    for body in [
        "  # pla$0",
        "  # beanc: al$0",
        "  # beanc: allow(unused) \"wh$0y\"",
        "  tags { a = \"# beanc: allow($0\" }",
        "  platform = \"nodejs-22\" $0",
        "  env { A = \"te$0xt\" }",
        "  alarm na$0",
    ] {
        let cursor = open(&[("main.bean", &web(body))]);
        let list = proposals(&cursor, &MemoryDisk::default());
        assert!(list.is_empty(), "{body}: {list:?}");
    }
}

// Files

#[test]
fn imports_and_files_are_completed_from_the_disk() {
    let shared = "edition 2026\n## All share it.\ntemplate small: web {}\nparam stage: string\n";
    let files = |main: &str| {
        [
            ("app/main.bean", main.to_owned()),
            ("app/shared.bean", shared.to_owned()),
            ("app/parts/a.json", "{}".to_owned()),
        ]
    };
    let labels = |main: &str| {
        let main = format!("edition 2026\n{main}\n");
        let at = main.find("$0").expect("it has a cursor");
        let main = main.replace("$0", "");
        let disk = MemoryDisk::new(files(&main));
        let snapshot = Snapshot::new(Path::new("app/main.bean"), &disk, &Options::default());
        let file = snapshot
            .file(Path::new("app/main.bean"))
            .expect("it is read");
        let at = u32::try_from(at).expect("programs are short");
        let list = completion::complete(&snapshot, &disk, file, &main, at);
        list.into_iter().map(|it| it.label).collect::<Vec<_>>()
    };
    assert_eq!(
        labels("import { $0 } from \"./shared.bean\""),
        ["small", "stage"]
    );
    assert_eq!(
        labels("import { small, $0 } from \"./shared.bean\""),
        ["stage"]
    );
    assert!(labels("import { $0 } from \"std/presets\"").contains(&"small_web".to_owned()));
    assert_eq!(
        labels("import { a } from \"$0\""),
        ["./shared.bean", "std/presets", "./parts/"]
    );
    assert_eq!(labels("import { a } $0"), ["from"]);
    assert_eq!(
        labels("let a = file(\"$0\")"),
        ["main.bean", "shared.bean", "parts/"]
    );
    assert_eq!(labels("let a = file(\"parts/$0\")"), ["parts/a.json"]);
}

// Lists

/// Every property completes in its block, with documentation.
#[test]
fn every_property_completes_where_it_is_valid() {
    use beanc::schema::{Block, Shape};
    fn walk(block: &'static Block, open: &str, close: &str, count: &mut usize) {
        let program = format!("edition 2026\n{open}\n$0\n{close}\n");
        let cursor = open_program(&program);
        let list = proposals(&cursor, &MemoryDisk::default());
        for property in block.properties {
            let tiers = format!("{:?}", property.facts.tiers);
            let other = tiers == "Worker" && open.contains(": web")
                || tiers == "Web" && open.contains(": worker");
            let found = list.iter().find(|it| it.label == property.name);
            if property.facts.later || other {
                assert!(found.is_none(), "{open} {}", property.name);
                continue;
            }
            let found = found.unwrap_or_else(|| panic!("{open}: {}", property.name));
            assert!(!found.docs.is_empty(), "{open}: {}", property.name);
            *count += 1;
            let (inner, label) = match property.shape {
                Shape::Block(inner) => (inner(), ""),
                Shape::Keyed(inner) => (inner(), " name"),
                Shape::Value(_) | Shape::Map(_) | Shape::Raw => continue,
            };
            let open = format!("{open}\n{}{label} {{", property.name);
            walk(inner, &open, &format!("}}\n{close}"), count);
        }
    }
    fn open_program(program: &str) -> Cursor {
        open(&[("main.bean", program)])
    }
    use beanc::schema::Schema;
    let mut count = 0;
    let environment = beanc::schema::environment::Environment::schema();
    walk(environment, "environment shop-prod: web {", "}", &mut count);
    walk(environment, "template shop-jobs: worker {", "}", &mut count);
    walk(
        beanc::schema::application::Application::schema(),
        "application shop {",
        "}",
        &mut count,
    );
    walk(
        beanc::schema::network::Network::schema(),
        "network main {",
        "}",
        &mut count,
    );
    walk(
        beanc::schema::network::ExistingNetwork::schema(),
        "network main: existing {",
        "}",
        &mut count,
    );
    walk(
        beanc::schema::platform::Platform::schema(),
        "platform mine: custom {",
        "}",
        &mut count,
    );
    assert!(count > 250, "{count} properties");
}

/// Whatever is proposed where a word stands includes that word: what people
/// have written would have been proposed.
#[test]
fn what_the_examples_say_is_proposed() {
    let mut looked = 0;
    for (name, text) in programs() {
        let cursor = open_text(&name, &text);
        if !cursor.snapshot.diagnostics().is_empty() {
            continue;
        }
        use beanc::ide::tokens::{TokenKind, tokens};
        for token in tokens(&cursor.snapshot, cursor.file) {
            let asked = matches!(
                token.kind,
                TokenKind::Property
                    | TokenKind::EnumWord
                    | TokenKind::Reference
                    | TokenKind::Attribute
                    | TokenKind::ItemKind
            );
            let word = cursor.text(token.span);
            let before = &text[..token.span.start as usize];
            // Names of the user's own, members of types, and words that are
            // proposed as a part of a longer one.
            let own = word.starts_with('"') || word.chars().any(|it| it.is_ascii_uppercase());
            let line = before.rsplit('\n').next().unwrap_or_default();
            let of_type = line.trim_start().starts_with("param ") && !line.contains('=');
            let former = line.contains("renamed_from =");
            if !asked
                || own
                || of_type
                || former
                || cursor.snapshot.sources().text(token.span).is_empty()
            {
                continue;
            }
            let at = token.span.end;
            let list = completion::complete(&cursor.snapshot, &RealDisk, cursor.file, &text, at);
            let has =
                |it: &Completion| it.label == word || it.label.split('.').any(|part| part == word);
            assert!(list.iter().any(has), "{name}: {line}{word}");
            looked += 1;
        }
    }
    assert!(looked > 500, "{looked} words");
}
