//! Versions on their way to the bucket, through bad networks and in parts: under
//! a label there is the whole version or nothing.

use std::sync::{Mutex, mpsc};

use super::place::{Place, Victim, assert_contains};
use super::proxy::{Asked, Proxy};
use crate::fate::Fate;

/// Two parts of an upload, and nothing that could be compressed.
const LARGE: usize = 9 << 20;

/// A place with an application, behind a proxy.
fn place() -> Option<(Place, Proxy)> {
    let mut place = Place::new()?;
    place.says(0, &["apply", "blog", "--yes"]);
    let proxy = place.behind_proxy();
    Some((place, proxy))
}

/// Bytes that look random and are always the same.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut byte = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(&mut byte).take(length).collect()
}

fn is_version(asked: &Asked) -> bool {
    asked.what.contains("/versions/")
}

/// A request of an upload in parts.
fn is_step(asked: &Asked, step: &str) -> bool {
    let is =
        |method: &str, words: &str| asked.what.starts_with(method) && asked.what.contains(words);
    is_version(asked)
        && match step {
            "begin" => is("POST", "uploads"),
            "part" => is("PUT", "partNumber=2"),
            "join" => is("POST", "uploadId="),
            _ => panic!("there is no step {step}"),
        }
}

/// What lies under a label: whether its bytes have the digest that they are
/// said to have, how many there are, and the checksum that S3 keeps.
fn stored(place: &Place, label: &str) -> String {
    place.python(&format!(
        "import boto3, hashlib; s3 = boto3.client('s3')\n\
         bucket = s3.list_buckets()['Buckets'][0]['Name']\n\
         found = s3.list_objects_v2(Bucket=bucket, Prefix='versions/{label}.zip')\n\
         assert found['KeyCount'] < 2\n\
         for it in found.get('Contents', []):\n\
         \x20   got = s3.get_object(Bucket=bucket, Key=it['Key'], ChecksumMode='ENABLED')\n\
         \x20   body = got['Body'].read()\n\
         \x20   whole = hashlib.sha256(body).hexdigest() == got['Metadata']['sha256']\n\
         \x20   print('whole' if whole else 'broken', len(body), 'ChecksumSHA256' in got)\n"
    ))
}

#[test]
fn push_gets_through_bad_weather_once() {
    let Some((place, proxy)) = place() else {
        return;
    };
    let fates = [
        ("slow-down", Fate::Refused(503, "SlowDown")),
        ("internal", Fate::Refused(500, "InternalError")),
        ("dropped", Fate::Dropped),
        ("cut", Fate::Cut),
        ("slow", Fate::Slow),
    ];
    for (label, fate) in fates {
        place.write("app/app.js", label);
        // Every kind of request fails once.
        let failed = Mutex::new(Vec::new());
        proxy.treats(move |asked, _| {
            let kind = match asked.what.split_once(['?', '=']) {
                Some((kind, _)) => kind.to_owned(),
                None => asked.what.clone(),
            };
            let mut failed = failed.lock().expect("no test panics with it");
            match failed.contains(&kind) {
                true => Fate::Answered,
                false => {
                    failed.push(kind);
                    match (fate, asked.service.as_str()) {
                        (Fate::Refused(..), "ssm") => Fate::Refused(400, "ThrottlingException"),
                        (fate, _) => fate,
                    }
                }
            }
        });
        let said = place.says(0, &["push", "--label", label]);
        assert_contains(&said, &[&format!("version {label} of blog uploaded")]);
        proxy.treats(|_, _| Fate::Answered);
        let stored = stored(&place, label);
        assert!(stored.starts_with("whole "), "{label}: {stored}");
        let again = place.says(0, &["push", "--label", label]);
        assert_contains(&again, &["is there already"]);
    }
}

#[test]
fn a_large_version_arrives_whole_or_not_at_all() {
    let Some((place, proxy)) = place() else {
        return;
    };
    let write = |seed: u64| {
        let path = place.folder.path().join("app/film.bin");
        std::fs::write(path, noise(seed, LARGE)).expect("it is writable");
    };
    write(1);
    let said = place.says(0, &["push", "--label", "large"]);
    assert_contains(&said, &["version large of blog uploaded (3 files, 92"]);
    let parts = proxy.asked();
    let parts = parts.iter().filter(|it| it.what.contains("partNumber="));
    assert_eq!(parts.count(), 2);
    let whole = stored(&place, "large");
    assert!(whole.starts_with("whole 94"), "{whole}");
    assert!(
        whole.trim_end().ends_with("True"),
        "S3 has a checksum: {whole}"
    );
    assert_contains(
        &place.says(0, &["push", "--label", "large"]),
        &["is there already"],
    );
    write(2);
    assert_contains(
        &place.says(2, &["push", "--label", "large"]),
        &["version large is there with other content"],
    );

    // Each step fails once, in each way.
    for step in ["begin", "part", "join"] {
        for fate in [Fate::Refused(503, "SlowDown"), Fate::Dropped, Fate::Cut] {
            let label = format!("{step}-{fate:?}");
            let label = label.split('(').next().expect("it has a beginning");
            let once = Mutex::new(false);
            proxy.treats(move |asked, _| {
                let mut once = once.lock().expect("no test panics with it");
                match is_step(asked, step) && !std::mem::replace(&mut *once, true) {
                    true => fate,
                    false => Fate::Answered,
                }
            });
            let said = place.says(0, &["push", "--label", label]);
            assert_contains(&said, &[&format!("version {label} of blog uploaded")]);
            let stored = stored(&place, label);
            assert!(stored.starts_with("whole 94"), "{label}: {stored}");
        }
    }

    // Credentials have their end in the middle, and somebody signs in again.
    for step in ["begin", "part", "join"] {
        let over = Mutex::new(false);
        proxy.treats(move |asked, _| {
            let mut over = over.lock().expect("no test panics with it");
            *over |= is_step(asked, step);
            match *over {
                true => Fate::Refused(403, "ExpiredToken"),
                false => Fate::Answered,
            }
        });
        let label = format!("over-{step}");
        let said = place.says(2, &["push", "--label", &label]);
        assert_contains(&said, &["the credentials have expired", "sign in again"]);
        ends_well(&place, &proxy, &label, "");
    }
}

/// Nothing lies under the label, or what was joined; and another push ends with
/// the whole.
#[track_caller]
fn ends_well(place: &Place, proxy: &Proxy, label: &str, before: &str) {
    proxy.treats(|_, _| Fate::Answered);
    let found = stored(place, label);
    assert!(found.starts_with(before), "{label}: {found}");
    assert_eq!(found.is_empty(), before.is_empty(), "{label}: {found}");
    place.says(0, &["push", "--label", label]);
    let stored = stored(place, label);
    assert!(stored.starts_with("whole "), "{label}: {stored}");
}

#[test]
fn a_push_that_is_killed_leaves_no_half_version() {
    let Some((place, proxy)) = place() else {
        return;
    };
    let path = place.folder.path().join("app/film.bin");
    std::fs::write(path, noise(1, LARGE)).expect("it is writable");
    for (step, carried_out) in [
        ("begin", true),
        ("part", false),
        ("part", true),
        ("join", false),
        ("join", true),
    ] {
        let label = format!("killed-{step}-{carried_out}");
        let victim = Victim::default();
        let of_proxy = victim.clone();
        let (tell, told) = mpsc::channel();
        let tell = Mutex::new(tell);
        proxy.treats(move |asked, _| {
            if !is_step(asked, step) {
                return Fate::Answered;
            }
            of_proxy.kill();
            // Only the first is listened to.
            let _ = tell.lock().expect("no test panics with it").send(());
            match carried_out {
                true => Fate::Cut,
                false => Fate::Dropped,
            }
        });
        victim.start(place.beanc(&["push", "--label", &label]));
        told.recv().expect("the step is asked for");
        // What was handed on is carried out, with or without us.
        let before = match (step, carried_out) {
            ("join", true) => "whole ",
            _ => "",
        };
        for _ in 0..50 {
            if before.is_empty() || !stored(&place, &label).is_empty() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        ends_well(&place, &proxy, &label, before);
    }
}
