//! Items: what stands at the top of a file.

use smol_str::SmolStr;

use super::{Behind, Commas, Lowering, Pair, Rule, error_expr};
use crate::diagnostic::with_article;
use crate::syntax::ast::{
    Assertion, Binding, Block, BlockItem, Declaration, Edition, Expr, ExprKind, Import,
    ImportedName, Item, ItemKind, Parent, TypeExpr, TypeExprKind, Word,
};
use crate::syntax::{MAX_NESTING, errors, words};

impl Lowering<'_> {
    pub(super) fn edition(&mut self, pair: Pair<'_>) -> Option<Edition> {
        let span = self.trimmed(&pair);
        let mut year = None;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::assign => self.report(errors::edition_with_equals(inner_span, span)),
                Rule::expr => year = Some((self.slice(inner_span).to_owned(), inner_span)),
                Rule::err_missing_value => {}
                _ => self.behind(inner, Behind::Entry),
            }
        }
        if self.edition_asked || self.first_edition.is_some() {
            if self.first_edition.is_some() || !self.edition_asked {
                self.lose(errors::second_edition(span, self.first_edition));
            } else {
                // It is there, only too late: say that and not that it is missing.
                self.diagnostics
                    .retain(|it| it.code != crate::diagnostic::Code::MissingEdition);
                self.lose(errors::second_edition(span, None));
            }
            self.first_edition = self.first_edition.or(Some(span));
            return None;
        }
        self.first_edition = Some(span);
        let Some((text, year_span)) = year else {
            self.lose(errors::missing_year(span));
            return None;
        };
        if text.parse() != Ok(errors::EDITION) {
            self.lose(errors::unsupported_edition(year_span, &text));
        }
        Some(Edition {
            year: text.parse().unwrap_or(errors::EDITION),
            year_span,
            span,
        })
    }

    pub(super) fn import(&mut self, pair: Pair<'_>) -> Option<Import> {
        let span = self.trimmed(&pair);
        let head = self.at(span.start as usize, span.start as usize + "import".len());
        let (mut names, mut path, mut listed, mut from) = (Vec::new(), None, None, None);
        let mut rest = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::import_names => {
                    listed = Some(self.span(&inner));
                    self.import_names(inner, &mut names);
                }
                Rule::from => from = Some(self.span(&inner)),
                Rule::string => path = self.plain_text(inner),
                Rule::err_missing_value => {}
                Rule::err_trailing => rest = Some(inner),
                _ => self.behind(inner, Behind::Entry),
            }
        }
        match (listed, from, path) {
            (Some(_), Some(_), Some(path)) => {
                if let Some(rest) = rest {
                    self.behind(rest, Behind::Entry);
                }
                return Some(Import { names, path, span });
            }
            (Some(listed), None, Some(path)) => {
                let error = errors::malformed_import(
                    listed.after(),
                    "`from` is missing in front of the path",
                    Some(&path.text),
                );
                self.report(error.fix("insert `from`", path.span.before(), "from "));
                return Some(Import { names, path, span });
            }
            (None, _, Some(path)) => self.lose(errors::malformed_import(
                path.span,
                "an `import` says which names it takes",
                Some(&path.text),
            )),
            (Some(_), _, None) => self.lose(errors::malformed_import(
                span.after(),
                "an `import` needs the path of a file in quotes",
                None,
            )),
            (None, _, None) => self.lose(errors::malformed_import(
                head,
                "an `import` needs names and the path of a file in quotes",
                None,
            )),
        }
        None
    }

    pub(super) fn import_names(&mut self, pair: Pair<'_>, names: &mut Vec<ImportedName>) {
        let mut commas = Commas::default();
        for inner in pair.into_inner() {
            commas.see(self, &inner);
            match inner.as_rule() {
                Rule::imported => {
                    let mut words = Vec::with_capacity(2);
                    for part in inner.into_inner() {
                        match part.as_rule() {
                            Rule::name => words.extend(self.name(&part)),
                            Rule::err_missing_name => {
                                let span = self.span(&part);
                                self.lose(errors::missing_name(span, "what stands behind `as`"));
                            }
                            _ => self.behind(part, Behind::Entry),
                        }
                    }
                    let mut words = words.into_iter();
                    if let Some(name) = words.next() {
                        let alias = words.next();
                        names.push(ImportedName { name, alias });
                    }
                }
                Rule::err_junk => self.junk(&inner),
                Rule::err_unclosed_block => self.damaged = true,
                _ => self.mark(&inner),
            }
        }
    }

    pub(super) fn declaration(&mut self, pair: Pair<'_>) -> Option<Item> {
        let docs = self.take_docs();
        let span = self.trimmed(&pair);
        let (mut is_param, mut name, mut colon, mut ty, mut default) =
            (true, None, false, None, None);
        let mut named_end = span.after();
        let mut ty_missing = None;
        let mut junk = None;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::declaration_kind => is_param = inner.as_str() == "param",
                Rule::path
                | Rule::string
                | Rule::number
                | Rule::single_quoted
                | Rule::err_pieced_name => {
                    named_end = inner_span.after();
                    name = self.item_name(inner);
                }
                Rule::err_missing_name => {
                    let what = if is_param { "a `param`" } else { "an `input`" };
                    self.lose(errors::missing_name(inner_span, what));
                }
                Rule::colon => colon = true,
                Rule::r#type => {
                    if !colon && let Some(name) = &name {
                        let error = errors::missing_colon(named_end, &name.text);
                        self.report(error);
                    }
                    ty = Some(self.type_expr(inner));
                }
                Rule::err_missing_type => ty_missing = Some(named_end),
                Rule::assign => {
                    let name = name.as_ref().map_or("it", |name| name.text.as_str());
                    self.assign(&inner, name, false);
                }
                Rule::expr => default = Some(self.expr(inner)),
                Rule::err_missing_value => {
                    self.value_missing = true;
                    self.lose(errors::missing_value(inner_span, "the default"));
                }
                Rule::err_trailing if ty_missing.is_some() => junk = Some(inner_span),
                // `list(string)`, `t4g.small | t4g.large`
                Rule::err_trailing
                    if default.is_none() && inner.as_str().starts_with(['(', '.', '[']) =>
                {
                    let known = ty.as_ref().map_or(inner_span, |ty| ty.span);
                    let end = self.slice(inner_span).find('=').map_or(inner_span, |at| {
                        self.at(inner_span.start as usize, inner_span.start as usize + at)
                    });
                    let whole = known.to(end);
                    let text = self.slice(whole).trim_end().to_owned();
                    let start = whole.start as usize;
                    let whole = self.at(start, start + text.len());
                    self.lose(errors::malformed_type(whole, &text));
                    ty = Some(TypeExpr {
                        kind: TypeExprKind::Error,
                        span: whole,
                    });
                }
                _ => match &mut default {
                    Some(default) => self.behind(inner, Behind::Value(default)),
                    None => self.behind(inner, Behind::Entry),
                },
            }
        }
        let name = name?;
        if let Some(place) = ty_missing {
            let what = if is_param { "param" } else { "input" };
            match junk {
                Some(junk) => {
                    let error = errors::malformed_type(junk, self.slice(junk).trim_end());
                    self.lose(error);
                }
                None => {
                    let likely = default.as_ref().and_then(likely_type);
                    self.lose(errors::missing_type(place, what, &name.text, likely));
                }
            }
        }
        let ty = ty.unwrap_or(TypeExpr {
            kind: TypeExprKind::Error,
            span: named_end,
        });
        let declaration = Declaration {
            name,
            ty,
            default,
            docs,
            span,
        };
        Some(if is_param {
            Item::Param(declaration)
        } else {
            Item::Input(declaration)
        })
    }

    /// A type is a flat run of words and signs.
    pub(super) fn type_expr(&mut self, pair: Pair<'_>) -> TypeExpr {
        let span = self.trimmed(&pair);
        let tokens: Vec<Pair<'_>> = pair.into_inner().collect();
        if let Some(kind) = self.type_kind(&tokens, 0) {
            return TypeExpr { kind, span };
        }
        let error = errors::malformed_type(span, self.slice(span));
        self.lose(error);
        TypeExpr {
            kind: TypeExprKind::Error,
            span,
        }
    }

    pub(super) fn type_kind(&mut self, tokens: &[Pair<'_>], depth: usize) -> Option<TypeExprKind> {
        match tokens {
            [name] if name.as_rule() == Rule::name => {
                // What is no name is no type either: one complaint is enough.
                let word = self.name(name).filter(|it| it.text.is_ascii());
                Some(word.map_or(TypeExprKind::Error, |it| TypeExprKind::Name(it.text)))
            }
            [list, open, inner @ .., close]
                if list.as_str() == "list"
                    && open.as_rule() == Rule::angle_open
                    && close.as_rule() == Rule::angle_close
                    && depth < MAX_NESTING =>
            {
                let kind = self.type_kind(inner, depth + 1)?;
                let (first, last) = (inner.first()?, inner.last()?);
                let span = self.span(first).to(self.span(last));
                Some(TypeExprKind::List(Box::new(TypeExpr { kind, span })))
            }
            _ => {
                let mut members = Vec::with_capacity(tokens.len() / 2 + 1);
                for (at, token) in tokens.iter().enumerate() {
                    match (at % 2, token.as_rule()) {
                        (0, Rule::name) => members.extend(self.name(token)),
                        (0, Rule::string) => members.extend(self.plain_text(token.clone())),
                        (1, Rule::bar) if at + 1 < tokens.len() => {}
                        _ => return None,
                    }
                }
                Some(TypeExprKind::Union(members))
            }
        }
    }

    /// `let` and `output`, and a `param` inside `given`.
    pub(super) fn binding(&mut self, pair: Pair<'_>) -> Option<Item> {
        let is_let = pair.as_str().starts_with("let");
        let binding = self.name_and_value(pair, if is_let { "a `let`" } else { "an `output`" })?;
        Some(if is_let {
            Item::Let(binding)
        } else {
            Item::Output(binding)
        })
    }

    pub(super) fn name_and_value(&mut self, pair: Pair<'_>, what: &str) -> Option<Binding> {
        let docs = self.take_docs();
        let span = self.trimmed(&pair);
        let (mut name, mut value, mut missing_eq) = (None, None, None);
        let mut missing = false;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::binding_kind => {}
                Rule::path
                | Rule::string
                | Rule::number
                | Rule::single_quoted
                | Rule::err_pieced_name => {
                    name = self.item_name(inner);
                }
                Rule::err_missing_name => {
                    self.lose(errors::missing_name(inner_span, what));
                }
                Rule::assign => {
                    let name = name.as_ref().map_or("it", |name| name.text.as_str());
                    self.assign(&inner, name, false);
                }
                Rule::err_missing_eq => missing_eq = Some(inner_span),
                Rule::expr => {
                    if missing_eq.is_some()
                        && let Some(name) = &name
                        && self.slice(inner_span).starts_with('{')
                    {
                        let error = errors::value_in_block(inner_span, what, &name.text);
                        self.lose(error);
                        value = Some(error_expr(inner_span));
                        missing_eq = None;
                        continue;
                    }
                    if let (Some(_), Some(name)) = (missing_eq.take(), &name) {
                        let (whole, gap) = (span, self.gap(name.span, inner_span));
                        let error =
                            errors::missing_equals(whole, gap, &name.text, self.slice(inner_span));
                        self.report(error);
                    }
                    value = Some(self.expr(inner));
                }
                Rule::err_missing_value => {
                    value = Some(error_expr(inner_span));
                    missing = true;
                }
                Rule::err_trailing if std::mem::take(&mut missing) => {
                    self.trailing(&inner, Behind::NoValue);
                }
                _ => match &mut value {
                    Some(value) => self.behind(inner, Behind::Value(value)),
                    None => self.behind(inner, Behind::Entry),
                },
            }
        }
        if let (true, Some(name)) = (missing, &name) {
            self.value_missing = true;
            let what = words::quoted(&name.text);
            self.lose(errors::missing_value(name.span, &what));
        }
        Some(Binding {
            name: name?,
            value: value?,
            docs,
            span,
        })
    }

    /// `assert` and `expect`.
    pub(super) fn assertion(&mut self, pair: Pair<'_>) -> Assertion {
        self.docs = None;
        let span = self.trimmed(&pair);
        let keyword = pair
            .as_str()
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default();
        let what = words::quoted(keyword);
        let keyword = self.at(span.start as usize, span.start as usize + keyword.len());
        let (mut condition, mut message, mut behind_else) = (None, None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::else_word => behind_else = Some(self.span(&inner)),
                Rule::expr => {
                    let expr = self.expr(inner);
                    if behind_else.is_some() {
                        message = Some(expr);
                    } else {
                        condition = Some(expr);
                    }
                }
                Rule::err_missing_value => match behind_else {
                    Some(place) => self.lose(errors::missing_value(place, "`else`")),
                    None => self.lose(errors::missing_value(keyword, &what)),
                },
                _ => self.behind(inner, Behind::Assertion),
            }
        }
        Assertion {
            condition: condition.unwrap_or(error_expr(keyword.after())),
            message,
            span,
        }
    }

    pub(super) fn block_item(&mut self, pair: Pair<'_>) -> Option<BlockItem> {
        let docs = self.take_docs();
        let span = self.trimmed(&pair);
        let mut kind = ItemKind::Application;
        let mut kind_span = span.before();
        let (mut name, mut variant, mut parents, mut body) = (None, None, Vec::new(), None);
        let mut head_end = span.before();
        let (mut named, mut well_named) = (false, false);
        let mut gap = None;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::item_kind => {
                    let word = inner.as_str();
                    let known = ItemKind::ALL
                        .into_iter()
                        .find(|kind| kind.keyword() == word);
                    kind = known.unwrap_or(kind);
                    kind_span = inner_span;
                }
                Rule::err_missing_name => {
                    named = true;
                    let what = with_article(kind.keyword());
                    self.lose(errors::missing_name(kind_span.after(), &what));
                }
                Rule::path
                | Rule::string
                | Rule::number
                | Rule::single_quoted
                | Rule::err_pieced_name
                    if !named =>
                {
                    named = true;
                    let before = self.diagnostics.len();
                    name = self.item_name(inner);
                    well_named = name.is_some() && self.diagnostics.len() == before;
                }
                Rule::path => variant = self.single_word(&inner),
                Rule::string => variant = self.plain_text(inner),
                Rule::err_missing_variant => {
                    self.lose(errors::missing_variant(inner_span, kind));
                }
                Rule::extends => self.extends(inner, &mut parents),
                Rule::err_head => {
                    // Behind a name that is none it is the same mistake.
                    if well_named {
                        let text = self.slice(inner_span).trim_end();
                        let place = self.at(
                            inner_span.start as usize,
                            inner_span.start as usize + text.len(),
                        );
                        let tiered = matches!(kind, ItemKind::Environment | ItemKind::Template);
                        if tiered && variant.is_none() && matches!(text, "web" | "worker") {
                            let tier = SmolStr::from(text);
                            self.report(errors::tier_without_colon(place, text));
                            variant = Some(Word {
                                text: tier,
                                span: place,
                            });
                        } else {
                            self.lose(errors::unexpected_in_head(place, text));
                        }
                    }
                }
                Rule::err_brace_below => gap = Some(inner_span),
                Rule::block => {
                    self.brace_below(gap, inner_span);
                    let mut behind = Vec::new();
                    body = Some(self.block(inner, &mut behind));
                }
                Rule::err_missing_block => {
                    self.damaged = true;
                    if let Some(name) = &name {
                        let what = format!("{} {}", kind.keyword(), words::quoted(&name.text));
                        self.report(errors::missing_block(head_end.after(), &what));
                    }
                }
                _ => self.behind(inner, Behind::Entry),
            }
            if inner_span.end > inner_span.start {
                head_end = self.at(
                    inner_span.start as usize,
                    inner_span.start as usize + self.slice(inner_span).trim_end().len(),
                );
            }
        }
        Some(BlockItem {
            kind,
            kind_span,
            name: name?,
            variant,
            parents,
            body: body.unwrap_or(Block {
                entries: Vec::new(),
                span: span.after(),
            }),
            docs,
            span,
        })
    }

    pub(super) fn extends(&mut self, pair: Pair<'_>, parents: &mut Vec<Parent>) {
        let mut commas = Commas::default();
        commas.something();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::path => parents.extend(self.single_word(&inner).map(Parent::Name)),
                Rule::string => parents.extend(self.plain_text(inner).map(Parent::Text)),
                Rule::single_quoted => parents.extend(self.single_quoted(&inner).map(Parent::Text)),
                Rule::err_pieced_name => {
                    let span = self.span(&inner);
                    self.lose(errors::interpolated_name(span));
                }
                Rule::err_missing_name => {
                    let span = self.span(&inner);
                    self.lose(errors::missing_name(span, "what stands behind `extends`"));
                }
                _ => {}
            }
        }
    }
}

/// The type that a default shows.
fn likely_type(default: &Expr) -> Option<&'static str> {
    Some(match default.kind {
        ExprKind::Bool(_) => "bool",
        ExprKind::Int(_) => "int",
        ExprKind::Text(_) => "string",
        ExprKind::Duration(_) => "duration",
        ExprKind::Size(_) => "size",
        ExprKind::Percent(_) => "percent",
        ExprKind::Cidr(_) => "cidr",
        ExprKind::Prefix(_)
        | ExprKind::Word(_)
        | ExprKind::Path(_)
        | ExprKind::Call(_)
        | ExprKind::List(_)
        | ExprKind::Map(_)
        | ExprKind::Unary(..)
        | ExprKind::Binary(..)
        | ExprKind::Conditional(..)
        | ExprKind::Error => return None,
    })
}
