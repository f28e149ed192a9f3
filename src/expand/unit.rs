//! A unit of deployment in the making: its graph, and how values of the
//! program become terms of it.

use smol_str::SmolStr;

use crate::graph::{Need, Output, ResourceGraph, UnitId};
use crate::model::{NetworkKind, Program};
use crate::ordered::IndexMap;
use crate::resource::expr::{Arn, SubnetId, Text, VpcId};
use crate::resource::ssm_parameter::{self, SsmParameter};
use crate::resource::{Expr, ExprList, Parameter, ParameterType, Tags, Term};
use crate::schema::target::Target;
use crate::schema::{Attribute, Late, LatePart, Lately, Map, Nested, Pseudo};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// The tag that says which item a resource belongs to. Roles use it to reach
/// their own environment's resources and no others.
pub const OWNER_TAG: &str = "bean:item";

/// A unit of deployment in the making.
pub struct Unit<'a> {
    /// The whole program.
    pub program: &'a Program,
    /// The resources so far.
    pub graph: ResourceGraph,
    /// Tags of every resource.
    pub tags: Tags,
    /// What the item gives to others, as far as it has been made.
    gives: IndexMap<SmolStr, Term>,
}

impl<'a> Unit<'a> {
    /// A unit without resources.
    pub fn new(
        program: &'a Program,
        id: UnitId,
        origin: Span,
        description: String,
        target: Option<&Nested<Target>>,
        tags: &Map<Lately<SmolStr>>,
    ) -> Self {
        let owner = (
            SmolStr::new_static(OWNER_TAG),
            Expr::from(SmolStr::from(id.to_string())),
        );
        let mut graph = ResourceGraph::new(id, origin, description);
        graph.target = target.map(|target| target.block.clone());
        let mut unit = Self {
            program,
            graph,
            tags: Tags(vec![owner]),
            gives: IndexMap::default(),
        };
        for (key, tag) in &tags.0 {
            let value = unit.lately(&tag.value, SmolStr::clone);
            let value = Expr::new(value).at(tag.span());
            unit.tags.0.push((key.clone(), value));
        }
        unit
    }

    /// The item's name.
    pub fn name(&self) -> SmolStr {
        self.graph.unit.item.clone()
    }

    /// The tags with `Name` set to the item's name.
    pub fn named_tags(&self) -> Tags {
        self.tags.named(self.name())
    }

    /// The tags with `Name` set to the item's name and a role.
    pub fn tags_for(&self, role: &str) -> Tags {
        self.tags
            .named(format!("{}-{}", self.name(), role.replace('_', "-")))
    }

    /// The name in CloudFormation of the resource with this role.
    pub fn logical_id(&self, role: &str) -> SmolStr {
        self.graph.logical_id(role).pascal
    }

    /// The physical name of an alarm that something has to know beforehand.
    pub fn alarm_name(&self, alarm: &str) -> String {
        alarm_name(&self.name(), alarm)
    }

    /// The region when the target says which.
    pub fn known_region(&self) -> Option<SmolStr> {
        let region = self.graph.target.as_ref()?.region.as_ref()?;
        Some(region.value.0.clone())
    }

    /// The name of an availability zone, counted from 0.
    pub fn zone(&self, number: usize) -> Term {
        let zones = self
            .known_region()
            .and_then(|region| crate::facts::region(&region));
        let name = zones.and_then(|region| region.zones.get(number).copied());
        Term::Zone { number, name }
    }

    /// `arn:aws:service:region:account:rest`
    pub fn arn(&self, service: &str, rest: impl Into<Term>) -> Expr<Arn> {
        Expr::new(Term::join([
            "arn:".into(),
            Pseudo::Partition.into(),
            format!(":{service}:").into(),
            Pseudo::Region.into(),
            ":".into(),
            Pseudo::Account.into(),
            ":".into(),
            rest.into(),
        ]))
    }

    /// `arn:aws:s3:::rest`
    pub fn s3_arn(rest: impl Into<Term>) -> Expr<Arn> {
        let partition = Pseudo::Partition.into();
        Expr::new(Term::join([
            "arn:".into(),
            partition,
            ":s3:::".into(),
            rest.into(),
        ]))
    }

    /// A value that may be known at deploy time only.
    pub fn lately<T, V: Into<Term>>(
        &mut self,
        value: &Lately<T>,
        now: impl FnOnce(&T) -> V,
    ) -> Term {
        match value {
            Lately::Now(value) => now(value).into(),
            Lately::Later(late) => self.late(late),
        }
    }

    /// A text whose pieces may be known at deploy time only.
    pub fn late(&mut self, late: &Late) -> Term {
        let parts = late.parts.iter().map(|part| match part {
            LatePart::Literal(text) => text.clone().into(),
            LatePart::Input(name, _) => self.input(name),
            LatePart::Attribute(attribute) => self.attribute(attribute),
            LatePart::Aws(pseudo) => (*pseudo).into(),
        });
        let parts: Vec<Term> = parts.collect();
        Term::join(parts)
    }

    fn input(&mut self, name: &SmolStr) -> Term {
        if let Some(input) = self.program.inputs.get(name) {
            let inputs = &mut self.graph.inputs;
            inputs.entry(name.clone()).or_insert_with(|| input.clone());
        }
        Term::Input(name.clone())
    }

    /// What an item has once it is deployed: of this unit's own item what was
    /// made here, of another what its stack left in Parameter Store.
    pub fn attribute(&mut self, attribute: &Attribute) -> Term {
        let Attribute {
            kind,
            item,
            attribute,
            span,
        } = attribute;
        let own = *kind == self.graph.unit.kind && *item == self.graph.unit.item;
        if let Some(term) = self.gives.get(attribute.as_str()).filter(|_| own) {
            return term.clone().wanted_at(*span);
        }
        match kind {
            ItemKind::Application => {
                let bucket = self.bucket(item, Some(*span));
                if attribute == "bucket_arn" {
                    Self::s3_arn(bucket).term
                } else {
                    bucket
                }
            }
            ItemKind::Network => self.network_attribute(item, attribute, Some(*span)),
            ItemKind::Environment
            | ItemKind::Template
            | ItemKind::Platform
            | ItemKind::Resource => self
                .stored(*kind, item, attribute, ParameterType::Text, Some(*span))
                .into(),
        }
    }

    /// A parameter that the stack of another item leaves for others.
    fn stored(
        &mut self,
        kind: ItemKind,
        item: &SmolStr,
        attribute: &str,
        ty: ParameterType,
        span: Option<Span>,
    ) -> Parameter {
        let unit = UnitId {
            kind,
            item: item.clone(),
        };
        self.graph.needs.push(Need {
            unit,
            attribute: attribute.into(),
            span,
        });
        Parameter {
            name: parameter_name(item, attribute).into(),
            ty,
        }
    }

    fn network_attribute(&mut self, item: &SmolStr, attribute: &str, span: Option<Span>) -> Term {
        match attribute.strip_suffix(".ids") {
            None => self.vpc(item, span).term,
            Some(group) => self.subnets(item, group, span).into_text(),
        }
    }

    /// The name of an application's bucket.
    pub fn bucket(&mut self, application: &SmolStr, span: Option<Span>) -> Term {
        let existing = self.program.applications.get(application);
        let existing = existing.and_then(|application| application.settings.bucket.as_ref());
        match existing {
            Some(name) => name.value.clone().into(),
            None => {
                let kind = ItemKind::Application;
                self.stored(kind, application, "bucket", ParameterType::Text, span)
                    .into()
            }
        }
    }

    /// The id of a network's VPC.
    pub fn vpc(&mut self, network: &SmolStr, span: Option<Span>) -> Expr<VpcId> {
        let program = self.program;
        match program.networks.get(network).map(|network| &network.kind) {
            Some(NetworkKind::Existing(existing)) => {
                Expr::new(self.lately(&existing.vpc.value, SmolStr::clone)).at(existing.vpc.span())
            }
            Some(NetworkKind::Own { .. }) | None => {
                let kind = ItemKind::Network;
                Expr::from(self.stored(kind, network, "id", ParameterType::Vpc, span)).at(span)
            }
        }
    }

    /// The ids of a network's subnets of one group.
    pub fn subnets(
        &mut self,
        network: &SmolStr,
        group: &str,
        span: Option<Span>,
    ) -> ExprList<SubnetId> {
        let program = self.program;
        let existing = match program.networks.get(network).map(|network| &network.kind) {
            Some(NetworkKind::Existing(existing)) => existing.subnets.get(group),
            Some(NetworkKind::Own { .. }) | None => None,
        };
        match existing {
            Some(subnets) => match &subnets.ids.value {
                Lately::Now(ids) => {
                    let id = |(id, span): &(Lately<SmolStr>, Span)| {
                        Expr::new(self.lately(id, SmolStr::clone)).at(Some(*span))
                    };
                    ExprList::Items(ids.iter().map(id).collect())
                }
                Lately::Later(ids) => {
                    ExprList::Whole(Expr::new(self.late(ids)).at(subnets.ids.span()))
                }
            },
            None => {
                let name = format!("{group}.ids");
                let ty = ParameterType::Subnets;
                let parameter = self.stored(ItemKind::Network, network, &name, ty, span);
                ExprList::Whole(Expr::from(parameter).at(span))
            }
        }
    }

    /// From here on the item has this attribute.
    pub fn gives(&mut self, attribute: impl Into<SmolStr>, value: impl Into<Term>) {
        self.gives.insert(attribute.into(), value.into());
    }

    /// The value of an attribute that the item has by now.
    pub fn given(&self, attribute: &str) -> Option<&Term> {
        self.gives.get(attribute)
    }

    /// Puts an attribute where other stacks find it.
    pub fn publish(&mut self, attribute: &str, value: Expr<Text>) {
        let parameter = SsmParameter {
            name: Expr::from(parameter_name(&self.name(), attribute)),
            description: Expr::from(format!("`{attribute}` of {}", self.graph.unit)),
            value: ssm_parameter::Value::Text(value),
            tags: self.tags.clone(),
        };
        let role = format!("parameter_{}", attribute.replace('.', "_"));
        let origin = self.graph.origin;
        self.graph.add(&role, origin, parameter);
    }

    /// Puts a list of subnets where other stacks find it.
    pub fn publish_list(&mut self, attribute: &str, values: ExprList<SubnetId>) {
        let parameter = SsmParameter {
            name: Expr::from(parameter_name(&self.name(), attribute)),
            description: Expr::from(format!("`{attribute}` of {}", self.graph.unit)),
            value: ssm_parameter::Value::List(values),
            tags: self.tags.clone(),
        };
        let role = format!("parameter_{}", attribute.replace('.', "_"));
        let origin = self.graph.origin;
        self.graph.add(&role, origin, parameter);
    }

    /// What a deployment prints at the end.
    pub fn output(&mut self, name: &str, description: &str, value: impl Into<Term>) {
        self.graph.outputs.push(Output {
            name: name.into(),
            description: description.to_owned(),
            value: value.into(),
            span: None,
        });
    }
}

/// The physical name of an environment's alarm, where something has to know it.
#[must_use]
pub fn alarm_name(environment: &str, alarm: &str) -> String {
    format!("bean-{environment}-{alarm}")
}

/// The name under which stacks meet: `/bean/main/private/ids`.
#[must_use]
pub fn parameter_name(item: &str, attribute: &str) -> String {
    format!("/bean/{item}/{}", attribute.replace('.', "/"))
}
