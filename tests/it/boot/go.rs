//! Go: a file, a module, and what does not compile.

use super::{can_boot, instance};
use crate::tools;

fn go_is_here() -> bool {
    can_boot() && tools::require("go").is_some()
}

#[test]
fn a_go_program_is_built_and_answers() {
    if !go_is_here() {
        return;
    }
    let verify = "systemd-analyze verify /etc/systemd/system/bean-web.service; nginx -t";
    let test = instance("go-1", r#"env { WORD = "a word" }"#)
        .runs("go")
        .then("curl -s http://10.0.0.10/")
        .then("cat /var/log/web.stdout.log")
        .then(verify);
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from go on 5000, a word");
    assert_eq!(booted.answer(1), "starts\n");
    let checked = booted.answer(2);
    assert!(!checked.contains("bean-web"), "{checked}");
    assert!(checked.contains("test is successful"), "{checked}");
    assert!(
        booted
            .log
            .contains("go build -o bin/application application.go")
    );
}

#[test]
fn a_go_module_is_built_whole() {
    if !go_is_here() {
        return;
    }
    let test = instance("go-1", r#"env { PORT = "3000" }"#)
        .runs("go-module")
        .then("curl -s http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from a module");
}

#[test]
fn a_go_program_that_does_not_compile_fails_the_boot() {
    if !go_is_here() {
        return;
    }
    let Some(booted) = instance("go-1", "").runs("go-broken").boot() else {
        return;
    };
    booted.assert_failed(
        "the build command \"go build -o bin/application application.go\" failed: \
         ./application.go:3:15: undefined: missing",
    );
}

#[test]
fn a_bundle_without_go_says_what_is_missing() {
    let Some(booted) = instance("go-1", "").runs("node-app-js").boot() else {
        return;
    };
    booted.assert_failed("nothing says how to start: there is no Procfile, and no bin/application");
}
