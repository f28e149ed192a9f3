//! The worker daemon against a real queue over HTTP: the emulator of AWS, a
//! proxy in front of it that fails on request, and applications that misbehave.

#![expect(
    clippy::disallowed_methods,
    reason = "the daemon is a process, and what it does takes time"
)]

mod app;
mod cloud;
mod process;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use app::{App, Reply};
use cloud::{Emulator, Proxy, Weather};
use process::{Daemon, eventually};

/// Flags under which failures come back at once.
const QUICK: [&str; 2] = ["--error-visibility-timeout", "0s"];

#[test]
fn requests_are_those_of_beanstalk() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("contract"), Proxy::start(&emulator));
    let app = App::start(|_, _| Reply::Status(200));
    let text = |value: &str| json!({"DataType": "String", "StringValue": value});
    queue.send_with(
        "{\"order\": 7}\n",
        json!({"MessageAttributes": {
            "tenant": text("acme"),
            "weight": {"DataType": "Number", "StringValue": "7"},
            "seal": {"DataType": "Binary", "BinaryValue": "c2VhbA=="},
        }}),
    );
    let task = json!({
        "beanstalk.sqsd.path": text("/tasks/report"),
        "beanstalk.sqsd.task_name": text("report"),
        "beanstalk.sqsd.scheduled_time": text("2026-11-23T12:00:00Z"),
    });
    queue.send_with(
        "elasticbeanstalk scheduled job",
        json!({"MessageAttributes": task}),
    );
    let daemon = Daemon::start(
        &queue.url,
        &proxy,
        &app,
        &["--path", "/work", "--mime-type", "text/plain"],
    );
    eventually("both are deleted", 30, || queue.left() == (0, 0));

    let mut seen = app.seen();
    seen.sort_by(|a, b| a.first.cmp(&b.first));
    let [task, message] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(message.first, "POST /work HTTP/1.1");
    assert_eq!(message.text(), "{\"order\": 7}\n");
    assert_eq!(message.header("content-type"), Some("text/plain"));
    assert_eq!(message.header("x-aws-sqsd-attr-tenant"), Some("acme"));
    assert_eq!(message.header("x-aws-sqsd-attr-weight"), Some("7"));
    assert_eq!(message.header("x-aws-sqsd-attr-seal"), None);
    assert_eq!(message.header("x-aws-sqsd-queue"), Some("contract"));
    assert_eq!(message.header("x-aws-sqsd-receive-count"), Some("1"));
    assert_eq!(
        message.header("host"),
        Some(&*format!("localhost:{}", app.port))
    );
    assert!(
        message
            .header("user-agent")
            .is_some_and(|it| it.starts_with("aws-sqsd/"))
    );
    for name in ["msgid", "first-received-at", "sent-at", "sender-id"] {
        assert!(
            message.header(&format!("x-aws-sqsd-{name}")).is_some(),
            "{name}: {message:?}"
        );
    }
    assert_eq!(
        (task.first.as_str(), task.text().as_str()),
        ("POST /tasks/report HTTP/1.1", "")
    );
    assert_eq!(task.header("x-aws-sqsd-taskname"), Some("report"));
    assert_eq!(
        task.header("x-aws-sqsd-scheduled-at"),
        Some("2026-11-23T12:00:00Z")
    );
    assert!(!daemon.log().contains("order"), "bodies are not logged");
}

/// What an application does, and how often its message comes.
const MANNERS: [(&str, usize); 7] = [
    ("answers 200", 1),
    ("answers 500 once", 2),
    ("answers 201 once", 2),
    ("closes half-way once", 2),
    ("closes at once, once", 2),
    ("hangs once", 2),
    ("is slow", 1),
];

#[test]
fn every_answer_has_its_consequence() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("answers"), Proxy::start(&emulator));
    let app = App::start(|request, before| match (request.text().as_str(), before) {
        ("answers 500 once", 0) => Reply::Status(500),
        ("answers 201 once", 0) => Reply::Status(201),
        ("closes half-way once", 0) => Reply::Half,
        ("closes at once, once", 0) => Reply::Close,
        ("hangs once", 0) => Reply::Hang,
        // Longer than the message would be invisible.
        ("is slow", _) => Reply::Slow(Duration::from_secs(5)),
        ("asks for time", 0) => Reply::Later(429, "3"),
        ("is down for a while", 0) => Reply::Later(503, "3"),
        _ => Reply::Status(200),
    });
    queue.send(MANNERS.map(|(manner, _)| manner.to_owned()));
    let patient = ["asks for time", "is down for a while"];
    queue.send(patient.map(str::to_owned));
    let flags = ["--visibility-timeout", "2s", "--inactivity-timeout", "8s"];
    let daemon = Daemon::start(&queue.url, &proxy, &app, &[&flags[..], &QUICK].concat());
    eventually("all are deleted", 45, || queue.left() == (0, 0));

    let mut bodies = app.bodies();
    for manner in patient {
        assert_eq!(bodies.remove(manner), Some(2), "{manner}");
        let asked = app.times(manner);
        assert!(
            asked[1] >= Duration::from_secs(2),
            "Retry-After is heard: {asked:?}"
        );
    }
    assert_eq!(
        bodies,
        BTreeMap::from(MANNERS.map(|(manner, times)| (manner.to_owned(), times)))
    );
    let hung = app.times("hangs once");
    assert!(
        hung[1] >= Duration::from_secs(8),
        "nobody else gets a message that is worked on: {hung:?}"
    );
    assert!(daemon.health().0.contains(" 200 "));
    let log = daemon.log();
    assert!(log.contains("\"status\":500"), "refusals are logged");
    for (manner, _) in MANNERS {
        assert!(!log.contains(manner), "bodies are not logged");
    }
}

#[test]
fn an_application_that_takes_no_connection_is_given_up_in_time() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("full"), Proxy::start(&emulator));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Nobody accepts them: once there is no room, the next waits for ever.
    let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok();
    let waiting: Vec<_> = std::iter::from_fn(connect).take(10_000).collect();
    assert!(connect().is_none(), "{} are taken", waiting.len());
    let variables = [
        ("AWS_ACCESS_KEY_ID", "TEST"),
        ("AWS_SECRET_ACCESS_KEY", "TEST"),
    ];
    let flags = ["--connect-timeout", "1s"];
    let daemon = Daemon::start_with(&queue.url, &proxy, address.port(), &flags, &variables);
    eventually("it is said", 4, || {
        daemon.log().contains("the application does not listen")
    });
    let begin = Instant::now();
    let (status, body) = daemon.health();
    assert!(status.contains(" 503 "), "{status} {body}");
    let took = begin.elapsed();
    assert!(
        took < Duration::from_secs(3),
        "five is the default: {took:?}"
    );
}

#[test]
fn a_message_waits_longer_each_time_up_to_the_limit() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("backoff"), Proxy::start(&emulator));
    let app = App::start(|_, before| Reply::Status(if before < 3 { 500 } else { 200 }));
    queue.send(["fails".to_owned()]);
    let flags = ["--error-visibility-timeout", "1s", "--backoff-max", "2s"];
    let _daemon = Daemon::start(&queue.url, &proxy, &app, &flags);
    eventually("it is deleted", 30, || queue.left() == (0, 0));
    let times = app.times("fails");
    // Whole seconds of the emulator's clock: up to one may be missing.
    assert!(times[3] >= Duration::from_secs(3), "{times:?}");
}

#[test]
fn messages_older_than_the_retention_are_deleted_unprocessed() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("retention"), Proxy::start(&emulator));
    let app = App::start(|_, _| Reply::Status(200));
    proxy.set(Weather::Ancient);
    queue.send(["old".to_owned()]);
    let flags = ["--retention", "1d", "--metrics-every", "1s"];
    let daemon = Daemon::start(&queue.url, &proxy, &app, &flags);
    eventually("it is deleted", 30, || queue.left() == (0, 0));
    assert!(app.seen().is_empty());
    assert!(daemon.log().contains("older than the retention"));
    eventually("it is counted", 5, || {
        daemon.metrics().contains("\"Expired\":1")
    });
}

#[test]
fn an_application_that_does_not_listen_costs_no_receives() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("away"), Proxy::start(&emulator));
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    queue.send(["patient".to_owned()]);
    let variables = [
        ("AWS_ACCESS_KEY_ID", "TEST"),
        ("AWS_SECRET_ACCESS_KEY", "TEST"),
    ];
    let daemon = Daemon::start_with(&queue.url, &proxy, port, &QUICK, &variables);
    eventually("it is said", 30, || {
        daemon.log().contains("the application does not listen")
    });
    let (status, body) = daemon.health();
    assert!(
        status.contains(" 503 ") && body.contains("\"application\":false"),
        "{status} {body}"
    );
    let app = App::listen(TcpListener::bind(("127.0.0.1", port)).unwrap(), |_, _| {
        Reply::Status(200)
    });
    eventually("it is processed", 30, || queue.left() == (0, 0));
    assert_eq!(app.seen()[0].header("x-aws-sqsd-receive-count"), Some("1"));
}

#[test]
fn a_group_keeps_its_order_even_when_a_message_fails() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("order.fifo"), Proxy::start(&emulator));
    let app = App::start(
        |request, before| match (request.text().ends_with('2'), before) {
            (true, 0) => Reply::Status(500),
            _ => Reply::Status(200),
        },
    );
    for number in 0..5 {
        for group in ["a", "b"] {
            queue.send_with(
                &format!("{group}{number}"),
                json!({"MessageGroupId": group}),
            );
        }
    }
    let _daemon = Daemon::start(&queue.url, &proxy, &app, &QUICK);
    eventually("all are deleted", 40, || queue.left() == (0, 0));
    for group in ["a", "b"] {
        let came: Vec<String> = app
            .seen()
            .iter()
            .map(|it| it.text())
            .filter(|it| it.starts_with(group))
            .collect();
        let expected = ["0", "1", "2", "2", "3", "4"].map(|number| format!("{group}{number}"));
        assert_eq!(came, expected);
    }
}

/// How many messages go through several daemons, unless `SQSD_MESSAGES` says
/// another number.
fn many() -> usize {
    let number = std::env::var("SQSD_MESSAGES").ok();
    number.and_then(|it| it.parse().ok()).unwrap_or(10_000)
}

/// Every message of this kind fails at its first post.
fn fails_at_first(body: &str) -> bool {
    body.parse::<usize>().unwrap() % 23 == 0
}

#[test]
fn nothing_is_lost_by_several_daemons_one_of_which_is_killed() {
    const CONCURRENCY: usize = 20;
    let Some(emulator) = Emulator::own() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("many"), Proxy::start(&emulator));
    let (stuck, held) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let app = App::start({
        let (stuck, held): (_, Arc<Mutex<BTreeSet<String>>>) =
            (Arc::clone(&stuck), Arc::clone(&held));
        move |request, before| {
            if stuck.load(Ordering::Relaxed) && request.first.contains(" /first ") {
                held.lock().unwrap().insert(request.text());
                Reply::Hang
            } else if before == 0 && fails_at_first(&request.text()) {
                Reply::Status(500)
            } else {
                Reply::Slow(Duration::from_millis(5))
            }
        }
    });
    let begin = Instant::now();
    queue.send((0..many()).map(|number| number.to_string()));
    let start = |path| {
        let concurrency = CONCURRENCY.to_string();
        let flags = ["--visibility-timeout", "10s", "--concurrency", &concurrency];
        let flags = [&flags[..], &QUICK, &["--path", path]].concat();
        Daemon::start(&queue.url, &proxy, &app, &flags)
    };
    let (first, _second, _third) = (start("/first"), start("/second"), start("/third"));
    // Ten times what it takes on two cores.
    let patience = 60 + u64::try_from(many() / 25).unwrap();
    eventually("a part is processed", patience, || {
        app.bodies().len() > many() / 4
    });
    stuck.store(true, Ordering::Relaxed);
    eventually("the first is full", patience, || {
        held.lock().unwrap().len() == CONCURRENCY
    });
    first.kill();
    eventually("all are deleted", patience, || queue.left() == (0, 0));
    let bodies = app.bodies();
    assert_eq!(bodies.len(), many(), "each was processed");
    for (body, times) in &bodies {
        let wanted = 1 + usize::from(fails_at_first(body));
        assert!(*times >= wanted, "{body} was posted {times} times");
    }
    for body in held.lock().unwrap().iter() {
        assert!(bodies[body] > 1, "{body} came back from the one killed");
    }
    let held = held.lock().unwrap().len();
    assert_eq!(held, CONCURRENCY, "no more than asked for at once");
    // Half of what ten at a time would be, since the last ones go alone.
    let deletions = proxy.calls("DeleteMessageBatch");
    assert!(
        deletions < many() / 5 && proxy.calls("DeleteMessage") == 0,
        "{deletions} requests deleted {} messages",
        many()
    );
    let again: usize = bodies.values().map(|times| times - 1).sum();
    println!(
        "{} messages in {:?}, {again} of them posted again",
        many(),
        begin.elapsed()
    );
}

#[test]
fn a_queue_that_fails_throttles_or_hangs_for_a_while_loses_nothing() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("weather"), Proxy::start(&emulator));
    let app = App::start(|_, _| Reply::Slow(Duration::from_millis(300)));
    let daemon = Daemon::start(&queue.url, &proxy, &app, &["--concurrency", "4"]);
    for (turn, weather) in [Weather::Failing, Weather::Throttling, Weather::Hanging]
        .into_iter()
        .enumerate()
    {
        queue.send((0..12).map(|number| format!("{turn}-{number}")));
        eventually("work has begun", 40, || app.bodies().len() > turn * 12);
        proxy.set(weather);
        std::thread::sleep(Duration::from_secs(3));
        proxy.set(Weather::Fair);
        eventually("all are deleted", 60, || queue.left() == (0, 0));
    }
    assert_eq!(app.bodies().len(), 36);
    let said = daemon
        .log()
        .matches("\"message\":\"the queue does not answer as it should\"")
        .count();
    assert!(
        (1..=2).contains(&said),
        "said once a minute, not {said} times"
    );
}

#[test]
fn expired_credentials_are_looked_for_anew() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("credentials"), Proxy::start(&emulator));
    let app = App::start(|_, _| Reply::Status(200));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    let write = |key: &str| {
        let text =
            format!("[default]\naws_access_key_id = {key}\naws_secret_access_key = secret\n");
        std::fs::write(&file, text).unwrap();
    };
    write("STALE");
    proxy.set(Weather::Expired);
    queue.send(["waits".to_owned()]);
    let variables = [("AWS_SHARED_CREDENTIALS_FILE", file.to_str().unwrap())];
    let daemon = Daemon::start_with(&queue.url, &proxy, app.port, &[], &variables);
    eventually("it is said", 30, || daemon.log().contains("ExpiredToken"));
    assert!(app.seen().is_empty());
    let (status, body) = daemon.health();
    assert!(
        status.contains(" 503 ") && body.contains("\"queue\":false"),
        "{status} {body}"
    );
    write("FRESH");
    eventually("it is processed", 40, || queue.left() == (0, 0));
    assert!(daemon.log().contains("over: the queue does not answer"));
}

#[test]
fn a_stop_lets_requests_end_and_returns_the_rest_at_once() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("drain"), Proxy::start(&emulator));
    let app = App::start(|request, _| match request.text().as_str() {
        "long" => Reply::Hang,
        _ => Reply::Slow(Duration::from_secs(2)),
    });
    queue.send(["long".to_owned(), "short".to_owned()]);
    let flags = ["--concurrency", "2", "--drain-timeout", "4s"];
    let mut daemon = Daemon::start(&queue.url, &proxy, &app, &flags);
    eventually("both are worked on", 30, || app.seen().len() == 2);
    queue.send(["later".to_owned()]);
    daemon.terminate();
    assert!(daemon.wait().success());
    assert_eq!(
        queue.left(),
        (2, 0),
        "`long` and `later` can be received at once"
    );
    let last = daemon.metrics();
    let last: Value = serde_json::from_str(last.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["Processed"], &last["InFlight"]),
        (&json!(1), &json!(0))
    );
}

#[test]
fn a_second_signal_ends_requests_too() {
    let Some(emulator) = Emulator::shared() else {
        return;
    };
    let (queue, proxy) = (emulator.queue("impatient"), Proxy::start(&emulator));
    let app = App::start(|_, _| Reply::Hang);
    queue.send(["long".to_owned()]);
    let mut daemon = Daemon::start(&queue.url, &proxy, &app, &[]);
    eventually("it is worked on", 30, || app.seen().len() == 1);
    daemon.terminate();
    eventually("the first is heard", 10, || {
        daemon.log().contains("it lets requests end")
    });
    let begin = Instant::now();
    daemon.terminate();
    assert!(daemon.wait().success());
    // Requests might go on for five minutes.
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(25), "{took:?}");
    assert_eq!(queue.left(), (1, 0), "it can be received at once");
}

#[test]
fn a_wrong_configuration_is_refused_with_all_its_mistakes() {
    let output = process::command()
        .args(["--concurrency", "0", "--retention", "5"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    insta::with_settings!({ snapshot_path => "../../snapshots/sqsd", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr));
    });
}

#[test]
fn the_effective_configuration_is_printed() {
    let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs";
    let output = process::command()
        .args(["--queue-url", url, "--check-config"])
        .output()
        .unwrap();
    assert!(output.status.success());
    insta::with_settings!({ snapshot_path => "../../snapshots/sqsd", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
    });
}
