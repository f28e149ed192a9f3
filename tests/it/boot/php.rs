//! PHP: FPM behind nginx, Composer, the settings of `php.ini`, and a Procfile
//! beside or instead of FPM.

use super::{Instance, can_boot, instance};
use crate::tools;

fn php_is_here() -> bool {
    can_boot()
        && ["php", "composer"]
            .iter()
            .all(|it| tools::require(it).is_some())
}

#[test]
fn fpm_serves_the_document_root_with_composers_packages() {
    if !php_is_here() {
        return;
    }
    let environment = r#"
    env {
      PHP_DOCUMENT_ROOT = "/public"
      PHP_MEMORY_LIMIT = "96M"
      WORD = "it's \"quoted\""
    }
    load_balancer { idle_timeout = 90s }"#;
    let verify = "for unit in web worker; do systemd-analyze verify /etc/systemd/system/bean-$unit.service; done; nginx -t";
    let test = instance("php-8.3", environment)
        .runs("php")
        .then("curl -s http://10.0.0.10/")
        .then("curl -s -H 'X-Forwarded-Proto: https' http://10.0.0.10/facts?now=1")
        .then("curl -s http://10.0.0.10/style.css")
        .then("curl -s -o /dev/null -w '%{http_code}' http://10.0.0.10/.secret")
        .then("curl -s -o /dev/null -w '%{http_code}' http://10.0.0.10/none.php")
        .then("sleep 1; tail -n 1 /var/log/worker.stdout.log; grep -c 'asked for facts' /var/log/web.stdout.log")
        .then(verify)
        .then("nginx -T 2>/dev/null | grep fastcgi_read_timeout");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from php");
    let facts = booted.json(1);
    assert_eq!(facts["folder"], "/var/app/current/public");
    assert_ne!(facts["user"], 0, "it runs as root");
    assert_eq!(facts["word"], r#"it's "quoted""#);
    assert_eq!(facts["memory"], "96M");
    assert_eq!(facts["time"], "60");
    assert_eq!(facts["https"], "on");
    assert_eq!(facts["rewritten"], "/index.php");
    assert_eq!(booted.answer(2), "body { color: green }\n");
    assert_eq!(booted.answer(3), "404");
    assert_eq!(booted.answer(4), "404");
    assert_eq!(booted.answer(5), "at work on 8080\n1\n");
    let checked = booted.answer(6);
    assert!(checked.contains("test is successful"), "{checked}");
    assert!(!checked.contains("bean-"), "{checked}");
    // PHP may work for 60 s, and the balancer waits for 90.
    assert_eq!(booted.answer(7).trim(), "fastcgi_read_timeout 90;");
}

/// Past the proxy there is nobody but the proxy.
#[test]
fn fpm_answers_where_the_load_balancer_asks() {
    if !php_is_here() {
        return;
    }
    let environment = r#"
    env { PHP_DOCUMENT_ROOT = "/public" }
    load_balancer { process default { port = 8081 } }"#;
    let asks = |test: Instance| {
        test.runs("php")
            .then("curl -s http://10.0.0.10:8081/")
            .then("curl -s http://10.0.0.10/")
    };
    let platform = r#"platform mine extends "php-8.3" { proxy = apache }"#;
    let nginx = instance("php-8.3", environment);
    let apache = super::apache::behind_apache(platform, environment);
    for test in [Some(nginx), apache].into_iter().flatten() {
        let Some(booted) = asks(test).boot() else {
            return;
        };
        booted.assert_ready();
        assert_eq!(booted.answer(0), "hello from php");
        assert_eq!(booted.answer(1), "hello from php");
    }
}

#[test]
fn a_procfile_may_have_a_web_process_instead_of_fpm() {
    if !php_is_here() {
        return;
    }
    let test = instance("php-8.5", "")
        .runs("php-procfile")
        .then("curl -s http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from php itself");
}

#[test]
fn a_page_that_is_not_php_fails_the_boot() {
    if !php_is_here() {
        return;
    }
    let test = instance("php-8.4", "").runs("php-broken").within(20);
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("/ answers 500 instead of 200 after ");
}

#[test]
fn the_document_root_must_be_there() {
    let test = instance("php-8.2", r#"env { PHP_DOCUMENT_ROOT = "/web" }"#).runs("php-broken");
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("there is no folder /web, which the property PHP_DOCUMENT_ROOT names");
}
