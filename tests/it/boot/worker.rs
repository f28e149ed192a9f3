//! Workers: the daemon is fetched, checked and started.

use super::instance;

/// A daemon that says what it was started with, beside its checksum.
const DAEMON: &str = r#"(
folder=/case/bucket/artifacts/bean-sqsd/0.1.0/$(uname -m)
mkdir -p "$folder" && cd "$folder"
cat >bean-sqsd <<'END'
#!/bin/bash
[ "$3" != --check-config ] || exec grep -q '^queue_url = "https\?://' "$2"
echo "$(id -un) reads $2"
exec sleep infinity
END
sha256sum bean-sqsd >bean-sqsd.sha256
)
"#;

/// The same, changed since.
const TAMPERED: &str = r#"(
folder=/case/bucket/artifacts/bean-sqsd/0.1.0/$(uname -m)
mkdir -p "$folder" && cd "$folder"
echo one >bean-sqsd
sha256sum bean-sqsd >bean-sqsd.sha256
echo another >bean-sqsd
)
"#;

const QUEUE: &str = r#"
  queue {
    existing = "https://sqs.eu-west-1.amazonaws.com/333333333333/jobs"
    path = "/it's \"work\""
  }
"#;

#[test]
fn the_daemon_starts_behind_the_application() {
    let test = instance("nodejs-22", QUEUE)
        .works()
        .runs("node-app-js")
        .prepared(DAEMON)
        .then("cat /etc/bean-sqsd.toml")
        .then("sleep 1; cat /var/log/bean-sqsd.log")
        .then(
            "systemd-analyze verify /etc/systemd/system/bean-sqsd.service 2>&1 | grep bean-sqsd; :",
        );
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let config = booted.answer(0);
    let lines: Vec<&str> = config.lines().collect();
    assert_eq!(lines[0], "region = \"eu-west-1\"");
    assert_eq!(lines[1], "port = 80");
    let url = "queue_url = \"https://sqs.eu-west-1.amazonaws.com/333333333333/jobs\"";
    assert!(lines.contains(&url), "{config}");
    assert!(lines.contains(&r#"path = "/it's \"work\"""#), "{config}");
    assert!(
        lines.contains(&"inactivity_timeout = \"4m59s\""),
        "{config}"
    );
    assert_eq!(booted.answer(1), "bean-sqsd reads /etc/bean-sqsd.toml\n");
    assert_eq!(booted.answer(2), "");
}

#[test]
fn a_daemon_that_is_not_what_was_uploaded_fails_the_boot() {
    let test = instance("nodejs-22", QUEUE)
        .works()
        .runs("node-app-js")
        .prepared(TAMPERED);
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("the checksum of artifacts/bean-sqsd/0.1.0/");
}

#[test]
fn a_worker_may_do_without_the_daemon() {
    let properties = "queue {\n  daemon = none\n}";
    let test = instance("nodejs-22", properties)
        .works()
        .runs("node-app-js");
    assert!(!test.user_data().contains("bean-sqsd"));
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
}
