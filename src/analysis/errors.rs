//! Everything the analysis can complain about, one function each.

use std::io;
use std::string::FromUtf8Error;

use smol_str::SmolStr;

use super::comparisons::{Choice, Spelling};
use super::eval::{Parameter, schema_of, subnets_in, value_at};
use super::foreign::{self, Foreign, Ours};
use super::home::Home;
use super::layers::Node as Found;
use super::names::Elsewhere;
use crate::diagnostic::lint::NoLint;
use crate::diagnostic::suggest::closest;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, with_article};
use crate::facts::InstanceType;
use crate::model::Placed;
use crate::schema::functions::Function;
use crate::schema::instances::Architecture;
use crate::schema::{
    self, Block, Late, LatePart, Property, Shape, Type, Value, WordDoc, vocabulary,
};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{
    BinaryOp, BlockItem, Declaration, ExprKind, ItemKind, Path, TypeExpr, TypeExprKind, UnaryOp,
    Word,
};
use crate::units::{Cidr, Duration, Prefix, Size};

// Files

pub(super) fn unreadable(span: Span, name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::new(
        Code::UnreadableFile,
        span,
        format!("`{name}` cannot be read"),
    )
    .label(why_unreadable(error))
}

fn why_unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        // What is wrong in an archive is said by the one who reads it.
        io::ErrorKind::InvalidData => error.to_string(),
        io::ErrorKind::UnexpectedEof => "its end is missing".to_owned(),
        kind => kind.to_string(),
    }
}

pub(super) fn no_source(span: Span, source: &str) -> Diagnostic {
    let message = format!("`{source}` is no folder and no zip, jar or war");
    Diagnostic::new(Code::UnreadableFile, span, message).label("cannot be packaged")
}

pub(super) fn no_archive(span: Span, source: &str, error: &io::Error) -> Diagnostic {
    let message = format!("`{source}` cannot be read as an archive");
    Diagnostic::new(Code::UnreadableFile, span, message)
        .label(why_unreadable(error))
        .note("instances could not unpack it either")
}

/// A file of an archive, of which nobody knows how long it really is.
pub(super) fn longer_than_read(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` is larger than beanc reads");
    Diagnostic::new(Code::UnreadableFile, span, message).label("the most is 1MiB")
}

pub(super) fn file_too_large(span: Span, name: &str, bytes: usize) -> Diagnostic {
    let message = format!("`{name}` is larger than beanc reads");
    let size = Size::from_bytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    Diagnostic::new(Code::UnreadableFile, span, message).label(format!("{size}; the most is 1MiB"))
}

pub(super) fn not_text(span: Span, name: &str, error: &FromUtf8Error) -> Diagnostic {
    let message = format!("`{name}` is not UTF-8 text");
    let bytes = error.as_bytes();
    let why = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            "it begins like UTF-16, which Windows PowerShell writes with `>`".to_owned()
        }
        _ => {
            let before = &bytes[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let byte = bytes.get(before.len()).copied().unwrap_or_default();
            format!("the byte {byte:02X} in line {line} begins no character")
        }
    };
    Diagnostic::new(Code::UnreadableFile, span, message)
        .label(why)
        .help("save the file as UTF-8")
}

pub(super) fn outside_project(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::OutsideProject,
        span,
        format!("`{path}` leads out of the project"),
    )
    .label("outside of the project's root")
    .note(
        "the root is the folder of the entry file, or the nearest one above it with a \
             `bean.toml` or a `bean.lock`; a program reads nothing else, so that it means the \
             same everywhere",
    )
}

pub(super) fn no_such_library(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(Code::UnreadableFile, span, format!("there is no `{path}`"))
        .label("not in the standard library")
}

/// The entry file is in a folder that has the library's name.
pub(super) fn in_library(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` is called like a file of the standard library");
    Diagnostic::new(Code::UnreadableFile, span, message)
        .label("what begins with `std/` is the library's, so this file is not read")
        .help("give the folder another name, or put a `bean.toml` into it: then it is a project's root")
}

pub(super) fn import_cycle(span: Span, way: &[String]) -> Diagnostic {
    let message = match way {
        [only] => format!("`{only}` imports itself"),
        way => format!("{} import each other", list(way, "and")),
    };
    Diagnostic::new(Code::ImportCycle, span, message)
        .label("this import closes the circle")
        .help("move what both need into a file of its own")
}

pub(super) fn not_in_file(name: &Word, path: &str, names: &[SmolStr]) -> Diagnostic {
    let message = format!("`{path}` has no `{}`", name.text);
    let error = Diagnostic::new(Code::UnresolvedImport, name.span, message);
    match closest(&name.text, names.iter().map(SmolStr::as_str)) {
        Some(near) => error.fix(format!("did you mean `{near}`?"), name.span, near),
        None if !names.is_empty() && names.len() <= 8 => {
            error.help(format!("it has {}", list(names, "and")))
        }
        None => error,
    }
}

pub(super) fn imported_twice(name: &Word, first: Span) -> Diagnostic {
    let message = format!("`{}` is imported twice", name.text);
    Diagnostic::new(Code::DuplicateItem, name.span, message)
        .related(first, "first here")
        .help(format!(
            "give one of them another name: `{} as other`",
            name.text
        ))
}

// Names

pub(super) fn duplicate_item(kind: &str, name: &Word, (of, first): (&str, Span)) -> Diagnostic {
    if kind == of {
        let message = format!("there are two {kind}s named `{}`", name.text);
        return Diagnostic::new(Code::DuplicateItem, name.span, message)
            .label("named here again")
            .related(first, "first here");
    }
    let message = format!(
        "`{}` is {} and {}",
        name.text,
        with_article(of),
        with_article(kind)
    );
    Diagnostic::new(Code::DuplicateItem, name.span, message)
        .label(format!("this {kind}"))
        .related(first, format!("and this {of}"))
        .note("environments and templates share their names: `extends` takes either")
}

/// Two files have an item of one name, and one program has both.
pub(super) fn same_name_elsewhere(kind: &str, name: &Word, first: &Word) -> Diagnostic {
    let (code, message) = if name.text == first.text {
        let message = format!("the program has two {kind}s named `{}`", name.text);
        (Code::DuplicateItem, message)
    } else {
        let message = format!("`{}` and `{}` are the same name", first.text, name.text);
        (Code::NamesCollide, message)
    };
    Diagnostic::new(code, name.span, message)
        .label("this one")
        .related(first.span, "and this one")
        .note("an import can give it another name in a file, but not in the templates")
        .help("rename one of them where it is declared")
}

pub(super) fn names_collide(name: &Word, first: &Word) -> Diagnostic {
    let message = format!("`{}` and `{}` are the same name", first.text, name.text);
    Diagnostic::new(Code::NamesCollide, name.span, message)
        .label("differs only in `-` and `_`")
        .related(first.span, "from this one")
        .note("Terraform writes both with `_`, CloudFormation with neither")
}

pub(super) fn unresolved(
    space: &str,
    name: &Word,
    elsewhere: Option<&Elsewhere>,
    visible: &[SmolStr],
) -> Diagnostic {
    let message = format!("there is no {space} named `{}`", name.text);
    let error = Diagnostic::new(Code::UnresolvedReference, name.span, message)
        .label("not declared in this file or its imports");
    if let Some(elsewhere) = elsewhere {
        return import_it(error, elsewhere);
    }
    if let Some(closest) = closest(&name.text, visible.iter().map(SmolStr::as_str)) {
        return error.fix(
            format!("did you mean `{space}.{closest}`?"),
            name.span,
            closest,
        );
    }
    if name.text.contains('-') && visible.iter().any(|it| name.text.starts_with(it.as_str())) {
        return error.help("`-` between names needs a space on both sides to be a minus");
    }
    match visible {
        [] => error.help(format!("declare it: `{space} {} …`", name.text)),
        few if few.len() <= 8 => error.help(format!("there is {}", list(few, "and"))),
        _ => error,
    }
}

/// What is declared in another file, or in the library.
fn import_it(error: Diagnostic, elsewhere: &Elsewhere) -> Diagnostic {
    let error = match elsewhere.place {
        Some(place) => error.related(place, "this one is not imported"),
        None => error.note("the standard library has it"),
    };
    error.advice(
        format!("import it: `{}`", elsewhere.import),
        Applicability::MachineApplicable,
        [elsewhere.edit.clone()],
    )
}

/// How references of other tools begin, and what they are here.
const OTHER_HEADS: [(&str, &str); 7] = [
    (
        "var",
        "a value that is known now is a `param`, one that is given to the deployment an `input`",
    ),
    ("local", "a `let` is named `let.NAME`"),
    ("locals", "a `let` is named `let.NAME`"),
    (
        "data",
        "nothing is looked up during a build; pass what exists as an `input`",
    ),
    (
        "module",
        "items of other files are imported: `import { name } from \"./file.bean\"`",
    ),
    ("each", "there are no loops, so there is nothing to be each"),
    ("count", "there are no loops, so nothing is counted"),
];

pub(super) fn unresolved_head(path: &Path) -> Diagnostic {
    let head = path.head();
    let heads = [
        "param",
        "input",
        "let",
        "application",
        "environment",
        "template",
        "network",
        "platform",
        "resource",
        "self",
        "base",
        "aws",
        "alarm",
    ];
    let message = format!("`{}` begins no reference", head.text);
    let error = Diagnostic::new(Code::UnresolvedReference, head.span, message)
        .label("references begin with the kind of thing they mean");
    let other = OTHER_HEADS.iter().find(|(other, _)| *other == head.text);
    if let Some((_, advice)) = other {
        return error.help(*advice);
    }
    match closest(&head.text, heads) {
        Some(near) => error.fix(format!("did you mean `{near}`?"), head.span, near),
        None if head.text.starts_with("aws_") => {
            error.help("what the program makes has attributes: `environment.NAME.url`")
        }
        None => {
            let text = format!("\"{}\"", path.text());
            error.suggestion(
                format!("if it is text, it stands in quotes: `{text}`"),
                path.span,
                text,
            )
        }
    }
}

pub(super) fn nothing_behind(word: &Word, path: &Path) -> Diagnostic {
    let message = format!("`{}` has no `{}`", before(path, word), word.text);
    Diagnostic::new(Code::UnknownAttribute, word.span, message).label("it is a plain value")
}

/// `groups` are the subnets that a network is asked for by name.
pub(super) fn unknown_attribute(
    word: &Word,
    (kind, block): (ItemKind, &'static Block),
    item: &str,
    attributes: &[&str],
    groups: &[&str],
) -> Diagnostic {
    let message = format!("{} `{item}` has no `{}`", kind.keyword(), word.text);
    let label = match kind {
        ItemKind::Network => "neither subnets, nor a property that is set, nor an attribute",
        _ => "neither a property that is set nor an attribute",
    };
    let error = Diagnostic::new(Code::UnknownAttribute, word.span, message).label(label);
    let properties = block.properties.iter().map(|it| it.name);
    let names = groups.iter().chain(attributes).copied();
    let error = did_you_mean(error, word, names.chain(properties));
    let error = if groups.is_empty() {
        error
    } else {
        error.note(format!("its subnets are {}", list(groups, "and")))
    };
    if attributes.is_empty() {
        error
    } else {
        error.note(format!("attributes are {}", list(attributes, "and")))
    }
}

/// What is asked of a network's subnets that they do not have.
pub(super) fn unknown_of_group(group: &Word, word: &Word, network: &BlockItem) -> Diagnostic {
    let message = format!("subnets `{}` have no `{}`", group.text, word.text);
    let error = Diagnostic::new(Code::UnknownAttribute, word.span, message)
        .label("not an attribute of subnets");
    let way = ["subnets", &group.text, &word.text].map(|text| Word {
        text: text.into(),
        span: word.span,
    });
    if value_at(schema_of(network), &way).is_some() {
        let name = &network.name.text;
        let written = format!("network.{name}.subnets.{}.{}", group.text, word.text);
        return error.help(format!("`{written}` is what is written"));
    }
    did_you_mean(error, word, ["ids"]).note("their only attribute is `ids`")
}

/// A reference to a property that a block never has.
pub(super) fn unknown_property_of(word: &Word, block: &'static Block) -> Diagnostic {
    let message = format!("`{}` has no property `{}`", block.name, word.text);
    let names = || block.properties.iter().map(|it| it.name);
    let error = Diagnostic::new(Code::UnknownAttribute, word.span, message)
        .label(format!("not a property of `{}`", block.name));
    match closest(&word.text, names()) {
        Some(near) => error.fix(format!("did you mean `{near}`?"), word.span, near),
        None => error.help(format!("`beanc explain {}` lists them", block.name)),
    }
}

pub(super) fn no_balancer(attribute: &Word, environment: &str) -> Diagnostic {
    let message = format!("environment `{environment}` has no load balancer");
    Diagnostic::new(Code::UnknownAttribute, attribute.span, message)
        .label("it is a single instance")
        .help(format!(
            "`environment.{environment}.url` is where it answers"
        ))
}

/// The name of a balancer that exists already and whose name nobody said.
pub(super) fn no_balancer_name(attribute: &Word, environment: &str) -> Diagnostic {
    let message = format!("environment `{environment}` does not know its load balancer's name");
    Diagnostic::new(Code::UnknownAttribute, attribute.span, message)
        .label("the balancer is shared, and nothing is looked up")
        .help("set it there: `load_balancer { dns_name = \"…\" }`")
}

/// The address of an environment with a wildcard for a name.
pub(super) fn many_addresses(attribute: &Word, name: &str, dns: Span) -> Diagnostic {
    let message = format!("there is no one `{}`: `{name}` are many", attribute.text);
    let example = name.replacen('*', "www", 1);
    let example = match attribute.text.as_str() {
        "url" => format!("https://{example}"),
        _ => example,
    };
    Diagnostic::new(Code::UnknownAttribute, attribute.span, message)
        .label("which of them?")
        .related(dns, "every name below this one leads here")
        .help(format!("write the one that is meant: `\"{example}\"`"))
}

/// A worker's address.
pub(super) fn no_address(attribute: &Word, environment: &str) -> Diagnostic {
    let message = format!("environment `{environment}` has no `{}`", attribute.text);
    Diagnostic::new(Code::UnknownAttribute, attribute.span, message)
        .label("a worker answers nobody")
        .help(format!(
            "`environment.{environment}.queue.url` is where its messages are sent"
        ))
}

/// The queue of an environment that has none.
pub(super) fn no_queue(path: &Path, environment: &str) -> Diagnostic {
    let message = format!("environment `{environment}` has no queue");
    Diagnostic::new(Code::UnknownAttribute, path.span, message).label("only workers have one")
}

/// A property that exists and that nobody has set.
pub(super) fn not_set(
    path: &Path,
    property: &'static Property,
    kind: ItemKind,
    item: &str,
) -> Diagnostic {
    let last = path.segments.last().unwrap_or(path.head());
    let message = format!("{} `{item}` does not set `{}`", kind.keyword(), last.text);
    let error = Diagnostic::new(Code::UnknownAttribute, last.span, message)
        .label("it has no value that could be read");
    let error = match (property.shape, property.facts.default) {
        (Shape::Value(_), schema::Default::Absent(means)) if !means.is_empty() => {
            error.note(format!("by default: {means}"))
        }
        _ => error,
    };
    error.help("set it, or write the value here")
}

pub(super) fn unknown_pseudo(path: &Path) -> Diagnostic {
    let last = path.segments.last().unwrap_or(path.head());
    let error = Diagnostic::new(
        Code::UnknownAttribute,
        last.span,
        format!("there is no `{}`", path.text()),
    );
    let names = ["region", "account", "partition", "dns_suffix"];
    did_you_mean(error, last, names).note(format!("`aws` has {}", list(&names, "and")))
}

/// `names` is what is known of the block.
pub(super) fn whole_block(path: &Path, names: &[&str]) -> Diagnostic {
    let message = format!("`{}` is a block, not a value", path.text());
    let error = Diagnostic::new(Code::UnknownAttribute, path.span, message)
        .label("name one of its properties");
    match names {
        [] => error,
        [first, ..] => error
            .note(format!("it has {}", list(names, "and")))
            .help(format!("write `{}.{first}`", path.text())),
    }
}

pub(super) fn no_self(head: &Word) -> Diagnostic {
    Diagnostic::new(
        Code::NoSuchLayer,
        head.span,
        "`self` means nothing outside of an item",
    )
    .label("no environment, application or network around it")
    .help("name the item: `environment.NAME`")
}

pub(super) fn no_base(head: &Word) -> Diagnostic {
    Diagnostic::new(
        Code::NoSuchLayer,
        head.span,
        "`base` needs something to inherit from",
    )
    .label("this item extends nothing")
    .help("add `extends NAME` to the item, or write the value itself")
}

/// `unknown` is the word of the path that no block has, and its block.
pub(super) fn nothing_in_base(path: &Path, unknown: Option<(&'static Block, &Word)>) -> Diagnostic {
    let message = format!("nothing that is inherited sets `{}`", path.text());
    let error =
        Diagnostic::new(Code::NoSuchLayer, path.span, message).label("not set in any parent");
    match unknown {
        Some((block, word)) => did_you_mean(error, word, block.properties.iter().map(|it| it.name)),
        None => error,
    }
}

pub(super) fn spread_of_other(path: &Path) -> Diagnostic {
    let message = format!("`...{}` spreads something else than `base`", path.text());
    Diagnostic::new(Code::NoSuchLayer, path.span, message)
        .label("only what is inherited can be spread")
        .help("`extends` the item instead: blocks are merged key by key")
}

// Blocks

/// The property that an unknown key probably means; nothing that has no meaning
/// in this version.
pub(super) fn nearest_property(key: &str, block: &'static Block) -> Option<&'static str> {
    let properties = block.properties.iter();
    let known = properties.filter(|it| !it.facts.later);
    closest(key, known.map(|it| it.name))
}

/// What speaks for and against the property that an unknown key looks like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Near {
    /// It may be written in the key's place as it stands.
    Fits(&'static str),
    /// What is written does not suit it, or another key looks like it as well.
    Likely(&'static str),
    /// It is written in the same block already, at a place.
    IsSet(&'static str, Span),
}

/// `home` is the block that the property belongs in, and where that is written.
pub(super) fn unknown_property(
    key: &Word,
    block: &'static Block,
    home: Option<Home>,
    near: Option<Near>,
) -> Diagnostic {
    let known: Vec<&str> = block.properties.iter().map(|it| it.name).collect();
    if let (Some(home), None | Some(Near::IsSet(..))) = (home, near) {
        let message = format!(
            "`{}` is set in `{}`, but belongs in {}",
            key.text,
            block.name,
            list(&home.names, "or")
        );
        let error = Diagnostic::new(Code::PropertyInWrongBlock, key.span, message)
            .label(format!("`{}` has no `{}`", block.name, key.text))
            .help(format!("move it into {}", list(&home.written, "or")));
        return match home.place {
            Some(place) => error.related(place, "it is a property of this block"),
            None => error,
        };
    }
    let message = format!("`{}` has no property `{}`", block.name, key.text);
    let error = Diagnostic::new(Code::UnknownProperty, key.span, message)
        .label(format!("not a property of `{}`", block.name));
    let meant = |near: &str| format!("did you mean `{near}`?");
    match near {
        Some(Near::IsSet(near, place)) => error
            .related(place, format!("`{near}` is set here"))
            .help("delete one of the two"),
        Some(Near::Fits(near)) => error.fix(meant(near), key.span, near),
        Some(Near::Likely(near)) => error.suggestion(meant(near), key.span, near),
        None if known.len() <= 8 => error.help(format!("it has {}", list(&known, "and"))),
        None => error.help(format!("`beanc explain {}` lists them", block.name)),
    }
}

/// An item's name as a property of it.
pub(super) fn name_in_item(key: &Word, item: &BlockItem) -> Diagnostic {
    let kind = item.kind.keyword();
    let name = &item.name.text;
    let message = format!("`{kind}` has no property `{}`", key.text);
    Diagnostic::new(Code::UnknownProperty, key.span, message)
        .label(format!("its name is `{name}` already"))
        .related(item.name.span, "names stand here")
        .help(format!("delete it, or write another name behind `{kind}`"))
}

/// `entry` is the whole entry and its value; `is_free` says whether the block
/// does not set a property yet.
pub(super) fn foreign_name(
    key: &Word,
    foreign: &Foreign,
    entry: Option<(Span, Value)>,
    is_free: impl Fn(&str) -> bool,
) -> Diagnostic {
    let Foreign {
        vendor,
        source,
        ours,
    } = foreign;
    let error = |message: String| {
        let error = Diagnostic::new(Code::ForeignName, key.span, message);
        match source {
            Some(source) => error.label(*source),
            None => error.label("it has another name here"),
        }
    };
    let rewritten = |property: &Property| match (property.shape, &entry) {
        (Shape::Value(ty), Some((_, value))) => foreign::value(&ty, &key.text, value),
        _ => None,
    };
    match ours {
        Ours::Here(property) => {
            let message = format!("`{}` is {vendor}'s name for `{}`", key.text, property.name);
            let value = rewritten(property);
            let ours = foreign::entry(&[property], value.as_deref());
            let help = format!("write `{ours}`");
            match entry {
                Some((whole, _)) if value.is_some() && is_free(property.name) => {
                    error(message).fix(help, whole, ours)
                }
                _ => error(message).help(help),
            }
        }
        Ours::There {
            property,
            path,
            item,
        } => {
            let names: Vec<&str> = path.iter().map(|property| property.name).collect();
            let names = names.join(".");
            let message = format!("`{}` is {vendor}'s name for `{names}`", key.text);
            let value = rewritten(property);
            let ours = foreign::entry(path, value.as_deref());
            match item {
                Some(item) => error(message).help(format!("write `{ours}` in the {item}")),
                None => error(message).help(format!("write `{ours}`")),
            }
        }
        Ours::Options(options) => {
            let message = format!("`{}` is a namespace of {vendor}'s options", key.text);
            let error = error(message).label("its options are properties here");
            let known = options
                .iter()
                .map(|(option, path)| format!("`{option}` is `{}`", foreign::entry(path, None)));
            known.fold(error, Diagnostic::note)
        }
        Ours::Nothing(why) => error(format!("`{}` of {vendor} is no property here", key.text))
            .label("")
            .note(*why)
            .help("delete it"),
    }
}

pub(super) fn missing_property(
    block: &'static Block,
    property: &'static Property,
    place: Span,
) -> Diagnostic {
    let message = format!("`{}` needs `{}`", block.name, property.name);
    let what: Vec<&str> = property.docs.iter().map(|line| line.trim()).collect();
    let what = what
        .split(|line| line.is_empty())
        .next()
        .unwrap_or_default();
    let what = what.join(" ");
    Diagnostic::new(Code::MissingProperty, place, message)
        .label(format!("`{}` is missing here", property.name))
        .note(format!("`{}`: {what}", property.name))
}

pub(super) fn duplicate_property(key: &Word, first: Span) -> Diagnostic {
    let message = format!("`{}` is written twice", key.text);
    Diagnostic::new(Code::DuplicateProperty, key.span, message)
        .label("here again")
        .related(first, "first here")
        .help("keep the one that you mean")
}

pub(super) fn too_many_labels(key: &Word, label: &Word) -> Diagnostic {
    let message = format!("`{}` takes one name", key.text);
    Diagnostic::new(Code::WrongShape, label.span, message).label("one too many")
}

pub(super) fn wrong_shape(
    block: &'static Block,
    property: &'static Property,
    shape: &Shape,
    found: &Found<'_>,
    place: Span,
) -> Diagnostic {
    let name = property.name;
    let (message, help) = match (shape, found) {
        (Shape::Value(ty), _) => (
            format!("`{name}` takes a value, not a block"),
            format!("write `{name} = …`: {ty}"),
        ),
        (Shape::Keyed(_), Found::Block(_)) => (
            format!("each `{name}` of `{}` needs a name", block.name),
            format!("write `{name} NAME {{ … }}`: the name is yours to choose"),
        ),
        (Shape::Keyed(_), _) => (
            format!("`{name}` is a block with a name, not a value"),
            format!("write `{name} NAME {{ … }}`"),
        ),
        (Shape::Block(_) | Shape::Map(_), Found::Keyed(_)) => (
            format!("`{name}` of `{}` has no name of its own", block.name),
            format!("write `{name} {{ … }}`"),
        ),
        (Shape::Block(_) | Shape::Map(_) | Shape::Raw, _) => (
            format!("`{name}` is a block, not a value"),
            format!("write `{name} {{ … }}`"),
        ),
    };
    let error = Diagnostic::new(Code::WrongShape, place, message);
    // `health { path = … }` of an environment is meant for its balancer.
    match (shape, found, home_of_block(block, name)) {
        (Shape::Value(_), Found::Block(_), Some(home)) => error
            .help(format!("the block `{name}` belongs in `{home} {{ … }}`"))
            .help(help),
        _ => error.help(help),
    }
}

/// The name of a block right inside this one in which `name` is a block.
fn home_of_block(block: &'static Block, name: &str) -> Option<&'static str> {
    let has = |it: &&Property| {
        let Shape::Block(inner) = it.shape else {
            return false;
        };
        let inside = inner().property(name);
        inside.is_some_and(|it| matches!(it.shape, Shape::Block(_)))
    };
    block.properties.iter().find(has).map(|it| it.name)
}

pub(super) fn value_expected(name: &str, place: Span, ty: &Type) -> Diagnostic {
    Diagnostic::new(
        Code::WrongShape,
        place,
        format!("`{name}` takes a value, not a block"),
    )
    .label(format!("{ty} is expected here"))
}

/// `inner` is how it is removed from a block that has it.
pub(super) fn nothing_to_remove(word: &Word, keys: &[&str], inner: Option<&str>) -> Diagnostic {
    let message = format!("there is no `{}` to remove", word.text);
    let error = Diagnostic::new(Code::NothingToRemove, word.span, message);
    if let Some(inner) = inner {
        return error
            .label("not here: it is in a block")
            .help(format!("write `{inner}`"));
    }
    let error = error.label("not inherited from any parent");
    did_you_mean(error, word, keys.iter().copied())
}

// Inheritance

pub(super) fn unknown_parent(
    word: &Word,
    kind: ItemKind,
    names: &[SmolStr],
    elsewhere: Option<&Elsewhere>,
    quoted: bool,
) -> Diagnostic {
    let what = match kind {
        ItemKind::Environment | ItemKind::Template => "template or environment",
        ItemKind::Platform => "platform",
        ItemKind::Application | ItemKind::Network | ItemKind::Resource => kind.keyword(),
    };
    let message = format!("there is no {what} named `{}`", word.text);
    let error = Diagnostic::new(Code::UnknownParent, word.span, message).label(match quoted {
        true => "not in the standard library",
        false => "not declared in this file or its imports",
    });
    if let Some(elsewhere) = elsewhere {
        return import_it(error, elsewhere);
    }
    match closest(&word.text, names.iter().map(SmolStr::as_str)) {
        Some(near) => {
            let text = if quoted {
                format!("\"{near}\"")
            } else {
                near.to_owned()
            };
            let help = format!("did you mean `{near}`?");
            match !quoted || same_version(near, &word.text) {
                true => error.fix(help, word.span, text),
                false => error.suggestion(help, word.span, text),
            }
        }
        None if !names.is_empty() && names.len() <= 8 => {
            error.help(format!("there is {}", list(names, "and")))
        }
        None => error,
    }
}

/// What one of two parents says of a property.
pub(super) struct Saying<'s> {
    /// The parent, as the child names it.
    pub parent: SmolStr,
    /// The item that writes it: the parent, or one that it extends.
    pub by: SmolStr,
    /// Where it stands.
    pub place: Span,
    /// How it is written.
    pub text: &'s str,
}

impl Saying<'_> {
    fn label(&self) -> String {
        let Self {
            parent, by, text, ..
        } = self;
        match parent == by {
            true => format!("`{parent}` says {text}"),
            false => format!("`{parent}` has {text} from `{by}`"),
        }
    }
}

pub(super) fn parents_disagree(
    parent: &Word,
    path: &str,
    first: &Saying<'_>,
    second: &Saying<'_>,
    asks: Option<Span>,
) -> Diagnostic {
    let verb = match first.parent == first.by && second.parent == second.by {
        true => "both set",
        false => "disagree about",
    };
    let message = format!("`{}` and `{}` {verb} `{path}`", first.parent, second.parent);
    let error = Diagnostic::new(Code::ParentsDisagree, parent.span, message)
        .label("the order of parents decides nothing")
        .related(first.place, first.label())
        .related(second.place, second.label());
    match asks {
        Some(place) => error
            .related(place, "asks for what both say")
            .help("write the value itself, or let one parent extend the other"),
        None => error.help(format!("say which one you want: set `{path}` here as well")),
    }
}

pub(super) fn inheritance_cycle(parent: &Word, way: &[SmolStr]) -> Diagnostic {
    let message = match way {
        [only] => format!("`{only}` extends itself"),
        way => format!("{} extend each other", list(way, "and")),
    };
    Diagnostic::new(Code::InheritanceCycle, parent.span, message).label("this closes the circle")
}

/// `cut` is what goes from the text for the parent to be named once.
pub(super) fn repeated_parent(parent: &Word, first: Span, cut: Option<Span>) -> Diagnostic {
    let message = format!("`{}` is extended twice", parent.text);
    let error = Diagnostic::new(Code::RepeatedParent, parent.span, message)
        .label("here again")
        .related(first, "first here");
    match cut {
        Some(cut) => error.fix("name it once", cut, ""),
        None => error.help("name it once"),
    }
}

pub(super) fn other_tier(parent: &Word, own: &Word, other: &Word) -> Diagnostic {
    let message = format!("`{}` is of another tier", parent.text);
    Diagnostic::new(Code::OtherTier, parent.span, message)
        .label(format!("this one is `{}`", other.text))
        .related(own.span, format!("and this one `{}`", own.text))
}

/// What is wrong stands in a parent: who has it from there.
pub(super) fn inherited(error: Diagnostic, heir: &Word) -> Diagnostic {
    error.related(heir.span, format!("inherited by `{}` here", heir.text))
}

/// A name of an entry that is there and does not count; `place` says that.
pub(super) fn disabled_entry(what: &str, name: &str, span: Span, place: Span) -> Diagnostic {
    let message = format!("{what} `{name}` is not enabled");
    Diagnostic::new(Code::UnknownEntry, span, message)
        .label(format!("this needs {what} `{name}`"))
        .related(place, "this leaves it out")
        .help("enable it, or take away what names it")
}

// Items

pub(super) fn missing_tier(block: &BlockItem) -> Diagnostic {
    let message = format!("{} `{}` has no tier", block.kind.keyword(), block.name.text);
    let at = block.name.span.after();
    Diagnostic::new(Code::MissingTier, block.name.span, message)
        .label("`web` or `worker`?")
        .advice(
            "an environment that answers requests is `: web`",
            Applicability::MaybeIncorrect,
            [Edit {
                span: at,
                text: ": web".to_owned(),
            }],
        )
}

pub(super) fn unknown_variant(variant: &Word, known: &[&'static str]) -> Diagnostic {
    let message = format!("there is no `: {}`", variant.text);
    let error = Diagnostic::new(Code::UnknownVariant, variant.span, message);
    let error = did_you_mean(error, variant, known.iter().copied());
    match (known, error.helps.is_empty()) {
        ([_], false) => error,
        _ => error.help(format!("it is {}", list(known, "or"))),
    }
}

pub(super) fn no_variant(variant: &Word, what: &str) -> Diagnostic {
    let message = format!("{what} has no `: {}`", variant.text);
    Diagnostic::new(Code::UnknownVariant, variant.span, message).label("nothing stands here")
}

pub(super) fn which_application(block: &BlockItem, all: &[SmolStr]) -> Diagnostic {
    let name = &block.name;
    let error = |message: String| Diagnostic::new(Code::WhichApplication, name.span, message);
    match all {
        [] => error(format!("`{}` has no application to run", name.text))
            .label("this file declares and imports none")
            .help(format!(
                "declare one: `application {} {{}}`",
                first_word(&name.text)
            )),
        all => error(format!(
            "`{}` could run any of several applications",
            name.text
        ))
        .label(format!("there is {}", list(all, "and")))
        .help(format!("say which: `application = application.{}`", all[0])),
    }
}

pub(super) fn unknown_platform(name: &str, span: Span, known: &[SmolStr]) -> Diagnostic {
    let message = format!("there is no platform `{name}`");
    let error =
        Diagnostic::new(Code::UnknownPlatform, span, message).label("not in the standard library");
    let stack = crate::facts::platform_of(name);
    let name = stack.as_deref().unwrap_or(name);
    match closest(name, known.iter().map(SmolStr::as_str)) {
        Some(near) => {
            let (help, text) = (format!("did you mean `{near}`?"), format!("\"{near}\""));
            // Another version of a language is no slip of the pen.
            let version =
                |name: &str| -> String { name.chars().filter(char::is_ascii_digit).collect() };
            match version(near) == version(name) {
                true => error.fix(help, span, text),
                false => error.suggestion(help, span, text),
            }
        }
        None => error.help(format!("platforms are {}", list(known, "and"))),
    }
}

/// Another version of a language is no slip of the pen.
fn same_version(platform: &str, other: &str) -> bool {
    let version = |name: &str| -> String { name.chars().filter(char::is_ascii_digit).collect() };
    version(platform) == version(other)
}

pub(super) fn platform_without_family(name: &Word) -> Diagnostic {
    let message = format!("platform `{}` says nothing of what it runs", name.text);
    Diagnostic::new(Code::MissingProperty, name.span, message)
        .label("it has no `family` and extends nothing that has")
        .help(format!(
            "extend one of the library: `platform {} extends \"nodejs-22\"`",
            name.text
        ))
}

pub(super) fn no_image(block: &BlockItem) -> Diagnostic {
    let message = format!("platform `{}` has no image", block.name.text);
    Diagnostic::new(Code::MissingProperty, block.name.span, message)
        .label("nothing says what its instances start from")
        .help("add `image { ami = \"ami-…\" }`, or extend a platform of the library")
}

/// A platform of the library that is there to be extended.
pub(super) fn platform_without_image(name: &str, span: Span) -> Diagnostic {
    let message = format!("platform `{name}` has no image");
    Diagnostic::new(Code::MissingProperty, span, message)
        .label("platforms of one's own begin with it")
        .help(format!(
            "declare one, `platform mine: {name} {{ image {{ ami = \"ami-…\" }} }}`, and \
             write `platform = platform.mine`"
        ))
}

pub(super) fn two_images((first, place): (&str, Span), (second, span): (&str, Span)) -> Diagnostic {
    let message = format!("an image is `{first}` or `{second}`, not both");
    Diagnostic::new(Code::OneOf, span, message)
        .label("the second image")
        .related(place, "the first one")
        .help(format!(
            "delete one; `remove {first}` drops an inherited one"
        ))
}

pub(super) fn malformed_image_id(id: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{id}` is no id of an image"),
    )
    .label("`ami-` and 17 digits from 0 to f")
}

// Containers

pub(super) fn containers_elsewhere(span: Span, platform: Option<Span>) -> Diagnostic {
    let message = "containers run on ECS alone";
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("a container")
        .help("use `platform = \"ecs\"`");
    match platform {
        Some(platform) => error.related(platform, "a platform that runs something else"),
        None => error,
    }
}

pub(super) fn no_containers(span: Span, missing: Option<Span>) -> Diagnostic {
    let error = Diagnostic::new(Code::MissingProperty, span, "nothing says which containers run")
        .label("ECS runs containers")
        .help("add `container web { image = \"…\", port = 80 }`, or a `Dockerrun.aws.json` of version 2 to the application's `source`");
    match missing {
        Some(missing) => error.related(missing, "there is nothing at this source"),
        None => error,
    }
}

pub(super) fn other_dockerrun(span: Span, version: &str, taken: &[i64]) -> Diagnostic {
    let taken: Vec<String> = taken.iter().map(i64::to_string).collect();
    let taken = list(&taken, "or");
    let message = format!("`Dockerrun.aws.json` is not of version {taken}");
    Diagnostic::new(Code::MalformedText, span, message)
        .label(format!("of version {version}"))
        .note("version 1 is for one container, 3 goes with a compose file: `platform = \"docker\"`; 2 is for several: `platform = \"ecs\"`")
}

pub(super) fn unknown_in_dockerrun(span: Span, field: &str, known: &str) -> Diagnostic {
    let message = "`Dockerrun.aws.json` has something that is not understood";
    Diagnostic::new(Code::MalformedText, span, message)
        .label(field.to_owned())
        .note(format!("understood are {known}"))
}

pub(super) fn secret_of_dockerrun(place: &str, span: Span) -> Diagnostic {
    let message = format!("`{place}` is no place of a secret");
    Diagnostic::new(Code::MalformedSecret, span, message)
        .label("neither a parameter's name or ARN, nor the ARN of a secret")
        .note("a key of JSON stands behind the ARN: `arn:…:secret:NAME:KEY::`; its newest version is read")
}

pub(super) fn malformed_cron_file(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::MalformedText, span, "`cron.yaml` cannot be read")
        .label(why.to_owned())
        .note("`version: 1`, and below `cron` a list of `name`, `url` and `schedule`")
}

pub(super) fn task_twice(name: &str, span: Span, first: Span) -> Diagnostic {
    let message = format!("there are two tasks called `{name}`");
    Diagnostic::new(Code::DuplicateItem, span, message)
        .label("this one")
        .related(first, "and this one")
        .note("Elastic Beanstalk wants a name for each")
}

pub(super) fn cron_path(path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::MalformedText, span, format!("`{path}` is no path"))
        .label("paths begin with `/`")
        .fix(format!("write `/{path}`"), span, format!("/{path}"))
}

pub(super) fn untranslatable_cron(text: &str, span: Span) -> Diagnostic {
    let message = format!("EventBridge has no times like `{text}`");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("five fields, of which day or weekday is `*`")
        .help("make two tasks of it, one for the days and one for the weekdays")
}

pub(super) fn unreadable_dockerrun(span: Span, why: &str) -> Diagnostic {
    let message = "`Dockerrun.aws.json` cannot be read";
    Diagnostic::new(Code::MalformedText, span, message)
        .label(why.to_owned())
        .note("instances with this file would not boot")
}

pub(super) fn host_port_taken(port: u16, span: Span, first: Span) -> Diagnostic {
    let message = format!("two containers want port {port} of the instance");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("and this one")
        .related(first, "this one")
        .help("give one of them another `host_port`")
}

pub(super) fn unknown_container<'n>(
    name: &str,
    span: Span,
    names: impl IntoIterator<Item = &'n str>,
) -> Diagnostic {
    let error = Diagnostic::new(
        Code::UnknownEntry,
        span,
        format!("there is no container `{name}`"),
    )
    .label("not one of this task");
    match closest(name, names) {
        Some(near) => error.fix(
            format!("did you mean `{near}`?"),
            span,
            format!("\"{near}\""),
        ),
        None => error,
    }
}

pub(super) fn containers_wait(names: &[SmolStr], span: Span) -> Diagnostic {
    let message = match names {
        [name] => format!("container `{name}` waits for itself"),
        names => format!("containers {} wait for each other", list(names, "and")),
    };
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("leads back")
        .note("links, `depends_on` and `volumes_from` all mean that the other starts first")
}

pub(super) fn never_healthy(name: &str, span: Span, place: Span) -> Diagnostic {
    let message = format!("nothing says when `{name}` is healthy");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("waits for that")
        .related(place, "it has no health check")
        .note("ECS asks no health check of the image's own")
        .help("add `health { command = [\"CMD-SHELL\", \"…\"] }` there, or wait for `start`")
}

pub(super) fn ends_all(name: &str, span: Span, place: Span) -> Diagnostic {
    let message = format!("all containers end when `{name}` does");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("waits for its end")
        .related(place, "it is essential")
        .help("say `essential = false` there")
}

pub(super) fn more_than_memory(reserved: (i64, Span), memory: (i64, Span)) -> Diagnostic {
    let message = "more memory is kept for a container than it may take";
    let error = Diagnostic::new(Code::ImpossibleCombination, reserved.1, message)
        .label(format!("{}MiB are kept", reserved.0));
    let most = format!("{}MiB are the most", memory.0);
    match reserved.1 == memory.1 {
        true => error.note(most),
        false => error.related(memory.1, most),
    }
}

pub(super) fn no_health_command(span: Span, command: &[Placed]) -> Diagnostic {
    let message = "a health check begins with `CMD` or `CMD-SHELL`";
    let error = Diagnostic::new(Code::MalformedText, span, message)
        .label("and the command stands behind that");
    match command {
        [(one, _)] if !matches!(one.as_str(), "CMD" | "CMD-SHELL") => {
            let command = serde_json::json!(one);
            let list = format!("[\"CMD-SHELL\", {command}]");
            error.help(format!("write `{list}`"))
        }
        _ => error,
    }
}

pub(super) fn health_range(
    what: &str,
    number: i64,
    span: Span,
    least: i64,
    most: i64,
) -> Diagnostic {
    let message = format!("`{what}` of a health check is {number}");
    Diagnostic::new(Code::OutOfRange, span, message).label(format!("ECS takes {least} to {most}"))
}

pub(super) fn unknown_ulimit(name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let message = format!("there is no limit `{name}`");
    let error = Diagnostic::new(Code::UnknownEntry, span, message).label("Docker has none");
    match closest(name, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.note(format!("there are {}", list(known, "and"))),
    }
}

pub(super) fn soft_above_hard(span: Span, soft: i64, hard: i64) -> Diagnostic {
    let message = "the soft limit is above the hard one";
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label(format!("{soft} of at most {hard}"))
}

pub(super) fn unknown_log_driver(name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let message = format!("instances have no log driver `{name}`");
    Diagnostic::new(Code::UnknownValue, span, message)
        .label("the agent refuses it")
        .note(format!("there are {}", list(known, "and")))
}

pub(super) fn no_log_group(span: Span) -> Diagnostic {
    let message = "nothing says which log group the output goes to";
    Diagnostic::new(Code::MissingProperty, span, message)
        .label("needs the option `awslogs-group`")
        .help("leave `logging` out: each environment has a log group for its containers")
}

pub(super) fn unknown_volume(name: &str, span: Span) -> Diagnostic {
    let message = format!("there is no volume `{name}`");
    Diagnostic::new(Code::UnknownEntry, span, message).label("not one of this task")
}

pub(super) fn several_in_volume(name: &str, span: Span) -> Diagnostic {
    let message = format!("volume `{name}` is several things");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("ECS takes one of them")
        .note("`host`, `dockerVolumeConfiguration` and `efsVolumeConfiguration` exclude each other")
}

pub(super) fn made_for_one_task(name: &str, span: Span) -> Diagnostic {
    let message = format!("volume `{name}` ends with its task, and `autoprovision` is said of it");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("Docker makes it for each task anyway")
        .help("add `\"scope\": \"shared\"` for one that stays, or leave `autoprovision` out")
}

pub(super) fn no_id_of_efs(id: &str, what: &str, prefix: &str, span: Span) -> Diagnostic {
    let message = format!("`{id}` is no {what} of EFS");
    Diagnostic::new(Code::MalformedText, span, message).label(format!("its id is `{prefix}…`"))
}

pub(super) fn no_root_of_efs(root: &str, span: Span) -> Diagnostic {
    let message = format!("`{root}` is no folder of a file system");
    Diagnostic::new(Code::MalformedText, span, message).label("begins with `/`")
}

pub(super) fn two_roots_of_efs(root: &str, span: Span) -> Diagnostic {
    let message = format!("the access point says which folder is seen, and so does `{root}`");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("ECS takes `/` alone")
        .help("leave one of them out")
}

pub(super) fn plain_efs(why: &str, span: Span) -> Diagnostic {
    let message = format!("{why} needs the file system to be encrypted on the way");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("ECS refuses it without")
        .help("`\"transitEncryption\": \"ENABLED\"`, or `encrypted = true`")
}

pub(super) fn outside(what: &str, number: i64, span: Span, least: i64, most: i64) -> Diagnostic {
    let taken = match most {
        i64::MAX => format!("ECS takes at least {least}"),
        _ => format!("ECS takes {least} to {most}"),
    };
    Diagnostic::new(Code::OutOfRange, span, format!("{what} is {number}")).label(taken)
}

pub(super) fn no_role(arn: &str, span: Span) -> Diagnostic {
    let message = format!("`{arn}` is no role");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("neither `arn:…:iam::ACCOUNT:role/NAME` nor left out")
        .note("without one, the containers get a role that may do what they need")
}

pub(super) fn no_router(span: Span) -> Diagnostic {
    let message = "no container passes on what `awsfirelens` gives it";
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("goes nowhere")
        .help("add `router { kind = fluentbit }` to one, `firelensConfiguration` in `Dockerrun.aws.json`")
}

pub(super) fn two_routers(second: Span, first: Span) -> Diagnostic {
    let message = "two containers pass on the output of others";
    Diagnostic::new(Code::ImpossibleCombination, second, message)
        .label("and this one")
        .related(first, "this one")
        .note("ECS takes one in a task")
}

pub(super) fn routes_itself(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` would pass on its own output");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("leads back")
        .help("leave its own `logging` out: it goes to the environment's log group")
}

pub(super) fn nothing_to_route(name: &str, span: Span) -> Diagnostic {
    let message =
        format!("`{name}` passes on output, and no container has the driver `awsfirelens`");
    Diagnostic::new(Code::ImpossibleCombination, span, message).label("ECS refuses it without")
}

pub(super) fn no_config_of_router(object: &str, span: Span) -> Diagnostic {
    let message = format!("`{object}` is not the ARN of one object in S3");
    Diagnostic::new(Code::MalformedText, span, message).label("`arn:aws:s3:::BUCKET/KEY`")
}

pub(super) fn half_config_of_router(missing: &str, span: Span) -> Diagnostic {
    let message = "`config-file-type` and `config-file-value` go together";
    Diagnostic::new(Code::MissingProperty, span, message).label(format!("needs `{missing}` too"))
}

pub(super) fn password_elsewhere(span: Span) -> Diagnostic {
    let message = "passwords of registries are secrets of Secrets Manager as a whole";
    Diagnostic::new(Code::MalformedSecret, span, message)
        .label("the agent reads no other")
        .help("`secret(\"secretsmanager:NAME\")`, with `username` and `password` in it")
}

pub(super) fn no_env_file(object: &str, why: &str, span: Span) -> Diagnostic {
    let message = format!("`{object}` is no file of environment properties");
    Diagnostic::new(Code::MalformedText, span, message)
        .label(why.to_owned())
        .note("`arn:aws:s3:::BUCKET/NAME.env`")
}

pub(super) fn many_env_files(span: Span) -> Diagnostic {
    let message = "a container has more than 10 files of environment properties";
    Diagnostic::new(Code::OutOfRange, span, message).label("the eleventh")
}

pub(super) fn no_path_in_container(path: &str, span: Span) -> Diagnostic {
    let message = format!("`{path}` is no path in a container");
    Diagnostic::new(Code::MalformedText, span, message).label("begins with `/`")
}

pub(super) fn swappiness_alone(span: Span) -> Diagnostic {
    let message = "`swappiness` is nothing without `maxSwap`";
    Diagnostic::new(Code::MissingProperty, span, message).label("needs `maxSwap` too")
}

pub(super) fn unknown_for_docker(what: &str, word: &str, span: Span, known: &[&str]) -> Diagnostic {
    let message = format!("there is no {what} `{word}`");
    let error = Diagnostic::new(Code::UnknownValue, span, message).label("Docker has none");
    match closest(word, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.note(format!("there are {}", list(known, "and"))),
    }
}

pub(super) fn bundle_without_release(path: &str, span: Span, environment: Span) -> Diagnostic {
    let message = format!("`{path}` is in the application's bundle, and no `release` says which");
    Diagnostic::new(Code::MissingProperty, span, message)
        .label("containers would see an empty folder")
        .related(environment, "this has no `release`")
        .help("`release = input.release`, with `input release: string`")
}

pub(super) fn nobody_answers(span: Span) -> Diagnostic {
    let message = "no container answers on port 80 of the instance";
    Diagnostic::new(Code::MissingProperty, span, message)
        .label("requests arrive there")
        .help("add `port` to the container that takes them")
}

pub(super) fn process_without_container(span: Span, port: u16) -> Diagnostic {
    let message = format!("no container answers on port {port} of the instance");
    Diagnostic::new(Code::UnknownEntry, span, message)
        .label("requests of this process arrive there")
        .help("add `host_port` to the container that takes them")
}

pub(super) fn nothing_essential(span: Span) -> Diagnostic {
    let message = "at least one container is essential";
    Diagnostic::new(Code::ImpossibleCombination, span, message).label("ECS refuses a task without")
}

// Images

pub(super) fn malformed_base(base: &str, span: Span) -> Diagnostic {
    let message = format!("an image cannot be built on `{base}`");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("neither `ami-…` nor the name of a parameter")
}

pub(super) fn built_on_nothing(block: &BlockItem) -> Diagnostic {
    let message = format!("the image of `{}` is built on nothing", block.name.text);
    Diagnostic::new(Code::MissingProperty, block.name.span, message)
        .label("nothing says what the image starts from")
        .help("add `base = \"ami-…\"`, or extend a platform of the library")
}

pub(super) fn builds_linux_only(span: Span) -> Diagnostic {
    let message = "images of Windows are not built here";
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("its steps would be commands of Linux")
        .help("build it elsewhere and name it: `ami = \"ami-…\"`, or a parameter in `ssm`")
}

pub(super) fn double_braces(text: &str, span: Span) -> Diagnostic {
    let message = format!("Image Builder takes the braces in `{text}` for its own");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("`{{` begins a parameter there")
        .help("put the command into a script in the package or bucket, and run that")
}

pub(super) fn builds_elsewhere(ty: &InstanceType, wanted: Architecture, span: Span) -> Diagnostic {
    let message = format!("`{}` cannot build an image for {}", ty.name, wanted.word());
    Diagnostic::new(Code::ArchitectureMismatch, span, message).label(ty.architecture().word())
}

pub(super) fn unknown_architecture(word: &str, span: Span) -> Diagnostic {
    let message = format!("there is no architecture `{word}`");
    Diagnostic::new(Code::UnknownValue, span, message).label("the image of `arm64` or `x86_64`")
}

pub(super) fn malformed_parameter_name(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` is no name of a parameter");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("names of parameters begin with `/`")
        .help("the id of an image goes to `ami`")
}

pub(super) fn output_without_unit(name: &Word) -> Diagnostic {
    let message = format!("output `{}` belongs to no stack", name.text);
    Diagnostic::new(Code::OutputWithoutUnit, name.span, message)
        .label("it speaks of nothing that is deployed")
        .help("refer to something that is: `environment.NAME.url`")
}

pub(super) fn output_twice(name: &Word) -> Diagnostic {
    let message = format!("there are two outputs named `{}`", name.text);
    Diagnostic::new(Code::DuplicateItem, name.span, message)
}

pub(super) fn not_yet(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NotYet,
        span,
        format!("{what} is not in this version yet"),
    )
    .label("read, but nothing is made of it")
}

/// A strategy that AWS offers to Elastic Beanstalk alone.
pub(super) fn no_traffic_splitting(error: Diagnostic) -> Diagnostic {
    error.help(
        "use `strategy = immutable` with `rollback_on`, or share the requests of two environments \
         by `dns { weight = … }`",
    )
}

// Types

/// `written` is how the value stands in the file.
pub(super) fn wrong_type(
    (name, property): (&str, &'static Property),
    ty: &Type,
    value: &Value,
    span: Span,
    written: &str,
) -> Diagnostic {
    if let Value::Int(number) = value
        && !units_of(ty).is_empty()
    {
        let message = format!("`{name}` needs a unit");
        let error =
            Diagnostic::new(Code::UnitRequired, span, message).label(format!("{number} of what?"));
        let error = match range_note(property) {
            Some(note) => error.note(note),
            None => error,
        };
        let range = (property.facts.min, property.facts.max);
        return with_unit(error, ty, *number, range, span);
    }
    let message = format!("`{name}` expects {ty}, got {}", value.describe());
    let error = Diagnostic::new(Code::WrongType, span, message).label(
        value
            .describe()
            .trim_start_matches("a ")
            .trim_start_matches("an "),
    );
    instead(error, ty, value, span, written)
}

/// Advice to write a number with the units that it may have been meant in; `least`
/// and `most` are those that the property takes.
fn with_unit(
    error: Diagnostic,
    ty: &Type,
    number: i64,
    (least, most): (Option<i64>, Option<i64>),
    span: Span,
) -> Diagnostic {
    let units = units_of(ty);
    let least = least.unwrap_or(0);
    let range = least..=most.unwrap_or(i64::MAX);
    let fits = |(_, size): &&(&str, i64)| range.contains(&number.saturating_mul(*size));
    let fitting: Vec<&(&str, i64)> = units.iter().filter(fits).collect();
    // A range that begins at a day is counted in days.
    let usual = |(_, size): &&&(&str, i64)| least > 0 && least % size == 0;
    let likely = fitting.iter().rfind(usual).or(fitting.first()).copied();
    let Some((unit, _)) = likely.or(units.first()) else {
        return error;
    };
    let text = format!("{number}{unit}");
    let help = format!("write `{text}`");
    match fitting.len() {
        1 => error.fix(help, span, text),
        _ => error.suggestion(help, span, text),
    }
}

/// Advice on what to write in the place of a value of another type; `written` is
/// how it stands in the file. What has its value from elsewhere is not sure to be
/// wrong itself.
fn instead(error: Diagnostic, ty: &Type, value: &Value, span: Span, written: &str) -> Diagnostic {
    let is_told = matches!(
        value,
        Value::Bool(_)
            | Value::Int(_)
            | Value::Duration(_)
            | Value::Size(_)
            | Value::Percent(_)
            | Value::Cidr(_)
            | Value::Prefix(_)
            | Value::Word(_)
    );
    if is_told && takes_text(ty) && written.contains('.') && syntax::is_path(written) {
        let text = format!("\"${{{written}}}\"");
        return error.fix(format!("put it into a text: `{text}`"), span, text);
    }
    let mut error = in_place(error, ty, value, span, written);
    let is_literal = written.starts_with(|it: char| it == '"' || it.is_ascii_digit())
        || written == value.to_string();
    if !is_literal {
        for help in &mut error.helps {
            if help.applicability == Applicability::MachineApplicable {
                help.applicability = Applicability::MaybeIncorrect;
            }
        }
    }
    error
}

fn in_place(error: Diagnostic, ty: &Type, value: &Value, span: Span, written: &str) -> Diagnostic {
    match (ty, value) {
        (Type::Bool, Value::Word(word)) => match word.as_str() {
            "yes" | "on" => error.fix("write `true`", span, "true"),
            "no" | "off" => error.fix("write `false`", span, "false"),
            _ => error,
        },
        (ty, Value::Word(word)) if takes_text(ty) => error.fix(
            format!("text stands in quotes: `\"{word}\"`"),
            span,
            format!("\"{word}\""),
        ),
        (Type::Words([]), Value::Text(name)) if written.trim_matches('"') == name => error.fix(
            format!("it stands without quotes: `{name}`"),
            span,
            name.as_str(),
        ),
        (Type::Entry(_) | Type::Role, Value::Text(name)) if is_name(name) => error.fix(
            format!("names stand without quotes: `{name}`"),
            span,
            name.as_str(),
        ),
        (Type::EntryPath(block), Value::Text(name)) if is_name(name) => error.fix(
            format!("write `{block}.{name}`"),
            span,
            format!("{block}.{name}"),
        ),
        (ty, Value::Text(text)) if !words_of(ty).is_empty() => match closest(text, words_of(ty)) {
            Some(word) => error.fix(format!("words stand without quotes: `{word}`"), span, word),
            None => error,
        },
        (ty, Value::Text(text)) if is_quoted(ty, text) => error.fix(
            format!("it stands without quotes: `{text}`"),
            span,
            text.as_str(),
        ),
        (ty, Value::Int(number)) if takes_plain_text(ty) => error.suggestion(
            format!("text stands in quotes: `\"{number}\"`"),
            span,
            format!("\"{number}\""),
        ),
        (
            ty,
            Value::Duration(_)
            | Value::Size(_)
            | Value::Percent(_)
            | Value::Cidr(_)
            | Value::Prefix(_),
        ) if takes_plain_text(ty) && syntax::is_number(written) => error.suggestion(
            format!("text stands in quotes: `\"{written}\"`"),
            span,
            format!("\"{written}\""),
        ),
        (Type::Prefix, Value::Int(number)) if (0..=32).contains(number) => {
            error.fix(format!("write `/{number}`"), span, format!("/{number}"))
        }
        (Type::List(item), _) => {
            let whole = match (item, value) {
                (Type::Text, Value::Text(_)) => Some(format!("[{value}]")),
                _ => None,
            };
            match whole {
                Some(whole) => {
                    error.suggestion(format!("a list stands in brackets: `{whole}`"), span, whole)
                }
                None => error.help("a list stands in brackets: `[…]`"),
            }
        }
        (_, Value::List(_)) => error.help("it takes one value"),
        // `max-1` is one name.
        (Type::Count | Type::Port, Value::Word(word)) if word.contains('-') => {
            error.help("a minus stands between spaces: without them `-` is part of the name")
        }
        (Type::Subnets, Value::Word(word)) => {
            error.help(format!("name their network as well: `network.NAME.{word}`"))
        }
        (ty, _) => match example_of(ty) {
            Some(example) => error.help(format!("write {ty} such as `{example}`")),
            None => error,
        },
    }
}

/// The words that a type takes beside other things.
fn words_of(ty: &Type) -> Vec<&'static str> {
    match ty {
        Type::Words(words) => words.iter().map(|it| it.word).collect(),
        Type::OneOf(types) => types.iter().flat_map(words_of).collect(),
        Type::Late(inner) => words_of(inner),
        _ => Vec::new(),
    }
}

/// Whether a text is what a name looks like.
fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-'))
}

/// How a quantity is written.
fn example_of(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Duration => Some("30s"),
        Type::Size => Some("20GiB"),
        Type::Percent => Some("70%"),
        Type::Cidr => Some("10.0.0.0/16"),
        Type::Prefix => Some("/24"),
        Type::Late(inner) => example_of(inner),
        _ => None,
    }
}

/// A word where a reference to an item belongs.
pub(super) fn item_without_kind(
    property: &'static Property,
    kind: ItemKind,
    (word, what): (&str, &str),
    span: Span,
    names: &[SmolStr],
) -> Diagnostic {
    let kind = kind.keyword();
    let message = format!(
        "`{}` expects a reference `{kind}.NAME`, got {what}",
        property.name
    );
    let error =
        Diagnostic::new(Code::WrongType, span, message).label(what.trim_start_matches("a "));
    match closest(word, names.iter().map(SmolStr::as_str)) {
        Some(name) => error.fix(
            format!("write `{kind}.{name}`"),
            span,
            format!("{kind}.{name}"),
        ),
        None => error.help(format!(
            "write `{kind}.{word}`, and declare `{kind} {word}`"
        )),
    }
}

/// The units that a number without one may mean, most likely first, and what
/// they are in the type's base unit.
fn units_of(ty: &Type) -> &'static [(&'static str, i64)] {
    match ty {
        Type::Duration => &[
            ("s", 1_000),
            ("m", 60_000),
            ("h", 3_600_000),
            ("d", 86_400_000),
        ],
        Type::Size => &[("GiB", 1 << 30), ("MiB", 1 << 20)],
        Type::Percent => &[("%", 1)],
        Type::Late(inner) => units_of(inner),
        _ => &[],
    }
}

/// Whether a text has a value of the type between its quotes.
fn is_quoted(ty: &Type, text: &str) -> bool {
    if let Type::Late(inner) = ty {
        return is_quoted(inner, text);
    }
    matches!(
        (ty, syntax::literal(text)),
        (Type::Count | Type::Port, Some(ExprKind::Int(_)))
            | (Type::Duration, Some(ExprKind::Duration(_)))
            | (Type::Size, Some(ExprKind::Size(_)))
            | (Type::Percent, Some(ExprKind::Percent(_)))
            | (Type::Cidr, Some(ExprKind::Cidr(_)))
            | (Type::Prefix, Some(ExprKind::Prefix(_)))
    ) || matches!((ty, text), (Type::Bool, "true" | "false"))
}

fn takes_text(ty: &Type) -> bool {
    match ty {
        Type::Platform => true,
        Type::Late(inner) => takes_text(inner),
        Type::OneOf(types) => types.iter().any(takes_text),
        ty => ty.is_text(),
    }
}

fn takes_plain_text(ty: &Type) -> bool {
    match ty {
        Type::Text => true,
        Type::Late(inner) => takes_plain_text(inner),
        Type::OneOf(types) => types.iter().any(takes_plain_text),
        _ => false,
    }
}

fn range_note(property: &'static Property) -> Option<String> {
    let (min, max) = (property.facts.min?, property.facts.max?);
    let Shape::Value(ty) = property.shape else {
        return None;
    };
    let show = |number: i64| quantity(&ty, number);
    let whose = if property.facts.aws.is_empty() {
        ""
    } else {
        "AWS: "
    };
    Some(format!("{whose}{} to {}", show(min), show(max)))
}

/// A number in a type's base unit as it would be written.
fn quantity(ty: &Type, number: i64) -> String {
    match ty {
        Type::Duration => Duration::from_millis(number).to_string(),
        Type::Size => Size::from_bytes(number).to_string(),
        Type::Percent => format!("{number}%"),
        Type::Late(inner) => quantity(inner, number),
        _ => number.to_string(),
    }
}

pub(super) fn out_of_range(
    property: &'static Property,
    value: &Value,
    min: i64,
    max: i64,
    span: Span,
) -> Diagnostic {
    let (ty, max) = match value {
        Value::Duration(_) => (Type::Duration, max),
        Value::Size(_) => (Type::Size, max),
        // Where a share or a number may stand, the range is that of the number.
        Value::Percent(_) => (Type::Percent, max.min(100)),
        _ => (Type::Count, max),
    };
    // AWS counts in seconds: 4000 of them are a number that people know.
    let in_seconds = matches!(value, Value::Duration(_)) && !reads_well(max);
    let show = |number: i64| match in_seconds {
        true => format!("{}s", number / 1_000),
        false => quantity(&ty, number),
    };
    let written = match value {
        Value::Duration(it) => show(it.millis()),
        value => value.to_string(),
    };
    let label = format!("{written}; allowed is {} to {}", show(min), show(max));
    let least = property.facts.least;
    if let Value::Int(number) = value
        && *number < min
        && !least.is_empty()
    {
        let message = format!("`{}` is less than an environment can have", property.name);
        return Diagnostic::new(Code::OutOfRange, span, message)
            .label(label)
            .note(least);
    }
    let message = format!("`{}` is outside of what AWS allows", property.name);
    let error = Diagnostic::new(Code::OutOfRange, span, message).label(label);
    if property.facts.aws.is_empty() {
        return error;
    }
    error.note(format!("the limit is that of {}", property.facts.aws))
}

/// Whether a duration is a whole number of some larger unit than the second, or
/// less than a few minutes.
fn reads_well(millis: i64) -> bool {
    millis % 60_000 == 0 || millis < 300_000
}

/// AWS counts this in seconds.
pub(super) fn not_whole_seconds(
    property: &'static Property,
    duration: Duration,
    span: Span,
) -> Diagnostic {
    let message = format!("`{}` counts in whole seconds", property.name);
    let error = Diagnostic::new(Code::OutOfRange, span, message).label(duration.to_string());
    let up = Duration::from_secs(duration.millis() / 1_000 + 1);
    error.suggestion(format!("the next one is `{up}`"), span, up.to_string())
}

/// Words that other tools have for ours.
const OTHER_WORDS: [(&str, &str); 17] = [
    ("aarch64", "arm64"),
    ("arm", "arm64"),
    ("amd64", "x86_64"),
    ("x64", "x86_64"),
    ("x86", "x86_64"),
    ("alb", "application"),
    ("nlb", "network"),
    ("public", "internet_facing"),
    ("private", "internal"),
    ("igw", "direct"),
    ("internet_gateway", "direct"),
    ("nat_gateway", "nat"),
    ("cpu_utilization", "cpu"),
    ("CPUUtilization", "cpu"),
    ("latency", "target_response_time"),
    ("request_count", "requests"),
    ("RequestCount", "requests"),
];

pub(super) fn unknown_value(
    property: &'static Property,
    word: &str,
    words: &'static [WordDoc],
    span: Span,
) -> Diagnostic {
    let message = format!("`{word}` is no `{}`", property.name);
    let error = Diagnostic::new(Code::UnknownValue, span, message).label("unknown");
    let names = || words.iter().map(|it| it.word);
    // `amd64` is one letter from `arm64`, and the opposite of it.
    let other = OTHER_WORDS.iter().find(|(other, ours)| {
        other.eq_ignore_ascii_case(word) && words.iter().any(|it| it.word == *ours)
    });
    let error = match other.map(|(_, ours)| *ours).or(closest(word, names())) {
        Some(near) => error.fix(format!("did you mean `{near}`?"), span, near),
        None => error,
    };
    let known: Vec<&str> = names().collect();
    error.note(format!("`{}` is {}", property.name, list(&known, "or")))
}

/// A comparison that comes out the same whatever the choice is.
pub(super) fn never_equal(
    choice: &Choice,
    word: &str,
    span: Span,
    spelling: Spelling,
) -> Diagnostic {
    let message = format!("`{}` is never `{word}`", choice.path);
    let label = match spelling {
        Spelling::Bare | Spelling::Quoted => "unknown".to_owned(),
        Spelling::Elsewhere => format!("this is `{word}`"),
    };
    let error = Diagnostic::new(Code::UnknownValue, span, message).label(label);
    let error = match choice.declared {
        Some(place) => error.related(place, "these are its values"),
        None => error,
    };
    let words = || choice.words.iter().map(SmolStr::as_str);
    let near = closest(word, words()).or_else(|| abbreviated(word, words()));
    let error = match near {
        Some(near) => {
            let help = format!("did you mean `{near}`?");
            match spelling {
                Spelling::Bare => error.fix(help, span, near),
                Spelling::Quoted => error.fix(help, span, format!("\"{near}\"")),
                Spelling::Elsewhere => error.help(help),
            }
        }
        None => error,
    };
    let known: Vec<&str> = words().collect();
    error.note(format!("`{}` is {}", choice.path, list(&known, "or")))
}

/// The only word that is the beginning of another, or begins with it: `prod` for
/// `production`.
fn abbreviated<'w>(word: &str, mut words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let begins = |a: &str, b: &str| a.len() >= 3 && b.starts_with(a);
    let mut near = words
        .by_ref()
        .filter(|it| begins(it, word) || begins(word, it));
    let only = near.next()?;
    near.next().is_none().then_some(only)
}

pub(super) fn not_in_tier(
    property: &'static Property,
    place: Span,
    variant: Option<&Word>,
) -> Diagnostic {
    let tier = variant.map_or("", |word| word.text.as_str());
    let message = format!("a {tier} environment has no `{}`", property.name);
    let (label, other) = match tier {
        "worker" => ("only web environments receive requests", "web"),
        _ => (
            "only worker environments take messages from a queue",
            "worker",
        ),
    };
    let error = Diagnostic::new(Code::NotInTier, place, message).label(label);
    let error = match variant {
        Some(word) => error.related(word.span, format!("`{tier}`")),
        None => error,
    };
    error
        .note("Elastic Beanstalk says so only while it updates the environment")
        .help(format!("delete it, or use `: {other}`"))
}

pub(super) fn append_to_scalar(
    property: &crate::syntax::ast::Property,
    value: &Value,
) -> Diagnostic {
    let message = format!(
        "`+=` appends to lists, and `{}` is {}",
        property.key.text,
        value.describe()
    );
    Diagnostic::new(Code::WrongType, property.span, message).help("use `=`")
}

/// `+=` for a property that takes no list; `sign` is where it stands.
pub(super) fn append_to_value(
    property: &crate::syntax::ast::Property,
    ty: Type,
    sign: Option<Span>,
    certain: bool,
) -> Diagnostic {
    let name = &property.key.text;
    let message = format!("`+=` appends to lists, and `{name}` takes {ty}");
    let place = sign.unwrap_or(property.span);
    let error = Diagnostic::new(Code::WrongType, place, message);
    match sign {
        Some(sign) if certain => error.fix("use `=`", sign, "="),
        Some(sign) => error.suggestion("use `=`", sign, "="),
        None => error.help("use `=`"),
    }
}

// Expressions

pub(super) fn bad_operand(op: UnaryOp, span: Span, value: &Value) -> Diagnostic {
    let wanted = match op {
        UnaryOp::Not => "`!` wants `true` or `false`",
        UnaryOp::Negate => "`-` wants a number",
    };
    Diagnostic::new(Code::WrongOperands, span, wanted)
        .label(format!("this is {}", value.describe()))
}

pub(super) fn bad_operands(
    op: BinaryOp,
    left: (Span, &Value),
    right: (Span, &Value),
) -> Diagnostic {
    let message = format!(
        "`{}` does not go between {} and {}",
        op.symbol(),
        left.1.describe(),
        right.1.describe()
    );
    let error = Diagnostic::new(Code::WrongOperands, left.0.to(right.0), message)
        .related(left.0, left.1.describe())
        .related(right.0, right.1.describe());
    match (op, left.1, right.1) {
        (BinaryOp::Add, Value::Text(_), _) | (BinaryOp::Add, _, Value::Text(_)) => {
            error.help("values are put into text by `\"…${value}…\"`")
        }
        _ => error,
    }
}

pub(super) fn not_a_condition(span: Span, value: &Value) -> Diagnostic {
    let message = format!(
        "a condition is `true` or `false`, this is {}",
        value.describe()
    );
    Diagnostic::new(Code::WrongOperands, span, message)
}

pub(super) fn overflow(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NumberTooLarge,
        span,
        "the result is larger than numbers can be",
    )
}

pub(super) fn not_text_in_text(span: Span, value: &Value) -> Diagnostic {
    let message = format!("{} cannot be written as text", value.describe());
    Diagnostic::new(Code::WrongOperands, span, message)
        .help("name one of its properties, or use `join(list, \", \")`")
}

/// `way` are the paths that lead from one value to the next, and at last back to the
/// first.
pub(super) fn needs_itself(span: Span, way: &[&Path]) -> Diagnostic {
    let message = "this value is needed to work out itself";
    let error = |span| Diagnostic::new(Code::NeedsItself, span, message);
    let [first, between @ .., last] = way else {
        return error(span).label("it leads back here");
    };
    let step = |number: usize, path: &Path| format!("{number}. this needs `{}`", path.text());
    let mut error = error(first.span).label(step(1, first));
    // The middle of a long way says little.
    for (path, number) in between.iter().zip(2..=MOST_STEPS) {
        error = error.related(path.span, step(number, path));
    }
    let back = format!("{}, where it began", step(way.len(), last));
    error.related(last.span, back)
}

/// So many steps of a circle are shown, and the last one.
const MOST_STEPS: usize = 6;

pub(super) fn long_chain_of_values(span: Span, most: usize) -> Diagnostic {
    let message = "this value is needed by too long a chain of others";
    Diagnostic::new(Code::ChainTooLong, span, message)
        .label(format!("{most} values wait for this one"))
        .help("write a value in the middle of the chain as a literal")
}

pub(super) fn long_chain_of_parents(parent: &Word, most: usize) -> Diagnostic {
    let message = format!("`{}` is a parent of too many generations", parent.text);
    Diagnostic::new(Code::ChainTooLong, parent.span, message)
        .label(format!("{most} items extend each other up to here"))
        .help("let some of them extend the same parent")
}

pub(super) fn long_chain_of_imports(span: Span, most: usize) -> Diagnostic {
    let message = "this file is imported through too many others";
    Diagnostic::new(Code::ChainTooLong, span, message)
        .label(format!("{most} files import each other up to here"))
        .help("import it from a file nearer to the entry")
}

pub(super) fn too_large(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ValueTooLarge,
        span,
        "this value is larger than any template",
    )
    .label("more than 1MiB")
    .note("CloudFormation takes templates of up to 1 MB")
}

pub(super) fn known_too_late(span: Span, late: &Late) -> Diagnostic {
    too_late(span, late)
        .note("it can be assigned and put into text; names, keys and conditions are fixed now")
        .help("a `param` is known now: use one instead of an `input`")
}

/// A property that takes only what is known now.
pub(super) fn fixed_now(name: &str, ty: Type, span: Span, late: &Late) -> Diagnostic {
    let why = match ty {
        Type::Count
        | Type::Duration
        | Type::Size
        | Type::Percent
        | Type::Port
        | Type::Cidr
        | Type::Prefix => "its range is checked now, and other values are computed from it",
        ty if ty.is_text() || matches!(ty, Type::List(_)) => {
            "it is checked now, and goes where a target can put nothing in"
        }
        _ => "it decides what there is to deploy",
    };
    let message = format!("`{name}` must be known now, but this is known at deploy time only");
    let error = Diagnostic::new(Code::KnownTooLate, span, message)
        .label(format!("{late} has no value yet"))
        .note(why);
    let of_input = |part: &LatePart| matches!(part, LatePart::Input(..));
    match late.parts.iter().any(of_input) {
        true => error.help("a `param` is known now: use one instead of an `input`"),
        false => error,
    }
}

/// A text where something else is wanted, which a target cannot make of it.
pub(super) fn text_at_deploy_time(name: &str, ty: Type, span: Span) -> Diagnostic {
    let message = format!("`{name}` expects {ty}, got text");
    Diagnostic::new(Code::WrongType, span, message).label("text, known at deploy time only")
}

/// An input of a type that does not go here.
pub(super) fn wrong_input(name: &str, ty: Type, span: Span, input: &Declaration) -> Diagnostic {
    let message = format!("`{name}` expects {ty}, got an input of type `{}`", input.ty);
    Diagnostic::new(Code::WrongType, span, message)
        .label(format!("`{}`", input.ty))
        .related(input.ty.span, "its type")
}

/// The same of a list whose members alone may be late.
pub(super) fn list_known_too_late(span: Span, late: &Late) -> Diagnostic {
    too_late(span, late)
        .note("how many members a list has is fixed now; each of them can be known later")
        .help("list the members, `[input.one, input.two]`, or use a `param` of type `list<…>`")
}

fn too_late(span: Span, late: &Late) -> Diagnostic {
    let message = "this must be known now, but is known at deploy time only";
    Diagnostic::new(Code::KnownTooLate, span, message).label(format!("{late} has no value yet"))
}

pub(super) fn secret_compared(span: Span) -> Diagnostic {
    Diagnostic::new(Code::SecretExposed, span, "a secret cannot be looked at")
        .label("only the instance reads it, when it boots")
}

pub(super) fn secret_exposed(span: Span) -> Diagnostic {
    Diagnostic::new(Code::SecretExposed, span, "this would write a secret into the template")
        .label("secrets are read by the instance at boot, so their text is unknown here")
        .help("pass the parts separately and join them in the application, or keep the whole text as one secret")
}

pub(super) fn malformed_secret(span: Span, value: &Value) -> Diagnostic {
    let message = "a secret is named by where it is kept";
    Diagnostic::new(Code::MalformedSecret, span, message)
        .label(format!("{value} names none"))
        .help("write `secret(\"ssm:/path\")` or `secret(\"secretsmanager:name#json_key\")`")
}

pub(super) fn unknown_function<'n>(
    function: &Word,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let message = format!("there is no function `{}`", function.text);
    let known: Vec<&str> = names.clone().collect();
    let error = Diagnostic::new(Code::UnknownFunction, function.span, message);
    did_you_mean(error, function, names).note(format!("functions are {}", list(&known, "and")))
}

pub(super) fn wrong_arity(function: &Function, span: Span, got: usize) -> Diagnostic {
    let arity = &function.arguments;
    let wanted = match (arity.start(), arity.end()) {
        (1, 1) => "one argument".to_owned(),
        (start, end) if start == end => format!("{start} arguments"),
        (start, end) => format!("{start} to {end} arguments"),
    };
    let message = format!("`{}` takes {wanted}, not {got}", function.name);
    let label = match got {
        0 => "it has none".to_owned(),
        1 => "it has one".to_owned(),
        got => format!("it has {got}"),
    };
    Diagnostic::new(Code::WrongArguments, span, message)
        .label(label)
        .note(usage(function))
}

/// How a function is called.
fn usage(function: &Function) -> String {
    format!("it is called like this: `{}`", function.call)
}

/// One argument of a function that takes something else in its place. `written` is
/// how it stands in the file.
pub(super) fn wrong_argument(
    function: &Function,
    at: usize,
    parameter: &Parameter,
    (value, span): (&Value, Span),
    written: &str,
) -> Diagnostic {
    let place = match (function.arguments.end(), at) {
        (1, _) => "",
        (_, 0) => " first",
        (_, 1) => " second",
        (_, _) => " third",
    };
    let kind = value.describe();
    let message = format!(
        "`{}` takes {}{place}, not {kind}",
        function.name, parameter.what
    );
    let label = kind.trim_start_matches("a ").trim_start_matches("an ");
    let error = Diagnostic::new(Code::WrongArguments, span, message)
        .label(label)
        .note(usage(function));
    match &parameter.ty {
        Some(ty) => instead(error, ty, value, span, written),
        None => error,
    }
}

/// The text in front of the list; `turned` are the two the other way round.
pub(super) fn list_behind_text(function: &Function, span: Span, turned: String) -> Diagnostic {
    let message = format!("`{}` takes the list first", function.name);
    Diagnostic::new(Code::WrongArguments, span, message)
        .label("the other way round")
        .fix(format!("write `{turned}`"), span, turned)
}

/// Arguments that do not go together.
pub(super) fn wrong_arguments(
    function: &Function,
    span: Span,
    arguments: &[(Value, Span)],
) -> Diagnostic {
    let kinds: Vec<&str> = arguments.iter().map(|(it, _)| it.describe()).collect();
    let message = match kinds.as_slice() {
        [only] => format!("`{}` does not take {only}", function.name),
        kinds => format!(
            "`{}` does not take {} together",
            function.name,
            all_of(kinds)
        ),
    };
    let mut error = Diagnostic::new(Code::WrongArguments, span, message);
    if arguments.len() > 1 {
        for (value, place) in arguments {
            error = error.related(*place, value.describe());
        }
    }
    error.note(usage(function))
}

fn all_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub(super) fn no_such_subnet(span: Span, range: Cidr, prefix: Prefix, number: i64) -> Diagnostic {
    let message = format!("{range} has no {prefix} number {number}");
    let count = subnets_in(range, prefix);
    Diagnostic::new(Code::WrongArguments, span, message)
        .label(format!("it has {count}, counted from 0"))
}

// Params and assertions

pub(super) fn unknown_param(
    name: &str,
    near: Option<&str>,
    place: Span,
    known: &[SmolStr],
) -> Diagnostic {
    let message = format!("the program has no param `{name}`");
    let error = Diagnostic::new(Code::UnknownParam, place, message);
    match near {
        Some(near) => error.help(format!("did you mean `--param {near}=…`?")),
        None if known.is_empty() => error,
        None => error.help(format!("it has {}", list(known, "and"))),
    }
}

pub(super) fn param_without_value(param: &Declaration) -> Diagnostic {
    let name = &param.name.text;
    Diagnostic::new(
        Code::ParamWithoutValue,
        param.name.span,
        format!("param `{name}` has no value"),
    )
    .label("no default, and none was given")
    .help(format!(
        "give one with `--param {name}=…`, or a default here"
    ))
}

pub(super) fn param_of_other_type(param: &Declaration, text: &str) -> Diagnostic {
    let name = &param.name.text;
    let message = format!("`{text}` does not fit param `{name}`");
    let error = Diagnostic::new(Code::ParamOfOtherType, param.ty.span, message)
        .label("this is what it takes")
        .note("the value is from the command line");
    let near = match &param.ty.kind {
        TypeExprKind::Union(words) => nearest_word(text, words).map(str::to_owned),
        TypeExprKind::Name(_) => {
            let ty = declared_type(&param.ty);
            let unit = ty.and_then(|ty| units_of(&ty).first());
            unit.filter(|_| text.parse::<i64>().is_ok())
                .map(|(unit, _)| format!("{text}{unit}"))
        }
        TypeExprKind::List(_) | TypeExprKind::Error => None,
    };
    match near {
        Some(near) => error.help(format!("did you mean `--param {name}={near}`?")),
        None => error,
    }
}

/// The word of a union that another was meant to be.
fn nearest_word<'w>(written: &str, words: &'w [Word]) -> Option<&'w str> {
    let words = || words.iter().map(|word| word.text.as_str());
    closest(written, words()).or_else(|| abbreviated(written, words()))
}

/// What a param or an input takes, as a type of properties.
fn declared_type(ty: &TypeExpr) -> Option<Type> {
    let TypeExprKind::Name(name) = &ty.kind else {
        return None;
    };
    Type::declared(name)
}

/// `ty` is what the value, or the member of the list, should be of; `written` is how
/// it stands in the file.
pub(super) fn default_of_other_type(
    declaration: &Declaration,
    ty: &TypeExpr,
    (value, span): (&Value, Span),
    written: &str,
) -> Diagnostic {
    let message = format!(
        "the default of `{}` does not fit its type",
        declaration.name.text
    );
    let error = Diagnostic::new(Code::ParamOfOtherType, span, message)
        .label(value.describe())
        .related(ty.span, "this is what it takes");
    match (&ty.kind, declared_type(ty), value) {
        (TypeExprKind::Union(words), _, Value::Word(word) | Value::Text(word)) => {
            match nearest_word(word, words) {
                Some(near) => error.fix(format!("did you mean `{near}`?"), span, near),
                None => error,
            }
        }
        (_, Some(Type::Port), Value::Int(_)) => error.note("ports are 1 to 65535"),
        (_, Some(ty), Value::Int(number)) if !units_of(&ty).is_empty() => {
            with_unit(error, &ty, *number, (None, None), span)
        }
        (_, Some(ty), value) => instead(error, &ty, value, span, written),
        (TypeExprKind::List(_), ..) => error.help("a list stands in brackets: `[…]`"),
        (..) => error,
    }
}

pub(super) fn no_arn(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::MalformedText, span, format!("`{text}` is no ARN"))
        .help("ARNs look like `\"arn:aws:sns:eu-west-1:111122223333:name\"`")
}

/// Types of other tools that are ours by another name.
const OTHER_TYPES: [(&str, &str); 9] = [
    ("number", "int"),
    ("integer", "int"),
    ("boolean", "bool"),
    ("text", "string"),
    ("str", "string"),
    ("percentage", "percent"),
    ("bytes", "size"),
    ("time", "duration"),
    ("timespan", "duration"),
];

pub(super) fn unknown_type(word: &Word) -> Diagnostic {
    let known = vocabulary::TYPES.map(|it| it.word);
    let message = format!("there is no type `{}`", word.text);
    let error = Diagnostic::new(Code::UnknownType, word.span, message);
    let other = OTHER_TYPES
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(&word.text));
    let error = match other {
        Some((_, ours)) => error.fix(format!("it is called `{ours}` here"), word.span, *ours),
        None => did_you_mean(error, word, known),
    };
    error.note(format!(
        "types are {}, lists of them, and unions of words",
        list(&known, "and")
    ))
}

pub(super) fn assertion_failed(
    span: Span,
    message: Option<&str>,
    operands: &[(Span, String)],
) -> Diagnostic {
    let message = message.unwrap_or("this does not hold").replace('\n', " ");
    let mut error = Diagnostic::new(Code::AssertionFailed, span, message).label("false");
    for (place, value) in operands {
        error = error.related(*place, value.as_str());
    }
    error
}

/// For whom an assertion does not hold: perhaps the item that states it, and
/// those that inherit it.
pub(super) fn fails_for(error: Diagnostic, own: bool, heirs: &[&Word]) -> Diagnostic {
    let (error, further) = match heirs {
        [first, further @ ..] if !own => {
            let error = error.related(first.span, format!("checked for `{}`", first.text));
            (error, further)
        }
        further => (error, further),
    };
    let names: Vec<String> = further
        .iter()
        .take(MOST_HEIRS)
        .map(|name| format!("`{}`", name.text))
        .collect();
    let names = match (names.as_slice(), further.len() - names.len()) {
        ([], _) => return error,
        ([only], 0) => only.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (names, rest) => format!("{} and {rest} more", names.join(", ")),
    };
    error.note(format!("it is false for {names} as well"))
}

/// So many of those for whom an assertion does not hold are named.
const MOST_HEIRS: usize = 5;

// Words

fn did_you_mean<'n>(
    error: Diagnostic,
    word: &Word,
    names: impl IntoIterator<Item = &'n str>,
) -> Diagnostic {
    match closest(&word.text, names) {
        Some(near) => error.fix(format!("did you mean `{near}`?"), word.span, near),
        None => error,
    }
}

/// `a`, `b` and `c`
pub(super) fn list<T: AsRef<str>>(words: &[T], and: &str) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| format!("`{}`", word.as_ref()))
        .collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

/// The path up to a word of it.
fn before(path: &Path, word: &Word) -> String {
    let words = path.segments.iter().take_while(|it| it.span != word.span);
    let words: Vec<&str> = words.map(|it| it.text.as_str()).collect();
    words.join(".")
}

/// `shop-prod` belongs to `shop`, most likely.
fn first_word(name: &str) -> &str {
    name.split(['-', '_']).next().unwrap_or(name)
}

// Settings

pub(super) fn malformed_toml(span: Span, why: &str) -> Diagnostic {
    let message = "the settings cannot be read";
    Diagnostic::new(Code::MalformedSettings, span, message)
        .label(why)
        .note("`bean.toml` is TOML: `[lints]`, and below it `unused = \"allow\"`")
}

/// `bean.lock` is nothing that was written whole.
pub(super) fn damaged_lock(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(Code::DamagedLock, span, "`bean.lock` cannot be read")
        .label(why)
        .help("delete it, and run `beanc lock` again")
}

pub(super) fn newer_lock(span: Span, version: &str) -> Diagnostic {
    let message = format!("`bean.lock` has version {version}, which this release does not know");
    Diagnostic::new(Code::DamagedLock, span, message)
        .help("use the release of beanc that wrote it, or delete it and run `beanc lock` again")
}

pub(super) fn not_a_table(span: Span) -> Diagnostic {
    Diagnostic::new(Code::MalformedSettings, span, "`lints` is a table")
        .help("write `[lints]`, and below it `unused = \"allow\"`")
}

pub(super) fn no_level(span: Span) -> Diagnostic {
    let message = "the level of a lint is `\"allow\"`, `\"warn\"` or `\"deny\"`";
    Diagnostic::new(Code::MalformedSettings, span, message).label("none of them")
}

pub(super) fn level_twice(name: &str, span: Span) -> Diagnostic {
    let message = format!("the level of `{name}` is set twice");
    Diagnostic::new(Code::MalformedSettings, span, message).label("here under another of its names")
}

pub(super) fn unknown_settings(name: &str, span: Span) -> Diagnostic {
    let message = format!("`bean.toml` has no `{name}`");
    let error = Diagnostic::new(Code::UnknownSetting, span, message);
    match closest(name, ["lints"]) {
        Some(near) => error.fix(format!("did you mean `{near}`?"), span, near),
        None => error.help("it has one table, `[lints]`"),
    }
}

pub(super) fn no_such_lint(name: &str, why: NoLint, span: Span) -> Diagnostic {
    match why {
        NoLint::Error(code) => {
            let message = format!("`{name}` is an error, and errors have no level");
            Diagnostic::new(Code::UnknownSetting, span, message).note(format!(
                "`beanc explain {}` says why it is one",
                code.number()
            ))
        }
        NoLint::Unknown(near) => {
            let message = format!("there is no lint `{name}`");
            let error = Diagnostic::new(Code::UnknownSetting, span, message);
            match near {
                Some(near) => error.fix(format!("did you mean `{near}`?"), span, near),
                None => error.help("`beanc explain` lists them"),
            }
        }
    }
}
