//! .NET on Linux: what was published is what runs.

use super::{can_boot, instance};
use crate::tools;

#[test]
fn dotnet_runs_what_was_published() {
    if !can_boot() || tools::dotnet().is_none() || tools::require("mcs").is_none() {
        return;
    }
    let test = instance("dotnet-8", r#"env { PORT = "5005" }"#)
        .runs("dotnet")
        .then("curl -s http://10.0.0.10/")
        .then("cat /var/log/web.stdout.log")
        .then("systemd-analyze verify /etc/systemd/system/bean-web.service; nginx -t");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from .NET");
    assert_eq!(
        booted.answer(1),
        "listening on http://0.0.0.0:5005/ with .NET 8.0.4\n"
    );
    let checked = booted.answer(2);
    assert!(checked.contains("test is successful"), "{checked}");
    assert!(!checked.contains("bean-"), "{checked}");
}

#[test]
fn an_application_that_was_not_published_fails_the_boot() {
    let test = instance("dotnet-9", "").runs("dotnet-unbuilt");
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("there is shop.runtimeconfig.json, but no shop.dll: ");
}

#[test]
fn two_applications_need_a_procfile() {
    let test = instance("dotnet-10", "").runs("dotnet-two");
    let Some(booted) = test.boot() else { return };
    booted.assert_failed(
        "there is no Procfile to choose between admin.runtimeconfig.json shop.runtimeconfig.json",
    );
}
