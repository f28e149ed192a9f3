//! What a deployment would change, whoever carries it out.

use serde::{Deserialize, Serialize};

/// What would become of a unit.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Plan {
    /// `environment.shop-prod`
    pub unit: String,
    /// What is deployed: the stack's name or the module's folder.
    pub deployed: String,
    /// Whether there is nothing yet.
    pub new: bool,
    /// What changes, in the order of the template.
    pub changes: Vec<Change>,
    /// Outputs that change.
    pub outputs: Vec<Property>,
    /// What else there is to say.
    pub notes: Vec<String>,
}

/// What would become of a resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Change {
    /// What happens.
    pub action: Action,
    /// `LoadBalancer`; in Terraform `aws_lb`.
    pub kind: String,
    /// Its name in the target.
    pub id: String,
    /// The line of the program that makes it.
    pub place: Option<String>,
    /// Whether people would miss what it holds: data, addresses, names.
    pub stateful: bool,
    /// Properties that differ.
    pub properties: Vec<Property>,
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is made.
    Create,
    /// It is there already and becomes part of the stack.
    Import,
    /// It is changed where it is.
    Update,
    /// It is changed where it is, and instances make room for new ones, as
    /// `deployment { strategy }` says.
    Restart,
    /// It may be changed where it is, or made anew: AWS says so only when it
    /// happens.
    MayReplace,
    /// Another one takes its place.
    Replace,
    /// It goes.
    Delete,
    /// It stays, and leaves the stack.
    Forget,
}

impl Action {
    /// The sign in front of a line.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Create => "+",
            Self::Import => ">",
            Self::Update => "~",
            Self::Restart => "↻",
            Self::MayReplace => "±?",
            Self::Replace => "±",
            Self::Delete => "-",
            Self::Forget => "<",
        }
    }

    /// In words, behind a resource.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Create => "is made",
            Self::Import => "is taken over",
            Self::Update => "changes in place",
            Self::Restart => "changes, and instances are replaced",
            Self::MayReplace => "may be replaced",
            Self::Replace => "is replaced",
            Self::Delete => "is deleted",
            Self::Forget => "stays behind, outside of the stack",
        }
    }

    /// Whether what is there now goes.
    #[must_use]
    pub fn destroys(self) -> bool {
        matches!(self, Self::Replace | Self::MayReplace | Self::Delete)
    }
}

/// What an update of a resource comes to: instances are replaced when what they
/// are launched from changes.
#[must_use]
pub fn of_update(kind: &str, properties: &[Property]) -> Action {
    let is_template = matches!(kind, "AWS::EC2::LaunchTemplate" | "aws_launch_template");
    // Numbers of versions follow from the rest.
    let counts = |property: &Property| {
        let name = property.path.rsplit('/').next().unwrap_or_default();
        !matches!(
            name,
            "default_version" | "latest_version" | "description" | "VersionDescription"
        )
    };
    // Without a property nobody knows, and instances are worth a warning.
    match is_template && (properties.is_empty() || properties.iter().any(counts)) {
        true => Action::Restart,
        false => Action::Update,
    }
}

/// A property that differs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Property {
    /// Where in the resource: `Properties/MaxSize`.
    pub path: String,
    /// The line of the program behind it.
    pub place: Option<String>,
    /// What is there, as it would be written; `None` when nothing is.
    pub before: Option<String>,
    /// What comes.
    pub after: Option<String>,
}

impl Plan {
    /// Whether anything changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.outputs.is_empty()
    }

    /// What would be missed.
    pub fn losses(&self) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(|it| it.stateful && it.action.destroys())
    }
}

/// Kinds that hold data, or addresses and names that others know: their
/// replacement is not an update. CloudFormation's words and Terraform's.
const STATEFUL: [&str; 26] = [
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::EC2::EIP",
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::Logs::LogGroup",
    "AWS::KMS::Key",
    "AWS::SNS::Topic",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Route53::RecordSet",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    "aws_s3_bucket",
    "aws_sqs_queue",
    "aws_eip",
    "aws_vpc",
    "aws_subnet",
    "aws_cloudwatch_log_group",
    "aws_kms_key",
    "aws_sns_topic",
    "aws_lb",
    "aws_route53_record",
    "aws_db_instance",
    "aws_dynamodb_table",
];

/// Whether people would miss a resource of this kind.
#[must_use]
pub fn is_stateful(kind: &str) -> bool {
    STATEFUL.contains(&kind)
}
