//! The images of AWS that environments start from, and whether `bean.lock` pins
//! them.
//!
//! Only public parameters are pinned. A parameter of the user's own says what its
//! owner last put there, in one account, and Image Builder's is written by a
//! stack of the program.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::fleet;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::lock::LIBRARY;
use crate::model::{Environment, Program};
use crate::platform;
use crate::resource::Term;
use crate::resource::expr::{Expr, ImageId};
use crate::source::Span;

/// What the names of AWS's own parameters begin with.
const PUBLIC: &str = "/aws/service/";

/// An image of AWS that an environment starts from.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The environment.
    pub environment: &'a Environment,
    /// The public parameter that holds the image's id.
    pub parameter: SmolStr,
    /// The region; none where the target names none.
    pub region: Option<&'a str>,
}

impl Wanted<'_> {
    /// Where the program says which image it is.
    fn place(&self) -> Span {
        let platform = self.environment.settings.platform.span();
        platform.unwrap_or(self.environment.span)
    }
}

/// The images of AWS that a program's environments start from.
pub fn wanted(program: &Program) -> impl Iterator<Item = Wanted<'_>> {
    program.environments.values().filter_map(|environment| {
        let region = environment.settings.target.region.as_ref();
        Some(Wanted {
            environment,
            parameter: parameter(environment)?,
            region: region.map(|region| region.value.0.as_str()),
        })
    })
}

/// The public parameter with the image of an environment; none when its image is
/// of another origin.
fn parameter(environment: &Environment) -> Option<SmolStr> {
    let architecture = fleet::architecture(environment);
    let image = platform::image(&environment.platform, architecture)?;
    public(&image).cloned()
}

/// The public parameter that says which image it is.
fn public(image: &Expr<ImageId>) -> Option<&SmolStr> {
    match &image.term {
        Term::Parameter(parameter) if parameter.name.starts_with(PUBLIC) => Some(&parameter.name),
        _ => None,
    }
}

/// The image that is pinned in a region for one that floats.
pub(super) fn image<'a>(
    program: &'a Program,
    floating: &Expr<ImageId>,
    region: &str,
) -> Option<&'a SmolStr> {
    let pin = program.pins.image(public(floating)?, region)?;
    Some(&pin.image)
}

/// Reports what keeps a program from being pinned as a whole: images without a
/// pin, pins without an image, and a library of another release.
pub fn check(program: &Program, diagnostics: &mut Diagnostics) {
    let pins = &program.pins;
    let mut used: BTreeSet<(SmolStr, &str)> = BTreeSet::new();
    let mut is_said = false;
    for wanted in wanted(program) {
        let place = wanted.place();
        let Some(region) = wanted.region else {
            diagnostics.report(no_region(place, &wanted.environment.name));
            continue;
        };
        if pins.image(&wanted.parameter, region).is_none() {
            // Without any pin there is one thing to do, however many lack.
            if !(pins.images.is_empty() && is_said) {
                diagnostics.report(not_pinned(place, &wanted, region, pins.images.is_empty()));
            }
            is_said = true;
        }
        used.insert((wanted.parameter, region));
    }
    for (parameter, regions) in &pins.images {
        for (region, pin) in regions {
            if let Some(span) = pin.span
                && !used.contains(&(parameter.clone(), region.as_str()))
            {
                diagnostics.report(not_used(span, parameter, region));
            }
        }
    }
    if let Some((library, Some(span))) = &pins.library
        && library != LIBRARY
    {
        diagnostics.report(other_library(*span, library));
    }
}

// Words

const AGAIN: &str = "`beanc lock` pins them";

fn not_pinned(place: Span, wanted: &Wanted<'_>, region: &str, no_pins: bool) -> Diagnostic {
    let platform = &wanted.environment.platform.name;
    let error = if no_pins {
        Diagnostic::new(
            Code::NotLocked,
            place,
            "`bean.lock` pins no images of this program",
        )
        .label(format!(
            "the image of `{platform}` in {region} is the newest there"
        ))
    } else {
        let message = format!("the image of `{platform}` in {region} is not pinned");
        Diagnostic::new(Code::NotLocked, place, message)
            .label(format!("`bean.lock` has no `{}` there", wanted.parameter))
    };
    error.help(AGAIN)
}

/// That AWS does not have an image to pin.
#[must_use]
pub fn not_there(wanted: &Wanted<'_>, region: &str) -> Diagnostic {
    let platform = &wanted.environment.platform.name;
    let message = format!("AWS has no image of `{platform}` in {region}");
    Diagnostic::new(Code::NotLocked, wanted.place(), message)
        .label(format!("there is no `{}`", wanted.parameter))
        .help("choose another platform or region; `bean.lock` stays as it was")
}

fn no_region(place: Span, environment: &str) -> Diagnostic {
    let message = format!("the image of `{environment}` cannot be pinned without a region");
    Diagnostic::new(Code::NotLocked, place, message)
        .label("every region has an image of its own")
        .help("name it: `target { region = \"eu-west-1\" }`")
}

fn not_used(span: Span, parameter: &str, region: &str) -> Diagnostic {
    let message = format!("no environment starts from `{parameter}` in {region}");
    Diagnostic::new(Code::NotLocked, span, message)
        .label("pinned for nothing")
        .help("`beanc lock` takes it out")
}

fn other_library(span: Span, library: &str) -> Diagnostic {
    let message = format!("the platforms were pinned at release {library} of the library");
    Diagnostic::new(Code::NotLocked, span, message)
        .label(format!("this is beanc {LIBRARY}"))
        .help("use that release, or run `beanc lock` with this one")
}
