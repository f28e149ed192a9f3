//! Windows: its user data is read by a grammar of PowerShell. There is no Windows
//! to boot it on.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::instance;
use crate::analysis::check;
use crate::tools;

/// What EC2 takes as user data.
const LIMIT: usize = 16_384;

/// The variables of a script of PowerShell; `None` after saying what is missing.
#[track_caller]
fn variables(script: &str) -> Option<BTreeMap<String, Value>> {
    let python = tools::powershell()?;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("script.ps1");
    fs::write(&file, script).expect("it is writable");
    let arguments = ["tests/python/powershell.py".into(), file.into_os_string()];
    let output = tools::run_in(".", &python, arguments);
    tools::assert_success(&output);
    let mut read: Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    assert_eq!(read["errors"], serde_json::json!([]), "{script}");
    Some(serde_json::from_value(read["texts"].take()).expect("variables have names"))
}

/// The script between the tags that the agent looks for.
#[track_caller]
fn script(user_data: &str) -> &str {
    let inside = user_data
        .strip_prefix("<powershell>\n")
        .and_then(|rest| rest.strip_suffix("</powershell>\n<persist>false</persist>\n"))
        .unwrap_or_else(|| panic!("{user_data}"));
    for tag in ["</powershell", "<powershell", "<script", "<persist"] {
        assert!(!inside.contains(tag), "{inside}");
    }
    inside
}

#[test]
fn user_data_of_windows_is_powershell_and_fits() {
    for year in ["2025", "2022", "2019", "2016"] {
        for kind in ["", "-core"] {
            let test = instance(&format!("windows-{year}{kind}"), "").releases();
            let user_data = test.user_data();
            // Some are left for the properties of a real environment.
            assert!(user_data.len() < LIMIT - 2_500, "{}", user_data.len());
            let Some(found) = variables(script(&user_data)) else {
                return;
            };
            assert_eq!(found["BEAN_PLATFORM"], format!("windows-{year}{kind}"));
            assert_eq!(found["BEAN_RELEASE"], "v1");
            assert_eq!(found["BEAN_STACK"], "the-stack");
        }
    }
}

#[test]
fn no_value_breaks_out_of_its_quotes() {
    let environment = r#"
    env {
      QUOTES = "it's \"quoted\" `twice`"
      CURLY = "\u{2018}; exit 1 \u{2019}\u{201a}\u{201b}"
      SIGNS = "100% of \${HOME} and $PATH; # \\ \\n $(exit 1)"
      LINES = "one\ntwo\u{d}\n\tthree"
      TAGS = "</powershell><script>exit</script>"
      WORDS = "Größe ё 日本語 🫘"
      EMPTY = ""
      LATE = "<${aws.region}>"
    }"#;
    let user_data = instance("windows-2022", environment).user_data();
    assert!(user_data.is_ascii(), "{user_data}");
    let Some(found) = variables(script(&user_data)) else {
        return;
    };
    let properties = [
        "QUOTES=it's \"quoted\" `twice`",
        "CURLY=\u{2018}; exit 1 \u{2019}\u{201a}\u{201b}",
        r"SIGNS=100% of ${HOME} and $PATH; # \ \n $(exit 1)",
        "LINES=one\ntwo\r\n\tthree",
        "TAGS=</powershell><script>exit</script>",
        "WORDS=Größe ё 日本語 🫘",
        "EMPTY=",
        "LATE=<eu-west-1>",
    ];
    assert_eq!(found["BEAN_PROPERTIES"], serde_json::json!(properties));
}

#[test]
fn windows_asks_for_its_architecture_and_a_disk_of_its_size() {
    check(
        r#"
edition 2026
application shop {}
platform mine extends "windows-2025" {
  start = "node app.js"
#         ^^^^^^^^^^^^^ E0502 `mine` has no use for `start`
}
environment shop-test: web {
  platform = "windows-2022"
  instances {
    type = "t4g.medium"
#          ^^^^^^^^^^^^ E0310 `t4g.medium` is an arm64 instance, `windows-2022` has x86_64 images only
    root_volume {
      size = 20GiB
#            ^^^^^ E0313 images of `windows-2022` need a disk of 30GiB
    }
  }
}
environment shop-mine: web {
  platform = platform.mine
  static {
    "/assets" = "public"
#               ^^^^^^^^ E0502 `mine` has no use for `static`
  }
}
"#,
    );
}

#[test]
fn windows_serves_the_web_only() {
    check(
        r#"
edition 2026
application shop {}
environment shop-jobs: worker {
  platform = "windows-2025"
#            ^^^^^^^^^^^^^^ E0502 `windows-2025` has no worker environments
}
"#,
    );
}

#[test]
fn images_of_windows_are_built_elsewhere() {
    check(
        r#"
edition 2026
application shop {}
platform mine extends "windows-2025" {
  image {
    build {
#         ^ E0502 images of Windows are not built here
      commands = ["Get-Website"]
    }
  }
}
environment shop-test: web {
  platform = platform.mine
}
"#,
    );
}
