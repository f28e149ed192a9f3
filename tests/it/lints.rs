//! Warnings: where they are allowed, and how much they weigh.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use std::path::Path;

use beanc::backend::cloudformation;
use beanc::diagnostic::lint::{Level, Levels, Lints};
use beanc::diagnostic::{Code, Severity, short};
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Compilation, Options};

use crate::analysis::{check, check_files};

fn compile(files: &[(&str, &str)], lints: &[(&str, Level)]) -> Compilation {
    let disk = MemoryDisk::new(files.iter().copied());
    let mut levels = Levels::default();
    for (name, level) in lints {
        levels.set(Lints::read(name).expect("it names lints"), *level);
    }
    let options = Options {
        lints: levels,
        ..Options::default()
    };
    driver::compile(Path::new(files[0].0), &disk, &options)
}

/// What is said, a line each, without where.
fn said(compilation: &Compilation) -> Vec<String> {
    let text = short::render_all(&compilation.diagnostics, &compilation.sources);
    let line = |line: &str| {
        line.splitn(4, ':')
            .nth(3)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    text.lines().map(line).collect()
}

/// A program with two warnings: `short-grace` and `previous-generation`.
const TWO: &str = r#"edition 2026
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  instances {
    type = "m4.large"
    replace_unhealthy_after = 30s
  }
}
"#;

const GRACE: &str = "warning[W1005]: new instances have 30s to become healthy";
const GENERATION: &str = "warning[W3002]: `m4.large` is of a previous generation";

#[test]
fn a_comment_is_about_its_line_or_about_what_follows() {
    let with = |from: &str, to: &str| {
        let text = TWO.replacen(from, to, 1);
        assert_ne!(text, TWO, "{from} is there");
        said(&compile(&[("main.bean", &text)], &[]))
    };
    let both = "# beanc: allow(short-grace, previous-generation) \"old\"";
    let grace = "# beanc: allow(short-grace) \"old\"";
    let number = "// beanc: allow( w1005 ) \"old\"";
    assert_eq!(
        said(&compile(&[("main.bean", TWO)], &[])),
        [GENERATION, GRACE]
    );
    // The line.
    assert_eq!(with("30s\n", &format!("30s {grace}\n")), [GENERATION]);
    assert_eq!(with("30s\n", &format!("30s {number}\n")), [GENERATION]);
    // An entry that follows, a block with all that is in it, also behind others.
    assert_eq!(
        with("replace", &format!("{grace}\n    replace")),
        [GENERATION]
    );
    let documented = format!("{grace}\n\n  ## Machines.\n  # Small.\n  instances");
    assert_eq!(with("instances", &documented), [GENERATION]);
    assert_eq!(with("instances", &format!("{both}\n  instances")), [""; 0]);
    // An item.
    let item = format!("{both}\nenvironment");
    assert_eq!(with("environment", &item), [""; 0]);
    // The file, above its edition or behind it.
    assert_eq!(with("edition", &format!("{both}\nedition")), [""; 0]);
    assert_eq!(with("2026", &format!("2026 {both}")), [""; 0]);
}

#[test]
fn thresholds_that_are_the_wrong_way_round_are_one_mistake() {
    check(
        r#"
edition 2026
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  scaling {
    trigger load { high = 30%, low = 70% }
#                         ^^^ E0502 `high` is not above `low`
  }
}
"#,
    );
}

#[test]
fn a_group_of_the_default_size_may_have_no_room_either() {
    check(
        r#"
edition 2026
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  instances { min = 4 }
  scaling {
    policy load { target = 50% }
#          ^^^^ W1009 `load` can neither add nor remove an instance
  }
}
"#,
    );
}

#[test]
fn a_comment_elsewhere_allows_nothing_and_is_told_so() {
    check(
        r#"
edition 2026
# beanc: allow(short-grace) "another item"
#              ^^^^^^^^^^^ W4003 `short-grace` is not found where this allows it
application blog {}
environment blog-prod: web { # beanc: allow(short-grace) "only the head"
#                                           ^^^^^^^^^^^ W4003 `short-grace` is not found where this allows it
  platform = "nodejs-22"
  instances {
    replace_unhealthy_after = 30s
#                             ^^^ W1005 new instances have 30s to become healthy
    # beanc: allow(short-grace) "nothing follows"
#                  ^^^^^^^^^^^ W4003 `short-grace` is not found where this allows it
  }
}
"#,
    );
}

#[test]
fn the_nearest_comment_counts() {
    check(
        r#"
# beanc: allow(short-grace) "the whole file"
#              ^^^^^^^^^^^ W4003 `short-grace` is not found where this allows it
edition 2026
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  instances {
    replace_unhealthy_after = 30s # beanc: allow(short-grace, short-grace) "twice"
#                                                             ^^^^^^^^^^^ W4003 `short-grace` is not found where this allows it
  }
}
"#,
    );
}

#[test]
fn comments_are_read_or_complained_about() {
    check(
        r#"
edition 2026
# beanc: deny(short-grace) "no"
#<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ W4004 this comment says nothing to `beanc`
# beanc: allow short-grace "no"
#<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ W4004 this comment names no lint to allow
# beanc: allow() "no"
#<^^^^^^^^^^^^^^^^^^^ W4004 this comment names no lint to allow
# beanc: allow(short-grase, E0110, zzz) "no"
#              ^^^^^^^^^^^ W4005 there is no lint `short-grase`
#                           ^^^^^ W4005 `E0110` is an error, and only warnings can be allowed
#                                  ^^^ W4005 there is no lint `zzz`
## beanc: allow(short-grace) is what a comment says
# as beanc: allow(short-grace) does
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  instances {
    # beanc: allow(short-grace) ""
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ W4004 what is allowed needs a reason
    replace_unhealthy_after = 30s
    #beanc:allow(previous-generation)"why" and more
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ W4004 this comment goes on behind its reason
    type = "m4.large"
  }
}
"#,
    );
}

#[test]
fn complaints_about_comments_are_allowed_like_any() {
    let text = format!("# beanc: allow(unused-allow, W4005) \"soon\"\n{TWO}");
    let text = text.replacen("m4", "m8g", 1);
    let old = "\n  # beanc: allow(short-grase, previous-generation) \"old\"\n  instances";
    let text = text.replacen("\n  instances", old, 1);
    assert_eq!(said(&compile(&[("main.bean", &text)], &[])), [GRACE]);
}

/// What a parent says is allowed where it is said, in whichever file that is,
/// and whether it is of use is for its heirs to say.
#[test]
fn what_is_inherited_is_allowed_where_it_stands() {
    let shared = r#"
edition 2026
application blog {}
template base: web {
  platform = "nodejs-22"
  instances {
    # beanc: allow(short-grace) "the image has everything"
    replace_unhealthy_after = 30s
    type = "m4.large"
#          ^^^^^^^^^^ W3002 `m4.large` is of a previous generation
  }
  # beanc: allow(short-grace) "some heirs may need it"
  deployment { batch = 1 }
}
"#;
    let entry = r#"
edition 2026
import { base, blog } from "./shared.bean"
environment blog-prod: web extends base {}
"#;
    check_files(&[("main.bean", entry), ("shared.bean", shared)]);
    let alone = shared.replace(
        "#          ^^^^^^^^^^ W3002 `m4.large` is of a previous generation\n",
        "",
    );
    check_files(&[("shared.bean", &alone)]);
}

#[test]
fn what_could_not_be_read_is_not_missed() {
    check(
        r#"
edition 2026
param certificate: arn
#     ^^^^^^^^^^^ E0141 param `certificate` has no value
application blog {}
template secure: web {
  platform = "nodejs-22"
  load_balancer {
    listener https {
      port = 443
      certificate = param.certificate
    }
  }
}
environment blog-prod: web extends secure {}
environment blog-beta: web extends secure {}
"#,
    );
}

#[test]
fn nothing_is_of_no_use_while_there_are_errors() {
    check(
        r#"
edition 2026
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  instances {
    min = none
#         ^^^^ E0203 `min` expects a whole number, got a word
    # beanc: allow(short-grace) "soon"
    replace_unhealthy_after = 5m
  }
}
"#,
    );
}

#[test]
fn levels_come_from_the_command_line_the_project_and_the_table() {
    let level = |toml: &str, lints: &[(&str, Level)]| {
        let compilation = compile(&[("main.bean", TWO), ("bean.toml", toml)], lints);
        said(&compilation)
    };
    let denied = "error[W1005]: new instances have 30s to become healthy";
    assert_eq!(level("", &[]), [GENERATION, GRACE]);
    assert_eq!(
        level("[lints]\nshort-grace = \"allow\"\n", &[]),
        [GENERATION]
    );
    assert_eq!(
        level("lints = { reliability = \"deny\" }\n", &[]),
        [GENERATION, denied]
    );
    assert_eq!(
        level(
            "[lints]\nreliability = \"deny\"\n",
            &[("W1005", Level::Warn)]
        ),
        [GENERATION, GRACE]
    );
    assert_eq!(
        level("[lints]\ncost = \"allow\"\n", &[("warnings", Level::Deny)]),
        [denied]
    );
    assert_eq!(level("[lints]\nwarnings = \"allow\"\n", &[]), [""; 0]);
}

/// A denied warning stops a build, but not the editor, which shows the rest.
#[test]
fn what_is_denied_is_an_error() {
    let compilation = compile(&[("main.bean", TWO)], &[("cost", Level::Deny)]);
    assert!(compilation.has_errors());
    assert!(!compilation.units.is_empty());
    let denied = &compilation.diagnostics[0];
    assert_eq!(
        (denied.code, denied.severity()),
        (Code::PreviousGeneration, Severity::Error)
    );
    assert_eq!(denied.notes, ["the command line denies this lint"]);
    // A comment is nearer than any level.
    let text = TWO.replace(
        "\"m4.large\"",
        "\"m4.large\" # beanc: allow(W3002) \"bought\"",
    );
    let compilation = compile(&[("main.bean", &text)], &[("cost", Level::Deny)]);
    assert!(!compilation.has_errors());
}

/// The project's settings are its files' own: a program in a folder below has
/// the same.
#[test]
fn settings_are_those_of_the_nearest_root() {
    let files = [
        ("environments/main.bean", TWO),
        ("bean.toml", "[lints]\nwarnings = \"allow\"\n"),
    ];
    assert_eq!(said(&compile(&files, &[])), [""; 0]);
    let nearer = ("environments/bean.toml", "");
    assert_eq!(
        said(&compile(&[files[0], files[1], nearer], &[])),
        [GENERATION, GRACE]
    );
}

#[test]
fn settings_that_cannot_be_are_errors_in_their_place() {
    check_files(&[
        ("main.bean", "\nedition 2026\napplication blog {}\n"),
        (
            "bean.toml",
            r#"
lint = 1
#<^^ E0151 `bean.toml` has no `lint`
[lints]
short-grase = "deny"
#<^^^^^^^^^ E0151 there is no lint `short-grase`
E0110 = "allow"
#<^^^ E0151 `E0110` is an error, and errors have no level
security = "off"
#          ^^^^^ E0150 the level of a lint is `"allow"`, `"warn"` or `"deny"`
cost = true
#      ^^^^ E0150 the level of a lint is `"allow"`, `"warn"` or `"deny"`
unused = "warn"
W4001 = "deny"
#<^^^ E0150 the level of `unused` is set twice
"#,
        ),
    ]);
    check_files(&[
        ("main.bean", "\nedition 2026\napplication blog {}\n"),
        ("bean.toml", "\nlints = 3\n#<^^^ E0150 `lints` is a table\n"),
    ]);
    let broken = compile(&[("main.bean", TWO), ("bean.toml", "[lints\n")], &[]);
    let first = broken
        .diagnostics
        .iter()
        .find(|it| it.code == Code::MalformedSettings);
    let first = first.expect("it is said");
    assert_eq!(broken.sources.place(first.primary.span), "bean.toml:1:7");
}

/// What a sensible file says is not complained about: neither our own examples,
/// nor the library's presets as they are meant to be used, nor what the
/// documentation shows. Lints on request may find something.
#[test]
fn sensible_programs_are_left_alone() {
    for program in crate::cases::PROGRAMS {
        if !program.starts_with("examples/") && !program.ends_with("/presets.bean") {
            continue;
        }
        let options = crate::cases::options(program);
        let path = crate::cases::folder().join(program);
        let compilation = driver::compile(&path, &beanc::disk::RealDisk, &options);
        assert_eq!(said(&compilation), [""; 0], "{program}");
    }
    for preset in ["single", "small_web", "production_web"] {
        let text = format!(
            "edition 2026\nimport {{ {preset} }} from \"std/presets\"\napplication blog {{}}\n\
             environment blog-prod: web extends {preset} {{\n  platform = \"nodejs-22\"\n}}\n"
        );
        assert_eq!(
            said(&compile(&[("main.bean", &text)], &[])),
            [""; 0],
            "{preset}"
        );
    }
    let worker = "edition 2026\nimport { worker } from \"std/presets\"\napplication blog {}\n\
                  environment blog-jobs: worker extends worker {\n  platform = \"nodejs-22\"\n}\n";
    assert_eq!(said(&compile(&[("main.bean", worker)], &[])), [""; 0]);
}

/// The alarm would be there, and never ring.
#[test]
fn an_alarm_on_a_queue_elsewhere_is_left_out_and_missed() {
    let program = |account: &str, told: &str, mark: &str| {
        format!(
            r#"edition 2026
application blog {{}}
environment blog-jobs: worker {{
  platform = "nodejs-22"
  target {{ account = "111122223333", region = "eu-west-1" }}
  instances {{ min = 2, max = 2 }}
  {told}
  queue {{
    existing = "arn:aws:sqs:eu-west-1:{account}:jobs"
{mark}  }}
}}
"#
        )
    };
    let told = r#"notifications { email = "oncall@example.com" }"#;
    let (own, other) = ("111122223333", "444455556666");
    let mark = "#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \
                W1027 nobody is told when messages of this queue grow old\n";
    check(&program(other, told, mark));
    check(&program(own, told, ""));
    check(&program(other, "", ""));
    let has_alarm = |account: &str| {
        let text = program(account, told, "");
        let compilation = compile(&[("main.bean", &text)], &[]);
        let name = "environment.blog-jobs";
        let mut units = compilation.units.iter();
        let unit = units.find(|unit| unit.unit.to_string() == name);
        let unit = unit.expect("it is a unit");
        let template = cloudformation::render(unit, &compilation.sources).text;
        template.contains("ApproximateAgeOfOldestMessage")
    };
    assert!(has_alarm(own));
    assert!(!has_alarm(other));
}

/// `docs/lints.md` is what the table and the pages say.
/// `UPDATE_DOCS=1 cargo test lints` writes it anew.
#[test]
fn the_list_of_lints_is_written_from_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lints.md");
    let text = beanc::diagnostic::lint::document();
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(&path, &text).expect("the page can be written");
    }
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        page == text,
        "docs/lints.md is not what the table says: UPDATE_DOCS=1 cargo test lints writes it"
    );
}
