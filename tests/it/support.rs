//! What the tests share: programs that carry their own expectations.
//!
//! Under a line stand the complaints about it, each as a comment that points
//! at its place and gives code and message:
//!
//! ```text
//!   port 443
//! # ^^^^^^^^ E0004 `port` needs `=`
//! ```
//!
//! A place of no width is `|`. The comment's own `#` is in the way of the
//! first column: `#<^^` stands for a place that begins there.

use beanc::diagnostic::{Diagnostic, Help, short};
use beanc::driver::Compilation;
use beanc::source::{FileId, Source, Sources, Span};

/// Compiles a program of one file and compares what is said with the
/// expectations in it. `diagnose` is the stage at hand.
#[track_caller]
pub fn check(program: &str, diagnose: impl FnOnce(&mut Sources, FileId) -> Vec<Diagnostic>) {
    check_files(&[("test.bean", program)], diagnose);
}

/// The same with several files, the first of which is the entry.
#[track_caller]
pub fn check_files(
    files: &[(&str, &str)],
    diagnose: impl FnOnce(&mut Sources, FileId) -> Vec<Diagnostic>,
) {
    let mut sources = Sources::default();
    let ids: Vec<FileId> = files
        .iter()
        .map(|(name, text)| sources.add(name, &without_expectations(text.trim_start_matches('\n'))))
        .collect();
    let diagnostics = diagnose(&mut sources, ids[0]);
    for (id, (name, expected)) in ids.into_iter().zip(files) {
        let actual = annotated(sources.file(id), id, &diagnostics);
        compare(name, &actual, expected);
    }
}

/// Fails unless a file's program says what was expected of it.
#[track_caller]
pub fn compare(name: &str, actual: &str, expected: &str) {
    let expected = expected.trim_start_matches('\n').trim_end();
    assert!(
        actual.trim_end() == expected,
        "{name}: the compiler says\n\n{actual}\ninstead of\n\n{expected}\n"
    );
}

/// Says what a program with the line ends of Windows has different from the same
/// with those of Unix, as it is and with each of its fixes. An editor must not find
/// two kinds of lines in a file.
pub fn means_the_same_on_windows(
    files: &[(&str, &str)],
    compile: impl Fn(&[(&str, &str)]) -> Compilation,
) -> Result<(), String> {
    let dos = |text: &str| text.replace('\n', "\r\n");
    let texts: Vec<String> = files.iter().map(|(_, text)| dos(text)).collect();
    let names = files.iter().map(|(name, _)| *name);
    let dos_files: Vec<(&str, &str)> = names.zip(texts.iter().map(String::as_str)).collect();
    let (of_unix, of_dos) = (compile(files), compile(&dos_files));
    let said = |it: &Compilation| short::render_all(&it.diagnostics, &it.sources);
    if said(&of_unix) != said(&of_dos) {
        let (one, other) = (said(&of_unix), said(&of_dos));
        return Err(format!("{other}\ninstead of\n\n{one}"));
    }
    for (unix_said, dos_said) in of_unix.diagnostics.iter().zip(&of_dos.diagnostics) {
        for (unix_help, dos_help) in unix_said.helps.iter().zip(&dos_said.helps) {
            for (unix_file, dos_file) in files.iter().zip(&dos_files) {
                let unix_text = dos(&applied(unix_help, *unix_file, &of_unix));
                let dos_text = applied(dos_help, *dos_file, &of_dos);
                if unix_text != dos_text {
                    let help = &dos_help.text;
                    return Err(format!("`{help}` gives {dos_text:?}, not {unix_text:?}"));
                }
            }
        }
    }
    Ok(())
}

/// A file with a help applied.
pub fn applied(help: &Help, (name, text): (&str, &str), compilation: &Compilation) -> String {
    let mut text = text.to_owned();
    let mut edits: Vec<_> = help
        .edits
        .iter()
        .filter(|edit| compilation.sources.file(edit.span.file).name() == name)
        .collect();
    // From the end, so that offsets before stay right.
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

/// The program with everything said about it in comments under its lines.
pub fn annotated(source: &Source, id: FileId, diagnostics: &[Diagnostic]) -> String {
    let mut output = String::new();
    let mut start = 0;
    let text = source.text();
    let here = |it: &&Diagnostic| it.primary.span.file == id;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        output.push_str(content);
        output.push('\n');
        let is_last = start + line.len() == text.len();
        for diagnostic in diagnostics.iter().filter(here) {
            let Span { start: at, end, .. } = diagnostic.primary.span;
            let (at, end) = (at as usize, end as usize);
            let in_line = at >= start && (at < start + line.len() || is_last);
            if in_line {
                let column = |offset: usize| {
                    let offset = offset.min(start + content.len());
                    text[start..offset.max(start)].chars().count()
                };
                output.push_str(&pointer(column(at), column(end)));
                let (number, message) = (diagnostic.code.number(), &diagnostic.message);
                output.push_str(&format!(" {number} {message}\n"));
            }
        }
        start += line.len();
    }
    output
}

fn pointer(start: usize, end: usize) -> String {
    let mark = if end > start { '^' } else { '|' };
    let end = end.max(start + 1);
    let pointed = |column| match column {
        0 => '#',
        1 if start == 0 => '<',
        _ if column >= start && column < end => mark,
        _ => ' ',
    };
    (0..end.max(2)).map(pointed).collect()
}

/// A program as its author would write it.
pub fn without_expectations(program: &str) -> String {
    program
        .split_inclusive('\n')
        .filter(|line| !is_expectation(line))
        .collect()
}

fn is_expectation(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('#') else {
        return false;
    };
    let rest = rest.trim_start_matches([' ', '<', '^', '|']);
    let (code, _) = rest.split_once(' ').unwrap_or((rest, ""));
    let code = code.trim_end();
    code.len() == 5
        && code.starts_with(['E', 'W'])
        && code[1..].bytes().all(|byte| byte.is_ascii_digit())
}
