//! Ruby: Bundler, Puma and what happens when either cannot go on.

use super::{can_boot, instance};
use crate::tools;

fn ruby_is_here() -> bool {
    can_boot()
        && ["ruby", "bundle", "puma"]
            .iter()
            .all(|it| tools::require(it).is_some())
}

#[test]
fn puma_serves_an_application_with_its_gems() {
    if !ruby_is_here() {
        return;
    }
    let test = instance("ruby-3.4", r#"env { WORD = "it's \"quoted\"" }"#)
        .runs("ruby")
        .then("curl -s http://10.0.0.10/")
        .then("curl -s -H 'X-Forwarded-Proto: https' http://10.0.0.10/facts")
        .then("grep 'asked for /facts' /var/log/web.stdout.log")
        .then("cat /var/app/current/.bundle/config")
        .then("systemd-analyze verify /etc/systemd/system/bean-web.service; nginx -t");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from ruby");
    let facts = booted.json(1);
    assert_eq!(facts["folder"], "/var/app/current");
    assert_ne!(facts["user"], 0, "it runs as root");
    assert_eq!(facts["word"], r#"it's "quoted""#);
    assert_eq!(facts["rack"], "production");
    assert_eq!(facts["scheme"], "https");
    assert_eq!(booted.answer(2), "asked for /facts\n");
    let config = booted.answer(3);
    assert!(booted.log.contains("Using puma"), "{}", booted.log);
    assert!(config.contains("BUNDLE_FROZEN: \"true\""), "{config}");
    let checked = booted.answer(4);
    assert!(checked.contains("test is successful"), "{checked}");
    assert!(!checked.contains("bean-"), "{checked}");
}

#[test]
fn puma_needs_no_gemfile() {
    if !ruby_is_here() {
        return;
    }
    let test = instance("ruby-3.4", "")
        .runs("rack")
        .then("curl -s http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from rack");
}

#[test]
fn an_application_that_raises_fails_the_boot() {
    if !ruby_is_here() {
        return;
    }
    let test = instance("ruby-3.4", "").runs("ruby-broken").within(60);
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("the process web keeps ending with status 1;");
    assert!(
        booted.console.contains("there is no shop today"),
        "{}",
        booted.console
    );
}

#[test]
fn gems_that_are_not_locked_fail_the_boot() {
    if !ruby_is_here() {
        return;
    }
    let test = instance("ruby-3.4", "").runs("ruby-unlocked");
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("the build command \"bundle ");
}

#[test]
fn an_application_without_a_start_fails_the_boot() {
    if !ruby_is_here() {
        return;
    }
    let test = instance("ruby-3.4", "").runs("php-broken");
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("nothing says how to start: there is no Procfile and no config.ru");
}
