//! The addresses of a network's subnets, computed and checked.

use smol_str::SmolStr;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::SubnetGroup;
use crate::ordered::IndexMap;
use crate::schema::network::{Network, SubnetGroup as Written};
use crate::schema::{Named, Setting};
use crate::source::Span;
use crate::units::{Cidr, Ipv4Net, Prefix};

/// The longest prefix that AWS gives a subnet or network.
const LONGEST: u8 = 28;

/// The shortest prefix that AWS gives a subnet or network.
const SHORTEST: u8 = 16;

/// The subnets of a network's groups: one in each zone, placed one behind the
/// other where no range is written. `None` when something was reported.
pub fn layout(
    name: &str,
    network: &Network,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Option<IndexMap<SmolStr, SubnetGroup>> {
    let before = diagnostics.error_count();
    let range = network.cidr.value;
    let place = network.cidr.span().unwrap_or(span);
    check_range(range, place, diagnostics);
    if !(SHORTEST..=LONGEST).contains(&range.0.prefix_len()) {
        return None;
    }
    // With host bits the range that is meant is known.
    let range = range.truncated();
    let zones = usize::try_from(network.zones.value).unwrap_or(1);
    let mut plan = Plan {
        name,
        range: range.0,
        taken: Vec::new(),
        diagnostics,
    };
    // Written ranges first: what has none is placed around them.
    let mut found: IndexMap<SmolStr, Vec<Cidr>> = IndexMap::default();
    for group in network.subnets.iter() {
        if let Some(cidr) = &group.cidr
            && let Some(subnets) = plan.written(group, cidr, zones)
        {
            found.insert(group.name.clone(), subnets);
        }
    }
    let open: Vec<&Named<Written>> = network
        .subnets
        .iter()
        .filter(|group| group.cidr.is_none())
        .collect();
    for group in &open {
        let prefix = match &group.size {
            Some(size) => match plan.prefix(size) {
                Some(prefix) => prefix,
                None => continue,
            },
            None => plan.fair_share(network.subnets.iter().len(), zones),
        };
        if let Some(subnets) = plan.placed(group, prefix, zones) {
            found.insert(group.name.clone(), subnets);
        }
    }
    let failed = plan.diagnostics.error_count() > before;
    let groups = network.subnets.iter().filter_map(|group| {
        let cidrs = found.get(&group.name)?.clone();
        let subnets = SubnetGroup {
            span: group.span,
            cidrs,
            internet: group.internet.value,
            nat: group.nat.value,
        };
        Some((group.name.clone(), subnets))
    });
    (!failed).then(|| groups.collect())
}

/// The ranges that are written, held against each other in a network of which
/// something else could not be read.
pub fn ranges(name: &str, network: &Network, span: Span, diagnostics: &mut Diagnostics) {
    let range = network.cidr.value;
    let place = network.cidr.span().unwrap_or(span);
    check_range(range, place, diagnostics);
    let mut plan = Plan {
        name,
        range: range.truncated().0,
        taken: Vec::new(),
        diagnostics,
    };
    for group in network.subnets.iter() {
        if let Some(cidr) = &group.cidr {
            plan.written(group, cidr, 1);
        }
    }
}

/// Host bits and size of a range that somebody wrote.
pub(super) fn check_range(range: Cidr, span: Span, diagnostics: &mut Diagnostics) {
    if !range.is_truncated() {
        let truncated = range.truncated();
        let message = format!("`{range}` is an address, not the beginning of a range");
        diagnostics.report(
            Diagnostic::new(Code::HostBits, span, message)
                .label("host bits are set")
                .fix(
                    format!("the range is `{truncated}`"),
                    span,
                    truncated.to_string(),
                ),
        );
    }
    let prefix = range.0.prefix_len();
    if !(SHORTEST..=LONGEST).contains(&prefix) {
        diagnostics.report(prefix_error(prefix, span));
    }
}

fn prefix_error(prefix: u8, span: Span) -> Diagnostic {
    let message = format!("AWS has no networks or subnets of /{prefix}");
    Diagnostic::new(Code::PrefixOutOfRange, span, message)
        .label(format!("between /{SHORTEST} and /{LONGEST}"))
}

struct Plan<'d> {
    name: &'d str,
    range: Ipv4Net,
    taken: Vec<(Ipv4Net, SmolStr, Span)>,
    diagnostics: &'d mut Diagnostics,
}

impl Plan<'_> {
    fn prefix(&mut self, size: &Setting<Prefix>) -> Option<u8> {
        let Prefix(prefix) = size.value;
        if (SHORTEST..=LONGEST).contains(&prefix) {
            return Some(prefix);
        }
        if let Some(span) = size.span() {
            self.diagnostics.report(prefix_error(prefix, span));
        }
        None
    }

    /// The size for groups that say nothing: all of them together take at most
    /// half of the network, and no subnet more than a /20.
    fn fair_share(&self, groups: usize, zones: usize) -> u8 {
        let subnets = u32::try_from((groups * zones).max(1)).unwrap_or(u32::MAX);
        let bits = u8::try_from(subnets.next_power_of_two().trailing_zeros()).unwrap_or(16);
        (self.range.prefix_len() + bits + 1).clamp(20, LONGEST)
    }

    /// A group whose range is written: split evenly over the zones.
    fn written(
        &mut self,
        group: &Named<Written>,
        cidr: &Setting<Cidr>,
        zones: usize,
    ) -> Option<Vec<Cidr>> {
        let span = cidr.span().unwrap_or(group.span);
        let before = self.diagnostics.error_count();
        if !cidr.value.is_truncated() {
            check_range(cidr.value, span, self.diagnostics);
        }
        let range = cidr.value.truncated().0;
        if !self.range.contains(&range) {
            let message = format!(
                "subnets `{}` lie outside of network `{}`",
                group.name, self.name
            );
            self.diagnostics.report(
                Diagnostic::new(Code::OutsideNetwork, span, message)
                    .label(format!("{} .. {}", range.network(), range.broadcast()))
                    .note(format!(
                        "the network is {} .. {}",
                        self.range.network(),
                        self.range.broadcast()
                    )),
            );
            return None;
        }
        let bits = u8::try_from(zones.next_power_of_two().trailing_zeros()).unwrap_or(8);
        let prefix = range.prefix_len() + bits;
        if prefix > LONGEST {
            let message = format!("{zones} subnets do not fit into {range}");
            self.diagnostics
                .report(
                    Diagnostic::new(Code::DoesNotFit, span, message).label(format!(
                        "each would be a /{prefix}, and AWS has none beyond /{LONGEST}"
                    )),
                );
            return None;
        }
        let subnets: Vec<Ipv4Net> = range.subnets(prefix).ok()?.take(zones).collect();
        self.overlaps(range, group, span);
        if self.diagnostics.error_count() > before {
            return None;
        }
        self.taken.push((range, group.name.clone(), span));
        Some(subnets.into_iter().map(Cidr).collect())
    }

    fn overlaps(&mut self, range: Ipv4Net, group: &Named<Written>, span: Span) {
        let overlap = self
            .taken
            .iter()
            .find(|(other, ..)| other.contains(&range) || range.contains(other));
        let Some((other, name, other_span)) = overlap.cloned() else {
            return;
        };
        let message = format!("subnets `{name}` and `{}` overlap", group.name);
        let error = Diagnostic::new(Code::SubnetsOverlap, span, message)
            .label(format!("{} .. {}", range.network(), range.broadcast()))
            .related(
                other_span,
                format!("{} .. {}", other.network(), other.broadcast()),
            );
        let free = self.free(range.prefix_len(), range.network().into());
        let error = match free {
            Some(free) => error.fix(
                format!(
                    "the first free /{} in {} is `{free}`",
                    range.prefix_len(),
                    self.range
                ),
                span,
                free.to_string(),
            ),
            None => error,
        };
        self.diagnostics.report(error);
    }

    /// A group without a range: behind what is taken, one subnet a zone.
    fn placed(&mut self, group: &Named<Written>, prefix: u8, zones: usize) -> Option<Vec<Cidr>> {
        let span = group
            .size
            .as_ref()
            .and_then(Setting::span)
            .unwrap_or(group.span);
        let mut subnets = Vec::new();
        for _ in 0..zones {
            let Some(free) = self.free(prefix, self.range.network().into()) else {
                let wanted = u64::try_from(zones).unwrap_or(u64::MAX) << (32 - prefix);
                let has = 1_u64 << (32 - self.range.prefix_len());
                let message = format!(
                    "subnets `{}` do not fit into network `{}`",
                    group.name, self.name
                );
                let larger = format!("a shorter prefix than `/{}`", self.range.prefix_len());
                let help = match prefix < LONGEST {
                    true => format!(
                        "make the subnets smaller, a longer prefix up to `/{LONGEST}`, or the \
                         network larger, {larger}"
                    ),
                    false => format!("make the network larger: {larger}"),
                };
                self.diagnostics.report(
                    Diagnostic::new(Code::DoesNotFit, span, message)
                        .label(format!("{zones} of /{prefix} need {wanted} addresses"))
                        .note(format!(
                            "{} has {has}, and others take their share",
                            self.range
                        ))
                        .help(help),
                );
                return None;
            };
            self.taken.push((free, group.name.clone(), span));
            subnets.push(Cidr(free));
        }
        Some(subnets)
    }

    /// The first free range of a size at or behind an address.
    fn free(&self, prefix: u8, from: u32) -> Option<Ipv4Net> {
        if prefix < self.range.prefix_len() {
            return None;
        }
        let size = 1_u64 << (32 - prefix);
        let end = u64::from(u32::from(self.range.broadcast())) + 1;
        let mut at = u64::from(from).next_multiple_of(size);
        while at + size <= end {
            let address = u32::try_from(at).ok()?;
            let candidate = Ipv4Net::new(address.into(), prefix).ok()?;
            let in_the_way = self
                .taken
                .iter()
                .find(|(other, ..)| other.contains(&candidate) || candidate.contains(other));
            match in_the_way {
                None => return Some(candidate),
                Some((other, ..)) => {
                    let behind = u64::from(u32::from(other.broadcast())) + 1;
                    at = behind.max(at + 1).next_multiple_of(size);
                }
            }
        }
        None
    }
}
