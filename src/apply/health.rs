//! How the instances of an environment are, as its group and its balancer see
//! them.

use super::Error;
use super::cloud::{Cloud, refused};
use crate::ordered::IndexMap;

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// `i-0123456789abcdef0`
    pub id: String,
    /// Its zone.
    pub zone: String,
    /// What the group does with it: `InService`, `Pending`, …
    pub state: String,
    /// What is wrong with it; `None` when it is healthy.
    pub problem: Option<String>,
}

impl Instance {
    /// Whether it serves, and is well.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.state == "InService" && self.problem.is_none()
    }
}

/// How an environment is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// How many instances the group wants.
    pub wanted: i32,
    /// Those it has.
    pub instances: Vec<Instance>,
}

impl Health {
    /// Whether there are as many healthy instances as there should be.
    #[must_use]
    pub fn is_well(&self) -> bool {
        let well = self.instances.iter().filter(|it| it.is_well()).count();
        well > 0 && i32::try_from(well).is_ok_and(|well| well >= self.wanted)
    }
}

/// Asks how an environment is; `None` when it is not deployed.
///
/// # Errors
/// What AWS answered.
pub async fn health(environment: &str, cloud: &Cloud) -> Result<Option<Health>, Error> {
    let Some(name) = cloud.published(environment, "group_name").await? else {
        return Ok(None);
    };
    let doing = format!("asking for the instances of {environment}");
    let request = cloud.autoscaling.describe_auto_scaling_groups();
    let answer = request.auto_scaling_group_names(&name).send().await;
    let answer = answer.map_err(|error| refused(&doing, &error))?;
    let Some(group) = answer.auto_scaling_groups().first() else {
        return Ok(None);
    };
    let mut problems: IndexMap<String, String> = IndexMap::default();
    for target in group.target_group_arns() {
        let request = cloud.balancing.describe_target_health();
        let answer = request.target_group_arn(target).send().await;
        let answer = answer.map_err(|error| refused(&doing, &error))?;
        for description in answer.target_health_descriptions() {
            let id = description.target().and_then(|it| it.id());
            let Some((id, health)) = id.zip(description.target_health()) else {
                continue;
            };
            let state = health.state().map_or("unknown", |it| it.as_str());
            if state == "healthy" {
                continue;
            }
            let why = health.description().map(|why| format!(" ({why})"));
            let why = why.unwrap_or_default();
            problems.insert(id.to_owned(), format!("the balancer says {state}{why}"));
        }
    }
    let instances = group.instances().iter().map(|instance| {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let id = text(instance.instance_id());
        let of_group = instance.health_status().filter(|it| *it != "Healthy");
        let of_group = of_group.map(|status| format!("the group says {status}"));
        Instance {
            problem: problems.get(&id).cloned().or(of_group),
            zone: text(instance.availability_zone()),
            state: text(instance.lifecycle_state().map(|it| it.as_str())),
            id,
        }
    });
    Ok(Some(Health {
        wanted: group.desired_capacity().unwrap_or_default(),
        instances: instances.collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_well_with_all_its_instances() {
        let instance = |state: &str, problem: Option<&str>| Instance {
            id: "i-1".to_owned(),
            zone: "eu-west-1a".to_owned(),
            state: state.to_owned(),
            problem: problem.map(str::to_owned),
        };
        let health = |wanted, instances: &[Instance]| Health {
            wanted,
            instances: instances.to_vec(),
        };
        let well = instance("InService", None);
        let sick = instance("InService", Some("the group says Unhealthy"));
        let young = instance("Pending", None);
        assert!(health(1, &[well.clone(), young]).is_well());
        assert!(!health(2, &[well, sick]).is_well());
        assert!(!health(0, &[]).is_well());
    }
}
