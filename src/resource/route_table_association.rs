//! `RouteTableAssociation`: which route table a subnet uses.

use super::expr::{Expr, Id, SubnetId};
use super::{Kind, cfn, tf};
use crate::fields;

fields! {
    /// A subnet's choice of a route table.
    pub struct RouteTableAssociation {
        /// The subnet.
        pub subnet: Expr<SubnetId>,
        /// The table.
        pub table: Expr<Id>,
    }
}

impl Kind for RouteTableAssociation {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::SubnetRouteTableAssociation"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { subnet, table } = self;
        cfn::resource("AWS::EC2::SubnetRouteTableAssociation")
            .set("SubnetId", subnet)
            .set("RouteTableId", table)
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { subnet, table } = self;
        tf::block("aws_route_table_association")
            .set("subnet_id", subnet)
            .set("route_table_id", table)
            .into()
    }
}
