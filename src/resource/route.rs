//! `Route`: the way of a route table to a range of addresses.

use super::expr::{Cidr, Expr, Id};
use super::{Kind, References, Term, cfn, tf};
use crate::fields;

fields! {
    /// A way to a range of addresses.
    pub struct Route {
        /// The table it is part of.
        pub table: Expr<Id>,
        /// The addresses it leads to.
        pub destination: Expr<Cidr>,
        /// What it leads through.
        pub way: Way,
    }
}

/// What a route leads through.
#[derive(Debug, Clone)]
pub enum Way {
    /// An internet gateway.
    InternetGateway(Expr<Id>),
    /// A NAT gateway.
    NatGateway(Expr<Id>),
}

impl References for Way {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::InternetGateway(id) | Self::NatGateway(id) => id.references(visit),
        }
    }
}

impl Kind for Route {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::Route"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            table,
            destination,
            way,
        } = self;
        let route = cfn::resource("AWS::EC2::Route")
            .set("RouteTableId", table)
            .set("DestinationCidrBlock", destination);
        match way {
            Way::InternetGateway(id) => route.set("GatewayId", id),
            Way::NatGateway(id) => route.set("NatGatewayId", id),
        }
        .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            table,
            destination,
            way,
        } = self;
        let route = tf::block("aws_route")
            .set("route_table_id", table)
            .set("destination_cidr_block", destination);
        match way {
            Way::InternetGateway(id) => route.set("gateway_id", id),
            Way::NatGateway(id) => route.set("nat_gateway_id", id),
        }
        .into()
    }
}
