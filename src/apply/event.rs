//! What happens to a stack while it changes.

/// One step of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// AWS's own name of it.
    pub number: String,
    /// Seconds since 1970.
    pub time: i64,
    /// The resource, or the stack itself.
    pub id: String,
    /// `AWS::EC2::VPC`
    pub kind: String,
    /// `CREATE_IN_PROGRESS`, …
    pub status: String,
    /// Why.
    pub reason: Option<String>,
}

impl Event {
    /// Whether it speaks of the stack as a whole.
    #[must_use]
    pub fn is_of_stack(&self) -> bool {
        self.kind == "AWS::CloudFormation::Stack"
    }

    /// Why, without what CloudFormation puts around the words of the service.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        let reason = self.reason.as_deref()?;
        let words = reason.strip_prefix("Resource handler returned message: \"");
        let words = words.and_then(|it| Some(it.rsplit_once("\" (RequestToken: ")?.0));
        Some(words.unwrap_or(reason))
    }

    /// Whether something went wrong.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.status.ends_with("_FAILED")
    }
}

/// The failure that brought all others about: the first that was not merely
/// cancelled because of another. Events are in the order in which they
/// happened.
#[must_use]
pub fn root_cause(events: &[Event]) -> Option<&Event> {
    let is_cause = |event: &&Event| {
        let reason = event
            .reason
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        event.is_failure() && !reason.is_empty() && !reason.contains("cancelled")
    };
    let of_resource = events.iter().find(|it| is_cause(it) && !it.is_of_stack());
    of_resource.or_else(|| events.iter().find(is_cause))
}

/// Whether a stack with this status is at rest.
#[must_use]
pub fn is_final(status: &str) -> bool {
    !status.ends_with("_IN_PROGRESS")
}

/// Whether a stack at rest is as it was asked to be.
#[must_use]
pub fn is_success(status: &str) -> bool {
    matches!(
        status,
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" | "DELETE_COMPLETE"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, kind: &str, status: &str, reason: &str) -> Event {
        Event {
            number: String::new(),
            time: 0,
            id: id.to_owned(),
            kind: kind.to_owned(),
            status: status.to_owned(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        }
    }

    #[test]
    fn the_first_failure_that_nobody_caused_is_the_cause() {
        let events = [
            event(
                "Group",
                "AWS::AutoScaling::AutoScalingGroup",
                "CREATE_FAILED",
                "Resource creation cancelled",
            ),
            event(
                "Balancer",
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "CREATE_FAILED",
                "subnets are in one zone",
            ),
            event(
                "shop",
                "AWS::CloudFormation::Stack",
                "ROLLBACK_IN_PROGRESS",
                "[Balancer] failed",
            ),
        ];
        assert_eq!(
            root_cause(&events).map(|it| it.id.as_str()),
            Some("Balancer")
        );
    }
}
