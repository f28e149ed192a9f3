//! After an edit, what the editor is told is what a reading from the start tells:
//! environments that were taken over are none that should have been read again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use beanc::disk::MemoryDisk;
use beanc::driver::{self, Compilation, Options};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Names everything that an environment's meaning may come from.
const MAIN: &str = r#"edition 2026

import { common, quiet, HOST, ISSUER } from "./team.bean"
import { small_web } from "std/presets"

param stage: dev | prod = dev
param least: int = 1

input release: string
input image: string

let DOMAIN = "${HOST}.example.com"
let MOST = param.least + 5

application shop {
  source = "app"
}

network main {
  cidr = 10.0.0.0/16
  subnets public {
    size = /24
    internet = direct
  }
  subnets private {
    size = /20
    internet = nat
  }
}

environment zero: web {
  platform = platform.mine
}

# Some items in front of an edit are always read again.
template first: web {
}

template second: web {
}

template third: web {
}

template sized: web extends common {
  instances {
    min = param.least
    max = let.MOST
  }
}

environment one: web extends sized {
  platform = "nodejs-22"
  release = input.release
  env {
    NAME = "one"
    HOST = let.DOMAIN
  }
}

environment two: web extends sized, quiet {
  platform = platform.mine
  env {
    PEER = environment.one.url
    SELF = self.instances.max
  }
}

environment three: web extends two {
  instances {
    max = base.instances.max + 1
  }
  assert self.instances.max < 12 else "that is too many"
}

template late: web {
  network = network.main
  release = "4"
  load_balancer {
    process api {
      port = 9000
    }
    listener http {
      port = 80
      rule api {
        path = ["/api/*"]
        to = api
      }
    }
  }
}

environment four: web extends late {
  platform = "nodejs-22"
  release = "4"
}

environment five: web extends late, sized {
  platform = "python-3.13"
  tags {
    Team = "five"
    Peer = let.BEHIND
  }
}

let BEHIND = "${let.FURTHER}!"
let FURTHER = "behind ${input.image}"
let BIGGEST = environment.three.instances.max

environment six: worker {
  platform = "nodejs-22"
  env {
    ISSUER = let.ISSUER
    BIGGEST = let.BIGGEST
    PEER = environment.four.url
  }
}

environment seven: web extends small_web {
  platform = "nodejs-22"
}

platform mine: custom {
  family = docker
  image {
    ami = let.IMAGE
  }
}

let IMAGE = "ami-0123456789abcdef0"

output address = environment.one.url
"#;

const TEAM: &str = r#"edition 2026

let HOST = "shop"
let ISSUER = environment.auth.url

application users {}

template common: web {
  tags {
    Team = "shop"
  }
}

template quiet: web {
  logs {
    retention = 30d
  }
}

environment auth: web {
  application = application.users
  platform = "nodejs-22"
}
"#;

/// What somebody may type.
const PIECES: [&str; 31] = [
    "",
    "x",
    " ",
    "\n",
    "}",
    "{",
    "\"",
    "# remark\n",
    "## about\n",
    "  max = 9\n",
    "  min = 30\n",
    "  release = \"9\"\n",
    "  typo = 1\n",
    "  enabled = false\n",
    "  network = network.main\n",
    "  network = network.none\n",
    "  protect = [bucket]\n",
    "  platform = \"nodejs-22\"\n",
    "  release = \"4\"\n",
    "  renamed_from = six\n",
    "  env {\n    A = environment.two.url\n  }\n",
    "  env {\n    A = environment.three.instances.max\n  }\n",
    "  env {\n    A = file(\"text.txt\")\n  }\n",
    "  instances {\n    type = \"t4g.small\"\n  }\n",
    "  assert self.instances.max > 4\n",
    "environment eight: web extends one {\n}\n",
    "environment small_web: web extends sized {\n  platform = \"nodejs-22\"\n}\n",
    "template sized: web {\n}\n",
    "let MOST = 3\n",
    "let OF_FOUR = environment.four.url\n",
    "application second {}\n",
];

fn disk(main: &str) -> MemoryDisk {
    MemoryDisk::new([
        ("main.bean", main),
        ("team.bean", TEAM),
        ("text.txt", "a text"),
        ("app/package.json", "{}"),
    ])
}

fn check(earlier: Option<&Compilation>, main: &str) -> Compilation {
    let entry = Path::new("main.bean");
    driver::check(earlier, entry, &disk(main), &Options::default())
}

/// All that anybody can learn of a compilation.
fn all_of(compilation: &Compilation) -> String {
    let reading = &compilation.reading;
    let resolved: BTreeMap<_, _> = reading.resolved.iter().collect();
    let constants: BTreeMap<_, _> = reading.constants.iter().collect();
    let mut text = String::new();
    for diagnostic in &compilation.diagnostics {
        writeln!(text, "{diagnostic:?}").expect("texts can be written to");
    }
    write!(
        text,
        "{:?}\n{resolved:?}\n{constants:?}",
        compilation.program
    )
    .expect("texts can be written to");
    text
}

/// Compiles one text after the other, and each from the start as well.
#[track_caller]
fn same_after(texts: &[String]) {
    let mut last: Option<Compilation> = None;
    for (number, text) in texts.iter().enumerate() {
        let next = check(last.as_ref(), text);
        let (found, expected) = (all_of(&next), all_of(&check(None, text)));
        if found != expected {
            let same = found.bytes().zip(expected.bytes());
            let at = same.take_while(|(a, b)| a == b).count().saturating_sub(300);
            let part = |text: &str| text.chars().skip(at).take(600).collect::<String>();
            let (found, expected) = (part(&found), part(&expected));
            panic!("text {number} of {texts:#?} is read otherwise:\n{found}\n\n{expected}");
        }
        last = Some(next);
    }
}

#[test]
fn the_program_is_right() {
    let compilation = check(None, MAIN);
    assert!(!compilation.has_errors(), "{:#?}", compilation.diagnostics);
    assert_eq!(compilation.program.environments.len(), 9);
}

#[test]
fn others_are_taken_over() {
    let first = check(None, MAIN);
    let after = |from: &str, to: &str| {
        assert!(MAIN.contains(from), "{from}");
        let next = check(Some(&first), &MAIN.replacen(from, to, 1));
        let environments = first.program.environments.iter();
        let same = environments.filter(|(name, it)| {
            let now = next.program.environments.get(*name);
            now.is_some_and(|now| Arc::ptr_eq(now, it))
        });
        same.map(|(name, _)| name.to_string()).collect::<Vec<_>>()
    };
    // What uses constants is written anew even where nothing has moved.
    assert_eq!(after("release = \"4\"\n}", "release = \"44\"\n}"), ["auth"]);
    assert_eq!(
        after("NAME = \"one\"", "NAME = \"neo\""),
        ["zero", "four", "seven", "auth"]
    );
    assert_eq!(after("DOMAIN =", "DOMAIN  ="), [""; 0]);
}

#[test]
fn each_line_may_go_and_come_back() {
    let mut start = 0;
    for line in MAIN.split_inclusive('\n') {
        let end = start + line.len();
        let without = format!("{}{}", &MAIN[..start], &MAIN[end..]);
        let doubled = format!("{}{line}{}", &MAIN[..end], &MAIN[end..]);
        same_after(&[MAIN.into(), without, MAIN.into(), doubled, MAIN.into()]);
        start = end;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_edits_are_read_as_from_the_start(
        edits in prop::collection::vec(
            (any::<Index>(), 0_usize..40, any::<bool>(), select(&PIECES[..])),
            1..8,
        ),
    ) {
        let mut texts = vec![MAIN.to_owned()];
        for (at, length, whole_lines, piece) in edits {
            let text = texts.last().expect("there is the first");
            let mut start = at.index(text.len() + 1);
            let mut end = (start + length).min(text.len());
            if whole_lines {
                start = text[..start].rfind('\n').map_or(0, |it| it + 1);
                end = text[end..].find('\n').map_or(text.len(), |it| end + it + 1);
                if length < 10 {
                    end = start;
                }
            }
            texts.push(format!("{}{piece}{}", &text[..start], &text[end..]));
        }
        same_after(&texts);
    }
}
