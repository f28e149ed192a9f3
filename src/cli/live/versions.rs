//! `beanc versions`: what was uploaded, and what runs.

use clap::Args;

use super::{Failure, Outcome, Screen, Session, Which, wait, when};
use crate::apply::versions::Versions as Found;

/// List the versions of an application, and which environments run them
#[derive(Debug, Args)]
pub struct Versions {
    /// The application [default: the only one]
    application: Option<String>,

    #[command(flatten)]
    which: Which,
}

impl Versions {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let application = session.application_named(self.application.as_deref())?;
        let (versions, running) = wait(async {
            let cloud = session.elsewhere().await?;
            let bucket = application.settings.bucket.as_ref();
            let bucket = bucket.map(|it| it.value.as_str());
            let found = Found::of(&application.name, bucket, &cloud).await?;
            let running = session.running(&application.name).await?;
            Ok((found.list().await?, running))
        })?;
        let width = versions.iter().map(|it| it.label.len()).max().unwrap_or(0);
        for version in &versions {
            let runs = running.get(&version.label).map(|it| it.join(", "));
            let line = format!(
                "{:width$}  {}  {:>8} KiB  {}",
                version.label,
                when(version.uploaded),
                version.bytes.unsigned_abs().div_ceil(1024),
                runs.unwrap_or_default(),
            );
            screen.print(&format!("{}\n", line.trim_end()))?;
        }
        if versions.is_empty() {
            screen.say(&format!("{} has no versions yet\n", application.name))?;
        }
        Ok(Outcome::Clean)
    }
}
