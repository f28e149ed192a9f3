//! The worker tier: a queue, the tasks that write to it, and what its
//! instances work with.

use smol_str::SmolStr;

use super::metric::QueueNames;
use super::unit::Unit;
use crate::model::{Environment, Tier};
use crate::resource::expr::{Arn, Name, Text};
use crate::resource::policy::{Condition, Principal, Statement};
use crate::resource::queue::{Order, Queue, Redrive};
use crate::resource::queue_policy::QueuePolicy;
use crate::resource::role::Role;
use crate::resource::schedule::Schedule;
use crate::resource::{Expr, Ref, Term};
use crate::schema;
use crate::schema::queue::Address;
use crate::schema::{Pseudo, Setting};
use crate::source::Span;

/// What a worker environment works on.
pub(super) struct Work {
    /// The queue's URL.
    pub url: Term,
    /// The queue's ARN.
    pub arn: Expr<Arn>,
    /// What metrics know the queues by.
    pub names: QueueNames,
}

/// Makes the queue with its dead-letter queue, unless there is one, and the
/// tasks; nothing for other tiers.
pub(super) fn make(unit: &mut Unit<'_>, environment: &Environment) -> Option<Work> {
    if environment.tier != Tier::Worker {
        return None;
    }
    let work = match &environment.settings.queue.existing {
        Some(existing) => taken(existing),
        None => own(unit, environment),
    };
    unit.gives("queue.url", work.url.clone());
    unit.gives("queue.arn", work.arn.term.clone());
    unit.output("queue_url", "Where messages are sent", work.url.clone());
    tasks(unit, environment, &work);
    Some(work)
}

/// A queue that exists already.
fn taken(existing: &Setting<SmolStr>) -> Work {
    let address = Address::read(&existing.value);
    let span = existing.span();
    // The checks let nothing else pass.
    let Address {
        region,
        account,
        name,
    } = address.unwrap_or_default();
    let suffix = crate::facts::region(&region).and_then(crate::facts::Region::dns_suffix);
    let suffix = suffix.unwrap_or("amazonaws.com");
    let url = format!("https://sqs.{region}.{suffix}/{account}/{name}");
    let arn = Term::join([
        "arn:".into(),
        Pseudo::Partition.into(),
        format!(":sqs:{region}:{account}:{name}").into(),
    ]);
    Work {
        url: url.into(),
        arn: Expr::new(arn).at(span),
        names: QueueNames {
            queue: Expr::<Name>::from(name).at(span),
            dead_letter: None,
        },
    }
}

/// A queue of the environment's own.
fn own(unit: &mut Unit<'_>, environment: &Environment) -> Work {
    let settings = &environment.settings.queue;
    let origin = settings.span.unwrap_or(environment.span);
    let order = match settings.fifo.value {
        true => Order::Fifo,
        false => Order::Standard,
    };
    let dead_letter = &settings.dead_letter;
    let dead_origin = dead_letter.span.unwrap_or(origin);
    let dead = Queue {
        order,
        // Nobody works on these but people.
        visibility: Expr::from(30),
        retention: Expr::from(dead_letter.retention.value.secs()).at(dead_letter.retention.span()),
        redrive: None,
        tags: unit.tags_for("dead-letter"),
    };
    let dead = unit.graph.add("dead_letter_queue", dead_origin, dead);
    tls_only(unit, "dead_letter_queue_policy", dead, dead_origin);
    let queue = Queue {
        order,
        visibility: Expr::from(settings.visibility_timeout.value.secs())
            .at(settings.visibility_timeout.span()),
        retention: Expr::from(settings.retention.value.secs()).at(settings.retention.span()),
        redrive: Some(Redrive {
            queue: dead.attr(Queue::ARN),
            attempts: Expr::from(dead_letter.after.value).at(dead_letter.after.span()),
        }),
        tags: unit.named_tags(),
    };
    let queue = unit.graph.add("queue", origin, queue);
    tls_only(unit, "queue_policy", queue, origin);
    unit.gives("dead_letter.url", dead.attr(Queue::URL).term);
    unit.gives("dead_letter.arn", dead.attr(Queue::ARN).term);
    Work {
        url: queue.attr(Queue::URL).term,
        arn: queue.attr(Queue::ARN),
        names: QueueNames {
            queue: queue.attr(Queue::NAME),
            dead_letter: Some(dead.attr(Queue::NAME)),
        },
    }
}

/// Nobody reaches a queue without encryption on the way.
fn tls_only(unit: &mut Unit<'_>, role: &str, queue: Ref<Queue>, origin: crate::source::Span) {
    let policy = QueuePolicy {
        queue: queue.attr(Queue::URL),
        statements: vec![
            Statement::deny("TlsOnly", ["sqs:*"], [queue.attr(Queue::ARN)])
                .principal(Principal::Everyone)
                .when(Condition::Bool("aws:SecureTransport", false)),
        ],
    };
    unit.graph.add(role, origin, policy);
}

/// What an instance may do with its queue.
pub(super) fn statement(work: &Work) -> Statement {
    let actions = [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    ];
    Statement::allow("WorkOnQueue", actions, [work.arn.clone()])
}

/// Messages at a time, as Beanstalk's daemon would write them: any instance
/// that receives one posts it to the task's path.
fn tasks(unit: &mut Unit<'_>, environment: &Environment, work: &Work) {
    let settings = &environment.settings;
    let Some(first) = settings.schedule.iter().next() else {
        return;
    };
    let role = Role {
        service: "scheduler.amazonaws.com",
        description: Expr::from(format!("Periodic tasks of {}", environment.name)),
        managed_policies: Vec::new(),
        statements: vec![Statement::allow(
            "SendTasks",
            ["sqs:SendMessage"],
            [work.arn.clone()],
        )],
        may_signal: false,
        tags: unit.tags.clone(),
    };
    let role = unit.graph.add("schedule_role", first.span, role);
    let request = Term::join([
        "arn:".into(),
        Pseudo::Partition.into(),
        ":scheduler:::aws-sdk:sqs:sendMessage".into(),
    ]);
    for task in settings.schedule.iter() {
        let schedule = Schedule {
            description: Expr::from(format!("Task {} of {}", task.name, environment.name)),
            expression: Expr::from(format!("cron({})", task.cron.value)).at(task.cron.span()),
            request: Expr::new(request.clone()),
            role: role.attr(Role::ARN),
            input: Expr::new(message(task, &settings.queue, &work.url)).at(task.path.span()),
        };
        let name = format!("schedule_{}", plain(&task.name));
        unit.graph.add(&name, task.span, schedule);
    }
}

/// A task's name in those of resources and message groups: in `cron.yaml` people
/// call their tasks what they like.
fn plain(name: &str) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
    name.chars().map(plain).collect()
}

/// The parameters of the request that sends a task.
fn message(
    task: &schema::Named<schema::queue::Task>,
    queue: &schema::queue::Queue,
    url: &Term,
) -> Term {
    let attribute = |value: &str| serde_json::json!({"DataType": "String", "StringValue": value});
    let attributes = serde_json::json!({
        "beanstalk.sqsd.path": attribute(&task.path.value),
        "beanstalk.sqsd.task_name": attribute(&task.name),
        "beanstalk.sqsd.scheduled_time": attribute("<aws.scheduler.scheduled-time>"),
    });
    let group = match queue.is_fifo() {
        // All tasks have the same body, which the queue would take for one
        // message within five minutes.
        true => format!(
            ",\"MessageGroupId\":\"{}\",\
             \"MessageDeduplicationId\":\"<aws.scheduler.execution-id>\"",
            plain(&task.name)
        ),
        false => String::new(),
    };
    Term::join([
        "{\"QueueUrl\":\"".into(),
        url.clone(),
        format!(
            "\",\"MessageBody\":\"elasticbeanstalk scheduled job\",\
             \"MessageAttributes\":{attributes}{group}}}"
        )
        .into(),
    ])
}

/// The lines of the daemon's configuration; none when the application takes
/// its messages itself.
pub(super) fn configuration(environment: &Environment, work: &Work) -> Vec<Expr<Text>> {
    let queue = &environment.settings.queue;
    if !environment.runs_daemon() {
        return Vec::new();
    }
    let line = |key: &str, value: &str, span: Option<Span>| {
        Expr::from(format!("{key} = {}", serde_json::json!(value))).at(span)
    };
    let text = |key: &str, text: &Setting<SmolStr>| line(key, &text.value, text.span());
    let time = |key: &str, time: &Setting<crate::units::Duration>| {
        line(key, &time.value.to_string(), time.span())
    };
    let url = Term::join(["queue_url = \"".into(), work.url.clone(), "\"".into()]);
    let concurrency = Expr::from(format!("concurrency = {}", queue.concurrency.value));
    vec![
        Expr::new(url),
        line("environment", &environment.name, None),
        text("path", &queue.path),
        text("mime_type", &queue.mime_type),
        concurrency.at(queue.concurrency.span()),
        time("connect_timeout", &queue.connect_timeout),
        time("inactivity_timeout", &queue.inactivity_timeout),
        time("visibility_timeout", &queue.visibility_timeout),
        time("error_visibility_timeout", &queue.error_visibility_timeout),
        time("retention", &queue.retention),
    ]
}
