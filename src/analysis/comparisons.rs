//! Comparisons with words that the other side never is.
//!
//! They are looked for in what is written and not in what is worked out: a slip in
//! a branch that these params do not take is one all the same.

use smol_str::SmolStr;

use super::Analysis;
use super::errors;
use super::eval::{schema_of, value_at};
use super::names::{Names, Space};
use crate::schema::{Block, Type};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, BlockItem, Expr, ExprKind, Item, Path, TextPart, TypeExprKind};
use crate::syntax::tree::Node;

/// What may stand on one side of a comparison.
#[derive(Debug)]
pub(super) struct Choice {
    /// How it is written.
    pub path: String,
    /// All that it can be.
    pub words: Vec<SmolStr>,
    /// Where a param says so; none when the language does.
    pub declared: Option<Span>,
}

/// How a word stands in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As it is.
    Bare,
    /// In quotes.
    Quoted,
    /// In a `let`.
    Elsewhere,
}

/// Lets that lead to each other are followed so far.
const MOST_LETS: usize = 16;

impl Analysis<'_, '_> {
    /// Reports words that are compared with what they never equal.
    pub(super) fn comparisons(&mut self) {
        let names = &self.names;
        let mut found = Vec::new();
        for (file, loaded) in names.files.iter().enumerate() {
            // The library's own are right.
            if loaded.folder.is_none() {
                continue;
            }
            for item in &loaded.tree.items {
                let own = match item {
                    // Tests have no meaning yet.
                    Item::Test(_) => continue,
                    Item::Block(block) => Some(block),
                    _ => None,
                };
                Node::Item(item).each(&mut |node| {
                    let Node::Expr(Expr {
                        kind: ExprKind::Binary(left, BinaryOp::Equal | BinaryOp::NotEqual, right),
                        ..
                    }) = node
                    else {
                        return;
                    };
                    for (side, other) in [(left, right), (right, left)] {
                        let Some((word, spelling)) = word(names, file, other, MOST_LETS) else {
                            continue;
                        };
                        if let Some(choice) = choice(names, file, own, side, MOST_LETS)
                            && !choice.words.contains(word)
                        {
                            let error = errors::never_equal(&choice, word, other.span, spelling);
                            found.push(error);
                        }
                    }
                });
            }
        }
        for error in found {
            self.diagnostics.report(error);
        }
    }
}

/// The word that an expression is.
fn word<'a>(
    names: &Names<'a>,
    file: usize,
    expr: &'a Expr,
    lets: usize,
) -> Option<(&'a SmolStr, Spelling)> {
    match &expr.kind {
        ExprKind::Word(word) => Some((word, Spelling::Bare)),
        ExprKind::Text(parts) => match parts.as_slice() {
            [TextPart::Literal(text)] => Some((text, Spelling::Quoted)),
            _ => None,
        },
        ExprKind::Path(path) => match path.segments.as_slice() {
            [head, name] if head.text == "let" => {
                let id = names.find(file, Space::Let, &name.text)?;
                let value = &names.binding(id)?.value;
                let (word, _) = word(names, id.file, value, lets.checked_sub(1)?)?;
                Some((word, Spelling::Elsewhere))
            }
            _ => None,
        },
        _ => None,
    }
}

/// What an expression can be, when that is one of a few words.
fn choice(
    names: &Names<'_>,
    file: usize,
    own: Option<&BlockItem>,
    expr: &Expr,
    lets: usize,
) -> Option<Choice> {
    let ExprKind::Path(path) = &expr.kind else {
        return None;
    };
    let [head, rest @ ..] = path.segments.as_slice() else {
        return None;
    };
    match head.text.as_str() {
        "self" | "base" => of_property(schema_of(own?), path, 1),
        head => {
            let (name, behind) = rest.split_first()?;
            let space = Space::of(head)?;
            let id = names.find(file, space, &name.text)?;
            match space {
                Space::Param if behind.is_empty() => {
                    let ty = &names.declaration(id)?.ty;
                    let TypeExprKind::Union(words) = &ty.kind else {
                        return None;
                    };
                    Some(Choice {
                        path: path.text(),
                        words: words.iter().map(|word| word.text.clone()).collect(),
                        declared: Some(ty.span),
                    })
                }
                Space::Let if behind.is_empty() => {
                    let value = &names.binding(id)?.value;
                    let choice = choice(names, id.file, None, value, lets.checked_sub(1)?)?;
                    Some(Choice {
                        path: path.text(),
                        ..choice
                    })
                }
                Space::Item(_) => of_property(schema_of(names.block(id)?), path, 2),
                Space::Param | Space::Let | Space::Input => None,
            }
        }
    }
}

/// What a property can be that the path names from a segment on.
fn of_property(table: &'static Block, path: &Path, from: usize) -> Option<Choice> {
    let (_, ty) = value_at(table, path.segments.get(from..)?)?;
    let mut words = Vec::new();
    collect(ty, &mut words).then(|| Choice {
        path: path.text(),
        words,
        declared: None,
    })
}

/// Adds the words of a type; `false` when it takes any word, or none.
fn collect(ty: Type, words: &mut Vec<SmolStr>) -> bool {
    match ty {
        Type::Words([]) => false,
        Type::Words(of_type) => {
            words.extend(of_type.iter().map(|it| SmolStr::new_static(it.word)));
            true
        }
        Type::Late(inner) => collect(*inner, words),
        // A balancer is of a kind or `shared(…)`.
        Type::OneOf(types) => types
            .iter()
            .all(|ty| matches!(ty, Type::Tagged(..)) || collect(*ty, words)),
        _ => false,
    }
}
