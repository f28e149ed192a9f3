//! The environments of a large program, read side by side.
//!
//! Environments do not look into each other: what one of them comes to follows
//! from its own layers and from what everybody names. So each part of them is
//! read by an analysis of its own, which knows what was found before and tells
//! afterwards what it found. How many parts there are follows from the program
//! alone, and what they found is taken over in their order: the number of cores
//! changes nothing of the outcome.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::assertions::Failed;
use super::checks::Unfinished;
use super::eval::Evaluated;
use super::kept::{Known, Used};
use super::layers::Layers;
use super::names::ItemId;
use super::{Analysis, Asked, ResolvedItem};
use crate::diagnostic::{Code, Diagnostics};
use crate::model::{Environment, Program};
use crate::ordered::IndexMap;
use crate::source::Span;
use crate::syntax::ast::BlockItem;

/// Fewer environments than this are not worth a part of their own.
const FEWEST: usize = 32;

/// A few more than most machines have cores, so that none of them waits long
/// for the last part.
const MOST: usize = 8;

/// What was found in one part.
struct Part<'a> {
    diagnostics: Diagnostics,
    environments: Vec<Arc<Environment>>,
    layers: Layers<'a>,
    params: IndexMap<ItemId, Evaluated>,
    lets: Vec<(Asked, Evaluated)>,
    said_too_deep: bool,
    used: Used,
    of_lets: Used,
    unknown: FxHashSet<Span>,
    failed: IndexMap<Span, Vec<Failed<'a>>>,
    unfinished: Vec<Unfinished>,
    left_out: Vec<Span>,
    resolved: IndexMap<ItemId, Arc<ResolvedItem>>,
    known: FxHashMap<ItemId, Known>,
}

/// How much was said at a moment.
#[derive(PartialEq)]
struct Said {
    errors: usize,
    complaints: usize,
    left_out: usize,
}

/// What becomes of each; of many, side by side.
pub(super) fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if all.len() < 2 * FEWEST {
        return all.iter().map(work).collect();
    }
    all.par_iter().with_min_len(FEWEST).map(&work).collect()
}

impl<'a> Analysis<'a, '_> {
    /// Reads environments of one file. Those with a name that is taken are checked
    /// and no part of the program.
    pub(super) fn environments(&mut self, all: &[(ItemId, &'a BlockItem)], program: &mut Program) {
        let all = all.iter().copied();
        let (all, further): (Vec<_>, Vec<_>) = all.partition(|(id, _)| self.claim(*id));
        let mut read = Vec::new();
        // What all of them name is known to every part when one was read.
        let rest = match all.split_first() {
            Some((first, rest)) if rest.len() >= 2 * FEWEST => {
                read.extend(self.read(*first));
                rest
            }
            Some(_) | None => {
                read.extend(all.iter().filter_map(|environment| self.read(*environment)));
                &[]
            }
        };
        let length = rest.len().div_ceil(MOST).max(FEWEST);
        let parts: Vec<Part<'_>> = rest.par_chunks(length).map(|it| self.part(it)).collect();
        for part in parts {
            read.extend(self.join(part));
        }
        for (id, block) in further {
            let read = self.environment(id, block);
            self.unfinished.extend(read.map(|(read, _)| read));
        }
        let named = read.into_iter().map(|it| (it.name.clone(), it));
        program.environments.extend(named);
    }

    /// An environment, unless something in it is wrong.
    fn read(&mut self, (id, block): (ItemId, &'a BlockItem)) -> Option<Arc<Environment>> {
        if let Some(environment) = self.take_over(id) {
            return Some(environment);
        }
        let said = self.said_so_far();
        let outer = std::mem::take(&mut self.used);
        let read = self.environment(id, block);
        let used = std::mem::replace(&mut self.used, outer);
        self.used.extend(&used);
        let (read, is_whole) = read?;
        let now = self.said_so_far();
        // A param or `let` that many name has its message once.
        if !is_whole || now.errors > said.errors || now.left_out > said.left_out {
            self.unfinished.push(read);
            return None;
        }
        let environment = Arc::new(read.environment);
        if now == said && !environment.has_files() {
            let known = Known {
                environment: Arc::clone(&environment),
                used,
                has_layers_to_see: true,
            };
            self.known.insert(id, known);
        }
        Some(environment)
    }

    fn said_so_far(&self) -> Said {
        Said {
            errors: self.diagnostics.error_count(),
            complaints: self.diagnostics.iter().count(),
            left_out: self.left_out.len(),
        }
    }

    fn part(&self, environments: &[(ItemId, &'a BlockItem)]) -> Part<'a> {
        let mut diagnostics = Diagnostics::default();
        let mut analysis = Analysis {
            names: self.names.clone(),
            layers: self.layers.clone(),
            disk: self.disk,
            options: self.options,
            sources: self.sources,
            diagnostics: &mut diagnostics,
            open: Vec::new(),
            params: self.params.clone(),
            misspelt_params: self.misspelt_params.clone(),
            values: self.values.clone(),
            quiet: false,
            unsaid: Vec::new(),
            said_too_deep: self.said_too_deep,
            platforms: self.platforms.clone(),
            bundles: self.bundles,
            periodic: self.periodic.clone(),
            dockerruns: self.dockerruns.clone(),
            applications: self.applications.clone(),
            used: Used::default(),
            of_lets: Used::default(),
            meant: self.meant.clone(),
            owners: IndexMap::default(),
            unknown: self.unknown.clone(),
            failed: IndexMap::default(),
            unfinished: Vec::new(),
            left_out: Vec::new(),
            resolved: IndexMap::default(),
            taken_over: self.taken_over,
            known: FxHashMap::default(),
        };
        let read = environments.iter().filter_map(|it| analysis.read(*it));
        let environments = read.collect();
        let Analysis {
            layers,
            params,
            values,
            said_too_deep,
            used,
            of_lets,
            unknown,
            failed,
            unfinished,
            left_out,
            resolved,
            known,
            ..
        } = analysis;
        let lets = values.into_iter().filter(|((_, item), _)| item.is_none());
        Part {
            environments,
            layers,
            params,
            lets: lets.collect(),
            said_too_deep,
            used,
            of_lets,
            unknown,
            failed,
            unfinished,
            left_out,
            resolved,
            known,
            diagnostics,
        }
    }

    /// Takes over what was found in a part, and answers its environments.
    fn join(&mut self, part: Part<'a>) -> Vec<Arc<Environment>> {
        let knows_chain = self.said_too_deep || self.layers.said_too_deep();
        self.diagnostics.append_once(part.diagnostics, |complaint| {
            complaint.code != Code::ChainTooLong || !knows_chain
        });
        self.said_too_deep |= part.said_too_deep;
        self.layers.join(part.layers);
        self.params.extend(part.params);
        self.values.extend(part.lets);
        self.used.extend(&part.used);
        self.of_lets.extend(&part.of_lets);
        self.unknown.extend(part.unknown);
        for failed in part.failed.into_values().flatten() {
            self.fail(failed);
        }
        self.unfinished.extend(part.unfinished);
        self.left_out.extend(part.left_out);
        self.resolved.extend(part.resolved);
        self.known.extend(part.known);
        part.environments
    }
}
