//! Shell text that no value can break out of.

use crate::resource::Term;

/// What is kept free for each value that only the deployment knows: names of
/// buckets and log groups, addresses, labels of versions.
const LATE_BYTES: usize = 64;

/// A script in the making: fixed text and quoted values.
#[derive(Debug, Default)]
pub struct Script {
    terms: Vec<Term>,
    text: String,
}

impl Script {
    /// Adds text as it is.
    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// `NAME='value'`
    pub fn assign(&mut self, name: &str, value: impl Into<Term>) {
        self.raw(name);
        self.raw("=");
        self.quoted(&value.into());
        self.raw("\n");
    }

    /// `NAME=('a' 'b')`, a value a line.
    pub fn array(&mut self, name: &str, values: impl IntoIterator<Item = Term>) {
        self.raw(name);
        self.raw("=(");
        for value in values {
            self.raw("\n  ");
            self.quoted(&value);
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

    /// The whole script as one term.
    #[must_use]
    pub fn finish(mut self) -> Term {
        self.flush();
        Term::join(self.terms)
    }

    /// The value in single quotes, in which the shell reads nothing but the
    /// quote itself. Values known at deploy time cannot be escaped here; the
    /// targets constrain the inputs they come from.
    fn quoted(&mut self, value: &Term) {
        self.raw("'");
        self.inside(value);
        self.raw("'");
    }

    fn inside(&mut self, value: &Term) {
        match value {
            Term::Text(text) => self.text.push_str(&text.replace('\'', r"'\''")),
            Term::Int(number) => self.text.push_str(&number.to_string()),
            Term::Bool(it) => self.text.push_str(&it.to_string()),
            Term::Join(terms) => terms.iter().for_each(|term| self.inside(term)),
            late => {
                self.flush();
                self.terms.push(late.clone());
            }
        }
    }

    fn flush(&mut self) {
        self.terms.push(Term::from(std::mem::take(&mut self.text)));
    }
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
        let mut script = Script::default();
        script.assign("A", "it's $HOME `x`\n");
        script.array("B", [Term::join([Term::from("r="), Pseudo::Region.into()])]);
        let Term::Join(terms) = script.finish() else {
            panic!("one term is late")
        };
        assert_eq!(terms[0], Term::from("A='it'\\''s $HOME `x`\n'\nB=(\n  'r="));
        assert_eq!(terms[1], Term::Pseudo(Pseudo::Region));
        assert_eq!(terms[2], Term::from("')\n"));
    }

    #[test]
    fn comments_blank_lines_and_indentation_go() {
        assert_eq!(
            stripped("#!/bin/bash\n# why\n\nif x; then # y\n\t# in\n\tz\nfi\n"),
            "if x; then # y\nz\nfi\n"
        );
    }
}
