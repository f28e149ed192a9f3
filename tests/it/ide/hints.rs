//! What is not written and holds all the same.

use beanc::ide::hints;

use super::{compare, open};

/// The program with its hints, each between `‹` and `›` where it stands.
#[track_caller]
fn check(program: &str, expected: &str) {
    let cursor = open(&[("main.bean", program)]);
    let mut text = cursor
        .snapshot
        .sources()
        .file(cursor.file)
        .text()
        .to_string();
    let hints = hints::hints(&cursor.snapshot, cursor.file, 0, u32::MAX);
    for hint in hints.iter().rev() {
        text.insert_str(hint.at as usize, &format!(" ‹{}›", hint.text));
    }
    compare(&text, expected);
}

#[test]
fn what_a_block_inherits_stands_behind_its_brace() {
    check(
        r#"
edition 2026
application shop {}
template small: web {
  platform = "nodejs-22"
  instances {
    type = "t4g.small"
    max = 2
  }
  env { A = "a", B = "b" }
}
environment shop-prod: web extends small {
  instances {
    min = 2
    max = 2 * base.instances.max
  }
  env { B = "c" }
}
"#,
        r#"
edition 2026
application shop {}
template small: web {
  platform = "nodejs-22"
  instances { ‹min = 1›
    type = "t4g.small"
    max = 2
  }
  env { A = "a", B = "b" }
}
environment shop-prod: web extends small { ‹platform = "nodejs-22" from small›
  instances { ‹type = "t4g.small" from small›
    min = 2
    max = 2 * base.instances.max ‹= 4› ‹2 in small›
  }
  env { B = "c" ‹"b" in small› } ‹A = "a" from small›
}
"#,
    );
}

#[test]
fn telling_defaults_and_computed_values_are_shown() {
    check(
        r#"
edition 2026
param stage: dev | prod = dev
let name = "shop-${param.stage}"
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  instances { max = 3 }
  deployment {
    timeout = 10m
  }
  env {
    NAME = let.name
    SELF = environment.shop-prod.url
  }
}
"#,
        r#"
edition 2026
param stage: dev | prod = dev
let name = "shop-${param.stage}" ‹= "shop-dev"›
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  instances { max = 3 } ‹min = 1›
  deployment { ‹strategy = rolling_with_additional_batch›
    timeout = 10m
  }
  env {
    NAME = let.name ‹= "shop-dev"›
    SELF = environment.shop-prod.url
  }
}
"#,
    );
}

#[test]
fn only_what_is_asked_for_is_looked_at() {
    let program = "edition 2026\nlet a = 1 + 1\nlet b = 2 + 2\n";
    let cursor = open(&[("main.bean", program)]);
    let hints = hints::hints(&cursor.snapshot, cursor.file, 13, 26);
    let texts: Vec<&str> = hints.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["= 2"]);
}
