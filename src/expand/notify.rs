//! `alarm` and `notifications`: who is told, and of what.

use smol_str::SmolStr;

use super::metric::{self, CloudWatch, Measured};
use super::unit::Unit;
use crate::model::Environment;
use crate::ordered::IndexMap;
use crate::resource::alarm::{Alarm, Comparison};
use crate::resource::expr::{Arn, Text};
use crate::resource::key::Key;
use crate::resource::policy::{Condition, Principal, Statement};
use crate::resource::subscription::Subscription;
use crate::resource::topic::Topic;
use crate::resource::{Expr, Term};
use crate::schema::Pseudo;
use crate::schema::metric::Metric;
use crate::source::Span;
use crate::units::Duration;

/// Topics by what they are for: an alarm's name, or nothing for all of them.
pub(super) struct Topics {
    general: Vec<Expr<Arn>>,
    of_alarm: IndexMap<SmolStr, Expr<Arn>>,
}

/// The environment's topics with their subscriptions.
pub(super) fn topics(unit: &mut Unit<'_>, environment: &Environment) -> Topics {
    let settings = &environment.settings;
    let notifications = &settings.notifications;
    let mut topics = Topics {
        general: Vec::new(),
        of_alarm: IndexMap::default(),
    };
    if let Some(topic) = &notifications.topic {
        let arn = unit.lately(&topic.value, |arn| arn.0.clone());
        topics.general.push(Expr::new(arn).at(topic.span()));
    }
    if let Some(email) = &notifications.email {
        let address = unit.lately(&email.value, SmolStr::clone);
        let address = Expr::new(address).at(email.span());
        let span = email.span().unwrap_or(environment.span);
        let own = topic(unit, "topic", "subscription", span, address);
        topics.general.push(own);
    }
    for alarm in settings.alarm.iter() {
        let Some(notify) = &alarm.notify else {
            continue;
        };
        let who = unit.lately(&notify.value, SmolStr::clone);
        let is_topic = matches!(&who, Term::Text(text) if text.starts_with("arn:"));
        let who = Expr::new(who).at(notify.span());
        let arn = if is_topic {
            who.cast()
        } else {
            let role = format!("topic_{}", alarm.name);
            let subscription = format!("subscription_{}", alarm.name);
            topic(unit, &role, &subscription, alarm.span, who)
        };
        topics.of_alarm.insert(alarm.name.clone(), arn);
    }
    topics
}

fn topic(
    unit: &mut Unit<'_>,
    role: &str,
    subscription: &str,
    span: Span,
    address: Expr<Text>,
) -> Expr<Arn> {
    let key = topic_key(unit, &role.replace("topic", "topic_key"), span);
    let topic = Topic {
        key,
        tags: unit.named_tags(),
    };
    let topic = unit.graph.add(role, span, topic);
    let subscribed = Subscription {
        topic: topic.attr(Topic::ARN),
        protocol: "email",
        endpoint: address,
    };
    unit.graph.add(subscription, span, subscribed);
    topic.attr(Topic::ARN)
}

/// A key that alarms and Auto Scaling may use: the one that AWS keeps for
/// topics lets neither send.
fn topic_key(unit: &mut Unit<'_>, role: &str, span: Span) -> Expr<Arn> {
    let everything = || [Expr::from("*")];
    let account = Pseudo::Account.into();
    let root = Term::join([
        "arn:".into(),
        Pseudo::Partition.into(),
        ":iam::".into(),
        account,
        ":root".into(),
    ]);
    let key = Key {
        description: Expr::from(format!("Notifications of {}", unit.name())),
        statements: vec![
            Statement::allow("Administer", ["kms:*"], everything())
                .principal(Principal::Account(root)),
            Statement::allow(
                "Send",
                ["kms:Decrypt", "kms:GenerateDataKey*"],
                everything(),
            )
            .principal(Principal::Service("cloudwatch.amazonaws.com"))
            .when(Condition::Equals(
                "aws:SourceAccount",
                Pseudo::Account.into(),
            )),
        ],
        tags: unit.named_tags(),
    };
    unit.graph.add(role, span, key).attr(Key::ARN)
}

/// The alarms that tell people.
pub(super) fn alarms(
    unit: &mut Unit<'_>,
    environment: &Environment,
    topics: &Topics,
    measured: &Measured,
) {
    if !topics.general.is_empty() {
        neglected(unit, environment, &topics.general, measured);
    }
    let rolls_back = &environment.settings.deployment.rollback_on.value;
    for written in environment.settings.alarm.iter() {
        let Some(metric) = metric::cloudwatch(written.metric.value, measured) else {
            continue;
        };
        let (comparison, threshold) = match (&written.above, &written.below) {
            (Some(above), _) => (Comparison::Above, above),
            (None, Some(below)) => (Comparison::Below, below),
            (None, None) => continue,
        };
        let (period, periods) = periods(written.r#for.value);
        let CloudWatch {
            namespace,
            name,
            statistic,
            dimensions,
            per_instance_of,
            missing,
        } = metric;
        let tell = topics
            .general
            .iter()
            .chain(topics.of_alarm.get(&written.name));
        let tell: Vec<Expr<Arn>> = tell.cloned().collect();
        // An instance refresh names its alarms; the name cannot be AWS's.
        let watched = rolls_back.iter().any(|(alarm, _)| alarm.0 == written.name);
        let alarm = Alarm {
            name: watched.then(|| Expr::from(unit.alarm_name(&written.name))),
            description: Expr::from(format!(
                "{} of {}: {}",
                written.name,
                environment.name,
                written.metric.value.word()
            )),
            namespace,
            metric: name,
            statistic,
            dimensions,
            per_instance_of,
            comparison,
            threshold: metric::threshold(threshold.value).at(threshold.span()),
            period: Expr::from(period).at(written.r#for.span()),
            periods: Expr::from(periods),
            missing,
            actions: tell.clone(),
            ok_actions: tell,
            tags: unit.tags.clone(),
        };
        unit.graph
            .add(&format!("alarm_{}", written.name), written.span, alarm);
    }
}

/// Alarms that a worker has without being asked, when somebody is to be told:
/// messages that nobody works on, and messages that nobody can.
fn neglected(
    unit: &mut Unit<'_>,
    environment: &Environment,
    topics: &[Expr<Arn>],
    measured: &Measured,
) {
    let watched = [
        (Metric::OldestMessageAge, "oldest_message", OLD_SECONDS),
        (Metric::DeadLetterDepth, "dead_letters", 0),
    ];
    for (metric, role, threshold) in watched {
        let mut alarms = environment.settings.alarm.iter();
        // Who asked for one knows better how long is too long.
        if alarms.any(|alarm| alarm.metric.value == metric) {
            continue;
        }
        // In this account it would wait for a metric for ever, and look well.
        if environment.queue_elsewhere().is_some() {
            continue;
        }
        let Some(found) = metric::cloudwatch(metric, measured) else {
            continue;
        };
        let alarm = Alarm {
            name: None,
            description: Expr::from(format!("{} of {}", metric.word(), environment.name)),
            namespace: found.namespace,
            metric: found.name,
            statistic: found.statistic,
            dimensions: found.dimensions,
            per_instance_of: found.per_instance_of,
            comparison: Comparison::Above,
            threshold: Expr::new(Term::Int(threshold)),
            period: Expr::from(300),
            periods: Expr::from(1),
            missing: found.missing,
            actions: topics.to_vec(),
            ok_actions: topics.to_vec(),
            tags: unit.tags.clone(),
        };
        let origin = environment.settings.queue.span.unwrap_or(environment.span);
        unit.graph.add(&format!("{role}_alarm"), origin, alarm);
    }
}

/// A message is neglected after a quarter of an hour.
const OLD_SECONDS: i64 = 900;

/// Whole minutes up to five; above that the same time in at most five looks.
fn periods(time: Duration) -> (i64, i64) {
    let minutes = (time.secs() / 60).max(1);
    let periods = (1..=5)
        .rev()
        .find(|periods| minutes % periods == 0)
        .unwrap_or(1);
    (minutes / periods * 60, periods)
}
