//! Trees to a program: what is said about what a program means, and what its
//! properties come to.

use std::path::Path;

use beanc::analysis::show::{self, Line};
use beanc::diagnostic::lint::{Level, Levels, Lints};
use beanc::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, Severity};
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Compilation, Options};
use beanc::source::Sources;
use proptest::prelude::*;

use crate::support;

fn compile(files: &[(&str, &str)], params: &[(&str, &str)]) -> Compilation {
    judged(files, params, Levels::default())
}

fn judged(files: &[(&str, &str)], params: &[(&str, &str)], lints: Levels) -> Compilation {
    let disk = MemoryDisk::new(files.iter().copied());
    let given = params
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()));
    let options = Options {
        params: given.collect(),
        lints,
        ..Options::default()
    };
    driver::compile(Path::new(files[0].0), &disk, &options)
}

/// Compiles files that carry what is said about them, the entry first.
#[track_caller]
pub fn check_files(files: &[(&str, &str)]) {
    check_judged(files, Levels::default());
}

/// The same for a program whose subject is errors: of warnings only those that
/// it names.
#[track_caller]
pub fn check_errors(program: &str) {
    let mut levels = Levels::default();
    for lint in Code::lints().filter(|lint| !program.contains(lint.number())) {
        levels.set(Lints::One(lint), Level::Allow);
    }
    check_judged(&[("main.bean", program)], levels);
}

#[track_caller]
fn check_judged(files: &[(&str, &str)], lints: Levels) {
    let programs: Vec<(&str, String)> = files
        .iter()
        .map(|(name, text)| {
            (
                *name,
                support::without_expectations(text.trim_start_matches('\n')),
            )
        })
        .collect();
    let programs: Vec<(&str, &str)> = programs
        .iter()
        .map(|(name, text)| (*name, &**text))
        .collect();
    let compilation = judged(&programs, &[], lints.clone());
    for (name, expected) in files {
        let file = compilation
            .sources
            .iter()
            .find(|(_, source)| source.name() == *name);
        let (id, source) = file.unwrap_or_else(|| panic!("{name} is not read"));
        let actual = support::annotated(source, id, &compilation.diagnostics);
        support::compare(name, &actual, expected);
    }
    let compile = |files: &[(&str, &str)]| judged(files, &[], lints.clone());
    if let Err(difference) = support::means_the_same_on_windows(&programs, compile) {
        panic!("with the line ends of Windows: {difference}");
    }
}

#[track_caller]
pub fn check(program: &str) {
    check_files(&[("main.bean", program)]);
}

/// The properties at a path, and what is said of the program.
fn lines(program: &str, path: &str) -> (Vec<Line>, Diagnostics) {
    let disk = MemoryDisk::new([("main.bean", program)]);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let lines = show::show(
        path,
        Path::new("main.bean"),
        &disk,
        &Options::default(),
        Sources::clone,
        &mut sources,
        &mut diagnostics,
    );
    (lines, diagnostics)
}

/// The properties at a path, as `value (origin)`.
fn shown(program: &str, path: &str) -> Vec<String> {
    let (lines, diagnostics) = lines(program, path);
    assert!(!diagnostics.has_errors(), "{:?}", diagnostics.into_sorted());
    let text = |line: Line| format!("{} = {} ({})", line.path, line.value, line.origin);
    lines.into_iter().map(text).collect()
}

/// The value at a path.
fn value(program: &str, path: &str) -> String {
    let (lines, _) = lines(program, path);
    let values: Vec<String> = lines.into_iter().map(|line| line.value).collect();
    values.join(", ")
}

// Files

#[test]
fn files_that_are_missing_outside_or_in_a_circle() {
    check_files(&[
        (
            "main.bean",
            r#"
edition 2026
import { a } from "./missing.bean"
#                 ^^^^^^^^^^^^^^^^ E0101 `missing.bean` cannot be read
import { b } from "../outside.bean"
#                 ^^^^^^^^^^^^^^^^^ E0102 `../outside.bean` leads out of the project
import { c } from "std/nothing"
#                 ^^^^^^^^^^^^^ E0101 there is no `std/nothing`
import { d as e, stge } from "./shared.bean"
#                ^^^^ E0104 `./shared.bean` has no `stge`
application shop {}
"#,
        ),
        (
            "shared.bean",
            r#"
edition 2026
import { shop } from "./main.bean"
#                    ^^^^^^^^^^^^^ E0103 `main.bean` and `shared.bean` import each other
param d: int = 1
param stage: int = 1
"#,
        ),
    ]);
}

/// It was read as a file of the library that is not there: as nothing.
#[test]
fn a_program_in_a_folder_with_the_library_s_name_is_no_program() {
    let program = ("std/presets.bean", "edition 2026\n");
    let compilation = compile(&[program, ("bean.toml", "")], &[]);
    let [said] = compilation.diagnostics.as_slice() else {
        panic!("{:?}", compilation.diagnostics);
    };
    assert_eq!(
        said.message,
        "`std/presets.bean` is called like a file of the standard library"
    );
    // Here the folder is the project's root.
    assert!(compile(&[program], &[]).diagnostics.is_empty());
}

/// What uses a name is not to blame for the import of it.
#[test]
fn a_failed_import_is_said_once() {
    check_files(&[
        (
            "main.bean",
            r#"
edition 2026
import { shop, small } from "./shred.bean"
#                           ^^^^^^^^^^^^^^ E0101 `shred.bean` cannot be read
import { stagge } from "./shared.bean"
#        ^^^^^^ E0104 `./shared.bean` has no `stagge`
environment shop-dev: web extends small {
  platform = "nodejs-22"
  application = application.shop
  env { A = param.stage }
}
environment shop-prod: web {
  platform = "nodejs-22"
  env { A = param.stagge, B = param.stge }
#                                   ^^^^ E0120 there is no param named `stge`
}
"#,
        ),
        (
            "shared.bean",
            "\nedition 2026\nparam stage: string = \"dev\"\n",
        ),
    ]);
}

#[test]
fn two_environments_without_an_application_lack_one() {
    check(
        r#"
edition 2026
environment shop-dev: web { platform = "nodejs-22" }
#           ^^^^^^^^ E0123 `shop-dev` has no application to run
environment shop-prod: web { platform = "nodejs-22" }
"#,
    );
}

#[test]
fn a_name_of_a_file_that_is_not_imported() {
    check_files(&[
        (
            "main.bean",
            r#"
edition 2026
import { stage } from "./shared.bean"
application shop {}
let a = param.size
#             ^^^^ E0120 there is no param named `size`
let b = param.stage
"#,
        ),
        (
            "shared.bean",
            r#"
edition 2026
param stage: int = 1
param size: int = 1
"#,
        ),
    ]);
}

#[test]
fn items_of_one_name_in_two_files_of_a_program() {
    check_files(&[
        (
            "main.bean",
            r#"
edition 2026
import { shop as store, release as version } from "./a.bean"
import { shop, release, network-b } from "./b.bean"
network network_b {
  cidr = 10.0.0.0/16
  subnets public { internet = direct }
}
environment shop-dev: web {
  application = application.store
  platform = "nodejs-22"
  release = input.version
  network = network.network_b
}
environment shop-prod: web {
  application = application.shop
  platform = "nodejs-22"
  release = input.release
  network = network.network-b
}
"#,
        ),
        (
            "a.bean",
            r#"
edition 2026
application shop { description = "one" }
input release: string
"#,
        ),
        (
            "b.bean",
            r#"
edition 2026
application shop { description = "another" }
#           ^^^^ E0116 the program has two applications named `shop`
input release: string
#     ^^^^^^^ E0116 the program has two inputs named `release`
network network-b {
#       ^^^^^^^^^ E0117 `network_b` and `network-b` are the same name
  cidr = 10.1.0.0/16
  subnets public { internet = direct }
}
"#,
        ),
    ]);
}

#[test]
fn a_platform_is_found_behind_an_alias_and_a_let() {
    let files = [
        (
            "main.bean",
            "edition 2026\nimport { node as mine, ours } from \"./a.bean\"\napplication shop {}\n\
             platform node extends \"nodejs-24\" {}\n\
             environment shop-dev: web { platform = platform.mine }\n\
             environment shop-prod: web { platform = let.ours }\n",
        ),
        (
            "a.bean",
            "edition 2026\nplatform node extends \"nodejs-22\" {}\nlet ours = platform.node\n",
        ),
    ];
    let compilation = compile(&files, &[]);
    assert_eq!(compilation.diagnostics, []);
    for environment in compilation.program.environments.values() {
        let runtime = environment.platform.settings.runtime.as_ref();
        assert_eq!(runtime.map(|it| it.value.as_str()), Some("22"));
    }
    assert_eq!(compilation.program.environments.len(), 2);
}

#[test]
fn a_platform_may_be_named_by_a_param() {
    let program = "edition 2026\nparam runtime: string = \"python-3.13\"\n\
                   param version: int = 22\napplication shop {}\n\
                   environment shop-dev: web { platform = param.runtime }\n\
                   environment shop-prod: web { platform = \"nodejs-${param.version}\" }\n";
    let compilation = compile(&[("main.bean", program)], &[]);
    assert_eq!(compilation.diagnostics, []);
    let names = compilation.program.environments.values();
    let names: Vec<_> = names.map(|it| it.platform.name.as_str()).collect();
    assert_eq!(names, ["python-3.13", "nodejs-22"]);
}

#[test]
fn an_input_keeps_its_name_behind_an_alias() {
    let files = [
        (
            "main.bean",
            "edition 2026\nimport { release as version } from \"./a.bean\"\napplication shop {}\n\
             environment shop-dev: web {\n  platform = \"nodejs-22\"\n  release = input.version\n}\n",
        ),
        ("a.bean", "edition 2026\ninput release: string\n"),
    ];
    let program = compile(&files, &[]).program;
    let release = program.environments["shop-dev"].settings.release.as_ref();
    let value = release.map(|setting| format!("{:?}", setting.value));
    assert!(value.is_some_and(|value| value.contains("Input(\"release\"")));
    assert!(program.inputs.contains_key("release"));
}

#[test]
fn a_mistake_that_many_inherit_is_said_once_where_it_stands() {
    check_files(&[
        (
            "main.bean",
            r#"
edition 2026
import { small } from "./shared.bean"
application shop {}
environment shop-dev: web extends small {}
environment shop-prod: web extends small {}
"#,
        ),
        (
            "shared.bean",
            r#"
edition 2026
template small: web {
  platform = "nodejs22"
#            ^^^^^^^^^^ E0304 there is no platform `nodejs22`
  instances {
    max = 8GiB
#         ^^^^ E0203 `max` expects a whole number, got a size
  }
  load_balancer {
    idle_timeout = 2h
#                  ^^ E0501 `idle_timeout` is outside of what AWS allows
    idle_timout = 1m
#   ^^^^^^^^^^^ E0110 `load_balancer` has no property `idle_timout`
  }
}
"#,
        ),
    ]);
}

#[test]
fn an_assertion_that_many_inherit_is_said_once() {
    let heirs = |names: &[&str]| -> Vec<String> {
        let heir = |name: &&str| format!("environment {name}: web extends base {{}}\n");
        let program = format!(
            "edition 2026\napplication shop {{}}\ntemplate base: web {{\n  \
             platform = \"nodejs-22\"\n  instances {{ max = 4 }}\n  \
             assert self.instances.max <= 3 else \"too many\"\n}}\n\
             environment other: web extends base {{ instances {{ max = 8 }} }}\n\
             environment small: web extends base {{ instances {{ max = 2 }} }}\n{}",
            names.iter().map(heir).collect::<String>()
        );
        let said = compile(&[("main.bean", &program)], &[]).diagnostics;
        let line = |it: &Diagnostic| {
            let related = it.related.iter().map(|label| label.text.as_str());
            let related: Vec<&str> = related.collect();
            format!("{}; {}", related.join(", "), it.notes.join(", "))
        };
        said.iter().map(line).collect()
    };
    // Other values are another mistake.
    assert_eq!(heirs(&[]), ["8, checked for `other`; "]);
    assert_eq!(
        heirs(&["a", "b", "c"]),
        [
            "8, checked for `other`; ",
            "4, checked for `a`; it is false for `b` and `c` as well",
        ]
    );
    // Also when they are read side by side.
    let many: Vec<String> = (0..100).map(|number| format!("e{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(
        heirs(&many),
        [
            "8, checked for `other`; ",
            "4, checked for `e0`; it is false for `e1`, `e2`, `e3`, `e4`, `e5` and 94 more as well",
        ]
    );
}

#[test]
fn a_unit_of_another_type_is_one_mistake() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  instances { root_volume { size = 20GB } }
#                                  ^^^^ E0202 `20GB` is not a size beanc accepts
  load_balancer { idle_timeout = 20GB }
#                                ^^^^ E0203 `idle_timeout` expects a duration, got a size
  env {
    CACHE = 20GB
#           ^^^^ E0203 `CACHE` expects text, a secret, `true` or `false`, or a whole number, got a size
  }
}
"#,
    );
}

// Names

#[test]
fn names_that_collide_are_names_all_the_same() {
    check(
        r#"
edition 2026
input db-host: string
input db_host: string
#     ^^^^^^^ E0117 `db-host` and `db_host` are the same name
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  env { A = input.db-host, B = input.db_host }
}
"#,
    );
}

#[test]
fn an_item_with_a_name_that_is_taken_is_checked_all_the_same() {
    check_errors(
        r#"
edition 2026
application shop {}
application shop { descripton = "again" }
#           ^^^^ E0116 there are two applications named `shop`
#                  ^^^^^^^^^^ E0110 `application` has no property `descripton`
application shop { tags { "aws:a" = "b" } }
#           ^^^^ E0116 there are two applications named `shop`
#                         ^^^^^^^ E0511 AWS refuses the tag `aws:a`
network main { cidr = 10.0.0.0/16, subnets public { internet = direct } }
network main { cidr = 10.0.1.0/16, subnets public { internet = direct } }
#       ^^^^ E0116 there are two networks named `main`
#                     ^^^^^^^^^^^ E0403 `10.0.1.0/16` is an address, not the beginning of a range
environment shop-dev: web { platform = "nodejs-22", dns { name = "a.example.com", zone = "example.com" } }
environment shop-dev: web { platform = "nodejs-22", dns { name = "a.example.com", zone = "example.com" } }
#           ^^^^^^^^ E0116 there are two environments named `shop-dev`
environment shop_dev: web {
#           ^^^^^^^^ E0117 `shop-dev` and `shop_dev` are the same name
  platform = "nodejs-22"
  plattform = "nodejs-22"
# ^^^^^^^^^ E0110 `environment` has no property `plattform`
  instances { min = 5, max = 2 }
#                            ^ E0502 `max` is smaller than `min`
  scaling { trigger cpu { high = 3MiB } }
#                                ^^^^ E0504 `cpu` is counted in another unit
}
"#,
    );
}

/// They share their names, and the message says what they are.
#[test]
fn a_template_and_an_environment_cannot_have_one_name() {
    check(
        r#"
edition 2026
application shop {}
template shop-dev: web {
  platform = "nodejs-22"
}
environment shop-dev: web {
#           ^^^^^^^^ E0116 `shop-dev` is a template and an environment
  platform = "nodejs-22"
}
"#,
    );
}

/// It is there to be extended: the place is the user's, and not the library's.
#[test]
fn a_platform_that_others_begin_with_runs_nothing_itself() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "custom"
#            ^^^^^^^^ E0113 platform `custom` has no image
  instances { min = 5, max = 2 }
#                            ^ E0502 `max` is smaller than `min`
}
environment shop-test: web {
  platform = "custm"
#            ^^^^^^^ E0304 there is no platform `custm`
}
"#,
    );
}

#[test]
fn a_type_that_is_no_name_is_one_message() {
    check(
        r#"
edition 2026
param stage: téxt = "dev"
#            ^^^^ E0017 `téxt` cannot be a name here
"#,
    );
}

#[test]
fn names_that_are_taken_or_unknown() {
    check(
        r#"
edition 2026
application shop {}
application shop {}
#           ^^^^ E0116 there are two applications named `shop`
network a-b { cidr = 10.0.0.0/16 }
network a_b { cidr = 10.0.0.0/16 }
#       ^^^ E0117 `a-b` and `a_b` are the same name
param stage: text = "dev"
#            ^^^^ E0143 there is no type `text`
param size: int
#     ^^^^ E0141 param `size` has no value
let a = param.stge
#             ^^^^ E0120 there is no param named `stge`
let b = network.c
#               ^ E0120 there is no network named `c`
let c = parm.stage
#       ^^^^ E0120 `parm` begins no reference
let d = self.name
#       ^^^^ E0122 `self` means nothing outside of an item
let e = aws.regio
#           ^^^^^ E0121 there is no `aws.regio`
"#,
    );
}

#[test]
fn what_an_item_does_not_have() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  env {
    A = self.urll
#            ^^^^ E0121 environment `shop-dev` has no `urll`
    B = self.instances
#       ^^^^^^^^^^^^^^ E0121 `self.instances` is a block, not a value
    C = base.instances.max
#       ^^^^ E0122 `base` needs something to inherit from
    F = environment.shop-one.load_balancer_arn
#                            ^^^^^^^^^^^^^^^^^ E0121 environment `shop-one` has no load balancer
    D = environment.shop-dev.instances.architecture
#                                      ^^^^^^^^^^^^ E0121 environment `shop-dev` does not set `architecture`
    E = self.env.D.x
#                  ^ E0121 `self.env.D` has no `x`
  }
}
environment shop-one: web {
  platform = "nodejs-22"
  load_balancer { kind = none }
}
output a = environment.shop-dev.nothing
#                               ^^^^^^^ E0121 environment `shop-dev` has no `nothing`
"#,
    );
}

#[test]
fn what_a_network_does_not_have() {
    check(
        r#"
edition 2026
application shop {}
network main {
  cidr = 10.0.0.0/16
  subnets public { internet = direct }
  subnets private { internet = nat }
}
network office: existing {
  vpc = "vpc-0a1b2c3d4e5f60718"
  subnets public { ids = ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"] }
}
environment shop-dev: web {
  platform = "nodejs-22"
  network = network.main
  instances { subnets = network.main.privat }
#                                    ^^^^^^ E0121 network `main` has no `privat`
  env {
    A = network.main.privat.ids
#                    ^^^^^^ E0121 network `main` has no `privat`
    B = network.main.private.idz
#                            ^^^ E0121 subnets `private` have no `idz`
    C = network.main.private.cidr
#                            ^^^^ E0121 subnets `private` have no `cidr`
    D = network.main.private.ids.first
#                                ^^^^^ E0121 `network.main.private.ids` has no `first`
    E = network.office.zones
#                      ^^^^^ E0121 network `office` has no `zones`
    F = network.main.zones
    G = network.office.public.cidr
#                             ^^^^ E0121 subnets `public` have no `cidr`
  }
}
"#,
    );
}

/// A beginning is as near as a slip of the fingers.
#[test]
fn the_word_of_a_choice_that_was_meant_is_named() {
    let fix = |word: &str| {
        let program = format!(
            "edition 2026\napplication shop {{}}\nparam stage: dev | prod | staging = dev\n\
             environment shop-dev: web {{\n  platform = \"nodejs-22\"\n  \
             env {{ A = param.stage == {word} ? \"a\" : \"b\" }}\n}}\n"
        );
        let compiled = compile(&[("main.bean", program.as_str())], &[]);
        let mut helps = compiled.diagnostics.into_iter().flat_map(|it| it.helps);
        helps.next().map(|help| help.edits[0].text.clone())
    };
    assert_eq!(fix("production").as_deref(), Some("prod"));
    assert_eq!(fix("\"production\"").as_deref(), Some("\"prod\""));
    assert_eq!(fix("stagin").as_deref(), Some("staging"));
    assert_eq!(fix("stage").as_deref(), None);
    assert_eq!(fix("test"), None);
}

/// Among the names there are the subnets, and of environments those of their tier.
#[test]
fn names_of_what_an_item_has_are_true() {
    let notes = |path: &str| {
        let program = format!(
            "edition 2026\napplication shop {{}}\n\
             network main {{\n  cidr = 10.0.0.0/16\n  subnets public {{ internet = direct }}\n}}\n\
             environment shop-dev: web {{ platform = \"nodejs-22\" }}\n\
             environment shop-jobs: worker {{ platform = \"nodejs-22\" }}\n\
             output a = {path}\n"
        );
        let compiled = compile(&[("main.bean", program.as_str())], &[]);
        let said = compiled.diagnostics.into_iter().flat_map(|it| it.notes);
        said.collect::<Vec<String>>().join("; ")
    };
    assert_eq!(
        notes("network.main.x"),
        "its subnets are `public`; attributes are `name` and `id`"
    );
    assert!(notes("environment.shop-dev.x").contains("`load_balancer_arn`"));
    assert!(!notes("environment.shop-dev.x").contains("`queue.url`"));
    assert!(notes("environment.shop-jobs.x").contains("`queue.url`"));
    assert!(!notes("environment.shop-jobs.x").contains("`domain`"));
    assert_eq!(
        notes("environment.shop-dev.instances.architecture"),
        "by default: the instance type's"
    );
}

/// The greatest number of instances follows from the least, and from the balancer.
#[test]
fn the_greatest_number_of_instances_can_be_read_where_nobody_says_it() {
    let program = |body: &str| {
        format!(
            "edition 2026\napplication shop {{}}\n\
             template base: web {{\n  platform = \"nodejs-22\"\n  \
             assert self.instances.max >= self.instances.min else \"max is less than min\"\n  \
             env {{ MAX = self.instances.max }}\n}}\n\
             environment shop-dev: web extends base {{ {body} }}\n"
        )
    };
    let max = |body: &str| value(&program(body), "shop-dev.env.MAX");
    assert_eq!(max(""), "4");
    assert_eq!(max("instances { min = 2 }"), "4");
    assert_eq!(max("instances { min = 9 }"), "9");
    assert_eq!(max("instances { max = 6 }"), "6");
    assert_eq!(max("load_balancer { kind = none }"), "1");
    let of_base = "instances { max = base.instances.max + self.instances.min }";
    assert_eq!(max(of_base), "5");
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  instances { min = self.instances.max }
#                   ^^^^^^^^^^^^^^^^^^ E0208 this value is needed to work out itself
}
"#,
    );
}

#[test]
fn comparisons_with_words_that_are_none_of_the_choice() {
    check(
        r#"
edition 2026
application shop {}
param stage: dev | prod = dev
param name: string = "x"
param other: dev | test = dev
let chosen = param.stage
let wanted = production
template base: web {
  platform = "nodejs-22"
  assert self.deployment.strategy != all_at_one else "it interrupts"
#                                    ^^^^^^^^^^ E0204 `self.deployment.strategy` is never `all_at_one`
  assert self.load_balancer.kind != "none" else "it is alone"
}
environment shop-dev: web extends base {
  instances {
    min = param.stage == production ? 3 : 1
#                        ^^^^^^^^^^ E0204 `param.stage` is never `production`
    max = param.name == production && let.chosen == "tset" ? 8 : 4
#                                                   ^^^^^^ E0204 `let.chosen` is never `tset`
  }
  load_balancer { listener http { port = 80, enabled = "prd" != param.stage } }
#                                                      ^^^^^ E0204 `param.stage` is never `prd`
  env {
    A = param.stage == prod ? "a" : "b"
    B = param.stage == param.other ? "a" : "b"
    E = param.stage == let.wanted ? "a" : "b"
#                      ^^^^^^^^^^ E0204 `param.stage` is never `production`
    C = environment.shop-dev.instances.purchase == spto ? "a" : "b"
#                                                  ^^^^ E0204 `environment.shop-dev.instances.purchase` is never `spto`
    D = self.env.A == c ? "a" : "b"
  }
}
"#,
    );
}

#[test]
fn an_output_of_nothing_that_is_deployed() {
    check(
        r#"
edition 2026
application shop {}
output a = "text"
#      ^ E0124 output `a` belongs to no stack
"#,
    );
}

/// A template's output is text, and a list in a text is nowhere made one silently.
#[test]
fn an_output_is_no_list() {
    check(
        r#"
edition 2026
application shop {}
input names: list<string> = ["a", "b"]
input count: int = 3
environment shop-dev: web { platform = "nodejs-22" }
output a = input.names
#          ^^^^^^^^^^^ E0203 `a` expects text, got an input of type `list<string>`
output b = "of ${input.names}"
#                ^^^^^^^^^^^ E0203 `b` expects text, got an input of type `list<string>`
output c = input.count
output d = [input.count]
#          ^^^^^^^^^^^^^ E0205 a list cannot be written as text
"#,
    );
}

#[test]
fn what_is_imported_or_declared_for_nothing() {
    check_files(&[
        (
            "main.bean",
            r#"
edition 2026
import { shop, main, small as tiny, busy, used, other } from "./shared.bean"
#                             ^^^^ W4001 `tiny` is imported and never used
#                                               ^^^^^ W4001 `other` is imported and never used
param stage: string = "dev"
#     ^^^^^ W4001 param `stage` is never used
param size: int = 1
input release: string
#     ^^^^^^^ W4001 input `release` is never used
let a = param.size
#   ^ W4001 let `a` is never used
let b = let.used
environment shop-dev: web extends busy {
  env { A = "${upper(let.b)}" }
}
"#,
        ),
        (
            "shared.bean",
            r#"
edition 2026
import { c } from "./constants.bean"
#        ^ W4001 `c` is imported and never used
param unused: int = 1
application shop {}
network main {
  cidr = 10.0.0.0/16
  subnets public { internet = direct }
}
network other { cidr = 10.1.0.0/16 }
template small: web {}
template busy: web { platform = "nodejs-22", network = network.main }
let used = "a"
"#,
        ),
        ("constants.bean", "\nedition 2026\nlet c = 1\n"),
    ]);
}

/// The one that is unused may be the one that was meant.
#[test]
fn nothing_is_unused_beside_a_mistake() {
    check(
        r#"
edition 2026
param stage: string = "dev"
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  env { A = param.stge }
#                 ^^^^ E0120 there is no param named `stge`
}
"#,
    );
}

#[test]
fn deleting_unused_imports_leaves_the_others() {
    let shared = (
        "shared.bean",
        "edition 2026\nlet a = 1\nlet b = 2\nlet c = 3\n",
    );
    let fixed = |names: &str, used: &str| {
        let program = format!(
            "edition 2026\nimport {{ {names} }} from \"./shared.bean\"\nlet it = [{used}]\n"
        );
        let compilation = compile(&[("main.bean", &program), shared], &[]);
        let edit = &compilation.diagnostics[0].helps[0].edits[0];
        let mut text = program;
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        text.lines().nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(
        fixed("a, b as d, c", "let.d, let.c"),
        "import { b as d, c } from \"./shared.bean\""
    );
    assert_eq!(
        fixed("a, b as d, c", "let.a, let.c"),
        "import { a, c } from \"./shared.bean\""
    );
    assert_eq!(
        fixed("a, b as d, c", "let.a, let.d"),
        "import { a, b as d } from \"./shared.bean\""
    );
    assert_eq!(fixed("a", ""), "let it = []");
}

#[test]
fn an_output_belongs_to_the_first_item_that_it_names() {
    let program = "edition 2026\napplication shop {}\n\
                   environment shop-dev: web { platform = \"nodejs-22\" }\n\
                   environment shop-prod: web { platform = \"nodejs-22\" }\n\
                   let min = environment.shop-prod.instances.min\n\
                   output a = \"${environment.shop-prod.instances.min}${let.min}\"\n\
                   output b = environment.shop-prod.url\n\
                   output c = 3\n";
    let program = compile(&[("main.bean", program)], &[]).program;
    let units: Vec<_> = program
        .outputs
        .iter()
        .map(|it| it.unit.1.as_str())
        .collect();
    assert_eq!(units, ["shop-prod", "shop-prod", "shop-dev"]);
}

/// What exists already has no stack to say it.
#[test]
fn an_output_of_what_exists_already_stands_in_an_environment() {
    let program = "edition 2026\napplication shop { bucket = \"shop-versions\" }\n\
                   network office: existing {\n  vpc = \"vpc-0a1b2c3d4e5f60718\"\n  \
                   subnets public { ids = [\"subnet-0a1b2c3d4e5f60711\", \"subnet-0a1b2c3d4e5f60712\"] }\n\
                   subnets private { ids = [\"subnet-0a1b2c3d4e5f60713\"] }\n}\n\
                   network main { cidr = 10.0.0.0/16\n  subnets public { internet = direct } }\n\
                   environment shop-dev: web { platform = \"nodejs-22\", network = network.office }\n\
                   output a = network.office.public.ids\n\
                   output b = application.shop.bucket\n\
                   output c = network.main.cidr\n\
                   output d = \"${network.office.id} and ${network.main.id}\"\n";
    let program = compile(&[("main.bean", program)], &[]).program;
    let units: Vec<_> = program
        .outputs
        .iter()
        .map(|it| it.unit.1.as_str())
        .collect();
    assert_eq!(units, ["shop-dev", "shop-dev", "main", "main"]);
}

#[test]
fn a_wildcard_has_no_address() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  dns { name = "*.example.org", zone = "example.org" }
  env { URL = self.url }
#                  ^^^ E0121 there is no one `url`: `*.example.org` are many
}
output domain = environment.shop-dev.domain
#                                    ^^^^^^ E0121 there is no one `domain`: `*.example.org` are many
"#,
    );
}

#[test]
fn an_address_names_the_port_that_does_not_go_without_saying() {
    let program = |port: &str| {
        format!(
            "edition 2026\napplication shop {{}}\nenvironment shop-dev: web {{\n  \
             platform = \"nodejs-22\"\n  \
             dns {{ name = \"dev.example.org\", zone = \"example.org\" }}\n  \
             load_balancer {{ listener main {{ port = {port} }} }}\n  \
             env {{ URL = self.url }}\n}}\n"
        )
    };
    let url = |port: &str| value(&program(port), "shop-dev.env.URL");
    assert_eq!(url("80"), "\"http://dev.example.org\"");
    assert_eq!(url("8080"), "\"http://dev.example.org:8080\"");
    let tls = "443, certificate = \"arn:aws:acm:eu-west-1:123456789012:certificate/1\"";
    assert_eq!(url(tls), "\"https://dev.example.org\"");
}

// Blocks

#[test]
fn many_mistakes_give_as_many_messages() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs22"
#            ^^^^^^^^^^ E0304 there is no platform `nodejs22`
  instnces { max = 4 }
# ^^^^^^^^ E0110 `environment` has no property `instnces`
  instances {
    max = "4"
#         ^^^ E0203 `max` expects a whole number, got text
    platform = "nodejs-22"
#   ^^^^^^^^ E0111 `platform` is set in `instances`, but belongs in `environment`
    root_volume { size = 20 }
#                        ^^ E0201 `size` needs a unit
  }
  min = 2
# ^^^ E0111 `min` is set in `environment`, but belongs in `instances`
  deployment { strategy = roling }
#                         ^^^^^^ E0204 `roling` is no `strategy`
  load_balancer {
    scheme = outside
#            ^^^^^^^ E0204 `outside` is no `scheme`
    idle_timeout = 2h
#                  ^^ E0501 `idle_timeout` is outside of what AWS allows
    listner http {}
#   ^^^^^^^ E0110 `load_balancer` has no property `listner`
  }
  queue { path = "/" }
# ^^^^^ E0301 a web environment has no `queue`
}
"#,
    );
}

#[test]
fn a_property_of_a_block_that_has_a_name_stands_beside_it() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  NODE_ENV = "production"
# ^^^^^^^^ E0111 `NODE_ENV` is set in `environment`, but belongs in `env`
  ManagedActionsEnabled = true
# ^^^^^^^^^^^^^^^^^^^^^ E0112 `ManagedActionsEnabled` of Elastic Beanstalk is no property here
  db_engine = postgres
# ^^^^^^^^^ E0112 `db_engine` of Elastic Beanstalk is no property here
  host = "shop.example.org"
# ^^^^ E0111 `host` is set in `environment`, but belongs in `rule`
  load_balancer {
    listener http { port = 80 }
    certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
#   ^^^^^^^^^^^ E0111 `certificate` is set in `load_balancer`, but belongs in `listener`
    port = 80
#   ^^^^ E0111 `port` is set in `load_balancer`, but belongs in `listener` or `process`
    rule api { path = ["/x"] }
#   ^^^^ E0111 `rule` is set in `load_balancer`, but belongs in `listener`
  }
  scaling {
    metric = cpu
#   ^^^^^^ E0111 `metric` is set in `scaling`, but belongs in `trigger` or `policy`
    cron = "0 1 * * *"
#   ^^^^ E0111 `cron` is set in `scaling`, but belongs in `schedule`
  }
}
"#,
    );
    let program = "edition 2026\napplication shop {}\nenvironment shop-dev: web {\n  \
                   platform = \"nodejs-22\"\n  load_balancer {\n    \
                   listener http { port = 80 }\n    redirect = https\n  }\n}\n";
    let said = compile(&[("main.bean", program)], &[]).diagnostics;
    let helps = said.iter().flat_map(|it| &it.helps);
    let helps: Vec<&str> = helps.map(|help| help.text.as_str()).collect();
    assert_eq!(helps, ["move it into `listener http { … }`"]);
}

#[test]
fn what_people_bring_along_is_one_message_each() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "64bit Amazon Linux 2023 v6.1.0 running Node.js 20"
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0304 there is no platform `64bit Amazon Linux 2023 v6.1.0 running Node.js 20`
  aws:autoscaling:asg {
# ^^^^^^^^^^^^^^^^^^^ E0112 `aws:autoscaling:asg` is a namespace of Elastic Beanstalk's options
    MinSize = "2"
  }
  "aws:elasticbeanstalk:command" { BatchSize = "3" }
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0112 `aws:elasticbeanstalk:command` is a namespace of Elastic Beanstalk's options
  Type = AWS::ElasticBeanstalk::Environment
# ^^^^ E0112 `Type` of CloudFormation is no property here
  depends_on = [application.shop]
# ^^^^^^^^^^ E0112 `depends_on` of Terraform is no property here
  proxy = apache
# ^^^^^ E0111 `proxy` is set in `environment`, but belongs in `platform`
  if param.big { instances { min = 3 } }
# ^^ E0026 there are no branches: `if` is not part of the language
}
"#,
    );
    let program = "edition 2026\napplication shop {}\nenvironment shop-dev: web {\n  \
                   platform = \"nodejs-20\"\n  aws:autoscaling:asg { }\n}\n";
    let said = compile(&[("main.bean", program)], &[]).diagnostics;
    // Another version is a guess.
    assert_eq!(
        said[0].helps[0].applicability,
        Applicability::MaybeIncorrect
    );
    let first = said[1].notes.first().map(String::as_str);
    assert_eq!(first, Some("`MinSize` is `instances { min = … }`"));
}

#[test]
fn a_pasted_template_is_one_message_a_line() {
    check_errors(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  Type: AWS::AutoScaling::AutoScalingGroup
# ^^^^ E0112 `Type` of CloudFormation is no property here
  Properties:
# ^^^^^^^^^^ E0112 `Properties` of CloudFormation is no property here
    MinSize: "1"
#   ^^^^^^^ E0112 `MinSize` is Elastic Beanstalk's name for `instances.min`
    LaunchTemplate: !Ref Template
#   ^^^^^^^^^^^^^^ E0110 `environment` has no property `LaunchTemplate`
  VPCZoneIdentifier: [a], relase: "1"
# ^^^^^^^^^^^^^^^^^ E0112 `VPCZoneIdentifier` is CloudFormation's name for `instances.subnets`
#                         ^^^^^^ E0110 `environment` has no property `relase`
#                               ^ E0006 `relase` is set with `=`, not with `:`
}
"#,
    );
}

#[test]
fn references_of_other_tools() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  env {
    A = var.size
#       ^^^ E0120 `var` begins no reference
    B = !Ref Bucket
#       ^^^^ E0044 `!Ref` is CloudFormation's
    C = !GetAtt Bucket.Arn
#       ^^^^^^^ E0044 `!GetAtt` is CloudFormation's
    D = ${self.name}
#       ^^^^^^^^^^^^ E0044 `${…}` stands in a text, and a value without one stands alone
  }
}
output url { value = environment.shop-dev.url }
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0004 an `output` is one value, not a block
"#,
    );
    let program = "edition 2026\napplication shop {}\nlet a = var.x\n";
    let said = compile(&[("main.bean", program)], &[]).diagnostics;
    assert!(said[0].helps[0].text.contains("`param`"));
}

#[test]
fn a_network_that_exists_has_no_zones() {
    check(
        r#"
edition 2026
application shop {}
network main: existing {
  vpc = "vpc-12345678"
  subnets public { ids = ["subnet-12345678"] }
  zones = 2
# ^^^^^ E0110 `existing network` has no property `zones`
}
"#,
    );
    check(
        r#"
edition 2026
application shop {}
network main: existing {
  vpc = "vpc-12345678"
  subnets public { ids = ["subnet-12345678"] }
  cidr = 10.0.1.0/16
#        ^^^^^^^^^^^ E0403 `10.0.1.0/16` is an address, not the beginning of a range
}
"#,
    );
}

#[test]
fn what_is_removed_stands_in_its_block() {
    let program = "edition 2026\napplication shop {}\ntemplate base: web {\n  \
                   platform = \"nodejs-22\"\n  tags { Team = \"a\" }\n  \
                   load_balancer { listener http { port = 80 } }\n}\n\
                   environment shop-dev: web extends base {\n  remove tags Team\n  \
                   remove listener http\n  remove load_balancer.listener.http\n  \
                   load_balancer { remove listener }\n}\n";
    let said = compile(&[("main.bean", program)], &[]).diagnostics;
    let helps = said.iter().flat_map(|it| &it.helps);
    let helps: Vec<&str> = helps.map(|help| help.text.as_str()).collect();
    assert_eq!(
        helps,
        [
            "write `tags { remove Team }`",
            "write `load_balancer { remove listener http }`",
            "write the block: `load_balancer { remove … }`",
        ]
    );
}

#[test]
fn a_tier_that_is_misspelt_hides_nothing() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: Web {
#                     ^^^ E0303 there is no `: Web`
  Platform = "nodejs-22"
# ^^^^^^^^ E0110 `environment` has no property `Platform`
  instances { min = 1, min = 2 }
#                      ^^^ E0114 `min` is written twice
}
"#,
    );
}

#[test]
fn types_of_other_languages() {
    check(
        r#"
edition 2026
application shop {}
param size: t4g.small | t4g.large = t4g.small
#           ^^^^^^^^^^^^^^^^^^^^^ E0036 `t4g.small | t4g.large` is not a type
param names: list(string) = ["a"]
#            ^^^^^^^^^^^^ E0036 `list(string)` is not a type
param count: number = 3
#            ^^^^^^ E0143 there is no type `number`
"#,
    );
    let program = "edition 2026\nparam a: x.y | z = z\nparam b: list(int) = []\n\
                   param c: Boolean = true\n";
    let said = compile(&[("main.bean", program)], &[]).diagnostics;
    let helps = said.iter().filter_map(|it| it.helps.first());
    let helps: Vec<&str> = helps.map(|help| help.text.as_str()).collect();
    assert_eq!(
        helps,
        [
            "what is no word stands in quotes: `\"x.y\" | z`",
            "write `list<int>`",
            "it is called `bool` here",
        ]
    );
}

#[test]
fn ranges_are_compared_beside_other_mistakes() {
    check(
        r#"
edition 2026
application shop {}
network main {
  cidr = 10.0.0.0/16
  zones = ["a", "b"]
#         ^^^^^^^^^^ E0203 `zones` expects a whole number, got a list
  subnets public { size = 24 }
#                         ^^ E0203 `size` expects a prefix length, got a number
  subnets private { cidr = 192.168.1.0/24 }
#                          ^^^^^^^^^^^^^^ E0401 subnets `private` lie outside of network `main`
}
"#,
    );
}

/// What else is wrong is wrong on any platform.
#[test]
fn a_missing_platform_hides_nothing() {
    check(
        r#"
edition 2026
application shop {}
template small: web {
  instances { min = 5, max = 2 }
#                            ^ E0502 `max` is smaller than `min`
}
environment shop-dev: web {
#<^^^^^^^^^^^^^^^^^^^^^^^ E0113 `environment` needs `platform`
  instances {
    type = "t4g.smal"
#          ^^^^^^^^^^ E0312 there is no instance type `t4g.smal`
  }
  load_balancer {
    listener http { port = 80, redirect = https }
#                                         ^^^^^ E0412 there is no listener named `https`
  }
}
environment shop-test: web extends small {}
#<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0113 `environment` needs `platform`
"#,
    );
}

#[test]
fn blocks_and_values_in_each_others_place() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform { name = "nodejs-22" }
# ^^^^^^^^ E0115 `platform` takes a value, not a block
  instances main { max = 2 }
# ^^^^^^^^^ E0115 `instances` of `environment` has no name of its own
  load_balancer {
    listener { port = 80 }
#   ^^^^^^^^ E0115 each `listener` of `load_balancer` needs a name
    listener a b { port = 81 }
#              ^ E0115 `listener` takes one name
    idle_timeout = 1m
    idle_timeout = 2m
#   ^^^^^^^^^^^^ E0114 `idle_timeout` is written twice
    health = "/"
#   ^^^^^^ E0115 `health` is a block, not a value
    process = 3
#   ^^^^^^^ E0115 `process` is a block with a name, not a value
  }
  env {
    A { b = 1 }
#   ^ E0115 `A` takes a value, not a block
    TIMEOUT = 30s
#             ^^^ E0203 `TIMEOUT` expects text, a secret, `true` or `false`, or a whole number, got a duration
  }
}
"#,
    );
}

#[test]
fn a_block_without_what_it_needs_is_pointed_at_by_its_name() {
    check(
        r#"
edition 2026
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  alarm slow {
#       ^^^^ E0113 `alarm` needs `metric`
    above = 800ms
  }
  dns {}
# ^^^ E0113 `dns` needs `name`
# ^^^ E0113 `dns` needs `zone`
}
"#,
    );
}

#[test]
fn items_of_no_kind() {
    check(
        r#"
edition 2026
application shop: big {}
#                 ^^^ E0303 an application has no `: big`
application blog {}
network main: existng {}
#             ^^^^^^^ E0303 there is no `: existng`
environment a {}
#           ^ E0302 environment `a` has no tier
environment b: web { platform = "nodejs-22" }
#           ^ E0123 `b` could run any of several applications
environment c: worker { platform = "nodejs-22" }
#           ^ E0123 `c` could run any of several applications
platform mine {}
#        ^^^^ E0113 platform `mine` says nothing of what it runs
resource thing: "AWS::SNS::Topic" {}
#<^^^^^^ E0099 a raw resource is not in this version yet
"#,
    );
}

// Inheritance

#[test]
fn parents_that_are_unknown_other_or_in_a_circle() {
    check(
        r#"
edition 2026
application shop {}
template a: web extends b {}
template b: web extends a {}
#                       ^ E0132 `a` and `b` extend each other
template c: web extends c {}
#                       ^ E0132 `c` extends itself
template jobs: worker { platform = "nodejs-22" }
template d: web extends jobs {}
#                       ^^^^ E0133 `jobs` is of another tier
template e: web extends missing {}
#                       ^^^^^^^ E0130 there is no template or environment named `missing`
platform mine extends "nodejs22" {}
#                     ^^^^^^^^^^ E0130 there is no platform named `nodejs22`
"#,
    );
}

#[test]
fn a_parent_is_named_once() {
    check(
        r#"
edition 2026
application shop {}
template base: web { platform = "nodejs-22" }
template small: web extends base { instances { max = 2 } }
template busy: web extends base { deployment { strategy = immutable } }
environment shop-a: web extends small, busy {}
environment shop-b: web extends small, busy, small {}
#                                            ^^^^^ E0135 `small` is extended twice
environment shop-c: web extends small, base {}
platform one: custom extends "custom" { family = custom }
#                            ^^^^^^^^ E0135 `custom` is extended twice
"#,
    );
}

#[test]
fn parents_that_disagree_leave_the_choice_to_the_child() {
    check(
        r#"
edition 2026
application shop {}
template small: web { instances { max = 2 }, platform = "nodejs-22" }
template busy: web { instances { max = 8 }, platform = "nodejs-22" }
environment a: web extends small, busy {}
#                                 ^^^^ E0131 `small` and `busy` both set `instances.max`
environment shop-b: web extends small, busy { instances { max = 4 } }
environment shop-c: web extends small, busy { instances { max = default } }
environment shop-d: web extends small, busy { instances { remove max } }
"#,
    );
}

/// Neither `base` nor `+=` has anything to begin with then.
#[test]
fn nobody_asks_parents_for_what_they_disagree_about() {
    check(
        r#"
edition 2026
application shop {}
template small: web { platform = "nodejs-22", instances { max = 2 }, protect = [bucket] }
template busy: web { instances { max = 8, min = 2 }, protect = [load_balancer] }
environment shop-a: web extends small, busy {
#                                      ^^^^ E0131 `small` and `busy` both set `instances.max`
  instances { max = base.instances.max + 1 }
  protect = [bucket]
}
environment shop-b: web extends small, busy {
#                                      ^^^^ E0131 `small` and `busy` both set `protect`
  instances { max = base.instances.min + 1 }
  protect += [security_group]
}
"#,
    );
}

#[test]
fn nothing_to_take_away_or_to_spread() {
    check(
        r#"
edition 2026
application shop {}
template small: web {
  platform = "nodejs-22"
  load_balancer { listener http { port = 80 } }
}
environment b: web extends smal {
#                          ^^^^ E0130 there is no template or environment named `smal`
  remove alarm slow
}
environment a: web extends small {
  remove listener http
#        ^^^^^^^^ E0134 there is no `listener` to remove
  remove load_balncer
#        ^^^^^^^^^^^^ E0134 there is no `load_balncer` to remove
  load_balancer { remove listener htp }
#                                 ^^^ E0134 there is no `htp` to remove
  env { ...self.tags }
#          ^^^^^^^^^ E0122 `...self.tags` spreads something else than `base`
  instances { type = base.instances.type }
#                    ^^^^^^^^^^^^^^^^^^^ E0122 nothing that is inherited sets `base.instances.type`
}
"#,
    );
}

// Values

/// The codes of what is said, in order.
fn codes(files: &[(&str, &str)]) -> Vec<&'static str> {
    let list = compile(files, &[]).diagnostics;
    list.iter().map(|it| it.code.number()).collect()
}

#[test]
fn chains_are_followed_so_far_and_no_further() {
    let start = "edition 2026\napplication shop {}\n".to_owned();
    let lets = |count: usize| {
        let lines = (1..=count).rev();
        let lines = lines.map(|it| format!("let a{it} = let.a{} + 1\n", it - 1));
        format!("{start}{}let a0 = 1\n", lines.collect::<String>())
    };
    assert_eq!(codes(&[("main.bean", &lets(100))]), [""; 0]);
    assert_eq!(codes(&[("main.bean", &lets(5_000))]), ["E0209"]);

    let parents = |count: usize| {
        let lines = (1..=count).rev();
        let lines = lines.map(|it| format!("template a{it}: web extends a{} {{}}\n", it - 1));
        format!(
            "{start}{}template a0: web {{}}\n",
            lines.collect::<String>()
        )
    };
    assert_eq!(codes(&[("main.bean", &parents(60))]), [""; 0]);
    assert_eq!(codes(&[("main.bean", &parents(1_000))]), ["E0209"]);

    let files: Vec<(String, String)> = (0..100)
        .map(|it| {
            let next = it + 1;
            let import = format!("import {{ a{next} }} from \"./{next}.bean\"\n");
            (
                format!("{it}.bean"),
                format!("edition 2026\n{import}let a{it} = 1\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(codes(&files), ["E0209"]);
}

#[test]
fn values_that_double_each_other_are_worked_out_once() {
    let doubling = |first: &str, double: &dyn Fn(String) -> String| {
        let mut program = format!("edition 2026\napplication shop {{}}\nlet a0 = {first}\n");
        for it in 1..60 {
            program += &format!("let a{it} = {}\n", double(format!("let.a{}", it - 1)));
        }
        codes(&[("main.bean", &program)])
    };
    assert_eq!(
        doubling("\"\"", &|a| format!("\"${{{a}}}${{{a}}}\"")),
        [""; 0]
    );
    assert_eq!(
        doubling("\"a\"", &|a| format!("\"${{{a}}}${{{a}}}\"")),
        ["E0224"]
    );
    assert_eq!(doubling("[1]", &|a| format!("concat({a}, {a})")), ["E0224"]);
    assert_eq!(doubling("[1]", &|a| format!("[{a}, {a}]")), ["E0224"]);
    assert_eq!(doubling("0", &|a| format!("{a} + {a}")), [""; 0]);
}

#[test]
fn properties_that_double_each_other_are_worked_out_once() {
    let mut program = "edition 2026\napplication shop {}\nenvironment shop-dev: web {\n\
                       platform = \"nodejs-22\"\nenv {\nA0 = \"\"\n"
        .to_owned();
    for it in 1..60 {
        let before = it - 1;
        program += &format!("A{it} = \"${{self.env.A{before}}}${{self.env.A{before}}}\"\n");
    }
    program += "}\n}\n";
    assert_eq!(codes(&[("main.bean", &program)]), [""; 0]);
}

#[test]
fn what_an_item_knows_of_itself_and_its_parents() {
    let program = r#"
edition 2026
application shop { description = "${self.name}" }
template small: web {
  platform = "nodejs-22"
  env {
    KEY = secret("ssm:/${self.name}/key")
    ENDPOINT = "s3.${aws.region}.${aws.dns_suffix}/${aws.partition}/${aws.account}"
  }
}
environment shop-dev: web extends small {
  target { region = "cn-north-1" }
  instances { min = 2 * base.instances.min }
  env { NAME = application.shop.name }
}
environment shop-prod: web extends small {}
"#;
    assert_eq!(value(program, "shop-dev.instances.min"), "2");
    assert_eq!(value(program, "shop-dev.env.NAME"), "\"shop\"");
    assert_eq!(
        value(program, "shop-dev.env.KEY"),
        "secret(\"ssm:/shop-dev/key\")"
    );
    assert_eq!(
        value(program, "shop-dev.env.ENDPOINT"),
        "\"s3.cn-north-1.amazonaws.com.cn/aws-cn/${aws.account}\""
    );
    assert_eq!(
        value(program, "shop-prod.env.ENDPOINT"),
        "\"s3.${aws.region}.${aws.dns_suffix}/${aws.partition}/${aws.account}\""
    );
}

/// The value that the child replaces is looked at in silence; what is wrong
/// with it is still said where it counts.
#[test]
fn what_failed_in_silence_is_said_aloud_later() {
    check_files(&[
        (
            "main.bean",
            r#"
edition 2026
import { small } from "./shared.bean"
application shop {}
environment shop-dev: web extends small {
  env { A = "a" }
}
environment shop-prod: web extends small {}
"#,
        ),
        (
            "shared.bean",
            r#"
edition 2026
param stage: string
#     ^^^^^ E0141 param `stage` has no value
template small: web {
  platform = "nodejs-22"
  env { A = "${param.stage}" }
}
"#,
        ),
    ]);
}

#[test]
fn values_that_do_not_go_together() {
    check(
        r#"
edition 2026
application shop {}
let a = 1 + "a"
#       ^^^^^^^ E0205 `+` does not go between a number and text
let b = !1
#        ^ E0205 `!` wants `true` or `false`
let c = -true
#        ^^^^ E0205 `-` wants a number
let d = 1 ? 2 : 3
#       ^ E0205 a condition is `true` or `false`, this is a number
let e = 9223372036854775807 + 1
#       ^^^^^^^^^^^^^^^^^^^^^^^ E0220 the result is larger than numbers can be
let f = "${[1]}"
#          ^^^ E0205 a list cannot be written as text
let g = uppr("a")
#       ^^^^ E0206 there is no function `uppr`
let h = upper("a", "b")
#       ^^^^^^^^^^^^^^^ E0207 `upper` takes one argument, not 2
let i = upper(1)
#             ^ E0207 `upper` takes text, not a number
let j = cidr(10.0.0.0/16, /17, 2)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^ E0207 10.0.0.0/16 has no /17 number 2
let k = 1m < 5
#       ^^^^^^ E0205 `<` does not go between a duration and a number
let l = let.l
#       ^^^^^ E0208 this value is needed to work out itself
let m = secret("password")
#              ^^^^^^^^^^ E0702 a secret is named by where it is kept
let n = "${secret("ssm:/a")}"
#          ^^^^^^^^^^^^^^^^ E0701 this would write a secret into the template
let o = secret("ssm:/a") == "b"
#       ^^^^^^^^^^^^^^^^ E0701 a secret cannot be looked at
"#,
    );
}

#[test]
fn what_is_known_late_is_assigned_and_written_but_never_looked_at() {
    check(
        r#"
edition 2026
input size: int = 2
input name: string = "a"
application shop {}
environment shop-dev: web {
  platform = "nodejs-22"
  instances { max = input.size }
#                   ^^^^^^^^^^ E0210 `max` must be known now, but this is known at deploy time only
  env {
    A = input.name
    B = "${input.name}-${input.size}"
    C = input.size > 2
#       ^^^^^^^^^^ E0210 this must be known now, but is known at deploy time only
    D = upper(input.name)
#             ^^^^^^^^^^ E0210 this must be known now, but is known at deploy time only
    F = json([input.name])
#       ^^^^^^^^^^^^^^^^^^ E0210 this must be known now, but is known at deploy time only
    E = secret(input.name)
#              ^^^^^^^^^^ E0210 this must be known now, but is known at deploy time only
  }
  alarm slow {
    enabled = input.size == 2
#             ^^^^^^^^^^ E0210 this must be known now, but is known at deploy time only
    metric = cpu
    above = 70%
  }
}
"#,
    );
}

#[test]
fn inputs_go_where_values_of_their_type_go() {
    check(
        r#"
edition 2026
input many: list<string>
input name: string = "a"
input count: int = 1
input watched: bool = true
application shop {
  tags {
    many = input.many
#          ^^^^^^^^^^ E0203 `many` expects text, got an input of type `list<string>`
    count = input.count
  }
}
environment shop-dev: web {
  platform = "nodejs-22"
  release = "${input.name}-${input.many}"
#                            ^^^^^^^^^^ E0203 `release` expects text, got an input of type `list<string>`
  instances {
    type = input.count
#          ^^^^^^^^^^^ E0203 `type` expects an instance type, got an input of type `int`
    key_pair = input.count
    monitoring = input.name
#                ^^^^^^^^^^ E0203 `monitoring` expects `true` or `false`, got an input of type `string`
  }
  load_balancer {
    deletion_protection = self.url
#                         ^^^^^^^^ E0203 `deletion_protection` expects `true` or `false`, got text
    access_logs = input.watched
#                 ^^^^^^^^^^^^^ E0210 `access_logs` must be known now, but this is known at deploy time only
  }
}
environment shop-test: web {
  platform = "nodejs-22"
  instances { monitoring = "${input.watched}!" }
#                          ^^^^^^^^^^^^^^^^^^^ E0203 `monitoring` expects `true` or `false`, got text
}
"#,
    );
}

/// Each complaint with its first help, `=>` in front of the edit that it offers.
fn advice(program: &str) -> Vec<String> {
    let compiled = compile(&[("main.bean", program)], &[]);
    let said = compiled.diagnostics.into_iter().map(|it| {
        let help = it.helps.first();
        let edit = help.and_then(|help| Some(format!(" => {}", help.edits.first()?.text)));
        let text = help.map_or("", |help| help.text.as_str());
        format!("{}: {text}{}", it.message, edit.unwrap_or_default())
    });
    said.collect()
}

#[test]
fn functions_are_told_which_argument_they_do_not_take() {
    check(
        r#"
edition 2026
application shop {}
network main { cidr = 10.0.0.0/16, subnets public { internet = direct } }
let a = join(",", ["a"])
#            ^^^^^^^^^^ E0207 `join` takes the list first
let b = join(["a"], 3)
#                   ^ E0207 `join` takes text second, not a number
let c = cidr("10.0.0.0/16", /24, 1)
#            ^^^^^^^^^^^^^ E0207 `cidr` takes an address range first, not text
let d = cidr(10.0.0.0/16, 24, 1)
#                         ^^ E0207 `cidr` takes a prefix length second, not a number
let e = count("abc")
#             ^^^^^ E0207 `count` takes a list or a block, not text
let f = min(1, 5m)
#       ^^^^^^^^^^ E0207 `min` does not take a number and a duration together
let g = file(path)
#            ^^^^ E0207 `file` takes text, not a word
let h = upper()
#       ^^^^^^^ E0207 `upper` takes one argument, not 0
let i = json(network.main)
#       ^^^^^^^^^^^^^^^^^^ E0207 `json` does not take a reference
let j = upper(let.k)
#             ^^^^^ E0207 `upper` takes text, not a number
let k = 1
"#,
    );
    let program = "edition 2026\napplication shop {}\n\
                   let a = join(\",\", [\"a\"])\nlet b = cidr(\"10.0.0.0/16\", 24, 1)\n\
                   let c = cidr(10.0.0.0/16, 24, 1)\nlet d = file(path)\nlet e = count(1)\n";
    assert_eq!(
        advice(program),
        [
            "`join` takes the list first: write `[\"a\"], \",\"` => [\"a\"], \",\"",
            "`cidr` takes an address range first, not text: \
             it stands without quotes: `10.0.0.0/16` => 10.0.0.0/16",
            "`cidr` takes a prefix length second, not a number: write `/24` => /24",
            "`file` takes text, not a word: text stands in quotes: `\"path\"` => \"path\"",
            "`count` takes a list or a block, not a number: ",
        ]
    );
}

/// What other files and the library have is imported by an edit, where it is written
/// beside what they are taken for already.
#[test]
fn what_is_not_imported_is_imported_by_an_edit() {
    let base = "edition 2026\napplication shop {}\nparam most: int = 4\n\
                template common: web { platform = \"nodejs-22\" }\n";
    let main = "edition 2026\nimport { shop as it } from \"../base.bean\" # all of it\n\
                environment shop-a: web extends common, small_web {\n  \
                application = application.it\n  instances { max = param.most }\n}\n";
    let files = [
        ("base.bean", base),
        ("lib/main.bean", main),
        ("bean.toml", ""),
    ];
    let disk = MemoryDisk::new(files);
    let compiled = driver::compile(Path::new("lib/main.bean"), &disk, &Options::default());
    let helps: Vec<_> = compiled
        .diagnostics
        .iter()
        .flat_map(|it| &it.helps)
        .collect();
    let said = helps.iter().map(|help| {
        assert_eq!(help.applicability, Applicability::MachineApplicable);
        let edit = &help.edits[0];
        let start = edit.span.start as usize;
        let behind = main[..start].rsplit(['{', '\n']).next().unwrap_or_default();
        format!(
            "{} | {behind}{}",
            help.text,
            edit.text.trim_start_matches('\n')
        )
    });
    let said: Vec<_> = said.collect();
    assert_eq!(
        said,
        [
            "import it: `import { common } from \"../base.bean\"` |  shop as it, common",
            "import it: `import { small_web } from \"std/presets\"` |  shop as it } from \"../base.bean\" # all of it\
             import { small_web } from \"std/presets\"",
            "import it: `import { most } from \"../base.bean\"` |  shop as it, most",
        ]
    );
}

/// An import would close a circle.
#[test]
fn what_an_importer_has_is_not_imported_from_it() {
    let base = "edition 2026\ntemplate common: web { env { A = \"${param.a}\" } }\n";
    let main = "edition 2026\nimport { common } from \"./base.bean\"\nparam a: string = \"b\"\n\
                application shop {}\n\
                environment shop-a: web extends common { platform = \"nodejs-22\" }\n";
    let compiled = compile(&[("main.bean", main), ("base.bean", base)], &[]);
    let [error] = &*compiled.diagnostics else {
        panic!("{:?}", compiled.diagnostics);
    };
    assert_eq!(error.code.number(), "E0120");
    assert_eq!(error.helps[0].text, "declare it: `param a …`");
}

#[test]
fn a_block_that_is_named_as_a_value_tells_what_it_has() {
    let program = "edition 2026\napplication shop {}\n\
                   environment jobs: worker { platform = \"nodejs-22\", queue { concurrency = 5 } }\n\
                   output queue = environment.jobs.queue\n\
                   output letters = environment.jobs.dead_letter\n";
    assert_eq!(
        advice(program),
        [
            "`environment.jobs.queue` is a block, not a value: write `environment.jobs.queue.url`",
            "`environment.jobs.dead_letter` is a block, not a value: \
             write `environment.jobs.dead_letter.url`",
        ]
    );
}

/// What a param has is text once it stands in one.
#[test]
fn values_of_params_are_put_into_texts() {
    let program = "edition 2026\nparam stage: dev | prod = dev\nparam slow: duration = 90s\n\
                   application shop { description = param.stage }\n\
                   environment shop-dev: web {\n  platform = \"nodejs-22\"\n  \
                   env { STAGE = param.stage, SLOW = param.slow }\n}\n";
    let env = "expects text, a secret, `true` or `false`, or a whole number, got";
    assert_eq!(
        advice(program),
        [
            "`description` expects text, got a word: put it into a text: \
             `\"${param.stage}\"` => \"${param.stage}\""
                .to_owned(),
            format!(
                "`STAGE` {env} a word: put it into a text: `\"${{param.stage}}\"` => \"${{param.stage}}\""
            ),
            format!(
                "`SLOW` {env} a duration: put it into a text: `\"${{param.slow}}\"` => \"${{param.slow}}\""
            ),
        ]
    );
    let program = program
        .replace("= param.stage", "= \"${param.stage}\"")
        .replace("= param.slow", "= \"${param.slow}\"");
    assert!(advice(&program).is_empty());
}

#[test]
fn quotes_and_units_that_are_too_many_or_missing_are_edits() {
    let program = "edition 2026\napplication shop {}\n\
                   param a: duration = 30\nparam b: bool = \"true\"\n\
                   param c: dev | prod = production\nparam d: list<int> = [1, \"2\"]\n\
                   param e: string = foo\ninput f: cidr = \"10.0.0.0/33\"\n\
                   network main { cidr = 10.0.0.0/16, subnets public { internet = direct } }\n\
                   environment shop-dev: web {\n  platform = \"nodejs-22\"\n  network = \"main\"\n  \
                   load_balancer { kind = \"application\", listener http { port = 80, redirect = \"https\" } }\n  \
                   deployment { rollback_on = [\"high\"] }\n}\n";
    assert_eq!(
        advice(program),
        [
            "the default of `a` does not fit its type: write `30s` => 30s",
            "the default of `b` does not fit its type: \
             it stands without quotes: `true` => true",
            "the default of `c` does not fit its type: did you mean `prod`? => prod",
            "the default of `d` does not fit its type: it stands without quotes: `2` => 2",
            "the default of `e` does not fit its type: \
             text stands in quotes: `\"foo\"` => \"foo\"",
            "the default of `f` does not fit its type: \
             write an address range such as `10.0.0.0/16`",
            "`network` expects a reference `network.NAME`, got text: \
             write `network.main` => network.main",
            "`kind` expects `application`, `network` or `none` or `shared(…)`, got text: \
             words stand without quotes: `application` => application",
            "`redirect` expects the name of a listener, got text: \
             names stand without quotes: `https` => https",
            "`rollback_on` expects a reference `alarm.NAME`, got text: \
             write `alarm.high` => alarm.high",
        ]
    );
    let given = |ty: &str, text: &str| {
        let program = format!("edition 2026\napplication shop {{}}\nparam a: {ty}\n");
        let compiled = compile(&[("main.bean", program.as_str())], &[("a", text)]);
        let mut helps = compiled.diagnostics.into_iter().flat_map(|it| it.helps);
        helps.next().map(|help| help.text)
    };
    let meant = |text: &str| Some(format!("did you mean `--param a={text}`?"));
    assert_eq!(given("duration", "30"), meant("30s"));
    assert_eq!(given("dev | prod", "production"), meant("prod"));
    assert_eq!(given("duration", "x"), None);
}

#[test]
fn a_circle_of_values_is_shown_all_the_way_round() {
    let program = "edition 2026\napplication shop {}\n\
                   let a = let.b + 1\nlet b = let.c + 1\nlet c = let.a + 1\n\
                   let d = let.a\n";
    let compiled = compile(&[("main.bean", program)], &[]);
    let [error] = compiled.diagnostics.as_slice() else {
        panic!("{:?}", compiled.diagnostics);
    };
    let labels = std::iter::once(&error.primary).chain(&error.related);
    let labels: Vec<&str> = labels.map(|label| label.text.as_str()).collect();
    assert_eq!(
        labels,
        [
            "1. this needs `let.b`",
            "2. this needs `let.c`",
            "3. this needs `let.a`, where it began"
        ]
    );
}

/// Whoever says it, the child knows its own parents alone.
#[test]
fn parents_that_disagree_are_the_child_s_own() {
    let program = "edition 2026\napplication shop {}\n\
                   template base: web {\n  platform = \"nodejs-22\"\n  instances { max = 4 }\n}\n\
                   template large: web extends base { instances { max = 6 } }\n\
                   template quiet: web extends base { instances { min = 2 } }\n\
                   environment shop-dev: web extends large, quiet {}\n\
                   environment shop-test: web extends quiet, large {}\n";
    let compiled = compile(&[("main.bean", program)], &[]);
    let said = compiled.diagnostics.iter().map(|error| {
        let labels = error.related.iter().map(|label| label.text.as_str());
        let labels: Vec<&str> = labels.collect();
        format!("{}: {}", error.message, labels.join(", "))
    });
    assert_eq!(
        said.collect::<Vec<String>>(),
        [
            "`large` and `quiet` disagree about `instances.max`: \
             `large` says 6, `quiet` has 4 from `base`",
            "`quiet` and `large` disagree about `instances.max`: \
             `quiet` has 4 from `base`, `large` says 6",
        ]
    );
}

#[test]
fn one_mistake_is_one_message() {
    check(
        r#"
edition 2026
application shop {}
template base: web { platform = "nodejs-22" }
resource "aws_s3_bucket" "b" {
#<^^^^^^ E0099 a raw resource is not in this version yet
  bucket = "x"
}
environment shop-a: web extends application.shop {}
#                                           ^^^^ E0130 there is no template or environment named `shop`
environment shop-b: web extends template.base {
#                               ^^^^^^^^^^^^^ E0017 `template.base` cannot be a name here
  env [ { name = "A", value = "b" } ]
# ^^^ E0115 `env` is a block, not a value
}
environment shop-d: web {
  platform = nodejs:22
#            ^^^^^^^^^ E0304 there is no platform `nodejs:22`
}
environment shop-c: web extends base {
  target { region = "eu-west-9" }
#                   ^^^^^^^^^^^ E0512 there is no region `eu-west-9`
  load_balancer {
    listener https {
      port = 443
      certificate = "arn:aws:acm:us-east-1:111122223333:certificate/0000"
    }
  }
  env {
    KEY = secret(ssm:/shop/key)
#                ^^^^^^^^^^^^^ E0039 `ssm:/shop/key` is text and needs quotes
    OTHER = secret(smm:/shop/key)
#                  ^^^^^^^^^^^^^ E0702 a secret is named by where it is kept
    ARN = arn:aws:s3:::shop
#         ^^^^^^^^^^^^^^^^^ E0039 `arn:aws:s3:::shop` is text and needs quotes
    URL = https://shop.example.com:8080/a?b=c#d # here
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0039 `https://shop.example.com:8080/a?…` is text and needs quotes
    IMAGES = join([nginx:1.27, redis:latest], ",")
#                  ^^^^^^^^^^ E0039 `nginx:1.27` is text and needs quotes
#                              ^^^^^^^^^^^^ E0039 `redis:latest` is text and needs quotes
    WORD = aws.region == "eu" ? a:b : c
#                                   ^ E0028 `:` stands without its `?`
    HALF = a:
#           ^ E0028 `?` needs two values: one for true and one for false
  }
}
"#,
    );
}

#[test]
fn params_that_do_not_fit() {
    check(
        r#"
edition 2026
param a: int = "1"
#              ^^^ E0142 the default of `a` does not fit its type
param b: dev | prod = test
#                     ^^^^ E0142 the default of `b` does not fit its type
param c: list<int> = [1, "2"]
#                        ^^^ E0142 the default of `c` does not fit its type
param d: port = 70000
#               ^^^^^ E0142 the default of `d` does not fit its type
param e: arn = "arn:aws:shop"
#              ^^^^^^^^^^^^^^ E0505 `arn:aws:shop` is no ARN
param i: list<region> = ["eu-west-1", "eu-west-9"]
#                                     ^^^^^^^^^^^ E0512 there is no region `eu-west-9`
input j: instance_type = "t4g.smal"
#                        ^^^^^^^^^^ E0312 there is no instance type `t4g.smal`
param f: duration
#     ^ E0141 param `f` has no value
param g: nothing = 1
#        ^^^^^^^ E0143 there is no type `nothing`
input h: size = 3m
#               ^^ E0142 the default of `h` does not fit its type
application shop {}
"#,
    );
}

#[test]
fn assertions_show_what_was_compared() {
    check(
        r#"
edition 2026
param min: int = 1
application shop {}
assert param.min >= 2 else "at least two"
#      ^^^^^^^^^^^^^^ E0901 at least two
assert param.min == 2
#      ^^^^^^^^^^^^^^ E0901 this does not hold
template small: web {
  platform = "nodejs-22"
  assert self.instances.max > 2 else "too small"
#        ^^^^^^^^^^^^^^^^^^^^^^ E0901 too small
}
environment shop-dev: web extends small {
  instances { max = 2 }
}
environment shop-prod: web extends small {
  instances { max = 4 }
}
"#,
    );
}

#[test]
fn networks_that_do_not_add_up() {
    check(
        r#"
edition 2026
network a { cidr = 10.0.0.0/8 }
#                  ^^^^^^^^^^ E0404 AWS has no networks or subnets of /8
network b { cidr = 10.20.1.0/16 }
#                  ^^^^^^^^^^^^ E0403 `10.20.1.0/16` is an address, not the beginning of a range
network c {
  cidr = 10.20.0.0/16
  subnets x { cidr = 10.30.0.0/20 }
#                    ^^^^^^^^^^^^ E0401 subnets `x` lie outside of network `c`
  subnets y { cidr = 10.20.0.0/20 }
  subnets z { cidr = 10.20.8.0/22 }
#                    ^^^^^^^^^^^^ E0402 subnets `y` and `z` overlap
}
network d {
  cidr = 10.20.0.0/24
  zones = 2
  subnets x { size = /24 }
#                    ^^^ E0405 subnets `x` do not fit into network `d`
}
"#,
    );
}

// Layers

const FAMILY: &str = r#"
edition 2026
application shop {}
template small: web {
  platform = "nodejs-22"
  instances {
    min = 2
    max = 2
  }
  load_balancer {
    listener http { port = 80 }
    listener admin { port = 8080 }
  }
  dns { name = "shop.example.com", zone = "example.com" }
  logs { files = ["a.log"] }
  env {
    LEVEL = "debug"
    SIZE = "1"
  }
}
template busy: web {
  instances { min = 2 }
  logs { retention = 30d }
}
environment shop-prod: web extends small, busy {
  instances {
    min = default
    max = base.instances.max * 4
  }
  load_balancer { remove listener admin }
  logs { files += ["b.log", "a.log"] }
  env {
    ...base.env
    LEVEL = "info"
  }
}
"#;

#[test]
fn what_is_no_list_is_set_and_not_appended_to() {
    let program = r#"
edition 2026
application shop {}
template small: web { instances { max = 2 } }
environment shop-prod: web extends small {
  platform = "nodejs-22"
  release += "1"
#         ^^ E0203 `+=` appends to lists, and `release` takes text
  instances { min += "two", max += 3 }
#                 ^^ E0203 `+=` appends to lists, and `min` takes a whole number
#                    ^^^^^ E0203 `min` expects a whole number, got text
#                               ^^ E0203 `+=` appends to lists, and `max` takes a whole number
  env { A += "b" }
#         ^^ E0203 `+=` appends to lists, and `A` takes text, a secret, `true` or `false`, or a whole number
  load_balancer { listener http { port = 80, enabled += true } }
#                                                    ^^ E0203 `+=` appends to lists, and `enabled` takes `true` or `false`
  logs { files += "a.log" }
#                 ^^^^^^^ E0203 `files` expects a list of texts, got text
  deployment { timeout += [5m] }
#                         ^^^^ E0203 `timeout` expects a duration, got a list
}
"#;
    check(program);
    // What was inherited may be meant to be a part of it.
    let said = compile(
        &[("main.bean", &support::without_expectations(program))],
        &[],
    );
    let signs = said
        .diagnostics
        .iter()
        .filter(|it| it.message.starts_with("`+=`"));
    let certain = signs.map(|it| it.helps[0].applicability == Applicability::MachineApplicable);
    assert_eq!(
        certain.collect::<Vec<_>>(),
        [true, false, false, true, true]
    );
}

#[test]
fn the_child_wins_and_what_it_hides_is_remembered() {
    assert_eq!(
        shown(FAMILY, "shop-prod.env.LEVEL"),
        ["shop-prod.env.LEVEL = \"info\" \
             (set in shop-prod, main.bean:34:13; \"debug\" in small, main.bean:17:13)"]
    );
    assert_eq!(
        shown(FAMILY, "shop-prod.instances.max"),
        ["shop-prod.instances.max = 8 \
             (set in shop-prod, main.bean:28:11; 2 in small, main.bean:8:11)"]
    );
    assert_eq!(
        shown(FAMILY, "shop-prod.logs.retention"),
        ["shop-prod.logs.retention = 30d (set in busy, main.bean:23:22)"]
    );
}

#[test]
fn lists_grow_without_repeating_themselves() {
    assert_eq!(
        value(FAMILY, "shop-prod.logs.files"),
        r#"["a.log", "b.log"]"#
    );
}

#[test]
fn blocks_are_merged_key_by_key_and_a_removed_one_is_gone() {
    assert_eq!(
        value(FAMILY, "shop-prod.load_balancer.listener.http.port"),
        "80"
    );
    assert_eq!(
        value(FAMILY, "shop-prod.load_balancer.listener.admin.port"),
        ""
    );
    assert_eq!(value(FAMILY, "shop-prod.env.SIZE"), "\"1\"");
}

#[test]
fn default_takes_back_what_was_inherited() {
    assert_eq!(
        shown(FAMILY, "shop-prod.instances.min"),
        ["shop-prod.instances.min = 1 (default of edition 2026)"]
    );
}

#[test]
fn names_of_one_stack_are_not_inherited() {
    assert_eq!(value(FAMILY, "small.dns.name"), "\"shop.example.com\"");
    assert_eq!(value(FAMILY, "shop-prod.dns.name"), "");
}

// Expressions

#[test]
fn expressions_come_to_values() {
    let values = [
        ("1h + 30m", "1h30m"),
        ("10GiB * 2", "20GiB"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("1m == 60s", "true"),
        ("1GiB < 2GiB && !false", "true"),
        ("1 > 2 ? \"a\" : \"b\"", "\"b\""),
        ("upper(\"a\")", "\"A\""),
        ("lower(\"A${1m}\")", "\"a1m\""),
        ("join([\"a\", \"b\"], \"-\")", "\"a-b\""),
        ("concat([1], [2])", "[1, 2]"),
        ("count([1, 2])", "2"),
        ("length(\"äb\")", "2"),
        ("min(3, 1, 2)", "1"),
        ("max(30s, 1m)", "1m"),
        ("cidr(10.0.0.0/16, /20, 1)", "10.0.16.0/20"),
        ("json([1, \"a\"])", "\"[1,\\\"a\\\"]\""),
        ("false && 1 > 2", "false"),
    ];
    for (expression, expected) in values {
        let program = format!("edition 2026\nlet it = {expression}\n");
        assert_eq!(value(&program, "let.it"), expected, "{expression}");
    }
}

#[test]
fn params_of_every_type_are_read_from_text() {
    let types = [
        ("string", "a b", true),
        ("int", "-1", true),
        ("int", "1m", false),
        ("bool", "true", true),
        ("bool", "yes", false),
        ("duration", "1h30m", true),
        ("duration", "90", false),
        ("size", "20GiB", true),
        ("size", "20GB", false),
        ("percent", "70%", true),
        ("percent", "70", false),
        ("cidr", "10.0.0.0/16", true),
        ("cidr", "10.0.0.0", false),
        ("port", "443", true),
        ("port", "70000", false),
        ("arn", "arn:aws:sns:eu-west-1:123456789012:shop", true),
        ("arn", "shop", false),
        ("region", "eu-west-1", true),
        ("instance_type", "t3.micro", true),
        ("dev | prod", "prod", true),
        ("dev | prod", "test", false),
        ("list<int>", "1, 2", true),
        ("list<int>", "1, b", false),
    ];
    for (ty, text, fits) in types {
        let program = format!("edition 2026\nparam it: {ty}\n");
        let compilation = compile(&[("main.bean", &program)], &[("it", text)]);
        let codes: Vec<_> = compilation
            .diagnostics
            .iter()
            .map(|it| it.code.number())
            .collect();
        let expected: &[&str] = if fits { &[] } else { &["E0142"] };
        assert_eq!(codes, expected, "{ty} from {text}");
    }
}

#[test]
fn a_param_that_the_program_lacks_is_refused() {
    let program = "edition 2026\nparam stage: int = 1\n";
    let compilation = compile(&[("main.bean", program)], &[("stge", "1")]);
    let [only] = compilation.diagnostics.as_slice() else {
        panic!("{:?}", compilation.diagnostics);
    };
    assert_eq!(only.message, "the program has no param `stge`");
    // What is meant has no value for the same reason.
    let program = "edition 2026\nparam stage: int\nparam size: int\n";
    let compilation = compile(&[("main.bean", program)], &[("stge", "1")]);
    let said = compilation.diagnostics.iter();
    let said: Vec<_> = said.map(|it| it.message.as_str()).collect();
    let expected = [
        "the program has no param `stge`",
        "param `size` has no value",
    ];
    assert_eq!(said, expected);
}

// Laws

/// The lines of a body: some of a few properties, with one of two values.
fn body() -> impl Strategy<Value = String> {
    let lines = [
        ("instances { max = 2 }", "instances { max = 3 }"),
        (
            "load_balancer { idle_timeout = 1m }",
            "load_balancer { idle_timeout = 2m }",
        ),
        ("env { A = \"a\" }", "env { A = \"b\" }"),
        ("logs { retention = 7d }", "logs { retention = 30d }"),
    ];
    let chosen = lines.map(|(a, b)| prop_oneof![Just(""), Just(a), Just(b)]);
    chosen.prop_map(|lines| lines.join("\n"))
}

fn family(a: &str, b: &str, child: &str) -> String {
    format!(
        "edition 2026\napplication shop {{}}\ntemplate a: web {{\nplatform = \"nodejs-22\"\n{a}\n}}\n\
         template b: web {{\n{b}\n}}\nenvironment shop: web {child}\n"
    )
}

/// Every property with its value, and how many errors there are.
fn meaning(program: &str) -> (Vec<String>, usize) {
    let compilation = compile(&[("main.bean", program)], &[]);
    let is_error = |it: &&Diagnostic| it.severity() == Severity::Error;
    let errors = compilation.diagnostics.iter().filter(is_error).count();
    (vec![value(program, "environment.shop")], errors)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn parents_may_stand_in_any_order(a in body(), b in body()) {
        let one = meaning(&family(&a, &b, "extends a, b {}"));
        let other = meaning(&family(&a, &b, "extends b, a {}"));
        prop_assert_eq!(one.1, other.1);
        if one.1 == 0 {
            prop_assert_eq!(one.0, other.0);
        }
    }

    #[test]
    fn extending_without_a_body_changes_nothing(a in body()) {
        let own = family(&a, "", &format!("{{\nplatform = \"nodejs-22\"\n{a}\n}}"));
        prop_assert_eq!(meaning(&own), meaning(&family(&a, "", "extends a {}")));
    }

    #[test]
    fn the_child_wins_over_any_parents(a in body(), b in body()) {
        let child = "instances { max = 5 }\nload_balancer { idle_timeout = 5m }\n\
                     env { A = \"c\" }\nlogs { retention = 14d }";
        let (values, errors) = meaning(&family(&a, &b, &format!("extends a, b {{\n{child}\n}}")));
        let alone = format!("{{\nplatform = \"nodejs-22\"\n{child}\n}}");
        prop_assert_eq!(errors, 0);
        prop_assert_eq!(values, meaning(&family("", "", &alone)).0);
    }
}

#[test]
fn a_block_in_the_place_of_a_value_has_its_home() {
    let text = "edition 2026\napplication shop {}\nenvironment shop-prod: web {\n  \
                platform = \"nodejs-22\"\n  health { path = \"/healthz\" }\n}\n";
    let compilation = compile(&[("main.bean", text)], &[]);
    let [said] = compilation.diagnostics.as_slice() else {
        panic!("{:?}", compilation.diagnostics);
    };
    let helps: Vec<&str> = said.helps.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        helps[0],
        "the block `health` belongs in `load_balancer { … }`"
    );
}

#[test]
fn values_are_read_as_what_fits() {
    let fix = |entry: &str| {
        let text = format!("edition 2026\n{entry}\n");
        let compilation = compile(&[("main.bean", &text)], &[]);
        let helps = compilation.diagnostics.into_iter().flat_map(|it| it.helps);
        helps
            .flat_map(|help| help.edits)
            .map(|edit| edit.text)
            .next()
    };
    // The unit is the one in which the range begins.
    assert_eq!(
        fix("application blog { versions { max_age = 90 } }").as_deref(),
        Some("90d")
    );
    assert_eq!(
        fix("application blog { versions { max_age = \"90d\" } }").as_deref(),
        Some("90d")
    );
    assert_eq!(
        fix("network main { cidr = \"10.0.0.0/16\" }").as_deref(),
        Some("10.0.0.0/16")
    );
    assert_eq!(fix("network main { cidr = \"10.0.0.0/33\" }"), None);
}

// Containers

#[test]
fn a_dockerrun_file_is_read_where_it_stands() {
    let program = r#"
edition 2026
application shop { source = "app" }
environment shop-prod: web { platform = "ecs" }
"#;
    let task =
        |text: &str| check_files(&[("main.bean", program), ("app/Dockerrun.aws.json", text)]);
    task(
        r#"{
  "AWSEBDockerrunVersion": "1",
# ^^^^^^^^^^^^^^^^^^^^^^^ E0505 `Dockerrun.aws.json` is not of version `2`
  "containerDefinitions": []
}
"#,
    );
    task(
        r#"{
  "AWSEBDockerrunVersion": 2,
  "containerDefinitions": [{ "name": "web", "image": "nginx:1.29", "ulimit": [] }]
#                                                                         | E0505 `Dockerrun.aws.json` has something that is not understood
}
"#,
    );
    task(
        r#"{
  "AWSEBDockerrunVersion": 2,
  "containerDefinitions": [
    {
      "name": "web",
      "image": "nginx:1.29",
      "portMappings": [{ "containerPort": 80 }],
      "links": ["ap"],
#               ^^^^ E0412 there is no container `ap`
      "mountPoints": [{ "sourceVolume": "data", "containerPath": "/data" }]
#                                       ^^^^^^ E0412 there is no volume `data`
    }
  ]
}
"#,
    );
    task(
        r#"{
  "AWSEBDockerrunVersion": 2,
  "volumes": [
    { "name": "other", "host": { "sourcePath": "/var/app/currently" } },
    { "name": "site", "host": { "sourcePath": "/var/app/current/site" } }
#                                             ^^^^^^^^^^^^^^^^^^^^^^^ E0113 `/var/app/current/site` is in the application's bundle, and no `release` says which
  ],
  "containerDefinitions": [
    {
      "name": "web",
      "image": "nginx:1.29",
      "portMappings": [{ "containerPort": 80 }],
      "mountPoints": [{ "sourceVolume": "site", "containerPath": "/site" }]
    }
  ]
}
"#,
    );
}

#[test]
fn containers_are_held_to_what_ecs_takes() {
    let program = r#"
edition 2026
application shop { source = "app" }
environment shop-prod: web { platform = "ecs" }
environment shop-dev: web { platform = "ecs" }
"#;
    let task =
        |text: &str| check_files(&[("main.bean", program), ("app/Dockerrun.aws.json", text)]);
    task(
        r#"{
  "AWSEBDockerrunVersion": 2,
  "containerDefinitions": [
    {
      "name": "web",
#             ^^^^^ E0501 `interval` of a health check is 1
#             ^^^^^ E0502 more memory is kept for a container than it may take
      "image": "nginx:1.29",
      "memory": 64,
      "memoryReservation": 128,
      "portMappings": [{ "containerPort": 80 }, { "containerPort": 80, "protocol": "udp" }],
      "dependsOn": [
        { "containerName": "once", "condition": "SUCCESS" },
#                          ^^^^^^ E0502 all containers end when `once` does
        { "containerName": "slow", "condition": "HEALTHY" },
#                          ^^^^^^ E0502 nothing says when `slow` is healthy
        { "containerName": "two", "condition": "START" }
#                          ^^^^^ E0412 there is no container `two`
      ],
      "healthCheck": { "command": ["curl localhost"], "interval": 1 },
#                                  ^^^^^^^^^^^^^^^^ E0505 a health check begins with `CMD` or `CMD-SHELL`
      "ulimits": [
        { "name": "nofiles", "softLimit": 1, "hardLimit": 1 },
#                 ^^^^^^^^^ E0412 there is no limit `nofiles`
        { "name": "nproc", "softLimit": 2, "hardLimit": 1 }
#                 ^^^^^^^ E0502 the soft limit is above the hard one
      ],
      "secrets": [{ "name": "KEY", "valueFrom": "arn:aws:s3:::keys" }],
#                                               ^^^^^^^^^^^^^^^^^^^ E0702 `arn:aws:s3:::keys` is no place of a secret
      "logConfiguration": { "logDriver": "logentries" }
#                                        ^^^^^^^^^^^^ E0204 instances have no log driver `logentries`
    },
    { "name": "slow", "image": "slow:1", "logConfiguration": { "logDriver": "awslogs" } },
#                                                                           ^^^^^^^^^ E0113 nothing says which log group the output goes to
    { "name": "once", "image": "once:1", "volumesFrom": [{ "sourceContainer": "self" }] },
    { "name": "self", "image": "self:1", "links": ["once:other"] }
#                                                  ^^^^^^^^^^^^ E0502 containers `once` and `self` wait for each other
  ]
}
"#,
    );
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "ecs"
  container web {
    image = "nginx:1.29"
    port = 80
    depends_on { db = healthy }
#                ^^ E0502 nothing says when `db` is healthy
    health { command = ["curl localhost"] }
#                       ^^^^^^^^^^^^^^^^ E0505 a health check begins with `CMD` or `CMD-SHELL`
    ulimit nofil { soft = 1024 }
#          ^^^^^ E0412 there is no limit `nofil`
    logging { driver = awslogs }
#                      ^^^^^^^ E0113 nothing says which log group the output goes to
  }
  container db {
    image = "postgres:18"
    links = ["db"]
#            ^^^^ E0502 container `db` waits for itself
  }
}
"#,
    );
}

#[test]
fn volumes_of_a_task_are_held_to_what_ecs_takes() {
    let program = r#"
edition 2026
application shop { source = "app" }
environment shop-prod: web { platform = "ecs" }
"#;
    let text = r#"{
  "AWSEBDockerrunVersion": 2,
  "executionRoleArn": "ecsTaskExecutionRole",
#                     ^^^^^^^^^^^^^^^^^^^^^^ E0505 `ecsTaskExecutionRole` is no role
  "volumes": [
    {
      "name": "both",
#             ^^^^^^ E0502 volume `both` is several things
      "host": { "sourcePath": "/srv" },
      "dockerVolumeConfiguration": { "driver": "local" }
    },
    { "name": "made", "dockerVolumeConfiguration": { "autoprovision": true } },
#             ^^^^^^ E0502 volume `made` ends with its task, and `autoprovision` is said of it
    { "name": "plain", "efsVolumeConfiguration": {
#             ^^^^^^^ E0502 a port for encryption needs the file system to be encrypted on the way
        "fileSystemId": "fs-0123456789abcdef0",
#                       ^^^^^^^^^^^^^^^^^^^^^^ E0502 IAM needs the file system to be encrypted on the way
        "transitEncryptionPort": 2999,
        "authorizationConfig": { "iam": "ENABLED" }
      } },
    { "name": "point", "efsVolumeConfiguration": {
#             ^^^^^^^ E0501 `transitEncryptionPort` is 70000
        "fileSystemId": "shop",
#                       ^^^^^^ E0505 `shop` is no file system of EFS
        "rootDirectory": "/media",
#                        ^^^^^^^^ E0502 the access point says which folder is seen, and so does `/media`
        "transitEncryption": "ENABLED",
        "transitEncryptionPort": 70000,
        "authorizationConfig": { "accessPointId": "fsap-1" }
#                                                 ^^^^^^^^ E0505 `fsap-1` is no access point of EFS
      } },
    { "name": "root", "efsVolumeConfiguration": {
        "fileSystemId": "fs-0123456789abcdef1", "rootDirectory": "media"
#                                                                ^^^^^^^ E0505 `media` is no folder of a file system
      } }
  ],
  "containerDefinitions": [
    { "name": "web", "image": "nginx:1.29", "portMappings": [{ "containerPort": 80 }] }
  ]
}
"#;
    check_files(&[("main.bean", program), ("app/Dockerrun.aws.json", text)]);
}

#[test]
fn what_containers_get_of_aws_and_of_the_instance_is_held_to_what_ecs_takes() {
    let program = r#"
edition 2026
application shop { source = "app" }
environment shop-prod: web { platform = "ecs" }
"#;
    let text = r#"{
  "AWSEBDockerrunVersion": 2,
  "containerDefinitions": [
    {
      "name": "web",
#             ^^^^^ E0113 `swappiness` is nothing without `maxSwap`
#             ^^^^^ E0501 `restartAttemptPeriod` is 5
      "image": "nginx:1.29",
      "portMappings": [{ "containerPort": 80 }],
      "environmentFiles": [
        { "type": "s3", "value": "arn:aws:s3:::shop/*.env" },
#                                ^^^^^^^^^^^^^^^^^^^^^^^^^ E0505 `arn:aws:s3:::shop/*.env` is no file of environment properties
        { "type": "s3", "value": "arn:aws:s3:::shop/settings" }
#                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0505 `arn:aws:s3:::shop/settings` is no file of environment properties
      ],
      "restartPolicy": { "enabled": true, "restartAttemptPeriod": 5 },
      "logConfiguration": { "logDriver": "awsfirelens" },
#                                        ^^^^^^^^^^^^^ E0502 no container passes on what `awsfirelens` gives it
      "linuxParameters": {
        "swappiness": 10,
        "devices": [{ "hostPath": "/dev/fuse", "permissions": ["execute"] }],
#                                                              ^^^^^^^^^ E0204 there is no permission `execute`
        "tmpfs": [
          { "containerPath": "run", "size": 8 },
#                            ^^^^^ E0505 `run` is no path in a container
          { "containerPath": "/tmp", "size": 0, "mountOptions": ["noexe"] }
#                            ^^^^^^ E0501 `size` of a `tmpfs` is 0
#                                                                ^^^^^^^ E0204 there is no option `noexe`
        ]
      }
    }
  ]
}
"#;
    check_files(&[("main.bean", program), ("app/Dockerrun.aws.json", text)]);
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "ecs"
  container web {
    image = "shop/web:1"
    port = 80
    password = secret("ssm:/shop/registry")
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0702 passwords of registries are secrets of Secrets Manager as a whole
    efs "/srv/files" {
      file_system = "fs-0123456789abcdef0"
#                   ^^^^^^^^^^^^^^^^^^^^^^ E0502 IAM needs the file system to be encrypted on the way
      iam = true
      encrypted = false
    }
  }
  container router {
#           ^^^^^^ E0502 `router` passes on output, and no container has the driver `awsfirelens`
    image = "fluent:1"
    router {
      options {
        "config-file-type" = "s3"
        "config-file-value" = "fluent.conf"
#                             ^^^^^^^^^^^^^ E0505 `fluent.conf` is not the ARN of one object in S3
      }
    }
  }
}
"#,
    );
}

#[test]
fn graphics_processors_are_where_containers_want_them() {
    check(
        r#"
edition 2026
application shop {}
platform graphics extends "ecs" {
  image {
    ssm {
      x86_64 = "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
      remove arm64
    }
  }
}
template base: web {
  container web {
    image = "shop/web:1"
    port = 80
    gpus = 1
  }
}
environment shop-prod: web extends base {
  platform = platform.graphics
  instances { type = "g4dn.xlarge" }
}
environment shop-dev: web extends base {
  platform = platform.graphics
  instances { type = "m7i.large" }
#                    ^^^^^^^^^^^ E0502 `m7i.large` has no graphics processors
}
environment shop-old: web extends base {
  platform = "ecs"
#            ^^^^^ E0502 the image of platform `ecs` has no drivers of graphics processors
  instances { type = "g6.xlarge" }
}
"#,
    );
}

#[test]
fn passwords_of_registries_are_in_one_object() {
    let program = |platform: &str| {
        format!(
            "edition 2026\napplication shop {{ source = \"app\" }}\n\
             environment shop-prod: web {{ platform = \"{platform}\" }}\n\
             environment shop-dev: web {{ platform = \"{platform}\" }}\n"
        )
    };
    let on = |platform: &str, text: &str| {
        let files = [
            ("main.bean", &*program(platform)),
            ("app/Dockerrun.aws.json", text),
        ];
        check_files(&files);
    };
    on(
        "docker",
        r#"{
  "AWSEBDockerrunVersion": "1",
  "Authentication": { "Bucket": "s3://passwords", "Key": "*" },
#                               ^^^^^^^^^^^^^^^^ E0505 `s3://passwords` is no name of a bucket
#                                                        ^^^ E0505 `*` is not the key of one object
  "Image": { "Name": "shop.example.com/shop:v1" }
}
"#,
    );
    on(
        "docker",
        r#"{
  "AWSEBDockerrunVersion": "3",
  "authentication": { "bucket": "passwords" }
#                                           | E0505 `Dockerrun.aws.json` cannot be read
}
"#,
    );
    on(
        "ecs",
        r#"{
  "AWSEBDockerrunVersion": 2,
  "authentication": { "bucket": "passwords", "key": "" },
#                                                   ^^ E0505 `` is not the key of one object
  "containerDefinitions": [
    { "name": "web", "image": "shop.example.com/shop", "portMappings": [{ "containerPort": 80 }] }
  ]
}
"#,
    );
    on(
        "docker",
        r#"{
  "AWSEBDockerrunVersion": 2,
# ^^^^^^^^^^^^^^^^^^^^^^^ E0505 `Dockerrun.aws.json` is not of version `1` or `3`
  "containerDefinitions": []
}
"#,
    );
    on(
        "docker",
        r#"{
  "AWSEBDockerrunVersion": 1,
  "Image": { "Name": "nginx" },
}
#< E0505 `Dockerrun.aws.json` cannot be read
"#,
    );
}

// Periodic tasks

#[test]
fn a_cron_file_is_read_where_it_stands() {
    let program = r#"
edition 2026
application shop { source = "app" }
environment shop-jobs: worker { platform = "nodejs-22" }
environment shop-more: worker { platform = "nodejs-22" }
"#;
    let tasks = |text: &str| check_files(&[("main.bean", program), ("app/cron.yaml", text)]);
    tasks(
        r#"version: 1
cron:
  - name: nightly
    url: "/tasks/nightly"
    schedule: "0 2 * * *"
  - name: both
    url: "/tasks/both"
    schedule: "0 2 1 * 1"
#              ^^^^^^^^^ E0505 EventBridge has no times like `0 2 1 * 1`
  - name: here
    url: "tasks/here"
#         ^^^^^^^^^^ E0505 `tasks/here` is no path
    schedule: "0 2 * * 1-5"
  - name: nightly
#         ^^^^^^^ E0116 there are two tasks called `nightly`
    url: "/tasks/other"
    schedule: "0 3 * * *"
"#,
    );
    tasks(
        r#"version: 2
#<^^^^^ E0505 `cron.yaml` cannot be read
cron: []
"#,
    );
    tasks(
        r#"version: 1
cron:
  - name: nightly
    when: "0 2 * * *"
#   | E0505 `cron.yaml` cannot be read
"#,
    );
}
