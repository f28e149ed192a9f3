//! What a build tells about itself: files, resources, and what is paid for by
//! the hour.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::output::Place;
use super::program::counted;
use super::screen::{Screen, Stream};
use crate::backend::limits;
use crate::diagnostic::terminal::Style;
use crate::expand::environment::has_public_addresses;
use crate::expand::fleet;
use crate::graph::ResourceGraph;
use crate::model::Program;
use crate::schema::load_balancer::Scheme;
use crate::syntax::ast::ItemKind;

/// All that is told.
pub struct Summary {
    units: Vec<Unit>,
    /// The instances of each environment.
    instances: Vec<String>,
    /// Everything else, all units together.
    hourly: Vec<String>,
    /// Templates that no request can carry.
    large: Vec<PathBuf>,
    /// Folders of units that the program has no more.
    left: Vec<PathBuf>,
}

/// How many units and environments are told one by one.
const FEW: usize = 20;

/// A unit of deployment.
pub struct Unit {
    name: String,
    resources: usize,
    /// How many there are of each kind, most of all first.
    kinds: Vec<(&'static str, usize)>,
    files: Vec<(PathBuf, Place)>,
    /// A file of an earlier build that is gone.
    removed: Option<PathBuf>,
    hourly: Hourly,
    environment: Option<String>,
}

/// Resources that cost money by the hour, used or not.
#[derive(Default, Clone, Copy)]
struct Hourly {
    balancers: usize,
    nat_gateways: usize,
    addresses: usize,
}

impl Unit {
    /// A unit and the files that hold it, with what was in their places, and one
    /// that held it before.
    pub fn new(
        unit: &ResourceGraph,
        files: Vec<(PathBuf, Place)>,
        removed: Option<PathBuf>,
    ) -> Self {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (_, resource) in unit.resources() {
            *counts.entry(resource.kind.aws_type()).or_default() += 1;
        }
        let count = |ty: &str| counts.get(ty).copied().unwrap_or_default();
        let hourly = Hourly {
            balancers: count("AWS::ElasticLoadBalancingV2::LoadBalancer"),
            nat_gateways: count("AWS::EC2::NatGateway"),
            addresses: count("AWS::EC2::EIP"),
        };
        let mut kinds: Vec<(&'static str, usize)> = counts
            .into_iter()
            .map(|(ty, count)| (ty.rsplit("::").next().unwrap_or(ty), count))
            .collect();
        kinds.sort_by_key(|(ty, count)| (std::cmp::Reverse(*count), *ty));
        let is_environment = unit.unit.kind == ItemKind::Environment;
        Self {
            name: unit.unit.to_string(),
            resources: unit.len(),
            kinds,
            files,
            removed,
            hourly,
            environment: is_environment.then(|| unit.unit.item.to_string()),
        }
    }

    fn text(&self, width: usize, style: Style) -> String {
        let (bold, off) = match style {
            Style::Plain => ("", ""),
            Style::Color => ("\u{1b}[1m", "\u{1b}[0m"),
        };
        let resources = counted(self.resources, "resource");
        let mut text = format!("{bold}{}{off}  {resources}\n", self.name);
        let kinds: Vec<String> = self
            .kinds
            .iter()
            .map(|(kind, count)| match count {
                1 => (*kind).to_owned(),
                // Held together while lines are filled.
                several => format!("{several}\u{a0}{kind}"),
            })
            .collect();
        let options = textwrap::Options::new(width)
            .initial_indent("  ")
            .subsequent_indent("  ")
            .word_separator(textwrap::WordSeparator::AsciiSpace);
        let kinds = textwrap::fill(&kinds.join(", "), options);
        text.push_str(&kinds.replace('\u{a0}', " "));
        text.push('\n');
        for (path, place) in &self.files {
            let path = path.display();
            text.push_str(&match place {
                Place::Ours | Place::Foreign | Place::Blocked(_) => format!("  {path}\n"),
                Place::Same => format!("  {path} (unchanged)\n"),
            });
        }
        if let Some(path) = &self.removed {
            text.push_str(&format!("  {} (removed)\n", path.display()));
        }
        text
    }
}

impl Summary {
    pub fn new(
        units: Vec<Unit>,
        program: &Program,
        large: Vec<PathBuf>,
        left: Vec<PathBuf>,
    ) -> Self {
        let mut instances = Vec::new();
        let mut hourly = Vec::new();
        let mut total = Hourly::default();
        let mut internal = 0;
        for unit in &units {
            total.balancers += unit.hourly.balancers;
            total.nat_gateways += unit.hourly.nat_gateways;
            total.addresses += unit.hourly.addresses;
            let environment = unit
                .environment
                .as_ref()
                .and_then(|name| program.environments.get(name.as_str()));
            if let Some(environment) = environment {
                let scheme = environment.settings.load_balancer.scheme.value;
                if scheme == Scheme::Internal {
                    internal += unit.hourly.balancers;
                }
                let ty = fleet::instance_type(environment);
                let least = environment.settings.instances.min.value;
                let most = environment.max_instances();
                let count = match most > least {
                    true => format!("{least} to {most}"),
                    false => least.to_string(),
                };
                let name = &environment.name;
                // The address of a single instance is counted by itself.
                let is_public =
                    !environment.is_single() && has_public_addresses(program, environment);
                let more = match is_public {
                    true => ", each with a public IPv4 address",
                    false => "",
                };
                instances.push(format!("{count} × {ty} in {name}{more}"));
            }
        }
        let counts = [
            (
                total.balancers - internal,
                "load balancer",
                "load balancers",
                ", with a public IPv4 address in each zone",
            ),
            (
                internal,
                "internal load balancer",
                "internal load balancers",
                "",
            ),
            (total.nat_gateways, "NAT gateway", "NAT gateways", ""),
            (
                total.addresses,
                "public IPv4 address",
                "public IPv4 addresses",
                "",
            ),
        ];
        for (count, one, several, more) in counts {
            match count {
                0 => {}
                1 => hourly.push(format!("1 {one}{more}")),
                _ => hourly.push(format!("{count} {several}{more}")),
            }
        }
        Self {
            units,
            instances,
            hourly,
            large,
            left,
        }
    }

    /// For a person.
    pub fn text(&self, screen: &Screen) -> String {
        let (width, style) = (Screen::width(Stream::Err), screen.style(Stream::Err));
        let shown = self.units.iter().take(FEW);
        let mut text: String = shown.map(|it| it.text(width, style)).collect();
        if self.units.len() > FEW {
            text.push_str(&format!(
                "and {} more\n",
                counted(self.units.len() - FEW, "unit")
            ));
        }
        let resources: usize = self.units.iter().map(|it| it.resources).sum();
        let files: usize = self.units.iter().map(|it| it.files.len()).sum();
        let new = self.units.iter().flat_map(|it| &it.files);
        let new = new.filter(|(_, it)| *it != Place::Same).count();
        let files = match new {
            0 => format!("{} unchanged", counted(files, "file")),
            new if new == files => format!("{} written", counted(files, "file")),
            new => format!("{new} of {} written", counted(files, "file")),
        };
        let units = counted(self.units.len(), "unit");
        let resources = counted(resources, "resource");
        text.push_str(&format!("\n{units} with {resources}; {files}\n"));
        for path in self.large.iter().take(FEW) {
            text.push_str(&format!(
                "{} has more than {} bytes: deploy it with --s3-bucket\n",
                path.display(),
                limits::INLINE_BYTES
            ));
        }
        for path in self.left.iter().take(FEW) {
            text.push_str(&format!("left from an earlier build: {}\n", path.display()));
        }
        if self.left.len() > FEW {
            let more = counted(self.left.len() - FEW, "folder");
            text.push_str(&format!("and {more} more\n"));
        }
        if !self.hourly.is_empty() || !self.instances.is_empty() {
            text.push_str("Paid for by the hour:\n");
            for line in self.instances.iter().take(FEW).chain(&self.hourly) {
                text.push_str(&format!("  {line}\n"));
            }
            if self.instances.len() > FEW {
                let more = counted(self.instances.len() - FEW, "environment");
                text.push_str(&format!("  and the instances of {more} more\n"));
            }
        }
        text
    }
}
