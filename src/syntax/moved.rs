//! Trees and complaints of a piece of a file, at the piece's place.

use super::ast::{
    Assertion, Binding, Block, Declaration, Entry, Expr, ExprKind, Item, Parent, Path,
    TestStatement, TextPart, TypeExpr, TypeExprKind, Word,
};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Shift, Span};

/// How far everything moves: towards the end, or the start of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    from: usize,
    to: usize,
}

impl Move {
    /// What stands at `from` will stand at `to`.
    pub(super) fn new(from: usize, to: usize) -> Self {
        Self { from, to }
    }

    /// The same for a file, of what begins at an offset or behind it.
    pub(super) fn shift(self, file: FileId, from: usize) -> Shift {
        let offset = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        Shift {
            file,
            from: u32::try_from(from).unwrap_or(u32::MAX),
            by: offset(self.to) - offset(self.from),
        }
    }

    /// An offset at its new place.
    pub(super) fn offset(self, at: usize) -> usize {
        at + self.to - self.from
    }

    /// A span at its new place.
    pub(super) fn span(self, span: &mut Span) {
        let (start, end) = (span.start as usize, span.end as usize);
        *span = Span::new(span.file, self.offset(start), self.offset(end));
    }

    /// A span's new place.
    pub(super) fn moved(self, mut span: Span) -> Span {
        self.span(&mut span);
        span
    }

    /// A complaint with all its places.
    pub(super) fn diagnostic(self, diagnostic: &mut Diagnostic) {
        spans_of(diagnostic, |span| self.span(span));
    }

    /// An item with everything in it.
    pub(super) fn item(self, item: &mut Item) {
        match item {
            Item::Edition(it) => {
                self.span(&mut it.year_span);
                self.span(&mut it.span);
            }
            Item::Import(it) => {
                for name in &mut it.names {
                    self.word(&mut name.name);
                    self.words(&mut name.alias);
                }
                self.word(&mut it.path);
                self.span(&mut it.span);
            }
            Item::Param(it) | Item::Input(it) => self.declaration(it),
            Item::Let(it) | Item::Output(it) => self.binding(it),
            Item::Assert(it) => self.assertion(it),
            Item::Block(it) => {
                self.span(&mut it.kind_span);
                self.word(&mut it.name);
                self.words(&mut it.variant);
                for parent in &mut it.parents {
                    match parent {
                        Parent::Name(word) | Parent::Text(word) => self.word(word),
                    }
                }
                self.block(&mut it.body);
                self.span(&mut it.span);
            }
            Item::Test(it) => {
                self.span(&mut it.keyword);
                self.word(&mut it.name);
                for statement in &mut it.statements {
                    self.statement(statement);
                }
                self.span(&mut it.span);
            }
        }
    }

    fn word(self, word: &mut Word) {
        self.span(&mut word.span);
    }

    fn words<'a>(self, words: impl IntoIterator<Item = &'a mut Word>) {
        for word in words {
            self.word(word);
        }
    }

    fn path(self, path: &mut Path) {
        self.words(&mut path.segments);
        self.span(&mut path.span);
    }

    fn declaration(self, it: &mut Declaration) {
        self.word(&mut it.name);
        self.ty(&mut it.ty);
        if let Some(default) = &mut it.default {
            self.expr(default);
        }
        self.span(&mut it.span);
    }

    fn ty(self, ty: &mut TypeExpr) {
        match &mut ty.kind {
            TypeExprKind::Union(words) => self.words(words),
            TypeExprKind::List(element) => self.ty(element),
            TypeExprKind::Name(_) | TypeExprKind::Error => {}
        }
        self.span(&mut ty.span);
    }

    fn binding(self, it: &mut Binding) {
        self.word(&mut it.name);
        self.expr(&mut it.value);
        self.span(&mut it.span);
    }

    fn assertion(self, it: &mut Assertion) {
        self.expr(&mut it.condition);
        if let Some(message) = &mut it.message {
            self.expr(message);
        }
        self.span(&mut it.span);
    }

    fn statement(self, statement: &mut TestStatement) {
        match statement {
            TestStatement::Given {
                subject,
                params,
                span,
            } => {
                self.path(subject);
                for param in params {
                    self.binding(param);
                }
                self.span(span);
            }
            TestStatement::Expect(it) => self.assertion(it),
            TestStatement::Diagnostic { which, span, .. } => {
                self.word(which);
                self.span(span);
            }
            TestStatement::Snapshot { what, span } => {
                self.word(what);
                self.span(span);
            }
        }
    }

    fn block(self, block: &mut Block) {
        for entry in &mut block.entries {
            match entry {
                Entry::Property(it) => {
                    self.word(&mut it.key);
                    self.expr(&mut it.value);
                    self.span(&mut it.span);
                }
                Entry::Block(it) => {
                    self.word(&mut it.key);
                    self.words(&mut it.labels);
                    self.block(&mut it.body);
                    self.span(&mut it.span);
                }
                Entry::Spread(it) => {
                    self.path(&mut it.path);
                    self.span(&mut it.span);
                }
                Entry::Remove(it) => {
                    self.word(&mut it.key);
                    self.words(&mut it.labels);
                    self.span(&mut it.span);
                }
                Entry::Assert(it) => self.assertion(it),
            }
        }
        self.span(&mut block.span);
    }

    fn expr(self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Text(parts) => {
                for part in parts {
                    match part {
                        TextPart::Expr(expr) => self.expr(expr),
                        TextPart::Literal(_) => {}
                    }
                }
            }
            ExprKind::Path(path) => self.path(path),
            ExprKind::Call(call) => {
                self.word(&mut call.function);
                self.exprs(&mut call.arguments);
            }
            ExprKind::List(items) => self.exprs(items),
            ExprKind::Map(block) => self.block(block),
            ExprKind::Unary(_, operand) => self.expr(operand),
            ExprKind::Binary(left, _, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Conditional(condition, yes, no) => {
                self.expr(condition);
                self.expr(yes);
                self.expr(no);
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
        self.span(&mut expr.span);
    }

    fn exprs(self, exprs: &mut [Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }
}

/// Every place in a complaint.
pub(super) fn spans_of(diagnostic: &mut Diagnostic, mut each: impl FnMut(&mut Span)) {
    each(&mut diagnostic.primary.span);
    for label in &mut diagnostic.related {
        each(&mut label.span);
    }
    for edit in diagnostic.helps.iter_mut().flat_map(|help| &mut help.edits) {
        each(&mut edit.span);
    }
}
