//! Is this a file of something else? Plain-text accounting uses `.bean` too,
//! and templates of other tools are pasted into files of this name.

use std::ops::Range;

/// What a file is that is no program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stranger {
    /// A ledger of Beancount.
    Ledger,
    /// A template of CloudFormation, in YAML.
    CloudFormation,
    /// A configuration file of Elastic Beanstalk (`.ebextensions`).
    Beanstalk,
    /// A module of Terraform, in HCL.
    Terraform,
    /// JSON.
    Json,
}

/// The first line that only a file of another kind has, in a text that is one:
/// nothing that belongs to a program stands in front of it.
pub(super) fn find(text: &str) -> Option<(Stranger, Range<usize>)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let range = start..start + content.len();
        start += line.len();
        let content = content.trim_start_matches('\u{feff}');
        // `;` begins a comment of a ledger, `*` a heading, `---` a document.
        if content.is_empty() || content.starts_with([';', '*', '#']) || content == "---" {
            continue;
        }
        return kind(content).map(|kind| (kind, range));
    }
    None
}

fn kind(line: &str) -> Option<Stranger> {
    if is_directive(line) {
        return Some(Stranger::Ledger);
    }
    if line == "{" || line.starts_with("{\"") {
        return Some(Stranger::Json);
    }
    let (word, rest) = line.split_once(':').unwrap_or(("", ""));
    match word {
        "AWSTemplateFormatVersion" | "Transform" => return Some(Stranger::CloudFormation),
        "Resources" | "Parameters" | "Outputs" | "Mappings" | "Conditions" | "Description"
            if rest.trim().is_empty() || word == "Description" =>
        {
            return Some(Stranger::CloudFormation);
        }
        "option_settings" | "packages" | "container_commands" | "commands" | "files"
        | "services" | "sources"
            if rest.trim().is_empty() =>
        {
            return Some(Stranger::Beanstalk);
        }
        _ => {}
    }
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let is_terraform = match word {
        "terraform" | "locals" => rest.trim_start().starts_with('{'),
        "provider" | "variable" | "data" | "module" => rest.trim_start().starts_with('"'),
        // `resource "aws_vpc" "main" {`: here a resource has one name.
        "resource" => rest.trim_start().starts_with("\"aws_"),
        _ => false,
    };
    is_terraform.then_some(Stranger::Terraform)
}

fn is_directive(line: &str) -> bool {
    let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let rest = rest.trim_start();
    match word {
        "option" | "plugin" | "include" | "pushtag" | "poptag" | "pushmeta" | "popmeta" => {
            rest.starts_with(['"', '#'])
        }
        _ => is_date(word),
    }
}

/// `2024-01-01`, also with slashes.
fn is_date(word: &str) -> bool {
    let shape: String = word
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    matches!(shape.as_str(), "0000-00-00" | "0000/00/00")
}
