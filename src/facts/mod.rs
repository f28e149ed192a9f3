//! Facts about AWS that are known offline: instance types, regions, terms.
//!
//! The tables are sorted and searched where they lie; nothing is read or built
//! when the program starts.

mod instance_types;
mod regions;
mod solution_stack;

pub use solution_stack::platform_of;

use crate::schema::instances::Architecture;

use self::instance_types::TYPES;
use self::regions::REGIONS;

/// An EC2 instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceType {
    /// `t4g.small`
    pub name: &'static str,
    processor: Processor,
    /// Virtual processors.
    pub processors: u32,
    /// Memory in MiB.
    pub memory: u32,
    /// Whether it earns and spends processor credits.
    pub burstable: bool,
    /// Whether AWS counts it among the current generation.
    pub current: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Processor {
    Arm64,
    X8664,
}

impl InstanceType {
    const fn new(
        name: &'static str,
        processor: Processor,
        processors: u32,
        memory: u32,
        burstable: bool,
        current: bool,
    ) -> Self {
        Self {
            name,
            processor,
            processors,
            memory,
            burstable,
            current,
        }
    }

    /// Whether it has graphics processors that ECS hands out: those of NVIDIA (Amazon
    /// ECS Developer Guide, "Task definitions for GPU workloads"). Families of them
    /// begin with `p` or `g`; `g4ad` has others.
    #[must_use]
    pub fn has_gpus(&self) -> bool {
        let family = self.name.split('.').next().unwrap_or_default();
        let rest = ["gr", "g", "p"]
            .into_iter()
            .find_map(|letters| family.strip_prefix(letters));
        let is_numbered = rest.is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()));
        is_numbered && family != "g4ad"
    }

    /// Why it cannot start from an image of Amazon Linux 2023, if it cannot. On arm64
    /// that takes a Graviton2 or later (Amazon Linux 2023 User Guide, "AL2023 system
    /// requirements"), and all of its images are HVM, with which `c1`, `m1`, `m2` and
    /// `t1` start nothing but Windows (EC2 User Guide, "Linux AMI virtualization
    /// types").
    #[must_use]
    pub fn bars_amazon_linux_2023(&self) -> Option<&'static str> {
        match self.name.split('.').next().unwrap_or_default() {
            "a1" => Some("its processors are Graviton1, and Amazon Linux 2023 needs Graviton2"),
            "c1" | "m1" | "m2" | "t1" => {
                Some("it starts Linux from PV images only, and those of Amazon Linux 2023 are HVM")
            }
            _ => None,
        }
    }

    /// Whether it works in bursts. `t1` does, and has no credits for it.
    fn bursts(&self) -> bool {
        self.burstable || self.name.starts_with("t1.")
    }

    /// Its processor architecture.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        match self.processor {
            Processor::Arm64 => Architecture::Arm64,
            Processor::X8664 => Architecture::X8664,
        }
    }
}

/// Whether a text is the id of something in EC2: `vpc-1a2b3c4d`, or the longer
/// form with 17 digits (EC2 User Guide, resource IDs).
#[must_use]
pub fn is_id(id: &str, prefix: &str) -> bool {
    let digits = id
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'));
    digits.is_some_and(|digits| {
        matches!(digits.len(), 8 | 17)
            && digits
                .bytes()
                .all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Whether a text is an ARN: six parts, of which an account or a region may be empty
/// (AWS General Reference, "Amazon Resource Names"), of the signs that inputs take.
#[must_use]
pub fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let has = |part: &str| !part.is_empty();
    let is_plain = |sign: char| sign.is_ascii_graphic() && !"'\\".contains(sign);
    matches!(parts[..], ["arn", partition, service, _, _, resource]
        if has(partition) && has(service) && has(resource))
        && text.chars().all(is_plain)
}

/// A region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// `eu-west-1`
    pub code: &'static str,
    /// `aws`, `aws-cn`, `aws-us-gov`
    pub partition: &'static str,
    /// The names of its availability zones; empty when they are not known.
    pub zones: &'static [&'static str],
    /// The hosted zone of the names of application load balancers; `None` where
    /// it is not known.
    pub balancer_zone: Option<&'static str>,
}

impl Region {
    /// What the host names of AWS end in there; `None` in partitions that are
    /// not open to the public.
    #[must_use]
    pub fn dns_suffix(&self) -> Option<&'static str> {
        match self.partition {
            "aws" | "aws-us-gov" => Some("amazonaws.com"),
            "aws-cn" => Some("amazonaws.com.cn"),
            _ => None,
        }
    }
}

/// The instance type with this name.
#[must_use]
pub fn instance_type(name: &str) -> Option<&'static InstanceType> {
    let at = TYPES.binary_search_by(|ty| ty.name.cmp(name)).ok()?;
    TYPES.get(at)
}

/// Whether a name is that of a Mac, which is no machine for an environment: it
/// starts on a Dedicated Host alone, and from images of macOS alone (EC2 User
/// Guide, Amazon EC2 Mac instances).
#[must_use]
pub fn is_mac(name: &str) -> bool {
    let Some((family, "metal")) = name.split_once('.') else {
        return false;
    };
    family.strip_prefix("mac").is_some_and(|rest| {
        rest.strip_prefix('-')
            .unwrap_or(rest)
            .trim_start_matches('m')
            .starts_with(|it: char| it.is_ascii_digit())
    })
}

/// The names of all instance types, sorted.
pub fn instance_types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|ty| ty.name)
}

/// The type of an architecture that is most like this one: burstable like
/// it, of the current generation, and with the nearest memory and processors.
#[must_use]
pub fn nearest(ty: &InstanceType, architecture: Architecture) -> Option<&'static InstanceType> {
    nearest_beside(ty, architecture, |_| false)
}

/// The same without those that are taken: a group names no type twice.
#[must_use]
pub fn nearest_beside(
    ty: &InstanceType,
    architecture: Architecture,
    is_taken: impl Fn(&str) -> bool,
) -> Option<&'static InstanceType> {
    let family = |name: &str| name.bytes().next();
    TYPES
        .iter()
        .filter(|other| other.architecture() == architecture && other.current)
        .filter(|other| other.bursts() == ty.bursts() && !is_taken(other.name))
        .min_by_key(|other| {
            (
                family(other.name) != family(ty.name),
                // What fits into one may not fit into a smaller one.
                other.memory < ty.memory,
                other.memory.abs_diff(ty.memory),
                other.processors.abs_diff(ty.processors),
                other.name.len(),
                // The newest of a family comes last by name.
                std::cmp::Reverse(other.name),
            )
        })
}

/// The region with this code.
#[must_use]
pub fn region(code: &str) -> Option<&'static Region> {
    let at = REGIONS
        .binary_search_by(|region| region.code.cmp(code))
        .ok()?;
    REGIONS.get(at)
}

/// The codes of all regions, sorted.
pub fn regions() -> impl Iterator<Item = &'static str> {
    REGIONS.iter().map(|region| region.code)
}

/// For how many days CloudWatch Logs can keep entries: the values that
/// `PutRetentionPolicy` takes.
pub const LOG_RETENTION_DAYS: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(TYPES.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(REGIONS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn tables_are_plausible() {
        assert!(TYPES.len() > 800 && REGIONS.len() > 30);
        for ty in TYPES {
            assert!(ty.name.contains('.') && ty.processors > 0 && ty.memory > 0);
        }
        for region in REGIONS {
            let own = |zone: &&str| zone.starts_with(region.code);
            assert!(region.zones.iter().all(own), "{}", region.code);
            let begins = |zone: &str| zone.starts_with('Z');
            assert!(region.balancer_zone.is_none_or(begins), "{}", region.code);
        }
        assert!(LOG_RETENTION_DAYS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    /// A help text that names a type never leads into the next complaint.
    #[test]
    fn the_nearest_type_is_of_the_architecture_and_current() {
        for ty in TYPES {
            for architecture in [Architecture::Arm64, Architecture::X8664] {
                if let Some(near) = nearest(ty, architecture) {
                    assert!(near.current && near.architecture() == architecture);
                }
            }
        }
    }

    /// Nor into that of images.
    #[test]
    fn the_nearest_type_starts_from_amazon_linux_2023() {
        let barred = TYPES
            .iter()
            .filter(|ty| ty.bars_amazon_linux_2023().is_some());
        let near = |ty: &InstanceType| nearest(ty, ty.architecture()).map(|near| near.name);
        let barred: Vec<_> = barred.map(|ty| (ty.name, near(ty))).collect();
        assert_eq!(barred.len(), 16);
        assert!(barred.contains(&("a1.large", Some("c8g.large"))));
        assert!(barred.contains(&("t1.micro", Some("t2.micro"))));
        let mut current = TYPES.iter().filter(|ty| ty.current);
        assert!(current.all(|ty| ty.bars_amazon_linux_2023().is_none()));
    }

    #[test]
    fn types_and_regions_are_what_people_know_of_them() {
        let small = instance_type("t4g.small").expect("everybody uses it");
        assert_eq!(
            (small.architecture(), small.memory),
            (Architecture::Arm64, 2_048)
        );
        assert_eq!(
            nearest(small, Architecture::X8664).map(|ty| ty.name),
            Some("t3.small")
        );
        assert!(instance_type("t4g.smal").is_none());
        let macs = ["mac1.metal", "mac2-m2pro.metal", "mac-m4.metal"];
        assert!(macs.into_iter().all(is_mac));
        assert!(!is_mac("mac.large") && !is_mac("m7g.metal"));
        assert_eq!(region("eu-west-1").expect("it exists").zones.len(), 3);
        assert_eq!(region("cn-north-1").expect("it exists").partition, "aws-cn");
        let ireland = region("eu-west-1").expect("it exists");
        assert_eq!(ireland.balancer_zone, Some("Z32O12XQLNTSW2"));
    }
}
