//! What holds for every resource, whatever its kind.

use std::path::Path;

use beanc::diagnostic::Diagnostic;
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};
use beanc::source::{FileId, Sources};

use crate::support::check;

/// The whole front end, for programs of one file.
fn compiled(sources: &mut Sources, id: FileId) -> Vec<Diagnostic> {
    let file = sources.file(id);
    let disk = MemoryDisk::new([(file.name(), &**file.text())]);
    driver::compile(Path::new(file.name()), &disk, &Options::default()).diagnostics
}

#[test]
fn two_alarms_whose_names_look_the_same_are_one_complaint() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  alarm too_slow {
    metric = target_response_time_p95
    above = 800ms
    for = 5m
    notify = "ops@example.com"
  }
  alarm too-slow {
#       ^^^^^^^^ E0117 two things in `shop-prod` would both be named `ShopProdTopicKeyTooSlow`
    metric = target_response_time_p95
    above = 2s
    for = 5m
    notify = "ops@example.com"
  }
}
"#,
        compiled,
    );
}

#[test]
fn two_log_files_whose_names_look_the_same_are_told_apart_by_the_user() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  logs {
    files = ["/var/log/shop/a-b.log", "/var/log/shop/a.b.log"]
#                                     ^^^^^^^^^^^^^^^^^^^^^^^ E0117 two things in `shop-prod` would both be named `ShopProdLogGroupVarLogShopABLog`
  }
}
"#,
        compiled,
    );
}

/// The trigger that every environment has is called `cpu`, and nobody who
/// names an alarm thinks of it.
#[test]
fn an_alarm_may_be_called_like_a_trigger() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  alarm cpu_high {
    metric = cpu
    above = 90%
    for = 5m
    notify = "ops@example.com"
  }
}
"#,
        compiled,
    );
}
