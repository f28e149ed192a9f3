//! `beanc init`: a first program, with comments, that compiles.

use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::screen::Screen;
use super::{Failure, Outcome};
use crate::diagnostic::suggest::closest;
use crate::disk::{Disk, RealDisk};
use crate::ide::library;

/// Write a first program
#[derive(Debug, Args)]
#[command(after_help = "\
On a terminal whatever is not given is asked for.

Examples:
  beanc init
  beanc init --name shop --platform python-3.13 --region eu-west-1
  beanc init --name mail --tier worker --platform docker
  beanc init --yes staging.bean")]
pub struct Init {
    /// The file to write
    #[arg(default_value = "env.bean")]
    file: PathBuf,

    /// The application's name [default: the folder's]
    #[arg(long)]
    name: Option<String>,

    /// What the application runs on: a platform of the library, such as
    /// nodejs-22, php-8.4 or docker
    #[arg(long)]
    platform: Option<String>,

    /// What the environment does
    #[arg(long)]
    tier: Option<Tier>,

    /// One instance, or several behind a load balancer; of web environments
    #[arg(long)]
    size: Option<Size>,

    /// Where it is deployed, such as eu-west-1; without one the output fits
    /// any region
    #[arg(long)]
    region: Option<String>,

    /// Ask nothing: the defaults hold for what is not given
    #[arg(long, short)]
    yes: bool,
}

/// Tiers to start with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tier {
    /// Answers requests
    Web,
    /// Works on messages of a queue
    Worker,
}

/// How much there is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Size {
    /// One instance with an address of its own: cheap, and gone while it is replaced
    Single,
    /// Two to four instances behind a load balancer
    Balanced,
}

impl Init {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let file = self.file.display();
        if RealDisk.exists(&self.file) {
            return Err(Failure::new(format!(
                "{file} is there already, and init overwrites nothing"
            )));
        }
        let asks = !self.yes && io::stdin().is_terminal();
        let answers = self.answers(&mut |question, default| {
            if asks {
                ask(screen, question, default)
            } else {
                Ok(default.to_owned())
            }
        })?;
        let text = answers.program();
        RealDisk
            .write(&self.file, text.as_bytes())
            .map_err(|error| Failure::new(format!("cannot write {file}: {error}")))?;
        screen.say(&format!("wrote {file}; next: beanc build {file}\n"))?;
        Ok(Outcome::Clean)
    }

    /// What was given, and what `ask` says to the rest.
    fn answers(
        &self,
        ask: &mut dyn FnMut(&str, &str) -> Result<String, Failure>,
    ) -> Result<Answers, Failure> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => ask("name of the application", &folder_name())?,
        };
        is_name(&name)?;
        let platform = match &self.platform {
            Some(platform) => platform.clone(),
            None => ask(&platform_question(), "nodejs-22")?,
        };
        is_platform(&platform)?;
        let tier = match self.tier {
            Some(tier) => tier,
            None => choice(ask, "tier", Tier::Web)?,
        };
        if tier == Tier::Worker && platform.starts_with("windows-") {
            return Err(Failure::new(format!(
                "{platform} has no workers: the daemon that reads the queue runs on Linux"
            )));
        }
        let size = match (tier, self.size) {
            (Tier::Worker, Some(_)) => {
                return Err(Failure::new(
                    "a worker has no load balancer; --size is of web environments".to_owned(),
                ));
            }
            (_, Some(size)) => size,
            (Tier::Web, None) => choice(ask, "size", Size::Balanced)?,
            (Tier::Worker, None) => Size::Balanced,
        };
        let region = match &self.region {
            Some(region) => region.clone(),
            None => ask("region, or nothing for any", "")?,
        };
        is_region(&region)?;
        Ok(Answers {
            name,
            platform,
            tier,
            size,
            region: Some(region).filter(|region| !region.is_empty()),
        })
    }
}

fn ask(screen: &mut Screen, question: &str, default: &str) -> Result<String, Failure> {
    let hint = match default {
        "" => String::new(),
        default => format!(" [{default}]"),
    };
    screen.say(&format!("{question}{hint}: "))?;
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::new(format!("cannot read the answer: {error}")))?;
    Ok(match answer.trim() {
        "" => default.to_owned(),
        answer => answer.to_owned(),
    })
}

/// One of an enum's values by its name.
fn choice<T: ValueEnum>(
    ask: &mut dyn FnMut(&str, &str) -> Result<String, Failure>,
    what: &str,
    default: T,
) -> Result<T, Failure> {
    let values = T::value_variants().iter();
    let names: Vec<String> = values.filter_map(value_name).collect();
    let question = format!("{what} ({})", names.join(", "));
    let answer = ask(&question, &value_name(&default).unwrap_or_default())?;
    T::from_str(&answer, true).map_err(|_| {
        let names = names.join(", ");
        Failure::new(format!("there is no {what} `{answer}`; there are {names}"))
    })
}

fn value_name<T: ValueEnum>(value: &T) -> Option<String> {
    Some(value.to_possible_value()?.get_name().to_owned())
}

/// The folder that the program is going to be in, as far as it is a name.
#[expect(
    clippy::disallowed_methods,
    reason = "the command line reads the environment"
)]
fn folder_name() -> String {
    let folder = std::env::current_dir().ok();
    let name = folder
        .as_deref()
        .and_then(|folder| folder.file_name()?.to_str())
        .map(|name| name.to_ascii_lowercase().replace(['_', ' ', '.'], "-"));
    name.filter(|name| is_name(name).is_ok())
        .unwrap_or_else(|| "app".to_owned())
}

/// A name that leaves room for the environment's, which Beanstalk keeps to
/// forty characters.
fn is_name(name: &str) -> Result<(), Failure> {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let valid = name.len() <= 35
        && name.starts_with(is_letter)
        && !name.ends_with('-')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if valid {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{name}` is no name: up to 35 letters, digits and hyphens, a letter first"
    )))
}

fn is_region(region: &str) -> Result<(), Failure> {
    let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if region.chars().all(valid) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{region}` is no region; regions look like eu-west-1"
    )))
}

/// The newest platform of each family, for who is asked.
fn platform_question() -> String {
    let newest = library::runnable().filter(|it| it.age == 0);
    let names: Vec<&str> = newest.map(|it| it.name.as_str()).collect();
    format!("platform ({} or another one)", names.join(", "))
}

fn is_platform(platform: &str) -> Result<(), Failure> {
    let names = || library::runnable().map(|it| it.name.as_str());
    if names().any(|name| name == platform) {
        return Ok(());
    }
    let advice = match closest(platform, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(Failure::new(format!(
        "there is no platform `{platform}`; {advice}"
    )))
}

/// All that the program depends on.
struct Answers {
    name: String,
    platform: String,
    tier: Tier,
    size: Size,
    region: Option<String>,
}

impl Answers {
    fn program(&self) -> String {
        let Self {
            name,
            platform,
            tier,
            size,
            region,
        } = self;
        let target = match region {
            Some(region) => format!("  target {{ region = \"{region}\" }}\n"),
            None => "  # target { region = \"eu-west-1\" }\n".to_owned(),
        };
        let (environment, fleet, output) = match (tier, size) {
            (Tier::Web, Size::Single) => {
                ("prod: web", SINGLE, "output url = environment.{}-prod.url")
            }
            (Tier::Web, Size::Balanced) => (
                "prod: web",
                BALANCED,
                "output url = environment.{}-prod.url",
            ),
            (Tier::Worker, _) => (
                "jobs: worker",
                WORKER,
                "output queue_url = environment.{}-jobs.queue.url",
            ),
        };
        let family = platform.split('-').next().unwrap_or_default();
        let fleet = match family {
            // There is no Windows for ARM.
            "windows" => fleet
                .replace("t4g.micro", "t3.small")
                .replace("t4g.", "t3."),
            _ => fleet.to_owned(),
        };
        let (input, release, containers) = match family {
            "ecs" => ("", "", CONTAINER),
            _ => (INPUT, "  release = input.release\n", ""),
        };
        let (variable, value) = match family {
            "nodejs" => ("NODE_ENV", "production"),
            "python" => ("PYTHONUNBUFFERED", "1"),
            "ruby" => ("RACK_ENV", "production"),
            "dotnet" => ("ASPNETCORE_ENVIRONMENT", "Production"),
            _ => ("LOG_LEVEL", "info"),
        };
        let output = output.replace("{}", name);
        format!(
            r#"edition 2026

## Bundles the versions of one code base and the environments they run in.
application {name} {{
  # Older versions are deleted from the bucket.
  versions {{ keep = 50 }}
}}

{input}environment {name}-{environment} {{
  platform = "{platform}"
{release}
  # With a region, region-bound facts are checked as well.
{target}
{containers}{fleet}
  # Environment variables of the application. A secret is named here and read
  # by the instances: DATABASE_URL = secret("ssm:/{name}/database-url")
  env {{
    {variable} = "{value}"
  }}
}}

{output}
"#
        )
    }
}

const INPUT: &str = "\
# The version that runs: the name, without `.zip`, of an archive under
# `versions/` in the application's bucket. It is given at deploy time.
input release: string

";

const CONTAINER: &str = "  \
  # A version is the tag of an image. `links` lets containers see each other by name.
  container web {
    image = \"public.ecr.aws/nginx/nginx:1.29\"
    port = 80
    memory = 128MiB
  }

";

const WORKER: &str = "  \
  # At least one; more while messages wait.
  instances {
    type = \"t4g.micro\"
    min = 1
    max = 4
  }

  # The daemon on each instance POSTs the messages to the application, which has
  # to answer with 200 before others may see them again.
  queue {
    path = \"/\"

    # What fails again and again is kept here, for people to look at.
    dead_letter { after = 5, retention = 14d }
  }

  # A message at a time of day, in UTC:
  # schedule nightly { cron = \"0 2 * * ? *\", path = \"/tasks/nightly\" }
";

const SINGLE: &str = "  \
  # One instance with an address of its own, and no balancer to pay for.
  load_balancer { kind = none }

  instances {
    type = \"t4g.micro\"
    min = 1
    max = 1
  }
";

const BALANCED: &str = "  \
  # At least two, so that one may fail; more when the CPU is busy.
  instances {
    type = \"t4g.small\"
    min = 2
    max = 4
  }

  # A few instances at a time are replaced, with one more than needed running.
  deployment { strategy = rolling_with_additional_batch }

  load_balancer {
    # Instances that do not answer here are replaced.
    health { path = \"/\" }

    # HTTPS takes a certificate of ACM; HTTP then redirects to it.
    # listener https { port = 443, certificate = \"arn:aws:acm:…\" }
    # listener http { port = 80, redirect = https }
  }
";
