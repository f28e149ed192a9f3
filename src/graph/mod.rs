//! The resources of one unit of deployment and how they depend on each other.
//!
//! Edges are read from the fields of the resources, so none can be forgotten.
//! A [`Ref`] exists only once its resource is in the graph, so a resource can
//! only name what was added before it: the order in which `expand` adds
//! resources is an order in which they can be made.

pub mod cycle;
mod errors;
pub mod logical_id;
pub mod names;
pub mod roles;
pub mod units;

use petgraph::graph::{DiGraph, NodeIndex};
use smol_str::SmolStr;

use crate::model::Input;
use crate::ordered::IndexMap;
use crate::resource::{Kind, NodeId, Parameter, Ref, Term};
use crate::schema::target::Target;
use crate::source::Span;
use crate::syntax::ast::ItemKind;

pub use logical_id::LogicalId;

/// A unit of deployment: one stack or one root module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId {
    /// The kind of the item it is made from.
    pub kind: ItemKind,
    /// The item's name.
    pub item: SmolStr,
}

impl std::fmt::Display for UnitId {
    /// As a reference: `environment.shop-prod`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.kind.keyword(), self.item)
    }
}

/// A resource in its graph.
#[derive(Debug)]
pub struct Resource {
    /// Its name in both targets.
    pub id: LogicalId,
    /// What it is.
    pub kind: Box<dyn Kind>,
    /// The user's expression that caused it.
    pub origin: Span,
    /// What becomes of it when it leaves the template.
    pub keep: Keep,
}

/// What becomes of a resource when it leaves the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It is deleted.
    Delete,
    /// It stays: it holds what people would miss.
    Retain,
    /// The user protects it: it stays, and Terraform refuses to destroy it.
    Protect,
}

/// Why one resource comes after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edge {
    /// It uses an attribute of the other.
    Uses {
        /// Which one.
        attribute: &'static str,
        /// The user's expression that wants it.
        span: Option<Span>,
    },
    /// It only works once the other is there; the reason.
    After(&'static str),
}

/// A value that a unit gives back after a deployment.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name, in snake case.
    pub name: SmolStr,
    /// What it is, for people.
    pub description: String,
    /// Its value.
    pub value: Term,
    /// The user's expression behind it.
    pub span: Option<Span>,
}

impl Output {
    /// Its name in CloudFormation.
    #[must_use]
    pub fn id(&self) -> String {
        logical_id::pascal(&self.name)
    }
}

/// Something that another unit must have left in Parameter Store before this
/// one is deployed.
#[derive(Debug, Clone)]
pub struct Need {
    /// The other unit.
    pub unit: UnitId,
    /// Which of its attributes.
    pub attribute: SmolStr,
    /// The user's expression that wants it; none where it is implied.
    pub span: Option<Span>,
}

/// The resources of one unit and all that is needed to write them down.
#[derive(Debug)]
pub struct ResourceGraph {
    /// Which unit.
    pub unit: UnitId,
    /// The item's head.
    pub origin: Span,
    /// What it is, for people: a template's `Description`.
    pub description: String,
    /// Where it is deployed.
    pub target: Option<Target>,
    /// Declarations of the inputs that it uses, by name.
    pub inputs: IndexMap<SmolStr, Input>,
    /// What other units must have left before.
    pub needs: Vec<Need>,
    /// What it gives back.
    pub outputs: Vec<Output>,
    /// The name that the item had first, when it was another.
    pub renamed_from: Option<SmolStr>,
    graph: DiGraph<Resource, Edge>,
}

impl ResourceGraph {
    /// A graph without resources.
    #[must_use]
    pub fn new(unit: UnitId, origin: Span, description: String) -> Self {
        Self {
            unit,
            origin,
            description,
            target: None,
            inputs: IndexMap::default(),
            needs: Vec::new(),
            outputs: Vec::new(),
            renamed_from: None,
            graph: DiGraph::new(),
        }
    }

    /// The name that the item had first. What neither target can change in place
    /// is made from it.
    #[must_use]
    pub fn first_name(&self) -> &SmolStr {
        self.renamed_from.as_ref().unwrap_or(&self.unit.item)
    }

    /// The name that a resource with this role has.
    #[must_use]
    pub fn logical_id(&self, role: &str) -> LogicalId {
        LogicalId::new(self.first_name(), &self.unit.item, role)
    }

    /// The name that it had, or would have had, under the item's first name.
    #[must_use]
    pub fn first_id(&self, role: &str) -> LogicalId {
        LogicalId::new(self.first_name(), self.first_name(), role)
    }

    /// Adds a resource under a role: `load_balancer`, `subnet_public_0`.
    pub fn add<K: Kind + 'static>(&mut self, role: &str, origin: Span, kind: K) -> Ref<K> {
        let id = self.logical_id(role);
        let mut uses = Vec::new();
        kind.references(&mut |term| {
            if let Term::Attribute { node, name, span } = term {
                uses.push((
                    *node,
                    Edge::Uses {
                        attribute: name,
                        span: *span,
                    },
                ));
            }
        });
        let resource = Resource {
            id,
            kind: Box::new(kind),
            origin,
            keep: Keep::Delete,
        };
        let node = self.graph.add_node(resource);
        for (used, edge) in uses {
            self.graph.add_edge(node, index(used), edge);
        }
        Ref::new(NodeId(u32::try_from(node.index()).unwrap_or(u32::MAX)))
    }

    /// Says what becomes of a resource when it leaves the template.
    pub fn keep<K>(&mut self, resource: Ref<K>, keep: Keep) {
        self.graph[index(resource.node())].keep = keep;
    }

    /// Protects the resource with this role; `false` when there is none.
    pub fn protect(&mut self, role: &str) -> bool {
        let found = self
            .graph
            .node_weights_mut()
            .find(|resource| resource.id.role == role);
        match found {
            Some(resource) => resource.keep = Keep::Protect,
            None => return false,
        }
        true
    }

    /// Makes `resource` wait for `other` although it uses nothing of it.
    pub fn after<K>(&mut self, resource: Ref<K>, other: impl Into<NodeId>, reason: &'static str) {
        self.graph.add_edge(
            index(resource.node()),
            index(other.into()),
            Edge::After(reason),
        );
    }

    /// The resources in the order in which they were added.
    pub fn resources(&self) -> impl Iterator<Item = (NodeId, &Resource)> {
        (0..).map(NodeId).zip(self.graph.node_weights())
    }

    /// The resource with this id.
    #[must_use]
    pub fn resource(&self, node: NodeId) -> &Resource {
        &self.graph[index(node)]
    }

    /// How many resources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    /// Whether there are no resources.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a resource waits for without using it, that no use implies.
    #[must_use]
    pub fn ordered_after(&self, node: NodeId) -> Vec<NodeId> {
        use petgraph::visit::EdgeRef;
        let mut used: Vec<NodeId> = Vec::new();
        let mut after: Vec<NodeId> = Vec::new();
        for edge in self.graph.edges(index(node)) {
            let target = node_id(edge.target());
            match edge.weight() {
                Edge::Uses { .. } => used.push(target),
                Edge::After(_) => after.push(target),
            }
        }
        after.retain(|node| !used.contains(node));
        after.sort_unstable();
        after.dedup();
        after
    }

    /// Every edge: who, on whom, and why.
    pub fn edges(&self) -> impl Iterator<Item = (NodeId, NodeId, &Edge)> {
        self.graph.edge_indices().filter_map(|edge| {
            let (from, to) = self.graph.edge_endpoints(edge)?;
            Some((node_id(from), node_id(to), &self.graph[edge]))
        })
    }

    /// The parameters of Systems Manager that are read at deploy time, sorted.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut found = Vec::new();
        self.each_term(&mut |term| {
            if let Term::Parameter(parameter) = term {
                found.push(parameter.clone());
            }
        });
        found.sort();
        found.dedup();
        found
    }

    /// Calls `visit` with every term of resources and outputs.
    pub fn each_term(&self, visit: &mut dyn FnMut(&Term)) {
        use crate::resource::References;
        for resource in self.graph.node_weights() {
            resource.kind.references(visit);
        }
        for output in &self.outputs {
            output.value.references(visit);
        }
    }
}

fn index(node: NodeId) -> NodeIndex {
    NodeIndex::new(node.0 as usize)
}

fn node_id(index: NodeIndex) -> NodeId {
    NodeId(u32::try_from(index.index()).unwrap_or(u32::MAX))
}
