//! What the daemon counts, as lines of CloudWatch's embedded metric format
//! (AWS, "Specification: Embedded metric format").

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::options::{Config, MetricsTo};

/// The namespace of the metrics.
const NAMESPACE: &str = "BeanSqsd";

/// The most values that one line may hold for a metric.
const SAMPLES: usize = 100;

/// The counters of one daemon.
#[derive(Debug, Default)]
pub struct Metrics {
    in_flight: AtomicUsize,
    period: Mutex<Period>,
}

/// What was counted since the last line.
#[derive(Debug, Default)]
struct Period {
    processed: u64,
    failed: u64,
    unanswered: u64,
    expired: u64,
    receive_errors: u64,
    latency: Samples,
    oldest: Duration,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The application answered 200.
    Processed,
    /// It answered something else, or broke off.
    Failed,
    /// It did not answer.
    Unanswered,
    /// It went back to the queue because the daemon stops.
    Returned,
}

impl Metrics {
    /// How many messages are worked on.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Work on a message that is `age` old begins.
    pub fn begun(&self, age: Duration) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        self.count(|period| period.oldest = period.oldest.max(age));
    }

    /// Work on a message ends after `latency`.
    pub fn ended(&self, outcome: Outcome, latency: Duration) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.count(|period| {
            match outcome {
                Outcome::Processed => period.processed += 1,
                Outcome::Failed => period.failed += 1,
                Outcome::Unanswered => period.unanswered += 1,
                Outcome::Returned => return,
            }
            period.latency.add(latency.as_secs_f64() * 1_000.0);
        });
    }

    /// A message was deleted because it is older than the retention.
    pub fn expired(&self) {
        self.count(|period| period.expired += 1);
    }

    /// The queue could not be asked.
    pub fn receive_error(&self) {
        self.count(|period| period.receive_errors += 1);
    }

    fn count(&self, add: impl FnOnce(&mut Period)) {
        if let Ok(mut period) = self.period.lock() {
            add(&mut period);
        }
    }

    /// The line for what happened since the last one.
    fn line(&self, environment: &str, now: SystemTime) -> Value {
        let period = self.period.lock().map(|mut it| std::mem::take(&mut *it));
        let Period {
            processed,
            failed,
            unanswered,
            expired,
            receive_errors,
            latency,
            oldest,
        } = period.unwrap_or_default();
        let millis = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let mut metrics = vec![
            json!({"Name": "Processed", "Unit": "Count"}),
            json!({"Name": "Failed", "Unit": "Count"}),
            json!({"Name": "Unanswered", "Unit": "Count"}),
            json!({"Name": "Expired", "Unit": "Count"}),
            json!({"Name": "ReceiveErrors", "Unit": "Count"}),
            json!({"Name": "InFlight", "Unit": "Count"}),
            json!({"Name": "OldestAge", "Unit": "Seconds"}),
        ];
        // A metric without a value is an error of the format.
        if !latency.values.is_empty() {
            metrics.push(json!({"Name": "Latency", "Unit": "Milliseconds"}));
        }
        let mut line = json!({
            "_aws": {
                "Timestamp": u64::try_from(millis).unwrap_or(u64::MAX),
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": [["Environment"]],
                    "Metrics": metrics,
                }],
            },
            "Environment": environment,
            "Processed": processed,
            "Failed": failed,
            "Unanswered": unanswered,
            "Expired": expired,
            "ReceiveErrors": receive_errors,
            "InFlight": self.in_flight(),
            "OldestAge": oldest.as_secs(),
        });
        if !latency.values.is_empty() {
            line["Latency"] = json!(latency.values);
        }
        line
    }

    /// Writes what happened since the last time to where `config` says.
    pub fn write(&self, config: &Config) {
        let line = || format!("{}\n", self.line(&config.environment, super::now()));
        let written = match &config.metrics {
            MetricsTo::Nowhere => Ok(()),
            MetricsTo::Stdout => io::stdout().write_all(line().as_bytes()),
            MetricsTo::File(path) => OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .and_then(|mut file| file.write_all(line().as_bytes())),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "metrics could not be written");
        }
    }
}

/// At most [`SAMPLES`] values out of any number, evenly spread: when it is full,
/// every second one goes and from then on only every second one is taken.
#[derive(Debug, Default)]
struct Samples {
    values: Vec<f64>,
    seen: u64,
    halvings: u32,
}

impl Samples {
    fn add(&mut self, value: f64) {
        let step = 1_u64 << self.halvings.min(63);
        let taken = self.seen.is_multiple_of(step);
        self.seen += 1;
        if !taken {
            return;
        }
        if self.values.len() == SAMPLES {
            let mut keep = false;
            self.values.retain(|_| {
                keep = !keep;
                keep
            });
            self.halvings += 1;
        }
        // A hundredth of a millisecond is more than anybody looks at.
        self.values.push((value * 100.0).round() / 100.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot;
    use super::*;

    #[test]
    fn a_line_holds_what_happened_since_the_last() {
        let metrics = Metrics::default();
        for latency in [12, 30] {
            metrics.begun(Duration::from_secs(latency));
            metrics.ended(Outcome::Processed, Duration::from_millis(latency));
        }
        metrics.begun(Duration::ZERO);
        metrics.begun(Duration::ZERO);
        metrics.ended(Outcome::Failed, Duration::from_micros(1_234));
        metrics.expired();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_763_900_707);
        let first = metrics.line("jobs-prod", at);
        snapshot(&serde_json::to_string_pretty(&first).unwrap());
        let second = metrics.line("jobs-prod", at);
        assert_eq!(
            (&second["Processed"], &second["InFlight"]),
            (&json!(0), &json!(1))
        );
        assert!(second.get("Latency").is_none());
    }

    #[test]
    fn many_latencies_become_a_hundred_at_most() {
        let mut samples = Samples::default();
        for value in 0..10_000_u32 {
            samples.add(f64::from(value));
            assert!(samples.values.len() <= SAMPLES);
        }
        let middle = samples.values[samples.values.len() / 2];
        assert!((4_000.0..6_000.0).contains(&middle), "{middle}");
    }
}
