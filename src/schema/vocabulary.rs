//! Words of the language that are no properties: what items and references
//! begin with, what stands behind a colon, the types of params.

use super::{Pseudo, WordDoc};

const fn word(word: &'static str, doc: &'static str) -> WordDoc {
    WordDoc { word, doc }
}

/// What an item begins with, in the order of the language reference.
pub const ITEMS: [WordDoc; 14] = [
    word(
        "edition",
        "The first item of a file. An edition fixes keywords, defaults and the scheme of logical \
         ids: a new best practice is a new edition, never a silent change.",
    ),
    word(
        "import",
        "Takes names from another file of the project, or from `std/…`.",
    ),
    word(
        "param",
        "A value that is baked into the output: names, conditions and assertions may use it. Its \
         value is given with `--param NAME=VALUE`, or is its default.",
    ),
    word(
        "input",
        "A value that is given at deploy time: a parameter of the CloudFormation stack, a variable \
         of the Terraform module. It may be assigned and interpolated, never compared.",
    ),
    word("let", "A name for a value."),
    word("output", "A value that the deployed stack shows."),
    word(
        "assert",
        "Something that must hold, checked at compile time.",
    ),
    word(
        "application",
        "The bundle of versions, settings and environments that belong together.",
    ),
    word(
        "environment",
        "Instances that run a version of an application, and all that is needed around them.",
    ),
    word(
        "template",
        "An environment that is never emitted: environments extend it.",
    ),
    word("network", "A VPC and its subnets."),
    word("platform", "What an instance runs an application with."),
    word(
        "resource",
        "A raw resource of AWS, by the name of its CloudFormation type.",
    ),
    word(
        "test",
        "Expectations about the program, in a file of tests.",
    ),
];

/// What a reference begins with.
pub const HEADS: [WordDoc; 12] = [
    word("param", "A value that is baked in."),
    word("input", "A value that is given at deploy time."),
    word("let", "A value by its name."),
    word("application", "An application of the program."),
    word("environment", "An environment of the program."),
    word("template", "A template of the program."),
    word("network", "A network of the program."),
    word("platform", "A platform of the program."),
    word("resource", "A raw resource of the program."),
    word(
        "self",
        "The item in which the reference stands; in a template, the environment that extends it.",
    ),
    word("base", "What the item's parents say."),
    word(
        "aws",
        "What the target knows of itself: `region`, `account`, `partition`, `dns_suffix`.",
    ),
];

/// What `aws.` knows.
#[must_use]
pub fn pseudo(pseudo: Pseudo) -> &'static str {
    match pseudo {
        Pseudo::Region => "The region's code: `eu-west-1`.",
        Pseudo::Account => "The account's twelve digits.",
        Pseudo::Partition => "The partition: `aws`, `aws-cn`, `aws-us-gov`.",
        Pseudo::DnsSuffix => {
            "The domain of the services: `amazonaws.com`, or what stands for it in the partition."
        }
    }
}

/// The tiers of environments and templates.
pub const TIERS: [WordDoc; 2] = [
    word(
        "web",
        "Answers requests: a load balancer stands in front of the instances.",
    ),
    word(
        "worker",
        "Works on messages of a queue: a daemon on each instance posts them to the application.",
    ),
];

/// What a network may be.
pub const NETWORKS: [WordDoc; 1] = [word("existing", "A network that is there already.")];

/// What a platform may be.
pub const PLATFORMS: [WordDoc; 1] = [word(
    "custom",
    "A platform from nothing: the image and the start command are yours.",
)];

/// The types of params and inputs.
pub const TYPES: [WordDoc; 11] = [
    word("string", "Text: `\"text\"`."),
    word("int", "A whole number: `42`."),
    word("bool", "`true` or `false`."),
    word("duration", "A duration: `30s`, `1h30m`, `180d`."),
    word("size", "A size: `512MiB`, `20GiB`."),
    word("percent", "A percentage: `70%`."),
    word("cidr", "An address range: `10.20.0.0/16`."),
    word("port", "A TCP port, 1 to 65535."),
    word("arn", "The name of a resource of AWS: `\"arn:aws:…\"`."),
    word("region", "A region's code: `\"eu-west-1\"`."),
    word("instance_type", "An EC2 instance type: `\"t4g.small\"`."),
];

/// On keyed blocks, whatever they are.
pub const ENABLED: WordDoc = word(
    "enabled",
    "Whether the block counts: `true` or `false`, decided at compile time.",
);

/// Instead of a value.
pub const DEFAULT: WordDoc = word(
    "default",
    "Takes back what was inherited: the edition's default holds again.",
);
