//! `beanc deploy`: a version is uploaded and runs.

use clap::Args;

use super::apply::{self, Order};
use super::push::{Source, Upload};
use super::{Failure, How, Outcome, RELEASE, Screen, Session, Which};

/// Upload the application and deploy an environment with it
#[derive(Debug, Args)]
#[command(after_help = "\
What changes is shown first, and nothing is uploaded before you have agreed.
With --release nothing is uploaded at all: that version runs, as with
`beanc apply ENVIRONMENT --release LABEL`. It is the way back to an older one.

Examples:
  beanc deploy shop-prod
  beanc deploy shop-prod --label v2 --yes
  beanc deploy shop-prod --release v1")]
pub struct Deploy {
    /// The environment
    environment: String,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    #[command(flatten)]
    source: Source,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Deploy {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open_to_deploy(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.environment)?;
        let environment = session.environment(unit)?;
        let units = [unit.unit.to_string()];
        if self.how.release.is_some() {
            if let Some(option) = self.source.given() {
                return Err(Failure::new(format!(
                    "--release runs a version that is there, and {option} is about one to upload; \
                     give one of them"
                )));
            }
            return apply::deploy(&session, &Order::of(&units, &self.how, self.yes), screen);
        }
        if !unit.inputs.contains_key(RELEASE) {
            return Err(Failure::new(format!(
                "deploy gives the new version to the input `release`, and {} does not run what \
                 that says; write `input release: string` and `release = input.release`",
                unit.unit
            )));
        }
        if let Some(value) = self.how.release_input() {
            return Err(Failure::new(format!(
                "deploy gives the input `release` the version that it uploads; --release {value} \
                 runs one that is there, --label {value} names the new one"
            )));
        }
        let application = session.application_named(Some(&environment.application))?;
        let upload = Upload::of(&session, application, &self.source)?;
        upload.check(&session, environment)?;
        let how = How {
            release: Some(upload.label.clone()),
            uploads: true,
            ..self.how
        };
        let order = Order::of(&units, &how, self.yes);
        let mut first = |screen: &mut Screen| upload.carry_out(&session, screen);
        apply::deploy_after(&session, &order, &mut first, screen)
    }
}
