//! Everything that can be wrong with a text, one function each.

use super::literal::Fault;
use super::stranger::Stranger;
use super::words::{self, quoted};
use super::{MAX_FILE_BYTES, MAX_NESTING};
use crate::diagnostic::suggest::closest;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// The edition this compiler reads.
pub const EDITION: i64 = 2026;

// Files and items

pub(super) fn missing_edition(first: Span, start: Span) -> Diagnostic {
    let message = "the file does not say which edition of the language it is written in";
    let error = Diagnostic::new(Code::MissingEdition, first, message);
    let error = match first.is_empty() {
        true => error,
        false => error.label("`edition` comes before this"),
    };
    error.fix(
        format!("write `edition {EDITION}` at the top"),
        start,
        format!("edition {EDITION}\n"),
    )
}

pub(super) fn unsupported_edition(year: Span, text: &str) -> Diagnostic {
    let error = Diagnostic::new(
        Code::UnsupportedEdition,
        year,
        format!("there is no edition {}", quoted(text)),
    )
    .label(format!("this version of beanc knows {EDITION}"));
    error.fix(
        format!("write `edition {EDITION}`"),
        year,
        EDITION.to_string(),
    )
}

pub(super) fn missing_year(edition: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnsupportedEdition,
        edition,
        "`edition` needs its year",
    )
    .fix(
        format!("write `edition {EDITION}`"),
        edition,
        format!("edition {EDITION}"),
    )
}

pub(super) fn edition_with_equals(assign: Span, whole: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WrongAssignment,
        assign,
        "`edition` takes its year without `=`",
    )
    .fix(
        format!("write `edition {EDITION}`"),
        whole,
        format!("edition {EDITION}"),
    )
}

pub(super) fn second_edition(again: Span, first: Option<Span>) -> Diagnostic {
    let error = Diagnostic::new(
        Code::SecondEdition,
        again,
        "`edition` stands once, in front of everything else",
    );
    match first {
        Some(first) => error
            .label("and again here")
            .related(first, "the file's edition is here")
            .fix("delete this line", again, ""),
        None => error
            .label("too late")
            .help("move it to the top of the file"),
    }
}

pub(super) fn stranger(stranger: Stranger, line: Span) -> Diagnostic {
    let (what, label) = match stranger {
        Stranger::Ledger => ("a Beancount ledger", "a ledger's directive"),
        Stranger::CloudFormation => ("a CloudFormation template", "a section of a template"),
        Stranger::Beanstalk => (
            "a configuration file of Elastic Beanstalk",
            "a key of `.ebextensions`",
        ),
        Stranger::Terraform => ("a Terraform module", "a block of HCL"),
        Stranger::Json => ("JSON", "an object"),
    };
    let message = format!("this looks like {what}, not like a program for beanc");
    let error = Diagnostic::new(Code::NotAProgram, line, message).label(label);
    match stranger {
        Stranger::Ledger => error.note(
            "both use the file extension `.bean`; a program for beanc begins with `edition 2026`",
        ),
        Stranger::Beanstalk => error
            .note("a program for beanc begins with `edition 2026`")
            .help("the properties have their options' names beside them: `beanc explain instances.max`"),
        Stranger::CloudFormation | Stranger::Terraform | Stranger::Json => error
            .note("a program for beanc begins with `edition 2026`")
            .help("`beanc init` writes a first one"),
    }
}

pub(super) fn file_too_large(start: Span, bytes: usize) -> Diagnostic {
    Diagnostic::new(
        Code::FileTooLarge,
        start,
        format!("the file has {bytes} bytes; beanc reads files up to {MAX_FILE_BYTES}"),
    )
    .help("split it into several files and `import` what they share")
}

pub(super) fn unreadable(start: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedText,
        start,
        "the file could not be read any further",
    )
    .note("this is a mistake in beanc, not in the file; a report with the file would help")
}

pub(super) fn unknown_item(word: Span, text: &str) -> Diagnostic {
    if words::is_loop(text) {
        return no_loops(word, text);
    }
    let error = Diagnostic::new(
        Code::UnknownItem,
        word,
        format!("there is no item {}", quoted(text)),
    )
    .label("expected an item such as `environment` or `param`");
    if let Some(advice) = words::foreign_item(text) {
        return error.help(advice);
    }
    match item_suggestion(text) {
        Some(item) => error.suggestion(format!("did you mean `{item}`?"), word, item),
        None => match words::near_foreign_item(text) {
            Some(advice) => error.help(advice),
            None => error.help(format!("items are {}", words::ITEMS.join(", "))),
        },
    }
}

/// The item that `text` was probably meant to be.
pub(super) fn item_suggestion(text: &str) -> Option<&'static str> {
    closest(text, words::ITEMS.iter().copied())
}

pub(super) fn no_loops(word: Span, text: &str) -> Diagnostic {
    let what = match text {
        "if" | "else" | "elif" | "switch" => "branches",
        _ => "loops",
    };
    let error = Diagnostic::new(
        Code::NoLoops,
        word,
        format!(
            "there are no {what}: {} is not part of the language",
            quoted(text)
        ),
    );
    if what == "branches" {
        error.help(
            "choose a value with `condition ? a : b`, or set `enabled = condition` in a block",
        )
    } else {
        error.help("write the blocks out, and let them share a `template` with `extends`")
    }
}

/// An item inside a block.
pub(super) fn misplaced_item(word: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MisplacedItem,
        word,
        format!(
            "{} begins an item, and items do not stand inside a block",
            quoted(text)
        ),
    )
    .help("move it to the top of the file, in front of or behind the item around it")
}

pub(super) fn stray_property(whole: Span, key: &str, item: Option<Span>) -> Diagnostic {
    let error = Diagnostic::new(
        Code::StrayProperty,
        whole,
        format!("{} is set outside of any item", quoted(key)),
    )
    .label("properties stand inside a block");
    match item {
        Some(end) => error
            .related(end, "the item above ends here")
            .help("if it belongs to the item above, a `}` too many stands in front of it"),
        None => error.help(format!("a name for a value is `let {key} = …`")),
    }
}

// Heads of items

pub(super) fn missing_name(place: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingName, place, format!("{what} needs a name"))
        .label("a name was expected here")
}

pub(super) fn malformed_name(
    name: Span,
    text: &str,
    why: &str,
    better: Option<&str>,
) -> Diagnostic {
    let error = Diagnostic::new(
        Code::MalformedName,
        name,
        format!("{} cannot be a name here", quoted(text)),
    )
    .label(why);
    match better {
        Some(better) => error.suggestion(format!("write `{better}`"), name, better),
        None => error.help("names are ASCII letters, digits, `_` and `-`, and begin with a letter"),
    }
}

pub(super) fn name_of_digits(name: Span, text: &str) -> Diagnostic {
    malformed_name(name, text, "names begin with a letter", None)
}

pub(super) fn text_as_name(name: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedName,
        name,
        format!("names have no quotes: `\"{text}\"`"),
    )
    .fix(format!("write `{text}`"), name, text)
}

pub(super) fn interpolated_name(name: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InterpolatedName,
        name,
        "a name cannot be put together with `${…}`",
    )
    .label("names are fixed in the source")
    .note("logical ids are made of names, so that the same source always means the same resource")
}

pub(super) fn missing_variant(place: Span, kind: ItemKind) -> Diagnostic {
    let error = Diagnostic::new(
        Code::MissingName,
        place,
        format!("nothing stands behind the colon of this {}", kind.keyword()),
    );
    match kind {
        ItemKind::Environment | ItemKind::Template => error.help("write `: web` or `: worker`"),
        ItemKind::Resource => error.help("write the type: `: \"AWS::SNS::Topic\"`"),
        ItemKind::Network => error.help("write `: existing`, or leave the colon out"),
        ItemKind::Platform => error.help("write `: custom`, or leave the colon out"),
        ItemKind::Application => error.help("leave the colon out"),
    }
}

pub(super) fn missing_block(place: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingBlock, place, format!("{what} needs a block"))
        .label("`{` was expected here")
        .suggestion("an empty one is `{}`", place, " {}")
}

pub(super) fn tier_without_colon(place: Span, tier: &str) -> Diagnostic {
    let message = format!("the tier `{tier}` stands behind a colon");
    Diagnostic::new(Code::UnexpectedText, place, message).fix(
        format!("write `: {tier}`"),
        place,
        format!(": {tier}"),
    )
}

pub(super) fn unexpected_in_head(place: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedText,
        place,
        format!("unexpected {} in front of the block", quoted(text)),
    )
    .help("an item begins `kind name: variant extends parents {`")
}

pub(super) fn brace_on_next_line(gap: Span, brace: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BraceOnNextLine,
        brace,
        "`{` stands on the line of what it opens",
    )
    .label("a newline ends the line above")
    .fix("move it up", gap, " ")
}

pub(super) fn malformed_import(place: Span, message: &str, path: Option<&str>) -> Diagnostic {
    let path = path.unwrap_or("./file.bean");
    Diagnostic::new(Code::MalformedImport, place, message)
        .help(format!("write `import {{ name }} from \"{path}\"`"))
}

/// `likely` is the type of the default, when there is one.
pub(super) fn missing_type(
    place: Span,
    what: &str,
    name: &str,
    likely: Option<&str>,
) -> Diagnostic {
    let error = Diagnostic::new(
        Code::MissingType,
        place,
        format!("{what} {} needs a type", quoted(name)),
    )
    .label("a type was expected here");
    let ty = likely.unwrap_or("string");
    let help = format!("write `{what} {name}: {ty}`");
    let error = match likely {
        Some(ty) => error.suggestion(help, place, format!(": {ty}")),
        None => error.help(help),
    };
    error.note("types are string, int, bool, duration, size, percent, cidr, port, arn, region, instance_type, `a | b` and `list<string>`")
}

pub(super) fn missing_colon(gap: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MissingType,
        gap,
        format!("{} needs `:` in front of its type", quoted(name)),
    )
    .fix("insert `:`", gap, ":")
}

pub(super) fn malformed_type(place: Span, text: &str) -> Diagnostic {
    let error = Diagnostic::new(
        Code::MissingType,
        place,
        format!("{} is not a type", quoted(text)),
    );
    if let Some(element) = text
        .strip_prefix("list")
        .and_then(|it| it.trim_start().strip_prefix(['(', '[']))
        .and_then(|it| it.strip_suffix([')', ']']))
    {
        let list = format!("list<{}>", element.trim());
        return error.fix(format!("write `{list}`"), place, list.clone());
    }
    if text.contains('|') && text.contains('.') {
        let members = text.split('|').map(|it| match it.trim() {
            word if word.contains('.') && !word.starts_with('"') => format!("\"{word}\""),
            word => word.to_owned(),
        });
        let union = members.collect::<Vec<_>>().join(" | ");
        return error.fix(
            format!("what is no word stands in quotes: `{union}`"),
            place,
            union.clone(),
        );
    }
    error
        .help("types are names such as `string`, unions such as `debug | info`, and `list<string>`")
}

// Entries

pub(super) fn missing_equals(entry: Span, gap: Span, key: &str, value: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MissingEquals,
        entry,
        format!("{} needs `=`", quoted(key)),
    )
    .fix(format!("write `{key} = {value}`"), gap, " = ")
}

/// `listener http`: a value, or the name of a block that is missing.
pub(super) fn missing_equals_or_block(entry: Span, gap: Span, key: &str, word: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MissingEquals,
        entry,
        format!("{} needs `=`", quoted(key)),
    )
    .suggestion(format!("write `{key} = {word}`"), gap, " = ")
    .help(format!("or, when it is a block, `{key} {word} {{ … }}`"))
}

pub(super) fn missing_value(place: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingValue, place, format!("{what} has no value"))
        .label("a value was expected here")
}

pub(super) fn key_alone(key: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MissingValue,
        key,
        format!("{} has neither a value nor a block", quoted(text)),
    )
    .help(format!("write `{text} = …` or `{text} {{ … }}`"))
}

pub(super) fn missing_operand(operator: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MissingValue,
        operator,
        format!("{} needs a value on both sides", quoted(text)),
    )
    .help("an expression over several lines stands in parentheses")
}

pub(super) fn stray_colon_before_block(colon: Span, key: &str) -> Diagnostic {
    Diagnostic::new(Code::StrayColon, colon, "blocks have no `:`")
        .label("not needed")
        .fix(format!("write `{key} {{`"), colon, "")
}

pub(super) fn stray_colon(colon: Span, key: &str) -> Diagnostic {
    Diagnostic::new(
        Code::StrayColon,
        colon,
        format!("{} is set with `=`, not with `:`", quoted(key)),
    )
    .fix(format!("write `{key} = …`"), colon, " =")
}

pub(super) fn wrong_assignment(operator: Span, text: &str) -> Diagnostic {
    let error = Diagnostic::new(
        Code::WrongAssignment,
        operator,
        format!("values are set with `=`, not with `{text}`"),
    );
    if text == "-=" {
        return error.help("`remove key` takes away what was inherited");
    }
    error.fix("write `=`", operator, "=")
}

pub(super) fn stray_semicolon(semicolon: Span) -> Diagnostic {
    Diagnostic::new(
        Code::StraySemicolon,
        semicolon,
        "there are no semicolons: a newline or a comma ends an entry",
    )
}

pub(super) fn delete_semicolon(semicolon: Span) -> Diagnostic {
    stray_semicolon(semicolon).fix("delete it", semicolon, "")
}

pub(super) fn semicolon_for_comma(semicolon: Span) -> Diagnostic {
    stray_semicolon(semicolon).fix("write a comma", semicolon, ",")
}

pub(super) fn extra_comma(comma: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ExtraComma,
        comma,
        "nothing stands in front of this comma",
    )
    .fix("delete it", comma, "")
}

pub(super) fn missing_comma(gap: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MissingComma,
        gap,
        "entries on one line are separated by commas",
    )
    .label("a comma or a newline was expected here")
    .fix("insert `,`", gap, ",")
}

pub(super) fn equals_behind_label(equals: Span, key: &str, label: &str) -> Diagnostic {
    let message = format!("a named block has no `=`: `{key} {label}`");
    Diagnostic::new(Code::EqualsBehindLabel, equals, message).fix(
        format!("write `{key} {label} {{`"),
        equals,
        "",
    )
}

pub(super) fn named_value(label: Span, key: &str, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::EqualsBehindLabel,
        label,
        format!("only blocks have a name, and `{key} {text}` is set to a value"),
    )
    .help(format!("write `{key} = …` or `{key} {text} {{ … }}`"))
}

/// `edits` write the block.
pub(super) fn dotted_key(key: Span, text: &str, block: &str, edits: Vec<Edit>) -> Diagnostic {
    let applicability = if edits.is_empty() {
        Applicability::Unspecified
    } else {
        Applicability::MachineApplicable
    };
    Diagnostic::new(
        Code::DottedKey,
        key,
        format!("a key is one word, and {} is a path", quoted(text)),
    )
    .advice(format!("write the block: `{block}`"), applicability, edits)
}

pub(super) fn append_to_block(operator: Span, key: &str) -> Diagnostic {
    Diagnostic::new(
        Code::AppendToBlock,
        operator,
        "`+=` adds to lists; blocks are merged without it",
    )
    .fix(format!("write `{key} {{`"), operator, "")
}

pub(super) fn missing_else(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedText,
        place,
        "the text of an `assert` stands behind `else`",
    )
    .fix("insert `else`", place.before(), "else ")
}

pub(super) fn malformed_test(place: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedTest,
        place,
        format!("{} is not a statement of a test", quoted(text)),
    )
    .help("statements are `given`, `expect`, `expect_diagnostic`, `expect_no_diagnostic` and `snapshot`")
}

pub(super) fn missing_subject(place: Span) -> Diagnostic {
    Diagnostic::new(Code::MalformedTest, place, "`given` needs what is tested")
        .help("write `given environment.name`")
}

pub(super) fn nameless_block(brace: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MissingName,
        brace,
        "a block needs its name in front of `{`",
    )
}

pub(super) fn unexpected_text(place: Span, text: &str, behind: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedText,
        place,
        format!("unexpected {}{behind}", quoted(text)),
    )
}

/// `output url { value = … }`
pub(super) fn value_in_block(block: Span, what: &str, name: &str) -> Diagnostic {
    let word = what.trim_start_matches("an ").trim_start_matches("a ");
    let word = word.trim_matches('`');
    Diagnostic::new(
        Code::MissingEquals,
        block,
        format!("{what} is one value, not a block"),
    )
    .help(format!("write `{word} {name} = …`"))
}

/// `${input.x}` outside of a text.
pub(super) fn interpolation_alone(place: Span, inner: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedText,
        place,
        "`${…}` stands in a text, and a value without one stands alone",
    )
    .fix(format!("write `{inner}`"), place, inner)
}

/// `shop-${input.x}` without quotes.
pub(super) fn interpolation_behind(place: Span) -> Diagnostic {
    Diagnostic::new(Code::UnexpectedText, place, "`${…}` stands in a text")
        .help("write what it is put together with in the same quotes: `\"…${value}…\"`")
}

/// `!Ref`, `!GetAtt` and the like of CloudFormation.
pub(super) fn intrinsic(place: Span, name: &str) -> Diagnostic {
    let message = format!("{} is CloudFormation's", quoted(name));
    let error = Diagnostic::new(Code::UnexpectedText, place, message);
    match name {
        "!Ref" | "!GetAtt" | "!ImportValue" => error.help(
            "a reference is a path: `param.x`, `input.x`, `network.main.id`, `environment.x.url`",
        ),
        "!Sub" | "!Join" => error.help("values are put into text by `\"…${value}…\"`"),
        _ => error.help("choose a value with `condition ? a : b`"),
    }
}

/// A type of CloudFormation's.
pub(super) fn type_without_quotes(place: Span, text: &str) -> Diagnostic {
    let message = format!("{} is text, and stands in quotes", quoted(text));
    Diagnostic::new(Code::UnexpectedText, place, message).fix(
        format!("write `\"{text}\"`"),
        place,
        format!("\"{text}\""),
    )
}

pub(super) fn unexpected_character(place: Span, character: char) -> Diagnostic {
    let straight = match character {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => Some("\""),
        '\u{a0}' | '\u{2003}' | '\u{2009}' | '\u{202f}' | '\u{3000}' => Some(" "),
        '\u{2013}' | '\u{2014}' | '\u{2212}' => Some("-"),
        '\u{ff1d}' => Some("="),
        _ => None,
    };
    let shown = match character {
        '\0' => "a NUL byte".to_owned(),
        it if it.is_control() || it.is_whitespace() => {
            format!("the character U+{:04X}", u32::from(it))
        }
        it => format!("the character `{it}`"),
    };
    let error = Diagnostic::new(
        Code::UnexpectedCharacter,
        place,
        format!("{shown} means nothing outside of a text"),
    );
    match straight {
        Some(" ") => error.suggestion("write a plain space", place, " "),
        Some(straight) => error.suggestion(format!("write `{straight}`"), place, straight),
        None => error,
    }
}

pub(super) fn leading_operator(place: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnexpectedText,
        place,
        format!("a line cannot begin with {}", quoted(text)),
    )
    .help("an expression over several lines stands in parentheses")
}

// Brackets

/// What showed that a brace is missing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Seen {
    /// A line that stands no deeper than the one that opened the block.
    Outdent,
    /// The head of the next item.
    Item,
    /// The end of the file.
    End,
}

/// `seen` is how many blocks around it are not closed either, and what shows it;
/// `edits` close them all, which is `certain` where indentation says where.
pub(super) fn unclosed_block(
    brace: Span,
    key: &str,
    (around, seen): (usize, Seen),
    expected: Span,
    edits: Vec<Edit>,
    certain: bool,
) -> Diagnostic {
    let what = if key.is_empty() {
        "this block".to_owned()
    } else {
        quoted(key)
    };
    let why = match seen {
        Seen::Outdent => format!("the next line stands no deeper than {what}"),
        Seen::Item => "the next item begins below".to_owned(),
        Seen::End => "the file ends".to_owned(),
    };
    let (message, wanted) = match around {
        0 => (format!("{what} is never closed"), "`}` was".to_owned()),
        1 => (
            format!("{what} and the block around it are never closed"),
            "two `}` were".to_owned(),
        ),
        _ => (
            format!("{what} and the {around} blocks around it are never closed"),
            format!("{} `}}` were", around + 1),
        ),
    };
    let help = match around {
        0 => "insert `}`".to_owned(),
        1 => "insert two `}`".to_owned(),
        _ => format!("insert {} `}}`", around + 1),
    };
    let applicability = match certain {
        true => Applicability::MachineApplicable,
        false => Applicability::MaybeIncorrect,
    };
    Diagnostic::new(Code::UnclosedBlock, brace, message)
        .label("opened here")
        .related(expected, format!("{wanted} expected here: {why}"))
        .advice(help, applicability, edits)
}

pub(super) fn unclosed_list(bracket: Span, end: Span) -> Diagnostic {
    Diagnostic::new(Code::UnclosedList, bracket, "this list is never closed")
        .label("opened here")
        .suggestion("insert `]`", end, "]")
}

pub(super) fn unclosed_parenthesis(bracket: Span, end: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnclosedParenthesis,
        bracket,
        "this parenthesis is never closed",
    )
    .label("opened here")
    .suggestion("insert `)`", end, ")")
}

pub(super) fn unclosed_text(quote: Span, end: Span) -> Diagnostic {
    Diagnostic::new(Code::UnclosedText, quote, "this text is never closed")
        .label("a text ends on its line")
        .suggestion("insert `\"`", end, "\"")
        .note("a newline in a text is written `\\n`")
}

/// A text with its end on another line.
pub(super) fn text_over_lines(quote: Span, line_ends: impl Iterator<Item = Span>) -> Diagnostic {
    let edits = line_ends.map(|span| Edit {
        span,
        text: "\\n".to_owned(),
    });
    Diagnostic::new(
        Code::UnclosedText,
        quote,
        "this text is not closed on its line",
    )
    .label("a text ends on its line")
    .advice(
        "write a newline in a text as `\\n`",
        Applicability::MaybeIncorrect,
        edits,
    )
}

pub(super) fn unmatched_bracket(bracket: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnmatchedBracket,
        bracket,
        format!("`{text}` closes nothing"),
    )
    .label("nothing is open here that it could close")
    .suggestion("delete it", bracket, "")
}

/// A brace without which all others stand where they should.
pub(super) fn surplus_brace(brace: Span, seen: Span) -> Diagnostic {
    Diagnostic::new(Code::UnmatchedBracket, brace, "a `}` too many")
        .label("without it, all others close what they stand under")
        .related(seen, "with it, this one closes nothing")
        .fix("delete it", brace, "")
}

pub(super) fn too_deep(bracket: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NestingTooDeep,
        bracket,
        format!("more than {MAX_NESTING} brackets are open here"),
    )
    .label("one too many")
    .help("give a part of it a name with `let`")
}

pub(super) fn too_many_operators(expr: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(
        Code::NestingTooDeep,
        expr,
        format!("this expression has more than {limit} operators"),
    )
    .help("give a part of it a name with `let`")
}

// Values

pub(super) fn bad_escape(escape: Span, text: &str) -> Diagnostic {
    let error = Diagnostic::new(
        Code::BadEscape,
        escape,
        format!("`{text}` is not an escape"),
    );
    if text.starts_with("\\u") {
        return error.help("a character by its number is `\\u{1F600}`, at most `10FFFF`");
    }
    error
        .suggestion("a backslash itself is `\\\\`", escape, format!("\\{text}"))
        .note("escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\u{…}` and `\\${`")
}

pub(super) fn unclosed_interpolation(place: Span, end: Span) -> Diagnostic {
    Diagnostic::new(Code::BadInterpolation, place, "`${` is never closed")
        .label("opened here")
        .suggestion("insert `}`", end, "}")
        .note("a literal `${` is written `\\${`")
}

pub(super) fn empty_interpolation(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::BadInterpolation,
        place,
        "nothing stands between `${` and `}`",
    )
    .help("write a value there, or `\\${` for a literal `${`")
}

pub(super) fn interpolation_rest(place: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::BadInterpolation,
        place,
        format!("unexpected {} inside `${{…}}`", quoted(text)),
    )
    .help("one value stands between `${` and `}`")
}

pub(super) fn single_quotes(place: Span, inner: &str) -> Diagnostic {
    let error = Diagnostic::new(Code::SingleQuotes, place, "texts stand in double quotes");
    let escaped = inner.contains('\\') || inner.contains("${");
    let text = format!("\"{inner}\"");
    if escaped {
        return error.suggestion(format!("write `{text}`"), place, text);
    }
    error.fix(format!("write `{text}`"), place, text)
}

pub(super) fn no_null(place: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NoNull,
        place,
        format!("there is no {}", quoted(text)),
    )
    .help("leave the property out, write `key = default` for the edition's default, or `remove key` to drop an inherited one")
}

/// `line` is the comment in the language's own form, when it is one line.
pub(super) fn block_comment(place: Span, closed: bool, line: Option<String>) -> Diagnostic {
    let error = Diagnostic::new(Code::BlockComment, place, "there are no block comments");
    match line {
        Some(line) => error.fix(format!("write `{line}`"), place, line),
        None if closed => error.help("begin every line of the comment with `#`"),
        None => error
            .label("and this one is never closed")
            .help("begin every line of the comment with `#`"),
    }
}

pub(super) fn word_operator(place: Span, text: &str, symbol: &str) -> Diagnostic {
    Diagnostic::new(
        Code::WordOperator,
        place,
        format!("the operator `{text}` is written `{symbol}`"),
    )
    .fix(format!("write `{symbol}`"), place, symbol)
}

pub(super) fn word_not(place: Span, with_blank: Span) -> Diagnostic {
    Diagnostic::new(
        Code::WordOperator,
        place,
        "the operator `not` is written `!`",
    )
    .fix("write `!`", with_blank, "!")
}

pub(super) fn unknown_operator(place: Span, text: &str, meant: Option<&str>) -> Diagnostic {
    let error = Diagnostic::new(
        Code::UnknownOperator,
        place,
        format!("there is no operator `{text}`"),
    );
    match (meant, text) {
        (Some(meant), _) => error.suggestion(format!("did you mean `{meant}`?"), place, meant),
        (None, "/" | "%") => error.help("numbers are not divided: write the result"),
        (None, "??") => error.help("no value is ever absent: give the `param` a default"),
        (None, _) => error.help("operators are `? :`, `||`, `&&`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `+`, `-`, `*` and `!`"),
    }
}

pub(super) fn minus_without_spaces(operator: Span, before: bool, after: bool) -> Diagnostic {
    let spaced = format!(
        "{}-{}",
        if before { "" } else { " " },
        if after { "" } else { " " }
    );
    Diagnostic::new(
        Code::MinusWithoutSpaces,
        operator,
        "`-` needs a space on both sides",
    )
    .label("names may contain hyphens")
    .fix("write ` - `", operator, spaced)
}

pub(super) fn chained_comparison(second: Span, first: Span, symbol: &str) -> Diagnostic {
    Diagnostic::new(
        Code::ChainedComparison,
        second,
        "comparisons cannot be chained",
    )
    .label(format!("this `{symbol}` would compare a true or false"))
    .related(first, "the first comparison is here")
    .help("join two with `&&`: `a < b && b < c`")
}

pub(super) fn missing_branch(question: Span) -> Diagnostic {
    Diagnostic::new(
        Code::IncompleteConditional,
        question,
        "`?` needs two values: one for true and one for false",
    )
    .help("write `condition ? value : other`")
}

pub(super) fn colon_without_question(colon: Span) -> Diagnostic {
    Diagnostic::new(
        Code::IncompleteConditional,
        colon,
        "`:` stands without its `?`",
    )
    .help("write `condition ? value : other`")
}

pub(super) fn missing_segment(place: Span) -> Diagnostic {
    Diagnostic::new(Code::MissingName, place, "a name is missing behind the dot")
}

pub(super) fn empty_parentheses(place: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MissingValue,
        place,
        "nothing stands between the parentheses",
    )
}

pub(super) fn unquoted_text(place: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnquotedText,
        place,
        format!("{} is text and needs quotes", quoted(text)),
    )
    .fix(format!("write `\"{text}\"`"), place, format!("\"{text}\""))
}

/// What is wrong with a word that begins like a number.
pub(super) fn number(place: Span, text: &str, fault: &Fault) -> Diagnostic {
    match fault {
        Fault::ForeignUnit {
            amount,
            unit,
            meant,
        } => foreign_unit(place, text, amount, unit, *meant),
        Fault::UnknownUnit { unit } => Diagnostic::new(
            Code::UnknownUnit,
            place,
            format!("{} has a unit beanc does not know", quoted(text)),
        )
        .label(format!("`{unit}` is no unit"))
        .help("durations end in `d`, `h`, `m`, `s` or `ms`, sizes in `TiB`, `GiB`, `MiB`, `KiB` or `B`, shares in `%`; anything else is text and needs quotes"),
        Fault::TooLarge => Diagnostic::new(
            Code::NumberTooLarge,
            place,
            format!("{} is too large", quoted(text)),
        )
        .label("more than a 64-bit number holds"),
        Fault::Fraction { whole } => {
            let error = Diagnostic::new(
                Code::MalformedNumber,
                place,
                format!("numbers have no fraction: {}", quoted(text)),
            );
            match whole {
                Some(whole) => error.fix(format!("write `{whole}`"), place, whole.clone()),
                None => {
                    let error = match share(text) {
                        Some(share) => {
                            error.suggestion(format!("a share is `{share}`"), place, share)
                        }
                        None => error,
                    };
                    error.suggestion(
                        format!("if it is text, such as a version, write `\"{text}\"`"),
                        place,
                        format!("\"{text}\""),
                    )
                }
            }
        }
        Fault::DurationParts { repeated } => Diagnostic::new(
            Code::DurationParts,
            place,
            if *repeated {
                format!("{} has one unit twice", quoted(text))
            } else {
                format!("{} does not begin with its largest unit", quoted(text))
            },
        )
        .help("write each unit once, the largest first: `1h30m`"),
        Fault::Octet { octet } => Diagnostic::new(
            Code::MalformedRange,
            place,
            format!("{} is not a range of addresses", quoted(text)),
        )
        .label(format!("`{octet}` is more than 255")),
        Fault::PrefixLength { prefix } => Diagnostic::new(
            Code::MalformedRange,
            place,
            format!("{} has no valid prefix length", quoted(text)),
        )
        .label(format!("`/{prefix}`; IPv4 has `/0` to `/32`")),
        Fault::BareAddress => Diagnostic::new(
            Code::MalformedRange,
            place,
            format!("{} is an address without a prefix length", quoted(text)),
        )
        .suggestion(
            format!("for this one address write `{text}/32`"),
            place,
            format!("{text}/32"),
        ),
        Fault::NotAnAddress => Diagnostic::new(
            Code::MalformedRange,
            place,
            format!("{} is not a range of addresses", quoted(text)),
        )
        .help("a range is four numbers and a prefix length: `10.20.0.0/16`"),
        Fault::Minus { left, right } => Diagnostic::new(
            Code::MinusWithoutSpaces,
            place,
            "`-` needs a space on both sides",
        )
        .fix(
            format!("write `{left} - {right}`"),
            place,
            format!("{left} - {right}"),
        ),
        Fault::Malformed => Diagnostic::new(
            Code::MalformedNumber,
            place,
            format!("{} is not a number", quoted(text)),
        )
        .suggestion(
            format!("if it is text, write `\"{text}\"`"),
            place,
            format!("\"{text}\""),
        ),
    }
}

/// `20GB`, `5min`, `5 min`
pub(super) fn foreign_unit(
    place: Span,
    text: &str,
    amount: &str,
    unit: &str,
    meant: words::Unit,
) -> Diagnostic {
    let name = meant.name;
    let times = if meant.times == 1 {
        amount.to_owned()
    } else {
        let amount: Option<i64> = amount.replace('_', "").parse().ok();
        let total = amount.and_then(|amount| amount.checked_mul(meant.times));
        total.map_or_else(
            || amount.map_or_else(String::new, |it| it.to_string()),
            |it| it.to_string(),
        )
    };
    let right = format!("{times}{name}");
    let (kind, label, help) = if name.ends_with('B') {
        let label = if unit.eq_ignore_ascii_case("GB") {
            "AWS sizes EBS volumes in GiB, and its consoles call that \"GB\"".to_owned()
        } else if unit == name {
            "a number and its unit stand together".to_owned()
        } else {
            format!("AWS counts in powers of 1024, and that unit is written `{name}`")
        };
        (
            "size",
            label,
            format!("`{right}` is what AWS would have created"),
        )
    } else {
        let label = if unit == name {
            "a number and its unit stand together".to_owned()
        } else if meant.times > 1 {
            "the longest unit is the day".to_owned()
        } else {
            format!("this unit is written `{name}`")
        };
        let kind = if name == "%" { "share" } else { "duration" };
        (kind, label, format!("write `{right}`"))
    };
    Diagnostic::new(
        Code::UnknownUnit,
        place,
        format!("{} is not a {kind} beanc accepts", quoted(text)),
    )
    .label(label)
    .advice(
        help,
        Applicability::MachineApplicable,
        [Edit {
            span: place,
            text: right,
        }],
    )
}

/// `80%` for `0.8`: when it comes out even.
fn share(text: &str) -> Option<String> {
    let digits = text.strip_prefix("0.")?;
    let hundredths = match digits.len() {
        1 => format!("{digits}0"),
        2 => digits.to_owned(),
        _ => return None,
    };
    let percent: u8 = hundredths.parse().ok()?;
    Some(format!("{percent}%"))
}
