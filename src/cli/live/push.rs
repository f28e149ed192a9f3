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
use crate::cli::program::counted;
use crate::expand::fleet;
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

impl Push {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let label = pushed(&session, self.application.as_deref(), &self.source, screen)?;
        screen.print(&format!("{label}\n"))?;
        Ok(Outcome::Clean)
    }
}

/// Uploads a version of an application and answers its label.
pub(super) fn pushed(
    session: &Session,
    application: Option<&str>,
    source: &Source,
    screen: &mut Screen,
) -> Result<String, Failure> {
    let application = session.application_named(application)?;
    let settings = &application.settings;
    let folder = session.entry.parent().unwrap_or(Path::new(""));
    let path = match &source.source {
        Some(path) => path.clone(),
        None => folder.join(settings.source.value.as_str()),
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
    let files = package
        .files
        .map(|files| format!("{}, ", counted(files, "file")));
    let size = format!(
        "{}{} KiB",
        files.unwrap_or_default(),
        package.bytes.len().div_ceil(1024)
    );
    let unit = session.unit(&format!("application.{}", application.name));
    let unit = unit.ok();
    let bar = bar(package.bytes.len() as u64);
    let daemons = Daemons::of(session, &application.name, &source.daemon)?;
    let (pushed, expired, daemons) = wait(async {
        let cloud = match unit {
            Some(unit) => session.cloud(unit).await?,
            None => session.elsewhere().await?,
        };
        let bucket = settings.bucket.as_ref().map(|it| it.value.as_str());
        let versions = Versions::of(&application.name, bucket, &cloud).await?;
        let pushed = versions
            .push(&label, &package, &mut |bytes| bar.inc(bytes))
            .await?;
        let all = versions.list().await?;
        let keep = usize::try_from(settings.versions.keep.value).unwrap_or(usize::MAX);
        let newest = all.first().map_or(0, |it| it.uploaded);
        let since = newest - settings.versions.max_age.value.secs();
        // Unless it is known what runs, everything stays.
        let over = match session.running(&application.name).await {
            Ok(running) => {
                let over = expired(&all, keep, since, &running).into_iter();
                let over: Vec<String> = over.filter(|it| *it != label).map(str::to_owned).collect();
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
    Ok(label)
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
            needed: workers.map(|it| fleet::instance_type(it).1).collect(),
            given: given.collect::<Result<_, _>>()?,
        })
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
