//! Properties that have to agree with each other, over the resolved program.
//!
//! Types and ranges of single properties are checked before; here is what two
//! properties, or a property and a fact of AWS, say of each other. All of these
//! are errors: what is only probably wrong is a lint.

mod dns;
mod errors;
mod instances;
mod load_balancer;
mod names;
mod network;
mod platform;
mod queue;
mod scaling;
mod shared;
mod state;
mod unfinished;

use std::sync::Arc;

use rustc_hash::FxHashSet;

pub(super) use errors::{
    below_image, malformed_cron, nearest_type, unknown_instance_type, unknown_region,
};
pub(super) use instances::not_startable;
pub(super) use queue::converted;
pub(super) use scaling::cron_problem;
pub(super) use unfinished::{Decisive, Unfinished};

use super::names::Names;
use super::parts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Label};
use crate::model::{Application, Environment, Network, Program};
use crate::ordered::IndexMap;
use crate::schema::Lacking;
use crate::source::{Sources, Span};
use crate::syntax::ast::BlockItem;

/// What every check is given.
struct Check<'a, 'd> {
    environment: &'a Environment,
    /// Where it is written.
    item: Option<&'a BlockItem>,
    network: Option<&'a Network>,
    sources: &'a Sources,
    diagnostics: &'d mut Diagnostics,
}

impl Check<'_, '_> {
    /// Advice to write another text in the place of one: certain where a text stands
    /// there, and not what a param has for many.
    fn instead(&self, error: Diagnostic, help: String, span: Span, text: &str) -> Diagnostic {
        let text = format!("\"{text}\"");
        match self.sources.text(span).starts_with('"') {
            true => error.fix(help, span, text),
            false => error.suggestion(help, span, text),
        }
    }

    /// Says that there is no entry with a name, unless why was said already; `names`
    /// are those that there are.
    fn lacks<'n>(
        &mut self,
        what: &str,
        name: &str,
        span: Span,
        names: impl Iterator<Item = &'n str> + Clone,
        why: Lacking,
    ) {
        let error = match why {
            Lacking::Unknown => errors::unknown_entry(what, name, span, names),
            Lacking::Disabled(Some(place)) => {
                super::errors::disabled_entry(what, name, span, place)
            }
            Lacking::Disabled(None) => return,
        };
        self.diagnostics.report(error);
    }

    /// Whether a value stands in a parent of the environment.
    fn inherits(&self, span: Span) -> bool {
        self.item.is_some_and(|item| !item.span.contains(span))
    }

    /// Whether there is a balancer in front of the instances.
    fn balanced(&self) -> bool {
        self.environment.is_balanced()
    }

    /// Whether there is one instance with an address of its own.
    fn single(&self) -> bool {
        self.environment.is_single()
    }
}

/// The environments by their heads: who inherits what a parent says wrong.
pub(super) struct Heirs<'a>(IndexMap<Span, &'a BlockItem>);

impl<'a> Heirs<'a> {
    pub(super) fn new(names: &Names<'a>) -> Self {
        Self(names.heads())
    }

    /// An environment's item.
    pub(super) fn item(&self, environment: &Environment) -> Option<&'a BlockItem> {
        self.0.get(&environment.span).copied()
    }

    /// Takes down what is wrong with an environment. What a parent says wrong is
    /// said once, with one who has it.
    pub(super) fn tell(
        &self,
        environment: &Environment,
        complaint: Diagnostic,
        diagnostics: &mut Diagnostics,
    ) {
        let place = complaint.primary.span;
        diagnostics.report_once(match self.item(environment) {
            Some(item) if !item.span.contains(place) => {
                super::errors::inherited(complaint, &item.name)
            }
            Some(_) | None => complaint,
        });
    }
}

/// The blocks in which something is wrong. What is said of unfinished
/// environments must not have to do with that.
pub(super) struct Faults<'n, 'a> {
    names: &'n Names<'a>,
    blocks: FxHashSet<Span>,
    places: FxHashSet<Span>,
}

/// What is wrong with one value, whatever is beside it.
const OF_ONE_VALUE: [Code; 6] = [
    Code::UnknownInstanceType,
    Code::MalformedText,
    Code::NotATerm,
    Code::MalformedTag,
    Code::UnknownRegion,
    Code::MalformedSecret,
];

impl<'n, 'a> Faults<'n, 'a> {
    /// Those with errors, and those with values that were left out because of an
    /// error elsewhere, such as a param without a value. What a block lacks is none
    /// of them where it is allowed for.
    pub(super) fn new(
        names: &'n Names<'a>,
        left_out: &[Span],
        diagnostics: &Diagnostics,
        is_completed: impl Fn(Span) -> bool,
    ) -> Self {
        let is_allowed_for = |error: &Diagnostic| {
            error.code == Code::MissingProperty && is_completed(error.primary.span)
        };
        let errors = diagnostics.errors().filter(|it| !is_allowed_for(it));
        let places = errors.map(|error| error.primary.span);
        let places = places.chain(left_out.iter().copied());
        let places: FxHashSet<Span> = places.collect();
        let blocks = places.iter().filter_map(|place| names.block_around(*place));
        Self {
            names,
            blocks: blocks.collect(),
            places,
        }
    }

    /// Whether what a complaint is about is wrong and has to be changed anyhow.
    pub(super) fn are_at(&self, place: Span) -> bool {
        self.places.contains(&place)
    }

    /// Whether a complaint has a place in one of them.
    pub(super) fn touch(&self, complaint: &Diagnostic) -> bool {
        let place = complaint.primary.span;
        if OF_ONE_VALUE.contains(&complaint.code)
            && complaint.related.is_empty()
            && !self.places.contains(&place)
        {
            return false;
        }
        let is_faulty = |label: &Label| {
            let block = self.names.block_around(label.span);
            block.is_some_and(|block| self.blocks.contains(&block))
        };
        is_faulty(&complaint.primary) || complaint.related.iter().any(is_faulty)
    }
}

/// Reports what cannot be so of an application by itself.
pub(super) fn application(application: &Application, diagnostics: &mut Diagnostics) {
    names::application(application, diagnostics);
}

/// Reports what cannot be so of a network by itself.
pub(super) fn network(network: &Network, diagnostics: &mut Diagnostics) {
    network::network(network, diagnostics);
}

/// Reports everything in the program that cannot be so. Of environments that
/// are unfinished, because something in them could not be read, only what has
/// nothing to do with that.
pub(super) fn check(
    program: &Program,
    unfinished: &[Unfinished],
    left_out: &[Span],
    names: &Names<'_>,
    heirs: &Heirs<'_>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    for it in program.applications.values() {
        application(it, diagnostics);
    }
    for it in program.networks.values() {
        network(it, diagnostics);
    }
    let read = Faults::new(names, left_out, diagnostics, |_| false);
    let environments: Vec<&Environment> = program.environments.values().map(Arc::as_ref).collect();
    let errors = parts::each(&environments, |it| complaints(program, it, heirs, sources));
    for (environment, errors) in environments.into_iter().zip(errors) {
        for error in errors {
            // Of a network that could not be read whole, say.
            if !read.touch(&error) {
                heirs.tell(environment, error, diagnostics);
            }
        }
    }
    self::names::own_networks(program, diagnostics);
    self::names::renamed(program, diagnostics);
    dns::check(program, diagnostics);
    state::check(program, diagnostics);
    shared::priorities(program, diagnostics);
    if unfinished.is_empty() {
        return;
    }
    let is_completed = |place| unfinished.iter().any(|it| it.completed.contains(&place));
    let faults = Faults::new(names, left_out, diagnostics, is_completed);
    let errors = parts::each(unfinished, |it| it.complaints(program, heirs, sources));
    for (unfinished, errors) in unfinished.iter().zip(errors) {
        for error in errors {
            if !faults.touch(&error) {
                heirs.tell(&unfinished.environment, error, diagnostics);
            }
        }
    }
}

/// What is wrong with an environment.
fn complaints(
    program: &Program,
    environment: &Environment,
    heirs: &Heirs<'_>,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let network = environment.network.as_ref();
    let network = network.and_then(|name| program.networks.get(name));
    let mut diagnostics = Diagnostics::default();
    let mut check = Check {
        environment,
        item: heirs.item(environment),
        network,
        sources,
        diagnostics: &mut diagnostics,
    };
    names::check(&mut check);
    network::placement(&mut check);
    instances::check(&mut check);
    platform::check(&mut check);
    load_balancer::check(&mut check);
    queue::check(&mut check);
    scaling::check(&mut check);
    diagnostics.into_sorted()
}
