//! Tomcat: a bundle that is an application, one WAR, several, and none.

use std::path::Path;

use super::{Booted, can_boot, instance};
use crate::tools;

/// Debian's Tomcat is where Amazon Linux has its own.
fn tomcat_is_here() -> bool {
    let bootstrap = Path::new("/usr/share/tomcat10/bin/bootstrap.jar");
    can_boot() && tools::require("javac").is_some() && tools::require_file(bootstrap).is_some()
}

#[test]
fn a_bundle_is_a_web_application() {
    if !tomcat_is_here() {
        return;
    }
    let environment = r#"
    env {
      QUOTES = "it's \"quoted\" \\ back"
      SIGNS = "100% of \${HOME} = : # !"
      SPACES = "  around  "
      LINES = "one\ntwo"
      WORDS = "Größe 日本語 🫘"
      JDBC_PASSWORD = secret("ssm:/password")
    }"#;
    let names = "name=QUOTES&name=SIGNS&name=SPACES&name=LINES&name=WORDS";
    let verify = "systemd-analyze verify /etc/systemd/system/bean-web.service; nginx -t";
    let test = instance("tomcat-10-corretto-17", environment)
        .runs("tomcat")
        .knows(serde_json::json!({ "ssm:/password": "hush-password" }))
        .then("curl -s -H 'X-Forwarded-Proto: https' http://10.0.0.10/")
        .then(&format!("curl -s 'http://10.0.0.10/properties.jsp?{names}'"))
        .then("curl -s 'http://10.0.0.10/properties.jsp?name=JDBC_PASSWORD'")
        .then("cat /proc/*/cmdline | tr '\\0' ' ' | grep -c '[h]ush-password'; stat -c '%a %U' /opt/bean/tomcat/conf/catalina.properties")
        .then("cat /var/log/web.stdout.log")
        .then(verify);
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from tomcat, true\n");
    let twice = |value: &str| format!("[{value}][{value}]");
    let wanted = [
        r#"it's "quoted" \ back"#,
        "100% of ${HOME} = : # !",
        "  around  ",
        "one\ntwo",
        "Größe 日本語 🫘",
    ];
    assert_eq!(booted.answer(1).trim_end(), wanted.map(twice).concat());
    assert_eq!(booted.answer(2).trim_end(), twice("hush-password"));
    assert_eq!(booted.answer(3), "0\n600 webapp\n");
    let output = booted.answer(4);
    assert!(output.contains("Server startup in"), "{output}");
    assert!(!output.contains("hush-"), "{output}");
    let checked = booted.answer(5);
    assert!(!checked.contains("bean-web"), "{checked}");
    assert!(checked.contains("test is successful"), "{checked}");
}

/// Tomcat 9 has servlets of `javax.servlet`, later ones of `jakarta.servlet`.
#[test]
fn tomcat_9_serves_what_is_written_for_it() {
    if !tomcat_is_here() || tools::of_debian("tomcat9").is_none() {
        return;
    }
    let test = instance("tomcat-9-corretto-17", "")
        .runs("tomcat-9")
        .within(90)
        .then(SERVLET)
        .then("curl -s http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_serves(&booted, "javax", "9.0.");
}

#[test]
fn tomcat_11_serves_what_is_written_for_it() {
    if !tomcat_is_here() || tools::of_debian("tomcat11").is_none() {
        return;
    }
    let test = instance("tomcat-11-corretto-17", "")
        .runs("tomcat-11")
        .within(90)
        .then(SERVLET)
        .then("curl -s http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_serves(&booted, "jakarta", "11.0.");
}

const SERVLET: &str = "curl -s -H 'X-Forwarded-Proto: https' http://10.0.0.10/servlet";

/// A servlet that was compiled against this Tomcat, and a page that it compiled.
#[track_caller]
fn assert_serves(booted: &Booted, packages: &str, version: &str) {
    let answer = booted.answer(0);
    let wanted = format!("{packages}.servlet in Apache Tomcat/{version}");
    assert!(answer.starts_with(&wanted), "{answer}");
    assert!(answer.ends_with(", secure: true\n"), "{answer}");
    let page = format!("a page of {packages}.servlet\n");
    assert_eq!(booted.answer(1), page);
}

#[test]
fn several_wars_have_a_path_each() {
    if !tomcat_is_here() {
        return;
    }
    let test = instance("tomcat-10-corretto-21", "")
        .runs("tomcat-wars")
        .then("curl -s http://10.0.0.10/")
        .then("curl -s http://10.0.0.10/admin/")
        .then("curl -s -o /dev/null -w '%{http_code}' http://10.0.0.10/none.jsp");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0).trim(), "the shop");
    assert_eq!(booted.answer(1).trim(), "the office");
    assert_eq!(booted.answer(2), "404");
}

#[test]
fn one_war_gets_all_requests_and_a_procfile_runs_more() {
    if !tomcat_is_here() {
        return;
    }
    let test = instance("tomcat-10-corretto-17", "")
        .runs("tomcat-war")
        .then("curl -s http://10.0.0.10/")
        .then("sleep 1.5; head -n 1 /var/log/ticker.stdout.log");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0).trim(), "the only shop");
    assert_eq!(booted.answer(1), "tick on 8180\n");
}

#[test]
fn tomcat_needs_something_to_serve() {
    if !tomcat_is_here() {
        return;
    }
    let Some(booted) = instance("tomcat-10-corretto-17", "")
        .runs("node-app-js")
        .boot()
    else {
        return;
    };
    booted.assert_failed("there is nothing for Tomcat: no WAR, no WEB-INF");
}
