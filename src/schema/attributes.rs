//! What items have once they are deployed, for references from elsewhere.

use crate::syntax::ast::ItemKind;

/// Something an item has once it is deployed.
#[derive(Debug, Clone, Copy)]
pub struct AttributeDoc {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
}

/// Known now, unlike the others.
const NAME: AttributeDoc = AttributeDoc {
    name: "name",
    doc: "Its name. In a template it is that of the environment that extends it.",
};

const APPLICATION: [AttributeDoc; 3] = [
    NAME,
    AttributeDoc {
        name: "bucket",
        doc: "The name of the bucket.",
    },
    AttributeDoc {
        name: "bucket_arn",
        doc: "The ARN of the bucket.",
    },
];

const NETWORK: [AttributeDoc; 2] = [
    NAME,
    AttributeDoc {
        name: "id",
        doc: "The id of the VPC. `GROUP.ids` are those of its subnets.",
    },
];

const ENVIRONMENT: [AttributeDoc; 12] = [
    NAME,
    AttributeDoc {
        name: "url",
        doc: "Where it answers: `https://shop.example.com`.",
    },
    AttributeDoc {
        name: "domain",
        doc: "The host name of `url`.",
    },
    AttributeDoc {
        name: "security_group_id",
        doc: "The instances' security group.",
    },
    AttributeDoc {
        name: "group_name",
        doc: "The Auto Scaling group.",
    },
    AttributeDoc {
        name: "role_arn",
        doc: "The instances' role.",
    },
    AttributeDoc {
        name: "load_balancer_arn",
        doc: "The load balancer's ARN.",
    },
    AttributeDoc {
        name: "load_balancer_dns_name",
        doc: "The load balancer's own host name.",
    },
    AttributeDoc {
        name: "queue.url",
        doc: "Where messages for a worker are sent. An environment that names it may send.",
    },
    AttributeDoc {
        name: "queue.arn",
        doc: "The queue's ARN. An environment that names it may send.",
    },
    AttributeDoc {
        name: "dead_letter.url",
        doc: "The queue of messages that failed again and again.",
    },
    AttributeDoc {
        name: "dead_letter.arn",
        doc: "The ARN of that queue.",
    },
];

/// The attributes of a kind of item.
#[must_use]
pub fn of(kind: ItemKind) -> &'static [AttributeDoc] {
    match kind {
        ItemKind::Application => &APPLICATION,
        ItemKind::Network => &NETWORK,
        ItemKind::Environment => &ENVIRONMENT,
        ItemKind::Template | ItemKind::Platform | ItemKind::Resource => &[],
    }
}
