//! Apache in front of applications, where a platform has it: what nginx does, with
//! the application's own `.platform/httpd`.

use serde_json::Value;

use super::{Instance, assert_user_data_is_fine, can_boot, instance};
use crate::tools;

const NODE: &str = r#"platform mine extends "nodejs-22" { proxy = apache }"#;

fn apache_is_here() -> bool {
    can_boot() && tools::require("/usr/sbin/apache2").is_some()
}

pub(super) fn behind_apache(items: &'static str, properties: &str) -> Option<Instance> {
    apache_is_here().then(|| instance("", properties).on(items))
}

#[test]
fn requests_reach_the_application_through_apache() {
    let Some(test) = behind_apache(NODE, "") else {
        return;
    };
    let upgrade = "curl -s -i -H 'Connection: Upgrade' -H 'Upgrade: websocket' http://10.0.0.10/";
    let forwarded = "curl -s -H 'X-Forwarded-Proto: https' -H 'X-Forwarded-For: 192.0.2.1' -H 'Host: shop.example.com' http://10.0.0.10/headers";
    let too_much = "head -c 53000000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' --data-binary @- http://10.0.0.10/";
    let much = "head -c 52000000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' --data-binary @- http://10.0.0.10/";
    let test = test
        .runs("node-npm")
        .then("curl -s -i http://10.0.0.10/")
        .then(upgrade)
        .then(forwarded)
        .then("tail -n 1 /var/log/httpd/access_log")
        .then(too_much)
        .then(much)
        .then("curl -s http://10.0.0.10/headers")
        .then("httpd -t; ls /etc/httpd/conf.d; pgrep -a nginx");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let page = booted.answer(0);
    assert!(page.contains("\r\nServer: Apache\r\n"), "{page}");
    assert!(page.ends_with("hello from npm"), "{page}");
    let upgraded = booted.answer(1);
    assert!(upgraded.starts_with("HTTP/1.1 101"), "{upgraded}");
    let headers = booted.json(2);
    assert_eq!(headers["x-forwarded-proto"], "https");
    assert_eq!(headers["x-forwarded-for"], "192.0.2.1, 10.0.0.10");
    assert_eq!(headers["x-real-ip"], "10.0.0.10");
    assert_eq!(headers["host"], "shop.example.com");
    let line = booted.answer(3);
    assert!(line.contains("192.0.2.1"), "{line}");
    assert!(line.contains("GET /headers HTTP/1.1"), "{line}");
    assert_eq!(booted.answer(4), "413");
    assert_eq!(booted.answer(5), "200");
    assert_eq!(booted.json(6)["x-forwarded-proto"], "http");
    let checked = booted.answer(7);
    assert!(checked.contains("Syntax OK"), "{checked}");
    assert!(!checked.contains("nginx"), "{checked}");
    assert!(!checked.contains("autoindex"), "{checked}");
    assert_eq!(booted.file("enabled"), "bean-web\nhttpd\n");
    assert!(!booted.file("packages").contains("nginx"));
    // What it writes is what goes to CloudWatch.
    let agent: Value = serde_json::from_str(&booted.file("agent.json")).expect("it is JSON");
    let files = agent["logs"]["logs_collected"]["files"]["collect_list"].to_string();
    assert!(files.contains("\"/var/log/httpd/access_log\""), "{files}");
    assert!(files.contains("\"/var/log/httpd/error_log\""), "{files}");
    assert!(!files.contains("nginx"), "{files}");
}

#[test]
fn paths_reach_the_application_as_they_were_asked() {
    let Some(test) = behind_apache(NODE, "") else {
        return;
    };
    let test = test
        .runs("node-talks")
        .then("curl -s 'http://10.0.0.10/a%2Fb//c%20d?e=%2F'; sleep 0.2; tail -n 1 /var/log/web.stdout.log")
        .then("curl -s http://10.0.0.10/icons/a.png; sleep 0.2; tail -n 1 /var/log/web.stdout.log");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let asked = booted.answer(0);
    assert!(
        asked.ends_with("asked for /a%2Fb//c%20d?e=%2F\n"),
        "{asked}"
    );
    let asked = booted.answer(1);
    assert!(asked.ends_with("asked for /icons/a.png\n"), "{asked}");
}

#[test]
fn apache_takes_additions_and_waits_as_long_as_the_balancer() {
    let Some(test) = behind_apache(NODE, "load_balancer { idle_timeout = 90s }") else {
        return;
    };
    let upload = |megabytes: u32| {
        format!(
            "head -c {megabytes}000000 /dev/zero | curl -s -o /dev/null -w '%{{http_code}}' --data-binary @- http://10.0.0.10/"
        )
    };
    let test = test
        .runs("hooks")
        .then("curl -s -o /dev/null -w '%{http_code}' http://10.0.0.10/gone")
        .then(&upload(8))
        .then(&upload(7))
        .then("grep -h Timeout /etc/httpd/conf/httpd.conf");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "410");
    assert_eq!(booted.answer(1), "413");
    assert_eq!(booted.answer(2), "200");
    let times = booted.answer(3);
    assert!(times.contains("\nProxyTimeout 90\n"), "{times}");
    assert!(times.contains("\nKeepAliveTimeout 105\n"), "{times}");
    let unread = ".platform/nginx is in the bundle and not read: httpd is the proxy";
    assert!(booted.console.contains(unread), "{}", booted.console);
}

#[test]
fn a_whole_configuration_replaces_apaches() {
    let Some(test) = behind_apache(NODE, "") else {
        return;
    };
    let test = test
        .runs("httpd-whole")
        .then("curl -s -i http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let page = booted.answer(0);
    assert!(page.contains("\r\nX-Whole: yes\r\n"), "{page}");
    assert!(page.ends_with("hooked"), "{page}");
}

#[test]
fn a_configuration_that_apache_refuses_fails_the_boot() {
    let Some(test) = behind_apache(NODE, "") else {
        return;
    };
    let Some(booted) = test.runs("httpd-broken").boot() else {
        return;
    };
    booted.assert_failed(
        "Apache refuses its configuration: AH00526: Syntax error on line 1 of \
         /etc/httpd/conf.d/broken.conf: Invalid command 'ServerColour'",
    );
}

#[test]
fn apache_answers_with_static_files() {
    let files = r#"
    static {
      "/assets" = "public"
      "/robots.txt" = "etc/robots.txt"
    }"#;
    let Some(test) = behind_apache(NODE, files) else {
        return;
    };
    let status = "curl -s -o /dev/null -w '%{http_code} %{content_type}' http://10.0.0.10";
    let test = test
        .runs("static-files")
        .then("curl -s http://10.0.0.10/assets/css/style.css")
        .then(&format!("{status}/assets/css/style.css"))
        .then(&format!("{status}/assets/none.css"))
        .then("curl -s http://10.0.0.10/robots.txt")
        .then("curl -s http://10.0.0.10/assets.html; curl -s http://10.0.0.10/robots.txt.gz")
        .then(&format!("{status}/assets/css/"))
        .then("curl -s --path-as-is http://10.0.0.10/assets/../app.js | head -n 1");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "p { color: green }\n");
    assert_eq!(booted.answer(1), "200 text/css");
    assert!(booted.answer(2).starts_with("404 text/html"));
    assert_eq!(booted.answer(3), "User-agent: *\n");
    assert_eq!(booted.answer(4), "hello from the application".repeat(2));
    // No listing, and nothing beside the folder.
    assert!(booted.answer(5).starts_with("403 "), "{}", booted.answer(5));
    assert_eq!(booted.answer(6), "hello from the application");
}

#[test]
fn apache_welcomes_without_a_release() {
    let Some(test) = behind_apache(NODE, "") else {
        return;
    };
    let test = test.then("curl -s -w '%{http_code}' http://10.0.0.10/some/path");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let page = booted.answer(0);
    assert!(
        page.contains("Deploy a release of shop") && page.ends_with("200"),
        "{page}"
    );
}

#[test]
fn without_a_release_apache_passes_every_health_check() {
    let Some(test) = behind_apache(NODE, super::PARTICULAR) else {
        return;
    };
    let test = super::VISITS.into_iter().fold(test, Instance::then);
    let Some(booted) = test.boot() else { return };
    super::assert_welcomes(&booted);
}

#[test]
fn fpm_serves_php_behind_apache() {
    if ["php", "composer"]
        .iter()
        .any(|it| tools::require(it).is_none())
    {
        return;
    }
    let environment = r#"
    env {
      PHP_DOCUMENT_ROOT = "/public"
      WORD = "it's \"quoted\""
    }
    load_balancer { idle_timeout = 90s }"#;
    let platform = r#"platform mine extends "php-8.3" { proxy = apache }"#;
    let Some(test) = behind_apache(platform, environment) else {
        return;
    };
    let test = test
        .runs("php")
        .then("curl -s http://10.0.0.10/")
        .then("curl -s -H 'X-Forwarded-Proto: https' http://10.0.0.10/facts?now=1")
        .then("curl -s http://10.0.0.10/style.css")
        .then("curl -s -o /dev/null -w '%{http_code}' http://10.0.0.10/.htaccess")
        .then("curl -s -o /dev/null -w '%{http_code}' http://10.0.0.10/none.php")
        .then("curl -s -o /dev/null -w '%{http_code} %{redirect_url}' http://10.0.0.10/old")
        .then("cat /etc/httpd/conf.d/elasticbeanstalk/00_application.conf; httpd -t");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from php");
    let facts = booted.json(1);
    assert_eq!(facts["folder"], "/var/app/current/public");
    assert_ne!(facts["user"], 0, "it runs as root");
    assert_eq!(facts["word"], r#"it's "quoted""#);
    assert_eq!(facts["https"], "on");
    assert_eq!(facts["rewritten"], "/index.php");
    assert_eq!(booted.answer(2), "body { color: green }\n");
    assert_eq!(booted.answer(3), "404");
    assert_eq!(booted.answer(4), "404");
    // The application's own .htaccess says so.
    assert_eq!(booted.answer(5), "301 http://10.0.0.10/facts");
    let checked = booted.answer(6);
    assert!(checked.contains("ProxyTimeout 90\n"), "{checked}");
    assert!(checked.contains("Syntax OK"), "{checked}");
}

#[test]
fn tomcat_and_python_stand_behind_apache() {
    let tomcat = r#"platform mine extends "tomcat-10-corretto-17" { proxy = apache }"#;
    let python = r#"platform mine extends "python-3.11" { proxy = apache }"#;
    if tools::require("javac").is_some()
        && let Some(test) = behind_apache(tomcat, r#"env { JDBC_PASSWORD = "x" }"#)
    {
        let test = test
            .runs("tomcat")
            .then("curl -s -H 'X-Forwarded-Proto: https' http://10.0.0.10/");
        let Some(booted) = test.boot() else { return };
        booted.assert_ready();
        assert_eq!(booted.answer(0), "hello from tomcat, true\n");
    }
    if tools::wheels().is_some()
        && let Some(test) = behind_apache(python, "")
    {
        let test = test.runs("python").then("curl -s http://10.0.0.10/");
        let Some(booted) = test.boot() else { return };
        booted.assert_ready();
        assert_eq!(booted.answer(0), "hello from python");
    }
}

#[test]
fn user_data_with_apache_fits_and_pleases_shellcheck() {
    for platform in [
        r#"platform mine extends "php-8.5" { proxy = apache }"#,
        r#"platform mine extends "tomcat-10-corretto-17" { proxy = apache }"#,
    ] {
        assert_user_data_is_fine(&instance("", "").on(platform).works().releases());
    }
}
