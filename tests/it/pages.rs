//! The page of every code: its form, and what its examples say.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use std::path::Path;

use beanc::diagnostic::page::Example;
use beanc::diagnostic::terminal::{self, Style};
use beanc::diagnostic::{
    Applicability, Code, Diagnostic, Diagnostics, Severity, fixes, json, short,
};
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Compilation, Options};
use beanc::source::Sources;
use beanc::syntax;

use crate::support;

/// The wrong example of every page, compiled.
pub fn wrong_examples() -> impl Iterator<Item = (Code, Compilation)> {
    let codes = Code::ALL
        .iter()
        .filter(|code| !WITHOUT_EXAMPLES.contains(code));
    codes.map(|code| (*code, compile(&code.parsed_page().wrong)))
}

/// What it takes to get these is too long for a page, or AWS.
const WITHOUT_EXAMPLES: &[Code] = &[
    Code::FileTooLarge,
    Code::ChainTooLong,
    Code::TooManyResources,
    Code::TemplateTooLarge,
    Code::UserDataTooLarge,
    Code::DeploymentFailed,
];

#[test]
fn headings_agree_with_the_table() {
    for code in Code::ALL {
        let heading = format!("{} {}", code.number(), code.slug());
        assert_eq!(code.parsed_page().heading, heading);
    }
}

#[test]
fn every_page_has_a_wrong_and_a_right_example() {
    for code in Code::ALL {
        let page = code.parsed_page();
        let number = code.number();
        let text = code.page();
        let prose = text.split("## Wrong").next().unwrap_or_default();
        assert!(
            prose.lines().filter(|line| !line.is_empty()).count() > 1,
            "{number} explains nothing"
        );
        if WITHOUT_EXAMPLES.contains(code) {
            continue;
        }
        for (what, example) in [("wrong", &page.wrong), ("right", &page.right)] {
            assert!(!example.is_empty(), "{number} has no {what} example");
            let mut names: Vec<_> = example.iter().map(|it| it.file).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(
                names.len(),
                example.len(),
                "{number}: two files of one name"
            );
        }
        for section in ["\n## Wrong\n", "\n## Right\n"] {
            assert!(text.contains(section), "{number} has no section {section}");
        }
    }
}

fn compile(files: &[Example<'_>]) -> Compilation {
    let disk = MemoryDisk::new(files.iter().map(|it| (it.file, it.text)));
    let entry = files.first().map_or("main.bean", |it| it.file);
    let params = files.iter().flat_map(|it| &it.params);
    let options = Options {
        params: params
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        // Whoever keeps a lock wants it kept to.
        locked: files.iter().any(|it| it.file == "bean.lock"),
        ..Options::default()
    };
    driver::compile(Path::new(entry), &disk, &options)
}

fn said(compilation: &Compilation) -> String {
    short::render_all(&compilation.diagnostics, &compilation.sources)
}

/// The codes whose examples fail `test`, with what was said instead.
#[track_caller]
fn holds_for_every_page(test: impl Fn(Code) -> Result<(), String>) {
    let codes = Code::ALL
        .iter()
        .filter(|code| !WITHOUT_EXAMPLES.contains(code));
    let failures: Vec<String> = codes
        .filter_map(|code| Some(format!("{}: {}", code.number(), test(*code).err()?)))
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn wrong_examples_give_their_code_once_and_nothing_else() {
    holds_for_every_page(|code| {
        let compilation = compile(&code.parsed_page().wrong);
        match compilation.diagnostics.as_slice() {
            [only] if only.code == code => Ok(()),
            _ => Err(format!(
                "instead of its code alone:\n{}",
                said(&compilation)
            )),
        }
    });
}

#[test]
fn right_examples_give_nothing() {
    holds_for_every_page(|code| {
        let compilation = compile(&code.parsed_page().right);
        match compilation.diagnostics.as_slice() {
            [] => Ok(()),
            _ => Err(said(&compilation)),
        }
    });
}

/// What people see, in a terminal of 80 columns and where it differs in one of
/// 120, and what programs see: read in review like any other text.
#[test]
fn complaints_as_they_are_shown() {
    for (code, compilation) in wrong_examples() {
        let (list, sources) = (&compilation.diagnostics, &compilation.sources);
        let narrow = terminal::render_all(list, sources, 80, Style::Plain);
        let wide = terminal::render_all(list, sources, 120, Style::Plain);
        let mut text = narrow.clone();
        if wide != narrow {
            text += &format!("\n--- 120 columns\n\n{wide}");
        }
        text += "\n--- JSON\n\n";
        for line in json::render_all(list, sources).lines() {
            let value: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
            text += &serde_json::to_string_pretty(&value).expect("it was JSON before");
            text.push('\n');
        }
        insta::with_settings!({
            snapshot_path => "../../snapshots/complaints",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(code.number(), text);
        });
    }
}

/// A fix that is offered as certain leaves nothing to complain about.
#[test]
fn certain_fixes_fix_the_wrong_examples() {
    holds_for_every_page(|code| {
        let page = code.parsed_page();
        let compilation = compile(&page.wrong);
        let Some(fixed) = compilation
            .diagnostics
            .iter()
            .find_map(|diagnostic| fixed(diagnostic, &page.wrong, &compilation))
        else {
            return Ok(());
        };
        let files: Vec<Example<'_>> = page
            .wrong
            .iter()
            .zip(&fixed)
            .map(|(example, text)| Example {
                file: example.file,
                text,
                params: example.params.clone(),
            })
            .collect();
        let again = compile(&files);
        match again.diagnostics.as_slice() {
            [] => Ok(()),
            _ => Err(format!("after the fix:\n{}", said(&again))),
        }
    });
}

/// `check --fix` over every page: no fix brings an error that was not there, and
/// what it leaves of a formatted file is formatted.
#[test]
fn applying_every_certain_fix_brings_no_error_and_keeps_the_form() {
    holds_for_every_page(|code| {
        let page = code.parsed_page();
        let compilation = compile(&page.wrong);
        let known: Vec<Code> = errors(&compilation);
        let fixes = fixes::apply(&compilation.diagnostics, &compilation.sources, |_| true);
        let mut files = page.wrong.clone();
        for (id, text) in &fixes.texts {
            let name = compilation.sources.file(*id).name();
            for file in files.iter_mut().filter(|file| file.file == name) {
                let is_bean = name.ends_with(".bean");
                let was = is_bean && formatted(file.text).as_deref() == Some(file.text);
                if was && formatted(text).is_some_and(|it| it != *text) {
                    return Err(format!("not as `fmt` writes it:\n{text}"));
                }
                file.text = text;
            }
        }
        let again = compile(&files);
        match errors(&again).iter().all(|code| known.contains(code)) {
            true => Ok(()),
            false => Err(said(&again)),
        }
    });
}

#[test]
fn every_fix_ends_lines_as_the_file_does() {
    holds_for_every_page(|code| {
        let examples = code.parsed_page().wrong;
        let files: Vec<(&str, &str)> = examples.iter().map(|it| (it.file, it.text)).collect();
        support::means_the_same_on_windows(&files, |files| {
            let files = examples.iter().zip(files);
            let files = files.map(|(example, (_, text))| Example {
                text,
                ..example.clone()
            });
            compile(&files.collect::<Vec<_>>())
        })
    });
}

fn errors(compilation: &Compilation) -> Vec<Code> {
    let errors = compilation.diagnostics.iter();
    let errors = errors.filter(|it| it.severity() == Severity::Error);
    errors.map(|it| it.code).collect()
}

/// A file as `fmt` writes it; none when something is wrong with its syntax.
fn formatted(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let id = sources.add("main.bean", text);
    let mut diagnostics = Diagnostics::default();
    let formatted = syntax::format(id, text, &mut diagnostics);
    (!diagnostics.has_errors()).then_some(formatted)
}

/// The files with the first certain fix applied.
fn fixed(
    diagnostic: &Diagnostic,
    files: &[Example<'_>],
    compilation: &Compilation,
) -> Option<Vec<String>> {
    let certain = |applicability| applicability == Applicability::MachineApplicable;
    let help = diagnostic
        .helps
        .iter()
        .find(|help| certain(help.applicability))?;
    let texts = files.iter().map(|example| (example.file, example.text));
    Some(
        texts
            .map(|file| support::applied(help, file, compilation))
            .collect(),
    )
}

/// A page that no code prints would be forgotten.
#[test]
fn every_page_has_a_code() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/src/diagnostic/pages");
    let count = std::fs::read_dir(pages)
        .expect("the folder is there")
        .count();
    assert_eq!(count, Code::ALL.len());
}
