//! A picture for Graphviz.

use super::picture::{Cluster, Picture};

pub fn render(picture: &Picture) -> String {
    let mut output = String::from(
        "digraph beanc {\n  rankdir = LR;\n  node [shape = box, style = rounded, fontname = \"sans-serif\"];\n",
    );
    for (number, cluster) in picture.clusters.iter().enumerate() {
        output.push_str(&subgraph(number, cluster));
    }
    output.push_str("}\n");
    output
}

fn subgraph(number: usize, cluster: &Cluster) -> String {
    let Cluster { name, nodes, edges } = cluster;
    let mut output = format!("  subgraph cluster_{number} {{\n    label = \"{name}\";\n");
    for node in nodes {
        let (id, role, service, kind) = (&node.id, &node.role, node.service, node.kind);
        output.push_str(&format!(
            "    {id} [label = \"{role}\\n{service} {kind}\"];\n"
        ));
    }
    for (from, to) in edges {
        let (from, to) = (&nodes[*from].id, &nodes[*to].id);
        output.push_str(&format!("    {from} -> {to};\n"));
    }
    output.push_str("  }\n");
    output
}
