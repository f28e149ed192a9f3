//! What items have once they are deployed, for references from elsewhere.

use super::Tiers;
use crate::syntax::ast::ItemKind;

/// Something an item has once it is deployed.
#[derive(Debug, Clone, Copy)]
pub struct AttributeDoc {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// The tiers that have it.
    pub tiers: Tiers,
}

const fn attribute(name: &'static str, doc: &'static str) -> AttributeDoc {
    let tiers = Tiers::All;
    AttributeDoc { name, doc, tiers }
}

/// Of environments that answer requests.
const fn web(name: &'static str, doc: &'static str) -> AttributeDoc {
    let tiers = Tiers::Web;
    AttributeDoc { name, doc, tiers }
}

/// Of environments that work on messages.
const fn worker(name: &'static str, doc: &'static str) -> AttributeDoc {
    let tiers = Tiers::Worker;
    AttributeDoc { name, doc, tiers }
}

/// Known now, unlike the others.
const NAME: AttributeDoc = attribute(
    "name",
    "Its name. In a template it is that of the environment that extends it.",
);

const APPLICATION: [AttributeDoc; 3] = [
    NAME,
    attribute("bucket", "The name of the bucket."),
    attribute("bucket_arn", "The ARN of the bucket."),
];

const NETWORK: [AttributeDoc; 2] = [
    NAME,
    attribute(
        "id",
        "The id of the VPC. `GROUP.ids` are those of its subnets.",
    ),
];

const ENVIRONMENT: [AttributeDoc; 12] = [
    NAME,
    web("url", "Where it answers: `https://shop.example.com`."),
    web("domain", "The host name of `url`."),
    attribute("security_group_id", "The instances' security group."),
    attribute("group_name", "The Auto Scaling group."),
    attribute("role_arn", "The instances' role."),
    web("load_balancer_arn", "The load balancer's ARN."),
    web(
        "load_balancer_dns_name",
        "The load balancer's own host name.",
    ),
    worker(
        "queue.url",
        "Where messages for a worker are sent. An environment that names it may send.",
    ),
    worker(
        "queue.arn",
        "The queue's ARN. An environment that names it may send.",
    ),
    worker(
        "dead_letter.url",
        "The queue of messages that failed again and again.",
    ),
    worker("dead_letter.arn", "The ARN of that queue."),
];

/// The attributes of a kind of item; the tiers are those of environments.
#[must_use]
pub fn of(kind: ItemKind) -> &'static [AttributeDoc] {
    match kind {
        ItemKind::Application => &APPLICATION,
        ItemKind::Network => &NETWORK,
        ItemKind::Environment => &ENVIRONMENT,
        ItemKind::Template | ItemKind::Platform | ItemKind::Resource => &[],
    }
}
