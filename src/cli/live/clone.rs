//! `beanc clone`: another environment like one that is there.

use clap::Args;

use super::apply::{self, Order};
use super::edit::Edit;
use super::{Failure, How, Outcome, RELEASE, Screen, Session, Which, wait};
use crate::model::Environment;
use crate::source::Sources;

/// Make another environment like one that is there
#[derive(Debug, Args)]
#[command(after_help = "\
The new environment extends the other in the file and begins with the version
that runs there. It has no name in the DNS, unless the other shares one by
weight: then it stands ready with the weight 0, and `beanc swap` lets it take
over.

Examples:
  beanc clone blog-blue blog-green
  beanc clone shop-prod shop-copy --release v7 --yes")]
pub struct Clone {
    /// The environment to copy
    environment: String,

    /// The name of the new one
    name: String,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Clone {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.environment)?;
        let environment = session.environment(unit)?;
        let name = self.name.trim_start_matches("environment.");
        let text = copied(environment, name, &session.sources());
        let environments = &session.compilation.program.environments;
        if let Some(there) = environments.get(name) {
            return Err(Failure::new(format!(
                "there is an environment {name} already ({})",
                session.sources().place(there.span)
            )));
        }
        let mut edit = Edit::of(&session);
        edit.append(environment.span, &text);
        for line in text.lines() {
            screen.say(&format!("+ {line}\n"))?;
        }
        let Some(cloned) = edit.compiled(&session, &self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let copy = format!("environment.{name}");
        if cloned.unit(&copy).is_err() {
            let sources = session.sources();
            return Err(Failure::new(format!(
                "an environment {name} beside {} ({}) would not be part of this program: import \
                 it, or write it by hand",
                unit.unit,
                sources.place(environment.span)
            )));
        }
        let mut how = self.how;
        if !how.says_release() && session.compilation.program.inputs.contains_key(RELEASE) {
            how.release = wait(async {
                let cloud = session.cloud(unit).await?;
                Ok(cloud.published(&unit.unit.item, RELEASE).await?)
            })?;
        }
        let units = [copy];
        let order = Order::of(&units, &how, self.yes);
        apply::deploy_after(&cloned, &order, &mut |_| edit.write(), screen)
    }
}

/// An item that makes the same environment under another name. What is never
/// inherited is written anew.
fn copied(environment: &Environment, name: &str, sources: &Sources) -> String {
    let mut blocks = String::new();
    if let Some(target) = environment.settings.target.span {
        blocks.push_str(&format!("  target {}\n", sources.text(target)));
    }
    if let Some(dns) = &environment.settings.dns
        && let Some(weight) = dns.block.weight.as_ref().and_then(|it| it.span())
        && let Some(block) = dns.span
        && block.contains(weight)
    {
        let (start, end) = (weight.start - block.start, weight.end - block.start);
        let mut written = sources.text(block).to_owned();
        written.replace_range(start as usize..end as usize, "0");
        blocks.push_str(&format!("  dns {written}\n"));
    }
    let (tier, parent) = (environment.tier.word(), &environment.name);
    match blocks.is_empty() {
        true => format!("environment {name}: {tier} extends {parent} {{}}\n"),
        false => format!("environment {name}: {tier} extends {parent} {{\n{blocks}}}\n"),
    }
}
