//! The page that takes a newcomer from an empty folder to a clean end, run as
//! it stands: its files are written, its commands run, and each answer holds
//! what the page says of it.

#![expect(
    clippy::disallowed_methods,
    reason = "tests of the commands read and write files"
)]

use std::fs;

use crate::live::place::Place;
use crate::tools;

/// The zone that the page says is yours.
const ZONE: &str = "Z0123456789EXAMPLE";

/// A fenced block of the page: the words behind its fence, and its lines.
struct Block<'a> {
    head: &'a str,
    text: String,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(head) => {
                open = true;
                found.push(Block {
                    head,
                    text: String::new(),
                });
            }
            None if open => {
                let block = found.last_mut().expect("a block is open");
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    found
}

/// The exit code that a command of the page says it ends with.
fn expected(line: &str) -> (&str, i32) {
    let Some((command, comment)) = line.split_once("  # exit code ") else {
        return (line, 0);
    };
    let code = comment.split(':').next().unwrap_or(comment);
    (command, code.parse().expect("it is a number"))
}

/// Whether the words of `wanted` stand in one line of `said`, in order.
fn says(said: &str, wanted: &str) -> bool {
    said.lines().any(|line| {
        let mut rest = line;
        wanted
            .split_whitespace()
            .all(|word| match rest.split_once(word) {
                Some((_, behind)) => {
                    rest = behind;
                    true
                }
                None => false,
            })
    })
}

fn walk(engine: &str, more: &[(&str, &str)]) {
    let Some(place) = Place::new() else { return };
    let zone = place.python(
        "import boto3; route53 = boto3.client('route53')\n\
         made = route53.create_hosted_zone(Name='example.com', CallerReference='walk')\n\
         print(made['HostedZone']['Id'].rsplit('/')[-1])",
    );
    fs::remove_dir_all(place.folder.path().join("app")).expect("it is there");
    fs::remove_file(place.folder.path().join("env.bean")).expect("it is there");
    let page = fs::read_to_string(tools::root().join("docs/walkthrough.md"));
    let page = page.expect("the page is there").replace(ZONE, zone.trim());
    let more = [more, &[("BEANC_ENGINE", engine)]].concat();
    let mut said = String::new();
    for block in blocks(&page) {
        let (language, rest) = block.head.split_once(' ').unwrap_or((block.head, ""));
        match (language, rest) {
            // What one engine says is not what the other says.
            ("text", other) if !other.is_empty() && other != engine => {}
            ("text", _) => {
                for line in block.text.lines() {
                    assert!(says(&said, line), "{engine}: `{line}` is not in\n{said}");
                }
            }
            (_, file) if !file.is_empty() => place.write(file, &block.text),
            _ => {
                said.clear();
                for line in block.text.lines() {
                    // The other engine is the other test's.
                    let Some(command) = line.strip_prefix("beanc ") else {
                        assert!(line.starts_with("export "), "{line}");
                        continue;
                    };
                    let (command, code) = expected(command);
                    let mut arguments: Vec<&str> = command.split_whitespace().collect();
                    // A release of `beanc` has the daemon for all machines beside it.
                    if arguments.first() == Some(&"push") {
                        arguments.extend(["--daemon", place.foreign_daemon().0]);
                    }
                    said += &place.says_with(code, &arguments, &more);
                }
            }
        }
    }
}

#[test]
fn the_page_is_so_with_cloudformation() {
    walk("cloudformation", &[]);
}

#[test]
fn the_page_is_so_with_terraform() {
    let Some(plugins) = tools::terraform_plugins() else {
        return;
    };
    let init = format!("-plugin-dir={plugins}");
    walk("terraform", &[("TF_CLI_ARGS_init", &init)]);
}
