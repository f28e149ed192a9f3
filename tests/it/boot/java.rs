//! Java SE: the one JAR of a bundle, its heap, and what does not start.

use super::{can_boot, instance};
use crate::tools;

fn java_is_here() -> bool {
    can_boot()
        && ["java", "javac", "jar"]
            .iter()
            .all(|it| tools::require(it).is_some())
}

#[test]
fn a_jar_is_built_and_answers() {
    if !java_is_here() {
        return;
    }
    let verify = "systemd-analyze verify /etc/systemd/system/bean-web.service; nginx -t";
    let test = instance("corretto-17", "")
        .runs("java")
        .then("curl -s http://10.0.0.10/")
        .then("cat /var/log/web.stdout.log")
        .then("free -m | awk '/^Mem/{print $2}'")
        .then("grep JAVA_HOME /opt/bean/environment")
        .then(verify);
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let answer = booted.answer(0);
    let heap = answer
        .strip_prefix("hello from java on 5000 with ")
        .and_then(|rest| rest.strip_suffix(" MiB")?.parse::<u64>().ok())
        .unwrap_or_else(|| panic!("{answer}"));
    let memory: u64 = booted.answer(2).trim().parse().expect("it is a number");
    assert!(heap * 2 > memory, "{heap} MiB of {memory} MiB");
    assert_eq!(booted.answer(1), "starts\n");
    let home = booted.answer(3);
    assert!(
        home.starts_with("JAVA_HOME=\"/usr/lib/jvm/java-17-amazon-corretto."),
        "{home}"
    );
    let checked = booted.answer(4);
    assert!(!checked.contains("bean-web"), "{checked}");
    assert!(checked.contains("test is successful"), "{checked}");
}

/// Maven's own settings, since an instance of a test has no network: what it
/// takes is what Debian has as packages.
const OFFLINE: &str = "cat >/etc/maven/settings.xml <<'XML'
<settings><localRepository>/usr/share/maven-repo</localRepository><offline>true</offline></settings>
XML
chmod -R a+rwX /usr/share/maven-repo
";

#[test]
fn maven_builds_with_the_package_that_a_platform_adds() {
    if !java_is_here() || tools::require("mvn").is_none() {
        return;
    }
    let test = instance("", "")
        .on(r#"
platform mine extends "corretto-17" {
  packages += ["maven-amazon-corretto17"]
}
"#)
        .runs("java-maven")
        .prepared(OFFLINE)
        .within(120)
        .then("curl -s http://10.0.0.10/")
        .then("grep -o maven-amazon-corretto17 /case/packages");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let answer = booted.answer(0);
    assert!(answer.starts_with("hello from java on 5000 "), "{answer}");
    assert_eq!(booted.answer(1), "maven-amazon-corretto17\n");
}

#[test]
fn the_property_jvm_options_replaces_those_of_the_platform() {
    if !java_is_here() {
        return;
    }
    let test = instance(
        "corretto-8",
        r#"env {
          JVM_OPTIONS = "-Xmx64m -XX:+UseParallelGC"
          PORT = "3000"
        }"#,
    )
    .runs("java")
    .then("curl -s http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let answer = booted.answer(0);
    let heap = answer.strip_prefix("hello from java on 3000 with ");
    assert!(
        heap.is_some_and(|it| it.len() == "64 MiB".len()),
        "{answer}"
    );
}

#[test]
fn two_jars_need_a_procfile() {
    if !java_is_here() {
        return;
    }
    let Some(booted) = instance("corretto-21", "").runs("java-two-jars").boot() else {
        return;
    };
    booted.assert_failed("there is no Procfile to choose between one.jar two.jar");
}

#[test]
fn a_buildfile_that_fails_fails_the_boot() {
    if !java_is_here() {
        return;
    }
    let Some(booted) = instance("corretto-25", "").runs("java-broken").boot() else {
        return;
    };
    booted.assert_failed("the build command \"javac Main.java\" failed: 1 error");
    assert!(
        booted.console.contains("cannot find symbol"),
        "{}",
        booted.console
    );
}
