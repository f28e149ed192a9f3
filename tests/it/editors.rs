//! What `editors/` has for them: Neovim opens files with our configuration, and
//! the extension for VS Code is compiled, tested and packaged. And a client of
//! the protocol that others made.

#![expect(clippy::disallowed_methods, reason = "editors are other programs")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::tools;

const BEANC: &str = env!("CARGO_BIN_EXE_beanc");

const FILES: [(&str, &str); 7] = [
    (
        "ledger.bean",
        "2026-01-01 open Assets:Cash EUR\n2026-01-02 * \"edition 2026\"\n",
    ),
    ("new.bean", ""),
    ("commented.bean", "# The shop.\n\nedition 2026\n"),
    ("shop.test.bean", ""),
    (
        "wrong.bean",
        "edition 2026\n\napplication blog {\n  descripton = \"Notes\"\n}\n",
    ),
    (
        "ugly.bean",
        "edition 2026\napplication blog{description=\"Notes\"}\n",
    ),
    (
        "params.bean",
        "edition 2026\n\nparam copies: int\n\napplication blog {\n  versions { keep = param.copies }\n}\n",
    ),
];

/// What `tests/neovim.lua` found in an editor of its own.
fn neovim(editor: &Path, with_parser: bool) -> Value {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in FILES {
        std::fs::write(folder.path().join(name), text).expect("it is writable");
    }
    let root = tools::root();
    let mut command = Command::new(editor);
    command
        .args(["--headless", "-n", "-u"])
        .arg(root.join("tests/neovim.lua"))
        .current_dir(folder.path())
        .env("EDITORS", root.join("editors"))
        .env("BEANC", BEANC);
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env(name, folder.path().join("home"));
    }
    if with_parser {
        let sources = root.join("editors/tree-sitter-bean/src");
        std::fs::create_dir(folder.path().join("parser")).expect("folders can be made");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]);
        compiler.arg(folder.path().join("parser/bean.so"));
        compiler.arg("-I").arg(&sources);
        compiler.args([sources.join("parser.c"), sources.join("scanner.c")]);
        tools::assert_success(&compiler.output().expect("the compiler starts"));
        command.env("PARSER", folder.path());
    }
    let output = command.output().expect("the editor starts");
    tools::assert_success(&output);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|it| it.starts_with('{'));
    let line = line.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(line).expect("it is JSON")
}

#[track_caller]
fn works_in(found: &Value) {
    for (what, expected) in [
        ("program", json!("bean")),
        ("commented", json!("bean")),
        ("test", json!("bean")),
        ("ledger", json!("")),
        ("empty", json!("")),
        ("ledger_attached", json!(false)),
        ("attached", json!(true)),
        ("mended", json!(true)),
        // The param of the configuration reaches the program.
        ("params", json!([])),
        ("commentstring", json!("# %s")),
        (
            "formatted",
            json!([
                "edition 2026",
                "application blog { description = \"Notes\" }"
            ]),
        ),
        (
            "indented",
            json!([
                "application new {",
                "  versions {",
                "    keep = 1",
                "  }",
                "}"
            ]),
        ),
    ] {
        assert_eq!(found[what], expected, "{what}: {found:#}");
    }
    let wrong = found["wrong"].as_array().expect("there are some");
    let typo = wrong.iter().find(|it| it["code"] == "E0110");
    let typo = typo.unwrap_or_else(|| panic!("{found:#}"));
    assert_eq!((&typo["line"], &typo["column"]), (&json!(4), &json!(3)));
}

#[test]
fn it_works_in_debians_neovim() {
    if let Some(editor) = tools::require("nvim") {
        works_in(&neovim(&editor, false));
    }
}

/// With the way of 0.11 to start servers, and colours of the parser.
#[test]
fn it_works_in_a_newer_neovim() {
    let (Some(python), Some(_)) = (tools::editors(), tools::require("cc")) else {
        return;
    };
    let found = neovim(&python.with_file_name("nvim"), true);
    works_in(&found);
    let colours = ["keyword", "keyword", "type", "property", "string"];
    assert_eq!(found["colours"], json!(colours), "{found:#}");
    let queries = found["queries"].as_object().expect("they were looked for");
    assert!(queries.values().all(|it| it == true), "{found:#}");
}

/// A client from PyPI reads what the server says with types of its own, as
/// VS Code, Neovim and Emacs introduce themselves.
#[test]
fn a_client_that_is_not_ours_holds_a_session() {
    let Some(python) = tools::editors() else {
        return;
    };
    let output = Command::new(python)
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .args(["-o", "asyncio_default_fixture_loop_scope=function"])
        .args(["-W", "error::pytest_lsp.LspSpecificationWarning"])
        .arg("python/language_server.py")
        .current_dir(tools::root().join("tests"))
        .env("BEANC", BEANC)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python starts");
    tools::assert_success(&output);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("3 passed"), "{said}");
}

/// A copy of the extension beside its packages.
fn extension(packages: &Path) -> PathBuf {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("folders can be made");
        for entry in std::fs::read_dir(from).expect("it is there") {
            let path = entry.expect("it is readable").path();
            let name = path.file_name().expect("it has a name");
            if path.is_dir() && name != "node_modules" && name != "dist" {
                copy(&path, &to.join(name));
            } else if path.is_file() {
                std::fs::copy(&path, to.join(name)).expect("it can be copied");
            }
        }
    }
    let place = packages.join("extension");
    if place.exists() {
        std::fs::remove_dir_all(&place).expect("it is ours");
    }
    copy(&tools::root().join("editors/vscode"), &place);
    place
}

/// Types, colours by VS Code's own library, and the client's parts against the
/// real server; then the package that people install.
#[test]
fn the_extension_for_vs_code_is_tested_and_packaged() {
    let (Some(packages), Some(npm)) = (tools::vscode(), tools::require("npm")) else {
        return;
    };
    let place = extension(&packages);
    let programs = ["tests/cases", "docs", "stdlib"];
    let programs = programs.map(|it| tools::root().join(it).display().to_string());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&npm);
        let output = command
            .args(arguments)
            .current_dir(&place)
            .env("BEANC", BEANC)
            .env("BEANC_PROGRAMS", programs.join(":"))
            .output()
            .expect("npm starts");
        tools::assert_success(&output);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let said = run(&["test"]);
    assert!(
        said.contains("# fail 0") || said.contains("ℹ fail 0"),
        "{said}"
    );
    assert!(
        said.contains("# skipped 0") || said.contains("ℹ skipped 0"),
        "{said}"
    );
    run(&["run", "package", "--", "--out", "beanc.vsix"]);
    let package = std::fs::metadata(place.join("beanc.vsix")).expect("it was made");
    assert!(package.len() > 10_000);
}
