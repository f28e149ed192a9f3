//! Tree to model: files and names, layers, values, types, checks.
//!
//! - [`load`] reads the entry and all it imports;
//! - [`names`] says which declaration a name means;
//! - [`layers`] puts an item's body over those of its parents;
//! - [`eval`] says what an expression comes to;
//! - `check` holds what was written against the tables of the language;
//! - `containers` are those of an environment on ECS;
//! - [`bundle`] is what applications bring, in a folder or in an `archive`:
//!   `dockerrun` reads containers from `Dockerrun.aws.json`, `cron` tasks from
//!   `cron.yaml`, and `engines` what `package.json` asks for;
//! - `foreign` knows names that other tools have for ours, and `home` the block in
//!   which a property belongs that stands in another;
//! - `guess` is what blocks could come to be that lack something;
//! - `image` says which machine image a platform has;
//! - [`network`] computes the addresses of subnets;
//! - `checks` looks at properties that have to agree with each other;
//! - `parts` reads the environments of large programs side by side, and `kept`
//!   takes those over that an edit leaves as they are;
//! - `uses` says what a file names;
//! - `comparisons` finds words that are compared with what they never are;
//! - `settings` reads the project's `bean.toml`, `lock` its `bean.lock`, both with
//!   `project`;
//! - `lints` says what is probably wrong, and `moot` leaves of one mistake one
//!   message.
//!
//! What is wrong is reported where it stands and left out; everything else
//! goes on.

mod archive;
mod assertions;
pub mod bundle;
mod check;
mod checks;
mod comparisons;
mod containers;
mod cron;
mod dockerrun;
mod engines;
mod errors;
pub mod eval;
pub mod foreign;
mod guess;
mod home;
mod image;
mod kept;
pub mod layers;
mod lints;
pub mod load;
mod lock;
mod moot;
pub mod names;
pub mod network;
mod params;
mod parts;
mod project;
mod settings;
pub mod show;
pub mod uses;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use assertions::Failed;
use bundle::Bundles;
use check::Owner;
use checks::{Decisive, Heirs, Unfinished};
use dockerrun::Dockerrun;
use eval::{Evaluated, Scope};
use kept::{Known, TakenOver, Used};
use layers::{Layers, Merged, Node, library_platform, library_platforms, public_name};
use lints::Ground;
pub use lints::Verdict;
use load::{Earlier, Loaded};
use names::{Declared, ItemId, Names, Space};

use crate::diagnostic::lint::Levels;
use crate::diagnostic::suggest::closest;
use crate::diagnostic::{Code, Diagnostics, Reported};
use crate::disk::Disk;
use crate::model::lock::Lock;
use crate::model::{self, Application, Environment, NetworkKind, Platform, Program, Tier};
use crate::ordered::IndexMap;
use crate::schema::platform::{Family, PlatformRef};
use crate::schema::queue::Task;
use crate::schema::{Block, Late, LatePart, Named, Origin, Resolved, Schema, Setting, Type, Value};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{BlockItem, Expr, Item, ItemKind};

/// What a compilation is asked for beside its entry.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values of params: name and text, as on the command line.
    pub params: Vec<(String, String)>,
    /// What the command line says of lints.
    pub lints: Levels,
    /// Whether every image has to be pinned by `bean.lock`.
    pub locked: bool,
}

/// How the files were read: what editors ask for beside the program.
#[derive(Debug, Default)]
pub struct Reading {
    /// The files; the entry is the first.
    pub files: Vec<Loaded>,
    /// The project's root.
    pub root: PathBuf,
    /// What `bean.lock` says of all programs of the project.
    pub lock: Lock,
    /// What applications bring.
    pub bundles: Bundles,
    declared: Arc<Declared>,
    /// What the properties of items came to.
    pub resolved: IndexMap<ItemId, Arc<ResolvedItem>>,
    /// What params and lets came to.
    pub constants: FxHashMap<ItemId, Value>,
    /// The params of the command line.
    params: Vec<(String, String)>,
    /// Environments that the next compilation may take over.
    known: FxHashMap<ItemId, Known>,
    /// What lets looked at.
    of_lets: Used,
}

impl Reading {
    /// Which declaration a name means.
    #[must_use]
    pub fn names(&self) -> Names<'_> {
        Names {
            files: &self.files,
            root: self.root.clone(),
            declared: Arc::clone(&self.declared),
        }
    }

    /// The folder of a file, which what it names is relative to; none for files of
    /// the standard library.
    #[must_use]
    pub fn folder(&self, file: FileId) -> Option<PathBuf> {
        let mut files = self.files.iter();
        let loaded = files.find(|it| it.tree.id == file)?;
        Some(self.root.join(loaded.folder.as_ref()?))
    }
}

/// An item's properties with where they come from.
#[derive(Debug, Clone)]
pub struct ResolvedItem {
    /// The item's table.
    pub schema: &'static Block,
    /// What was written in any of its layers, as far as it could be read.
    pub properties: Resolved,
}

/// Resolves the program whose entry file is `entry`, and says what is to become
/// of the warnings. Trees of files that have not changed since an earlier
/// compilation are taken from there.
pub fn analyze(
    earlier: Option<Earlier<'_>>,
    entry: &Path,
    disk: &dyn Disk,
    options: &Options,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> (Program, Reading, Verdict) {
    let (files, root) = load::load(earlier, entry, disk, sources, diagnostics);
    if files.is_empty() {
        return Default::default();
    }
    let known = earlier.map(|it| &it.reading.bundles);
    let bundles = bundle::read(known, &files, &root, disk, sources, diagnostics);
    let project = settings::read(&root, disk, sources, diagnostics);
    let lock = lock::read(&root, disk, sources, diagnostics);
    let entry = sources.file(files[0].tree.id).name();
    let pins = lock.programs.get(entry).cloned().unwrap_or_default();
    let names = Names::new(&files, root, diagnostics);
    let taken_over = TakenOver::new(earlier, &names, sources, options);
    let mut analysis = Analysis::new(names, disk, options, sources, diagnostics, &bundles);
    analysis.taken_over = taken_over.as_ref();
    let mut program = analysis.program();
    program.pins = pins;
    let unfinished = std::mem::take(&mut analysis.unfinished);
    let left_out = std::mem::take(&mut analysis.left_out);
    let heirs = Heirs::new(&analysis.names);
    let names = &analysis.names;
    let diagnostics = &mut *analysis.diagnostics;
    // A size is no duration in whatever unit.
    diagnostics.give_way(Code::UnknownUnit, Code::WrongType);
    let sources = analysis.sources;
    foreign::one_message_a_line(sources, diagnostics);
    checks::check(
        &program,
        &unfinished,
        &left_out,
        names,
        &heirs,
        sources,
        diagnostics,
    );
    moot::leave_one(names, diagnostics);
    let ground = Ground {
        program: &program,
        unfinished: &unfinished,
        left_out: &left_out,
        files: &files,
        sources,
        names,
        layers: &analysis.layers,
        bundles: &bundles,
    };
    lints::check(&ground, &heirs, diagnostics);
    let Analysis {
        names,
        resolved,
        params,
        values,
        mut known,
        of_lets,
        diagnostics,
        ..
    } = analysis;
    kept::remember_layers(&mut known, &names, diagnostics);
    let constants = constants(&files, params, &values);
    let (root, declared) = (names.root, names.declared);
    let verdict = Verdict::new(&files, options.lints.clone(), project);
    let reading = Reading {
        files,
        root,
        lock,
        bundles,
        declared,
        resolved,
        constants,
        params: options.params.clone(),
        known,
        of_lets,
    };
    (program, reading, verdict)
}

/// What the params and lets that were needed came to.
fn constants(
    files: &[Loaded],
    params: IndexMap<ItemId, Evaluated>,
    values: &FxHashMap<Asked, Evaluated>,
) -> FxHashMap<ItemId, Value> {
    let params = params
        .into_iter()
        .filter_map(|(id, value)| Some((id, value.ok()?)));
    let items = files.iter().enumerate().flat_map(|(file, loaded)| {
        let items = loaded.tree.items.iter().enumerate();
        items.map(move |(item, declared)| (ItemId { file, item }, declared))
    });
    let lets = items.filter_map(|(id, declared)| {
        let Item::Let(binding) = declared else {
            return None;
        };
        let value = values.get(&asked(&binding.value, None))?;
        Some((id, value.clone().ok()?))
    });
    params.chain(lets).collect()
}

/// An expression, by its address, and the item it is evaluated for.
type Asked = (usize, Option<ItemId>);

fn asked(expr: &Expr, own: Option<ItemId>) -> Asked {
    (std::ptr::from_ref(expr).addr(), own)
}

/// A program being resolved.
pub(crate) struct Analysis<'a, 'd> {
    names: Names<'a>,
    layers: Layers<'a>,
    disk: &'d dyn Disk,
    options: &'d Options,
    sources: &'d Sources,
    diagnostics: &'d mut Diagnostics,
    /// What is being evaluated.
    open: Vec<(Asked, &'a Expr)>,
    params: IndexMap<ItemId, Evaluated>,
    /// Params that the command line has under a misspelt name.
    misspelt_params: Vec<SmolStr>,
    /// What entries and lets came to.
    values: FxHashMap<Asked, Evaluated>,
    /// Whether nobody is told what is wrong at the moment.
    quiet: bool,
    /// What failed while nobody was told.
    unsaid: Vec<Asked>,
    said_too_deep: bool,
    platforms: IndexMap<ItemId, Option<Arc<Platform>>>,
    /// What applications bring.
    bundles: &'d Bundles,
    /// What each `Dockerrun.aws.json` that was needed says to platforms of a family.
    dockerruns: FxHashMap<(FileId, Family), Option<Arc<Dockerrun>>>,
    /// The tasks of each `cron.yaml` that was needed.
    periodic: FxHashMap<FileId, Arc<[Named<Task>]>>,
    /// The applications that each file can name.
    applications: IndexMap<usize, Arc<[SmolStr]>>,
    /// What was looked at.
    used: Used,
    /// What lets looked at.
    of_lets: Used,
    /// The items that references mean, by the place of the reference: names
    /// differ from file to file.
    meant: FxHashMap<Span, ItemId>,
    /// Who has a name in the targets, where `-` and `_` are one.
    owners: IndexMap<(Space, String), ItemId>,
    /// The keys that no table has and that were reported.
    unknown: FxHashSet<Span>,
    /// Assertions that do not hold, by their places.
    failed: IndexMap<Span, Vec<Failed<'a>>>,
    /// Environments of which something could not be read.
    unfinished: Vec<Unfinished>,
    /// Where values stand that could not be read.
    left_out: Vec<Span>,
    /// What the properties of items came to.
    resolved: IndexMap<ItemId, Arc<ResolvedItem>>,
    /// What is taken over from the compilation before.
    taken_over: Option<&'d TakenOver<'d>>,
    /// Environments that the next compilation may take over.
    known: FxHashMap<ItemId, Known>,
}

impl<'a, 'd> Analysis<'a, 'd> {
    fn new(
        names: Names<'a>,
        disk: &'d dyn Disk,
        options: &'d Options,
        sources: &'d Sources,
        diagnostics: &'d mut Diagnostics,
        bundles: &'d Bundles,
    ) -> Self {
        Self {
            names,
            layers: Layers::new(),
            disk,
            options,
            sources,
            diagnostics,
            open: Vec::new(),
            params: IndexMap::default(),
            misspelt_params: Vec::new(),
            values: FxHashMap::default(),
            quiet: false,
            unsaid: Vec::new(),
            said_too_deep: false,
            platforms: IndexMap::default(),
            bundles,
            dockerruns: FxHashMap::default(),
            periodic: FxHashMap::default(),
            applications: IndexMap::default(),
            used: Used::default(),
            of_lets: Used::default(),
            meant: FxHashMap::default(),
            owners: IndexMap::default(),
            unknown: FxHashSet::default(),
            failed: IndexMap::default(),
            unfinished: Vec::new(),
            left_out: Vec::new(),
            resolved: IndexMap::default(),
            taken_over: None,
            known: FxHashMap::default(),
        }
    }

    /// For values that are missing because of an error reported earlier, by
    /// the parser or by a part that was left out.
    fn said(&mut self) -> Reported {
        self.diagnostics.already_reported()
    }

    /// What `look` finds, without a word about what is wrong on the way.
    fn quietly<T>(&mut self, look: impl FnOnce(&mut Self) -> Evaluated<T>) -> Option<T> {
        let kept = std::mem::take(self.diagnostics);
        let outer = std::mem::replace(&mut self.quiet, true);
        let found = look(self);
        self.quiet = outer;
        if !outer {
            // Nobody was told of these: they have to come up again.
            for key in self.unsaid.drain(..) {
                self.values.remove(&key);
            }
        }
        *self.diagnostics = kept;
        found.ok()
    }

    fn merged(&mut self, id: ItemId) -> Option<Arc<Merged<'a>>> {
        self.layers
            .merged(id, &self.names, self.sources, self.diagnostics)
    }

    /// The whole program: what the entry file declares, and what that needs of
    /// the files it imports.
    fn program(&mut self) -> Program {
        let files = self.names.files.iter();
        let library = files.filter(|file| file.folder.is_none());
        let mut program = Program {
            library: library.map(|file| file.tree.id).collect(),
            ..Program::default()
        };
        self.check_options();
        let mut environments = Vec::new();
        let entry: Vec<(usize, &'a Item)> =
            self.names.files[0].tree.items.iter().enumerate().collect();
        for (item, declared) in &entry {
            let id = ItemId {
                file: 0,
                item: *item,
            };
            match declared {
                Item::Block(block) if block.kind == ItemKind::Environment => {
                    environments.push((id, block));
                }
                Item::Block(block) => self.item(id, block, &mut program),
                Item::Param(_) => {
                    // A value that does not fit is wrong even when unused.
                    let _ = self.param(id);
                }
                Item::Let(_) => {
                    let _ = self.binding(id);
                }
                Item::Input(_) => {
                    self.used.inputs.insert(id);
                }
                Item::Assert(assertion) => {
                    let scope = Scope {
                        file: 0,
                        own: None,
                        base: None,
                    };
                    self.assert(assertion, &scope, None);
                }
                // A test that could not be read has its message.
                Item::Test(test) if !self.names.files[0].tree.damaged => {
                    self.diagnostics
                        .report(errors::not_yet(test.keyword, "a test"));
                }
                Item::Test(_) => {}
                Item::Edition(_) | Item::Import(_) | Item::Output(_) => {}
            }
        }
        self.comparisons();
        self.environments(&environments, &mut program);
        // Items of other files that these name, and what those name in turn.
        let mut next = 0;
        while let Some(id) = self.used.items.get_index(next).copied() {
            next += 1;
            if id.file != 0
                && let Some(block) = self.names.block(id)
                && matches!(
                    block.kind,
                    ItemKind::Application
                        | ItemKind::Network
                        | ItemKind::Environment
                        | ItemKind::Platform
                )
            {
                self.item(id, block, &mut program);
            }
        }
        self.say_failed();
        for (_, declared) in &entry {
            if let Item::Output(output) = declared {
                self.output(output, &mut program);
            }
        }
        let mut inputs: Vec<ItemId> = self.used.inputs.iter().copied().collect();
        inputs.sort();
        for id in inputs {
            if let Ok(input) = self.input(id)
                && self.claim(id)
            {
                program.inputs.insert(input.name.clone(), input);
            }
        }
        program
    }

    /// Whether an item may have its name in the targets. What is declared in
    /// one file has been compared there; here meet the items of all files.
    fn claim(&mut self, id: ItemId) -> bool {
        let Some((space, name)) = self.names.named(id) else {
            return false;
        };
        let key = (space, name.text.replace('-', "_"));
        let Some(owner) = self.owners.get(&key).copied() else {
            self.owners.insert(key, id);
            return true;
        };
        if let Some((_, first)) = self.names.named(owner)
            && owner.file != id.file
        {
            self.diagnostics
                .report(errors::same_name_elsewhere(space.word(), name, first));
        }
        false
    }

    fn item(&mut self, id: ItemId, block: &'a BlockItem, program: &mut Program) {
        let name = block.name.text.clone();
        match block.kind {
            // What has a name that is taken is checked like any other.
            ItemKind::Application => {
                let is_free = self.claim(id);
                match self.application(id, block) {
                    Some(application) if is_free => {
                        program.applications.insert(name, application);
                    }
                    Some(application) => checks::application(&application, self.diagnostics),
                    None => {}
                }
            }
            ItemKind::Network => {
                let is_free = self.claim(id);
                match self.network(id, block) {
                    Some(network) if is_free => {
                        program.networks.insert(name, network);
                    }
                    Some(network) => checks::network(&network, self.diagnostics),
                    None => {}
                }
            }
            ItemKind::Platform => {
                if let Some(platform) = self.platform(id)
                    && platform.settings.image.build.is_some()
                    && self.claim(id)
                {
                    program.platforms.insert(platform.name.clone(), platform);
                }
            }
            ItemKind::Template => self.template(id, block),
            ItemKind::Environment => self.environments(&[(id, block)], program),
            ItemKind::Resource => {
                self.diagnostics
                    .report(errors::not_yet(block.kind_span, "a raw resource"));
            }
        }
    }

    /// An item's properties, checked against its table; assertions hold.
    fn settings<S: Schema>(&mut self, id: ItemId, tier: Option<Tier>) -> Option<S> {
        let before = self.diagnostics.error_count();
        let resolved = self.resolved(S::schema(), id, tier)?;
        let read = match self.diagnostics.error_count() > before {
            true => None,
            false => S::read(&resolved),
        };
        self.keep(id, S::schema(), resolved);
        read
    }

    /// Remembers what an item's properties came to.
    fn keep(&mut self, id: ItemId, schema: &'static Block, properties: Resolved) {
        let item = ResolvedItem { schema, properties };
        self.resolved.insert(id, Arc::new(item));
    }

    /// What an item's properties come to; those that are wrong are left out.
    fn resolved(
        &mut self,
        schema: &'static Block,
        id: ItemId,
        tier: Option<Tier>,
    ) -> Option<Resolved> {
        let merged = self.merged(id)?;
        let resolved = self.resolve(schema, &merged, Owner::new(id, tier));
        for (assertion, layer) in merged.asserts.clone() {
            let scope = self.scope(layer, Some(id));
            self.assert(assertion, &scope, Some(id));
        }
        Some(resolved)
    }

    fn application(&mut self, id: ItemId, block: &BlockItem) -> Option<Application> {
        if let Some(variant) = &block.variant {
            self.diagnostics
                .report(errors::no_variant(variant, "an application"));
        }
        let settings = self.settings(id, None)?;
        Some(Application {
            name: block.name.text.clone(),
            span: block.head(),
            settings,
        })
    }

    fn network(&mut self, id: ItemId, block: &BlockItem) -> Option<model::Network> {
        let name = block.name.text.clone();
        let kind = match &block.variant {
            None => {
                let settings: Option<crate::schema::network::Network> = self.settings(id, None);
                let Some(settings) = settings else {
                    let resolved = self.resolved.get(&id)?;
                    let settings = crate::schema::network::Network::read(&resolved.properties)?;
                    network::ranges(&name, &settings, block.head(), self.diagnostics);
                    return None;
                };
                let groups = network::layout(&name, &settings, block.head(), self.diagnostics)?;
                NetworkKind::Own { settings, groups }
            }
            Some(variant) if variant.text == "existing" => {
                NetworkKind::Existing(self.settings(id, None)?)
            }
            Some(variant) => {
                self.diagnostics
                    .report(errors::unknown_variant(variant, &["existing"]));
                return None;
            }
        };
        Some(model::Network {
            name,
            span: block.head(),
            kind,
        })
    }

    fn tier(&mut self, block: &BlockItem) -> Option<Tier> {
        let Some(variant) = &block.variant else {
            self.diagnostics.report(errors::missing_tier(block));
            return None;
        };
        match variant.text.as_str() {
            "web" => Some(Tier::Web),
            "worker" => Some(Tier::Worker),
            written => {
                self.diagnostics
                    .report(errors::unknown_variant(variant, &["web", "worker"]));
                // What else is wrong is wrong with the one that is meant.
                match closest(written, ["web", "worker"])? {
                    "web" => Some(Tier::Web),
                    _ => Some(Tier::Worker),
                }
            }
        }
    }

    /// A template is checked like an environment, except that it may leave out
    /// what an environment needs, and that its assertions are its children's.
    fn template(&mut self, id: ItemId, block: &'a BlockItem) {
        let Some(tier) = self.tier(block) else {
            return;
        };
        let Some(merged) = self.merged(id) else {
            return;
        };
        let mut merged = (*merged).clone();
        // `platform` is required of environments only.
        if !merged.entries.contains_key("platform") {
            merged
                .entries
                .insert("platform".into(), Node::Value(layers::Values::default()));
        }
        let schema = crate::schema::environment::Environment::schema();
        let resolved = self.resolve(schema, &merged, Owner::new(id, Some(tier)));
        self.keep(id, schema, resolved);
    }

    /// An environment, also when some of its properties are wrong: the others
    /// are held against each other all the same. The answer's second part says
    /// whether nothing had to be put in the place of what is unknown.
    fn environment(&mut self, id: ItemId, block: &'a BlockItem) -> Option<(Unfinished, bool)> {
        let tier = self.tier(block)?;
        let schema = crate::schema::environment::Environment::schema();
        let mut resolved = self.resolved(schema, id, Some(tier))?;
        let merged = self.merged(id)?;
        let is_lost = |path: &[&str]| check::is_lost(path, &merged, &resolved);
        let decisive = Decisive::of(tier).iter();
        let lost: Vec<Decisive> = decisive
            .filter(|(_, path)| is_lost(path))
            .map(|(property, _)| *property)
            .collect();
        let lost_application = is_lost(&["application"]);
        let lacks_platform = !resolved.properties.contains_key("platform");
        if lacks_platform && let Some((any, _)) = self.any_platform() {
            let any = Setting {
                value: Value::Text(any),
                origin: Origin::Default,
            };
            let any = crate::schema::Node::Value(any);
            resolved.properties.insert("platform".into(), any);
        }
        let read = crate::schema::environment::Environment::read;
        let settings = read(&resolved);
        let guesses = guess::guesses(schema, &resolved);
        let mut others: Vec<_> = guesses.all.iter().filter_map(read).collect();
        if lacks_platform {
            resolved.properties.shift_remove("platform");
        }
        self.keep(id, schema, resolved);
        let is_guessed = settings.is_none();
        let mut settings = settings.or_else(|| others.first().cloned())?;
        let named = match &settings.platform.value {
            // Whether there is one by this name was said when it was checked.
            PlatformRef::Library(name) => library_platform(&self.names, name),
            PlatformRef::Item(reference) => self.meant.get(&reference.span).copied(),
        };
        self.used.platform = named;
        let platform = named.and_then(|named| self.platform(named));
        let knows_platform = platform.is_some() && !lacks_platform;
        // What is wrong beside the platform is wrong with any of them.
        let platform = match platform {
            Some(platform) => platform,
            None => {
                let (_, any) = self.any_platform()?;
                self.platform(any)?
            }
        };
        let application = match &settings.application {
            Some(reference) => Some(reference.value.0.item.clone()),
            None if lost_application => None,
            None => self.only_application(id, block),
        };
        let whole = knows_platform && application.is_some() && lost.is_empty() && !is_guessed;
        let application = application.unwrap_or_default();
        let network = settings
            .network
            .as_ref()
            .map(|network| network.value.0.item.clone());
        if tier == Tier::Worker {
            for settings in std::iter::once(&mut settings).chain(&mut others) {
                self.add_periodic(&application, &mut settings.schedule);
            }
        }
        let task = |it: &mut Self, settings: &_| {
            it.task(platform.family, settings, &application, block.head())
        };
        let lacks_containers = others
            .first()
            .is_some_and(|it| it.container.0.len() > settings.container.0.len());
        let task = match (whole, lacks_containers) {
            (true, true) => {
                self.report_common(&others, |it, settings| {
                    task(it, settings);
                });
                None
            }
            (true, false) => task(self, &settings),
            (false, _) => None,
        };
        let registries = match whole {
            true => self.registries(platform.family, &settings, &application),
            false => None,
        };
        let other_node = self.other_node(&platform, &application).filter(|_| whole);
        let environment = Environment {
            name: block.name.text.clone(),
            span: block.head(),
            tier,
            application,
            platform,
            network,
            task,
            registries,
            other_node,
            settings: Box::new(settings),
        };
        let completed = match others.is_empty() {
            true => FxHashSet::default(),
            false => guesses.blocks,
        };
        let with = |settings| Environment {
            settings: Box::new(settings),
            ..environment.clone()
        };
        let unfinished = Unfinished {
            guesses: others.into_iter().map(with).collect(),
            completed,
            environment,
            lost,
            is_guessed,
        };
        Some((unfinished, whole))
    }

    /// Reports what a look at each guess has to say of all of them.
    fn report_common<G>(&mut self, guesses: &[G], look: impl Fn(&mut Self, &G)) {
        let kept = std::mem::take(self.diagnostics);
        let mut said = guesses.iter().map(|guess| {
            look(self, guess);
            std::mem::take(self.diagnostics).into_sorted()
        });
        let mut sure = said.next().unwrap_or_default();
        for other in said {
            sure.retain(|it| other.contains(it));
        }
        *self.diagnostics = kept;
        for complaint in sure {
            self.diagnostics.report(complaint);
        }
    }

    /// A platform of the library that has an image, in the place of one that is
    /// not known.
    fn any_platform(&mut self) -> Option<(SmolStr, ItemId)> {
        library_platforms(&self.names).into_iter().find_map(|name| {
            let id = library_platform(&self.names, &name)?;
            self.has_image(id).then_some((name, id))
        })
    }

    /// The library's platforms that an environment can run on.
    fn runnable_platforms(&mut self) -> Vec<SmolStr> {
        let mut names = library_platforms(&self.names);
        names.retain(|name| {
            let id = library_platform(&self.names, name);
            id.is_some_and(|id| self.has_image(id))
        });
        names
    }

    /// Whether a platform says what its instances start from.
    fn has_image(&mut self, id: ItemId) -> bool {
        let merged = self.merged(id);
        merged.is_some_and(|merged| merged.entries.contains_key("image"))
    }

    /// The program's only application, for environments that name none.
    fn only_application(&mut self, id: ItemId, block: &BlockItem) -> Option<SmolStr> {
        let space = Space::Item(ItemKind::Application);
        let first = !self.applications.contains_key(&id.file);
        let names = &self.names;
        let visible = self
            .applications
            .entry(id.file)
            .or_insert_with(|| names.visible(id.file, space).into());
        match &*Arc::clone(visible) {
            [only] => {
                let found = self.names.find(id.file, space, only)?;
                self.used.items.insert(found);
                self.names.block(found).map(|block| block.name.text.clone())
            }
            all => {
                let unread = self.names.lacks_items(id.file) || self.names.lacks_imports(id.file);
                // That there is none is one mistake, however many want it.
                if !unread && (first || !all.is_empty()) {
                    self.diagnostics
                        .report(errors::which_application(block, all));
                }
                None
            }
        }
    }

    fn platform(&mut self, id: ItemId) -> Option<Arc<Platform>> {
        if let Some(known) = self.platforms.get(&id) {
            return known.clone();
        }
        let block = self.names.block(id)?;
        let platform = self.new_platform(id, block).map(Arc::new);
        self.platforms.insert(id, platform.clone());
        platform
    }

    fn new_platform(&mut self, id: ItemId, block: &'a BlockItem) -> Option<Platform> {
        if let Some(variant) = block.variant.as_ref().filter(|it| it.text != "custom") {
            self.diagnostics
                .report(errors::unknown_variant(variant, &["custom"]));
            return None;
        }
        let mut settings: crate::schema::platform::Platform = self.settings(id, None)?;
        let Some(family) = &settings.family else {
            self.diagnostics
                .report(errors::platform_without_family(&block.name));
            return None;
        };
        let family = family.value;
        let before = self.diagnostics.error_count();
        self.image(block, family, &mut settings.image.block);
        if self.diagnostics.error_count() > before {
            return None;
        }
        Some(Platform {
            name: public_name(block),
            span: block.head(),
            family,
            settings,
        })
    }

    fn output(&mut self, output: &'a crate::syntax::ast::Binding, program: &mut Program) {
        let scope = Scope {
            file: 0,
            own: None,
            base: None,
        };
        let Ok(value) = self.eval(&output.value, &scope) else {
            return;
        };
        let late = match value {
            Value::Late(late) => late,
            Value::Secret(_) => {
                self.diagnostics
                    .report(errors::secret_exposed(output.value.span));
                return;
            }
            value @ (Value::List(_) | Value::Map(_) | Value::Reference(_) | Value::Tagged(..)) => {
                self.diagnostics
                    .report(errors::not_text_in_text(output.value.span, &value));
                return;
            }
            Value::Text(text) | Value::Word(text) => Late {
                parts: vec![LatePart::Literal(text)],
            },
            value @ (Value::Bool(_)
            | Value::Int(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Percent(_)
            | Value::Cidr(_)
            | Value::Prefix(_)) => Late {
                parts: vec![LatePart::Literal(value.to_string().into())],
            },
        };
        if let Some((place, input)) = self.input_of_other_type(&late, Type::Text) {
            let error = errors::wrong_input(&output.name.text, Type::Text, place, input);
            self.diagnostics.report(error);
            return;
        }
        let of_value = late.parts.iter().find_map(|part| match part {
            LatePart::Attribute(it) if program.is_made(it.kind, &it.item) => {
                Some((it.kind, it.item.clone()))
            }
            LatePart::Attribute(_)
            | LatePart::Literal(_)
            | LatePart::Input(..)
            | LatePart::Aws(_) => None,
        });
        let named = uses::paths_of(&output.value).into_iter().find_map(|path| {
            let unit = matches!(
                Space::of(&path.head().text)?,
                Space::Item(ItemKind::Application | ItemKind::Network | ItemKind::Environment)
            );
            let id = self.meant.get(&path.span).filter(|_| unit)?;
            let block = self.names.block(*id)?;
            let made = program.is_made(block.kind, &block.name.text);
            made.then(|| (block.kind, block.name.text.clone()))
        });
        let any = program.environments.keys().next();
        let any = any.map(|name| (ItemKind::Environment, name.clone()));
        let Some(unit) = of_value.or(named).or(any) else {
            // One that could not be read whole would have been there.
            if !self.unfinished.is_empty() {
                return;
            }
            self.diagnostics
                .report(errors::output_without_unit(&output.name));
            return;
        };
        if program
            .outputs
            .iter()
            .any(|known| known.name == output.name.text)
        {
            self.diagnostics.report(errors::output_twice(&output.name));
            return;
        }
        program.outputs.push(model::Output {
            name: output.name.text.clone(),
            span: output.span,
            value: late,
            docs: output.docs.clone(),
            unit,
        });
    }
}
