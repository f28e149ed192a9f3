//! The page of a code, taken apart.
//!
//! A page is Markdown: `# E0110 unknown-property`, what the complaint means,
//! `## Wrong` with an example in a ```` ```bean bad ```` fence, `## Right`
//! with one in a ```` ```bean good ```` fence. An example of several files has
//! a fence for each, of `bean`, `json` or `toml`, and all but the first name their file:
//! ```` ```bean bad shared.bean ````, ```` ```toml bad bean.toml ````. What the
//! command line gives stands there too: ```` ```bean bad stage=prod ````. Tests
//! compile every example.

use super::Code;

/// A page of `pages/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'a> {
    /// Behind `# `.
    pub heading: &'a str,
    /// The files of the wrong example, the entry first.
    pub wrong: Vec<Example<'a>>,
    /// The files of the right example, the entry first.
    pub right: Vec<Example<'a>>,
}

/// A file of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example<'a> {
    /// The file's name; `main.bean` when the fence names none.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What `--param` gives, as written behind the first file's fence.
    pub params: Vec<(&'a str, &'a str)>,
}

impl<'a> Page<'a> {
    /// The parts of a page; what is missing is empty.
    #[must_use]
    pub fn parse(markdown: &'a str) -> Self {
        let heading = markdown.lines().next().and_then(|it| it.strip_prefix("# "));
        let mut page = Self {
            heading: heading.unwrap_or_default().trim(),
            wrong: Vec::new(),
            right: Vec::new(),
        };
        let mut open: Option<(Vec<&str>, usize)> = None;
        let mut offset = 0;
        for line in markdown.split_inclusive('\n') {
            match (line.trim_end().strip_prefix("```"), &open) {
                (Some(info), None) => {
                    let words = info.split_whitespace().collect();
                    open = Some((words, offset + line.len()));
                }
                (Some(""), Some((info, start))) => {
                    let text = &markdown[*start..offset];
                    let further = info.get(2..).unwrap_or_default();
                    let example = Example {
                        file: further
                            .iter()
                            .find(|word| !word.contains('='))
                            .unwrap_or(&"main.bean"),
                        text,
                        params: further.iter().filter_map(|it| it.split_once('=')).collect(),
                    };
                    match info.as_slice() {
                        ["bean" | "json" | "toml", "bad", ..] => page.wrong.push(example),
                        ["bean" | "json" | "toml", "good", ..] => page.right.push(example),
                        _ => {}
                    }
                    open = None;
                }
                _ => {}
            }
            offset += line.len();
        }
        page
    }
}

impl Code {
    /// Its page, taken apart.
    #[must_use]
    pub fn parsed_page(self) -> Page<'static> {
        Page::parse(self.page())
    }

    /// The address of its page.
    #[must_use]
    pub fn url(self) -> String {
        let number = self.number();
        let repository = env!("CARGO_PKG_REPOSITORY");
        format!("{repository}/blob/main/src/diagnostic/pages/{number}.md")
    }
}
