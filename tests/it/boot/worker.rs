//! Workers: the daemon is fetched, checked and started.

use std::path::Path;

use serde_json::Value;

use super::instance;
use crate::tools;

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

/// The whole way: the emulator's queue, the daemon that the bucket holds, nginx
/// and the application, each as on an instance.
#[test]
fn a_message_reaches_the_application_and_is_deleted() {
    let Some(python) = tools::python() else {
        return;
    };
    let daemon = Path::new(env!("CARGO_BIN_EXE_bean-sqsd")).display();
    let (python, tests) = (python.display(), tools::root().join("tests"));
    let prepared = format!(
        r#"(
folder=/case/bucket/artifacts/bean-sqsd/0.1.0/$(uname -m)
mkdir -p "$folder" && cd "$folder"
cp {daemon} . && sha256sum bean-sqsd >bean-sqsd.sha256
cd {tests} && {python} -m emulator serve --port 4566 &>/case/emulator &
cat >/case/manager-environment <<'END'
AWS_ENDPOINT_URL="http://127.0.0.1:4566"
AWS_ACCESS_KEY_ID="TEST"
AWS_SECRET_ACCESS_KEY="TEST"
END
cat >/usr/local/bin/sqs <<'END'
#!/bin/bash
exec curl -sS --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:4566/ -d "$2" 	-H 'content-type: application/x-amz-json-1.0' -H "x-amz-target: AmazonSQS.$1" 	-H 'authorization: AWS4-HMAC-SHA256 Credential=TEST/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0'
END
chmod 755 /usr/local/bin/sqs
sqs CreateQueue '{{"QueueName": "jobs"}}'
)
"#,
        tests = tests.display()
    );
    let queue = r#"
  queue {
    existing = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
    path = "/work"
    inactivity_timeout = 20m
    visibility_timeout = 25m
  }
"#;
    let message =
        r#"{"QueueUrl": "http://127.0.0.1:4566/123456789012/jobs", "MessageBody": "letter"}"#;
    let left =
        r#"{"QueueUrl": "http://127.0.0.1:4566/123456789012/jobs", "AttributeNames": ["All"]}"#;
    let test = instance("nodejs-22", queue)
        .works()
        .runs("node-worker")
        .prepared(&prepared)
        .then(&format!("sqs SendMessage '{message}'"))
        .then("for _ in {1..100}; do [ -s /tmp/letters ] && break; sleep 0.1; done; cat /tmp/letters")
        .then(&format!(
            "sleep 4; sqs GetQueueAttributes '{left}' | jq -c '[.Attributes | .ApproximateNumberOfMessages, .ApproximateNumberOfMessagesNotVisible]'"
        ))
        .then("curl -s http://127.0.0.1:9324/healthz")
        .then("nginx -T 2>/dev/null | grep proxy_read_timeout")
        .then("grep -h 'POST /work' /var/log/nginx/access.log")
        .then("cat /var/log/bean-sqsd.log")
        .then("head -n 1 /etc/logrotate.d/bean-sqsd")
        .then("grep ^After= /etc/systemd/system/bean-sqsd.service");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert!(
        booted.answer(0).contains("MessageId"),
        "{}",
        booted.answer(0)
    );
    assert_eq!(booted.answer(1), "letter\n");
    assert_eq!(booted.answer(2), "[\"0\",\"0\"]\n");
    let healthy = booted.json(3);
    assert_eq!(healthy["healthy"], true, "{healthy}");
    assert_eq!(booted.answer(4), "proxy_read_timeout 1205;\n");
    assert!(
        booted.answer(5).contains("aws-sqsd/"),
        "{}",
        booted.answer(5)
    );
    let log = booted.answer(6);
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).expect("lines of the log are JSON");
        assert!(line.is_object(), "{log}");
    }
    assert!(log.contains("bean-sqsd begins"), "{log}");
    assert_eq!(booted.answer(7), "/var/log/bean-sqsd.log {\n");
    let after = booted.answer(8);
    assert!(
        after.ends_with(" nginx.service bean-web.service\n"),
        "{after}"
    );
    assert!(booted.file("agent.json").contains("/var/log/bean-sqsd.log"));
}
