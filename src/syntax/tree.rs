//! The tree as nodes of one kind, for questions that do not care which.

use super::ast::{
    Assertion, Block, Entry, Expr, ExprKind, Item, Parent, Path, TestStatement, TextPart, TypeExpr,
    TypeExprKind, Word,
};
use crate::source::Span;

/// A piece of a tree.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    /// An item.
    Item(&'a Item),
    /// `{ … }`
    Block(&'a Block),
    /// A line of a block.
    Entry(&'a Entry),
    /// `assert`
    Assertion(&'a Assertion),
    /// A line of a test.
    Statement(&'a TestStatement),
    /// The type of a param or an input.
    Type(&'a TypeExpr),
    /// A value.
    Expr(&'a Expr),
    /// A dotted path.
    Path(&'a Path),
    /// A name, a key, or what stands in quotes.
    Word(&'a Word),
}

impl<'a> Node<'a> {
    /// Where it stands.
    #[must_use]
    pub fn span(self) -> Span {
        match self {
            Self::Item(it) => it.span(),
            Self::Block(it) => it.span,
            Self::Entry(it) => it.span(),
            Self::Assertion(it) => it.span,
            Self::Statement(it) => statement_span(it),
            Self::Type(it) => it.span,
            Self::Expr(it) => it.span,
            Self::Path(it) => it.span,
            Self::Word(it) => it.span,
        }
    }

    /// The pieces right inside, in the order of the text.
    #[must_use]
    pub fn children(self) -> Vec<Self> {
        let mut children = Vec::new();
        self.each_child(&mut |child| children.push(child));
        children
    }

    /// This piece and all inside it, outer ones before inner ones.
    pub fn each(self, visit: &mut dyn FnMut(Self)) {
        visit(self);
        self.each_child(&mut |child| child.each(visit));
    }

    fn each_child(self, visit: &mut dyn FnMut(Self)) {
        match self {
            Self::Item(item) => in_item(item, visit),
            Self::Block(block) => block.entries.iter().map(Self::Entry).for_each(visit),
            Self::Entry(entry) => in_entry(entry, visit),
            Self::Assertion(it) => in_assertion(it, visit),
            Self::Statement(it) => in_statement(it, visit),
            Self::Type(ty) => match &ty.kind {
                TypeExprKind::Union(words) => in_words(words, visit),
                TypeExprKind::List(inner) => visit(Self::Type(inner)),
                TypeExprKind::Name(_) | TypeExprKind::Error => {}
            },
            Self::Expr(expr) => in_expr(expr, visit),
            Self::Path(path) => in_words(&path.segments, visit),
            Self::Word(_) => {}
        }
    }
}

fn statement_span(statement: &TestStatement) -> Span {
    match statement {
        TestStatement::Given { span, .. }
        | TestStatement::Diagnostic { span, .. }
        | TestStatement::Snapshot { span, .. } => *span,
        TestStatement::Expect(it) => it.span,
    }
}

fn in_words<'a>(words: &'a [Word], visit: &mut dyn FnMut(Node<'a>)) {
    words.iter().map(Node::Word).for_each(visit);
}

fn in_item<'a>(item: &'a Item, visit: &mut dyn FnMut(Node<'a>)) {
    match item {
        Item::Edition(_) => {}
        Item::Import(it) => {
            for name in &it.names {
                visit(Node::Word(&name.name));
                name.alias.iter().map(Node::Word).for_each(&mut *visit);
            }
            visit(Node::Word(&it.path));
        }
        Item::Param(it) | Item::Input(it) => {
            visit(Node::Word(&it.name));
            visit(Node::Type(&it.ty));
            it.default.iter().map(Node::Expr).for_each(visit);
        }
        Item::Let(it) | Item::Output(it) => {
            visit(Node::Word(&it.name));
            visit(Node::Expr(&it.value));
        }
        Item::Assert(it) => in_assertion(it, visit),
        Item::Block(it) => {
            visit(Node::Word(&it.name));
            it.variant.iter().map(Node::Word).for_each(&mut *visit);
            let parents = it.parents.iter().map(Parent::word);
            parents.map(Node::Word).for_each(&mut *visit);
            visit(Node::Block(&it.body));
        }
        Item::Test(it) => {
            visit(Node::Word(&it.name));
            it.statements.iter().map(Node::Statement).for_each(visit);
        }
    }
}

fn in_entry<'a>(entry: &'a Entry, visit: &mut dyn FnMut(Node<'a>)) {
    match entry {
        Entry::Property(it) => {
            visit(Node::Word(&it.key));
            visit(Node::Expr(&it.value));
        }
        Entry::Block(it) => {
            visit(Node::Word(&it.key));
            in_words(&it.labels, visit);
            visit(Node::Block(&it.body));
        }
        Entry::Spread(it) => visit(Node::Path(&it.path)),
        Entry::Remove(it) => {
            visit(Node::Word(&it.key));
            in_words(&it.labels, visit);
        }
        Entry::Assert(it) => in_assertion(it, visit),
    }
}

fn in_assertion<'a>(assertion: &'a Assertion, visit: &mut dyn FnMut(Node<'a>)) {
    visit(Node::Expr(&assertion.condition));
    assertion.message.iter().map(Node::Expr).for_each(visit);
}

fn in_statement<'a>(statement: &'a TestStatement, visit: &mut dyn FnMut(Node<'a>)) {
    match statement {
        TestStatement::Given {
            subject, params, ..
        } => {
            visit(Node::Path(subject));
            for param in params {
                visit(Node::Word(&param.name));
                visit(Node::Expr(&param.value));
            }
        }
        TestStatement::Expect(it) => visit(Node::Assertion(it)),
        TestStatement::Diagnostic { which, .. } => visit(Node::Word(which)),
        TestStatement::Snapshot { what, .. } => visit(Node::Word(what)),
    }
}

fn in_expr<'a>(expr: &'a Expr, visit: &mut dyn FnMut(Node<'a>)) {
    match &expr.kind {
        ExprKind::Text(parts) => {
            for part in parts {
                match part {
                    TextPart::Expr(expr) => visit(Node::Expr(expr)),
                    TextPart::Literal(_) => {}
                }
            }
        }
        ExprKind::Path(path) => visit(Node::Path(path)),
        ExprKind::Call(call) => {
            visit(Node::Word(&call.function));
            call.arguments.iter().map(Node::Expr).for_each(visit);
        }
        ExprKind::List(items) => items.iter().map(Node::Expr).for_each(visit),
        ExprKind::Map(block) => visit(Node::Block(block)),
        ExprKind::Unary(_, operand) => visit(Node::Expr(operand)),
        ExprKind::Binary(left, _, right) => {
            visit(Node::Expr(left));
            visit(Node::Expr(right));
        }
        ExprKind::Conditional(condition, yes, no) => {
            visit(Node::Expr(condition));
            visit(Node::Expr(yes));
            visit(Node::Expr(no));
        }
        ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Duration(_)
        | ExprKind::Size(_)
        | ExprKind::Percent(_)
        | ExprKind::Cidr(_)
        | ExprKind::Prefix(_)
        | ExprKind::Word(_)
        | ExprKind::Error => {}
    }
}
