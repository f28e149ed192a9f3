//! Shell text that no value can break out of.

use crate::resource::expr::{Expr, Text};
use crate::resource::{Lines, Term};
use crate::schema::platform::System;
use crate::source::Span;

/// What is kept free for each value that only the deployment knows: names of
/// buckets and log groups, addresses, labels of versions.
const LATE_BYTES: usize = 64;

/// A script in the making: fixed text and quoted values.
#[derive(Debug)]
pub struct Script {
    system: System,
    terms: Vec<Term>,
    text: String,
    /// The line that is being written, from 1.
    line: usize,
    origins: Vec<(usize, Span)>,
}

impl Script {
    /// A script for the shell of a system: bash or PowerShell.
    #[must_use]
    pub const fn of(system: System) -> Self {
        Self {
            system,
            terms: Vec::new(),
            text: String::new(),
            line: 1,
            origins: Vec::new(),
        }
    }

    /// Adds text as it is.
    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
        self.line += text.matches('\n').count();
    }

    /// `NAME='value'`, or `$NAME = 'value'` in PowerShell.
    pub fn assign(&mut self, name: &str, value: impl Into<Expr<Text>>) {
        match self.system {
            System::Linux => self.raw(&format!("{name}=")),
            System::Windows => self.raw(&format!("${name} = ")),
        }
        self.quoted(&value.into());
        self.raw("\n");
    }

    /// `NAME=('a' 'b')`, or `$NAME = @('a', 'b')` in PowerShell, a value a line.
    pub fn array<T: Into<Expr<Text>>>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let comma = match self.system {
            System::Linux => {
                self.raw(&format!("{name}=("));
                ""
            }
            System::Windows => {
                self.raw(&format!("${name} = @("));
                ","
            }
        };
        for (index, value) in values.into_iter().enumerate() {
            self.raw(if index == 0 { "" } else { comma });
            self.raw("\n  ");
            self.quoted(&value.into());
        }
        self.raw(")\n");
    }

    /// How many bytes it has; a value that only the deployment knows counts for
    /// a typical one.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let bytes = |term: &Term| match term {
            Term::Text(text) => text.len(),
            _ => LATE_BYTES,
        };
        self.text.len() + self.terms.iter().map(bytes).sum::<usize>()
    }

    /// The whole script as one text.
    #[must_use]
    pub fn finish(mut self) -> Lines {
        self.flush();
        Lines {
            text: Term::join(self.terms),
            origins: self.origins,
        }
    }

    /// The value in single quotes, in which a shell reads nothing but the quote
    /// itself. Values known at deploy time cannot be escaped here; the targets
    /// constrain the inputs they come from.
    fn quoted(&mut self, value: &Expr<Text>) {
        let first = self.line;
        let Expr {
            term: value, span, ..
        } = value;
        let (open, close) = match self.system {
            System::Windows if !is_plain(value) => ("[regex]::Unescape('", "')"),
            System::Linux | System::Windows => ("'", "'"),
        };
        self.raw(open);
        self.inside(value, open != "'");
        self.raw(close);
        if let Some(span) = span {
            self.origins
                .extend((first..=self.line).map(|line| (line, *span)));
        }
    }

    fn inside(&mut self, value: &Term, escaped: bool) {
        match value {
            Term::Text(text) if escaped => self.escaped(text),
            Term::Text(text) => {
                let quote = match self.system {
                    System::Linux => r"'\''",
                    System::Windows => "''",
                };
                self.raw(&text.replace('\'', quote));
            }
            Term::Int(number) => self.text.push_str(&number.to_string()),
            Term::Bool(it) => self.text.push_str(&it.to_string()),
            Term::Join(terms) => terms.iter().for_each(|term| self.inside(term, escaped)),
            late => {
                self.flush();
                self.terms.push(late.clone());
            }
        }
    }

    /// What PowerShell's `[regex]::Unescape` reads as the text.
    fn escaped(&mut self, text: &str) {
        let mut buffer = [0; 2];
        for letter in text.chars() {
            match letter {
                '\'' => self.raw("''"),
                '\\' => self.raw(r"\\"),
                letter if is_plain_letter(letter) => self.text.push(letter),
                letter => {
                    for unit in letter.encode_utf16(&mut buffer) {
                        self.raw(&format!(r"\u{unit:04x}"));
                    }
                }
            }
        }
    }

    fn flush(&mut self) {
        self.terms.push(Term::from(std::mem::take(&mut self.text)));
    }
}

/// Whether PowerShell reads a value's texts as they are. It takes four more signs
/// for a quote, the agent that hands it the script knows no encoding, under which
/// a byte of any letter beyond ASCII may become such a sign, and it ends the
/// script at the first `</powershell>`, quoted or not.
fn is_plain(value: &Term) -> bool {
    match value {
        Term::Text(text) => text.chars().all(is_plain_letter),
        Term::Join(terms) => terms.iter().all(is_plain),
        _ => true,
    }
}

/// The letters that go into a script as they are, in the words of regular
/// expressions. Without brackets, which those of CloudFormation and Terraform
/// write differently.
pub const PLAIN: &str = "[ -&(-;=-Z^-~]";

const fn is_plain_letter(letter: char) -> bool {
    matches!(letter, ' '..='~') && letter != '<'
}

/// A shell script without its full-line comments, blank lines and indentation:
/// people read the original, instances have 16 KiB. The scripts hold no text in
/// which white space at the start of a line means anything.
#[must_use]
pub fn stripped(script: &str) -> String {
    let mut result = String::with_capacity(script.len());
    for line in script.lines() {
        let start = line.trim_start();
        if !start.is_empty() && !start.starts_with('#') {
            result.push_str(start);
            result.push('\n');
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Pseudo;

    #[test]
    fn values_stay_inside_their_quotes() {
        let mut script = Script::of(System::Linux);
        script.assign("A", "it's $HOME `x`\n");
        script.array("B", [Term::join([Term::from("r="), Pseudo::Region.into()])]);
        let Term::Join(terms) = script.finish().text else {
            panic!("one term is late")
        };
        assert_eq!(terms[0], Term::from("A='it'\\''s $HOME `x`\n'\nB=(\n  'r="));
        assert_eq!(terms[1], Term::Pseudo(Pseudo::Region));
        assert_eq!(terms[2], Term::from("')\n"));
    }

    #[test]
    fn powershell_values_stay_inside_their_quotes() {
        let mut script = Script::of(System::Windows);
        script.assign("A", "it's $HOME `x`");
        script.assign("B", "\u{2019}</powershell>\\n\n🫘");
        script.array("C", [Term::from("a"), Term::from("b=\u{e9}")]);
        script.array("D", Vec::<Term>::new());
        assert_eq!(
            script.finish().text,
            Term::from(concat!(
                "$A = 'it''s $HOME `x`'\n",
                "$B = [regex]::Unescape('\\u2019\\u003c/powershell>\\\\n\\u000a\\ud83e\\uded8')\n",
                "$C = @(\n  'a',\n  [regex]::Unescape('b=\\u00e9'))\n",
                "$D = @()\n",
            ))
        );
    }

    #[test]
    fn lines_know_their_expressions() {
        let file = crate::source::Sources::default().add("a.bean", "");
        let span = |at| Some(Span::new(file, at, at));
        let mut script = Script::of(System::Linux);
        script.assign("A", Expr::from("1").at(span(1)));
        script.assign("B", "2");
        let values = [
            Expr::from("3\n4").at(span(2)),
            Expr::from("5"),
            Expr::from("6").at(span(3)),
        ];
        script.array("C", values);
        script.assign("D", Expr::from("7").at(span(4)));
        let lines = script.finish().within(["first\n".into()], "last\n".into());
        let origins: Vec<(usize, u32)> = lines
            .origins
            .iter()
            .map(|(line, span)| (*line, span.start))
            .collect();
        assert_eq!(origins, [(2, 1), (5, 2), (6, 2), (8, 3), (9, 4)]);
    }

    #[test]
    fn comments_blank_lines_and_indentation_go() {
        assert_eq!(
            stripped("#!/bin/bash\n# why\n\nif x; then # y\n\t# in\n\tz\nfi\n"),
            "if x; then # y\nz\nfi\n"
        );
    }
}
