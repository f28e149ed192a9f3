//! What is happening right now. On a terminal a tree that moves: each unit with
//! how far it is, below it the resources that are under way. Everywhere else a
//! line for each resource that is done.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

use crate::apply::event::Event;
use crate::apply::terraform::{Phase, Step};
use crate::cli::screen::{Screen, Stream};
use crate::ordered::IndexMap;

/// How often moving lines move.
const TICK: Duration = Duration::from_millis(120);

/// A resource that took so many seconds keeps its line on a terminal; the others
/// are only counted.
const LONG_SECONDS: i64 = 10;

/// The progress of one unit; units that run side by side share the screen.
pub struct Progress {
    unit: String,
    lines: MultiProgress,
    /// The unit's own line, on a terminal.
    head: Option<ProgressBar>,
    /// How many resources change, and how many have.
    total: usize,
    done: usize,
    /// What is under way, by resource, and since when in AWS's time.
    open: IndexMap<String, (ProgressBar, i64)>,
}

/// The part of the screen that moves.
pub fn lines() -> MultiProgress {
    let target = match Screen::is_terminal(Stream::Err) {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    MultiProgress::with_draw_target(target)
}

impl Progress {
    /// The progress of a unit in which so many resources change.
    pub fn new(unit: String, total: usize, lines: &MultiProgress) -> Self {
        let head = Screen::is_terminal(Stream::Err).then(|| {
            let head = lines.add(ProgressBar::new_spinner());
            styled(&head, "{spinner} {msg}  {elapsed}");
            head
        });
        let progress = Self {
            unit,
            lines: lines.clone(),
            head,
            total,
            done: 0,
            open: IndexMap::default(),
        };
        progress.count();
        progress
    }

    /// Says how far the unit is.
    fn count(&self) {
        if let Some(head) = &self.head {
            let (unit, done, total) = (&self.unit, self.done, self.total);
            // A rollback has more steps than the plan.
            let total = total.max(done);
            head.set_message(format!("{unit}  {done} of {total}"));
        }
    }

    /// A step of a stack.
    pub fn event(&mut self, event: &Event) {
        if event.is_of_stack() {
            return;
        }
        let kind = event.kind.rsplit("::").next().unwrap_or(&event.kind);
        let (verb, done) = words(&event.status);
        let name = format!("{kind} {}", event.id);
        if event.status.ends_with("_IN_PROGRESS") {
            self.begin(&event.id, format!("{name} {verb}"), event.time);
        } else if event.is_failure() {
            let why = event.why().unwrap_or("no reason given");
            self.end(&event.id);
            self.say(&format!("✗ {name} failed: {why}"));
        } else {
            let since = self.end(&event.id);
            let seconds = since.map_or(0, |since| event.time - since);
            self.finish(&format!("{name} {done}"), seconds);
        }
    }

    /// A step of a module.
    pub fn step(&mut self, step: &Step) {
        let (verb, done) = match step.action.as_str() {
            "create" => ("is being made", "made"),
            "delete" => ("is being deleted", "deleted"),
            _ => ("is being changed", "changed"),
        };
        let name = &step.address;
        match step.phase {
            Phase::Started => self.begin(name, format!("{name} {verb}"), 0),
            Phase::Done(seconds) => {
                self.end(name);
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
                self.finish(&format!("{name} {done}"), seconds);
            }
            Phase::Failed => {
                self.end(name);
                self.say(&format!("✗ {name} failed"));
            }
        }
    }

    fn begin(&mut self, id: &str, text: String, time: i64) {
        if self.open.contains_key(id) {
            return;
        }
        let bar = match &self.head {
            Some(head) => {
                let last = self.open.values().last();
                let above = last.map_or(head, |(bar, _)| bar);
                let bar = self.lines.insert_after(above, ProgressBar::new_spinner());
                styled(&bar, "    {spinner} {msg}  {elapsed}");
                bar.set_message(text);
                bar
            }
            None => ProgressBar::hidden(),
        };
        self.open.insert(id.to_owned(), (bar, time));
    }

    /// A resource is no longer under way; answers since when it was.
    fn end(&mut self, id: &str) -> Option<i64> {
        let (bar, since) = self.open.shift_remove(id)?;
        bar.finish_and_clear();
        self.lines.remove(&bar);
        Some(since)
    }

    /// A resource is as it should be.
    fn finish(&mut self, text: &str, seconds: i64) {
        self.done += 1;
        self.count();
        if self.head.is_none() || seconds >= LONG_SECONDS {
            self.say(&format!("✓ {text}{}", taken(seconds)));
        }
    }

    /// The last line of the unit, in the place of all that moved.
    pub fn close(&mut self, text: &str) {
        let open: Vec<String> = self.open.keys().cloned().collect();
        for id in open {
            self.end(&id);
        }
        if let Some(head) = self.head.take() {
            head.finish_and_clear();
            self.lines.remove(&head);
            drop(self.lines.println(format!("{}  {text}", self.unit)));
        } else {
            self.say(text);
        }
    }

    /// A line that stays.
    pub fn say(&self, text: &str) {
        let text = format!("{}  {text}", self.unit);
        match self.head {
            // There is nobody to tell that the terminal is gone.
            Some(_) => drop(self.lines.println(text)),
            None => eprintln!("{text}"),
        }
    }
}

impl Drop for Progress {
    /// What failed is told behind the tree, not below it.
    fn drop(&mut self) {
        for (bar, _) in self.open.values() {
            bar.finish_and_clear();
        }
        if let Some(head) = &self.head {
            head.finish_and_clear();
        }
    }
}

fn styled(bar: &ProgressBar, template: &str) {
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
}

/// `CREATE_IN_PROGRESS` is `is being made`, and then `made`.
fn words(status: &str) -> (&'static str, &'static str) {
    match status.split('_').next() {
        Some("CREATE") => ("is being made", "made"),
        Some("DELETE") => ("is being deleted", "deleted"),
        Some("ROLLBACK") => ("is being rolled back", "rolled back"),
        _ => ("is being changed", "changed"),
    }
}

fn taken(seconds: i64) -> String {
    match seconds {
        ..=0 => String::new(),
        1..=99 => format!(" in {seconds} s"),
        _ => format!(" in {} min {} s", seconds / 60, seconds % 60),
    }
}
