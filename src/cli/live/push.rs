//! `beanc push`: an application becomes a version in its bucket.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Failure, Outcome, Screen, Session, Stream, Which, wait};
use crate::apply::Error;
use crate::apply::cloud::Cloud;
use crate::apply::daemon::{self, Daemon};
use crate::apply::package::{self, Package};
use crate::apply::versions::{Pushed, Versions, expired, label_problem};
use crate::cli::program::{called, counted};
use crate::disk::normalize;
use crate::expand::fleet;
use crate::model::{Application, Environment};
use crate::platform::boot::DAEMON_VERSION;
use crate::schema::instances::Architecture;

/// Package the application and upload it as a version
#[derive(Debug, Args)]
#[command(after_help = "\
Without a label, a version is named after what git calls the commit, or after
its content when there are changes that are not committed. A label never changes
what it means: other content under the same label is refused.

Examples:
  beanc push
  beanc push shop --label v2
  beanc push --source target/app.jar")]
pub struct Push {
    /// The application [default: the only one]
    application: Option<String>,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    source: Source,
}

/// What is packaged, and under which name.
#[derive(Debug, Clone, Args)]
pub struct Source {
    /// The label of the version
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,

    /// The folder or archive instead of the application's `source`
    #[arg(long, value_name = "PATH")]
    source: Option<PathBuf>,

    /// A `bean-sqsd` for the instances of worker environments [default: the one
    /// beside beanc, when the bucket has none]
    #[arg(long, value_name = "FILE")]
    daemon: Vec<PathBuf>,
}

impl Source {
    /// The first of these that is given.
    pub(super) fn given(&self) -> Option<&'static str> {
        let options = [
            ("--label", self.label.is_some()),
            ("--source", self.source.is_some()),
            ("--daemon", !self.daemon.is_empty()),
        ];
        let mut given = options.into_iter().filter(|(_, is_given)| *is_given);
        Some(given.next()?.0)
    }
}

impl Push {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let application = session.application_named(self.application.as_deref())?;
        let upload = Upload::of(&session, application, &self.source)?;
        upload.carry_out(&session, screen)?;
        let label = &upload.label;
        screen.print(&format!("{label}\n"))?;
        Ok(Outcome::Clean)
    }
}

/// A version that is packaged and not uploaded yet.
pub(super) struct Upload<'a> {
    application: &'a Application,
    /// What it is called.
    pub label: String,
    package: Package,
    daemons: Daemons,
}

impl<'a> Upload<'a> {
    /// Packages an application, and changes nothing.
    pub(super) fn of(
        session: &Session,
        application: &'a Application,
        source: &Source,
    ) -> Result<Self, Failure> {
        let settings = &application.settings;
        let folder = session.compilation.reading.folder(application.span.file);
        let path = match &source.source {
            Some(path) => path.clone(),
            None => {
                let folder = folder.unwrap_or_default();
                let path = normalize(&folder.join(settings.source.value.as_str()));
                called(&path, &session.entry)
            }
        };
        let path = match path.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => path,
        };
        let ignored: Vec<&str> = settings
            .ignore
            .value
            .iter()
            .map(|(it, _)| it.as_str())
            .collect();
        let package = package::package(&path, &ignored)?;
        let label = match &source.label {
            Some(label) => label.clone(),
            None => label_of(&path, &package),
        };
        if let Some(problem) = label_problem(&label) {
            return Err(Failure::new(format!("`{label}` is no label: {problem}")));
        }
        let daemons = Daemons::of(session, &application.name, &source.daemon)?;
        Ok(Self {
            application,
            label,
            package,
            daemons,
        })
    }

    /// Where it goes.
    async fn cloud(&self, session: &Session) -> Result<Cloud, Error> {
        let unit = session.unit(&format!("application.{}", self.application.name));
        match unit {
            Ok(unit) => session.cloud(unit).await,
            Err(_) => session.elsewhere().await,
        }
    }

    async fn versions<'b>(&self, cloud: &'b Cloud) -> Result<Versions<'b>, Error> {
        let Application { name, settings, .. } = self.application;
        let bucket = settings.bucket.as_ref().map(|it| it.value.as_str());
        Versions::of(name, bucket, cloud).await
    }

    /// That there is a bucket, nothing else under the label, and a daemon for an
    /// environment that needs one.
    pub(super) fn check(
        &self,
        session: &Session,
        environment: &Environment,
    ) -> Result<(), Failure> {
        wait(async {
            let cloud = self.cloud(session).await?;
            let versions = self.versions(&cloud).await?;
            versions.has(&self.label, &self.package).await?;
            if environment.runs_daemon()
                && !self.daemons.has(fleet::architecture(environment))
                && daemon::is_missing(environment, &versions.bucket, &cloud).await
            {
                return Err(session.no_daemon(environment).into());
            }
            Ok(())
        })
    }

    /// Uploads it, and deletes the versions that have had their time.
    pub(super) fn carry_out(&self, session: &Session, screen: &mut Screen) -> Result<(), Failure> {
        let Self {
            application,
            label,
            package,
            daemons,
        } = self;
        let settings = &application.settings;
        let files = package
            .files
            .map(|files| format!("{}, ", counted(files, "file")));
        let size = format!(
            "{}{} KiB",
            files.unwrap_or_default(),
            package.bytes.len().div_ceil(1024)
        );
        let bar = bar(package.bytes.len() as u64);
        let (pushed, expired, daemons) = wait(async {
            let cloud = self.cloud(session).await?;
            let versions = self.versions(&cloud).await?;
            let pushed = versions
                .push(label, package, &mut |bytes| bar.inc(bytes))
                .await?;
            let all = versions.list().await?;
            let keep = usize::try_from(settings.versions.keep.value).unwrap_or(usize::MAX);
            let newest = all.first().map_or(0, |it| it.uploaded);
            let since = newest - settings.versions.max_age.value.secs();
            // Unless it is known what runs, everything stays.
            let over = match session.running(&application.name).await {
                Ok(running) => {
                    let over = expired(&all, keep, since, &running).into_iter();
                    let over = over.filter(|it| it != label).map(str::to_owned);
                    let over: Vec<String> = over.collect();
                    versions.delete(&over).await?;
                    Ok(over)
                }
                Err(error) => Err(error),
            };
            let daemons = daemons.bring(&versions.bucket, &cloud).await?;
            Ok((pushed, over, daemons))
        })?;
        bar.finish_and_clear();
        let what = match pushed {
            Pushed::Uploaded => "uploaded",
            Pushed::Known => "is there already",
        };
        screen.say(&format!(
            "version {label} of {} {what} ({size})\n",
            application.name
        ))?;
        match expired {
            Ok(expired) if expired.is_empty() => {}
            Ok(expired) => screen.say(&format!(
                "{} deleted, as `versions` says: {}\n",
                counted(expired.len(), "old version"),
                expired.join(", ")
            ))?,
            Err(error) => screen.say(&format!("warning: old versions stay: {error}\n"))?,
        }
        screen.say(&daemons)?;
        Ok(())
    }
}

/// What worker environments need beside the version.
struct Daemons {
    /// The machines of the environments.
    needed: BTreeSet<Architecture>,
    /// What the user gives.
    given: Vec<Daemon>,
}

impl Daemons {
    fn of(session: &Session, application: &str, given: &[PathBuf]) -> Result<Self, Failure> {
        let environments = session.compilation.program.environments.values();
        let workers = environments.filter(|it| it.application == application && it.runs_daemon());
        let given = given.iter().map(|path| Daemon::open(path));
        Ok(Self {
            needed: workers.map(|it| fleet::architecture(it)).collect(),
            given: given.collect::<Result<_, _>>()?,
        })
    }

    /// Whether there is one for some machines, given or beside `beanc`.
    fn has(&self, architecture: Architecture) -> bool {
        let beside = Daemon::beside();
        let mut all = self.given.iter().chain(&beside);
        all.any(|it| it.architecture == architecture)
    }

    /// Uploads what is given, and from beside `beanc` what is needed and not
    /// there yet. Says what it did.
    async fn bring(&self, bucket: &str, cloud: &Cloud) -> Result<String, Error> {
        let mut said = String::new();
        for daemon in &self.given {
            daemon.upload(bucket, cloud).await?;
            said.push_str(&uploaded(daemon.architecture));
        }
        for &architecture in &self.needed {
            let is_given = self.given.iter().any(|it| it.architecture == architecture);
            if is_given || daemon::is_in(bucket, architecture, cloud).await? {
                continue;
            }
            let mut beside = Daemon::beside().into_iter();
            match beside.find(|it| it.architecture == architecture) {
                Some(daemon) => {
                    daemon.upload(bucket, cloud).await?;
                    said.push_str(&uploaded(architecture));
                }
                None => said.push_str(&format!(
                    "warning: worker environments on {0} fetch the daemon bean-sqsd {DAEMON_VERSION} \
                     from this bucket,\nand it is neither there nor beside beanc: \
                     `beanc push --daemon FILE` uploads one for {0}\n",
                    architecture.word()
                )),
            }
        }
        Ok(said)
    }
}

fn uploaded(architecture: Architecture) -> String {
    format!(
        "daemon bean-sqsd {DAEMON_VERSION} for {} uploaded\n",
        architecture.word()
    )
}

fn bar(bytes: u64) -> ProgressBar {
    let target = match Screen::is_terminal(Stream::Err) {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(Some(bytes), target);
    let template = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec}";
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What git calls the commit, when everything is committed; else the beginning
/// of the content's digest.
fn label_of(path: &Path, package: &Package) -> String {
    let folder = match path.is_dir() {
        true => Some(path),
        false => None,
    };
    let described = folder.and_then(|folder| {
        let changes = git(folder, &["status", "--porcelain", "--", "."])?;
        let description = git(folder, &["describe", "--tags", "--always"])?;
        changes.is_empty().then_some(description)
    });
    let described = described.filter(|it| label_problem(it).is_none());
    described.unwrap_or_else(|| format!("sha-{}", &package.digest[..12]))
}

#[expect(
    clippy::disallowed_methods,
    reason = "git knows what a commit is called"
)]
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = std::process::Command::new("git");
    let output = command
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
