//! Reads `bean.lock`. What it says wrong is an error, since otherwise a template
//! would float that somebody believes to be pinned.

use std::collections::BTreeMap;
use std::path::Path;

use smol_str::SmolStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::project::{Entry, in_order, placed};
use super::{errors, project};
use crate::diagnostic::Diagnostics;
use crate::disk::Disk;
use crate::facts;
use crate::model::lock::{FILE, Lock, Pin, Pins, VERSION};
use crate::source::{FileId, Sources, Span};

type Value<'a> = Spanned<DeValue<'a>>;

/// What the project pins; nothing when the file is not there or empty, which
/// marks the project's root and no more.
pub(super) fn read(
    root: &Path,
    disk: &dyn Disk,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Lock {
    let Some(text) = project::text(root, FILE, disk, sources, diagnostics) else {
        return Lock::default();
    };
    if text.trim().is_empty() {
        return Lock::default();
    }
    let file = sources.add(FILE, &text);
    let (table, problems) = DeTable::parse_recoverable(&text);
    // A conflict of a merge is many of them, and one thing to do.
    if let Some(problem) = problems.first() {
        let place = problem.span().unwrap_or(0..0);
        let place = Span::new(file, place.start, place.end);
        diagnostics.report(errors::damaged_lock(place, problem.message()));
        return Lock::default();
    }
    let mut reader = Reader { file, diagnostics };
    reader.lock(table.get_ref())
}

struct Reader<'d> {
    file: FileId,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_> {
    fn lock(&mut self, table: &DeTable<'_>) -> Lock {
        let mut lock = Lock::default();
        let version = table
            .get("version")
            .map(|it| (it, it.get_ref().as_integer()));
        match version {
            Some((_, Some(version))) if version.as_str() == VERSION.to_string() => {}
            Some((value, Some(version))) => {
                let error = errors::newer_lock(self.place(value), version.as_str());
                self.diagnostics.report(error);
                return lock;
            }
            Some((value, None)) => {
                self.complain(value, "`version` is a number");
                return lock;
            }
            None => {
                let place = Span::new(self.file, 0, 0);
                self.diagnostics
                    .report(errors::damaged_lock(place, "it has no `version`"));
                return lock;
            }
        }
        for (key, value) in in_order(table) {
            match key.get_ref().as_ref() {
                "version" => {}
                "programs" => {
                    for (program, pins) in self.table(value) {
                        let pins = self.pins(pins);
                        lock.programs
                            .insert(program.get_ref().as_ref().into(), pins);
                    }
                }
                other => self.complain(key, &format!("there is no `{other}`")),
            }
        }
        lock
    }

    fn pins(&mut self, value: &Value<'_>) -> Pins {
        let mut pins = Pins::default();
        for (key, value) in self.table(value) {
            match key.get_ref().as_ref() {
                "library" => match value.get_ref().as_str() {
                    Some(library) => pins.library = Some((library.into(), Some(self.place(value)))),
                    None => self.complain(value, "a release is text"),
                },
                "images" => {
                    for (parameter, regions) in self.table(value) {
                        let images = self.images(regions);
                        pins.images
                            .insert(parameter.get_ref().as_ref().into(), images);
                    }
                }
                other => self.complain(key, &format!("there is no `{other}`")),
            }
        }
        pins
    }

    fn images(&mut self, value: &Value<'_>) -> BTreeMap<SmolStr, Pin> {
        let mut images = BTreeMap::new();
        for (region, image) in self.table(value) {
            let code: SmolStr = region.get_ref().as_ref().into();
            if facts::region(&code).is_none() {
                self.complain(region, &format!("there is no region `{code}`"));
                continue;
            }
            match image.get_ref().as_str() {
                Some(text) if facts::is_id(text, "ami") => {
                    let span = Some(self.place(region));
                    let image = text.into();
                    images.insert(code, Pin { image, span });
                }
                Some(text) => self.complain(image, &format!("`{text}` is no id of an image")),
                None => self.complain(image, "an image is text: its id"),
            }
        }
        images
    }

    /// The entries of a table in the order of the file; none when it is
    /// something else.
    fn table<'t, 'v>(&mut self, value: &'t Value<'v>) -> Vec<Entry<'t, 'v>> {
        match value.get_ref().as_table() {
            Some(table) => in_order(table),
            None => {
                self.complain(value, "a table belongs here");
                Vec::new()
            }
        }
    }

    fn complain<T>(&mut self, value: &Spanned<T>, why: &str) {
        let error = errors::damaged_lock(self.place(value), why);
        self.diagnostics.report(error);
    }

    fn place<T>(&self, value: &Spanned<T>) -> Span {
        placed(self.file, value)
    }
}
