//! `beanc swap`: one environment takes over from another.

use clap::Args;

use super::apply::{self, Order};
use super::edit::Edit;
use super::{Failure, How, Outcome, Screen, Session, Which, wait};
use crate::apply::health;
use crate::schema::{Lately, Setting};
use crate::source::Span;

/// Exchange the weights of two environments that share a name
#[derive(Debug, Args)]
#[command(after_help = "\
Both have the same `dns { name }`, and a `weight` each: 100 for the one that
serves, 0 for the one that stands ready. The numbers are exchanged in the file,
and both are deployed. Instances of the one that takes over have to be well. The
same command again goes back. Resolvers follow within a minute.

Examples:
  beanc swap blog-blue blog-green
  beanc swap blog-blue blog-green --yes && git commit -am 'Serve green'")]
pub struct Swap {
    /// One environment
    one: String,

    /// The other
    other: String,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Swap {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let one = Share::of(&session, &self.one)?;
        let other = Share::of(&session, &self.other)?;
        if one.unit == other.unit {
            return Err(Failure::new("name two environments"));
        }
        one.fits(&other)?;
        let heir = match one.weight < other.weight {
            true => &one,
            false => &other,
        };
        heir.is_ready(&session)?;
        for (share, weight) in [(&one, other.weight), (&other, one.weight)] {
            screen.say(&format!(
                "{}  weight {} becomes {weight}  ({})\n",
                share.unit, share.weight, share.place
            ))?;
        }
        let mut edit = Edit::of(&session);
        edit.replace(vec![
            (one.span, other.weight.to_string()),
            (other.span, one.weight.to_string()),
        ]);
        let Some(swapped) = edit.compiled(&session, &self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let units = [one.unit, other.unit];
        let order = Order::of(&units, &self.how, self.yes);
        apply::deploy_after(&swapped, &order, &mut |_| edit.write(), screen)
    }
}

/// An environment's share of its name.
struct Share {
    /// `environment.blog-blue`
    unit: String,
    name: String,
    /// The zone, as far as it is known before the deployment.
    zone: Option<String>,
    weight: i64,
    /// Where the number stands.
    span: Span,
    /// The same for people.
    place: String,
}

impl Share {
    fn of(session: &Session, name: &str) -> Result<Self, Failure> {
        let unit = session.unit(name)?;
        let environment = session.environment(unit)?;
        let sources = session.sources();
        let lacks = |what: &str, place: Span| {
            Failure::new(format!(
                "{} {what} ({}); to be swapped, both environments have the same `dns {{ name }}` \
                 and a `weight` each, such as 100 and 0",
                unit.unit,
                sources.place(place)
            ))
        };
        let Some(dns) = &environment.settings.dns else {
            return Err(lacks("has no name in the DNS", environment.span));
        };
        let here = dns.span.unwrap_or(environment.span);
        let Some(weight) = &dns.block.weight else {
            return Err(lacks("has no `weight`", here));
        };
        let span = weight.span().unwrap_or(here);
        if sources.text(span).parse() != Ok(weight.value) {
            return Err(lacks("has a `weight` that is no plain number", span));
        }
        Ok(Self {
            unit: unit.unit.to_string(),
            name: dns.block.name.value.to_string(),
            zone: known(&dns.block.zone),
            weight: weight.value,
            span,
            place: sources.place(span),
        })
    }

    /// Whether two can be swapped.
    fn fits(&self, other: &Self) -> Result<(), Failure> {
        let (one, two) = (&self.unit, &other.unit);
        if self.name != other.name || self.zone != other.zone {
            return Err(Failure::new(format!(
                "{one} ({}) and {two} ({}) do not have the same name and zone",
                self.place, other.place
            )));
        }
        if self.weight == other.weight {
            return Err(Failure::new(format!(
                "{one} ({}) and {two} ({}) have the same weight: there is nothing to swap",
                self.place, other.place
            )));
        }
        Ok(())
    }

    /// Whether it can take requests.
    fn is_ready(&self, session: &Session) -> Result<(), Failure> {
        let unit = session.unit(&self.unit)?;
        let health = wait(async {
            let cloud = session.cloud(unit).await?;
            Ok(health::health(&unit.unit.item, &cloud).await?)
        })?;
        match health {
            None => Err(Failure::new(format!(
                "{unit} is not deployed, so it cannot take over: `beanc apply {unit}`",
                unit = self.unit
            ))),
            Some(health) if !health.is_well() => Err(Failure::new(format!(
                "{unit} is not well, so it cannot take over: `beanc health {unit}` says why",
                unit = self.unit
            ))),
            Some(_) => Ok(()),
        }
    }
}

fn known<T: ToString>(setting: &Setting<Lately<T>>) -> Option<String> {
    match &setting.value {
        Lately::Now(value) => Some(value.to_string()),
        Lately::Later(_) => None,
    }
}
