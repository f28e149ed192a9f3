//! The order in which units are deployed.

use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};

use super::cycle::shortest_cycles;
use super::{Need, ResourceGraph, UnitId, errors};
use crate::diagnostic::Diagnostics;
use crate::ordered::IndexMap;

/// The units so that each comes after those it needs; otherwise in the order
/// in which they were given. Units that need each other are reported, with the
/// shortest way round, and stay where they are.
#[must_use]
pub fn in_order(units: Vec<ResourceGraph>, diagnostics: &mut Diagnostics) -> Vec<ResourceGraph> {
    let mut graph: DiGraph<usize, Need> = DiGraph::new();
    let nodes: IndexMap<UnitId, NodeIndex> = units
        .iter()
        .enumerate()
        .map(|(at, unit)| (unit.unit.clone(), graph.add_node(at)))
        .collect();
    for unit in &units {
        for need in &unit.needs {
            // What a unit needs of a stack that this program does not make is
            // there already.
            if let Some(needed) = nodes.get(&need.unit) {
                graph.add_edge(nodes[&unit.unit], *needed, need.clone());
            }
        }
    }
    if toposort(&graph, None).is_err() {
        for cycle in shortest_cycles(&graph) {
            let way: Vec<(&UnitId, &Need)> = cycle
                .iter()
                .filter_map(|edge| step(&units, &graph, *edge))
                .collect();
            diagnostics.report(errors::cycle(&way, &units));
        }
        return units;
    }
    let depths = depths(&graph);
    let mut numbered: Vec<(usize, ResourceGraph)> = depths.into_iter().zip(units).collect();
    numbered.sort_by_key(|(depth, _)| *depth);
    numbered.into_iter().map(|(_, unit)| unit).collect()
}

/// Stacks meet in Parameter Store, which every region of an account has for itself:
/// who needs something of another unit stands where that is. Of units that do not
/// say where they stand nothing is known.
pub fn together(units: &[ResourceGraph], diagnostics: &mut Diagnostics) {
    let known: IndexMap<&UnitId, &ResourceGraph> =
        units.iter().map(|unit| (&unit.unit, unit)).collect();
    for unit in units {
        for need in &unit.needs {
            let Some(there) = known.get(&need.unit) else {
                continue;
            };
            let (Some(here), Some(target)) = (&unit.target, &there.target) else {
                continue;
            };
            let regions = here.region.as_ref().zip(target.region.as_ref());
            let regions = regions.map(|(a, b)| ((&a.value.0, a.span()), (&b.value.0, b.span())));
            let accounts = here.account.as_ref().zip(target.account.as_ref());
            let accounts = accounts.map(|(a, b)| ((&a.value, a.span()), (&b.value, b.span())));
            let mut places = [("region", regions), ("account", accounts)].into_iter();
            let apart = places.find_map(|(what, places)| {
                let (here, there) = places.filter(|((a, _), (b, _))| a != b)?;
                Some((what, here, there))
            });
            if let Some((what, here, there)) = apart {
                diagnostics.report_once(errors::apart(unit, need, what, here, there));
            }
        }
    }
}

fn step<'a>(
    units: &'a [ResourceGraph],
    graph: &'a DiGraph<usize, Need>,
    edge: EdgeIndex,
) -> Option<(&'a UnitId, &'a Need)> {
    let (from, _) = graph.edge_endpoints(edge)?;
    Some((&units.get(graph[from])?.unit, &graph[edge]))
}

/// How many units each has to wait for at most, one behind the other.
fn depths(graph: &DiGraph<usize, Need>) -> Vec<usize> {
    let mut depths = vec![0; graph.node_count()];
    // Every node after those it points at.
    let mut order = toposort(graph, None).unwrap_or_default();
    order.reverse();
    for node in order {
        let needed = graph.neighbors(node).map(|other| depths[other.index()] + 1);
        depths[node.index()] = needed.max().unwrap_or(0);
    }
    depths
}
