//! `beanc logs`: what the instances of an environment write.

use std::time::Duration;

use clap::Args;
use rustc_hash::FxHashSet;

use super::{Failure, Outcome, Screen, Session, Which, not_deployed, wait, when};
use crate::apply::health;
use crate::apply::logs::{self, Line};
use crate::units::Duration as Span;

/// How often new lines are asked for.
const POLL: Duration = Duration::from_secs(2);

/// CloudWatch takes lines that are late by some seconds.
const LATE_MILLIS: i64 = 30_000;

/// Print the logs of an environment's instances, oldest line first
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc logs shop-prod --follow
  beanc logs shop-prod /var/log/nginx/access.log --since 1h
  beanc logs shop-prod --filter ERROR")]
pub struct Logs {
    /// The environment
    environment: String,

    /// Only these files [default: all that are kept]
    files: Vec<String>,

    /// How far back to begin: 90s, 15m, 2h, 7d
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration)]
    since: Span,

    /// Only lines that CloudWatch's filter pattern finds
    #[arg(long, value_name = "PATTERN")]
    filter: Option<String>,

    /// Go on until Ctrl-C
    #[arg(long)]
    follow: bool,

    #[command(flatten)]
    which: Which,
}

fn duration(text: &str) -> Result<Span, String> {
    match crate::syntax::literal(text) {
        Some(crate::syntax::ast::ExprKind::Duration(duration)) => Ok(duration),
        _ => Err("it is a number with s, m, h or d: 15m".to_owned()),
    }
}

impl Logs {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.environment)?;
        let environment = &session.environment(unit)?.name;
        wait(async {
            let cloud = session.cloud(unit).await?;
            let all = logs::files(environment, &cloud).await?;
            // Logs outlive what has written them, and may be switched off.
            if all.is_empty() && health::health(environment, &cloud).await?.is_none() {
                return Err(not_deployed(unit));
            }
            for file in &self.files {
                if !all.contains(file) {
                    let all = all.join(", ");
                    return Err(Failure::new(format!(
                        "{} keeps no log {file}; there are {all}",
                        unit.unit
                    )));
                }
            }
            let files = if self.files.is_empty() {
                &all
            } else {
                &self.files
            };
            let filter = self.filter.as_deref();
            let mut since = now().saturating_sub(self.since.millis());
            let mut known = FxHashSet::default();
            loop {
                let lines = logs::lines(environment, files, since, filter, &cloud).await?;
                for line in &lines {
                    if known.insert(line.number.clone()) {
                        screen.print(&printed(line))?;
                    }
                }
                screen.flush()?;
                if !self.follow {
                    return Ok(Outcome::Clean);
                }
                if let Some(last) = lines.last() {
                    since = since.max(last.time - LATE_MILLIS);
                    let recent = lines.iter().filter(|line| line.time >= since);
                    known = recent.map(|line| line.number.clone()).collect();
                }
                tokio::time::sleep(POLL).await;
            }
        })
    }
}

fn printed(line: &Line) -> String {
    let file = line.file.rsplit('/').next().unwrap_or(&line.file);
    let (time, instance) = (when(line.time.div_euclid(1_000)), &line.instance);
    format!("{time}  {instance}  {file}  {}\n", line.text)
}

#[expect(clippy::disallowed_methods, reason = "logs are asked for by time")]
fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
