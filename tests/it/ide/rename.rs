//! Giving something another name.

use beanc::ide::rename;

use super::{compare, edited, open};

/// The files with the cursor's name replaced, one below the other, and what
/// the user is told.
#[track_caller]
fn check(files: &[(&str, &str)], new: &str, expected: &str) {
    let cursor = open(files);
    let answer = rename::rename(&cursor.snapshot, cursor.file, cursor.offset, new);
    let text = match answer {
        Err(reason) => reason,
        Ok(rename) => {
            let mut text = String::new();
            for (id, source) in cursor.snapshot.sources().iter() {
                if !source.name().starts_with("std/") {
                    text.push_str(&edited(source.text(), id, &rename.edits));
                }
            }
            rename.note.into_iter().for_each(|it| text.push_str(&it));
            text
        }
    };
    compare(&text, expected);
}

#[test]
fn an_environment_keeps_its_resources() {
    check(
        &[(
            "main.bean",
            r#"
edition 2026
application shop {}
environment shop-$0live: web {
  platform = "nodejs-22"
}
output url = environment.shop-live.url
"#,
        )],
        "shop-prod",
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  renamed_from = shop-live
}
output url = environment.shop-prod.url
`renamed_from` keeps the resources of `shop-live`; the stack itself gets a new name
"#,
    );
}

#[test]
fn a_name_taken_back_needs_no_former_one() {
    check(
        &[(
            "main.bean",
            r#"
edition 2026
application shop {}
environment shop-$0prod: web {
  renamed_from = shop-live
  platform = "nodejs-22"
}
"#,
        )],
        "shop-live",
        r#"
edition 2026
application shop {}
environment shop-live: web {
  platform = "nodejs-22"
}
`renamed_from` keeps the resources of `shop-prod`; the stack itself gets a new name
"#,
    );
}

#[test]
fn a_name_changes_in_every_file_and_an_alias_stays() {
    let shared = r#"edition 2026
template sm$0all: web {
  platform = "nodejs-22"
}
template other: web extends small {}
"#;
    let main = r#"edition 2026
import { small as tiny } from "./shared.bean"
application shop {}
environment shop-prod: web extends tiny {}
"#;
    check(
        &[("main.bean", main), ("shared.bean", shared)],
        "little",
        r#"
edition 2026
import { little as tiny } from "./shared.bean"
application shop {}
environment shop-prod: web extends tiny {}
edition 2026
template little: web {
  platform = "nodejs-22"
}
template other: web extends little {}
"#,
    );
    let main = main.replace("extends tiny", "extends ti$0ny");
    check(
        &[
            ("main.bean", &main),
            ("shared.bean", &shared.replace("$0", "")),
        ],
        "wee",
        r#"
edition 2026
import { small as wee } from "./shared.bean"
application shop {}
environment shop-prod: web extends wee {}
edition 2026
template small: web {
  platform = "nodejs-22"
}
template other: web extends small {}
"#,
    );
}

#[test]
fn a_listener_changes_in_its_family_only() {
    check(
        &[(
            "main.bean",
            r#"
edition 2026
application shop {}
template small: web {
  platform = "nodejs-22"
  load_balancer { listener ht$0tp { port = 80 } }
}
environment shop-prod: web extends small {
  load_balancer { listener old { port = 8080, redirect = http } }
}
environment shop-other: web {
  platform = "nodejs-22"
  load_balancer { listener http { port = 80 } }
}
"#,
        )],
        "plain",
        r#"
edition 2026
application shop {}
template small: web {
  platform = "nodejs-22"
  load_balancer { listener plain { port = 80 } }
}
environment shop-prod: web extends small {
  load_balancer { listener old { port = 8080, redirect = plain } }
}
environment shop-other: web {
  platform = "nodejs-22"
  load_balancer { listener http { port = 80 } }
}
"#,
    );
}

#[track_caller]
fn check_refused(program: &str, new: &str, reason: &str) {
    check(&[("main.bean", program)], new, reason);
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let program = |old: &str, new: &str| {
        r#"
edition 2026
param stage: string = "dev"
param level: string = "info"
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  env { A = param.stage, B = param.level }
  alarm slow { metric = cpu, above = 70% }
  alarm fast { metric = cpu, below = 7% }
}
"#
        .replacen(old, new, 1)
    };
    let stage = program("stage", "st$0age");
    check_refused(&stage, "2nd", "`2nd` is no name: names begin with a letter");
    check_refused(
        &stage,
        "a b",
        "`a b` is no name: names have letters and digits of ASCII, `_`, and `-` between them",
    );
    check_refused(
        &stage,
        "level",
        "there is param `level` already: main.bean:3:7",
    );
    check_refused(
        &program("alarm slow", "alarm sl$0ow"),
        "fast",
        "it cannot be called `fast`: `fast` is written twice",
    );
    check_refused(
        &program("shop-prod", "shop$0-prod"),
        "the-shop-of-our-customers-in-central-europe",
        "it cannot be called `the-shop-of-our-customers-in-central-europe`: \
         `the-shop-of-our-customers-in-central-europe` is too long: a name has at most 40 \
         characters",
    );
    check_refused(
        &program("platform", "plat$0form"),
        "x",
        "`platform` is a word of the language",
    );
    check_refused(
        &program("nodejs-22", "node$0js-22"),
        "x",
        "`nodejs-22` is declared in the standard library",
    );
}
