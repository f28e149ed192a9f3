//! Properties that have to agree with each other or with what AWS allows: one
//! test for each subject, with every complaint in its exact place.

use std::path::Path;

use beanc::diagnostic::{Applicability, Code, Diagnostic, Help, Severity};
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};

use crate::analysis::check_errors as check;

/// An environment with this body, and what is said about it.
#[track_caller]
fn environment(body: &str) {
    let body = body.trim_start_matches('\n').trim_end();
    let head = "edition 2026\napplication blog {}\nenvironment blog-prod: web {";
    check(&format!("{head}\n  platform = \"nodejs-22\"\n{body}\n}}\n"));
}

#[test]
fn a_group_has_bounds() {
    environment(
        r#"
  instances {
    min = 3
    max = 2
#         ^ E0502 `max` is smaller than `min`
  }
  scaling {
    schedule night {
      cron = "0 20 * * *"
      min = 2
      max = 1
#           ^ E0502 `max` is smaller than `min`
    }
    schedule never {
#            ^^^^^ E0503 a schedule changes `min`, `max` or both
      cron = "0 20 * *"
#            ^^^^^^^^^^ E0505 `0 20 * *` is no cron expression
    }
    schedule often {
      cron = "0 25 * * MON-FRI"
#            ^^^^^^^^^^^^^^^^^^ E0505 `0 25 * * MON-FRI` is no cron expression
      min = 1
    }
    schedule both {
      cron = "*/5 * 1,15 JAN *"
      at = "2026-12-24T18:00:00Z"
#          ^^^^^^^^^^^^^^^^^^^^^^ E0503 exactly one of `at` and `cron` is wanted
      min = 1
    }
    schedule once {
      at = "2026-12-24 18:00"
#          ^^^^^^^^^^^^^^^^^^ E0505 `2026-12-24 18:00` is no time
      min = 1
    }
  }
"#,
    );
}

#[test]
fn a_schedule_stays_within_the_bound_that_it_leaves_alone() {
    environment(
        r#"
  instances {
    min = 2
    max = 4
  }
  scaling {
    schedule morning { cron = "0 8 * * *", min = 9 }
#                                                ^ E0502 `min` is larger than the group's `max`
    schedule night { cron = "0 20 * * *", max = 1 }
#                                               ^ E0502 `max` is smaller than the group's `min`
    schedule noon { cron = "0 12 * * *", min = 4 }
  }
"#,
    );
    // Another one has made room.
    environment(
        r#"
  instances {
    min = 2
    max = 4
  }
  scaling {
    schedule dawn { cron = "0 7 * * *", max = 12 }
    schedule morning { cron = "0 8 * * *", min = 9 }
  }
"#,
    );
}

#[test]
fn processes_do_not_listen_on_each_others_ports() {
    environment(
        r#"
  load_balancer {
    process api { port = 9000 }
    process admin { port = 9000 }
#                          ^^^^ E0410 two processes would listen on port 9000
    process shop { port = 8080 }
#                         ^^^^ E0410 two processes would listen on port 8080
    process web { port = 9001 }
#                        ^^^^ E0502 `web` of the Procfile listens on port 8080, and not on 9001
    process other { health { path = "/other" } }
    listener http {
      port = 80
      rule a { path = ["/a"], to = api }
      rule b { path = ["/b"], to = admin }
      rule c { path = ["/c"], to = shop }
      rule d { path = ["/d"], to = web }
      rule e { path = ["/e"], to = other }
    }
  }
"#,
    );
    environment(
        r#"
  load_balancer {
    process api { port = 3000 }
#                        ^^^^ E0410 two processes would listen on port 3000
    listener http {
      port = 80
      rule a { path = ["/a"], to = api }
    }
  }
  env { PORT = "3000" }
"#,
    );
}

#[test]
fn the_application_listens_where_somebody_asks() {
    environment(
        r#"
  env { PORT = "abc" }
#              ^^^^^ E0505 the application cannot listen on port `abc`
"#,
    );
    environment(
        r#"
  env { PORT = "80" }
#              ^^^^ E0410 the application cannot listen on port `80`
"#,
    );
    environment(
        r#"
  load_balancer {
    process default { port = 9000 }
  }
  env { PORT = "8000" }
#              ^^^^^^ E0502 the application cannot listen on port `8000`
"#,
    );
}

#[test]
fn a_network_balancer_may_be_content_with_a_connection() {
    environment(
        r#"
  load_balancer {
    kind = network
    listener web { port = 80 }
    listener db { port = 5432, to = db }
    process db {
      port = 5432
      health {
        protocol = tcp
        path = "/db"
#              ^^^^^ E0502 a check by TCP has no `path`
      }
    }
  }
"#,
    );
    environment(
        r#"
  load_balancer {
    health { protocol = tcp }
#                       ^^^ E0502 only a network load balancer is content with a connection
  }
"#,
    );
}

#[test]
fn a_batch_is_waited_for_for_an_hour() {
    environment(
        r#"
  deployment {
    timeout = 15m
    pause = 46m
#           ^^^ E0502 `timeout` and `pause` are more than an hour together
  }
"#,
    );
    environment("  deployment {\n    timeout = 15m\n    pause = 45m\n  }");
    environment("  deployment {\n    strategy = immutable\n    timeout = 1h\n    pause = 1h\n  }");
}

/// The limit is ours there: a group of AWS may be empty.
#[test]
fn an_environment_has_an_instance() {
    environment(
        r#"
  instances {
    min = 0
#         ^ E0501 `min` is less than an environment can have
    max = 20000
#         ^^^^^ E0501 `max` is outside of what AWS allows
  }
"#,
    );
}

#[test]
fn a_platform_has_one_image() {
    check(
        r#"
edition 2026
platform mine: custom {}
#        ^^^^ E0113 platform `mine` has no image
platform ours: custm {
#              ^^^^^ E0303 there is no `: custm`
  image { ami = "ami-0123456789abcdef0" }
}
platform short extends "nodejs-22" {
  image { ami = "ami-1234" }
#               ^^^^^^^^^^ E0505 `ami-1234` is no id of an image
}
platform both extends "nodejs-22" {
  image {
    ami = "ami-0123456789abcdef0"
    ssm {
      arm64 = "/images/shop"
#             ^^^^^^^^^^^^^^ E0503 an image is `ami` or `ssm`, not both
    }
  }
}
platform built: custom {
#        ^^^^^ E0113 the image of `built` is built on nothing
  image {
    build {
      commands = ["docker info --format {{.ID}}"]
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0505 Image Builder takes the braces in `docker info --format {{.ID}}` for its own
      schedule = "0 4 1 * MON"
#                ^^^^^^^^^^^^^ E0505 `0 4 1 * MON` is no cron expression
    }
  }
}
platform based extends "nodejs-22" {
  image {
    build {
      base = "debian"
#            ^^^^^^^^ E0505 an image cannot be built on `debian`
      instance_type = "t3.large"
#                     ^^^^^^^^^^ E0310 `t3.large` cannot build an image for arm64
    }
  }
}
platform named extends "nodejs-22" {
  image {
    ssm {
      arm64 = "ami-0123456789abcdef0"
#             ^^^^^^^^^^^^^^^^^^^^^^^ E0505 `ami-0123456789abcdef0` is no name of a parameter
      arm = "/images/shop"
#           ^^^^^^^^^^^^^^ E0204 there is no architecture `arm`
    }
  }
}
"#,
    );
}

/// Beanstalk's own choice; what one extends decides.
#[test]
fn apache_is_where_beanstalk_has_it() {
    check(
        r#"
edition 2026
application shop {}
environment shop-node: web { platform = platform.node }
environment shop-own: web { platform = platform.own }
environment shop-go: web { platform = platform.go }
environment shop-many: web {
  platform = platform.many
  container web { image = "nginx:1.29", port = 80 }
}
platform node extends "nodejs-22" { proxy = apache }
platform own: custom {
  image { ami = "ami-0123456789abcdef0" }
  proxy = apache
}
platform go extends "go-1" {
  proxy = apache
#         ^^^^^^ E0502 `go` has no Apache
}
platform many extends "ecs" {
  proxy = apache
#         ^^^^^^ E0502 `many` has no Apache
}
"#,
    );
}

#[test]
fn containers_agree_with_each_other() {
    check(
        r#"
edition 2026
application shop {}
environment shop-none: web {
  platform = "ecs"
#            ^^^^^ E0113 nothing says which containers run
}
environment shop-node: web {
  platform = "nodejs-22"
  container web { image = "nginx:1.29", port = 80 }
#           ^^^ E0502 containers run on ECS alone
}
environment shop-odd: web {
  platform = "ecs"
  load_balancer {
    process admin { port = 9000 }
#           ^^^^^ E0412 no container answers on port 9000 of the instance
  }
  container web {
    image = "nginx:1.29"
    port = 8080
    links = ["ap"]
#            ^^^^ E0412 there is no container `ap`
  }
  container app {
#           ^^^ E0502 two containers want port 80 of the instance
    image = "shop:1"
    port = 80
  }
}
environment shop-idle: web {
  platform = "ecs"
  container web {
#           ^^^ E0113 no container answers on port 80 of the instance
#           ^^^ E0502 at least one container is essential
    image = "nginx:1.29"
    essential = false
  }
}
"#,
    );
}

#[test]
fn instance_types_exist_and_go_together() {
    environment(
        r#"
  instances {
    type = "t4g.smal"
#          ^^^^^^^^^^ E0312 there is no instance type `t4g.smal`
  }
"#,
    );
    environment(
        r#"
  instances {
    type = "t4g.small"
    architecture = x86_64
#                  ^^^^^^ E0311 the instance type has another architecture
    purchase = mixed
    mixed {
      types = ["t4g.medium", "t3.medium"]
#                            ^^^^^^^^^^^ E0311 all instance types of a group have one architecture
    }
  }
"#,
    );
    environment(
        r#"
  instances {
    type = "m4.large"
#          ^^^^^^^^^^ W3002 `m4.large` is of a previous generation
    mixed {
      on_demand_base = 2
#                      ^ E0502 `mixed` means something with `purchase = mixed` alone
    }
    replace_unhealthy_after = 20s
#                             ^^^ W1005 new instances have 20s to become healthy
  }
"#,
    );
}

#[test]
fn volumes_keep_within_what_ebs_does() {
    environment(
        r#"
  instances {
    root_volume {
      size = 10GiB
      iops = 6000
#            ^^^^ E0313 a `gp3` volume of 10GiB does at most 5000
      throughput = 1600MiB
#                  ^^^^^^^ E0313 with 6000 operations a second a volume moves at most 1500MiB
    }
  }
"#,
    );
    environment(
        r#"
  instances {
    root_volume {
      size = 12GiB
      type = gp2
      iops = 3000
#            ^^^^ E0313 `gp2` volumes have no `iops` of their own
    }
  }
"#,
    );
    environment(
        r#"
  instances {
    root_volume {
      size = 10752MiB
#            ^^^^^^^^ E0313 EBS volumes are whole GiB large
      type = gp2
      throughput = 125MiB
#                  ^^^^^^ E0313 `gp2` volumes have no `throughput` of their own
    }
  }
"#,
    );
    environment(
        r#"
  instances {
    root_volume {
      type = io2
#            ^^^ E0313 volumes of type `io2` need `iops`
    }
  }
"#,
    );
    environment(
        r#"
  instances {
    root_volume {
      size = 12GiB
      type = io1
      iops = 601
#            ^^^ E0313 a `io1` volume of 12GiB does at most 600
    }
  }
"#,
    );
    environment(
        r#"
  instances {
    root_volume {
      type = gp3
      iops = 2000
#            ^^^^ E0313 `gp3` volumes do 3000 to 80000 operations a second
    }
  }
"#,
    );
}

/// What stands in a template may well mean something there: it is the mistake of who
/// chose another kind, and is taken out with one fix.
#[test]
fn an_environment_without_a_balancer_inherits_none_of_its_settings() {
    let inherits = |template: &str, own: &str, said: &str| {
        format!(
            r#"edition 2026
application blog {{}}
template common: web {{
  platform = "nodejs-22"
  load_balancer {{
{template}
  }}
}}
environment blog-prod: web extends common {{}}
environment blog-dev: web extends common {{
  load_balancer {{
    {own}
{said}  }}
}}
"#
        )
    };
    let settings = r#"    scheme = internal
    access_logs = false
    listener web {
      port = 8080
    }
    listener api {
      port = 8081
    }"#;
    let said = "#          ^^^^ E0320 `blog-dev` inherits `listener` and `scheme`, which only a load balancer has\n";
    check(&inherits(settings, "kind = none", said));
    let sticky = "    sticky = 1h";
    let said = "#          ^^^^^^^ E0321 `blog-dev` inherits `sticky`, which a network load balancer does not have\n";
    check(&inherits(sticky, "kind = network", said));
    // Both in the template: that is where it is wrong.
    let both =
        "    kind = none\n    drain = 1m\n#           ^^ E0320 `drain` needs a load balancer";
    check(&inherits(both, "health { path = \"/\" }", ""));
    let fixed = |template: &str, own: &str| {
        let program = inherits(template, own, "");
        let disk = MemoryDisk::new([("blog.bean", &program)]);
        let compiled = driver::compile(Path::new("blog.bean"), &disk, &Options::default());
        let mut errors = compiled.diagnostics.iter();
        let error = errors.find(|it| it.severity() == Severity::Error);
        let error = error.expect("an error");
        let [help] = error.helps.as_slice() else {
            panic!("{:?}", error.helps);
        };
        assert_eq!(help.applicability, Applicability::MachineApplicable);
        let edit = &help.edits[0];
        let start = edit.span.start as usize;
        let text = format!("{}{}{}", &program[..start], edit.text, &program[start..]);
        check(&text);
        text
    };
    let text = fixed(settings, "kind = none");
    let lines = "{\n    remove listener\n    remove scheme\n    kind = none\n  }";
    assert!(text.contains(lines), "{text}");
    let text = fixed(sticky, "drain = 30s, kind = network");
    let line = "    drain = 30s, remove sticky, kind = network\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn without_a_balancer_there_is_one_instance_and_nothing_to_balance() {
    environment(
        r#"
  instances {
    max = 4
#         ^ E0320 without a load balancer there is one instance
  }
  load_balancer {
    kind = none
    scheme = internal
#            ^^^^^^^^ E0320 `scheme` needs a load balancer
    idle_timeout = 30s
#                  ^^^ E0320 `idle_timeout` needs a load balancer
    sticky = 1h
#            ^^ E0320 `sticky` needs a load balancer
    drain = 30s
#           ^^^ E0320 `drain` needs a load balancer
    access_logs = true
#                 ^^^^ E0320 `access_logs` needs a load balancer
    deletion_protection = false
    listener web {
#            ^^^ E0320 `listener` needs a load balancer
      port = 80
    }
    process api {
#           ^^^ E0320 `process` needs a load balancer
      port = 8081
    }
  }
  scaling {
    policy cpu {
#          ^^^ E0320 `policy` needs a load balancer
      target = 60%
    }
  }
  alarm slow {
    metric = target_response_time_p95
#            ^^^^^^^^^^^^^^^^^^^^^^^^ E0320 `target_response_time_p95` needs a load balancer
    above = 800ms
  }
  deployment {
    strategy = rolling
#              ^^^^^^^ E0320 one instance cannot be replaced in batches
  }
"#,
    );
}

#[test]
fn a_network_balancer_looks_into_nothing() {
    environment(
        r#"
  load_balancer {
    kind = network
    sticky = 1h
#            ^^ E0321 a network load balancer has no `sticky`
    listener web {
      port = 80
      redirect = tls
#                ^^^ E0321 a network load balancer has no `redirect`
      rule admin {
#          ^^^^^ E0321 a network load balancer has no `rule`
        path = ["/admin/*"]
      }
    }
    listener tls {
      port = 443
    }
  }
  alarm errors {
    metric = target_5xx
#            ^^^^^^^^^^ E0322 a network load balancer has no `target_5xx`
    above = 10
  }
  alarm down {
    metric = healthy_hosts
    below = 1
  }
"#,
    );
}

#[test]
fn listeners_have_ports_targets_and_an_end() {
    environment(
        r#"
  load_balancer {
    listener web {
      port = 80
      to = backoffice
#          ^^^^^^^^^^ E0412 there is no process named `backoffice`
    }
    listener other {
      port = 80
#            ^^ E0410 two listeners use port 80
      redirect = htps
#                ^^^^ E0412 there is no listener named `htps`
    }
    listener self {
      port = 81
      redirect = self
#                ^^^^ E0502 a listener cannot redirect to itself
    }
    listener there {
      port = 82
      redirect = back
#                ^^^^ E0502 `there` and `back` redirect to each other
    }
    listener back {
      port = 83
      redirect = there
    }
    listener into {
      port = 84
      redirect = there
    }
  }
"#,
    );
}

#[test]
fn encryption_is_missed_where_it_is_expected() {
    environment(
        r#"
  load_balancer {
    listener https {
      port = 443
      certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/0c1d2e3f"
      tls_policy = "TLS-1-2"
#                  ^^^^^^^^^ E0505 `TLS-1-2` is no TLS policy
    }
    listener http {
      port = 80
#            ^^ W2002 requests are answered without encryption
    }
  }
"#,
    );
    environment(
        r#"
  load_balancer {
    listener web {
      port = 443
#            ^^^ W2005 port 443 without a certificate speaks plain HTTP
    }
  }
"#,
    );
    // Inside of a network neither is worth a word.
    environment(
        r#"
  load_balancer {
    scheme = internal
    listener web {
      port = 443
    }
  }
"#,
    );
}

/// What is written and could not be read is not missing.
#[test]
fn a_certificate_that_could_not_be_read_is_there() {
    check(
        r#"
edition 2026
param certificate: arn
#     ^^^^^^^^^^^ E0141 param `certificate` has no value
param drain: duration
#     ^^^^^ E0141 param `drain` has no value
param page: string
#     ^^^^ E0141 param `page` has no value
application blog {}
template balanced: web {
  platform = "nodejs-22"
  load_balancer {
    listener https { port = 443 }
  }
}
environment blog-prod: web extends balanced {
  dns { name = "blog.example.com", zone = "Z0123456789ABCDEFGHIJ" }
  load_balancer {
    idle_timeout = 2m
    drain = param.drain
    health { path = param.page }
    listener https {
      certificate = param.certificate
      tls_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    }
    listener http { port = 80 }
  }
}
environment blog-test: web {
  platform = "nodejs-22"
  load_balancer {
    listener https {
      port = 443
      certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/0c1d2e3f"
    }
    listener http {
      port = 80
      redirect = nowhere.at.all
#                ^^^^^^^ E0120 `nowhere` begins no reference
    }
  }
}
"#,
    );
}

#[test]
fn rules_look_for_hosts_and_paths() {
    environment(
        r#"
  load_balancer {
    listener web {
      port = 80
      rule nothing {
#          ^^^^^^^ E0503 a rule needs `host` or `path`
        to = default
      }
      rule many {
#          ^^^^ E0507 a rule has at most 5 hosts and paths together
        host = ["a.example.com", "b.example.com"]
        path = ["/a", "/b", "/c", "/d"]
        priority = 10
      }
      rule odd {
        host = ["localhost", "www.exämple.com"]
#               ^^^^^^^^^^^ E0505 a rule cannot look for `localhost`
#                            ^^^^^^^^^^^^^^^^^ E0505 a rule cannot look for `www.exämple.com`
        path = ["admin", "/a b"]
#               ^^^^^^^ E0505 `admin` is no path
#                        ^^^^^^ E0505 a rule cannot look for `/a b`
        to = defualt
#            ^^^^^^^ E0412 there is no process named `defualt`
        priority = 10
#                  ^^ E0411 two rules have priority 10
      }
    }
  }
"#,
    );
}

#[test]
fn health_checks_end_before_the_next_begins() {
    environment(
        r#"
  load_balancer {
    health {
      path = "healthz"
#            ^^^^^^^^^ E0505 `healthz` is no path
      timeout = 20s
#               ^^^ E0502 a health check cannot take as long as the time between checks
      codes = "200-199,600"
#             ^^^^^^^^^^^^^ E0505 `200-199,600` are no statuses
    }
    process api {
      port = 8081
      health {
        interval = 5s
#                  ^^ E0502 a health check cannot take as long as the time between checks
      }
    }
  }
"#,
    );
}

#[test]
fn metrics_have_units_and_thresholds() {
    environment(
        r#"
  scaling {
    trigger load {
      high = 30%
#            ^^^ E0502 `high` is not above `low`
      low = 70%
      period = 90s
#              ^^^ E0505 CloudWatch has no period of 1m30s
    }
    trigger bytes {
      metric = network_out
      high = 70%
#            ^^^ E0504 `network_out` is counted in another unit
      low = 2MiB
    }
    trigger requests {
#           ^^^^^^^^ E0503 a trigger on `requests` needs `low`
      metric = requests
      high = 70%
#            ^^^ E0504 `requests` is counted in another unit
    }
    trigger long {
      period = 1h
      breaches = 30
#                ^^ E0502 an alarm looks back at most one day
    }
    policy slow {
      metric = target_response_time
#              ^^^^^^^^^^^^^^^^^^^^ E0322 a policy cannot keep `target_response_time` near a target
      target = 1s
    }
    policy cpu {
#          ^^^ E0503 a policy needs a `target`
      cooldown = 1m
    }
  }
  alarm queue {
    metric = queue_depth
#            ^^^^^^^^^^^ E0322 a web environment has no `queue_depth`
    above = 10
  }
  alarm neither {
#       ^^^^^^^ E0503 exactly one of `above` and `below` is wanted
    metric = cpu
  }
  alarm both {
    metric = cpu
    above = 80
#           ^^ E0503 exactly one of `above` and `below` is wanted
    below = 10%
  }
  alarm odd {
    metric = cpu
    above = 80%
    for = 90s
#         ^^^ E0505 alarms count in whole minutes
    notify = "nobody"
#            ^^^^^^^^ E0505 `nobody` is no e-mail address
  }
  deployment {
    rollback_on = [alarm.od]
#                  ^^^^^^^^ E0412 there is no alarm named `od`
  }
  notifications {
    email = "ops@localhost"
#           ^^^^^^^^^^^^^^^ E0505 `ops@localhost` is no e-mail address
  }
"#,
    );
}

#[test]
fn no_unit_writes_over_the_state_of_another() {
    check(
        r#"
edition 2026
application blog {}
network main {
  target { state { bucket = "states" } }
  cidr = 10.0.0.0/16
}
environment blog-one: web {
  platform = "nodejs-22"
  target { state { bucket = "states" } }
}
environment blog-two: web {
  platform = "nodejs-22"
  target { state { bucket = "states", key = "two" } }
}
environment blog-three: web {
  platform = "nodejs-22"
  target { state { bucket = "others", key = "two" } }
}
environment blog-four: web {
  platform = "nodejs-22"
  target {
    state {
      bucket = "states"
      key = "bean/environment.blog-one.tfstate"
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0416 `environment.blog-four` would write over Terraform's state of `environment.blog-one`
    }
  }
}
"#,
    );
}

#[test]
fn a_mistake_inside_an_item_hides_no_unknown_name() {
    check(
        r#"
edition 2026
application shop {}
network main {
  cidr = 10.0.0.0/16
}
environment shop-prod: web {
  platform = "nodejs-22"
  network = network.mian
#                   ^^^^ E0120 there is no network named `mian`
  load_balancer {
    idle_timeout = 1x
#                  ^^ E0202 `1x` has a unit beanc does not know
  }
}
"#,
    );
}

#[test]
fn what_decides_about_the_rest_hides_nothing_that_is_wrong_anyway() {
    check(
        r#"
edition 2026
application shop {}
network main {
  cidr = 10.0.0.0/16
  subnets public {
    size = /24
    internet = direct
  }
}
environment shop-kind: web {
  platform = "nodejs-22"
  instances {
    type = "t4g.smal"
#          ^^^^^^^^^^ E0312 there is no instance type `t4g.smal`
    # An error unless there is no balancer, which says it otherwise.
    min = 4
    max = 2
  }
  load_balancer {
    kind = aplication
#          ^^^^^^^^^^ E0204 `aplication` is no `kind`
    sticky = 1h
    idle_timeout = 2m
  }
}
environment shop-network: web {
  platform = "nodejs-22"
  network = network.mian
#                   ^^^^ E0120 there is no network named `mian`
  load_balancer {
    subnets = network.main.public
    health {
      interval = 5s
      timeout = 9s
#               ^^ E0502 a health check cannot take as long as the time between checks
    }
  }
}
environment shop-purchase: web {
  platform = "nodejs-22"
  release = "1"
  instances {
    purchase = spott
#              ^^^^^ E0204 `spott` is no `purchase`
    max = 200000
#         ^^^^^^ E0501 `max` is outside of what AWS allows
    mixed {
      on_demand_base = 1
    }
  }
  load_balancer {
    health {
      path = "up"
#            ^^^^ E0505 `up` is no path
    }
  }
}
"#,
    );
}

#[test]
fn what_is_missing_of_a_damaged_network_is_not_said() {
    check(
        r#"
edition 2026
application shop {}
network main: existing {
  vpc = "vpc-0a1b2c3d4e5f60718"
  subnets public = ["subnet-0a1b2c3d4e5f60711"]
#         ^^^^^^ E0037 only blocks have a name, and `subnets public` is set to a value
}
environment shop-prod: web {
  platform = "nodejs-22"
  release = "1"
  network = network.main
}
"#,
    );
}

#[test]
fn instances_get_out_and_clients_get_in() {
    check(
        r#"
edition 2026
application blog {}
network main {
  cidr = 10.20.0.0/16
}
environment blog-prod: web {
  platform = "nodejs-22"
  network = network.main
#           ^^^^^^^^^^^^ E0415 network `main` has no subnets
}
"#,
    );
    check(
        r#"
edition 2026
application blog {}
network main {
  cidr = 10.20.0.0/16
  subnets private { internet = nat }
#                              ^^^ E0408 `private` has no way out: there is no place for a NAT gateway
}
environment blog-prod: web {
  platform = "nodejs-22"
  network = network.main
}
"#,
    );
    check(
        r#"
edition 2026
application blog {}
network main {
  cidr = 10.20.0.0/16
  subnets apart { internet = none }
}
environment blog-prod: web {
  platform = "nodejs-22"
  network = network.main
#           ^^^^^^^^^^^^ E0408 instances in `main` cannot reach the internet
}
"#,
    );
    check(
        r#"
edition 2026
application blog {}
network main {
  cidr = 10.20.0.0/16
  subnets public { internet = direct }
  subnets private { internet = nat }
#                              ^^^ W1002 one NAT gateway serves 2 zones
  subnets apart { internet = none }
}
environment blog-prod: web {
  platform = "nodejs-22"
  network = network.main
  instances {
    min = 2
    subnets = network.main.apart
#             ^^^^^^^^^^^^^^^^^^ E0408 instances in `apart` cannot reach the internet
  }
  load_balancer {
    subnets = network.main.private
#             ^^^^^^^^^^^^^^^^^^^^ E0409 a public load balancer cannot be reached in `private`
  }
}
"#,
    );
    check(
        r#"
edition 2026
application blog {}
network main {
  cidr = 10.20.0.0/16
  subnets public { internet = direct }
  subnets private { internet = nat }
}
environment blog-prod: web {
  platform = "nodejs-22"
  network = network.main
  instances {
    subnets = network.main.private
#             ^^^^^^^^^^^^^^^^^^^^ E0409 an instance without a load balancer cannot be reached in `private`
  }
  load_balancer {
    kind = none
  }
}
"#,
    );
    check(
        r#"
edition 2026
application blog {}
network main {
  cidr = 10.20.0.0/16
  zones = 1
  subnets public { internet = direct }
}
environment blog-prod: web {
  platform = "nodejs-22"
  network = network.main
#           ^^^^^^^^^^^^ E0406 a load balancer needs subnets in two zones
}
"#,
    );
}

/// A name does not open a way.
#[test]
fn subnets_that_are_only_called_public_have_no_way_out() {
    let program = "edition 2026\nnetwork main {\n  cidr = 10.20.0.0/16\n  \
                   subnets public { size = /24 }\n  subnets private { internet = nat }\n}\n";
    let disk = MemoryDisk::new([("main.bean", program)]);
    let compiled = driver::compile(Path::new("main.bean"), &disk, &Options::default());
    let [error] = &*compiled.diagnostics else {
        panic!("{:?}", compiled.diagnostics);
    };
    assert_eq!(error.code.number(), "E0408");
    assert_eq!(
        error.helps[0].text,
        "write `internet = direct` in `subnets public`"
    );
}

#[test]
fn a_network_is_chosen_as_a_whole() {
    check(
        r#"
edition 2026
application blog {}
network main {
  cidr = 10.20.0.0/16
  subnets public { internet = direct }
}
environment blog-prod: web {
  platform = "nodejs-22"
  instances {
    subnets = network.main.public
#             ^^^^^^^^^^^^^^^^^^^ E0407 the subnets of `instances` are of another network
  }
}
"#,
    );
}

#[test]
fn deployments_have_room() {
    environment(
        r#"
  deployment {
    strategy = rolling
#              ^^^^^^^ W1001 each deployment interrupts the service
  }
"#,
    );
    environment(
        r#"
  instances {
    min = 2
    max = 2
  }
  deployment {
    strategy = rolling_with_additional_batch
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0502 an additional batch needs room above `min`
  }
"#,
    );
    environment(
        r#"
  deployment {
    strategy = traffic_splitting
#              ^^^^^^^^^^^^^^^^^ E0099 `traffic_splitting` is not in this version yet
  }
"#,
    );
}

#[test]
fn names_are_as_aws_takes_them() {
    check(
        r#"
edition 2026
application blog {
  bucket = "Blog_Versions"
#          ^^^^^^^^^^^^^^^ E0505 `Blog_Versions` is no name of a bucket
}
environment the-shop-of-our-customers-in-central-europe: web {
#<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0510 `the-shop-of-our-customers-in-central-europe` is too long: a name has at most 40 characters
  platform = "nodejs-22"
}
environment blog-prod: web {
  platform = "nodejs-22"
  dns {
    name = "blog.example.com"
#          ^^^^^^^^^^^^^^^^^^ E0413 `blog.example.com` is not in zone `example.org`
    zone = "example.org"
  }
}
environment blog-test: web {
  platform = "nodejs-22"
  dns {
    name = "blog.example.com"
#          ^^^^^^^^^^^^^^^^^^ E0414 `blog.example.com` leads to `blog-prod` already
    zone = "Z0123456789ABC"
  }
}
environment blog-half: web {
  platform = "nodejs-22"
  dns {
    name = "BLOG.example.com"
#          ^^^^^^^^^^^^^^^^^^ E0414 `BLOG.example.com` leads to `blog-prod` already
    zone = "Z0123456789ABC"
    weight = 0
  }
}
environment blog-odd: web {
  platform = "nodejs-22"
  dns {
    name = "blog example.com"
#          ^^^^^^^^^^^^^^^^^^ E0505 `blog example.com` is no name of the DNS
    zone = "example.com"
  }
}
"#,
    );
}

#[test]
fn variables_secrets_and_tags_have_rules() {
    environment(
        r#"
  env {
    "NODE-ENV" = "production"
#   ^^^^^^^^^^ E0505 `NODE-ENV` is no name of a variable
    NODE-ARGS = "--trace-warnings"
#   ^^^^^^^^^ E0505 `NODE-ARGS` is no name of a variable
    API_TOKEN = "0123456789abcdef"
#               ^^^^^^^^^^^^^^^^^^ W2003 `API_TOKEN` looks like a secret in plain text
    EMPTY_TOKEN = ""
    DATABASE_URL = "postgres://blog:hunter2@db.example.com/blog"
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ W2003 `DATABASE_URL` looks like a secret in plain text
    PUBLIC_URL = "https://blog@example.com/a:b@c"
    DATABASE = secret("ssm:/shop/data base")
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0702 no secret is named `/shop/data base`
    OTHER = secret("ssm:/aws/database")
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0702 no secret is named `/aws/database`
    THIRD = secret("secretsmanager:shop database")
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0702 no secret is named `shop database`
    FINE = secret("secretsmanager:shop/database#url")
  }
  tags {
    "aws:owner" = "shop"
#   ^^^^^^^^^^^ E0511 AWS refuses the tag `aws:owner`
    Team = "store;front"
#          ^^^^^^^^^^^^^ E0511 AWS refuses the tag `Team`
  }
  logs {
    retention = 10d
#               ^^^ E0506 CloudWatch Logs keeps nothing for 10d
    files = ["log/production.log"]
#            ^^^^^^^^^^^^^^^^^^^^ E0505 `log/production.log` is no path
  }
  static {
    "/assets" = "public/assets-1.0"
    "/" = "public"
#   ^^^ E0505 nothing can be served at `/` without the application
    images = "images"
#   ^^^^^^ E0505 nothing can be served at `images` without the application
    "/etc" = "../../etc"
#            ^^^^^^^^^^^ E0505 nothing can be served at `/etc` without the application
    "/x" = "x; }"
#          ^^^^^^ E0505 nothing can be served at `/x` without the application
  }
"#,
    );
}

/// The names of the environment properties that are said to be secrets.
fn secrets(env: &[(&str, &str)]) -> Vec<String> {
    let lines: String = env
        .iter()
        .map(|(name, value)| format!("    \"{name}\" = \"{value}\"\n"))
        .collect();
    let program = format!(
        "edition 2026\ninput host: string\napplication blog {{}}\n\
         environment blog-prod: web {{\n  platform = \"nodejs-22\"\n  env {{\n{lines}  }}\n}}\n"
    );
    let disk = MemoryDisk::new([("main.bean", program)]);
    let compilation = driver::compile(Path::new("main.bean"), &disk, &Options::default());
    assert!(!compilation.has_errors(), "{:?}", compilation.diagnostics);
    let said = compilation.diagnostics.iter();
    let said = said.filter(|it| it.code == Code::LiteralSecret);
    let name = |it: &Diagnostic| it.message.split('`').nth(1).map(str::to_owned);
    said.filter_map(name).collect()
}

#[test]
fn secrets_are_known_by_their_names_and_by_themselves() {
    let env = [
        ("SECRET_KEY_BASE", "3f9a8c1b7d2e4f60"),
        ("DJANGO_SECRET_KEY", "django-insecure-k3y"),
        ("JWT_SIGNING_KEY", "c2lnbmluZy1rZXk="),
        ("Jwt__SigningKey", "c2lnbmluZy1rZXk="),
        ("APP_KEY", "base64:c2lnbmluZy1rZXk="),
        ("RAILS_MASTER_KEY", "0123456789abcdef"),
        ("GPG_PASSPHRASE", "open sesame"),
        ("DB_PASS", "hunter2"),
        ("MYSQL_PWD", "hunter2"),
        ("DB_PASSWORD", "hunter2"),
        ("DB_PASSWORD_OLD", "hunter1"),
        ("dbPassword2", "hunter2"),
        ("GITHUB_TOKEN", "0123456789abcdef"),
        ("API_KEY_1", "0123456789abcdef"),
        (
            "AWS_SECRET_ACCESS_KEY",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
        ),
        ("SESSION_KEY", "8f14e45fceea167a5a36"),
        ("AUTH_SALT", "put.your|unique~phrase:4"),
        ("ANYTHING", "AKIAIOSFODNN7EXAMPLE"),
        ("SLACK", "xoxb-123456789012-abcdefghijkl"),
        ("STRIPE", "sk_live_0123456789abcdefghijkl"),
        ("HOOK", "https://hooks.slack.com/services/T0/B0/x0x0x0"),
        ("MONGO_URL", "mongodb://shop:hunter2@one,two/shop?tls=true"),
        ("CACHE_URL", "redis://:hunter2@cache.example.com:6379"),
        ("LATE_URL", "postgres://shop:hunter2@${input.host}/shop"),
        (
            "JDBC_URL",
            "jdbc:postgresql://db/shop?user=shop&password=hunter2",
        ),
        (
            "ConnectionStrings__Shop",
            "Server=db;User Id=shop;Password=hunter2;",
        ),
    ];
    assert_eq!(secrets(&env), env.map(|(name, _)| name));
}

#[test]
fn what_leads_to_a_secret_is_none() {
    let env = [
        ("NODE_ENV", "production"),
        ("TOKEN_URL", "https://auth.example.com/token"),
        ("AUTH_TOKEN", "https://auth.example.com/token"),
        ("PASSWORD_MIN_LENGTH", "12"),
        ("REQUIRE_PASSWORD", "true"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("TLS_PRIVATE_KEY", "/etc/pki/tls/private/server.key"),
        ("JWT_PRIVATE_KEY", "config/jwt.pem"),
        (
            "DB_PASSWORD_ARN",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/db",
        ),
        (
            "DB_SECRET",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db",
        ),
        ("SECRET_NAME", "shop/database"),
        ("AWS_ACCESS_KEY_ID", "from-the-role"),
        ("API_KEY", "<your key>"),
        ("API_TOKEN", "your-token-here"),
        ("SMTP_PASSWORD", "changeme"),
        ("SMTP_PASS", "********"),
        ("OTHER_PASSWORD", "$SMTP_PASSWORD"),
        ("LATE_TOKEN", "${input.host}"),
        ("LATE_URL", "postgres://shop:${input.host}@db/shop"),
        ("PUBLIC_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"),
        ("NEXT_PUBLIC_MAPS_TOKEN", "pk.0123456789abcdef"),
        ("CACHE_KEY", "shop-0123456789abcdef"),
        ("SESSION_KEY", "user_session"),
        (
            "SENTRY_DSN",
            "https://0123456789abcdef@o0.ingest.sentry.io/1",
        ),
        ("SSH_URL", "ssh://git@example.com:22/shop.git"),
        ("PWD", "/var/app/current"),
        ("EMPTY_TOKEN", ""),
        ("JAVA_OPTS", "-Xmx1g -Dserver.port=5000"),
        ("BYPASS", "everything-2"),
    ];
    assert_eq!(secrets(&env), <[String; 0]>::default());
}

/// Containers have properties of their own, in the program or beside it.
#[test]
fn secrets_of_containers_are_found() {
    check(
        r#"
edition 2026
application blog {}
environment blog-prod: web {
  platform = "ecs"
  container web {
    image = "nginx:1.29"
    port = 80
    env {
      DB_PASS = "hunter2"
#               ^^^^^^^^^ W2003 `DB_PASS` looks like a secret in plain text
    }
  }
}
"#,
    );
    let program = "edition 2026\napplication blog { source = \"app\" }\n\
                   environment blog-prod: web { platform = \"ecs\" }\n";
    let task = r#"{
  "AWSEBDockerrunVersion": 2,
  "containerDefinitions": [{
    "name": "web", "image": "nginx:1.29", "portMappings": [{ "containerPort": 80 }],
    "environment": [{ "name": "DB_PASS", "value": "hunter2" }]
  }]
}
"#;
    let disk = MemoryDisk::new([("main.bean", program), ("app/Dockerrun.aws.json", task)]);
    let compilation = driver::compile(Path::new("main.bean"), &disk, &Options::default());
    let mut said = compilation.diagnostics.iter();
    let said = said.find(|it| it.code == Code::LiteralSecret);
    let said = said.expect("it is a secret");
    assert_eq!(compilation.sources.text(said.primary.span), r#""DB_PASS""#);
    let help = said.helps.first().expect("there is help");
    assert_eq!(
        help.text,
        "keep it in Parameter Store, and name the parameter in `secrets`"
    );
}

#[test]
fn targets_and_arns_agree() {
    environment(
        r#"
  target {
    account = "1234"
#             ^^^^^^ E0505 `1234` is no account
    region = "eu-wset-1"
#            ^^^^^^^^^^^ E0512 there is no region `eu-wset-1`
    role = "arn:aws:sns:eu-west-1:111122223333:role"
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0505 `arn:aws:sns:eu-west-1:111122223333:role` is no ARN of iam
  }
"#,
    );
    environment(
        r#"
  target {
    account = "111122223333"
    region = "eu-west-1"
    role = "arn:aws:iam::999988887777:role/deploy"
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0513 the role is in another account than the target
    state {
      bucket = "st"
#              ^^^^ E0505 `st` is no name of a bucket
    }
  }
  notifications {
    topic = "arn:aws:sns:us-east-1:111122223333:alarms"
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0513 this is in `us-east-1`, the environment in `eu-west-1`
  }
  load_balancer {
    listener https {
      port = 443
      certificate = "arn:aws-cn:acm:cn-north-1:111122223333:certificate/0c1d2e3f"
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0513 this is in partition `aws-cn`, the environment in another
    }
  }
"#,
    );
}

/// What a template says wrong is said once, where it stands.
#[test]
fn a_mistake_that_many_inherit_is_one() {
    check(
        r#"
edition 2026
application blog {}
template base: web {
  platform = "nodejs-22"
  instances {
    type = "t4g.smal"
#          ^^^^^^^^^^ E0312 there is no instance type `t4g.smal`
  }
}
environment blog-prod: web extends base {}
environment blog-test: web extends base {}
"#,
    );
}

#[test]
fn what_cannot_be_read_hides_nothing_beside_it() {
    environment(
        r#"
  instances {
    min = 3
    max = 2
#         ^ E0502 `max` is smaller than `min`
  }
  scaling {
    schedule night {
      cron = "0 20 * *"
#            ^^^^^^^^^^ E0505 `0 20 * *` is no cron expression
      min = 1
    }
    schedule day {
      cron = "0 7 * *"
#            ^^^^^^^^^ E0505 `0 7 * *` is no cron expression
      min = many
#           ^^^^ E0203 `min` expects a whole number, got a word
    }
    trigger cpu {
      period = 90s
#              ^^^ E0505 CloudWatch has no period of 1m30s
    }
  }
  deployment {
    timeout = 5d
#             ^^ E0501 `timeout` is outside of what AWS allows
  }
"#,
    );
    // Neither does a platform or an application that is not there.
    check(
        r#"
edition 2026
application blog {}
application shop {}
environment web: web {
#           ^^^ E0123 `web` could run any of several applications
  platform = "nodejs22"
#            ^^^^^^^^^^ E0304 there is no platform `nodejs22`
  instances {
    min = 3
    max = 2
#         ^ E0502 `max` is smaller than `min`
  }
  target { account = "123" }
#                    ^^^^^ E0505 `123` is no account
}
"#,
    );
    // What decides about the others is needed for all of them.
    environment(
        r#"
  load_balancer {
    kind = nnone
#          ^^^^^ E0204 `nnone` is no `kind`
  }
  instances {
    min = 3
    max = 2
  }
"#,
    );
}

#[test]
fn what_is_protected_is_there() {
    environment(
        r#"
  protect = [bucket, load_balancr, load_balancer]
#                    ^^^^^^^^^^^^ E0412 no resource has the role `load_balancr`
"#,
    );
    // A template's role that one child does not have is no mistake.
    environment(
        r#"
  load_balancer { kind = none }
  instances { max = 1 }
  protect = [address]
"#,
    );
}

#[test]
fn a_share_is_of_a_hundred() {
    let program = "edition 2026\napplication blog {}\nenvironment blog-prod: web {\n  \
                   platform = \"nodejs-22\"\n  deployment { batch = 0% }\n}\n";
    let disk = MemoryDisk::new([("main.bean", program)]);
    let compilation = driver::compile(Path::new("main.bean"), &disk, &Options::default());
    let label = &compilation.diagnostics[0].primary.text;
    assert_eq!(label, "0%; allowed is 1% to 100%");
}

#[test]
fn seconds_are_whole_and_a_range_is_told_in_them() {
    environment(
        r#"
  load_balancer {
    drain = 500ms
#           ^^^^^ E0501 `drain` counts in whole seconds
  }
"#,
    );
    let program = "edition 2026\napplication blog {}\nenvironment blog-prod: web {\n  \
                   platform = \"nodejs-22\"\n  load_balancer { idle_timeout = 2h }\n}\n";
    let disk = MemoryDisk::new([("main.bean", program)]);
    let compilation = driver::compile(Path::new("main.bean"), &disk, &Options::default());
    let label = &compilation.diagnostics[0].primary.text;
    assert_eq!(label, "7200s; allowed is 1s to 4000s");
}

#[test]
fn a_mac_is_no_machine_for_an_environment() {
    environment(
        r#"
  instances { type = "mac2.metal" }
#                    ^^^^^^^^^^^^ E0312 `mac2.metal` runs macOS on a host of its own
"#,
    );
}

#[test]
fn requests_are_split_by_names_of_the_dns() {
    environment(
        r#"
  deployment {
    strategy = traffic_splitting
#              ^^^^^^^^^^^^^^^^^ E0099 `traffic_splitting` is not in this version yet
    split = 10%
    evaluate_for = 5m
  }
"#,
    );
    environment(
        r#"
  deployment {
    strategy = immutable
    batch = 150%
#           ^^^^ E0501 `batch` is more than all instances
    split = 10%
#           ^^^ E0502 `split` belongs to `traffic_splitting`
    evaluate_for = 5m
#                  ^^ E0502 `evaluate_for` belongs to `traffic_splitting`
  }
"#,
    );
}

/// What is said of instances on a platform: each code with its help, `!` in front of
/// what is certain, and the place that the help would change.
fn architectures(platform: &str, instances: &str) -> Vec<String> {
    let program = format!(
        "edition 2026\napplication blog {{}}\nparam size: string = \"t4g.small\"\n\
         platform graviton extends \"nodejs-22\" {{ image {{ remove ssm, ssm {{ arm64 = \"/a\" }} }} }}\n\
         environment blog-prod: web {{\n  platform = {platform}\n  \
         instances {{\n{instances}\n  }}\n}}\n"
    );
    let disk = MemoryDisk::new([("main.bean", program)]);
    let compilation = driver::check(None, Path::new("main.bean"), &disk, &Options::default());
    let errors = compilation.diagnostics.iter();
    let errors = errors.filter(|it| it.severity() == Severity::Error);
    let said = errors.flat_map(|it| {
        let code = it.code.number();
        let place = |span| compilation.sources.text(span).to_owned();
        match it.helps.is_empty() {
            true => vec![format!("{code} {}", place(it.primary.span))],
            false => it
                .helps
                .iter()
                .map(|help| {
                    let certain = help.applicability == Applicability::MachineApplicable;
                    let mark = if certain { "!" } else { "" };
                    let edit = help.edits.first();
                    let edit = edit.map(|it| format!(": {} for {}", it.text, place(it.span)));
                    let edit = edit.unwrap_or_default();
                    format!("{code} {mark}{}{edit}", help.text)
                })
                .collect(),
        }
    });
    said.collect()
}

#[test]
fn an_architecture_that_does_not_fit_has_the_nearest_type_that_does() {
    let windows = "\"windows-2022\"";
    let both = "\"nodejs-22\"";
    let mixed = |types: &str| format!("purchase = mixed\nmixed {{ types = [{types}] }}\n");
    for (platform, instances, said) in [
        // The platform has one architecture.
        (
            windows,
            "type = \"t4g.small\"".to_owned(),
            vec!["E0310 !`t3.small` is the nearest x86_64 type: \"t3.small\" for \"t4g.small\""],
        ),
        (
            "platform.graviton",
            "type = \"m7i.large\"".to_owned(),
            vec!["E0310 !`m8g.large` is the nearest arm64 type: \"m8g.large\" for \"m7i.large\""],
        ),
        (
            windows,
            "architecture = arm64".to_owned(),
            vec!["E0310 !it has one for `x86_64`: x86_64 for arm64"],
        ),
        // What many may share is not replaced without asking.
        (
            windows,
            "type = param.size".to_owned(),
            vec!["E0310 `t3.small` is the nearest x86_64 type: \"t3.small\" for param.size"],
        ),
        // The type that does not fit is wrong, and not the others that do.
        (
            windows,
            format!(
                "type = \"t4g.small\"\n{}",
                mixed("\"t3.small\", \"t4g.large\"")
            ),
            vec![
                "E0310 !`t3a.small` is the nearest x86_64 type: \"t3a.small\" for \"t4g.small\"",
                "E0310 !`t3.large` is the nearest x86_64 type: \"t3.large\" for \"t4g.large\"",
            ],
        ),
        // The platform has both, and the first decides. No type comes twice.
        (
            both,
            format!(
                "type = \"t4g.small\"\n{}",
                mixed("\"t4g.medium\", \"t3.medium\"")
            ),
            vec!["E0311 !`t4g.large` is the nearest arm64 type: \"t4g.large\" for \"t3.medium\""],
        ),
        (
            both,
            mixed("\"m7i.large\", \"m7g.large\""),
            vec!["E0311 !`m8i.large` is the nearest x86_64 type: \"m8i.large\" for \"m7g.large\""],
        ),
        // Either may be meant.
        (
            both,
            "type = \"t4g.small\"\narchitecture = x86_64".to_owned(),
            vec![
                "E0311 write `arm64`, or leave it out: arm64 for x86_64",
                "E0311 `t3.small` is the nearest x86_64 type: \"t3.small\" for \"t4g.small\"",
            ],
        ),
        // One of the two is wrong anyway: what is left fits.
        (
            windows,
            "type = \"t4g.small\"\narchitecture = x86_64".to_owned(),
            vec!["E0310 !`t3.small` is the nearest x86_64 type: \"t3.small\" for \"t4g.small\""],
        ),
        (
            windows,
            "type = \"t3.small\"\narchitecture = arm64".to_owned(),
            vec!["E0311 write `x86_64`, or leave it out: x86_64 for arm64"],
        ),
    ] {
        assert_eq!(
            architectures(platform, &instances),
            said,
            "{platform} {instances}"
        );
    }
}

#[test]
fn types_that_cannot_start_from_amazon_linux_2023_are_refused_there() {
    let mixed = |types: &str| format!("purchase = mixed\nmixed {{ types = [{types}] }}\n");
    for (platform, instances, said) in [
        (
            "\"nodejs-22\"",
            "type = \"m1.small\"".to_owned(),
            vec!["E0314 !`m8a.medium` is the nearest x86_64 type: \"m8a.medium\" for \"m1.small\""],
        ),
        (
            "\"docker\"",
            "type = \"a1.large\"".to_owned(),
            vec!["E0314 !`c8g.large` is the nearest arm64 type: \"c8g.large\" for \"a1.large\""],
        ),
        // No type comes twice, and what is wrong decides about the architecture.
        (
            "\"nodejs-22\"",
            mixed("\"a1.large\", \"c8g.large\", \"m7i.large\""),
            vec![
                "E0314 !`c7g.large` is the nearest arm64 type: \"c7g.large\" for \"a1.large\"",
                "E0311 !`m8g.large` is the nearest arm64 type: \"m8g.large\" for \"m7i.large\"",
            ],
        ),
        // Images of one's own, and Windows, are held to no rule of Amazon Linux.
        (
            "platform.graviton",
            "type = \"a1.large\"".to_owned(),
            vec![],
        ),
        ("\"windows-2022\"", "type = \"m1.large\"".to_owned(), vec![]),
        ("\"nodejs-22\"", "type = \"m3.large\"".to_owned(), vec![]),
    ] {
        assert_eq!(
            architectures(platform, &instances),
            said,
            "{platform} {instances}"
        );
    }
}

#[test]
fn images_are_built_on_types_that_start_from_their_base() {
    check(
        r#"
edition 2026
platform based extends "nodejs-22" {
  image {
    build {
      instance_type = "a1.large"
#                     ^^^^^^^^^^ E0314 `a1.large` cannot start from Amazon Linux 2023
    }
  }
}
platform containers extends "ecs" {
  image {
    build {
      instance_type = "a1.large"
#                     ^^^^^^^^^^ E0314 `a1.large` cannot start from Amazon Linux 2023
    }
  }
}
platform ubuntu extends "nodejs-22" {
  image {
    build {
      base = "/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id"
      instance_type = "a1.large"
    }
  }
}
"#,
    );
}

#[test]
fn a_network_that_exists_is_named_by_ids() {
    check(
        r#"
edition 2026
network old: existing {
  vpc = "vpc-main"
#       ^^^^^^^^^^ E0505 `vpc-main` is no id of a VPC
  subnets apps {
    ids = ["subnet-0a1b2c3d", "sn-0a1b2c3d4e5f60718"]
#                             ^^^^^^^^^^^^^^^^^^^^^^ E0505 `sn-0a1b2c3d4e5f60718` is no id of a subnet
  }
}
"#,
    );
}

#[test]
fn a_network_with_one_mistake_has_others() {
    check(
        r#"
edition 2026
network main {
  cidr = 10.20.1.5/16
#        ^^^^^^^^^^^^ E0403 `10.20.1.5/16` is an address, not the beginning of a range
  subnets private {
    cidr = 10.21.0.0/20
#          ^^^^^^^^^^^^ E0401 subnets `private` lie outside of network `main`
  }
  subnets data {
    size = /12
#          ^^^ E0404 AWS has no networks or subnets of /12
  }
}
"#,
    );
}

/// What people write for a value of another type, and what they are told: a
/// suggestion that does not compile would cost more than none.
#[test]
fn values_of_other_types_come_with_what_fits() {
    let helps = |body: &str| {
        let program = format!(
            "edition 2026\napplication blog {{}}\nnetwork main {{ cidr = 10.0.0.0/16 }}\n\
             environment web: web {{\n  platform = \"nodejs-22\"\n  {body}\n}}\n"
        );
        let disk = beanc::disk::MemoryDisk::new([("test.bean", program.as_str())]);
        let options = beanc::driver::Options::default();
        let compilation =
            beanc::driver::compile(std::path::Path::new("test.bean"), &disk, &options);
        let helps = compilation.diagnostics.iter().flat_map(|it| &it.helps);
        helps.map(|help| help.text.clone()).collect::<Vec<_>>()
    };
    for (body, help) in [
        (
            "load_balancer { scheme = \"internet-facing\" }",
            "words stand without quotes: `internet_facing`",
        ),
        ("release = 5", "text stands in quotes: `\"5\"`"),
        ("application = blogg", "write `application.blog`"),
        ("network = main", "write `network.main`"),
        (
            "network = other",
            "write `network.other`, and declare `network other`",
        ),
        (
            "instances { subnets = private }",
            "name their network as well: `network.NAME.private`",
        ),
        (
            "instances { type = t3.micro }",
            "if it is text, it stands in quotes: `\"t3.micro\"`",
        ),
        ("instances { type = [\"t3.micro\"] }", "it takes one value"),
        (
            "instances { architecture = amd64 }",
            "did you mean `x86_64`?",
        ),
        ("instances { architecture = arm }", "did you mean `arm64`?"),
        (
            "instances { min = max-1 }",
            "a minus stands between spaces: without them `-` is part of the name",
        ),
        (
            "load_balancer { sticky = true }",
            "write a duration such as `30s`",
        ),
        (
            "logs { files = \"/var/log/app.log\" }",
            "a list stands in brackets: `[\"/var/log/app.log\"]`",
        ),
        (
            "deployment { strategy = immutable { batch = 1 } }",
            "a block is an entry of its own: `name { … }` on the next line",
        ),
    ] {
        assert_eq!(helps(body), [help], "{body}");
    }
}

/// A worker with this body, and what is said about it.
#[track_caller]
fn worker(body: &str) {
    let body = body.trim_start_matches('\n').trim_end();
    let head = "edition 2026\napplication blog {}\nenvironment blog-jobs: worker {";
    check(&format!("{head}\n  platform = \"nodejs-22\"\n{body}\n}}\n"));
}

#[test]
fn the_times_of_a_queue_go_together() {
    worker(
        r#"
  queue {
    path = "jobs"
#          ^^^^^^ E0505 `jobs` is no path
    inactivity_timeout = 10m
    visibility_timeout = 5m
#                        ^^ E0502 a message would come again while it is still being worked on
    retention = 6d
    dead_letter {
      retention = 4d
#                 ^^ E0502 messages that fail would vanish before anybody looks at them
    }
  }
"#,
    );
    worker(
        r#"
  queue {
    existing = "jobs"
#              ^^^^^^ E0505 `jobs` is no queue
    fifo = true
#          ^^^^ E0502 `fifo` belongs to a queue of the environment's own
  }
  alarm poison {
    metric = dead_letter_depth
#            ^^^^^^^^^^^^^^^^^ E0322 where this queue puts messages that fail is not known here
    above = 0
  }
"#,
    );
}

#[test]
fn a_queue_that_exists_is_in_the_region_of_its_workers() {
    for queue in [
        "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs",
        "arn:aws:sqs:eu-west-1:111122223333:jobs.fifo",
    ] {
        let marks = "^".repeat(queue.len() + 2);
        worker(&format!(
            r#"
  target {{ region = "us-east-1" }}
  queue {{
    existing = "{queue}"
#              {marks} E0513 this is in `eu-west-1`, the environment in `us-east-1`
  }}
"#
        ));
        worker(&format!(
            r#"
  target {{ region = "eu-west-1" }}
  queue {{
    existing = "{queue}"
  }}
"#
        ));
    }
}

#[test]
fn metrics_of_a_queue_are_seen_in_its_account_alone() {
    let target = r#"target { account = "111122223333", region = "eu-west-1" }"#;
    worker(&format!(
        r#"
  {target}
  queue {{
    existing = "arn:aws:sqs:eu-west-1:444455556666:jobs"
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0322 the metrics of this queue are seen in account `444455556666` alone
  }}
"#
    ));
    worker(&format!(
        r#"
  {target}
  queue {{ existing = "arn:aws:sqs:eu-west-1:444455556666:jobs" }}
  scaling {{
    trigger depth {{
      metric = queue_depth
#              ^^^^^^^^^^^ E0322 the metrics of this queue are seen in account `444455556666` alone
      high = 500
      low = 50
    }}
    policy backlog {{
      messages_per_instance = 50
#                             ^^ E0322 the metrics of this queue are seen in account `444455556666` alone
    }}
  }}
"#
    ));
    for fine in [
        "scaling { trigger cpu { metric = cpu, high = 70%, low = 20% } }",
        "instances { min = 2, max = 2 }",
    ] {
        worker(&format!(
            "\n  {target}\n  queue {{ existing = \"arn:aws:sqs:eu-west-1:444455556666:jobs\" }}\n  {fine}\n"
        ));
    }
    worker(&format!(
        "\n  {target}\n  queue {{ existing = \"arn:aws:sqs:eu-west-1:111122223333:jobs\" }}\n"
    ));
}

#[test]
fn tasks_have_a_time_and_a_path() {
    worker(
        r#"
  schedule nightly {
    cron = "0 2 * * *"
#          ^^^^^^^^^^^ E0505 `0 2 * * *` is no cron expression of EventBridge
    path = "tasks"
#          ^^^^^^^ E0505 `tasks` is no path
  }
  schedule weekly {
    cron = "0 2 ? * 8 *"
#          ^^^^^^^^^^^^^ E0505 `0 2 ? * 8 *` is no cron expression of EventBridge
    path = "/weekly"
  }
"#,
    );
}

#[test]
fn workers_scale_on_their_backlog_and_answer_nobody() {
    worker(
        r#"
  load_balancer {
# ^^^^^^^^^^^^^ E0301 a worker environment has no `load_balancer`
    kind = none
  }
  scaling {
    policy backlog {
      messages_per_instance = 50
      target = 50%
#              ^^^ E0503 a policy keeps one thing near a target
    }
    trigger requests {
      metric = requests
#              ^^^^^^^^ E0320 `requests` needs a load balancer
      high = 10
      low = 1
    }
  }
  env {
    OWN = environment.blog-jobs.url
#                               ^^^ E0121 environment `blog-jobs` has no `url`
  }
"#,
    );
    environment(
        r#"
  env {
    QUEUE = environment.blog-prod.queue.url
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0121 environment `blog-prod` has no queue
  }
"#,
    );
}

/// An environment whose balancer has this body.
#[track_caller]
fn shared(body: &str) {
    let body = body.trim_start_matches('\n').trim_end();
    let head = r#"edition 2026
application blog {}
network office: existing {
  vpc = "vpc-0a1b2c3d4e5f60718"
  subnets private { ids = ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"] }
}
environment blog-prod: web {
  platform = "nodejs-22"
  network = network.office
  target {
    region = "eu-west-1"
    account = "111122223333"
  }
"#;
    check(&format!("{head}{body}\n}}\n"));
}

#[test]
fn a_shared_balancer_is_known_from_what_is_written() {
    shared(
        r#"
  load_balancer {
    kind = shared("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/front/50dc6c495c0c9188")
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0113 a shared load balancer needs `security_groups`
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0113 a shared load balancer needs a `listener`
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0505 `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/front/50dc6c495c0c9188` is no ARN of an application load balancer
  }
"#,
    );
    shared(
        r#"
  load_balancer {
    kind = shared("arn:aws:elasticloadbalancing:eu-west-2:444455556666:loadbalancer/app/front/50dc6c495c0c9188")
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0113 nothing says where the environment answers
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0513 the load balancer is in another account than the environment
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0513 this is in `eu-west-2`, the environment in `eu-west-1`
    security_groups = ["sg-1", "sg-0a1b2c3d4e5f60713"]
#                      ^^^^^^ E0505 `sg-1` is no id of a security group
    listener https {
      port = 443
      arn = "arn:aws:elasticloadbalancing:eu-west-2:444455556666:listener/app/back/50dc6c495c0c9188/f2f7dc8efc522ab2"
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0505 `arn:aws:elasticloadbalancing:eu-west-2:444455556666:listener/app/back/50dc6c495c0c9188/f2f7dc8efc522ab2` is no listener of the load balancer
      rule all { path = ["/*"] }
    }
    listener http {
#            ^^^^ E0113 listener `http` of a shared load balancer needs `arn`
#            ^^^^ E0113 listener `http` of a shared load balancer needs a `rule`
      port = 80
    }
  }
"#,
    );
}

#[test]
fn what_a_shared_balancer_is_belongs_to_its_owner() {
    shared(
        r#"
  load_balancer {
    kind = shared("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/50dc6c495c0c9188")
    security_groups = ["sg-0a1b2c3d4e5f60713"]
    dns_name = "back-1234567890.eu-west-1.elb.amazonaws.com"
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0505 `back-1234567890.eu-west-1.elb.amazonaws.com` is no name of the load balancer
    scheme = internal
#            ^^^^^^^^ E0323 `scheme` cannot be set on a shared load balancer
    subnets = network.office.private
#             ^^^^^^^^^^^^^^^^^^^^^^ E0323 `subnets` cannot be set on a shared load balancer
    idle_timeout = 2m
#                  ^^ E0323 `idle_timeout` cannot be set on a shared load balancer
    access_logs = true
#                 ^^^^ E0323 `access_logs` cannot be set on a shared load balancer
    deletion_protection = true
#                         ^^^^ E0323 `deletion_protection` cannot be set on a shared load balancer
    listener https {
      port = 443
      arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/front/50dc6c495c0c9188/f2f7dc8efc522ab2"
      tls_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0323 `tls_policy` cannot be set on a shared load balancer
      redirect = http
#                ^^^^ E0323 `redirect` cannot be set on a shared load balancer
      to = admin
#          ^^^^^ E0323 `to` cannot be set on a shared load balancer
      rule nobody { to = admin }
#          ^^^^^^ E0503 a rule needs `host` or `path`
#                        ^^^^^ E0412 there is no process named `admin`
    }
  }
  alarm broken {
    metric = load_balancer_5xx
#            ^^^^^^^^^^^^^^^^^ E0322 a shared load balancer has no `load_balancer_5xx` of one environment
    above = 10
    for = 5m
  }
"#,
    );
    environment(
        r#"
  load_balancer {
    security_groups = ["sg-0a1b2c3d4e5f60713"]
#                     ^^^^^^^^^^^^^^^^^^^^^^^^ E0323 `security_groups` is of a shared load balancer only
    dns_name = "front-1234567890.eu-west-1.elb.amazonaws.com"
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0323 `dns_name` is of a shared load balancer only
    listener http {
      port = 80
      arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/front/50dc6c495c0c9188/f2f7dc8efc522ab2"
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0323 `arn` is of a shared load balancer only
    }
  }
"#,
    );
}

#[test]
fn nothing_is_looked_up_of_a_shared_balancer() {
    check(
        r#"
edition 2026
application blog {}
network office: existing {
  vpc = "vpc-0a1b2c3d4e5f60718"
  subnets private { ids = ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"] }
}
template behind-front: web {
  platform = "nodejs-22"
  load_balancer {
    kind = shared("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/50dc6c495c0c9188")
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ E0113 an environment behind a shared load balancer needs `network`
    security_groups = ["sg-0a1b2c3d4e5f60713"]
    listener https {
      port = 443
      arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/front/50dc6c495c0c9188/f2f7dc8efc522ab2"
    }
  }
}
environment blog-prod: web extends behind-front {
  load_balancer {
    listener https {
      rule web { host = ["blog.example.com"] }
    }
  }
  dns {
    name = "blog.example.com"
#          ^^^^^^^^^^^^^^^^^^ E0113 `dns` needs the `dns_name` of the shared load balancer
    zone = "example.com"
  }
}
environment blog-test: web extends behind-front {
  network = network.office
  load_balancer {
    dns_name = "front-1234567890.eu-west-1.elb.amazonaws.com"
    listener https {
      rule web { host = ["*.test.example.com", "t?st.example.com"] }
    }
  }
  dns {
    name = "tests.example.com"
#          ^^^^^^^^^^^^^^^^^^^ E0502 no rule takes the requests for `tests.example.com`
    zone = "example.com"
  }
}
environment blog-old: web extends behind-front {
  network = network.office
  load_balancer {
    listener https {
      rule web { host = ["old.example.com"] }
    }
  }
  env {
    FRONT = environment.blog-prod.load_balancer_dns_name
#                                 ^^^^^^^^^^^^^^^^^^^^^^ E0121 environment `blog-prod` does not know its load balancer's name
  }
}
"#,
    );
}

/// AWS would refuse the second rule, once the first environment is deployed.
#[test]
fn rules_on_one_listener_have_priorities_of_their_own() {
    check(
        r#"
edition 2026
application blog {}
network office: existing {
  vpc = "vpc-0a1b2c3d4e5f60718"
  subnets private { ids = ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"] }
}
template behind-front: web {
  platform = "nodejs-22"
  network = network.office
  load_balancer {
    kind = shared("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/50dc6c495c0c9188")
    security_groups = ["sg-0a1b2c3d4e5f60713"]
    listener https {
      port = 443
      arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/front/50dc6c495c0c9188/f2f7dc8efc522ab2"
    }
  }
}
environment blog-prod: web extends behind-front {
  load_balancer {
    listener https {
      rule web { host = ["blog.example.com"], priority = 7 }
      rule www { host = ["www.example.com"] }
    }
  }
}
environment blog-test: web extends behind-front {
  load_balancer {
    listener https {
      rule web { host = ["test.example.com"], priority = 7 }
#                                                        ^ E0411 rules of `blog-prod` and `blog-test` have priority 7 on one listener
      rule www { host = ["www.test.example.com"] }
    }
  }
}
"#,
    );
}

/// Environments of large programs are read in parts, which must not show.
#[test]
fn what_many_environments_have_wrong_is_said_once() {
    let mut text = String::from(
        r#"edition 2026
import { size } from "./sizes.bean"
application shop {}
template base: web {
  platform = "nodejs-22"
  release = "1"
  instances {
    maximum = 3
  }
}
"#,
    );
    for number in 0..400 {
        let body = match number {
            // The first part sees it, and the last.
            5 | 390 => "instances { type = let.size, min = 9 }",
            70 | 300 => "instances { min = 4, max = 2 }",
            _ => "",
        };
        text += &format!("environment shop-{number}: web extends base {{ {body} }}\n");
    }
    let sizes = "edition 2026\nlet size = \"t4g.${let.missing}\"\n";
    let disk = MemoryDisk::new([("shop.bean", text.as_str()), ("sizes.bean", sizes)]);
    let compiled = driver::compile(Path::new("shop.bean"), &disk, &Options::default());
    let said: Vec<String> = compiled
        .diagnostics
        .iter()
        .map(|it| format!("{} {}", it.code.number(), it.message))
        .collect();
    let expected = [
        "E0110 `instances` has no property `maximum`",
        "E0502 `max` is smaller than `min`",
        "E0502 `max` is smaller than `min`",
        "E0120 there is no let named `missing`",
    ];
    assert_eq!(said, expected);
}

#[test]
fn regions_are_one_and_have_their_zones() {
    check(
        r#"
edition 2026
application blog {}
network west {
  cidr = 10.0.0.0/16
  zones = 4
#         ^ E0501 `us-west-1` has 2 availability zones, and 4 are wanted
  target { region = "us-west-1" }
  subnets public { size = /24, internet = direct }
}
environment blog-prod: web {
  platform = "nodejs-22"
  network = network.west
#           ^^^^^^^^^^^^ E0513 this is in `us-west-1`, the environment in `eu-west-1`
  target { region = "eu-west-1" }
}
"#,
    );
}

#[test]
fn former_names_are_free() {
    check(
        r#"
edition 2026
application blog {}
environment blog-new: web {
  platform = "nodejs-22"
  renamed_from = blog-old
#                ^^^^^^^^ E0117 `blog-old` is an environment still
}
environment blog-old: web {
  platform = "nodejs-22"
  renamed_from = blog-old
#                ^^^^^^^^ E0117 `blog-old` was always named so
}
environment blog-other: web {
  platform = "nodejs-22"
  renamed_from = blog-gone
}
"#,
    );
}

#[test]
fn connections_are_no_requests() {
    check(
        r#"
edition 2026
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  load_balancer { kind = network, idle_timeout = 100s }
#                                                ^^^^ E0321 a network load balancer has no `idle_timeout`
}
"#,
    );
}

#[test]
fn outputs_are_told_apart_by_both_targets() {
    let said = |outputs: &str| {
        let text = format!(
            "edition 2026\napplication blog {{}}\nenvironment blog: web {{ platform = \"nodejs-22\" }}\n{outputs}"
        );
        let disk = MemoryDisk::new([("blog.bean", text.as_str())]);
        let compiled = driver::compile(Path::new("blog.bean"), &disk, &Options::default());
        let errors = compiled.diagnostics.into_iter();
        let errors = errors.filter(|it| it.severity() == Severity::Error);
        errors.map(|it| it.message).collect::<Vec<_>>()
    };
    let url = "environment.blog.url";
    assert_eq!(
        said(&format!("output my-url = {url}\noutput my_url = {url}\n")),
        ["two things in `blog` would both be named `MyUrl`"]
    );
    // What the user declares stands in place of what is told anyway.
    assert!(said(&format!("output Url = {url}\n")).is_empty());
}

#[test]
fn what_is_not_enabled_cannot_be_named() {
    environment(
        r#"
  load_balancer {
    listener http { port = 80, redirect = https }
#                                         ^^^^^ E0412 listener `https` is not enabled
    listener https { port = 443, enabled = 1 == 2 }
    listener admin { port = 81, to = api }
#                                    ^^^ E0412 process `api` is not enabled
    process api { port = 9000, enabled = false }
  }
  alarm high { metric = cpu, above = 90%, enabled = false }
  deployment { rollback_on = [alarm.high, alarm.low] }
#                             ^^^^^^^^^^ E0412 alarm `high` is not enabled
#                                         ^^^^^^^^^ E0412 there is no alarm named `low`
"#,
    );
    // Whether it is enabled cannot be told, which was said.
    environment(
        r#"
  load_balancer {
    listener http { port = 80, redirect = https }
    listener https { port = 443, enabled = 3 }
#                                          ^ E0205 a condition is `true` or `false`, this is a number
  }
"#,
    );
}

#[test]
fn advice_that_would_lead_to_the_next_mistake_is_not_given() {
    check(
        r#"
edition 2026
application blog { name = "x" }
#                  ^^^^ E0110 `application` has no property `name`
environment blog-prod: web {
  platform = "nodejs-22"
  name = "x"
# ^^^^ E0110 `environment` has no property `name`
  security_groups = ["sg-0a1b2c3d4e5f60718"]
# ^^^^^^^^^^^^^^^ E0112 `security_groups` of Terraform is no property here
  dns_name = "x"
# ^^^^^^^^ E0110 `environment` has no property `dns_name`
}
template blog-shared: web {
  platform = "nodejs-22"
  security_groups = ["sg-0a1b2c3d4e5f60718"]
# ^^^^^^^^^^^^^^^ E0111 `security_groups` is set in `environment`, but belongs in `load_balancer`
  load_balancer { kind = shared("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/0123456789abcdef") }
}
"#,
    );
}

/// Written twice it would be the next mistake.
#[test]
fn a_slip_beside_the_property_itself_is_not_its_name() {
    let said = |body: &str| {
        let text = format!(
            "edition 2026\napplication blog {{}}\n\
             template base: web {{ platform = \"nodejs-22\" }}\n\
             environment blog: web extends base {{\n{body}\n}}\n"
        );
        let disk = MemoryDisk::new([("blog.bean", text.as_str())]);
        let compiled = driver::compile(Path::new("blog.bean"), &disk, &Options::default());
        let helps = compiled.diagnostics.into_iter().flat_map(|it| it.helps);
        helps.map(|help| help.text).collect::<Vec<_>>()
    };
    assert_eq!(
        said("  platform = \"nodejs-24\"\n  platfrm = \"nodejs-22\""),
        ["delete one of the two"]
    );
    assert_eq!(
        said("  platfrm = \"nodejs-24\""),
        ["did you mean `platform`?"]
    );
    assert_eq!(
        said("  alarm a { metric = cpu, above = 90% }\n  alrm b { metric = cpu, above = 90% }"),
        ["did you mean `alarm`?"]
    );
}

/// What `check --fix` would write in the place of a slip is not wrong itself.
#[test]
fn a_slip_is_corrected_to_what_may_stand_there() {
    let certain = |template: &str, body: &str| {
        let text = format!(
            "edition 2026\napplication blog {{}}\n\
             template base: web {{ platform = \"nodejs-22\"\n{template}\n}}\n\
             environment blog: web extends base {{\n{body}\n}}\n"
        );
        let disk = MemoryDisk::new([("blog.bean", text.as_str())]);
        let compiled = driver::compile(Path::new("blog.bean"), &disk, &Options::default());
        let helps = compiled.diagnostics.into_iter().flat_map(|it| it.helps);
        let is_certain = |it: &Help| it.applicability == Applicability::MachineApplicable;
        helps
            .filter(is_certain)
            .map(|help| help.text)
            .collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    let max = ["did you mean `max`?"];
    assert_eq!(certain("", "instances { maxx = 4 }"), max);
    assert_eq!(
        certain("instances { max = 3 }", "instances { maxx = 4 }"),
        max
    );
    assert_eq!(certain("", "tagz { A = \"b\" }"), ["did you mean `tags`?"]);
    // Written beside it, and set again in what extends it.
    assert_eq!(
        certain("instances { max = 3, maxx = 4 }", "instances { max = 5 }"),
        none
    );
    assert_eq!(
        certain(
            "tags { A = \"b\" }\ntagz { C = \"d\" }",
            "tags { A = \"c\" }"
        ),
        none
    );
    let alarm = "{ metric = cpu, above = 90% }";
    assert_eq!(
        certain("", &format!("alarm a {alarm}\nalrm a {alarm}")),
        none
    );
    // Two of them, of which one may be meant.
    assert_eq!(certain("", "instances { maxx = 4, mxa = 5 }"), none);
    assert_eq!(certain("", "instances { maxx = 4, MaxSize = 5 }"), none);
    // Another shape, type, range or tier.
    assert_eq!(certain("", "load_ballancer = application"), none);
    assert_eq!(certain("", "alrm { metric = cpu, above = 90% }"), none);
    assert_eq!(certain("", "platfrm { name = \"nodejs-22\" }"), none);
    assert_eq!(certain("", "instances { maxx = \"four\" }"), none);
    assert_eq!(certain("", "instances { maxx = 400000000 }"), none);
    assert_eq!(certain("", "quee { path = \"/x\" }"), none);
}

#[test]
fn what_a_network_balancer_does_not_have_is_not_looked_into() {
    environment(
        r#"
  load_balancer {
    kind = network
    listener main {
      port = 80
      redirect = https
#                ^^^^^ E0321 a network load balancer has no `redirect`
      rule empty { to = api }
#          ^^^^^ E0321 a network load balancer has no `rule`
    }
  }
"#,
    );
}

#[test]
fn a_misspelt_property_is_one_mistake() {
    check(
        r#"
edition 2026
application blog {}
environment blog-prod: web {
  platfrom = "nodejs-22"
# ^^^^^^^^ E0110 `environment` has no property `platfrom`
  path = "/x"
# ^^^^ E0110 `environment` has no property `path`
}
"#,
    );
}

#[test]
fn what_is_wrong_with_one_value_is_said_beside_other_mistakes() {
    check(
        r#"
edition 2026
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  instances {
    type = "t4g.smal"
#          ^^^^^^^^^^ E0312 there is no instance type `t4g.smal`
    mim = 3
#   ^^^ E0110 `instances` has no property `mim`
    max = 1
  }
  env {
    "1X" = "d"
#   ^^^^ E0505 `1X` is no name of a variable
    A = 3.5
#       ^^^ E0223 numbers have no fraction: `3.5`
  }
}
"#,
    );
}

#[test]
fn networks_and_environments_keep_their_flow_logs_apart() {
    check(
        r#"
edition 2026
application blog {}
network blog {
  cidr = 10.0.0.0/28
  subnets public {
    size = /28
#          ^^^ E0405 subnets `public` do not fit into network `blog`
    internet = direct
  }
}
network main {
  cidr = 10.0.0.0/16
  subnets public { internet = direct }
}
environment main: web {
#<^^^^^^^^^^^^^^^^^^^ E0117 two networks would both keep their flow logs in `/bean/main/flow`
  platform = "nodejs-22"
}
"#,
    );
}

/// What could not be read whole would have been there.
#[test]
fn an_output_of_an_unfinished_program_is_no_mistake() {
    check(
        r#"
edition 2026
application blog {}
environment blog-prod: web {
  platform = "nodejs-22"
  env { A = upper(3) }
#                 ^ E0207 `upper` takes text, not a number
}
output answer = true
"#,
    );
}

/// What only the daemon reads says nothing where there is none.
#[test]
fn nobody_is_told_what_is_for_a_daemon_that_is_not_there() {
    check(
        r#"
edition 2026
application shop {}
environment shop-jobs: worker {
  platform = "go-1"
  queue {
    daemon = none
    visibility_timeout = 1m
    path = "/work"
#          ^^^^^^^ E0502 `path` is for the daemon, and there is none
    concurrency = 3
#                 ^ E0502 `concurrency` is for the daemon, and there is none
    inactivity_timeout = 2m
#                        ^^ E0502 `inactivity_timeout` is for the daemon, and there is none
  }
}
environment shop-mail: worker {
  platform = "go-1"
  queue { mime_type = "json" }
#                     ^^^^^^ E0505 `json` is no content type
}
"#,
    );
}

#[test]
fn a_platform_says_nothing_that_its_family_does_not_read() {
    check(
        r#"
edition 2026
application shop {}
platform several extends "ecs" {
  start = "serve"
#         ^^^^^^^ E0502 `several` has no use for `start`
  port = 3000
#        ^^^^ E0502 `several` has no use for `port`
  proxy = nginx
#         ^^^^^ E0502 `several` has no use for `proxy`
}
environment shop-prod: web {
  platform = platform.several
  static { "/assets" = "public" }
#                      ^^^^^^^^ E0502 `several` has no use for `static`
  container app {
    image = "shop/app:1"
    port = 80
  }
}
platform older extends "php-8.5" {
  runtime = "8.1"
#           ^^^^^ E0502 `older` has no use for `runtime`
}
environment shop-php: web {
  platform = platform.older
}
platform served extends "windows-2025" {
  port = 3000
#        ^^^^ E0502 `served` has no use for `port`
}
environment shop-net: web {
  platform = platform.served
}
"#,
    );
}

/// EC2 starts nothing from a disk that is smaller than the image's, and there is no
/// Windows for arm64 whoever made the image.
#[test]
fn images_fit_on_disks_and_processors() {
    check(
        r#"
edition 2026
application shop {}
platform large extends "nodejs-22" {
  image { build { volume = 20GiB } }
}
environment shop-prod: web {
  platform = platform.large
  instances { root_volume { size = 12GiB } }
#                                  ^^^^^ E0313 images of `large` need a disk of 20GiB
}
platform several extends "ecs" {
  image { build { volume = 10GiB } }
#                          ^^^^^ E0313 images of `several` need a disk of 30GiB
}
environment shop-ecs: web {
  platform = "ecs"
  instances { root_volume { size = 16GiB } }
#                                  ^^^^^ E0313 images of `ecs` need a disk of 30GiB
  container app {
    image = "shop/app:1"
    port = 80
  }
}
platform served extends "windows-2025" {
  image { ami = "ami-0123456789abcdef0" }
}
environment shop-net: web {
  platform = platform.served
  instances { type = "t4g.small" }
#                    ^^^^^^^^^^^ E0310 `t4g.small` is an arm64 instance, `served` has x86_64 images only
}
"#,
    );
}

/// The image is chosen now, and its architecture with it.
#[test]
fn a_type_known_at_deploy_time_needs_an_architecture() {
    check(
        r#"
edition 2026
input main: instance_type = "t3.small"
application shop {}
template base: web {
  platform = "nodejs-22"
  instances { type = input.main }
#                    ^^^^^^^^^^ E0311 nothing says for which architecture `nodejs-22` is wanted
}
environment open: web extends base {}
environment written: web extends base { instances { architecture = x86_64 } }
environment windows: web extends base { platform = "windows-2022" }
environment others: web extends base {
  instances {
    purchase = mixed
    mixed { types = ["t3.medium", "t4g.medium"] }
#                                 ^^^^^^^^^^^^ E0311 all instance types of a group have one architecture
  }
}
"#,
    );
}

/// What has a tag is made with it.
#[test]
fn tags_wait_for_nothing_of_their_own() {
    check(
        r#"
edition 2026
application shop { tags { bucket = self.bucket } }
#                                  ^^^^^^^^^^^ E0511 the tag `bucket` would have to be there before itself
network main {
  cidr = 10.0.0.0/16
  subnets public { internet = direct }
  tags { id = network.main.id }
#             ^^^^^^^^^^^^^^^ E0511 the tag `id` would have to be there before itself
}
environment shop-dev: web {
  platform = "nodejs-22"
  network = network.main
  tags {
    network = network.main.id
    at = "at ${self.url}"
#        ^^^^^^^^^^^^^^^^ E0511 the tag `at` would have to be there before itself
  }
}
"#,
    );
}

#[test]
fn no_share_is_above_all() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  scaling {
    trigger busy { metric = cpu, high = 170%, low = 20% }
#                                       ^^^^ E0501 `cpu` is never above 100%
  }
  alarm hot { metric = cpu, above = 100% }
  alarm burning { metric = cpu, above = 101% }
#                                       ^^^^ E0501 `cpu` is never above 100%
}
"#,
    );
}

#[test]
fn a_target_is_above_nothing() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  scaling {
    policy busy { metric = cpu, target = 0% }
#                                        ^^ E0501 `cpu` cannot be kept near nothing
    policy asked { metric = requests_per_instance, target = 0 }
#                                                           ^ E0501 `requests_per_instance` cannot be kept near nothing
    policy loaded { metric = network_in, target = 0B }
#                                                 ^^ E0501 `network_in` cannot be kept near nothing
    policy odd { metric = cpu, target = 0 }
#                                       ^ E0504 `cpu` is counted in another unit
    policy least { metric = cpu, target = 1% }
  }
}
"#,
    );
}

/// A block that lacks something is there all the same.
#[test]
fn what_a_block_lacks_hides_no_other_mistake_and_makes_none() {
    check(
        r#"
edition 2026
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  load_balancer {
    listener a { redirect = c }
#            ^ E0113 `listener` needs `port`
#                           ^ E0412 there is no listener named `c`
    listener b { port = 80, redirect = a }
  }
  alarm slow { above = 3, below = 4, for = 90s }
#       ^^^^ E0113 `alarm` needs `metric`
#                      ^ E0503 exactly one of `above` and `below` is wanted
#                                          ^^^ E0505 alarms count in whole minutes
  alarm loud { metrc = cpu, above = 3, below = 4 }
#              ^^^^^ E0110 `alarm` has no property `metrc`
  deployment { rollback_on = [alarm.slow, alarm.loud] }
}
environment shop-blue: web {
  platform = "nodejs-22"
  dns { name = "blue.example.com" }
# ^^^ E0113 `dns` needs `zone`
  instances { min = 5, max = 2 }
#                            ^ E0502 `max` is smaller than `min`
}
environment shop-jobs: worker {
  platform = "nodejs-22"
  schedule nightly { cron = "61 * * * *" }
#          ^^^^^^^ E0113 `schedule` needs `path`
#                           ^^^^^^^^^^^^ E0505 `61 * * * *` is no cron expression of EventBridge
}
environment shop-boxes: web {
  platform = "ecs"
  container web { port = 80 }
#           ^^^ E0113 `container` needs `image`
  container side { image = "a:1", logging { options { a = "b" } } }
#                                 ^^^^^^^ E0113 `logging` needs `driver`
}
"#,
    );
    // Whatever it comes to be, nothing else is wrong.
    let shared =
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/0123456789abcdef";
    for (tier, blocks) in [
        ("web", "load_balancer { listener a {} }"),
        ("web", "load_balancer { listener a {}, listener b {} }"),
        (
            "web",
            "load_balancer { listener a { certificate = \"arn:aws:acm:eu-west-1:123456789012:certificate/a\" } }",
        ),
        (
            "web",
            "load_balancer { listener a { rule r { path = [\"/a\"], to = p } }, process p { port = 81 } }",
        ),
        ("web", "load_balancer { kind = network, listener a {} }"),
        (
            "web",
            &format!("load_balancer {{ kind = shared(\"{shared}\"), listener a {{}} }}"),
        ),
        ("web", "alarm a { above = 70% }"),
        ("web", "alarm a { above = 3 }"),
        ("web", "alarm a { below = 500ms }"),
        ("worker", "alarm a { above = 3 }"),
        ("worker", "schedule a { cron = \"0 4 * * ? *\" }"),
        ("worker", "schedule a { path = \"/a\" }"),
        ("web", "dns { name = \"a.example.com\" }"),
        ("web", "dns { zone = \"example.com\" }"),
        (
            "web",
            "dns { zone = \"Z0123456789ABCDEFGHIJ\", weight = 3 }",
        ),
        ("web", "target { state { key = \"a\" } }"),
    ] {
        let program = format!(
            "edition 2026\napplication shop {{}}\nenvironment shop-prod: {tier} {{\n  \
             platform = \"nodejs-22\"\n  {blocks}\n}}\n"
        );
        let disk = MemoryDisk::new([("main.bean", program)]);
        let compilation = driver::check(None, Path::new("main.bean"), &disk, &Options::default());
        let errors = compilation.diagnostics.iter();
        let errors = errors.filter(|it| it.severity() == Severity::Error);
        let others = errors.filter(|it| it.code.number() != "E0113");
        let others: Vec<&str> = others.map(|it| it.message.as_str()).collect();
        assert_eq!(others, [""; 0], "{blocks}");
    }
}
