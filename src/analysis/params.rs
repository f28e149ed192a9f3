//! `param` and `input`: values from outside, now or later.

use smol_str::SmolStr;

use super::Analysis;
use super::checks;
use super::errors;
use super::eval::{Evaluated, Scope};
use super::names::{ItemId, Space};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::suggest::closest;
use crate::facts;
use crate::model::{FORMS, Input, InputType};
use crate::schema::{Type, Value, vocabulary};
use crate::source::Span;
use crate::syntax::ast::{Declaration, Expr, TypeExpr, TypeExprKind};
use crate::units::{Cidr, Percent, Prefix};

impl<'a> Analysis<'a, '_> {
    /// Params on the command line that the program does not have, and those that
    /// were meant.
    pub(super) fn check_options(&mut self) {
        let known = self.names.visible(0, Space::Param);
        let place = Span::new(self.names.files[0].tree.id, 0, 0);
        let everywhere: Vec<SmolStr> = (0..self.names.files.len())
            .flat_map(|file| self.names.visible(file, Space::Param))
            .collect();
        for (name, _) in &self.options.params {
            if everywhere.iter().any(|known| known == name) {
                continue;
            }
            let near = closest(name, known.iter().map(SmolStr::as_str));
            self.diagnostics
                .report(errors::unknown_param(name, near, place, &known));
            self.misspelt_params.extend(near.map(SmolStr::from));
        }
    }

    /// The value of a param: from the command line, or its default.
    pub(super) fn param(&mut self, id: ItemId) -> Evaluated {
        if let Some(known) = self.params.get(&id) {
            return known.clone();
        }
        let value = self.new_param(id);
        if value.is_ok() || !self.quiet {
            self.params.insert(id, value.clone());
        }
        value
    }

    fn new_param(&mut self, id: ItemId) -> Evaluated {
        let Some(param) = self.names.declaration(id) else {
            return Err(self.said());
        };
        let given = self
            .options
            .params
            .iter()
            .rev()
            .find(|(name, _)| *name == param.name.text);
        if let Some((_, text)) = given {
            return match parse(text, &param.ty) {
                Some(value) => Ok(value),
                None => Err(self
                    .diagnostics
                    .report(errors::param_of_other_type(param, text))),
            };
        }
        match &param.default {
            Some(default) => self.of_declared_type(default, param, id),
            None if matches!(param.ty.kind, TypeExprKind::Error) => Err(self.said()),
            // It was given one, by another name.
            None if self.misspelt_params.contains(&param.name.text) => Err(self.said()),
            None => Err(self.diagnostics.report(match known_type(&param.ty) {
                Ok(()) => errors::param_without_value(param),
                Err(word) => errors::unknown_type(&word),
            })),
        }
    }

    fn of_declared_type(
        &mut self,
        default: &'a Expr,
        declaration: &Declaration,
        id: ItemId,
    ) -> Evaluated {
        if let Err(word) = known_type(&declaration.ty) {
            return Err(self.diagnostics.report(errors::unknown_type(&word)));
        }
        let scope = Scope {
            file: id.file,
            own: None,
            base: None,
        };
        let value = self.eval(default, &scope)?;
        let error = match misfit((&value, default.span), &declaration.ty) {
            None => flaw(&value, &declaration.ty, default.span),
            Some((found, ty)) => {
                let written = self.sources.text(found.1);
                Some(errors::default_of_other_type(
                    declaration,
                    ty,
                    found,
                    written,
                ))
            }
        };
        match error {
            Some(error) => Err(self.diagnostics.report(error)),
            None => Ok(value),
        }
    }

    /// An input as targets declare it.
    pub(super) fn input(&mut self, id: ItemId) -> Evaluated<Input> {
        let Some(input) = self.names.declaration(id) else {
            return Err(self.said());
        };
        let default = match &input.default {
            Some(default) => Some(match self.of_declared_type(default, input, id)? {
                Value::Text(text) | Value::Word(text) => text,
                Value::List(items) => {
                    let texts: Vec<String> = items
                        .iter()
                        .map(|(item, _)| match item {
                            Value::Text(text) | Value::Word(text) => text.to_string(),
                            other => other.to_string(),
                        })
                        .collect();
                    texts.join(",").into()
                }
                other => other.to_string().into(),
            }),
            None => {
                if let Err(word) = known_type(&input.ty) {
                    return Err(self.diagnostics.report(errors::unknown_type(&word)));
                }
                None
            }
        };
        let ty = match &input.ty.kind {
            TypeExprKind::Name(name) => match name.as_str() {
                "int" | "port" => InputType::Number,
                "bool" => InputType::Bool,
                name => match FORMS.iter().find(|form| form.ty == name) {
                    Some(form) => InputType::Form(form),
                    None => InputType::Text,
                },
            },
            TypeExprKind::Union(words) => {
                InputType::OneOf(words.iter().map(|word| word.text.clone()).collect())
            }
            TypeExprKind::List(_) => InputType::List,
            TypeExprKind::Error => return Err(self.said()),
        };
        Ok(Input {
            name: input.name.text.clone(),
            span: input.span,
            ty,
            default,
            docs: input.docs.clone(),
        })
    }
}

/// The first name in a type that no type has.
fn known_type(ty: &TypeExpr) -> Result<(), crate::syntax::ast::Word> {
    match &ty.kind {
        TypeExprKind::Name(name) if !vocabulary::TYPES.iter().any(|it| it.word == name) => {
            Err(crate::syntax::ast::Word {
                text: name.clone(),
                span: ty.span,
            })
        }
        TypeExprKind::Name(_) | TypeExprKind::Union(_) | TypeExprKind::Error => Ok(()),
        TypeExprKind::List(item) => known_type(item),
    }
}

/// Whether a value is of a declared type.
fn fits(value: &Value, ty: &TypeExpr) -> bool {
    match (&ty.kind, value) {
        (TypeExprKind::Error, _) => true,
        (TypeExprKind::Union(words), Value::Word(text) | Value::Text(text)) => {
            words.iter().any(|word| word.text == *text)
        }
        (TypeExprKind::List(item), Value::List(items)) => {
            items.iter().all(|(value, _)| fits(value, item))
        }
        (TypeExprKind::Name(name), value) => match (name.as_str(), value) {
            ("int", Value::Int(_))
            | ("bool", Value::Bool(_))
            | ("duration", Value::Duration(_))
            | ("size", Value::Size(_))
            | ("percent", Value::Percent(_))
            | ("cidr", Value::Cidr(_))
            | ("string" | "region" | "instance_type" | "arn", Value::Text(_)) => true,
            ("port", Value::Int(port)) => (1..=65_535).contains(port),
            _ => false,
        },
        (TypeExprKind::Union(_) | TypeExprKind::List(_), _) => false,
    }
}

/// What does not fit of a value, the whole or a member of a list, and its type.
fn misfit<'v>(
    (value, span): (&'v Value, Span),
    ty: &'v TypeExpr,
) -> Option<((&'v Value, Span), &'v TypeExpr)> {
    match (&ty.kind, value) {
        (TypeExprKind::List(item), Value::List(items)) => items
            .iter()
            .find_map(|(value, span)| misfit((value, *span), item)),
        _ => (!fits(value, ty)).then_some(((value, span), ty)),
    }
}

/// What is wrong with a text of a declared type that is held to a form.
fn flaw(value: &Value, ty: &TypeExpr, span: Span) -> Option<Diagnostic> {
    match (&ty.kind, value) {
        (TypeExprKind::List(item), Value::List(items)) => {
            let mut items = items.iter();
            items.find_map(|(value, span)| flaw(value, item, *span))
        }
        (TypeExprKind::Name(name), Value::Text(text)) => match name.as_str() {
            "region" if facts::region(text).is_none() => Some(checks::unknown_region(text, span)),
            "instance_type" if facts::instance_type(text).is_none() => {
                Some(checks::unknown_instance_type(text, span))
            }
            "arn" if !facts::is_arn(text) => Some(errors::no_arn(text, span)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether values of an input's type can be had where a type of property is
/// wanted. Targets turn numbers and words into text by themselves, and no list
/// into anything.
pub(super) fn may_become(declared: &TypeExpr, wanted: Type) -> bool {
    let declared = match &declared.kind {
        TypeExprKind::Error => return true,
        TypeExprKind::List(_) => return matches!(wanted, Type::List(_)),
        _ if matches!(wanted, Type::List(_)) => return false,
        TypeExprKind::Union(_) => "string",
        TypeExprKind::Name(name) => name.as_str(),
    };
    match wanted {
        Type::Bool => declared == "bool",
        Type::Count => matches!(declared, "int" | "port"),
        Type::Arn => matches!(declared, "string" | "arn"),
        Type::InstanceType => matches!(declared, "string" | "instance_type"),
        _ => true,
    }
}

/// A value of a declared type from the command line, where text needs no
/// quotes.
fn parse(text: &str, ty: &TypeExpr) -> Option<Value> {
    let value = match &ty.kind {
        TypeExprKind::Error => return None,
        TypeExprKind::Union(_) => Value::Word(text.into()),
        TypeExprKind::List(item) => {
            let nowhere = ty.span;
            let parts = text.split(',').filter(|part| !part.is_empty());
            let items = parts.map(|part| Some((parse(part.trim(), item)?, nowhere)));
            Value::List(items.collect::<Option<_>>()?)
        }
        TypeExprKind::Name(name) => match name.as_str() {
            "int" | "port" => Value::Int(text.parse().ok()?),
            "bool" => Value::Bool(text.parse().ok()?),
            "duration" => Value::Duration(text.parse().ok()?),
            "size" => Value::Size(text.parse().ok()?),
            "percent" => Value::Percent(Percent(text.strip_suffix('%')?.parse().ok()?)),
            "cidr" => Value::Cidr(Cidr(text.parse().ok()?)),
            "prefix" => Value::Prefix(Prefix(text.strip_prefix('/')?.parse().ok()?)),
            _ => Value::Text(text.into()),
        },
    };
    (fits(&value, ty) && flaw(&value, ty, ty.span).is_none()).then_some(value)
}
