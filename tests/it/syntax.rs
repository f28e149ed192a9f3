//! Text to tree: what parses, what does not, and what is said about it.

use std::path::Path;

use beanc::diagnostic::{Applicability, Diagnostic, Diagnostics};
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};
use beanc::source::{FileId, Sources};
use beanc::syntax::{self, ast};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support;

fn parse(text: &str) -> (ast::File, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let id = sources.add("test.bean", text);
    let mut diagnostics = Diagnostics::default();
    let file = syntax::parse(id, text, &mut diagnostics);
    (file, diagnostics.into_sorted())
}

fn diagnose(sources: &mut Sources, id: FileId) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    let text = sources.file(id).text().clone();
    syntax::parse(id, &text, &mut diagnostics);
    diagnostics.into_sorted()
}

fn codes(program: &str) -> Vec<&'static str> {
    let (_, diagnostics) = parse(program);
    diagnostics.iter().map(|it| it.code.number()).collect()
}

#[track_caller]
fn check(program: &str) {
    support::check(program, diagnose);
    let text = support::without_expectations(program.trim_start_matches('\n'));
    let compile = |files: &[(&str, &str)]| {
        let disk = MemoryDisk::new(files.iter().copied());
        driver::compile(Path::new("test.bean"), &disk, &Options::default())
    };
    let files = [("test.bean", text.as_str())];
    if let Err(difference) = support::means_the_same_on_windows(&files, compile) {
        panic!("with the line ends of Windows: {difference}");
    }
}

pub const EXAMPLES: &[&str] = &[
    include_str!("../cases/examples/00-minimal.bean"),
    include_str!("../cases/examples/01-web.bean"),
    include_str!("../cases/examples/02-worker.bean"),
    include_str!("../cases/examples/03-shared.bean"),
    include_str!("../cases/examples/04-envs.bean"),
    include_str!("../cases/examples/05-escape.bean"),
    include_str!("../cases/examples/shop.test.bean"),
];

#[test]
fn the_examples_parse_without_a_word() {
    for example in EXAMPLES {
        check(example);
        let (file, _) = parse(example);
        assert!(!file.damaged);
    }
}

// What is said about mistakes

#[test]
fn every_mistake_is_said_once_and_the_rest_is_intact() {
    let program = r#"
edition 2026

application shop {
  description "Online storefront"
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0004 `description` needs `=`
  versions: {
#         ^ E0006 blocks have no `:`
    keep: 50
#       ^ E0006 `keep` is set with `=`, not with `:`
    max_age = 180 days;
#             ^^^^^^^^ E0202 `180 days` is not a duration beanc accepts
#                     ^ E0007 there are no semicolons: a newline or a comma ends an entry
  }
}

param certificate arn
#                | E0036 `certificate` needs `:` in front of its type

environment shop-prod: web {
  platform = 'nodejs-22'
#            ^^^^^^^^^^^ E0023 texts stand in double quotes
  release := input.release
#         ^^ E0021 values are set with `=`, not with `:=`
  instances {
    type = t4g.small
    min = 2 max = 8
#          | E0031 entries on one line are separated by commas
    root_volume { size = 20GB,, type = gp3 }
#                        ^^^^ E0202 `20GB` is not a size beanc accepts
#                             ^ E0008 nothing stands in front of this comma
  }
  scaling
# ^^^^^^^ E0005 `scaling` has neither a value nor a block
  load_balancer {
    scheme = null
#            ^^^^ E0024 there is no `null`
    listener https = {
#                  ^ E0037 a named block has no `=`: `listener https`
      port == 443
#          ^^ E0021 values are set with `=`, not with `==`
      certificate = "${param.certificate"
#                    ^^ E0019 `${` is never closed
    }
    idle_timeout = 1.5m
#                  ^^^^ E0223 numbers have no fraction: `1.5m`
    health {
#          ^ E0009 `health` is never closed
      path = /healthz
#            ^^^^^^^^ E0039 `/healthz` is text and needs quotes
      interval = 15s
    drain = 30s
  }
  protect = [bucket, balancer
#           ^ E0010 this list is never closed
  env {
    URL = "https://${self.dns.name}\d"
#                                  ^^ E0018 `\d` is not an escape
    max = 2 *
#           ^ E0005 `*` needs a value on both sides
  }
}

servce cron {}

output url = environment.shop-prod.url
"#;
    let (file, diagnostics) = parse(program.trim_start());
    assert!(diagnostics.len() >= 20, "{}", diagnostics.len());
    let environment = file.items.iter().find_map(|item| match item {
        ast::Item::Block(block) if block.name.text == "shop-prod" => Some(block),
        _ => None,
    });
    let keys: Vec<&str> = keys(&environment.unwrap().body);
    let expected = [
        "platform",
        "release",
        "instances",
        "scaling",
        "load_balancer",
        "protect",
        "env",
    ];
    assert_eq!(keys, expected);
    assert!(matches!(file.items.last(), Some(ast::Item::Output(_))));
    assert_eq!(file.items.len(), 5);
    check(program);
}

fn keys(block: &ast::Block) -> Vec<&str> {
    block
        .entries
        .iter()
        .filter_map(|entry| match entry {
            ast::Entry::Property(it) => Some(it.key.text.as_str()),
            ast::Entry::Block(it) => Some(it.key.text.as_str()),
            ast::Entry::Spread(_) | ast::Entry::Remove(_) | ast::Entry::Assert(_) => None,
        })
        .collect()
}

#[test]
fn one_forgotten_brace_is_one_message() {
    check(
        r#"
edition 2026
environment blog: web {
  load_balancer {
    health {
#          ^ E0009 `health` is never closed
      path = "/"

    idle_timeout = 60s
  }
  platform = "nodejs-22"
}
application blog {}
"#,
    );
    check(
        r#"
edition 2026
environment blog: web {
  load_balancer {
#               ^ E0009 `load_balancer` is never closed
    health {
      path = "/"
    }
  platform = "nodejs-22"
}
application blog {}
"#,
    );
    check(
        r#"
edition 2026
environment blog: web {
  load_balancer {
    health { path = "/"
#          ^ E0009 `health` is never closed
  }
}
application blog {}
"#,
    );
    check(
        r#"
edition 2026
environment blog: web {
#                     ^ E0009 `environment blog: web` is never closed
  platform = "nodejs-22"

application blog {}
"#,
    );
    check(
        r#"
edition 2026
environment blog: web {
load_balancer {
#             ^ E0009 `load_balancer` and the block around it are never closed
platform = "nodejs-22"
"#,
    );
    check(
        r#"
edition 2026
environment blog: web {
  load_balancer {
    listener http {
#                 ^ E0009 `listener http` and the 2 blocks around it are never closed
"#,
    );
    check(
        r#"
edition 2026
environment blog: web {
  load_balancer {
    listener http {
#                 ^ E0009 `listener http` and the block around it are never closed
      port = 80
  platform = "nodejs-22"
  instances {
#           ^ E0009 `instances` and the block around it are never closed
    max = 2

## The other.
environment other: web {}
"#,
    );
}

#[test]
fn a_misspelt_item_ends_the_block_that_was_not_closed() {
    check(
        r#"
edition 2026
environment blog: web {
#                     ^ E0009 `environment blog: web` is never closed
  platform = "nodejs-22"

envronment staging: web extends base {
#<^^^^^^^^ E0012 there is no item `envronment`
  platform = "nodejs-22"
  load_balancer {
    health { path = "/" }
  }
}
# A comment, and another that is misspelt.
netwrok main { cidr = 10.0.0.0/16 }
#<^^^^^ E0012 there is no item `netwrok`
application blog {}
"#,
    );
    check(
        r#"
edition 2026
environment blog: web {
  instances { min = 1
#           ^ E0009 `instances` and the block around it are never closed
parm stage: dev | prod = dev
#<^^ E0012 there is no item `parm`
"#,
    );
    // Where nothing is indented it may be an entry.
    check(
        r#"
edition 2026
environment blog: web {
#                     ^ E0009 `environment blog: web` is never closed
platform = "nodejs-22"
netwrok main {}
application blog {}
"#,
    );
}

#[test]
fn entries_behind_a_forgotten_brace_belong_to_the_block_around_it() {
    let (file, _) = parse(
        r#"edition 2026
environment blog: web {
  load_balancer {
    health {
      path = "/"
    idle_timeout = 60s
  }
  platform = "nodejs-22"
}
application blog {}
"#,
    );
    let ast::Item::Block(environment) = &file.items[1] else {
        panic!("an environment");
    };
    assert_eq!(keys(&environment.body), ["load_balancer", "platform"]);
    let ast::Entry::Block(balancer) = &environment.body.entries[0] else {
        panic!("a block");
    };
    assert_eq!(keys(&balancer.body), ["health", "idle_timeout"]);
    assert_eq!(file.items.len(), 3);
}

#[test]
fn brackets_and_texts_that_do_not_match() {
    check(
        r#"
edition 2026
application blog {
  a = [1, 2
#     ^ E0010 this list is never closed
  b = (1 + 2
#     ^ E0011 this parenthesis is never closed
  c = f(1, [2
#          ^ E0010 this list is never closed
  d = "abc
#     ^ E0014 this text is never closed
  e = [1, 2)
#     ^ E0010 this list is never closed
  f = 1]
#      ^ E0015 `]` closes nothing
  g = "x ${y
#        ^^ E0019 `${` is never closed
  h = "x ${y"
#        ^^ E0019 `${` is never closed
  i = "x ${[1, 2}"
#          ^ E0010 this list is never closed
}
}
#< E0015 `}` closes nothing
}
"#,
    );
}

/// The item goes on where it was meant to.
#[test]
fn one_brace_too_many_is_one_message() {
    for program in [
        r#"
edition 2026
environment blog: web {
  platform = "nodejs-22" }
#                        ^ E0015 a `}` too many
  instances {
    min = 1
  }
}
application blog {}
"#,
        r#"
edition 2026
environment blog: web {
  }
# ^ E0015 a `}` too many
  platform = "nodejs-22"
  instances { min = 1 }
}
application blog {}
"#,
        r#"
edition 2026
environment blog: web {
  env {
    A = "b"}
#          ^ E0015 a `}` too many
    C = "d"
  }
  platform = "nodejs-22"
}
application blog {}
"#,
        // Without a newline at its end.
        r#"
edition 2026
application blog {}
environment blog: web {
  instances {
    min = 1
    }
#   ^ E0015 a `}` too many
    max = 2
  }
  platform = "nodejs-22"
}"#,
        // Where the indentation says nothing, the item above ends.
        r#"
edition 2026
environment blog: web {
platform = "nodejs-22"
}
instances {
#<^^^^^^^ E0012 there is no item `instances`
min = 1
}
}
application blog {}
"#,
    ] {
        check(program);
        let (file, diagnostics) = parse(program);
        assert_eq!(file.items.len(), 3);
        assert_eq!(diagnostics.len(), 1);
        if diagnostics[0].code.number() == "E0015" {
            let help = &diagnostics[0].helps[0];
            assert_eq!(help.applicability, Applicability::MachineApplicable);
        }
    }
    // Two of them, and none is surely the one.
    let program = "edition 2026\nnetwork a {\n  b = 1 } }\n  c { d = 1 }\n  }\n}\n";
    assert_eq!(codes(program), ["E0015"]);
}

/// A text ends on its line; one that does not is one mistake, and nothing is
/// made of its other lines.
#[test]
fn a_text_over_several_lines() {
    let program = r#"
edition 2026
application blog {
  description = "Notes
#               ^ E0014 this text is not closed on its line
    from the road"
  versions { keep = 3 }
}
environment blog-prod: web {
  env {
    A = "first
#       ^ E0014 this text is not closed on its line
second"
    B = "one \
#       ^ E0014 this text is not closed on its line
      two ${input.release}

      # three
    ", C = "c"
    D = ["a", "b
#             ^ E0014 this text is not closed on its line
      c", "d"]
    E = 1
  }
}
let f = "a
#       ^ E0014 this text is not closed on its line
b"
let g = 1
"#;
    check(program);
    let (file, diagnostics) = parse(program);
    assert_eq!(file.items.len(), 5);
    let helps = diagnostics.iter().flat_map(|it| &it.helps);
    for help in helps {
        assert_eq!(help.applicability, Applicability::MaybeIncorrect);
    }
    // What stands between could be an entry: two mistakes, and no certain fix.
    let (_, diagnostics) =
        parse("edition 2026\nlet a = {\n  A = \"first\n  B = 1\n  second\"\n}\n");
    let codes: Vec<_> = diagnostics.iter().map(|it| it.code.number()).collect();
    assert_eq!(codes, ["E0014", "E0014"]);
}

#[test]
fn words_and_signs_of_other_languages() {
    check(
        r#"
edition 2026
locals { a = 1 }
#<^^^^ E0012 there is no item `locals`
variable "stage" {}
#<^^^^^^ E0012 there is no item `variable`
if a { b = 1 }
#< E0026 there are no branches: `if` is not part of the language
let a = not b and c or d
#       ^^^ E0022 the operator `not` is written `!`
#             ^^^ E0022 the operator `and` is written `&&`
#                   ^^ E0022 the operator `or` is written `||`
let b = None
#       ^^^^ E0024 there is no `None`
let c = 1 === 2
#         ^^^ E0032 there is no operator `===`
let d = a ?? b
#         ^^ E0032 there is no operator `??`
let e = 7 % 2
#         ^ E0032 there is no operator `%`
let f = a | b
#         ^ E0032 there is no operator `|`
let g := 3
#     ^^ E0021 values are set with `=`, not with `:=`
let h => 4
#     ^^ E0021 values are set with `=`, not with `=>`
let i = x if y
#         ^^ E0026 there are no branches: `if` is not part of the language
let j = 'it''s'
#       ^^^^ E0023 texts stand in double quotes
#           ^^^ E0023 texts stand in double quotes
/* a
#<^^ E0025 there are no block comments
   block */
let k = /* here */ 5
#       ^^^^^^^^^^ E0025 there are no block comments
let l = a = b
#         ^ E0032 there is no operator `=`
resource "aws_instance" "web" {}
#        ^^^^^^^^^^^^^^ E0017 names have no quotes: `"aws_instance"`
"#,
    );
}

#[test]
fn editions() {
    check(
        r#"
# Nothing but a comment
application blog {}
edition 2026
#<^^^^^^^^^^ E0034 `edition` stands once, in front of everything else
"#,
    );
    check(
        r#"
edition 2027
#       ^^^^ E0002 there is no edition `2027`
"#,
    );
    for (program, code) in [
        ("edition\n", "E0002"),
        ("edition = 2026\n", "E0021"),
        ("editon 2026\n", "E0012"),
        ("edition 2026\nedition 2026\n", "E0034"),
        ("", "E0001"),
        ("# nothing\n", "E0001"),
        ("\u{feff}let a = 1\n", "E0001"),
        ("2024-01-01 open Assets:Cash\n2024-01-02 * \"x\"\n", "E0003"),
        (
            ";; accounts\n* Options\noption \"title\" \"Books\"\n",
            "E0003",
        ),
        (
            "AWSTemplateFormatVersion: 2010-09-09\nResources:\n",
            "E0003",
        ),
        (
            "---\nResources:\n  Bucket:\n    Type: AWS::S3::Bucket\n",
            "E0003",
        ),
        (
            "option_settings:\n  aws:autoscaling:asg:\n    MinSize: 1\n",
            "E0003",
        ),
        ("{\n  \"Resources\": {}\n}\n", "E0003"),
        (
            "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n",
            "E0003",
        ),
        ("terraform {\n  required_version = \">= 1.5\"\n}\n", "E0003"),
    ] {
        assert_eq!(codes(program), [code], "{program:?}");
    }
}

#[test]
fn heads_of_items() {
    check(
        r#"
edition 2026
environment shop-${param.stage}: web { platform = "nodejs-22" }
#           ^^^^^^^^^^^^^^^^^^^ E0043 a name cannot be put together with `${…}`
template ${a}-b extends c-${d} { e = 1 }
#        ^^^^^^ E0043 a name cannot be put together with `${…}`
#                       ^^^^^^ E0043 a name cannot be put together with `${…}`
let x${param.y} = 1
#   ^^^^^^^^^^^ E0043 a name cannot be put together with `${…}`
environment : web {}
#          | E0016 an environment needs a name
environment "test-env": web {}
#           ^^^^^^^^^^ E0017 names have no quotes: `"test-env"`
environment 2shop: web {}
#           ^^^^^ E0017 `2shop` cannot be a name here
environment größe: web {}
#           ^^^^^ E0017 `größe` cannot be a name here
environment a: {}
#              | E0016 nothing stands behind the colon of this environment
environment b web {}
#             ^^^ E0044 the tier `web` stands behind a colon
environment c: web extends {}
#                          | E0016 what stands behind `extends` needs a name
environment d: web extends template.base {}
#                          ^^^^^^^^^^^^^ E0017 `template.base` cannot be a name here
environment e: web
{
#< E0038 `{` stands on the line of what it opens
}
application f
#            | E0013 application `f` needs a block
network
#      | E0016 a network needs a name
param g
#      | E0036 param `g` needs a type
param h string
#      | E0036 `h` needs `:` in front of its type
param i: list<>
#        ^^^^^^ E0036 `list<>` is not a type
param j: string =
#                | E0005 the default has no value
input k = 3
#      | E0036 input `k` needs a type
let = 3
#  | E0016 `let` needs a name
let l
#   ^ E0005 `l` has no value
output m 3
#<^^^^^^^^ E0004 `m` needs `=`
import "x.bean"
#      ^^^^^^^^ E0035 an `import` says which names it takes
import { a } "x.bean"
#           | E0035 `from` is missing in front of the path
import { a as }
#             | E0016 what stands behind `as` needs a name
#              | E0035 an `import` needs the path of a file in quotes
assert
#<^^^^ E0005 `assert` has no value
assert a "text"
#        ^^^^^^ E0044 the text of an `assert` stands behind `else`
test {}
#<^^ E0016 a `test` needs a name
test "x" {
  given
# ^^^^^ E0041 `given` needs what is tested
  assume 3
# ^^^^^^ E0041 `assume` is not a statement of a test
  snapshot
#         | E0005 this statement has no value
}
"#,
    );
}

#[test]
fn entries() {
    check(
        r#"
edition 2026
application blog {
  port 443
# ^^^^^^^^ E0004 `port` needs `=`
  strategy rolling
# ^^^^^^^^^^^^^^^^ E0004 `strategy` needs `=`
  monitoring
# ^^^^^^^^^^ E0005 `monitoring` has neither a value nor a block
  listener http
# ^^^^^^^^^^^^^ E0004 `listener` needs `=`
  listener http https
#                    | E0013 `listener http https` needs a block
  value =
  {
# ^ E0038 `{` stands on the line of what it opens
  }
  a = 1; b = 2
#      ^ E0007 there are no semicolons: a newline or a comma ends an entry
  c = 1 d = 2
#      | E0031 entries on one line are separated by commas
  c a { d = 1 } c b { d = 2 }
#              | E0031 entries on one line are separated by commas
  /* no such thing */
# ^^^^^^^^^^^^^^^^^^^ E0025 there are no block comments
  e = ,
# ^ E0005 `e` has no value
  f += { g = 1 }
#   ^^ E0042 `+=` adds to lists; blocks are merged without it
  h.i = 3
# ^^^ E0040 a key is one word, and `h.i` is a path
  h.i { j = 1 }
# ^^^ E0040 a key is one word, and `h.i` is a path
  "k${l}" = 2
# ^^^^^^^ E0043 a name cannot be put together with `${…}`
  k-${l}.x = 2
# ^^^^^^^^ E0043 a name cannot be put together with `${…}`
  k l-${m}-n { o = 1 }
#   ^^^^^^^^ E0043 a name cannot be put together with `${…}`
  k 443 { o = 1 }
#   ^^^ E0017 `443` cannot be a name here
  remove ${k}
#        ^^^^ E0043 a name cannot be put together with `${…}`
  'm' = 1
# ^^^ E0023 texts stand in double quotes
  n : 3
#   ^ E0006 `n` is set with `=`, not with `:`
  ...
# ^^^ E0005 `...` has no value
  remove o.p
#        ^^^ E0040 a key is one word, and `o.p` is a path
  q =
# ^ E0005 `q` has no value
    3
  { r = 1 }
# ^ E0016 a block needs its name in front of `{`
  + 3
# ^^^ E0044 a line cannot begin with `+`
  @foo = 1
# ^ E0020 the character `@` means nothing outside of a text
  s t = 3
#   ^ E0037 only blocks have a name, and `s t` is set to a value
  u = "a" "b"
#         ^^^ E0044 unexpected `"b"` behind the value
  v = “w”
#     ^ E0020 the character `“` means nothing outside of a text
  x = a..b
#      ^^^ E0044 unexpected `..b` behind the value
  = 3
# ^^^ E0044 a line cannot begin with `=`
  if t { u = 1 }
# ^^ E0026 there are no branches: `if` is not part of the language
  for v in w { x = 1 }
# ^^^ E0026 there are no loops: `for` is not part of the language
  for = 5m
  let y = 1
# ^^^ E0046 `let` begins an item, and items do not stand inside a block
  environment z: web { a = 1 }
# ^^^^^^^^^^^ E0046 `environment` begins an item, and items do not stand inside a block
}
y = 3
#< E0045 `y` is set outside of any item
z = 4
"#,
    );
}

#[test]
fn numbers_and_units() {
    check(
        r#"
edition 2026
let a = 20GB
#       ^^^^ E0202 `20GB` is not a size beanc accepts
let b = 5 min
#       ^^^^^ E0202 `5 min` is not a duration beanc accepts
let c = 5sec
#       ^^^^ E0202 `5sec` is not a duration beanc accepts
let d = 10MB
#       ^^^^ E0202 `10MB` is not a size beanc accepts
let e = 2weeks
#       ^^^^^^ E0202 `2weeks` is not a duration beanc accepts
let f = 5parsecs
#       ^^^^^^^^ E0202 `5parsecs` has a unit beanc does not know
let g = 99999999999999999999
#       ^^^^^^^^^^^^^^^^^^^^ E0220 `99999999999999999999` is too large
let h = 200000000000000d
#       ^^^^^^^^^^^^^^^^ E0220 `200000000000000d` is too large
let i = 30m1h
#       ^^^^^ E0222 `30m1h` does not begin with its largest unit
let j = 1h1h
#       ^^^^ E0222 `1h1h` has one unit twice
let k = 1.5h
#       ^^^^ E0223 numbers have no fraction: `1.5h`
let l = 0.5GiB
#       ^^^^^^ E0223 numbers have no fraction: `0.5GiB`
let m = 17.4
#       ^^^^ E0223 numbers have no fraction: `17.4`
let n = 1.2.3
#       ^^^^^ E0223 `1.2.3` is not a number
let o = 10.0.0.1
#       ^^^^^^^^ E0221 `10.0.0.1` is an address without a prefix length
let p = 10.0.0.256/8
#       ^^^^^^^^^^^^ E0221 `10.0.0.256/8` is not a range of addresses
let q = 10.0.0.0/33
#       ^^^^^^^^^^^ E0221 `10.0.0.0/33` has no valid prefix length
let r = 10.0.0/8
#       ^^^^^^^^ E0221 `10.0.0/8` is not a range of addresses
let s = /33
#       ^^^ E0221 `/33` has no valid prefix length
let t = 1__0
#       ^^^^ E0223 `1__0` is not a number
let u = 8-1
#       ^^^ E0033 `-` needs a space on both sides
let v = 2026-01-01
#       ^^^^^^^^^^ E0223 `2026-01-01` is not a number
let w = 5 percent
#       ^^^^^^^^^ E0202 `5 percent` is not a share beanc accepts
let x = 0x1F
#       ^^^^ E0223 `0x1F` is not a number
"#,
    );
}

#[test]
fn operators_and_texts() {
    check(
        r#"
edition 2026
let a = 1 +
#         ^ E0005 `+` needs a value on both sides
let b = + 1
#       ^^^ E0044 unexpected `+ 1` where a value should stand
let c = 1 < 2 < 3
#             ^ E0027 comparisons cannot be chained
let d = x ? 1
#         ^ E0028 `?` needs two values: one for true and one for false
let e = x ? 1 :
#             ^ E0028 `?` needs two values: one for true and one for false
let f = x : 1
#         ^ E0028 `:` stands without its `?`
let g = ()
#       ^^ E0005 nothing stands between the parentheses
let h = (1, 2)
#         ^ E0044 unexpected `,` inside parentheses
let i = (1 2)
#          ^ E0044 unexpected `2` behind a value
let j = 1 -1
#         ^ E0033 `-` needs a space on both sides
let k = "\q \u{110000} \$x"
#        ^^ E0018 `\q` is not an escape
#           ^^^^^^^^^^ E0018 `\u{110000}` is not an escape
#                      ^^ E0018 `\$` is not an escape
let l = "${}"
#        ^^^ E0019 nothing stands between `${` and `}`
let m = "${a b}"
#            ^ E0019 unexpected `b` inside `${…}`
let n = a.
#         | E0016 a name is missing behind the dot
let o = f(1 2)
#          | E0031 entries on one line are separated by commas
let p = [1 2]
#         | E0031 entries on one line are separated by commas
let q = -
#       ^ E0005 `-` needs a value on both sides
let r = shop-${2}
#           ^ E0005 `-` needs a value on both sides
#            ^^^^ E0044 `${…}` stands in a text
"#,
    );
}

/// The value of `let a = …`, fully parenthesised.
#[track_caller]
fn value(text: &str) -> String {
    let (file, diagnostics) = parse(&format!("edition 2026\nlet a = {text}\n"));
    assert_eq!(diagnostics, []);
    match &file.items[1] {
        ast::Item::Let(binding) => shape(&binding.value),
        other => panic!("{other:?}"),
    }
}

fn shape(expr: &ast::Expr) -> String {
    use ast::ExprKind;
    let all = |list: &[ast::Expr]| list.iter().map(shape).collect::<Vec<_>>().join(", ");
    match &expr.kind {
        ExprKind::Bool(it) => it.to_string(),
        ExprKind::Int(it) => it.to_string(),
        ExprKind::Text(parts) => {
            let part = |part: &ast::TextPart| match part {
                ast::TextPart::Literal(text) => text.to_string(),
                ast::TextPart::Expr(expr) => format!("<{}>", shape(expr)),
            };
            format!("{:?}", parts.iter().map(part).collect::<String>())
        }
        ExprKind::Duration(it) => it.to_string(),
        ExprKind::Size(it) => it.to_string(),
        ExprKind::Percent(it) => it.to_string(),
        ExprKind::Cidr(it) => it.to_string(),
        ExprKind::Prefix(it) => it.to_string(),
        ExprKind::Word(it) => it.to_string(),
        ExprKind::Path(it) => it.text(),
        ExprKind::Call(it) => format!("{}({})", it.function.text, all(&it.arguments)),
        ExprKind::List(it) => format!("[{}]", all(it)),
        ExprKind::Map(it) => format!("{{{}}}", keys(it).join(", ")),
        ExprKind::Unary(ast::UnaryOp::Not, it) => format!("(!{})", shape(it)),
        ExprKind::Unary(ast::UnaryOp::Negate, it) => format!("(-{})", shape(it)),
        ExprKind::Binary(left, op, right) => {
            format!("({} {} {})", shape(left), op.symbol(), shape(right))
        }
        ExprKind::Conditional(a, b, c) => format!("({} ? {} : {})", shape(a), shape(b), shape(c)),
        ExprKind::Error => "?".to_owned(),
    }
}

#[test]
fn operators_bind_as_people_expect() {
    assert_eq!(value("1 + 2 * 3 - 4"), "((1 + (2 * 3)) - 4)");
    assert_eq!(value("!a && b || c == d"), "(((!a) && b) || (c == d))");
    assert_eq!(value("a ? b : c ? d : e"), "(a ? b : (c ? d : e))");
    assert_eq!(value("a ? b ? c : d : e"), "(a ? (b ? c : d) : e)");
    assert_eq!(value("a + 1 >= b * 2 && c"), "(((a + 1) >= (b * 2)) && c)");
    assert_eq!(value("2 * (3 + 4)"), "(2 * (3 + 4))");
    assert_eq!(value("-3 - -4"), "((-3) - (-4))");
    assert_eq!(value("(\n  a\n  + b # why\n  - -c\n)"), "((a + b) - (-c))");
    assert_eq!(value("max-1"), "max-1");
}

#[test]
fn literals_mean_what_they_say() {
    assert_eq!(value("1_000"), "1000");
    assert_eq!(value("1h30m"), "1h30m");
    assert_eq!(value("90s"), "1m30s");
    assert_eq!(value("800ms"), "800ms");
    assert_eq!(value("20GiB"), "20GiB");
    assert_eq!(value("70%"), "70%");
    assert_eq!(value("10.20.1.5/16"), "10.20.1.5/16");
    assert_eq!(value("/24"), "/24");
    assert_eq!(value("true"), "true");
    assert_eq!(value("internet_facing"), "internet_facing");
    assert_eq!(value("network.main.cidr"), "network.main.cidr");
    assert_eq!(
        value("cidr(network.main.cidr, /24, 3)"),
        "cidr(network.main.cidr, /24, 3)"
    );
    assert_eq!(value("[\n  a,\n  b,\n]"), "[a, b]");
    assert_eq!(value("[\n  a # one\n  b\n]"), "[a, b]");
    assert_eq!(value("[{ Key = \"a\", Value = b }]"), "[{Key, Value}]");
}

#[test]
fn texts_are_put_together() {
    assert_eq!(value(r#""""#), r#""""#);
    assert_eq!(value(r#""a\"b\\c\u{e9}""#), r#""a\"b\\cé""#);
    assert_eq!(value(r#""a\${b}""#), r#""a${b}""#);
    assert_eq!(value(r#""$a $ {b}""#), r#""$a $ {b}""#);
    assert_eq!(value(r#""a${b}c${d.e}""#), r#""a<b>c<d.e>""#);
    assert_eq!(
        value(r#""a${f("b${c}", "d")}e""#),
        r#""a<f(\"b<c>\", \"d\")>e""#
    );
}

#[test]
fn documentation_belongs_to_what_follows() {
    let (file, diagnostics) = parse(
        "edition 2026\n\n## The blog.\n##  And more.\n# no\napplication blog {\n  ## Kept.\n  keep = 1\n  \
         max_age = 2\n}\n\n## A param.\nparam a: int = 1 // not this\nlet b = 2\n",
    );
    assert_eq!(diagnostics, []);
    let [
        _,
        ast::Item::Block(blog),
        ast::Item::Param(a),
        ast::Item::Let(b),
    ] = &file.items[..]
    else {
        panic!("three items");
    };
    assert_eq!(blog.docs.as_deref(), Some("The blog.\n And more."));
    assert_eq!(a.docs.as_deref(), Some("A param."));
    assert_eq!(b.docs, None);
    let docs = blog.body.entries.iter().map(|entry| match entry {
        ast::Entry::Property(it) => it.docs.as_deref(),
        other => panic!("{other:?}"),
    });
    assert_eq!(docs.collect::<Vec<_>>(), [Some("Kept."), None]);
}

#[test]
fn every_kind_of_entry_has_its_place_in_the_tree() {
    let (file, diagnostics) = parse(
        r#"edition 2026
environment a: web extends b, "c" {
  remove = 2
  remove listener http
  remove FEATURE
  ...base.tags
  assert x > 1 else "no"
  tags = { Team = "x" }
  listener https { port = 443 }
  "aws:autoscaling:asg" { Cooldown = "360" }
  load_balancer { kind = shared("arn") }
  protect += [bucket], renamed_from = old
}
import { x, y as z, } from "./b.bean"
input i: list<debug | "in fo">
"#,
    );
    assert_eq!(diagnostics, []);
    let ast::Item::Block(block) = &file.items[1] else {
        panic!("a block");
    };
    let parents: Vec<&str> = block
        .parents
        .iter()
        .map(|it| it.word().text.as_str())
        .collect();
    assert_eq!(parents, ["b", "c"]);
    let entries: Vec<String> = block.body.entries.iter().map(entry).collect();
    let expected = [
        "remove = 2",
        "remove listener http",
        "remove FEATURE",
        "...base.tags",
        "assert (x > 1) else \"no\"",
        "tags {Team}",
        "listener https {port}",
        "aws:autoscaling:asg {Cooldown}",
        "load_balancer {kind}",
        "protect += [bucket]",
        "renamed_from = old",
    ];
    assert_eq!(entries, expected);
    let ast::Item::Import(import) = &file.items[2] else {
        panic!("an import");
    };
    assert_eq!(import.path.text, "./b.bean");
    assert_eq!(import.names[1].alias.as_ref().unwrap().text, "z");
}

fn entry(entry: &ast::Entry) -> String {
    let labels = |key: &ast::Word, labels: &[ast::Word]| {
        let words = std::iter::once(key).chain(labels);
        words
            .map(|word| word.text.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    match entry {
        ast::Entry::Property(it) => {
            let op = match it.op {
                ast::AssignOp::Set => "=",
                ast::AssignOp::Append => "+=",
            };
            format!("{} {op} {}", it.key.text, shape(&it.value))
        }
        ast::Entry::Block(it) => {
            format!(
                "{} {{{}}}",
                labels(&it.key, &it.labels),
                keys(&it.body).join(", ")
            )
        }
        ast::Entry::Spread(it) => format!("...{}", it.path.text()),
        ast::Entry::Remove(it) => format!("remove {}", labels(&it.key, &it.labels)),
        ast::Entry::Assert(it) => {
            let message = it.message.as_ref().map(shape).unwrap_or_default();
            format!("assert {} else {message}", shape(&it.condition))
        }
    }
}

/// A machine fix is certain: applying all of them leaves nothing to complain
/// about.
#[test]
fn fixes_fix() {
    for (program, fixed) in [
        ("application a {}\n", "edition 2026\napplication a {}\n"),
        ("edition = 2026\n", "edition 2026\n"),
        ("edition 2026\nlet a 1\n", "edition 2026\nlet a = 1\n"),
        ("edition 2026\nlet a := 1;\n", "edition 2026\nlet a = 1\n"),
        (
            "edition 2026\nlet a = 5 min\n",
            "edition 2026\nlet a = 5m\n",
        ),
        (
            "edition 2026\nlet a = 1.5h\n",
            "edition 2026\nlet a = 1h30m\n",
        ),
        (
            "edition 2026\nlet a = b and not c\n",
            "edition 2026\nlet a = b && !c\n",
        ),
        (
            "edition 2026\nlet a = b -1\n",
            "edition 2026\nlet a = b - 1\n",
        ),
        (
            "edition 2026\nlet a = 'b'\n",
            "edition 2026\nlet a = \"b\"\n",
        ),
        (
            "edition 2026\nlet a = /b/c\n",
            "edition 2026\nlet a = \"/b/c\"\n",
        ),
        (
            "edition 2026\nparam a string\n",
            "edition 2026\nparam a: string\n",
        ),
        (
            "edition 2026\napplication a\n{\n}\n",
            "edition 2026\napplication a {\n}\n",
        ),
        (
            "edition 2026\napplication a { b: 1 c: { d += { e = 1; f = 2 } } }\n",
            "edition 2026\napplication a { b = 1, c { d  { e = 1, f = 2 } } }\n",
        ),
        // Two forgotten at each of two places, and comments about what follows.
        (
            "edition 2026\napplication a {\n  b {\n    c {\n      # Inside.\n\n    # Outside.\n  \
             # About d.\n  d {\n    e = 1\n\n## About f.\napplication f {}\n",
            "edition 2026\napplication a {\n  b {\n    c {\n      # Inside.\n    }\n\n    # Outside.\n  \
             }\n  # About d.\n  d {\n    e = 1\n  }\n}\n\n## About f.\napplication f {}\n",
        ),
        (
            "edition 2026\napplication a {\n  b { c {\n    d = 1\n",
            "edition 2026\napplication a {\n  b { c {\n    d = 1\n  }\n  }\n}\n",
        ),
    ] {
        let (_, diagnostics) = parse(program);
        let mut edits: Vec<_> = diagnostics
            .iter()
            .filter_map(|it| it.helps.first())
            .filter(|help| help.applicability == Applicability::MachineApplicable)
            .flat_map(|help| &help.edits)
            .collect();
        edits.sort_by_key(|edit| edit.span);
        let mut text = program.to_owned();
        for edit in edits.into_iter().rev() {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        assert_eq!(text, fixed);
        assert_eq!(parse(&text).1, []);
    }
}

/// Where indentation says nothing, or something else, a brace is a guess.
#[test]
fn braces_are_inserted_without_asking_where_indentation_agrees() {
    for (program, certain) in [
        ("application a {\n  b {\n    c = 1\n  d = 1\n}\n", true),
        ("application a {\n\tb {\n\t\tc = 1\n\td = 1\n}\n", true),
        ("application a {\n  b {\n    c = 1\n\td = 1\n}\n", false),
        ("application a {\nb {\nc = 1\nd = 1\n}\n", false),
        ("application a {\n  b {\n    c = 1\nd = 1\n}\n", false),
        ("application a {\n  b {\n    c = 1\n  d = 1 }\n", false),
        ("application a {\n  b {\n    c = 1\n    }\n  d = 1\n", false),
    ] {
        let program = format!("edition 2026\n{program}");
        let (_, diagnostics) = parse(&program);
        let [only] = diagnostics.as_slice() else {
            panic!("{program}\n{diagnostics:?}");
        };
        let applicability = match certain {
            true => Applicability::MachineApplicable,
            false => Applicability::MaybeIncorrect,
        };
        assert_eq!(only.helps[0].applicability, applicability, "{program}");
        let mut text = program.clone();
        for edit in only.helps[0].edits.iter().rev() {
            text.insert_str(edit.span.start as usize, &edit.text);
        }
        assert_eq!(parse(&text).1, [], "{text}");
    }
}

// Any text at all

/// What must hold for every text: it parses, every piece lies inside the
/// piece around it, and what is outside of all pieces is blank.
fn reads(text: &str) {
    let (file, diagnostics) = parse(text);
    let tokens = syntax::tokens(text);
    assert!(!tokens.is_empty(), "there is always a tree");
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut covered = 0;
    for token in &tokens {
        assert!(token.start <= token.end && token.end <= text.len());
        assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
        while open.len() > token.depth {
            open.pop();
        }
        if let Some((start, end)) = open.last() {
            assert!(*start <= token.start && token.end <= *end, "pieces nest");
        }
        // The file is one piece; the next level is what the file consists of.
        if token.depth == 1 && token.end > token.start {
            let gap = &text[covered.min(token.start)..token.start];
            let gap = gap.trim_start_matches('\u{feff}');
            assert!(gap.trim().is_empty(), "{gap:?} belongs to nothing");
            covered = covered.max(token.end);
        }
        open.push((token.start, token.end));
    }
    for diagnostic in &diagnostics {
        let span = diagnostic.primary.span;
        assert!(text.get(span.start as usize..span.end as usize).is_some());
        assert!(!diagnostic.message.contains("err_") && !diagnostic.message.contains("Rule"));
        for edit in diagnostic.helps.iter().flat_map(|help| &help.edits) {
            assert!(
                text.get(edit.span.start as usize..edit.span.end as usize)
                    .is_some()
            );
        }
    }
    assert!(
        !file.damaged || !diagnostics.is_empty(),
        "damage is reported"
    );
    drop(file);
}

/// Runs on a thread with the stack that worker threads have.
fn on_a_small_stack(job: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(job);
    thread.unwrap().join().unwrap();
}

#[test]
fn any_depth_of_brackets_is_read() {
    on_a_small_stack(|| {
        let closers = [
            ("{", "}"),
            ("[", "]"),
            ("(", ")"),
            ("\"${", "}\""),
            ("a {", "}"),
            ("f(", ")"),
        ];
        for (open, close) in closers {
            for head in ["", "let a = ", "edition 2026\napplication a {\n  b = "] {
                for count in [63, 64, 65, 10_000] {
                    let opened = open.repeat(count);
                    reads(&format!("{head}{opened}"));
                    reads(&format!("{head}{opened}1{}", close.repeat(count)));
                    reads(&format!("{head}{opened}\nlet b = 1\n"));
                }
            }
        }
        for piece in [
            "!", "-", "not ", "1 + ", "a ? ", "a ? b : ", "list<", "a.", "x <", "* ", ": ",
        ] {
            reads(&format!("let a = {}", piece.repeat(20_000)));
            reads(&format!("let a = ({}", piece.repeat(20_000)));
            reads(&format!("param a: {}", piece.repeat(20_000)));
        }
    });
}

#[test]
fn brackets_that_fool_the_scan_do_not_exist() {
    on_a_small_stack(|| {
        let traps = [
            "\"${[\n a = 1\n ] # ",
            "\"${[\n a = 1\n } ",
            "\"${a and \"",
            "\"${a \"",
            "\"${ [ ) # \" ",
            "'",
            "it's \"",
            "\"${ it's } and it's\" ",
            "/* \n",
            "\"${ /* } \n",
            "a = //\"\n",
            "\"\\",
            "\"\\u{41",
            "\"${\n(\nb {\n",
            "[\n edition 2026\n(",
        ];
        for trap in traps {
            for bracket in ["[", "(", "{", "\"${"] {
                reads(&format!("{trap}{}", bracket.repeat(5_000)));
                reads(&format!("x {{ y = {trap}{}", bracket.repeat(5_000)));
            }
        }
    });
}

#[test]
fn strange_files_are_read() {
    for text in [
        "",
        "\u{feff}",
        "\u{feff}edition 2026\n",
        "\0\0\0",
        "edition 2026\0",
        "\r\r\n\n\r",
        "ä ö ü = {\n",
        "größe = 1\n",
        "edition 2026\nlet “a” = 1\n",
        "\"",
        "'",
        "#",
        "/",
        "/*",
        "/**",
        "\\",
        "$",
        "${",
        "\"$",
        "\"\\",
        "...",
        "a.",
        "a..b",
        "1.",
        "1e",
        "test",
        "test \"",
        "import {",
        "param",
        "param a:",
        "environment a: web {\n  x = \"${",
    ] {
        reads(text);
    }
    for filler in [
        "a", "=", "\"", "{", " ", "#", "\t", "é", "\\", "'", ",", "1_", "/", "$", "${", "\"${",
    ] {
        reads(&filler.repeat(50_000));
    }
    reads(&format!("let a = \"{}\"", "x".repeat((1 << 20) - 10)));
    let (_, diagnostics) = parse(&"x".repeat((1 << 20) + 1));
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_matter() {
    for example in EXAMPLES {
        let dos = example.replace('\n', "\r\n");
        let (file, diagnostics) = parse(&format!("\u{feff}{dos}"));
        assert_eq!(diagnostics, []);
        assert_eq!(file.items.len(), parse(example).0.items.len());
    }
}

/// Pieces of programs in any order: what a bracket soup is made of.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "\"${",
    "${",
    "}\"",
    "'",
    "#",
    "//",
    "/*",
    "*/",
    "\n",
    "\n",
    "\n  ",
    " ",
    "=",
    "+=",
    ":",
    ",",
    ";",
    "...",
    "?",
    "-",
    "!",
    "a",
    "b = 1",
    "key {",
    "1h30m",
    "5 min",
    "10.0.0.0/8",
    "\\",
    "\\u{41}",
    "\\${",
    "edition 2026",
    "\nedition 2026\n",
    "\nlet x = 1",
    "\nenvironment a: web {",
    "import { a } from \"x\"",
    "test \"t\" {",
    "given",
    "param p: int = ",
    "remove listener http",
    "assert a > b else \"c\"",
    "and",
    "not ",
    "null",
    "\u{feff}",
    "\0",
    "é",
    "\r\n",
    "list<",
    ">",
    "|",
];

pub fn soup() -> impl Strategy<Value = String> {
    vec(select(PIECES), 0..200).prop_map(|pieces| pieces.concat())
}

/// An example after a few accidents: ranges cut out, doubled, or cut off.
pub fn damaged_example() -> impl Strategy<Value = String> {
    let accident = (0_u8..3, any::<Index>(), 0_usize..60);
    (select(EXAMPLES), vec(accident, 1..6)).prop_map(|(example, accidents)| {
        let mut text: Vec<char> = example.chars().collect();
        for (kind, at, length) in accidents {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            match kind {
                0 => drop(text.drain(at..end)),
                1 => {
                    let copy = text[at..end].to_vec();
                    text.splice(at..at, copy);
                }
                _ if length < 5 => text.truncate(at),
                _ => {
                    let other = end.min(text.len() - 1);
                    text.swap(at, other);
                }
            }
        }
        text.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        reads(&text);
    }

    #[test]
    fn any_soup_of_pieces_is_read(text in soup()) {
        reads(&text);
    }

    #[test]
    fn any_damaged_example_is_read(text in damaged_example()) {
        reads(&text);
    }
}

/// What an editor gets after an edit is what everybody gets.
#[track_caller]
fn reads_again(old: &str, new: &str) {
    let id = Sources::default().add("test.bean", old);
    let mut said = Diagnostics::default();
    let tree = syntax::parse(id, old, &mut said);
    let earlier = syntax::Earlier {
        text: old,
        tree: &tree,
        said: &said,
    };
    let (mut found, mut expected) = (Diagnostics::default(), Diagnostics::default());
    let (again, kept) = syntax::reparse(earlier, new, &mut found);
    let anew = syntax::parse(id, new, &mut expected);
    assert_eq!(
        found.into_sorted(),
        expected.into_sorted(),
        "{old:?}\n{new:?}"
    );
    assert_eq!(
        format!("{again:#?}"),
        format!("{anew:#?}"),
        "{old:?}\n{new:?}"
    );
    let Some(kept) = kept else { return };
    assert_eq!(
        format!("{:?}", &again.items[..kept.front]),
        format!("{:?}", &tree.items[..kept.front])
    );
    let (behind, was) = (&again.items[kept.behind..], &tree.items[kept.was..]);
    assert_eq!(behind.len(), was.len());
    for (now, was) in behind.iter().zip(was) {
        assert_eq!(kept.shift.span(was.span()), now.span());
    }
}

/// Every example, typed letter by letter, and with each of its lines gone for a
/// moment.
#[test]
fn what_is_typed_is_read_again() {
    for example in EXAMPLES {
        let ends: Vec<usize> = example.char_indices().map(|(at, _)| at).collect();
        let step = ends.len() / 60 + 1;
        for pair in ends.windows(2).step_by(step) {
            reads_again(&example[..pair[0]], &example[..pair[1]]);
            let without = format!("{}{}", &example[..pair[0]], &example[pair[1]..]);
            reads_again(&without, example);
            reads_again(example, &without);
        }
        let mut start = 0;
        for (number, line) in example.split_inclusive('\n').enumerate() {
            let end = start + line.len();
            if number % 3 != 0 {
                start = end;
                continue;
            }
            let without = format!("{}{}", &example[..start], &example[end..]);
            reads_again(example, &without);
            reads_again(&without, example);
            let doubled = format!("{}{line}{}", &example[..end], &example[end..]);
            reads_again(example, &doubled);
            start = end;
        }
    }
}

proptest! {
    #[test]
    fn any_soup_is_read_again(
        text in soup(),
        piece in select(PIECES),
        at in any::<Index>(),
        length in 0_usize..20,
    ) {
        let at = floor(&text, at.index(text.len() + 1));
        let end = floor(&text, (at + length).min(text.len())).max(at);
        let new = format!("{}{piece}{}", &text[..at], &text[end..]);
        reads_again(&text, &new);
        reads_again(&new, &text);
    }

    /// The edition in front, so that there is something to keep.
    #[test]
    fn any_edited_example_is_read_again(
        text in damaged_example(),
        piece in select(PIECES),
        at in any::<Index>(),
        length in 0_usize..20,
    ) {
        let text = format!("edition 2026\n\n{text}");
        let at = floor(&text, at.index(text.len() + 1));
        let end = floor(&text, (at + length).min(text.len())).max(at);
        let new = format!("{}{piece}{}", &text[..at], &text[end..]);
        reads_again(&text, &new);
        reads_again(&new, &text);
    }
}

/// The start of the character at an offset.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
