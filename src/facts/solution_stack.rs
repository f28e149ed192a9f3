//! Elastic Beanstalk's names of platforms, which people bring along.

/// The platform of the library that a solution stack or a branch of Elastic
/// Beanstalk stands for, as it would be called: whether the library has it is
/// another question.
///
/// `64bit Amazon Linux 2023 v6.11.7 running Node.js 22`, the branch `Node.js 22
/// running on 64bit Amazon Linux 2023` and the ARN that ends in it are all
/// `nodejs-22`.
#[must_use]
pub fn platform_of(stack: &str) -> Option<String> {
    // An ARN has the branch in the middle: `arn:…::platform/BRANCH/VERSION`.
    let stack = match stack.split_once("::platform/") {
        Some((_, branch)) => branch.split('/').next().unwrap_or_default(),
        None => stack,
    };
    let (system, runs) = match stack.split_once(" running on ") {
        Some((runs, system)) => (system, runs),
        None => stack.split_once(" running ")?,
    };
    if !system.starts_with("64bit ") {
        return None;
    }
    if let Some((_, year)) = system.split_once("Windows Server ") {
        let is_core = year.starts_with("Core ");
        let year = year.trim_start_matches("Core ").split(' ').next()?;
        let core = if is_core { "-core" } else { "" };
        return Some(format!("windows-{year}{core}"));
    }
    let name: Vec<String> = runs.split(' ').map(word).collect();
    Some(name.join("-"))
}

/// A word of a stack in a name of the library: `Node.js` is `nodejs`, `.NET` is
/// `dotnet`, `3.13` stays.
fn word(text: &str) -> String {
    match text {
        "Node.js" => "nodejs".to_owned(),
        ".NET" => "dotnet".to_owned(),
        other => other.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_branches_and_arns_name_a_platform() {
        let read = |text: &str| platform_of(text);
        for stack in [
            "64bit Amazon Linux 2023 v6.11.7 running Node.js 22",
            "Node.js 22 running on 64bit Amazon Linux 2023",
            "arn:aws:elasticbeanstalk:us-east-1::platform/Node.js 22 running on 64bit Amazon Linux 2023/6.11.7",
        ] {
            assert_eq!(read(stack).as_deref(), Some("nodejs-22"), "{stack}");
        }
        for odd in ["nodejs-22", "running", "a running joke", "::platform/"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
