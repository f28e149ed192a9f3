//! Diagnostics as a report of tests, as build servers collect them: a suite for
//! each program, a case for each complaint, and one that passes for a program
//! without any.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Diagnostic, Severity};
use crate::source::Sources;

/// What was found in a program.
#[derive(Debug)]
pub struct Suite<'a> {
    /// The program's entry file.
    pub name: &'a str,
    /// Its complaints.
    pub diagnostics: &'a [Diagnostic],
    /// Their sources.
    pub sources: &'a Sources,
}

/// A whole document.
#[must_use]
pub fn render(suites: &[Suite<'_>]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory cannot fail.
    let _ = document(&mut writer, suites);
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    text
}

fn document(writer: &mut Writer<Vec<u8>>, suites: &[Suite<'_>]) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = writer
        .create_element("testsuites")
        .with_attribute(("name", "beanc"));
    root.write_inner_content(|writer| suites.iter().try_for_each(|it| suite(writer, it)))?;
    Ok(())
}

fn suite(writer: &mut Writer<Vec<u8>>, suite: &Suite<'_>) -> io::Result<()> {
    let count = suite.diagnostics.len().max(1).to_string();
    let errors = suite
        .diagnostics
        .iter()
        .filter(|it| it.severity() == Severity::Error);
    let failures = errors.count().to_string();
    let element = writer.create_element("testsuite").with_attributes([
        ("name", suite.name),
        ("tests", count.as_str()),
        ("failures", failures.as_str()),
    ]);
    element.write_inner_content(|writer| {
        if suite.diagnostics.is_empty() {
            let case = writer.create_element("testcase");
            case.with_attributes([("name", "check"), ("classname", suite.name)])
                .write_empty()?;
        }
        suite
            .diagnostics
            .iter()
            .try_for_each(|diagnostic| case(writer, diagnostic, suite.sources))
    })?;
    Ok(())
}

fn case(
    writer: &mut Writer<Vec<u8>>,
    diagnostic: &Diagnostic,
    sources: &Sources,
) -> io::Result<()> {
    let place = sources.place(diagnostic.primary.span);
    let code = diagnostic.code;
    let name = format!("{} {} at {place}", code.number(), code.slug());
    let file = sources.file(diagnostic.primary.span.file).name();
    let text = format!("{place}\n{}", super::text(diagnostic));
    let element = writer.create_element("testcase");
    let element = element.with_attributes([("name", name.as_str()), ("classname", file)]);
    element.write_inner_content(|writer| {
        let text = BytesText::new(&text);
        match diagnostic.severity() {
            Severity::Error => writer
                .create_element("failure")
                .with_attributes([("type", code.slug()), ("message", &diagnostic.message)])
                .write_text_content(text)?,
            // Only errors fail a build.
            Severity::Warning | Severity::Note => writer
                .create_element("system-out")
                .write_text_content(text)?,
        };
        Ok(())
    })?;
    Ok(())
}
