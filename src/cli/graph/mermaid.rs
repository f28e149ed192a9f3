//! A picture for Mermaid, which GitHub draws in Markdown.

use super::picture::{Cluster, Picture};

pub fn render(picture: &Picture) -> String {
    let mut output = String::from("flowchart LR\n");
    for (number, cluster) in picture.clusters.iter().enumerate() {
        output.push_str(&subgraph(number, cluster));
    }
    output
}

fn subgraph(number: usize, cluster: &Cluster) -> String {
    let Cluster { name, nodes, edges } = cluster;
    let mut output = format!("  subgraph unit_{number} [\"{name}\"]\n");
    for node in nodes {
        let (id, role, service, kind) = (&node.id, &node.role, node.service, node.kind);
        output.push_str(&format!(
            "    {id}[\"<b>{role}</b><br>{service} {kind}\"]\n"
        ));
    }
    for (from, to) in edges {
        let (from, to) = (&nodes[*from].id, &nodes[*to].id);
        output.push_str(&format!("    {from} --> {to}\n"));
    }
    output.push_str("  end\n");
    output
}
