//! The options of the daemon: flags, environment and file, in that order.
//!
//! What the `queue` block of the language has too takes its meaning, range and
//! default from there ([`crate::schema::queue`]).

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::ordered::IndexMap;
use crate::schema::queue::Queue;
use crate::schema::{self, Default, Schema as _};
use crate::units;

/// The file that is read when none is named and it exists.
const FILE: &str = "/etc/bean-sqsd.toml";

/// In front of the names of environment variables: `BEAN_SQSD_CONCURRENCY`.
const PREFIX: &str = "BEAN_SQSD_";

/// The greatest visibility timeout that SQS takes (`ChangeMessageVisibility`).
pub const LONGEST_INVISIBLE: Duration = Duration::from_secs(12 * 60 * 60);

/// What the daemon works with, validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The URL of the queue.
    pub queue_url: String,
    /// Where the queue is; otherwise as the AWS SDK finds it.
    pub region: Option<String>,
    /// The port of the application on this machine.
    pub port: u16,
    /// Where messages without a path of their own are posted.
    pub path: String,
    /// The content type of the posts.
    pub mime_type: String,
    /// How many messages are worked on at once, 1 to 100.
    pub concurrency: u32,
    /// How long a connection to the application may take.
    pub connect_timeout: Duration,
    /// How long the application may take to answer.
    pub inactivity_timeout: Duration,
    /// How long a received message is invisible to others, in whole seconds.
    pub visibility_timeout: Duration,
    /// How long a failed message is invisible, in whole seconds.
    pub error_visibility_timeout: Duration,
    /// How old a message may be since its first receive.
    pub retention: Duration,
    /// The longest pause of a message that fails again and again; without it
    /// every pause is the error visibility timeout.
    pub backoff_max: Option<Duration>,
    /// How long requests may go on after the signal to stop.
    pub drain_timeout: Duration,
    /// How long one request to the queue waits for messages, 0 to 20 s.
    pub wait: Duration,
    /// The environment's name in metrics.
    pub environment: String,
    /// Where `GET /healthz` is answered.
    pub health: Option<SocketAddr>,
    /// Where metrics go.
    pub metrics: MetricsTo,
    /// How often metrics are written.
    pub metrics_every: Duration,
    /// The least level of log lines.
    pub log_level: tracing::Level,
}

impl Config {
    /// The queue's name, the last part of its URL.
    #[must_use]
    pub fn queue_name(&self) -> &str {
        self.queue_url.rsplit('/').next().unwrap_or_default()
    }

    /// Whether the queue keeps the order of its message groups.
    #[must_use]
    pub fn is_fifo(&self) -> bool {
        self.queue_url.ends_with(".fifo")
    }

    /// As a file that says the same.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let time = |it: Duration| {
            let millis = i64::try_from(it.as_millis()).unwrap_or(i64::MAX);
            toml::Value::from(units::Duration::from_millis(millis).to_string())
        };
        let text = |it: &str| toml::Value::from(it);
        let mut lines = String::new();
        let mut line = |name: &str, value: toml::Value| {
            // Writing to a text cannot fail.
            let _ = writeln!(lines, "{name} = {value}");
        };
        line("queue_url", text(&self.queue_url));
        if let Some(region) = &self.region {
            line("region", text(region));
        }
        line("path", text(&self.path));
        line("port", i64::from(self.port).into());
        line("mime_type", text(&self.mime_type));
        line("concurrency", i64::from(self.concurrency).into());
        line("connect_timeout", time(self.connect_timeout));
        line("inactivity_timeout", time(self.inactivity_timeout));
        line("visibility_timeout", time(self.visibility_timeout));
        line(
            "error_visibility_timeout",
            time(self.error_visibility_timeout),
        );
        line("retention", time(self.retention));
        if let Some(most) = self.backoff_max {
            line("backoff_max", time(most));
        }
        line("drain_timeout", time(self.drain_timeout));
        line("wait", time(self.wait));
        line("environment", text(&self.environment));
        let health = self.health.map(|it| it.to_string());
        line("health", text(health.as_deref().unwrap_or("none")));
        let metrics = match &self.metrics {
            MetricsTo::Nowhere => "none".into(),
            MetricsTo::Stdout => "stdout".into(),
            MetricsTo::File(path) => path.display().to_string(),
        };
        line("metrics", text(&metrics));
        line("metrics_every", time(self.metrics_every));
        line(
            "log_level",
            text(&self.log_level.to_string().to_lowercase()),
        );
        lines
    }
}

/// Where metrics go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricsTo {
    /// They are not written.
    Nowhere,
    /// A line each to the standard output.
    Stdout,
    /// A line each at the end of a file.
    File(PathBuf),
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// Run with this.
    Run(Box<Config>),
    /// Print this and end.
    Show(Box<Config>),
}

/// An option of the daemon that the language does not have.
struct Own {
    name: &'static str,
    placeholder: &'static str,
    docs: &'static str,
}

const OWN: [Own; 11] = [
    Own {
        name: "queue_url",
        placeholder: "URL",
        docs: "The URL of the queue",
    },
    Own {
        name: "region",
        placeholder: "REGION",
        docs: "The region of the queue [default: as the AWS SDK finds it]",
    },
    Own {
        name: "port",
        placeholder: "PORT",
        docs: "The port of the application on this machine [default: 80]",
    },
    Own {
        name: "backoff_max",
        placeholder: "DURATION",
        docs: "Doubles the pause of a message with each failure, up to this [default: no growth]",
    },
    Own {
        name: "drain_timeout",
        placeholder: "DURATION",
        docs: "How long requests may go on after the signal to stop [default: the inactivity timeout]",
    },
    Own {
        name: "wait",
        placeholder: "DURATION",
        docs: "How long one request to the queue waits for messages, at most 20s [default: 20s]",
    },
    Own {
        name: "environment",
        placeholder: "NAME",
        docs: "The environment's name in metrics [default: the queue's name]",
    },
    Own {
        name: "health",
        placeholder: "ADDRESS",
        docs: "Where `GET /healthz` is answered, or `none` [default: 127.0.0.1:9324]",
    },
    Own {
        name: "metrics",
        placeholder: "PLACE",
        docs: "Where metrics go: `stdout`, `none` or a file [default: stdout]",
    },
    Own {
        name: "metrics_every",
        placeholder: "DURATION",
        docs: "How often metrics are written [default: 1m]",
    },
    Own {
        name: "log_level",
        placeholder: "LEVEL",
        docs: "The least level of log lines: error, warn, info or debug [default: info]",
    },
];

/// Options that are properties of the `queue` block.
const SHARED: [&str; 8] = [
    "path",
    "concurrency",
    "mime_type",
    "connect_timeout",
    "inactivity_timeout",
    "visibility_timeout",
    "error_visibility_timeout",
    "retention",
];

/// The command line.
#[must_use]
pub fn command() -> Command {
    let shared = SHARED.iter().map(|name| {
        let property = shared(name);
        let docs = property
            .docs
            .join(" ")
            .trim()
            .trim_end_matches('.')
            .to_owned();
        let (placeholder, default) = match property.facts.default {
            Default::Int(number) => ("NUMBER", number.to_string()),
            Default::Duration(time) => ("DURATION", time.to_string()),
            Default::Text(text) => ("TEXT", text.to_owned()),
            _ => ("VALUE", String::new()),
        };
        argument(name, placeholder, format!("{docs} [default: {default}]"))
    });
    let own = |it: &Own| argument(it.name, it.placeholder, it.docs.to_owned());
    Command::new("bean-sqsd")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Posts the messages of an SQS queue to the application on this machine")
        .after_help(
            "Every option can also be an environment variable (BEAN_SQSD_CONCURRENCY) and \
             a key of the file (concurrency = 50); a flag wins over the environment, and \
             the environment over the file.",
        )
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .help(format!(
                    "The file to read [default: {FILE} when it is there]"
                )),
        )
        .arg(
            Arg::new("check_config")
                .long("check-config")
                .action(ArgAction::SetTrue)
                .help("Print the configuration that would be used, and end"),
        )
        .args(OWN.iter().take(1).map(own))
        .args(shared)
        .args(OWN.iter().skip(1).map(own))
}

fn argument(name: &'static str, placeholder: &'static str, docs: String) -> Arg {
    Arg::new(name)
        .long(name.replace('_', "-"))
        .value_name(placeholder)
        .help(docs)
}

fn shared(name: &str) -> &'static schema::Property {
    Queue::schema()
        .property(name)
        .expect("SHARED names properties of the queue block, which a test checks")
}

fn is_option(name: &str) -> bool {
    SHARED.contains(&name) || OWN.iter().any(|it| it.name == name)
}

/// Reads the configuration from `matches`, the variables `environment` and the
/// file, which `read` opens: `None` when it is not there.
///
/// # Errors
/// Everything that is wrong, a line each.
pub fn configure(
    matches: &ArgMatches,
    environment: impl Iterator<Item = (String, String)>,
    read: impl Fn(&str) -> std::io::Result<Option<String>>,
) -> Result<Request, Vec<String>> {
    let mut given = Given::default();
    let mut variables = IndexMap::default();
    for (key, value) in environment {
        let Some(name) = key.strip_prefix(PREFIX) else {
            continue;
        };
        variables.insert(name.to_lowercase(), (key.clone(), value));
    }
    let named = matches.get_one::<String>("config").cloned();
    let named = named.or_else(|| variables.shift_remove("config").map(|(_, value)| value));
    given.read_file(named.as_deref(), read);
    for (name, (key, value)) in variables {
        given.set(&name, key, value);
    }
    for name in SHARED.into_iter().chain(OWN.iter().map(|it| it.name)) {
        if let Some(value) = matches.get_one::<String>(name) {
            let flag = format!("--{}", name.replace('_', "-"));
            given.set(name, flag, value.clone());
        }
    }
    let config = given.config();
    if !given.errors.is_empty() {
        return Err(given.errors);
    }
    let config = Box::new(config);
    Ok(if matches.get_flag("check_config") {
        Request::Show(config)
    } else {
        Request::Run(config)
    })
}

/// What was given, and what is wrong with it.
#[derive(std::default::Default)]
struct Given {
    /// By option: where it stands, and its text.
    values: IndexMap<String, (String, String)>,
    errors: Vec<String>,
}

impl Given {
    fn read_file(
        &mut self,
        named: Option<&str>,
        read: impl Fn(&str) -> std::io::Result<Option<String>>,
    ) {
        let file = named.unwrap_or(FILE);
        let text = match read(file) {
            Ok(Some(text)) => text,
            Ok(None) if named.is_none() => return,
            Ok(None) => return self.errors.push(format!("{file} is not there")),
            Err(error) => return self.errors.push(format!("{file} cannot be read: {error}")),
        };
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(error) => {
                return self
                    .errors
                    .push(format!("{file}: {}", error.to_string().trim_end()));
            }
        };
        for (name, value) in table {
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                other => {
                    let kind = other.type_str();
                    self.errors.push(format!(
                        "`{name}` in {file} is of type {kind}: a text or a number is wanted"
                    ));
                    continue;
                }
            };
            self.set(&name, format!("`{name}` in {file}"), text);
        }
    }

    fn set(&mut self, name: &str, place: String, text: String) {
        if is_option(name) {
            self.values.insert(name.to_owned(), (place, text));
        } else {
            self.errors
                .push(format!("{place} is not an option of bean-sqsd"));
        }
    }

    fn config(&mut self) -> Config {
        let queue_url = self.text("queue_url", "").to_owned();
        if !self.values.contains_key("queue_url") {
            self.errors.push(
                "the queue is missing: --queue-url, BEAN_SQSD_QUEUE_URL or `queue_url` in the file"
                    .into(),
            );
        }
        self.must(
            "queue_url",
            "the URL of a queue, http(s)://HOST/ACCOUNT/NAME",
            is_queue_url,
        );
        self.must("path", "a path that begins with `/`", is_path);
        self.must("mime_type", "a content type", |it| {
            it.contains('/') && hyper::header::HeaderValue::from_str(it).is_ok()
        });
        let inactivity_timeout = self.shared_time("inactivity_timeout");
        let day = Duration::from_secs(24 * 60 * 60);
        let second = Duration::from_secs(1);
        let fallback = queue_url.rsplit('/').next().unwrap_or_default().to_owned();
        Config {
            region: self.given("region").map(str::to_owned),
            port: u16::try_from(self.number("port", 80, 1, 65_535)).unwrap_or(80),
            path: self.text("path", text_default("path")).to_owned(),
            mime_type: self.text("mime_type", text_default("mime_type")).to_owned(),
            concurrency: self.concurrency(),
            connect_timeout: self.shared_time("connect_timeout"),
            inactivity_timeout,
            visibility_timeout: self.shared_time("visibility_timeout"),
            error_visibility_timeout: self.shared_time("error_visibility_timeout"),
            retention: self.shared_time("retention"),
            backoff_max: self.time("backoff_max", None, second, LONGEST_INVISIBLE),
            drain_timeout: self
                .time("drain_timeout", None, Duration::ZERO, day)
                .unwrap_or(inactivity_timeout),
            wait: self
                .time("wait", None, Duration::ZERO, 20 * second)
                .unwrap_or(20 * second),
            environment: self.text("environment", &fallback).to_owned(),
            health: self.health(),
            metrics: match self.text("metrics", "stdout") {
                "stdout" => MetricsTo::Stdout,
                "none" => MetricsTo::Nowhere,
                file => MetricsTo::File(file.into()),
            },
            metrics_every: self
                .time("metrics_every", None, second, day)
                .unwrap_or(60 * second),
            log_level: self.log_level(),
            queue_url,
        }
    }

    fn given(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(_, text)| text.as_str())
    }

    fn text<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.given(name).unwrap_or(default)
    }

    /// Notes that the value of `name` is not `what`, unless it passes.
    fn must(&mut self, name: &str, what: &str, passes: impl Fn(&str) -> bool) {
        if let Some((place, text)) = self.values.get(name)
            && !passes(text)
        {
            self.errors
                .push(format!("{place} is `{text}`: {what} is wanted"));
        }
    }

    fn number(&mut self, name: &str, default: i64, min: i64, max: i64) -> i64 {
        let fits = |text: &str| text.parse().is_ok_and(|it: i64| (min..=max).contains(&it));
        self.must(name, &format!("a number from {min} to {max}"), fits);
        self.given(name)
            .and_then(|it| it.parse().ok())
            .unwrap_or(default)
    }

    fn concurrency(&mut self) -> u32 {
        let facts = shared("concurrency").facts;
        let default = if let Default::Int(number) = facts.default {
            number
        } else {
            1
        };
        let number = self.number(
            "concurrency",
            default,
            facts.min.unwrap_or(1),
            facts.max.unwrap_or(100),
        );
        u32::try_from(number).unwrap_or(1)
    }

    fn shared_time(&mut self, name: &str) -> Duration {
        let facts = shared(name).facts;
        let bound = |millis: Option<i64>| {
            Duration::from_millis(u64::try_from(millis.unwrap_or(0)).unwrap_or(0))
        };
        let default = if let Default::Duration(it) = facts.default {
            Some(bound(Some(it.millis())))
        } else {
            None
        };
        let (min, max) = (bound(facts.min), bound(facts.max));
        self.time(name, default, min, max).unwrap_or(min)
    }

    fn time(
        &mut self,
        name: &str,
        default: Option<Duration>,
        min: Duration,
        max: Duration,
    ) -> Option<Duration> {
        let parsed = |text: &str| {
            let time: units::Duration = text.parse().ok()?;
            Some(Duration::from_millis(u64::try_from(time.millis()).ok()?))
        };
        let written = |it: Duration| {
            units::Duration::from_millis(i64::try_from(it.as_millis()).unwrap_or(i64::MAX))
        };
        let what = format!(
            "a duration from {} to {}, like `90s` or `1h30m`,",
            written(min),
            written(max)
        );
        self.must(name, &what, |text| {
            parsed(text).is_some_and(|it| (min..=max).contains(&it))
        });
        self.given(name).and_then(parsed).or(default)
    }

    fn health(&mut self) -> Option<SocketAddr> {
        let default = "127.0.0.1:9324";
        self.must("health", "an address with a port, or `none`,", |it| {
            it == "none" || it.parse::<SocketAddr>().is_ok()
        });
        self.text("health", default).parse().ok()
    }

    fn log_level(&mut self) -> tracing::Level {
        let level = |text: &str| match text {
            "error" => Some(tracing::Level::ERROR),
            "warn" => Some(tracing::Level::WARN),
            "info" => Some(tracing::Level::INFO),
            "debug" => Some(tracing::Level::DEBUG),
            _ => None,
        };
        self.must("log_level", "error, warn, info or debug", |it| {
            level(it).is_some()
        });
        level(self.text("log_level", "info")).unwrap_or(tracing::Level::INFO)
    }
}

fn text_default(name: &str) -> &'static str {
    match shared(name).facts.default {
        Default::Text(text) => text,
        _ => "",
    }
}

/// Whether requests can be posted there.
pub fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.parse::<hyper::Uri>().is_ok()
}

fn is_queue_url(text: &str) -> bool {
    let Ok(url) = text.parse::<hyper::Uri>() else {
        return false;
    };
    let scheme = matches!(url.scheme_str(), Some("http" | "https"));
    scheme && url.host().is_some() && url.path().trim_matches('/').split('/').count() >= 2
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    fn configured(
        flags: &[&str],
        environment: &[(&str, &str)],
        file: &str,
    ) -> Result<Config, String> {
        let matches = command()
            .try_get_matches_from([&["bean-sqsd"], flags].concat())
            .unwrap();
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let text = Some(file.to_owned()).filter(|it| !it.is_empty());
        let read = |_: &str| Ok(text.clone());
        match configure(&matches, environment.iter().map(owned), read) {
            Ok(Request::Run(config) | Request::Show(config)) => Ok(*config),
            Err(errors) => Err(errors.join("\n")),
        }
    }

    const URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs";

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file =
            format!("queue_url = \"{URL}\"\nconcurrency = 3\nport = 8080\npath = \"/file\"\n");
        let variables = [
            ("BEAN_SQSD_CONCURRENCY", "4"),
            ("BEAN_SQSD_PATH", "/variable"),
            ("HOME", "/"),
        ];
        let config = configured(&["--concurrency", "5"], &variables, &file).unwrap();
        assert_eq!(
            (config.concurrency, config.path.as_str(), config.port),
            (5, "/variable", 8080)
        );
        assert_eq!(config.inactivity_timeout, Duration::from_secs(299));
        assert_eq!(config.environment, "jobs");
    }

    #[test]
    fn every_mistake_is_named_with_its_place_and_range() {
        let file = "queue_url = \"jobs\"\nconcurency = 3\nretention = 300\nport = [80]\n";
        let variables = [("BEAN_SQSD_LOG_LEVEL", "loud"), ("BEAN_SQSD_PORTS", "1")];
        let flags = [
            "--concurrency",
            "200",
            "--connect-timeout",
            "2m",
            "--health",
            "here",
        ];
        snapshot(&configured(&flags, &variables, file).unwrap_err());
    }

    #[test]
    fn what_is_printed_says_the_same_when_it_is_read() {
        let config = configured(
            &[
                "--queue-url",
                URL,
                "--backoff-max",
                "15m",
                "--metrics",
                "/var/log/m",
            ],
            &[],
            "",
        )
        .unwrap();
        assert_eq!(configured(&[], &[], &config.to_toml()), Ok(config));
    }

    #[test]
    fn every_shared_option_is_a_property() {
        command().debug_assert();
    }
}
