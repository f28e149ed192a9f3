//! Text to tree: what parses, what does not, and what is said about it.

use beanc::diagnostic::{Diagnostic, Diagnostics};
use beanc::source::{FileId, Sources};
use beanc::syntax::{self, ast};

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

#[track_caller]
fn check(program: &str) {
    support::check(program, diagnose);
}

const EXAMPLES: &[&str] = &[
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
