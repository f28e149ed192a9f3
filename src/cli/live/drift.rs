//! `beanc drift`: what somebody changed behind the program's back.

use clap::Args;

use super::text::{self, Detail};
use super::{Engine, Failure, How, Outcome, Screen, Session, Stream, Which, told, wait};

/// Show what was changed outside of beanc
#[derive(Debug, Args)]
#[command(after_help = "\
CloudFormation compares what is there with the template; Terraform plans with
the program as it is now.

Exit codes: 0 nothing was changed, 2 something was, 1 it could not be said, as with
arguments that are wrong.")]
pub struct Drift {
    /// The unit
    unit: String,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,
}

impl Drift {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let result = self.compare(screen);
        told(result, screen)
    }

    fn compare(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.unit)?;
        let plan = wait(async {
            if self.how.by.engine == Engine::Cloudformation {
                let cloud = session.cloud(unit).await?;
                let places = session.deployment(unit, &self.how)?.places;
                return Ok(session.stack(unit, &cloud).drift(&places).await?);
            }
            let module = session.running_module(unit, &self.how).await?;
            module.init().await?;
            let plan = module.plan(async || session.cloud(unit).await).await;
            module.forget_plan();
            Ok(plan?)
        })?;
        let (width, style) = (Screen::room(Stream::Out), screen.style(Stream::Out));
        let text = match self.how.by.engine {
            Engine::Cloudformation => text::drifted(&plan, width, style),
            Engine::Terraform | Engine::Tofu => {
                text::human(std::slice::from_ref(&plan), Detail::Full, width, style)
            }
        };
        screen.print(&text)?;
        Ok(match plan.is_empty() {
            true => Outcome::Clean,
            false => Outcome::Changes,
        })
    }
}
