//! `beanc lock`: today's images, pinned.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use smol_str::SmolStr;

use super::{Cloud, Failure, Outcome, Params, Screen, Session, Which, told, wait};
use crate::cli::output;
use crate::cli::program::{called, counted, report};
use crate::diagnostic::Diagnostics;
use crate::disk::{Disk, RealDisk};
use crate::expand::pins::{Wanted, not_there, wanted};
use crate::model::lock::{FILE, LIBRARY, Lock as Pinned, Pin, Pins};

/// Pin the machine images that environments start from, in bean.lock
///
/// AWS is asked which image each of its public parameters names today, in the
/// regions of the environments. From then on templates have these images
/// instead of the parameters, until the command runs again.
#[derive(Debug, Args)]
#[command(after_help = "\
Any credentials do: the images are the same in all accounts. A build asks
nobody; `beanc build --locked` refuses what is not pinned.

Examples:
  beanc lock env.bean
  beanc lock env.bean --check    say what is newer, and write nothing")]
pub struct Lock {
    /// The program [default: env.bean, or the only one in this folder]
    file: Option<PathBuf>,

    #[command(flatten)]
    params: Params,

    /// Write nothing; the exit code is 2 when something is newer, and 1 when that
    /// could not be said
    #[arg(long)]
    check: bool,
}

impl Lock {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let result = self.pin(screen);
        told(result, screen)
    }

    fn pin(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let which = Which {
            file: self.file,
            params: self.params,
        };
        let Some(session) = Session::open(&which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let mut missing = Diagnostics::default();
        let asked = asked(&session, screen)?;
        let pins = wait(today(&session, asked, &mut missing))?;
        if missing.has_errors() {
            let missing = missing.into_sorted();
            report(&missing, &session.sources(), screen)?;
            return Ok(Outcome::Errors);
        }
        let (program, reading) = (&session.compilation.program, &session.compilation.reading);
        let path = reading.root.join(FILE);
        let mut lock: Pinned = reading.lock.clone();
        let entry = session.entry_name();
        let count: usize = pins.images.values().map(BTreeMap::len).sum();
        for line in changes(&program.pins, &pins) {
            screen.print(&format!("{line}\n"))?;
        }
        match count {
            0 => lock.programs.remove(&entry),
            _ => lock.programs.insert(entry, pins),
        };
        let text = match lock.programs.is_empty() {
            // It still marks the project's root.
            true => String::new(),
            false => lock.text(),
        };
        let before = RealDisk.read(&path).ok();
        let is_same = match &before {
            Some(before) => before == text.as_bytes(),
            None => text.is_empty(),
        };
        let counted = counted(count, "image");
        let name = called(&path, &session.entry);
        let name = name.display();
        match (is_same, self.check) {
            (true, _) => screen.say(&format!("{name}  {counted} pinned, nothing is newer\n"))?,
            (false, true) => {
                screen.say(&format!("{name}  is not what AWS has today\n"))?;
                return Ok(Outcome::Changes);
            }
            (false, false) => {
                output::write(&path, text.as_bytes())?;
                screen.say(&format!("{name}  {counted} pinned\n"))?;
            }
        }
        Ok(Outcome::Clean)
    }
}

/// The parameters that are asked for, by region, each with the first environment
/// that wants it.
type Asked<'a> = BTreeMap<&'a str, BTreeMap<SmolStr, Wanted<'a>>>;

/// What AWS is asked for; says which environments cannot be pinned.
fn asked<'a>(session: &'a Session, screen: &mut Screen) -> Result<Asked<'a>, Failure> {
    let mut asked = Asked::new();
    for wanted in wanted(&session.compilation.program) {
        let Some(region) = wanted.region else {
            let name = &wanted.environment.name;
            screen.say(&format!(
                "{name} names no region, so its image stays the newest\n"
            ))?;
            continue;
        };
        let parameters = asked.entry(region).or_default();
        let parameter = wanted.parameter.clone();
        parameters.entry(parameter).or_insert(wanted);
    }
    Ok(asked)
}

/// Which images AWS has today; reports those that it does not have.
async fn today(
    session: &Session,
    asked: Asked<'_>,
    missing: &mut Diagnostics,
) -> Result<Pins, Failure> {
    let mut pins = Pins::default();
    for (region, parameters) in asked {
        let cloud = Cloud::connect(None, Some(region), &session.access, &session.sources()).await?;
        let names: Vec<SmolStr> = parameters.keys().cloned().collect();
        let found = cloud.images(&names).await?;
        for (parameter, wanted) in parameters {
            let Some(image) = found.get(&parameter).cloned() else {
                missing.report(not_there(&wanted, region));
                continue;
            };
            let regions = pins.images.entry(parameter).or_default();
            regions.insert(region.into(), Pin { image, span: None });
        }
    }
    if !pins.images.is_empty() {
        pins.library = Some((LIBRARY.into(), None));
    }
    Ok(pins)
}

/// A line for each pin that is another one now.
fn changes(before: &Pins, after: &Pins) -> Vec<String> {
    let mut lines = Vec::new();
    for (parameter, regions) in &after.images {
        for (region, pin) in regions {
            let known = before.image(parameter, region).map(|pin| &pin.image);
            match known {
                Some(known) if *known == pin.image => {}
                Some(known) => {
                    lines.push(format!("{parameter}  {region}  {known} → {}", pin.image));
                }
                None => lines.push(format!("{parameter}  {region}  {}", pin.image)),
            }
        }
    }
    for (parameter, regions) in &before.images {
        for region in regions.keys() {
            if after.image(parameter, region).is_none() {
                lines.push(format!("{parameter}  {region}  no longer used"));
            }
        }
    }
    lines
}
