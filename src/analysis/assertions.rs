//! `assert`: conditions that the user states, with the values that break them.

use super::Analysis;
use super::errors;
use super::eval::Scope;
use super::names::ItemId;
use crate::diagnostic::Diagnostic;
use crate::schema::Value;
use crate::source::Span;
use crate::syntax::ast::{Assertion, BinaryOp, Expr, ExprKind, Word};

/// An assertion that does not hold.
pub(super) struct Failed<'a> {
    error: Diagnostic,
    /// The item itself is among those for which it does not.
    own: bool,
    /// The items that inherit it and for which it does not, in their order.
    heirs: Vec<&'a Word>,
}

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
                let heir = owner.filter(|name| !self.same_item(name.span, condition.span));
                let error = errors::assertion_failed(condition.span, message.as_deref(), &operands);
                // Said when all who inherit it are known.
                self.diagnostics.said_again();
                if !self.quiet {
                    self.fail(Failed {
                        error,
                        own: heir.is_none(),
                        heirs: heir.into_iter().collect(),
                    });
                }
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

    /// Takes down that an assertion does not hold, once for all of whom the same
    /// is to be said.
    pub(super) fn fail(&mut self, failed: Failed<'a>) {
        let of_place = self.failed.entry(failed.error.primary.span).or_default();
        match of_place.iter_mut().find(|it| it.error == failed.error) {
            Some(known) => {
                known.own |= failed.own;
                known.heirs.extend(failed.heirs);
            }
            None => of_place.push(failed),
        }
    }

    /// Says which assertions do not hold.
    pub(super) fn say_failed(&mut self) {
        for failed in std::mem::take(&mut self.failed).into_values().flatten() {
            let Failed { error, own, heirs } = failed;
            self.diagnostics
                .report(errors::fails_for(error, own, &heirs));
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
