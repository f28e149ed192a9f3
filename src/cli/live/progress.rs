//! What is happening right now: a line that moves for each resource on a
//! terminal, a line for each that is done everywhere else.

use indexmap::IndexMap;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

use crate::apply::event::Event;
use crate::apply::terraform::{Phase, Step};
use crate::cli::screen::{Screen, Stream};

/// How often moving lines move.
const TICK: Duration = Duration::from_millis(120);

/// The progress of one unit; units that run side by side share the screen.
pub struct Progress {
    unit: String,
    lines: MultiProgress,
    moving: bool,
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
    /// The progress of a unit.
    pub fn new(unit: String, lines: &MultiProgress) -> Self {
        Self {
            unit,
            lines: lines.clone(),
            moving: Screen::is_terminal(Stream::Err),
            open: IndexMap::new(),
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
            self.end(&event.id, |_| format!("✗ {name} failed: {why}"));
        } else {
            let time = event.time;
            self.end(&event.id, |since| {
                format!("✓ {name} {done}{}", taken(time - since))
            });
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
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
                self.end(name, |_| format!("✓ {name} {done}{}", taken(seconds)));
            }
            Phase::Failed => self.end(name, |_| format!("✗ {name} failed")),
        }
    }

    fn begin(&mut self, id: &str, text: String, time: i64) {
        if self.open.contains_key(id) {
            return;
        }
        let bar = match self.moving {
            true => self.lines.add(ProgressBar::new_spinner()),
            false => ProgressBar::hidden(),
        };
        let style = ProgressStyle::with_template("  {spinner} {msg} {elapsed}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_message(text);
        if self.moving {
            bar.enable_steady_tick(TICK);
        }
        self.open.insert(id.to_owned(), (bar, time));
    }

    fn end(&mut self, id: &str, text: impl FnOnce(i64) -> String) {
        let open = self.open.shift_remove(id);
        let since = open.as_ref().map_or(0, |(_, since)| *since);
        if let Some((bar, _)) = open {
            bar.finish_and_clear();
            self.lines.remove(&bar);
        }
        self.say(&text(since));
    }

    /// A line that stays.
    pub fn say(&self, text: &str) {
        let text = format!("{}  {text}", self.unit);
        match self.moving {
            // There is nobody to tell that the terminal is gone.
            true => drop(self.lines.println(text)),
            false => eprintln!("{text}"),
        }
    }
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
