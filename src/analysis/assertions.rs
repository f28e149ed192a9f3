//! `assert`: conditions that the user states, with the values that break them.

use super::Analysis;
use super::errors;
use super::eval::Scope;
use super::names::ItemId;
use crate::schema::Value;
use crate::source::Span;
use crate::syntax::ast::{Assertion, BinaryOp, Expr, ExprKind};

impl<'a> Analysis<'a, '_> {
    /// Evaluates an assertion for an item; says which values break it.
    pub(super) fn assert(
        &mut self,
        assertion: &'a Assertion,
        scope: &Scope<'a>,
        own: Option<ItemId>,
    ) {
        let condition = &assertion.condition;
        match self.eval(condition, scope) {
            Ok(Value::Bool(true)) | Err(_) => {}
            Ok(Value::Bool(false)) => {
                let message = assertion.message.as_ref().and_then(|message| {
                    match self.quietly(|it| it.eval(message, scope)) {
                        Some(Value::Text(text)) => Some(text),
                        _ => None,
                    }
                });
                let mut operands = Vec::new();
                self.operands(condition, scope, &mut operands);
                let owner = own
                    .and_then(|own| self.names.block(own))
                    .map(|block| &block.name);
                let elsewhere = owner.filter(|name| !self.same_item(name.span, condition.span));
                let error = errors::assertion_failed(
                    condition.span,
                    message.as_deref(),
                    &operands,
                    elsewhere,
                );
                self.diagnostics.report(error);
            }
            Ok(Value::Late(late)) => {
                self.diagnostics
                    .report(errors::known_too_late(condition.span, &late));
            }
            Ok(value) => {
                self.diagnostics
                    .report(errors::not_a_condition(condition.span, &value));
            }
        }
    }

    /// Whether a place lies in the item whose name stands at another.
    fn same_item(&self, name: Span, place: Span) -> bool {
        self.names
            .files
            .iter()
            .flat_map(|file| &file.tree.items)
            .any(|item| match item {
                crate::syntax::ast::Item::Block(block) => {
                    block.name.span == name && block.span.contains(place)
                }
                _ => false,
            })
    }

    /// The operands of comparisons with their values, left to right.
    fn operands(&mut self, expr: &'a Expr, scope: &Scope<'a>, found: &mut Vec<(Span, String)>) {
        match &expr.kind {
            ExprKind::Binary(left, op, right) => match op {
                BinaryOp::And | BinaryOp::Or => {
                    self.operands(left, scope, found);
                    self.operands(right, scope, found);
                }
                _ => {
                    for side in [left, right] {
                        if !is_literal(side)
                            && let Some(value) = self.quietly(|it| it.eval(side, scope))
                        {
                            found.push((side.span, value.to_string()));
                        }
                    }
                }
            },
            ExprKind::Unary(_, operand) => self.operands(operand, scope, found),
            _ => {
                if !is_literal(expr)
                    && let Some(value) = self.quietly(|it| it.eval(expr, scope))
                {
                    found.push((expr.span, value.to_string()));
                }
            }
        }
    }
}

fn is_literal(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Percent(_)
            | ExprKind::Cidr(_)
            | ExprKind::Prefix(_)
            | ExprKind::Word(_)
    )
}
