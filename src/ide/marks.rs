//! What the words of a file mean.
//!
//! One walk over the tree, with the tables of the language in hand, says of
//! every word and literal what it is. Hover, definitions, references, renaming
//! and colours all read this list; a question about one place walks over one
//! item only.

use std::rc::Rc;

use smol_str::SmolStr;

use super::Snapshot;
use crate::analysis::eval::item_schema;
use crate::analysis::layers::{library_platform, parent_kinds};
use crate::analysis::names::{ItemId, Names, Space};
use crate::schema::attributes::{self, AttributeDoc};
use crate::schema::network::ExistingNetwork;
use crate::schema::{Block, Property, Pseudo, Schema, Shape, Type, WordDoc};
use crate::source::{FileId, Span};
use crate::syntax::ast::{
    self, Assertion, BinaryOp, BlockItem, Entry, Expr, ExprKind, Item, ItemKind, Parent, Path,
    TestStatement, TextPart, TypeExpr, TypeExprKind, Word,
};

/// A word or literal of a file and what it is.
#[derive(Debug, Clone)]
pub(super) struct Mark<'a> {
    pub span: Span,
    pub what: What<'a>,
}

/// What a [`Mark`] is.
#[derive(Debug, Clone)]
pub(super) enum What<'a> {
    /// `environment` at the front of an item.
    Kind(ItemKind),
    /// `web` behind the colon.
    Variant(&'a BlockItem),
    /// The name of a declaration where it is declared.
    Declares(ItemId),
    /// The same where it is used, as it is called here.
    Uses(ItemId),
    /// A name of an import, as it is called there.
    Imports(ItemId),
    /// What an imported name is called here.
    Alias(ItemId),
    /// A name behind a reference's first word that nothing has.
    Unknown,
    /// The name of an output, or the text of a test.
    Name,
    /// The path of an import.
    ImportPath,
    /// A text that is the name of a platform of the library.
    Library(ItemId),
    /// The first word of a reference: `param`, `self`, `aws`.
    Head(&'a Word),
    /// The key of an entry.
    Key(Key),
    /// The same where it is meant: in a reference, or behind `remove`.
    KeyUse(Key, Asked),
    /// The name of a keyed block where it is written.
    Label(Keyed),
    /// The same where it is meant.
    LabelUse(Keyed, Asked),
    /// `url` of `environment.shop.url`
    Attribute(&'static AttributeDoc),
    /// `region` of `aws.region`
    Pseudo(Pseudo),
    /// The value of an enum; nothing is known of words that no type has.
    Word(Option<WordDoc>),
    /// A member of the union that is the type of a param, in the type and as
    /// its value.
    Member(&'a TypeExpr),
    /// `string`
    TypeName,
    /// `join`
    Function,
    /// `true`
    Bool,
    /// `42`
    Number,
    /// `30s`, `20GiB`, `70%`, `10.20.0.0/16`
    Quantity,
    /// `"text"`, with what is interpolated left out.
    Text,
}

/// Which layers of an item a word speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Its own body over those of its parents.
    All,
    /// What the parents say: behind `base`, and behind `remove`.
    Parents,
}

/// A property of an item.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// The item; none in lists and raw resources.
    pub owner: Option<ItemId>,
    /// The block it is in.
    pub around: Option<Rc<Trail>>,
    pub name: SmolStr,
    /// What the language knows of it.
    pub property: Option<&'static Property>,
    /// Whether the key is a name of the user's own, in a map.
    pub own_name: bool,
}

/// An entry of a keyed block of an item.
#[derive(Debug, Clone)]
pub(super) struct Keyed {
    pub owner: ItemId,
    /// The keys in front of the name: `load_balancer.listener`.
    pub path: SmolStr,
    pub name: SmolStr,
    /// What the language knows of such blocks.
    pub property: Option<&'static Property>,
}

/// The keys and labels that lead to a block, innermost first.
#[derive(Debug, Clone)]
pub(super) struct Trail {
    pub word: SmolStr,
    pub around: Option<Rc<Self>>,
}

impl Key {
    /// The words from the item on: `load_balancer`, `listener`, `https`, `port`.
    pub fn words(&self) -> Vec<SmolStr> {
        let mut words = trail_words(self.around.as_deref());
        words.push(self.name.clone());
        words
    }
}

impl Keyed {
    /// The words from the item on: `load_balancer`, `listener`, `https`.
    pub fn words(&self) -> Vec<SmolStr> {
        let keys = self.path.split('.').map(SmolStr::from);
        keys.chain([self.name.clone()]).collect()
    }
}

fn trail_words(trail: Option<&Trail>) -> Vec<SmolStr> {
    let mut words: Vec<SmolStr> = std::iter::successors(trail, |it| it.around.as_deref())
        .map(|it| it.word.clone())
        .collect();
    words.reverse();
    words
}

fn path_of(trail: Option<&Rc<Trail>>, key: &SmolStr) -> SmolStr {
    let mut words = trail_words(trail.map(Rc::as_ref));
    words.push(key.clone());
    words.join(".").into()
}

/// All marks of a file, in the order of the text.
pub(super) fn of_file(snapshot: &Snapshot, file: FileId) -> Vec<Mark<'_>> {
    let Some(number) = snapshot.number(file) else {
        return Vec::new();
    };
    let mut walk = Walk::new(snapshot, number);
    for (item, declared) in snapshot.reading().files[number]
        .tree
        .items
        .iter()
        .enumerate()
    {
        walk.item(ItemId { file: number, item }, declared);
    }
    walk.finish()
}

/// The marks of one item.
pub(super) fn of_item(snapshot: &Snapshot, id: ItemId) -> Vec<Mark<'_>> {
    let mut walk = Walk::new(snapshot, id.file);
    walk.item(id, &snapshot.reading().files[id.file].tree.items[id.item]);
    walk.finish()
}

/// The innermost mark at an offset; a cursor behind a word still means it.
pub(super) fn at(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<Mark<'_>> {
    let id = super::item_at(snapshot, file, offset)?;
    let marks = of_item(snapshot, id);
    let touched = |mark: &&Mark<'_>| mark.span.start <= offset && offset <= mark.span.end;
    let inside = |mark: &&Mark<'_>| touched(mark) && offset < mark.span.end;
    let smallest = |fits: &dyn Fn(&&Mark<'_>) -> bool| {
        let found = marks.iter().filter(|mark| fits(mark));
        found.min_by_key(|mark| mark.span.len()).cloned()
    };
    match (smallest(&inside), smallest(&touched)) {
        // Between two words that touch, the one that begins there; of a text and
        // what is interpolated in it, the smaller.
        (Some(mark), Some(word)) if mark.span.contains(word.span) => Some(word),
        (mark, word) => mark.or(word),
    }
}

/// The table of an item.
pub(super) fn schema_of(block: &BlockItem) -> Option<&'static Block> {
    match (block.kind, &block.variant) {
        (ItemKind::Resource, _) => None,
        (ItemKind::Network, Some(_)) => Some(ExistingNetwork::schema()),
        (kind, _) => Some(item_schema(kind)),
    }
}

/// What a value should be.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Nothing,
    Type(Type),
    Declared(&'a TypeExpr),
}

struct Walk<'a> {
    names: Names<'a>,
    file: usize,
    /// The block item that is walked over.
    owner: Option<ItemId>,
    marks: Vec<Mark<'a>>,
}

impl<'a> Walk<'a> {
    fn new(snapshot: &'a Snapshot, file: usize) -> Self {
        Self {
            names: snapshot.reading().names(),
            file,
            owner: None,
            marks: Vec::new(),
        }
    }

    fn finish(mut self) -> Vec<Mark<'a>> {
        // Entries behind a lost brace stand in blocks around their place.
        self.marks.sort_by_key(|mark| mark.span);
        self.marks
    }

    fn mark(&mut self, span: Span, what: What<'a>) {
        if !span.is_empty() {
            self.marks.push(Mark { span, what });
        }
    }

    fn item(&mut self, id: ItemId, item: &'a Item) {
        self.owner = None;
        match item {
            Item::Edition(it) => self.mark(it.year_span, What::Number),
            Item::Import(it) => self.import(it),
            Item::Param(it) | Item::Input(it) => {
                self.mark(it.name.span, What::Declares(id));
                self.declared_type(&it.ty, &it.ty);
                if let Some(default) = &it.default {
                    self.expr(default, Wanted::Declared(&it.ty));
                }
            }
            Item::Let(it) => {
                self.mark(it.name.span, What::Declares(id));
                self.expr(&it.value, Wanted::Nothing);
            }
            Item::Output(it) => {
                self.mark(it.name.span, What::Name);
                self.expr(&it.value, Wanted::Nothing);
            }
            Item::Assert(it) => self.assertion(it),
            Item::Block(it) => {
                self.owner = Some(id);
                self.mark(it.kind_span, What::Kind(it.kind));
                self.mark(it.name.span, What::Declares(id));
                if let Some(variant) = &it.variant {
                    self.mark(variant.span, What::Variant(it));
                }
                for parent in &it.parents {
                    self.parent(it.kind, parent);
                }
                self.block(&it.body, schema_of(it), None);
            }
            Item::Test(it) => {
                self.mark(it.name.span, What::Name);
                for statement in &it.statements {
                    self.statement(statement);
                }
            }
        }
    }

    fn import(&mut self, import: &'a ast::Import) {
        for imported in &import.names {
            let local = imported.alias.as_ref().unwrap_or(&imported.name);
            let found = self.names.files[self.file].imports.get(&local.text);
            let found = found.and_then(|it| self.names.declared_as(it.file, &it.name));
            match found {
                Some(id) => {
                    self.mark(imported.name.span, What::Imports(id));
                    if let Some(alias) = &imported.alias {
                        self.mark(alias.span, What::Alias(id));
                    }
                }
                None => {
                    self.mark(imported.name.span, What::Unknown);
                    if let Some(alias) = &imported.alias {
                        self.mark(alias.span, What::Unknown);
                    }
                }
            }
        }
        self.mark(import.path.span, What::ImportPath);
    }

    fn parent(&mut self, kind: ItemKind, parent: &'a Parent) {
        let word = parent.word();
        let what = match parent {
            Parent::Text(_) => library_platform(&self.names, &word.text).map(What::Library),
            Parent::Name(_) => parent_kinds(kind)
                .iter()
                .find_map(|space| self.names.find(self.file, Space::Item(*space), &word.text))
                .map(What::Uses),
        };
        self.mark(word.span, what.unwrap_or(What::Unknown));
    }

    fn declared_type(&mut self, ty: &'a TypeExpr, whole: &'a TypeExpr) {
        match &ty.kind {
            TypeExprKind::Name(_) => self.mark(ty.span, What::TypeName),
            TypeExprKind::Union(words) => {
                for word in words {
                    self.mark(word.span, What::Member(whole));
                }
            }
            TypeExprKind::List(inner) => {
                // `list` itself stands in front of the bracket.
                let list = Span {
                    end: (ty.span.start + 4).min(inner.span.start),
                    ..ty.span
                };
                self.mark(list, What::TypeName);
                self.declared_type(inner, whole);
            }
            TypeExprKind::Error => {}
        }
    }

    fn assertion(&mut self, assertion: &'a Assertion) {
        self.expr(&assertion.condition, Wanted::Nothing);
        if let Some(message) = &assertion.message {
            self.expr(message, Wanted::Nothing);
        }
    }

    fn statement(&mut self, statement: &'a TestStatement) {
        match statement {
            TestStatement::Given {
                subject, params, ..
            } => {
                self.path(subject);
                if let [head, name, ..] = subject.segments.as_slice()
                    && let Some(space) = Space::of(&head.text)
                {
                    self.owner = self.names.find(self.file, space, &name.text);
                }
                for param in params {
                    let id = self.names.find(self.file, Space::Param, &param.name.text);
                    self.mark(param.name.span, id.map_or(What::Unknown, What::Uses));
                    let ty = id.and_then(|id| self.names.declaration(id));
                    let wanted = ty.map_or(Wanted::Nothing, |it| Wanted::Declared(&it.ty));
                    self.expr(&param.value, wanted);
                }
            }
            TestStatement::Expect(it) => self.assertion(it),
            TestStatement::Diagnostic { which, .. } => self.mark(which.span, What::Word(None)),
            TestStatement::Snapshot { what, .. } => self.mark(what.span, What::Word(None)),
        }
    }

    fn block(
        &mut self,
        block: &'a ast::Block,
        schema: Option<&'static Block>,
        trail: Option<&Rc<Trail>>,
    ) {
        for entry in &block.entries {
            self.entry(entry, schema, trail);
        }
    }

    fn entry(
        &mut self,
        entry: &'a Entry,
        schema: Option<&'static Block>,
        trail: Option<&Rc<Trail>>,
    ) {
        let property_of = |key: &Word| schema.and_then(|it| it.property(&key.text));
        match entry {
            Entry::Property(it) => {
                let property = property_of(&it.key);
                self.key(&it.key, property, trail, false);
                let wanted = match property.map(|it| it.shape) {
                    Some(Shape::Value(ty)) => Wanted::Type(ty),
                    _ => Wanted::Nothing,
                };
                self.expr(&it.value, wanted);
            }
            Entry::Block(it) => {
                let property = property_of(&it.key);
                self.key(&it.key, property, trail, false);
                let mut inner = Rc::new(Trail {
                    word: it.key.text.clone(),
                    around: trail.cloned(),
                });
                for label in &it.labels {
                    let what = match self.owner {
                        Some(owner) => What::Label(Keyed {
                            owner,
                            path: path_of(trail, &it.key.text),
                            name: label.text.clone(),
                            property,
                        }),
                        None => What::Name,
                    };
                    self.mark(label.span, what);
                    inner = Rc::new(Trail {
                        word: label.text.clone(),
                        around: Some(inner),
                    });
                }
                match property.map(|it| it.shape) {
                    Some(Shape::Block(table) | Shape::Keyed(table)) => {
                        self.block(&it.body, Some(table()), Some(&inner));
                    }
                    Some(Shape::Map(ty)) => self.map(&it.body, ty, property, &inner),
                    Some(Shape::Value(_) | Shape::Raw) | None => {
                        self.block(&it.body, None, Some(&inner));
                    }
                }
            }
            Entry::Spread(it) => self.path(&it.path),
            Entry::Remove(it) => {
                let property = property_of(&it.key);
                let key = self.new_key(&it.key, self.owner, property, trail, false);
                self.mark(it.key.span, What::KeyUse(key, Asked::Parents));
                for label in &it.labels {
                    let path = path_of(trail, &it.key.text);
                    self.label_use(label, self.owner, path, property, Asked::Parents);
                }
            }
            Entry::Assert(it) => self.assertion(it),
        }
    }

    /// A block whose keys are names of the user's own.
    fn map(
        &mut self,
        block: &'a ast::Block,
        ty: Type,
        property: Option<&'static Property>,
        trail: &Rc<Trail>,
    ) {
        for entry in &block.entries {
            match entry {
                Entry::Property(it) => {
                    self.key(&it.key, property, Some(trail), true);
                    self.expr(&it.value, Wanted::Type(ty));
                }
                Entry::Remove(it) => {
                    let key = self.new_key(&it.key, self.owner, property, Some(trail), true);
                    self.mark(it.key.span, What::KeyUse(key, Asked::Parents));
                }
                Entry::Block(_) | Entry::Spread(_) | Entry::Assert(_) => {
                    self.entry(entry, None, Some(trail));
                }
            }
        }
    }

    fn new_key(
        &self,
        key: &Word,
        owner: Option<ItemId>,
        property: Option<&'static Property>,
        trail: Option<&Rc<Trail>>,
        own_name: bool,
    ) -> Key {
        Key {
            owner,
            around: trail.cloned(),
            name: key.text.clone(),
            property,
            own_name,
        }
    }

    fn key(
        &mut self,
        key: &'a Word,
        property: Option<&'static Property>,
        trail: Option<&Rc<Trail>>,
        own_name: bool,
    ) {
        let what = self.new_key(key, self.owner, property, trail, own_name);
        self.mark(key.span, What::Key(what));
    }

    fn label_use(
        &mut self,
        word: &Word,
        owner: Option<ItemId>,
        path: SmolStr,
        property: Option<&'static Property>,
        asked: Asked,
    ) {
        let keyed = |owner| Keyed {
            owner,
            path,
            name: word.text.clone(),
            property,
        };
        let what = match owner {
            Some(owner) => What::LabelUse(keyed(owner), asked),
            None => What::Unknown,
        };
        self.mark(word.span, what);
    }

    fn expr(&mut self, expr: &'a Expr, wanted: Wanted<'a>) {
        match &expr.kind {
            ExprKind::Bool(_) => self.mark(expr.span, What::Bool),
            ExprKind::Int(_) => self.mark(expr.span, What::Number),
            ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Percent(_)
            | ExprKind::Cidr(_)
            | ExprKind::Prefix(_) => self.mark(expr.span, What::Quantity),
            ExprKind::Word(word) => self.bare_word(word, expr.span, wanted),
            ExprKind::Path(path) => self.path(path),
            ExprKind::Text(parts) => self.text(parts, expr.span, wanted),
            ExprKind::Call(call) => {
                self.mark(call.function.span, What::Function);
                for argument in &call.arguments {
                    self.expr(argument, Wanted::Nothing);
                }
            }
            ExprKind::List(items) => {
                let wanted = match wanted {
                    Wanted::Type(ty) => ty.element().map_or(Wanted::Nothing, Wanted::Type),
                    Wanted::Declared(ty) => match &ty.kind {
                        TypeExprKind::List(inner) => Wanted::Declared(inner),
                        _ => Wanted::Nothing,
                    },
                    Wanted::Nothing => Wanted::Nothing,
                };
                for item in items {
                    self.expr(item, wanted);
                }
            }
            // An element of a list is no property of the item.
            ExprKind::Map(block) => {
                let owner = self.owner.take();
                self.block(block, None, None);
                self.owner = owner;
            }
            ExprKind::Unary(_, operand) => self.expr(operand, Wanted::Nothing),
            ExprKind::Binary(left, op, right) => {
                let compared = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
                let of_other = |other| match compared {
                    true => self.type_of(other),
                    false => Wanted::Nothing,
                };
                let (for_left, for_right) = (of_other(right), of_other(left));
                self.expr(left, for_left);
                self.expr(right, for_right);
            }
            ExprKind::Conditional(condition, yes, no) => {
                self.expr(condition, Wanted::Nothing);
                self.expr(yes, wanted);
                self.expr(no, wanted);
            }
            ExprKind::Error => {}
        }
    }

    fn text(&mut self, parts: &'a [TextPart], span: Span, wanted: Wanted<'a>) {
        let library = match (parts, wanted) {
            ([TextPart::Literal(name)], Wanted::Type(ty)) if takes_platform(ty) => {
                library_platform(&self.names, name)
            }
            _ => None,
        };
        self.mark(span, library.map_or(What::Text, What::Library));
        for part in parts {
            if let TextPart::Expr(expr) = part {
                self.expr(expr, Wanted::Nothing);
            }
        }
    }

    fn bare_word(&mut self, word: &SmolStr, span: Span, wanted: Wanted<'a>) {
        let what = match wanted {
            Wanted::Declared(ty) => match &ty.kind {
                TypeExprKind::Union(_) => What::Member(ty),
                _ => What::Word(None),
            },
            Wanted::Type(ty) => {
                let doc = words_of(ty).find(|it| it.word == word);
                match (doc, entry_of(ty), self.owner) {
                    (None, Some(path), Some(owner)) => {
                        let keyed = Keyed {
                            owner,
                            path: path.into(),
                            name: word.clone(),
                            property: None,
                        };
                        What::LabelUse(keyed, Asked::All)
                    }
                    (doc, _, _) => What::Word(doc),
                }
            }
            Wanted::Nothing => What::Word(None),
        };
        self.mark(span, what);
    }

    /// What the other side of a comparison should be.
    fn type_of(&self, expr: &'a Expr) -> Wanted<'a> {
        let ExprKind::Path(path) = &expr.kind else {
            return Wanted::Nothing;
        };
        let [head, rest @ ..] = path.segments.as_slice() else {
            return Wanted::Nothing;
        };
        let (block, words) = match head.text.as_str() {
            "self" | "base" => match self.owner.and_then(|id| self.names.block(id)) {
                Some(block) => (block, rest),
                None => return Wanted::Nothing,
            },
            word => {
                let (Some(space), [name, rest @ ..]) = (Space::of(word), rest) else {
                    return Wanted::Nothing;
                };
                let Some(id) = self.names.find(self.file, space, &name.text) else {
                    return Wanted::Nothing;
                };
                if let Some(declaration) = self.names.declaration(id) {
                    return Wanted::Declared(&declaration.ty);
                }
                match self.names.block(id) {
                    Some(block) => (block, rest),
                    None => return Wanted::Nothing,
                }
            }
        };
        let mut schema = schema_of(block);
        let mut words = words.iter();
        while let (Some(block), Some(word)) = (schema, words.next()) {
            let Some(property) = block.property(&word.text) else {
                return Wanted::Nothing;
            };
            schema = match property.shape {
                Shape::Value(ty) => return Wanted::Type(ty),
                Shape::Block(inner) => Some(inner()),
                Shape::Keyed(inner) => words.next().map(|_| inner()),
                Shape::Map(_) | Shape::Raw => None,
            };
        }
        Wanted::Nothing
    }

    fn path(&mut self, path: &'a Path) {
        let [head, rest @ ..] = path.segments.as_slice() else {
            return;
        };
        self.mark(head.span, What::Head(head));
        match head.text.as_str() {
            "aws" => {
                for word in rest {
                    let pseudo = Pseudo::ALL.into_iter().find(|it| it.name() == word.text);
                    self.mark(word.span, pseudo.map_or(What::Unknown, What::Pseudo));
                }
            }
            "self" | "base" => match self.owner {
                Some(owner) => {
                    let asked = match head.text.as_str() {
                        "base" => Asked::Parents,
                        _ => Asked::All,
                    };
                    self.segments(owner, rest, asked);
                }
                None => self.unknown(rest),
            },
            "alarm" => {
                for word in rest {
                    self.label_use(word, self.owner, "alarm".into(), None, Asked::All);
                }
            }
            word => {
                let (Some(space), [name, rest @ ..]) = (Space::of(word), rest) else {
                    return self.unknown(rest);
                };
                match self.names.find(self.file, space, &name.text) {
                    Some(id) => {
                        self.mark(name.span, What::Uses(id));
                        self.segments(id, rest, Asked::All);
                    }
                    None => {
                        self.mark(name.span, What::Unknown);
                        self.unknown(rest);
                    }
                }
            }
        }
    }

    fn unknown(&mut self, words: &'a [Word]) {
        for word in words {
            self.mark(word.span, What::Unknown);
        }
    }

    /// What stands behind an item: properties, or an attribute.
    fn segments(&mut self, id: ItemId, words: &'a [Word], asked: Asked) {
        let Some(block) = self.names.block(id) else {
            return self.unknown(words);
        };
        // `network.main.private` is short for a block of `subnets`.
        if block.kind == ItemKind::Network
            && let [group, rest @ ..] = words
            && schema_of(block).is_none_or(|it| it.property(&group.text).is_none())
            && !attributes::of(block.kind)
                .iter()
                .any(|it| it.name == group.text)
        {
            self.label_use(group, Some(id), "subnets".into(), None, asked);
            for word in rest {
                self.mark(word.span, What::Word(None));
            }
            return;
        }
        let joined: Vec<&str> = words.iter().map(|it| it.text.as_str()).collect();
        let attribute = attributes::of(block.kind)
            .iter()
            .find(|it| it.name == joined.join("."));
        // Parents were never deployed as what stands here.
        if let Some(attribute) = attribute
            && asked == Asked::All
        {
            for word in words {
                self.mark(word.span, What::Attribute(attribute));
            }
            return;
        }
        let mut schema = schema_of(block);
        let mut trail: Option<Rc<Trail>> = None;
        let mut words = words.iter();
        let deeper = |trail: Option<Rc<Trail>>, word: &Word| {
            Some(Rc::new(Trail {
                word: word.text.clone(),
                around: trail,
            }))
        };
        while let Some(word) = words.next() {
            let Some(property) = schema.and_then(|it| it.property(&word.text)) else {
                self.mark(word.span, What::Unknown);
                schema = None;
                continue;
            };
            let key = self.new_key(word, Some(id), Some(property), trail.as_ref(), false);
            self.mark(word.span, What::KeyUse(key, asked));
            let around = trail.clone();
            trail = deeper(trail, word);
            schema = match property.shape {
                Shape::Block(inner) => Some(inner()),
                Shape::Keyed(inner) => {
                    if let Some(label) = words.next() {
                        let path = path_of(around.as_ref(), &word.text);
                        self.label_use(label, Some(id), path, Some(property), asked);
                        trail = deeper(trail, label);
                    }
                    Some(inner())
                }
                Shape::Map(_) => {
                    if let Some(name) = words.next() {
                        let key =
                            self.new_key(name, Some(id), Some(property), trail.as_ref(), true);
                        self.mark(name.span, What::KeyUse(key, asked));
                    }
                    None
                }
                Shape::Value(_) | Shape::Raw => None,
            };
        }
    }
}

fn takes_platform(ty: Type) -> bool {
    match ty {
        Type::Platform => true,
        Type::Late(ty) => takes_platform(*ty),
        Type::OneOf(types) => types.iter().any(|ty| takes_platform(*ty)),
        _ => false,
    }
}

/// The keyed block whose entries a type takes.
pub(super) fn entry_of(ty: Type) -> Option<&'static str> {
    match ty {
        Type::Entry(path) | Type::EntryPath(path) => Some(path),
        Type::Late(ty) => entry_of(*ty),
        Type::OneOf(types) => types.iter().find_map(|ty| entry_of(*ty)),
        _ => None,
    }
}

/// The words that a type takes.
pub(super) fn words_of(ty: Type) -> Box<dyn Iterator<Item = WordDoc>> {
    match ty {
        Type::Words(words) => Box::new(words.iter().copied()),
        Type::Late(ty) | Type::List(ty) => words_of(*ty),
        Type::OneOf(types) => Box::new(types.iter().flat_map(|ty| words_of(*ty))),
        _ => Box::new(std::iter::empty()),
    }
}
