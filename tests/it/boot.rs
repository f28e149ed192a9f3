//! What an instance runs, run for real: a program is compiled, and its user
//! data boots on a copy of this machine that is thrown away afterwards
//! (`tests/boot/instance.sh` says what is real there and what stands in).

#![expect(
    clippy::disallowed_methods,
    reason = "user data is a script, and tests run it"
)]

mod apache;
mod dotnet;
mod go;
mod java;
mod php;
mod ruby;
mod tomcat;
mod windows;
mod worker;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beanc::schema::container::LogDriver;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tools;

/// An instance of the one environment of a program.
struct Instance {
    tier: &'static str,
    platform: String,
    items: &'static str,
    properties: String,
    dockerrun: &'static str,
    bundle: Option<&'static str>,
    secrets: Value,
    probes: Vec<String>,
    files: Vec<&'static str>,
    seconds: u32,
    prepared: String,
}

/// What came of an instance.
struct Booted {
    folder: TempDir,
    status: String,
    console: String,
    log: String,
    calls: String,
}

/// An instance on a platform, with more properties of the environment.
fn instance(platform: &str, properties: &str) -> Instance {
    Instance {
        tier: "web",
        platform: format!("\"{platform}\""),
        items: "",
        properties: properties.to_owned(),
        dockerrun: "",
        bundle: None,
        secrets: json!({}),
        probes: Vec::new(),
        files: Vec::new(),
        seconds: 300,
        prepared: String::new(),
    }
}

impl Instance {
    /// Runs the platform `mine` that these items declare.
    fn on(mut self, items: &'static str) -> Self {
        self.platform = "platform.mine".to_owned();
        self.items = items;
        self
    }

    /// Works on messages of a queue.
    fn works(mut self) -> Self {
        self.tier = "worker";
        self
    }

    /// Its application's source has this `Dockerrun.aws.json`.
    fn brings(mut self, dockerrun: &'static str) -> Self {
        self.dockerrun = dockerrun;
        self
    }

    /// Runs this folder of `tests/boot/apps`.
    fn runs(mut self, app: &'static str) -> Self {
        self.bundle = Some(app);
        self.releases()
    }

    /// Has a release, though perhaps no bundle of it.
    fn releases(mut self) -> Self {
        self.properties.push_str("\nrelease = \"v1\"");
        self
    }

    fn knows(mut self, secrets: Value) -> Self {
        self.secrets = secrets;
        self
    }

    /// A command that is run on the instance when it has booted.
    fn then(mut self, probe: &str) -> Self {
        self.probes.push(probe.to_owned());
        self
    }

    /// A file that tells the stand-ins something.
    fn with(mut self, file: &'static str) -> Self {
        self.files.push(file);
        self
    }

    /// Runs commands on the instance before it boots: what its image brings.
    fn prepared(mut self, commands: &str) -> Self {
        commands.clone_into(&mut self.prepared);
        self
    }

    /// How long the boot may take.
    fn within(mut self, seconds: u32) -> Self {
        self.seconds = seconds;
        self
    }

    fn user_data(&self) -> String {
        let Self {
            tier,
            platform,
            items,
            properties,
            dockerrun,
            ..
        } = self;
        let program = format!(
            "edition 2026\napplication shop {{}}\n{items}\nenvironment shop-test: {tier} {{\n\
             platform = {platform}\n{properties}\n}}\n"
        );
        user_data(&program, dockerrun)
    }

    /// Boots it; `None` after saying what is missing on this machine.
    fn boot(self) -> Option<Booted> {
        if !can_boot() {
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| fs::write(path(name), text).expect("it is writable");
        let default = "\nBEAN_BOOT_TIMEOUT='840'\n";
        let user_data = self.user_data();
        assert!(user_data.contains(default), "{user_data}");
        let timeout = format!("\nBEAN_BOOT_TIMEOUT='{}'\n", self.seconds);
        let user_data = user_data.replace(default, &timeout);
        // Nobody waits for a balancer here.
        let user_data = user_data.replace("\nBEAN_PAUSE='20'\n", "\nBEAN_PAUSE='0'\n");
        write("user-data", &format!("{}{user_data}", self.prepared));
        write("secrets.json", &self.secrets.to_string());
        fs::create_dir_all(path("bucket/versions")).expect("folders can be made");
        if let Some(app) = self.bundle {
            let zip = path("bucket/versions/v1.zip");
            let zip = zip.to_str().expect("the path is text");
            let app = format!("tests/boot/apps/{app}");
            let zipped = tools::run_in(&app, Path::new("zip"), ["-qr", zip, "."]);
            tools::assert_success(&zipped);
        }
        fs::create_dir(path("probes")).expect("folders can be made");
        for (index, probe) in self.probes.iter().enumerate() {
            write(&format!("probes/{index:02}"), probe);
        }
        for file in self.files {
            write(file, "");
        }
        let run = Command::new(tools::root().join("tests/boot/instance.sh"))
            .arg(folder.path())
            .output()
            .expect("the script starts");
        tools::assert_success(&run);
        let read = |name: &str| fs::read_to_string(path(name)).unwrap_or_default();
        Some(Booted {
            status: read("status").trim().to_owned(),
            console: read("console"),
            log: read("boot.log"),
            calls: read("calls"),
            folder,
        })
    }
}

impl Booted {
    /// The application answers, and everybody was told.
    #[track_caller]
    fn assert_ready(&self) {
        let (console, log, calls) = (&self.console, &self.log, &self.calls);
        assert_eq!(self.status, "0", "{log}");
        let last = console.lines().last().unwrap_or_default();
        assert!(last.starts_with("bean: shop-test is ready"), "{console}");
        assert!(calls.contains(" --status SUCCESS\n"), "{calls}");
        assert!(
            calls.contains(" --lifecycle-action-result CONTINUE\n"),
            "{calls}"
        );
        assert!(!calls.contains("FAILURE"), "{calls}");
    }

    /// The last line of the console gives this reason, and everybody was told.
    #[track_caller]
    fn assert_failed(&self, reason: &str) {
        let (console, log, calls) = (&self.console, &self.log, &self.calls);
        assert_ne!(self.status, "0", "{log}");
        let last = console.lines().last().unwrap_or_default().trim_end();
        let wanted = format!("bean: shop-test failed to boot: {reason}");
        assert!(
            last.starts_with(&wanted),
            "{last}\nis not\n{wanted}\n\n{log}"
        );
        assert!(calls.contains(" --status FAILURE\n"), "{calls}");
        assert!(
            calls.contains(" --lifecycle-action-result ABANDON\n"),
            "{calls}"
        );
        assert!(!calls.contains("SUCCESS"), "{calls}");
    }

    /// What a probe said.
    #[track_caller]
    fn answer(&self, index: usize) -> String {
        self.file(&format!("answers/{index:02}"))
    }

    /// What a probe said, which is JSON.
    #[track_caller]
    fn json(&self, index: usize) -> Value {
        let answer = self.answer(index);
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// What a stand-in noted.
    #[track_caller]
    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}\n{}", self.log))
    }
}

/// Whether this machine has what a boot needs; says what is missing.
fn can_boot() -> bool {
    let programs = [
        "unshare", "ip", "nsenter", "nginx", "node", "npm", "python3", "jq", "zip", "unzip",
        "curl", "runuser",
    ];
    tools::superuser() && programs.iter().all(|it| tools::require(it).is_some())
}

/// The user data of a program's one environment, as CloudFormation fills it in.
/// The program may have a `Dockerrun.aws.json` beside it.
fn user_data(program: &str, dockerrun: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("main.bean"), program).expect("it is writable");
    if !dockerrun.is_empty() {
        let file = folder.path().join("Dockerrun.aws.json");
        fs::write(file, dockerrun).expect("it is writable");
    }
    let build = "build main.bean --target cloudformation --out build";
    let output = Command::new(env!("CARGO_BIN_EXE_beanc"))
        .args(build.split(' '))
        .current_dir(folder.path())
        .output()
        .expect("the compiler starts");
    tools::assert_success(&output);
    let template = folder
        .path()
        .join("build/environment.shop-test/template.json");
    let template = fs::read_to_string(template).expect("the template is there");
    let template: Value = serde_json::from_str(&template).expect("the template is JSON");
    let resources = template["Resources"].as_object().expect("there are some");
    let launch = resources
        .values()
        .find(|it| it["Type"] == "AWS::EC2::LaunchTemplate")
        .expect("there is a launch template");
    let text = &launch["Properties"]["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Sub"];
    match text {
        Value::Array(parts) => substituted(&parts[0], parts[1].as_object()),
        text => substituted(text, None),
    }
}

/// `Fn::Sub` with the values it binds, in which any other reference is its own
/// name unless the stand-ins care.
fn substituted(text: &Value, bound: Option<&serde_json::Map<String, Value>>) -> String {
    let text = text.as_str().expect("user data refers to something");
    let mut known = BTreeMap::from([
        ("AWS::Region", "eu-west-1"),
        ("AWS::StackName", "the-stack"),
    ]);
    for (name, value) in bound.into_iter().flatten() {
        known.insert(name, value.as_str().expect("bound values are text"));
    }
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        result.push_str(before);
        if let Some(literal) = after.strip_prefix('!') {
            result.push_str("${");
            rest = literal;
        } else {
            let (name, behind) = after.split_once('}').expect("references end");
            result.push_str(known.get(name).unwrap_or(&name));
            rest = behind;
        }
    }
    result.push_str(rest);
    result
}

// Applications that run

#[test]
fn npm_starts_an_application_with_its_modules() {
    let test = instance("nodejs-22", "")
        .runs("node-npm")
        .then("curl -s http://10.0.0.10/")
        .then("curl -s http://10.0.0.10/self")
        .then(
            "nginx -t && systemd-analyze verify /etc/systemd/system/bean-web.service && echo fine",
        );
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from npm");
    assert_eq!(booted.json(1)["folder"], "/var/app/current");
    assert_ne!(booted.json(1)["user"], 0, "it runs as root");
    let checked = booted.answer(2);
    assert!(checked.ends_with("fine\n"), "{checked}");
    assert!(!checked.contains("bean-web"), "{checked}");
    assert_eq!(booted.file("enabled"), "bean-web\nnginx\n");
}

/// Forced, since a day and 100 MB are both too much for a test.
#[test]
fn logs_are_rotated_while_they_are_written() {
    if tools::require("/usr/sbin/logrotate").is_none() {
        return;
    }
    let rotate = "/usr/sbin/logrotate -f /etc/logrotate.d/bean";
    let test = instance("nodejs-22", "")
        .runs("node-talks")
        .then("curl -s http://10.0.0.10/one; sleep 0.2; cat /var/log/web.stdout.log")
        .then(&format!("{rotate} && cat /var/log/web.stdout.log"))
        .then("curl -s http://10.0.0.10/two; sleep 0.2; cat /var/log/web.stdout.log")
        .then("zcat /var/log/web.stdout.log.1.gz");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert!(
        booted.answer(0).ends_with("asked for /one\n"),
        "{}",
        booted.answer(0)
    );
    assert_eq!(booted.answer(1), "");
    assert_eq!(booted.answer(2), "asked for /two\n");
    assert!(
        booted.answer(3).ends_with("asked for /one\n"),
        "{}",
        booted.answer(3)
    );
}

#[test]
fn app_js_starts_without_a_package() {
    let test = instance("nodejs-24", "")
        .runs("node-app-js")
        .then("curl -s http://10.0.0.10/any/path");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from app.js");
}

#[test]
fn every_line_of_a_procfile_is_a_process_and_web_gets_the_traffic() {
    let balancer = r#"
    load_balancer {
      process api { port = 8081 }
      listener http {
        port = 80
        rule api { path = ["/api/*"], to = api }
      }
    }"#;
    let test = instance("nodejs-22", balancer)
        .runs("node-procfile")
        .then("curl -s http://10.0.0.10/")
        .then("curl -s --retry 9 --retry-connrefused http://10.0.0.10:8081/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "the web on 8080, built");
    assert_eq!(booted.answer(1), "api on 8081, built");
}

#[test]
fn gunicorn_serves_a_python_application_with_its_requirements() {
    let test = instance("python-3.11", "")
        .runs("python")
        .then("curl -s http://10.0.0.10/");
    if tools::wheels().is_none() {
        return;
    }
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from python");
}

#[test]
fn without_a_release_everything_is_welcome() {
    let test = instance("python-3.13", "")
        .then("curl -s -w '%{http_code}' http://10.0.0.10/some/path")
        .then("nginx -t");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let page = booted.answer(0);
    assert!(
        page.contains("Deploy a release of shop") && page.ends_with("200"),
        "{page}"
    );
    assert!(booted.answer(1).contains("test is successful"));
}

/// A balancer with two processes, each of which wants another answer.
const PARTICULAR: &str = r#"
    load_balancer {
      health { codes = "204" }
      process api {
        port = 9000
        health { path = "/api/health?deep=1", codes = "301,404-410" }
      }
      listener http {
        port = 80
        rule api { path = ["/api/*"], to = api }
      }
    }"#;

/// What clients of that see, and what the balancer does.
const VISITS: [&str; 4] = [
    "curl -s -w '%{http_code}' http://10.0.0.10/some/path",
    "curl -s -o /dev/null -w '%{http_code}' http://10.0.0.10/",
    "curl -s -w '%{http_code}' http://10.0.0.10:9000/some/path",
    "curl -s -o /dev/null -w '%{http_code}' 'http://10.0.0.10:9000/api/health?deep=1'",
];

fn assert_welcomes(booted: &Booted) {
    booted.assert_ready();
    for page in [booted.answer(0), booted.answer(2)] {
        assert!(
            page.contains("Deploy a release of shop") && page.ends_with("200"),
            "{page}"
        );
    }
    assert_eq!([booted.answer(1), booted.answer(3)], ["204", "301"]);
}

#[test]
fn without_a_release_every_health_check_passes() {
    let test = instance("nodejs-22", PARTICULAR);
    let test = VISITS.into_iter().fold(test, Instance::then);
    let Some(booted) = test.boot() else { return };
    assert_welcomes(&booted);
}

#[test]
fn a_process_on_the_proxys_port_is_one_more_way_to_it() {
    let balancer = r#"
    load_balancer {
      process api { health { path = "/api" } }
      listener http {
        port = 80
        rule api { path = ["/api/*"], to = api }
      }
    }"#;
    let test = instance("nodejs-22", balancer)
        .runs("node-app-js")
        .then("curl -s http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from app.js");
    assert!(
        booted.log.contains("wait for http://10.0.0.10/api\n"),
        "{}",
        booted.log
    );
}

#[test]
fn a_process_that_is_not_healthy_fails_the_boot() {
    let balancer = r#"
    load_balancer {
      process api {
        port = 8081
        health { path = "/api/health", codes = "204" }
      }
      listener http {
        port = 80
        rule api { path = ["/api/*"], to = api }
      }
    }"#;
    let test = instance("nodejs-22", balancer)
        .runs("node-procfile")
        .within(20);
    let Some(booted) = test.boot() else { return };
    booted.assert_failed(":8081/api/health answers 200 instead of 204 after");
}

#[test]
fn a_connection_is_enough_where_the_balancer_is_content_with_it() {
    let balancer = |port: u16| {
        format!(
            "load_balancer {{\n kind = network\n listener web {{ port = 80 }}\n \
             listener api {{ port = 5432, to = api }}\n \
             process api {{ port = {port}, health {{ protocol = tcp }} }}\n}}"
        )
    };
    let test = instance("nodejs-22", &balancer(8081)).runs("node-procfile");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert!(
        booted.log.contains("wait for http://10.0.0.10:8081\n"),
        "{}",
        booted.log
    );
}

#[test]
fn a_platform_of_ones_own_runs_its_commands() {
    let test = instance("", "")
        .on(r#"
platform mine: custom {
  image { ami = "ami-0123456789abcdef0" }
  build = ["echo built >made.txt"]
  start = "python3 -m http.server $PORT"
  hooks { predeploy = ["echo hooked >>made.txt"] }
}
"#)
        .runs("static")
        .then("curl -s http://10.0.0.10/made.txt");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "built\nhooked\n");
}

#[test]
fn hooks_run_in_order_and_the_proxy_takes_additions() {
    let environment = r#"
    env { WORD = "a word" }
    load_balancer { idle_timeout = 90s }"#;
    let test = instance("nodejs-22", environment)
        .runs("hooks")
        .then("cat /var/log/order")
        .then("curl -s -o /dev/null -w '%{http_code}' http://10.0.0.10/answer")
        .then("nginx -T 2>/dev/null | grep client_max_body_size")
        .then("nginx -T 2>/dev/null | grep proxy_read_timeout");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let order = [
        "prebuild 10_first in /var/app/staging as root: a word",
        "prebuild 20_second in /var/app/staging as root: a word",
        "predeploy 10_first in /var/app/staging as root: a word",
        "predeploy 20_second in /var/app/staging as root: a word",
        "postdeploy 10_first in /var/app/current as root: a word",
        "postdeploy 20_second in /var/app/current as root: a word",
    ];
    assert_eq!(booted.answer(0).trim_end(), order.join("\n"));
    assert_eq!(booted.answer(1), "204");
    assert_eq!(booted.answer(2).trim(), "client_max_body_size 7m;");
    let unread = ".platform/httpd is in the bundle and not read";
    assert!(booted.console.contains(unread), "{}", booted.console);
    // As long as the balancer waits.
    assert_eq!(booted.answer(3).trim(), "proxy_read_timeout 90;");
}

#[test]
fn the_proxy_answers_with_static_files() {
    let files = r#"
    static {
      "/assets" = "public"
      "/robots.txt" = "etc/robots.txt"
    }"#;
    let status = "curl -s -o /dev/null -w '%{http_code} %{content_type}' http://10.0.0.10";
    let test = instance("nodejs-22", files)
        .runs("static-files")
        .then("curl -s http://10.0.0.10/assets/css/style.css")
        .then(&format!("{status}/assets/css/style.css"))
        .then(&format!("{status}/assets/none.css"))
        .then("curl -s http://10.0.0.10/robots.txt")
        .then("curl -s http://10.0.0.10/assets.html");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "p { color: green }\n");
    assert_eq!(booted.answer(1), "200 text/css");
    assert_eq!(booted.answer(2), "404 text/html");
    assert_eq!(booted.answer(3), "User-agent: *\n");
    assert_eq!(booted.answer(4), "hello from the application");
    let told = "bean: .ebextensions is in the bundle and not executed";
    assert!(booted.console.contains(told), "{}", booted.console);
}

#[test]
fn a_static_folder_that_is_missing_fails_the_boot() {
    let files = r#"static { "/images" = "public/images" }"#;
    let Some(booted) = instance("nodejs-22", files).runs("static-files").boot() else {
        return;
    };
    booted.assert_failed("there is no public/images in the bundle, which is static at /images");
}

#[test]
fn another_branch_of_nodejs_than_the_application_asks_for_fails_the_boot() {
    let Some(booted) = instance("nodejs-22", "").runs("node-engines").boot() else {
        return;
    };
    booted.assert_failed(
        "package.json asks for Node.js ^18 || 20.x (engines.node), and nodejs-22 has 22",
    );
}

/// The image has one version of the branch.
#[test]
fn another_version_of_the_branch_is_warned_of() {
    let Some(booted) = instance("nodejs-22", "").runs("node-exact").boot() else {
        return;
    };
    booted.assert_ready();
    let said = "required: { node: '22.0.1' }";
    assert!(booted.log.contains(said), "{}", booted.log);
}

#[test]
fn the_proxy_keeps_what_the_balancer_says_and_lets_web_sockets_through() {
    let upgrade = "curl -s -i -H 'Connection: Upgrade' -H 'Upgrade: websocket' http://10.0.0.10/";
    let forwarded = "curl -s -H 'X-Forwarded-Proto: https' -H 'X-Forwarded-For: 192.0.2.1' -H 'Host: shop.example.com' http://10.0.0.10/headers";
    let test = instance("nodejs-22", "")
        .runs("node-npm")
        .then(upgrade)
        .then(forwarded)
        .then("tail -n 1 /var/log/nginx/access.log");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let upgraded = booted.answer(0);
    assert!(upgraded.starts_with("HTTP/1.1 101"), "{upgraded}");
    let headers = booted.json(1);
    assert_eq!(headers["x-forwarded-proto"], "https");
    assert_eq!(headers["x-forwarded-for"], "192.0.2.1, 10.0.0.10");
    assert_eq!(headers["host"], "shop.example.com");
    assert!(booted.answer(2).contains("192.0.2.1"));
}

#[test]
fn properties_reach_the_application_unchanged() {
    let environment = r#"
    env {
      QUOTES = "it's \"quoted\" `twice`"
      SIGNS = "100% of \${HOME} and $PATH & more; # \\ \\n"
      SPACES = "  around  "
      LINES = "one\ntwo\n\tthree"
      WORDS = "Größe 日本語 🫘"
      EMPTY = ""
    }"#;
    let test = instance("nodejs-22", environment)
        .runs("node-npm")
        .then("curl -s http://10.0.0.10/environment")
        .then("set -a; . /opt/bean/environment; node -p 'JSON.stringify(process.env)'");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    // By systemd's rules, and by the shell's for whoever reads the file so.
    for seen in [booted.json(0), booted.json(1)] {
        assert_eq!(seen["QUOTES"], r#"it's "quoted" `twice`"#);
        assert_eq!(seen["SIGNS"], r"100% of ${HOME} and $PATH & more; # \ \n");
        assert_eq!(seen["SPACES"], "  around  ");
        assert_eq!(seen["LINES"], "one\ntwo\n\tthree");
        assert_eq!(seen["WORDS"], "Größe 日本語 🫘");
        assert_eq!(seen["EMPTY"], "");
        assert_eq!(seen["NODE_ENV"], "production");
    }
    assert_eq!(booted.json(0)["PORT"], "8080");
}

#[test]
fn the_property_port_moves_the_application() {
    let test = instance("nodejs-22", r#"env { PORT = "3000" }"#)
        .runs("node-npm")
        .then("curl -s http://10.0.0.10/environment");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.json(0)["PORT"], "3000");
}

#[test]
fn secrets_reach_the_application_and_nothing_else() {
    let environment = r#"
    env {
      TOKEN = secret("ssm:/shop/token")
      DATABASE_URL = secret("secretsmanager:shop/database#url")
      WHOLE = secret("secretsmanager:shop/whole")
    }"#;
    let secrets = json!({
        "ssm:/shop/token": "hush-$1 \"2\"",
        "secretsmanager:shop/database": r#"{"url": "postgres://u:hush-p%40@db/shop"}"#,
        "secretsmanager:shop/whole": "hush-whole",
    });
    let test = instance("nodejs-22", environment)
        .runs("node-npm")
        .knows(secrets)
        .then("curl -s http://10.0.0.10/environment")
        .then("stat -c '%a %U' /opt/bean/environment")
        .then("grep -rl hush- /opt/bean /var/app /var/log /etc /home");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let seen = booted.json(0);
    assert_eq!(seen["TOKEN"], "hush-$1 \"2\"");
    assert_eq!(seen["DATABASE_URL"], "postgres://u:hush-p%40@db/shop");
    assert_eq!(seen["WHOLE"], "hush-whole");
    assert_eq!(booted.answer(1), "600 root\n");
    assert_eq!(booted.answer(2), "/opt/bean/environment\n");
    for text in [&booted.console, &booted.log, &booted.calls] {
        assert!(!text.contains("hush-"), "{text}");
    }
}

#[test]
fn logs_go_to_the_groups_in_a_stream_of_the_instance() {
    let Some(booted) = instance("nodejs-22", "").runs("node-app-js").boot() else {
        return;
    };
    booted.assert_ready();
    let agent: Value = serde_json::from_str(&booted.file("agent.json")).expect("it is JSON");
    let files = &agent["logs"]["logs_collected"]["files"]["collect_list"];
    let files = files.as_array().expect("it is a list");
    let names: Vec<_> = files.iter().map(|it| &it["file_path"]).collect();
    assert!(names.contains(&&json!("/var/log/web.stdout.log")));
    for file in files {
        assert_eq!(file["log_stream_name"], "{instance_id}");
        assert!(file["log_group_name"].is_string(), "{file}");
    }
}

#[test]
fn a_single_instance_takes_its_address() {
    let test = instance("nodejs-22", "load_balancer { kind = none }").runs("node-app-js");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let wanted = "ec2 associate-address --allocation-id";
    assert!(booted.calls.contains(wanted), "{}", booted.calls);
}

/// A release that does not answer takes no address from one that does.
#[test]
fn an_instance_beside_another_takes_its_address_once_it_answers() {
    let properties = "load_balancer { kind = none }\ndeployment { strategy = immutable }";
    let Some(booted) = instance("nodejs-22", properties).runs("broken").boot() else {
        return;
    };
    booted.assert_failed("the process web keeps ending with status 3");
    assert!(
        !booted.calls.contains("associate-address"),
        "{}",
        booted.calls
    );
    let test = instance("nodejs-22", properties).runs("node-app-js");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let wanted = "ec2 associate-address --allocation-id";
    assert!(booted.calls.contains(wanted), "{}", booted.calls);
}

#[test]
fn an_instance_that_cannot_see_its_tags_asks_for_its_group() {
    let test = instance("nodejs-22", "")
        .runs("node-app-js")
        .with("without-tags")
        .with("may-describe");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let wanted = "--auto-scaling-group-name the-described-group";
    assert!(booted.calls.contains(wanted), "{}", booted.calls);
}

// Docker: the command is a stand-in, since containers cannot run in a test

#[test]
fn a_dockerfile_runs_on_the_first_port_that_it_exposes() {
    let test = instance("docker", r#"env { WORDS = "two words & $1" }"#)
        .runs("dockerfile")
        .then("curl -s http://10.0.0.10/");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(
        booted.json(0),
        json!({ "WORDS": "two words & $1", "PORT": "3000" })
    );
    let docker = booted.file("docker");
    assert!(docker.contains("build -t bean-application .\n"), "{docker}");
    assert!(docker.contains(" -p 127.0.0.1:5000:3000 "), "{docker}");
}

#[test]
fn an_image_of_dockerrun_is_fetched_with_a_login() {
    let Some(booted) = instance("docker", "").runs("dockerrun").boot() else {
        return;
    };
    booted.assert_ready();
    let image = "012345678901.dkr.ecr.eu-west-1.amazonaws.com/shop:v1";
    let docker = booted.file("docker");
    assert!(docker.contains(&format!("pull {image}\n")), "{docker}");
    assert!(docker.contains(" -p 127.0.0.1:5000:8000 "), "{docker}");
    assert_eq!(booted.file("docker-password"), "a-password\n");
}

#[test]
fn a_dockerrun_file_says_how_the_container_runs() {
    let test = instance("docker", "")
        .runs("dockerrun-all")
        .prepared(
            "echo '{\"shop.example.com\":{\"auth\":\"c2hvcDpzZWNyZXQ=\"}}' >/case/bucket/versions/registries.zip\n",
        )
        .then("cat /root/.docker/config.json")
        .then("stat -c %a /root/.docker/config.json")
        .then("ls /opt/bean/registries.json");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let docker = booted.file("docker");
    let wanted = " -v /mnt/data:/data -v /var/log/docker:/var/log/shop --entrypoint /serve ";
    assert!(docker.contains(wanted), "{docker}");
    assert!(
        docker.ends_with(" shop.example.com/shop:v1 --fast\n"),
        "{docker}"
    );
    assert_eq!(
        booted.json(0),
        json!({ "auths": { "shop.example.com": { "auth": "c2hvcDpzZWNyZXQ=" } } })
    );
    assert_eq!(booted.answer(1), "600\n");
    assert!(booted.answer(2).contains("No such file"));
    assert!(!booted.log.contains("c2hvcDpzZWNyZXQ="), "{}", booted.log);
}

#[test]
fn a_dockerrun_file_of_another_kind_fails_the_boot() {
    let Some(booted) = instance("docker", "").runs("dockerrun-two").boot() else {
        return;
    };
    booted.assert_failed(
        "Dockerrun.aws.json is of version 2: several containers run on the platform ecs",
    );
}

#[test]
fn a_compose_file_publishes_port_80_itself() {
    let test = instance("docker", r#"env { WORDS = "it's `two` \"words\" & $1" }"#)
        .runs("compose")
        .then("cat /var/app/current/.env")
        .then("stat -c %a /var/app/current/.env");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    let escaped = r#"WORDS="it's `two` \"words\" & \$1""#;
    assert_eq!(booted.answer(0).trim_end(), escaped);
    assert_eq!(booted.answer(1), "600\n");
    assert_eq!(booted.file("enabled"), "docker\nbean-web\n");
    let docker = booted.file("docker");
    assert!(
        docker.contains("compose -f ./docker-compose.yml build\n"),
        "{docker}"
    );
    assert!(
        docker.ends_with("compose -f ./docker-compose.yml up\n"),
        "{docker}"
    );
}

/// What an image of ECS brings: the agent and what it starts are stand-ins.
const AGENT: &str = "mkdir -p /etc/ecs /case/agent/v1 /case/container
echo '[Unit]\nAfter=cloud-final.service' >/usr/lib/systemd/system/ecs.service
echo '{\"ContainerInstanceArn\":\"arn:x\"}' >/case/agent/v1/metadata
echo hello >/case/container/index.html
";

#[test]
fn an_instance_of_ecs_joins_its_cluster() {
    let test = instance("ecs", CONTAINER)
        .prepared(AGENT)
        .then("cat /etc/ecs/ecs.config")
        .then("cat /etc/systemd/system/ecs.service");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert!(
        booted
            .answer(0)
            .starts_with("ECS_CLUSTER=ShopTestCluster\n")
    );
    // The agent takes tasks with the drivers that it is told of, and no other.
    for driver in LogDriver::ALL {
        let name = format!("\"{}\"", driver.name());
        assert!(booted.answer(0).contains(&name), "{name}");
    }
    assert!(!booted.answer(1).contains("cloud-final"));
    assert_eq!(booted.file("seen"), "", "nobody asked for the bundle");
}

const DOCKERRUN: &str = r#"{
  "AWSEBDockerrunVersion": 2,
  "authentication": { "bucket": "passwords", "key": "versions/registries" },
  "containerDefinitions": [
    { "name": "web", "image": "shop.example.com/shop", "portMappings": [{ "containerPort": 80 }] }
  ]
}"#;

#[test]
fn the_agent_of_ecs_is_told_the_passwords_of_registries() {
    // As `docker login` writes it today.
    let object = "mkdir -p /case/bucket/versions
         echo '{\"auths\":{\"shop.example.com\":{\"auth\":\"c2hvcDpzZWNyZXQ=\"}}}' >/case/bucket/versions/registries\n";
    let test = instance("ecs", "")
        .brings(DOCKERRUN)
        .prepared(&format!("{AGENT}{object}"))
        .then("grep AUTH /etc/ecs/ecs.config")
        .then("stat -c %a /etc/ecs/ecs.config")
        .then("ls /opt/bean/registries.json");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(
        booted.answer(0),
        "ECS_ENGINE_AUTH_TYPE=dockercfg\n\
         ECS_ENGINE_AUTH_DATA={\"shop.example.com\":{\"auth\":\"c2hvcDpzZWNyZXQ=\"}}\n"
    );
    assert_eq!(booted.answer(1), "600\n");
    assert!(booted.answer(2).contains("No such file"));
    assert!(!booted.log.contains("c2hvcDpzZWNyZXQ="), "{}", booted.log);
    assert!(!booted.console.contains("c2hvcDpzZWNyZXQ="));
}

#[test]
fn passwords_of_registries_that_are_none_fail_the_boot() {
    let not_there = instance("ecs", "").brings(DOCKERRUN).prepared(AGENT);
    let Some(booted) = not_there.boot() else {
        return;
    };
    booted.assert_failed("the registry's passwords in bucket passwords cannot be fetched");

    let object =
        "mkdir -p /case/bucket/versions\necho hush-hush >/case/bucket/versions/registries\n";
    let no_json = instance("ecs", "")
        .brings(DOCKERRUN)
        .prepared(&format!("{AGENT}{object}"));
    let Some(booted) = no_json.boot() else { return };
    booted.assert_failed(
        "versions/registries of bucket passwords is not a file of Docker's passwords",
    );
    assert!(!booted.log.contains("hush-hush"), "{}", booted.log);
}

#[test]
fn containers_see_a_folder_of_the_bundle() {
    let container = r#"
    container web {
      image = "nginx:1.29"
      port = 80
      mounts { "/usr/share/nginx/html" = "/var/app/current/site" }
    }"#;
    let test = instance("ecs", container).runs("site").prepared(AGENT);
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(
        booted.file("seen"),
        "VERSION site",
        "it is there before they start"
    );
}

#[test]
fn an_instance_that_no_cluster_takes_fails_the_boot() {
    let test = instance("ecs", CONTAINER)
        .prepared(
            "mkdir -p /etc/ecs /case/agent\n\
             echo '[Unit]' >/usr/lib/systemd/system/ecs.service\n",
        )
        .within(3);
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("the agent has not joined cluster ShopTestCluster after");
}

const CONTAINER: &str = r#"container web { image = "nginx:1.29", port = 80 }"#;

// Applications that do not run

#[test]
fn an_application_that_ends_at_once_fails_the_boot() {
    let environment = r#"env { DATABASE_URL = secret("ssm:/url") }"#;
    let test = instance("nodejs-22", environment)
        .runs("broken")
        .knows(json!({ "ssm:/url": "hush-url" }));
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("the process web keeps ending with status 3");
    assert!(
        booted.console.contains("no database at ****"),
        "{}",
        booted.console
    );
    for text in [&booted.console, &booted.log] {
        assert!(!text.contains("hush-"), "{text}");
    }
}

#[test]
fn a_build_that_fails_fails_the_boot() {
    let test = instance("nodejs-22", "").runs("build-fails");
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("the build command \"npm install --omit=dev");
    assert!(booted.console.contains("the compiler is missing"));
}

#[test]
fn a_missing_bundle_fails_the_boot() {
    let Some(booted) = instance("nodejs-22", "").releases().boot() else {
        return;
    };
    booted.assert_failed("there is no versions/v1.zip in bucket");
}

#[test]
fn a_bundle_in_a_folder_fails_the_boot() {
    let Some(booted) = instance("nodejs-22", "").runs("nested").boot() else {
        return;
    };
    booted.assert_failed("versions/v1.zip holds nothing but the folder only");
}

#[test]
fn a_bundle_that_says_no_start_fails_the_boot() {
    let Some(booted) = instance("nodejs-22", "").runs("dockerfile").boot() else {
        return;
    };
    booted.assert_failed("nothing says how to start: there is no Procfile");
}

#[test]
fn an_application_that_is_not_healthy_fails_the_boot() {
    let health = r#"load_balancer { health { path = "/health" } }"#;
    let test = instance("nodejs-22", health).runs("sick").within(20);
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("/health answers 500 instead of 200 after");
}

#[test]
fn a_secret_that_cannot_be_read_fails_the_boot() {
    let environment = r#"env { TOKEN = secret("secretsmanager:shop#token") }"#;
    let test = instance("nodejs-22", environment)
        .runs("node-app-js")
        .knows(json!({ "secretsmanager:shop": r#"{"other": "hush-other"}"# }));
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("the secret TOKEN (secretsmanager:shop#token) cannot be read");
    for text in [&booted.console, &booted.log] {
        assert!(!text.contains("hush-"), "{text}");
    }
}

#[test]
fn a_process_of_the_balancer_needs_a_line_in_the_procfile() {
    let balancer = r#"
    load_balancer {
      process admin { port = 9000 }
      listener http {
        port = 80
        rule admin { path = ["/admin/*"], to = admin }
      }
    }"#;
    let test = instance("nodejs-22", balancer).runs("node-procfile");
    let Some(booted) = test.boot() else { return };
    booted.assert_failed("the load balancer has a process admin");
}

// The scripts themselves

#[test]
fn the_scripts_please_shellcheck() {
    let Some(shellcheck) = tools::require("shellcheck") else {
        return;
    };
    for folder in ["stdlib/boot", "tests/boot"] {
        let scripts: Vec<_> = fs::read_dir(tools::root().join(folder))
            .expect("the folder is there")
            .map(|entry| entry.expect("it is readable").path())
            .filter(|path| path.extension().is_some_and(|it| it == "sh"))
            .collect();
        assert!(!scripts.is_empty(), "{folder} has scripts");
        tools::assert_success(&tools::run_in(".", &shellcheck, &scripts));
    }
}

#[test]
fn whole_user_data_pleases_shellcheck_and_fits() {
    for (platform, tier) in [
        "ecs",
        "nodejs-22",
        "python-3.13",
        "docker",
        "php-8.5",
        "ruby-3.4",
        "go-1",
        "corretto-8",
        "tomcat-11-corretto-25",
        "dotnet-10",
    ]
    .into_iter()
    .flat_map(|platform| [(platform, "web"), (platform, "worker")])
    {
        let properties = if platform == "ecs" { CONTAINER } else { "" };
        let mut instance = instance(platform, properties).releases();
        instance.tier = tier;
        assert_user_data_is_fine(&instance);
    }
}

/// The directives of shellcheck are comments, which instances do not get, hence
/// the list of what the scripts excuse.
#[track_caller]
fn assert_user_data_is_fine(instance: &Instance) {
    let Some(shellcheck) = tools::require("shellcheck") else {
        return;
    };
    let (platform, tier) = (&instance.platform, instance.tier);
    let user_data = instance.user_data();
    // The limit of EC2.
    let bytes = user_data.len();
    assert!(bytes < 16_384, "{platform}, {tier}: {bytes}");
    let user_data = unpacked(user_data);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let script = folder.path().join("user-data.sh");
    fs::write(&script, user_data).expect("it is writable");
    let script = script.to_str().expect("the path is text");
    // Where a family sets a function anew, shellcheck no longer knows what the
    // variables in the first one hold.
    let anew = if platform == "\"ecs\"" { ",SC2086" } else { "" };
    let excused = format!("--exclude=SC2016,SC2034,SC2153,SC2317{anew}");
    tools::assert_success(&tools::run_in(".", &shellcheck, [&excused, script]));
    tools::assert_success(&tools::run_in(".", Path::new("bash"), ["-n", script]));
}

/// User data with the script inside of it, where that is packed.
fn unpacked(user_data: String) -> String {
    let Some((header, rest)) = user_data.split_once("source <(base64 -d <<'END' | gunzip\n") else {
        return user_data;
    };
    let (text, _) = rest.split_once("\nEND\n").expect("the text ends");
    let bytes = STANDARD.decode(text).expect("it is base64");
    let mut script = header.to_owned();
    GzDecoder::new(bytes.as_slice())
        .read_to_string(&mut script)
        .expect("it is compressed");
    script
}

#[test]
fn a_script_that_does_not_fit_is_packed_and_boots() {
    let long = "long value ".repeat(630);
    let test = instance("nodejs-22", &format!("env {{\n  LONG = \"{long}\"\n}}"))
        .runs("node-app-js")
        .then("curl -s http://10.0.0.10/any/path");
    assert!(test.user_data().contains("\n# Packed to fit"), "it fits");
    let Some(booted) = test.boot() else { return };
    booted.assert_ready();
    assert_eq!(booted.answer(0), "hello from app.js");
}
