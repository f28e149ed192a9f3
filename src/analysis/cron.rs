//! `cron.yaml`: the periodic tasks of a worker as Elastic Beanstalk has them.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use smol_str::SmolStr;

use super::bundle::Found;
use super::checks::converted;
use super::{Analysis, errors};
use crate::diagnostic::Diagnostics;
use crate::schema::queue::Task;
use crate::schema::{Keyed, Named, Origin, Setting, Written};
use crate::source::FileId;

/// The whole file (Elastic Beanstalk Developer Guide, "Elastic Beanstalk worker
/// environments", periodic tasks).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u8,
    #[serde(default)]
    cron: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: SmolStr,
    url: SmolStr,
    schedule: SmolStr,
}

impl Analysis<'_, '_> {
    /// Adds the tasks of an application's `cron.yaml` to those that a worker
    /// declares. A `schedule` of the same name stands in front of the file's.
    pub(super) fn add_periodic(&mut self, application: &str, schedule: &mut Keyed<Task>) {
        let Some(file) = self.bundle(application).and_then(|it| it.cron) else {
            return;
        };
        let tasks = match self.periodic.get(&file) {
            Some(tasks) => Arc::clone(tasks),
            None => {
                let text = self.sources.file(file).text();
                let tasks: Arc<[_]> = read(file, text, self.diagnostics).into();
                self.periodic.insert(file, Arc::clone(&tasks));
                tasks
            }
        };
        for task in &*tasks {
            let entry = schedule.0.entry(task.name.clone());
            entry.or_insert_with(|| task.clone());
        }
    }
}

/// The tasks of a file; those that cannot be read are reported and left out.
fn read(id: FileId, text: &str, diagnostics: &mut Diagnostics) -> Vec<Named<Task>> {
    let found = Found { id, text };
    let file: File = match serde_yaml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let (line, column) = error
                .location()
                .map_or((1, 1), |it| (it.line(), it.column()));
            let why = error.to_string();
            // The place is shown anyway.
            let why = why.split(" at line ").next().unwrap_or_default();
            diagnostics.report(errors::malformed_cron_file(found.at(line, column), why));
            return Vec::new();
        }
    };
    if file.version != 1 {
        let why = format!("of version {}", file.version);
        let span = found.within(0..text.len(), "version");
        diagnostics.report(errors::malformed_cron_file(span, &why));
        return Vec::new();
    }
    let parts = parts(text, file.cron.len());
    let tasks = file.cron.into_iter().zip(parts);
    let mut known: Vec<Named<Task>> = Vec::new();
    for (entry, part) in tasks {
        let Some(task) = task(entry, part, &found, diagnostics) else {
            continue;
        };
        match known.iter().find(|it| it.name == task.name) {
            Some(first) => {
                diagnostics.report(errors::task_twice(&task.name, task.span, first.span));
            }
            None => known.push(task),
        }
    }
    known
}

fn task(
    entry: Entry,
    part: Range<usize>,
    found: &Found<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Named<Task>> {
    let place = |text: &str| found.within(part.clone(), text);
    let Some(cron) = converted(&entry.schedule) else {
        let span = place(&entry.schedule);
        diagnostics.report(errors::untranslatable_cron(&entry.schedule, span));
        return None;
    };
    if !entry.url.starts_with('/') {
        diagnostics.report(errors::cron_path(&entry.url, place(&entry.url)));
        return None;
    }
    let setting = |value: SmolStr, written: &str| Setting {
        value,
        origin: Origin::written(Written {
            key: place(written),
            span: place(written),
            by: entry.name.clone(),
            hides: Vec::new(),
        }),
    };
    let block = Task {
        cron: setting(cron.into(), &entry.schedule),
        path: setting(entry.url.clone(), &entry.url),
    };
    Some(Named {
        span: place(&entry.name),
        name: entry.name,
        block,
    })
}

/// The parts of a file in which its entries stand: each begins with the dash
/// of a list. The whole file for each where they are written in another way.
fn parts(text: &str, count: usize) -> Vec<Range<usize>> {
    let mut begins: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("- ") {
            begins.push(at + line.len() - line.trim_start().len());
        }
        at += line.len();
    }
    if begins.len() != count {
        return vec![0..text.len(); count];
    }
    let ends = begins.iter().skip(1).copied().chain([text.len()]);
    let parts = begins.iter().copied().zip(ends);
    parts.map(|(begin, end)| begin..end).collect()
}
