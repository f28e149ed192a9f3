//! A picture that every browser shows.

use super::layout::{Arrow, BOX, Layout};
use super::picture::{Cluster, Node, Picture};

/// Around everything, and between a cluster's frame and its boxes.
const MARGIN: f64 = 24.0;

/// Above a cluster's boxes.
const TITLE: f64 = 40.0;

pub fn render(picture: &Picture) -> String {
    let mut body = String::new();
    let mut top = MARGIN;
    let mut width: f64 = 0.0;
    let layouts: Vec<Layout> = picture.clusters.iter().map(Layout::new).collect();
    for layout in &layouts {
        width = width.max(layout.width + 2.0 * MARGIN);
    }
    for (cluster, layout) in picture.clusters.iter().zip(&layouts) {
        let height = TITLE + layout.height + MARGIN;
        body.push_str(&frame(cluster, top, width, height));
        body.push_str(&contents(cluster, layout, (2.0 * MARGIN, top + TITLE)));
        top += height + MARGIN;
    }
    let width = width + 2.0 * MARGIN;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>
<rect width="{width}" height="{top}" fill="#ffffff"/>
{body}</svg>
"##
    )
}

fn frame(cluster: &Cluster, top: f64, width: f64, height: f64) -> String {
    let name = escaped(&cluster.name);
    let (x, y) = (2.0 * MARGIN, top + 26.0);
    format!(
        r##"<rect x="{MARGIN}" y="{top}" width="{width}" height="{height}" rx="10" fill="#f8fafc" stroke="#cbd5e1"/>
<text x="{x}" y="{y}" font-size="16" font-weight="600" fill="#0f172a">{name}</text>
"##
    )
}

fn contents(cluster: &Cluster, layout: &Layout, at: (f64, f64)) -> String {
    let mut output = format!(r#"<g transform="translate({} {})">"#, at.0, at.1);
    output.push('\n');
    output.push_str("<g fill=\"none\" stroke=\"#64748b\" marker-end=\"url(#tip)\">\n");
    for arrow in &layout.arrows {
        output.push_str(&format!("<path d=\"{}\"/>\n", way(arrow, layout.box_width)));
    }
    output.push_str("</g>\n");
    for (node, at) in cluster.nodes.iter().zip(&layout.boxes) {
        output.push_str(&resource(node, *at, layout.box_width));
    }
    output.push_str("</g>\n");
    output
}

/// Curves between ranks that leave and arrive level.
fn way(arrow: &Arrow, box_width: f64) -> String {
    let (mut x, mut y) = arrow.start;
    let mut path = format!("M{x} {y}");
    let mut curve = |path: &mut String, to: (f64, f64), run: f64| {
        let middle = (x + to.0) / 2.0;
        path.push_str(&format!(
            "C{middle} {y} {middle} {} {} {}",
            to.1, to.0, to.1
        ));
        (x, y) = (to.0 + run, to.1);
        if run > 0.0 {
            path.push_str(&format!("H{x}"));
        }
    };
    for knot in &arrow.knots {
        curve(&mut path, *knot, box_width);
    }
    curve(&mut path, arrow.end, 0.0);
    path
}

fn resource(node: &Node, (x, y): (f64, f64), width: f64) -> String {
    let (fill, line) = colors(node.service);
    let (role, service, kind) = (escaped(&node.role), node.service, node.kind);
    let (middle, first, second) = (x + width / 2.0, y + 19.0, y + 35.0);
    format!(
        r##"<rect x="{x}" y="{y}" width="{width}" height="{BOX}" rx="6" fill="{fill}" stroke="{line}"/>
<text x="{middle}" y="{first}" text-anchor="middle" font-size="14" font-weight="600" fill="#0f172a">{role}</text>
<text x="{middle}" y="{second}" text-anchor="middle" font-size="11" fill="#475569">{service} {kind}</text>
"##
    )
}

/// A resource's colours tell what it is about at a glance.
fn colors(service: &str) -> (&'static str, &'static str) {
    match service {
        "EC2" => ("#eff6ff", "#60a5fa"),
        "AutoScaling" => ("#fff7ed", "#fb923c"),
        "ElasticLoadBalancingV2" | "Route53" => ("#f5f3ff", "#a78bfa"),
        "IAM" | "KMS" => ("#fef2f2", "#f87171"),
        "CloudWatch" | "Logs" | "SNS" => ("#fdf4ff", "#e879f9"),
        "S3" | "SSM" => ("#f0fdf4", "#4ade80"),
        _ => ("#ffffff", "#94a3b8"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
