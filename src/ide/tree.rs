//! The tree as nodes of one kind, for questions that do not care which.

use crate::source::Span;
use crate::syntax::ast::{
    Assertion, Block, Entry, Expr, ExprKind, Item, Parent, Path, TestStatement, TextPart, TypeExpr,
    TypeExprKind, Word,
};

/// A piece of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'a> {
    Item(&'a Item),
    Block(&'a Block),
    Entry(&'a Entry),
    Assertion(&'a Assertion),
    Statement(&'a TestStatement),
    Type(&'a TypeExpr),
    Expr(&'a Expr),
    Path(&'a Path),
    Word(&'a Word),
}

impl<'a> Node<'a> {
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
    pub fn children(self) -> Vec<Self> {
        match self {
            Self::Item(item) => in_item(item),
            Self::Block(block) => block.entries.iter().map(Self::Entry).collect(),
            Self::Entry(entry) => in_entry(entry),
            Self::Assertion(it) => in_assertion(it),
            Self::Statement(it) => in_statement(it),
            Self::Type(ty) => match &ty.kind {
                TypeExprKind::Union(words) => words.iter().map(Self::Word).collect(),
                TypeExprKind::List(inner) => vec![Self::Type(inner)],
                TypeExprKind::Name(_) | TypeExprKind::Error => Vec::new(),
            },
            Self::Expr(expr) => in_expr(expr),
            Self::Path(path) => path.segments.iter().map(Self::Word).collect(),
            Self::Word(_) => Vec::new(),
        }
    }

    /// This piece and all inside it, outer ones before inner ones.
    pub fn each(self, visit: &mut impl FnMut(Self)) {
        visit(self);
        for child in self.children() {
            child.each(visit);
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

fn in_item(item: &Item) -> Vec<Node<'_>> {
    match item {
        Item::Edition(_) => Vec::new(),
        Item::Import(it) => {
            let names = it.names.iter().flat_map(|name| {
                let alias = name.alias.as_ref().map(Node::Word);
                std::iter::once(Node::Word(&name.name)).chain(alias)
            });
            names.chain([Node::Word(&it.path)]).collect()
        }
        Item::Param(it) | Item::Input(it) => {
            let default = it.default.as_ref().map(Node::Expr);
            let head = [Node::Word(&it.name), Node::Type(&it.ty)];
            head.into_iter().chain(default).collect()
        }
        Item::Let(it) | Item::Output(it) => vec![Node::Word(&it.name), Node::Expr(&it.value)],
        Item::Assert(it) => in_assertion(it),
        Item::Block(it) => {
            let variant = it.variant.as_ref().map(Node::Word);
            let parents = it.parents.iter().map(Parent::word).map(Node::Word);
            let head = std::iter::once(Node::Word(&it.name)).chain(variant);
            head.chain(parents).chain([Node::Block(&it.body)]).collect()
        }
        Item::Test(it) => {
            let statements = it.statements.iter().map(Node::Statement);
            std::iter::once(Node::Word(&it.name))
                .chain(statements)
                .collect()
        }
    }
}

fn in_entry(entry: &Entry) -> Vec<Node<'_>> {
    match entry {
        Entry::Property(it) => vec![Node::Word(&it.key), Node::Expr(&it.value)],
        Entry::Block(it) => {
            let labels = it.labels.iter().map(Node::Word);
            let head = std::iter::once(Node::Word(&it.key)).chain(labels);
            head.chain([Node::Block(&it.body)]).collect()
        }
        Entry::Spread(it) => vec![Node::Path(&it.path)],
        Entry::Remove(it) => {
            let labels = it.labels.iter().map(Node::Word);
            std::iter::once(Node::Word(&it.key)).chain(labels).collect()
        }
        Entry::Assert(it) => in_assertion(it),
    }
}

fn in_assertion(assertion: &Assertion) -> Vec<Node<'_>> {
    let message = assertion.message.as_ref().map(Node::Expr);
    std::iter::once(Node::Expr(&assertion.condition))
        .chain(message)
        .collect()
}

fn in_statement(statement: &TestStatement) -> Vec<Node<'_>> {
    match statement {
        TestStatement::Given {
            subject, params, ..
        } => {
            let params = params
                .iter()
                .flat_map(|it| [Node::Word(&it.name), Node::Expr(&it.value)]);
            std::iter::once(Node::Path(subject)).chain(params).collect()
        }
        TestStatement::Expect(it) => vec![Node::Assertion(it)],
        TestStatement::Diagnostic { which, .. } => vec![Node::Word(which)],
        TestStatement::Snapshot { what, .. } => vec![Node::Word(what)],
    }
}

fn in_expr(expr: &Expr) -> Vec<Node<'_>> {
    match &expr.kind {
        ExprKind::Text(parts) => {
            let inner = parts.iter().filter_map(|part| match part {
                TextPart::Expr(expr) => Some(Node::Expr(expr)),
                TextPart::Literal(_) => None,
            });
            inner.collect()
        }
        ExprKind::Path(path) => vec![Node::Path(path)],
        ExprKind::Call(call) => {
            let arguments = call.arguments.iter().map(Node::Expr);
            std::iter::once(Node::Word(&call.function))
                .chain(arguments)
                .collect()
        }
        ExprKind::List(items) => items.iter().map(Node::Expr).collect(),
        ExprKind::Map(block) => vec![Node::Block(block)],
        ExprKind::Unary(_, operand) => vec![Node::Expr(operand)],
        ExprKind::Binary(left, _, right) => vec![Node::Expr(left), Node::Expr(right)],
        ExprKind::Conditional(condition, yes, no) => {
            vec![Node::Expr(condition), Node::Expr(yes), Node::Expr(no)]
        }
        ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Duration(_)
        | ExprKind::Size(_)
        | ExprKind::Percent(_)
        | ExprKind::Cidr(_)
        | ExprKind::Prefix(_)
        | ExprKind::Word(_)
        | ExprKind::Error => Vec::new(),
    }
}
