//! Facts about AWS that are known offline.
use crate::schema::instances::Architecture;
/// x
pub struct Region {
    /// x
    pub zones: &'static [&'static str],
}
/// x
pub struct InstanceType {
    /// x
    pub architecture: Architecture,
}
/// x
pub fn region(_: &str) -> Option<&'static Region> {
    None
}
/// x
pub fn instance_type(name: &str) -> Option<InstanceType> {
    let family = name.split('.').next()?;
    let arm = family
        .trim_start_matches(|c: char| c.is_ascii_alphabetic())
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .starts_with('g');
    Some(InstanceType {
        architecture: if arm {
            Architecture::Arm64
        } else {
            Architecture::X8664
        },
    })
}
