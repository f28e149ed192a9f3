//! The shortest way round: how a dependency cycle is shown.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::VecDeque;

/// The shortest cycle of each group of nodes that depend on each other, as its
/// edges from the first node in declaration order round to it again.
///
/// `petgraph::algo::toposort` would name one node of one cycle, which is too
/// little for a message that shows the way round.
pub fn shortest_cycles<N, E>(graph: &DiGraph<N, E>) -> Vec<Vec<EdgeIndex>> {
    let mut cycles: Vec<Vec<EdgeIndex>> = tarjan_scc(graph)
        .into_iter()
        .filter_map(|mut component| {
            component.sort_unstable();
            let ways = component
                .iter()
                .filter_map(|start| way_round(graph, *start, &component));
            ways.min_by_key(Vec::len)
        })
        .collect();
    cycles.sort();
    cycles
}

/// The shortest way from `start` back to it inside a component, breadth first.
fn way_round<N, E>(
    graph: &DiGraph<N, E>,
    start: NodeIndex,
    component: &[NodeIndex],
) -> Option<Vec<EdgeIndex>> {
    let mut came_by: Vec<Option<EdgeIndex>> = vec![None; graph.node_count()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        // `edges` answers last added first; the first written is what people
        // expect to see among equals.
        let mut edges: Vec<_> = graph.edges(node).collect();
        edges.reverse();
        for edge in edges {
            let target = edge.target();
            if target == start {
                let mut way = vec![edge.id()];
                let mut at = node;
                while at != start {
                    let edge = came_by[at.index()]?;
                    way.push(edge);
                    at = graph.edge_endpoints(edge)?.0;
                }
                way.reverse();
                return Some(way);
            }
            let inside = component.binary_search(&target).is_ok();
            if inside && came_by[target.index()].is_none() {
                came_by[target.index()] = Some(edge.id());
                queue.push_back(target);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_of_two_ways_round_is_shown() {
        let mut graph: DiGraph<&str, &str> = DiGraph::new();
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| graph.add_node(name));
        graph.add_edge(a, b, "ab");
        graph.add_edge(b, c, "bc");
        graph.add_edge(c, d, "cd");
        graph.add_edge(d, a, "da");
        graph.add_edge(c, b, "cb");
        let cycles = shortest_cycles(&graph);
        let shown: Vec<Vec<&str>> = cycles
            .iter()
            .map(|cycle| cycle.iter().map(|edge| graph[*edge]).collect())
            .collect();
        assert_eq!(shown, [["bc", "cb"]]);
    }

    #[test]
    fn a_node_that_needs_itself_is_a_cycle_and_a_chain_is_none() {
        let mut graph: DiGraph<&str, &str> = DiGraph::new();
        let [a, b] = ["a", "b"].map(|name| graph.add_node(name));
        graph.add_edge(a, b, "ab");
        assert!(shortest_cycles(&graph).is_empty());
        graph.add_edge(b, b, "bb");
        assert_eq!(shortest_cycles(&graph).len(), 1);
    }
}
