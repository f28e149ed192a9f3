//! What a picture of resource graphs shows.

use petgraph::algo::tred::{dag_to_toposorted_adjacency_list, dag_transitive_reduction_closure};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::IntoNeighbors;

use crate::graph::ResourceGraph;

/// The units of a program, each with its resources.
pub struct Picture {
    pub clusters: Vec<Cluster>,
}

/// A unit of deployment.
pub struct Cluster {
    /// `environment.shop-prod`
    pub name: String,
    pub nodes: Vec<Node>,
    /// From a resource to one that it needs, by place in `nodes`; what follows
    /// from other edges is left out.
    pub edges: Vec<(usize, usize)>,
}

/// A resource.
pub struct Node {
    /// Unique in the picture, made of letters, digits and `_`.
    pub id: String,
    pub role: String,
    /// `EC2`
    pub service: &'static str,
    /// `SecurityGroup`
    pub kind: &'static str,
}

impl Picture {
    pub fn new(units: &[ResourceGraph]) -> Self {
        Self {
            clusters: units.iter().map(Cluster::new).collect(),
        }
    }
}

impl Cluster {
    fn new(unit: &ResourceGraph) -> Self {
        let name = unit.unit.to_string();
        let prefix = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let nodes = unit
            .resources()
            .map(|(_, resource)| {
                let ty = resource.kind.aws_type();
                let mut parts = ty.split("::").skip(1);
                let service = parts.next().unwrap_or(ty);
                Node {
                    id: format!("{prefix}__{}", resource.id.role.replace(['.', '-'], "_")),
                    role: resource.id.role.to_string(),
                    service,
                    kind: parts.next().unwrap_or(service),
                }
            })
            .collect();
        let edges = unit
            .edges()
            .map(|(from, to, _)| (from.0 as usize, to.0 as usize));
        let edges = reduced(unit.len(), edges);
        Self { name, nodes, edges }
    }
}

/// The edges that do not follow from others: when a listener needs a balancer
/// and the balancer a subnet, the listener needs the subnet as well, and an
/// arrow that says so tells nothing.
fn reduced(nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    let mut graph = DiGraph::<(), (), usize>::default();
    for _ in 0..nodes {
        graph.add_node(());
    }
    for (from, to) in edges {
        graph.update_edge(NodeIndex::new(from), NodeIndex::new(to), ());
    }
    // A graph that reached us has no cycle; one that had would be drawn whole.
    let Ok(order) = petgraph::algo::toposort(&graph, None) else {
        let ends = graph
            .raw_edges()
            .iter()
            .map(|it| (it.source(), it.target()));
        return ends.map(|(a, b)| (a.index(), b.index())).collect();
    };
    let (sorted, _) = dag_to_toposorted_adjacency_list::<_, usize>(&graph, &order);
    let (reduction, _) = dag_transitive_reduction_closure(&sorted);
    let mut edges = Vec::new();
    for (at, from) in order.iter().enumerate() {
        let needed = reduction.neighbors(at);
        edges.extend(needed.map(|to| (from.index(), order[to].index())));
    }
    edges.sort_unstable();
    edges
}
