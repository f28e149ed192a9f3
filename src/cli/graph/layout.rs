//! Where the boxes of a picture stand and the ways of its arrows.
//!
//! From left to right, an arrow points at what a resource needs. The ranks are
//! ours; the order within a rank and the heights come from `rust-sugiyama`.
//! An arrow over several ranks gets a knot in each of them, which takes its
//! room in the layout, so that arrows go around boxes and not through them.

use std::collections::BTreeMap;

use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use rust_sugiyama::configure::Config;

use super::picture::{Cluster, Node};

/// Height of a box.
pub const BOX: f64 = 44.0;

/// Between the boxes of neighbouring ranks.
const BETWEEN: f64 = 68.0;

/// Between boxes above one another.
const GAP: f64 = 14.0;

/// Room for an arrow that passes by.
const KNOT: f64 = 6.0;

/// A cluster's boxes and arrows, from (0, 0) on.
pub struct Layout {
    pub width: f64,
    pub height: f64,
    /// Width of every box: enough for the longest text.
    pub box_width: f64,
    /// The upper left corner of each node's box.
    pub boxes: Vec<(f64, f64)>,
    pub arrows: Vec<Arrow>,
}

/// From the right side of one box to the left side of another. Between them it
/// runs level through each knot: from its point, one box's width to the right.
pub struct Arrow {
    pub start: (f64, f64),
    pub knots: Vec<(f64, f64)>,
    pub end: (f64, f64),
}

impl Layout {
    pub fn new(cluster: &Cluster) -> Self {
        let ranks = ranks(cluster);
        let highest = ranks.iter().copied().max().unwrap_or(0);
        let box_width = box_width(cluster);
        let step = box_width + BETWEEN;
        let column = |rank: usize| step * (highest - rank) as f64;

        let mut graph = StableDiGraph::<f64, ()>::new();
        let nodes: Vec<NodeIndex> = cluster.nodes.iter().map(|_| graph.add_node(BOX)).collect();
        let mut knots: Vec<Vec<NodeIndex>> = Vec::new();
        for (from, to) in &cluster.edges {
            let passed = (ranks[*to] + 1..ranks[*from]).rev();
            let way: Vec<NodeIndex> = passed.map(|_| graph.add_node(KNOT)).collect();
            let mut last = nodes[*from];
            for next in way.iter().chain([&nodes[*to]]) {
                graph.add_edge(last, *next, ());
                last = *next;
            }
            knots.push(way);
        }

        let (heights, alone, height) = heights(&graph, &nodes, box_width);
        let per_row = highest + 1;
        let boxes: Vec<(f64, f64)> = nodes
            .iter()
            .zip(&ranks)
            .map(
                |(node, rank)| match alone.iter().position(|it| it == node) {
                    // What nothing is connected with fills rows below.
                    Some(at) => {
                        let row = (at / per_row) as f64;
                        (step * (at % per_row) as f64, height + row * (BOX + GAP))
                    }
                    None => (column(*rank), heights[node]),
                },
            )
            .collect();
        let arrows = cluster.edges.iter().zip(&knots).map(|((from, to), way)| {
            let passed = (ranks[*to] + 1..ranks[*from]).rev();
            let knot =
                |(rank, knot): (usize, &NodeIndex)| (column(rank), heights[knot] + KNOT / 2.0);
            Arrow {
                start: (boxes[*from].0 + box_width, boxes[*from].1 + BOX / 2.0),
                knots: passed.zip(way).map(knot).collect(),
                end: (boxes[*to].0, boxes[*to].1 + BOX / 2.0),
            }
        });
        let arrows = arrows.collect();
        let rows = alone.len().div_ceil(per_row) as f64;
        Self {
            width: step * highest as f64 + box_width,
            height: height + rows * (BOX + GAP) - GAP,
            box_width,
            boxes,
            arrows,
        }
    }
}

/// Letters of a role and of a type are some this wide, in DejaVu, which is
/// among the widest that a browser may take.
const LETTERS: (f64, f64) = (8.8, 6.6);

fn box_width(cluster: &Cluster) -> f64 {
    let width = |node: &Node| {
        let role = node.role.chars().count() as f64 * LETTERS.0;
        let ty = (node.service.len() + 1 + node.kind.len()) as f64 * LETTERS.1;
        role.max(ty) + 20.0
    };
    cluster.nodes.iter().map(width).fold(0.0, f64::max).ceil()
}

/// The number of ranks to the right of each node: what needs nothing has none,
/// unless it is needed far to the left only.
fn ranks(cluster: &Cluster) -> Vec<usize> {
    let count = cluster.nodes.len();
    let mut ranks = vec![0; count];
    // A longest way has as many steps as there are nodes at most.
    for _ in 0..count {
        let mut settled = true;
        for (from, to) in &cluster.edges {
            if ranks[*from] <= ranks[*to] {
                ranks[*from] = ranks[*to] + 1;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    // What hangs on one other node alone goes wherever that one goes.
    let needs = |node: usize| cluster.edges.iter().filter(move |(from, _)| *from == node);
    let needed_by = |node: usize| cluster.edges.iter().filter(move |(_, to)| *to == node);
    let hangs = |node: usize| needs(node).count() == 1 && needed_by(node).count() == 0;
    // From left to right, so that a chain of them moves as a whole.
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|node| std::cmp::Reverse(ranks[*node]));
    for node in order {
        let pulling = needed_by(node).filter(|(from, _)| !hangs(*from));
        let nearest = pulling.map(|(from, _)| ranks[*from]).min();
        if let Some(nearest) = nearest
            && needs(node).count() < needed_by(node).count()
        {
            ranks[node] = ranks[node].max(nearest - 1);
        }
    }
    for (from, to) in &cluster.edges {
        if hangs(*from) {
            ranks[*from] = ranks[*to] + 1;
        }
    }
    ranks
}

/// The upper side of every connected node and knot, the nodes that nothing is
/// connected with, and where the next free row begins.
fn heights(
    graph: &StableDiGraph<f64, ()>,
    nodes: &[NodeIndex],
    box_width: f64,
) -> (BTreeMap<NodeIndex, f64>, Vec<NodeIndex>, f64) {
    let alone = |node: &NodeIndex| graph.neighbors_undirected(*node).next().is_none();
    let alone: Vec<NodeIndex> = nodes.iter().copied().filter(alone).collect();
    let mut connected = graph.clone();
    connected.retain_nodes(|_, node| !alone.contains(&node));
    let config = Config {
        vertex_spacing: GAP,
        dummy_vertices: false,
        ..Config::default()
    };
    // Its ranks go from top to bottom: what it calls across is our height.
    let size = |_, height: &f64| (*height, box_width);
    let mut heights = BTreeMap::new();
    let mut top = 0.0;
    let mut parts = rust_sugiyama::from_graph(&connected, &size, &config);
    for (part, _, _) in &mut parts {
        part.sort_by_key(|(node, _)| *node);
    }
    parts.sort_by_key(|(part, _, _)| part.first().map(|(node, _)| *node));
    for (part, _, _) in parts {
        let least = part.iter().map(|(_, (x, _))| *x).fold(f64::MAX, f64::min);
        let mut bottom: f64 = top;
        for (node, (x, _)) in part {
            let y = (top + x - least).round();
            bottom = bottom.max(y + graph[node]);
            heights.insert(node, y);
        }
        top = bottom + GAP;
    }
    (heights, alone, top)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cluster(count: usize, edges: Vec<(usize, usize)>) -> Cluster {
        let node = |at: usize| Node {
            id: format!("n{at}"),
            role: format!("n{at}"),
            service: "EC2",
            kind: "Subnet",
        };
        Cluster {
            name: "environment.test".to_owned(),
            nodes: (0..count).map(node).collect(),
            edges,
        }
    }

    proptest! {
        /// Boxes have room, arrows point to the right, nothing sticks out, and
        /// the same graph is drawn the same way.
        #[test]
        fn every_graph_has_a_layout(
            count in 1usize..24,
            pairs in prop::collection::vec((0usize..24, 0usize..24), 0..40),
        ) {
            let mut edges: Vec<(usize, usize)> = pairs
                .into_iter()
                .map(|(a, b)| (a % count, b % count))
                .filter(|(a, b)| a > b)
                .collect();
            edges.sort_unstable();
            edges.dedup();
            let cluster = cluster(count, edges);
            let layout = Layout::new(&cluster);
            for (at, (x, y)) in layout.boxes.iter().enumerate() {
                prop_assert!(*x >= 0.0 && x + layout.box_width <= layout.width, "{x} of {}", layout.width);
                prop_assert!(*y >= 0.0 && y + BOX <= layout.height, "{y} of {}", layout.height);
                for (other_x, other_y) in &layout.boxes[..at] {
                    let apart = (x - other_x).abs() >= layout.box_width || (y - other_y).abs() >= BOX;
                    prop_assert!(apart, "{x},{y} and {other_x},{other_y}");
                }
            }
            for arrow in &layout.arrows {
                prop_assert!(arrow.start.0 < arrow.end.0);
            }
            let again = Layout::new(&cluster);
            prop_assert_eq!(again.boxes, layout.boxes);
        }
    }
}
