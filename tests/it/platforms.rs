//! The platforms of the standard library, all of them: each is built for both
//! targets and every architecture, and `docs/platforms.md` lists them.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use beanc::{facts, stdlib};

use crate::tools;

/// What a boot of a family's user data had in the tests, and what nothing here
/// can show.
const FAMILIES: &[(&str, &str)] = &[
    (
        "nodejs",
        "Node.js and npm of the machine, whatever their version.",
    ),
    (
        "python",
        "Python of the machine, whatever its version; gunicorn from wheels.",
    ),
    ("php", "PHP, FPM and Composer of Debian."),
    (
        "ruby",
        "Ruby, Bundler and Puma of Debian. Ruby 4.0 and 3.3 are compiled on the instance, \
         which is not tried.",
    ),
    ("go", "Go of Debian."),
    (
        "corretto",
        "OpenJDK of Debian in the place of Corretto, and Debian's Maven with its plugins; Gradle \
         is not tried.",
    ),
    (
        "tomcat",
        "Tomcat 9, 10 and 11 of three releases of Debian, on OpenJDK 17. Amazon Linux has \
         packages of all three versions, Tomcat 11 since its release 2023.12.",
    ),
    (
        "dotnet",
        "The runtime of .NET 8 in a package of Python, without ASP.NET Core; the application is \
         compiled by Mono.",
    ),
    (
        "docker",
        "A stand-in of Docker that notes what it is asked and starts a small server.",
    ),
    (
        "ecs",
        "Stand-ins of the agent and of Docker, which start a small server without nginx; the \
         cluster is the emulator's.",
    ),
    ("custom", "A platform that starts Python's own web server."),
    (
        "windows",
        "Nothing: there is no Windows. Its user data is parsed by a grammar of PowerShell.",
    ),
];

/// Families of which a boot here is only the script: no container starts.
const WITHOUT_CONTAINERS: &[&str] = &["docker", "ecs"];

/// A platform as its file declares it.
#[derive(Default, Clone)]
struct Declared {
    name: String,
    description: String,
    arm: bool,
    needs_image: bool,
}

/// The platforms of a file of the library. `extends` comes after its parent.
fn declared(text: &str) -> Vec<Declared> {
    let mut items: BTreeMap<String, Declared> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["platform", name, rest @ ..] = words.as_slice() {
            let parent = match rest {
                ["extends", parent, ..] => items[*parent].clone(),
                _ => Declared {
                    needs_image: true,
                    ..Declared::default()
                },
            };
            let name = (*name).to_owned();
            items.insert(
                name.clone(),
                Declared {
                    name: name.clone(),
                    ..parent
                },
            );
            order.push(name);
        }
        let Some(item) = order.last().and_then(|name| items.get_mut(name)) else {
            continue;
        };
        let value = |key: &str| {
            let rest = line.strip_prefix("  ")?.strip_prefix(key)?;
            Some(rest.strip_prefix(" = \"")?.trim_end_matches('"').to_owned())
        };
        if let Some(name) = value("name") {
            item.name = name;
        }
        if let Some(description) = value("description") {
            item.description = description;
        }
        item.arm |= line.trim_start().starts_with("arm64 = ");
        item.needs_image &= !line.contains("x86_64 = ");
    }
    order.iter().map(|name| items[name].clone()).collect()
}

/// Every family with its platforms, in the order of [`FAMILIES`].
fn library() -> Vec<(&'static str, &'static str, Vec<Declared>)> {
    let mut found: Vec<_> = stdlib::platform_files()
        .map(|(family, path)| {
            let place = FAMILIES.iter().position(|(name, _)| *name == family);
            let place = place.unwrap_or_else(|| panic!("FAMILIES says nothing of {family}"));
            let text = stdlib::file(path).expect("the library has its files");
            (place, family, FAMILIES[place].1, declared(text))
        })
        .collect();
    found.sort_by_key(|(place, ..)| *place);
    let rows = found
        .into_iter()
        .map(|(_, family, had, all)| (family, had, all));
    rows.collect()
}

/// The tests that boot, as text without white space.
fn boots() -> String {
    let folder = tools::root().join("tests/it/boot");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it is readable").path())
        .filter(|path| path.file_stem().is_some_and(|name| name != "windows"))
        .collect();
    files.push(tools::root().join("tests/it/boot.rs"));
    let texts = files.iter().map(|path| {
        let text = fs::read_to_string(path).expect("it is readable");
        text.split_whitespace().collect::<String>()
    });
    texts.collect()
}

/// Whether a test boots an application on a platform, which then answers.
fn ran(boots: &str, platform: &str) -> bool {
    let wanted = match platform {
        "custom" => "platformmine:custom".to_owned(),
        name => format!("(\"{name}\","),
    };
    let mut calls = boots.split("=instance").skip(1);
    calls.any(|call| {
        call.contains(&wanted) && call.contains(".runs(") && call.contains(".assert_ready()")
    })
}

/// `UPDATE_DOCS=1 cargo test platforms` writes the page anew.
#[test]
fn the_page_of_platforms_is_written_from_the_library() {
    let boots = boots();
    let mut page = String::from(
        "# Platforms\n\n\
         What `platform = \"…\"` may name. A platform is written in the language itself\n\
         ([`stdlib/platforms`](../stdlib/platforms)), where its packages, port, log files\n\
         and rules are; a platform of one's own extends one, or `custom`.\n\n\
         *Ran* says that the tests boot its user data: a sample application goes in, a\n\
         real nginx stands in front, and it answers on port 80. The runtime is the one that\n\
         is named above the table, in whatever version it has; AWS's services, dnf and\n\
         systemd are stand-ins. *Built* says that it becomes templates for both targets;\n\
         it shares the scripts of its family. This page is written by `tests/it/platforms.rs`.\n\n\
         *Script ran* says less: what runs containers is a stand-in, so the script did its\n\
         part, and no container has started.\n\n\
         In front of an application stands nginx, with the additions of `.platform/nginx`;\n\
         or nothing (`proxy = none`); or Apache (`proxy = apache`) where Beanstalk has it, on\n\
         the platforms of Node.js, PHP, Python and Tomcat, and on those made from `custom`:\n\n\
         ```bean\n\
         platform mine extends \"php-8.4\" {\n\
         \x20 proxy = apache\n\
         }\n\
         ```\n\n\
         Apache reads `.platform/httpd`, and behind it PHP the `.htaccess` files of the\n\
         application. Both proxies refuse an upload of more than 50 MiB (`client_max_body_size`\n\
         of nginx; `Define UPLOAD_LIMIT` with a number of bytes in `.platform/httpd/conf.d`\n\
         for Apache, which lets a body without a length through). The tests boot each of the\n\
         four behind Debian's Apache.\n",
    );
    for (family, had, platforms) in library() {
        write!(
            page,
            "\n## {family}\n\n{had}\n\n| platform | | architectures | tests |\n|---|---|---|---|\n"
        )
        .expect("text grows");
        for platform in platforms {
            let name = &platform.name;
            let ran = ran(&boots, name);
            let architectures = match (platform.needs_image, platform.arm) {
                (true, _) => "of its image",
                (false, true) => "x86_64, arm64",
                (false, false) => "x86_64",
            };
            let ran = match ran {
                true if WITHOUT_CONTAINERS.contains(&family) => "script ran",
                true => "ran",
                false => "built",
            };
            let description = &platform.description;
            writeln!(
                page,
                "| `{name}` | {description} | {architectures} | {ran} |"
            )
            .expect("text grows");
        }
    }
    let path = tools::root().join("docs/platforms.md");
    if std::env::var("UPDATE_DOCS").is_ok() {
        fs::write(&path, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/platforms.md is not what the library says: UPDATE_DOCS=1 cargo test platforms writes it"
    );
}

/// Builds a program for both targets, into a folder that goes away.
fn build(program: &str) -> std::process::Output {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("main.bean"), program).expect("it is writable");
    Command::new(env!("CARGO_BIN_EXE_beanc"))
        .args(["build", "main.bean", "--target", "both", "--out", "build"])
        .current_dir(folder.path())
        .output()
        .expect("the compiler starts")
}

/// An environment on each platform, of one architecture.
fn environments(architecture: &str, kept: impl Fn(&Declared) -> bool) -> String {
    let mut program = "edition 2026\napplication shop {}\n".to_owned();
    for (family, _, platforms) in library() {
        for platform in platforms.iter().filter(|it| !it.needs_image && kept(it)) {
            let item = platform.name.replace('.', "-");
            let name = &platform.name;
            let containers = match family {
                "ecs" => "container web { image = \"nginx:1.29\", port = 80 }",
                _ => "",
            };
            writeln!(
                program,
                "environment on-{item}: web {{\nplatform = \"{name}\"\nrelease = \"v1\"\n\
                 instances {{ architecture = {architecture} }}\n{containers}\n}}"
            )
            .expect("text grows");
        }
    }
    program
}

#[test]
fn every_platform_is_built_for_both_targets() {
    tools::assert_success(&build(&environments("x86_64", |_| true)));
    tools::assert_success(&build(&environments("arm64", |it| it.arm)));
}

#[test]
fn a_platform_without_arm64_refuses_it() {
    let program = environments("arm64", |it| !it.arm);
    let wanted = program.matches("environment on-").count();
    assert!(wanted > 0, "some have none");
    let output = build(&program);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{text}");
    let refused = text.matches("has no arm64 image").count();
    assert_eq!(refused, wanted, "{text}");
}

/// The stacks of Elastic Beanstalk in August 2026, without their versions.
const STACKS: &[&str] = &[
    "Docker",
    "ECS",
    "Go 1",
    "Corretto 25",
    "Corretto 21",
    "Corretto 17",
    "Corretto 11",
    "Corretto 8",
    "Tomcat 11 Corretto 25",
    "Tomcat 11 Corretto 21",
    "Tomcat 11 Corretto 17",
    "Tomcat 10 Corretto 21",
    "Tomcat 10 Corretto 17",
    "Tomcat 9 Corretto 17",
    "Tomcat 9 Corretto 11",
    "Tomcat 9 Corretto 8",
    ".NET 10",
    ".NET 9",
    ".NET 8",
    "Node.js 24",
    "Node.js 22",
    "PHP 8.5",
    "PHP 8.4",
    "PHP 8.3",
    "PHP 8.2",
    "Python 3.14",
    "Python 3.13",
    "Python 3.12",
    "Python 3.11",
    "Ruby 4.0",
    "Ruby 3.4",
    "Ruby 3.3",
];

/// Each stack is a platform of the library, which has no other but `custom`; a
/// program that names the stack is told.
#[test]
fn every_stack_of_beanstalk_is_a_platform() {
    let linux = STACKS
        .iter()
        .map(|name| format!("64bit Amazon Linux 2023 v5.0.1 running {name}"));
    let kinds = ["", "Core "].iter();
    let windows = kinds.flat_map(|kind| {
        [2025, 2022, 2019, 2016]
            .map(|year| format!("64bit Windows Server {kind}{year} v2.23.4 running IIS 10.0"))
    });
    let mut left: BTreeSet<String> = library()
        .into_iter()
        .flat_map(|(_, _, platforms)| platforms)
        .map(|platform| platform.name)
        .collect();
    for stack in linux.chain(windows) {
        let program = format!(
            "edition 2026\napplication shop {{}}\n\
             environment shop-test: web {{\n  platform = \"{stack}\"\n}}\n"
        );
        let output = build(&program);
        let said = String::from_utf8_lossy(&output.stderr);
        let (_, rest) = said
            .split_once("did you mean `")
            .unwrap_or_else(|| panic!("{stack}: {said}"));
        let (name, _) = rest.split_once('`').expect("names end");
        assert_eq!(facts::platform_of(&stack).as_deref(), Some(name));
        assert!(left.remove(name), "{name} is there and named once");
    }
    assert_eq!(left.into_iter().collect::<Vec<_>>(), ["custom"]);
}
