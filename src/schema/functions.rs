//! The functions of the language.

use std::ops::RangeInclusive;

/// A function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is called: `cidr(range, prefix, number)`.
    pub call: &'static str,
    /// What it answers.
    pub doc: &'static str,
    /// How many arguments it takes.
    pub arguments: RangeInclusive<usize>,
}

const fn function(
    name: &'static str,
    call: &'static str,
    arguments: RangeInclusive<usize>,
    doc: &'static str,
) -> Function {
    Function {
        name,
        call,
        doc,
        arguments,
    }
}

/// All of them.
pub static ALL: [Function; 13] = [
    function(
        "secret",
        "secret(\"ssm:/path\")",
        1..=2,
        "A text that instances read when they boot: `ssm:/path`, `secretsmanager:name`, or \
         `secretsmanager:name#key` for a key of a JSON secret. The output has its name only, and \
         the instances' role may read exactly that one.",
    ),
    function(
        "file",
        "file(\"path\")",
        1..=1,
        "The text of a file of the project, by its path from this file.",
    ),
    function(
        "json",
        "json(value)",
        1..=1,
        "A value as JSON. A block becomes an object, a list an array.",
    ),
    function(
        "cidr",
        "cidr(range, /24, number)",
        3..=3,
        "The part of an address range with a number, counted from 0, of parts with a prefix.",
    ),
    function(
        "upper",
        "upper(text)",
        1..=1,
        "The text in capital letters.",
    ),
    function("lower", "lower(text)", 1..=1, "The text in small letters."),
    function(
        "join",
        "join(list, \", \")",
        2..=2,
        "The elements of a list as one text, with a text between them.",
    ),
    function(
        "concat",
        "concat(a, b)",
        1..=16,
        "Texts as one text, or lists as one list.",
    ),
    function(
        "count",
        "count(list)",
        1..=1,
        "How many elements a list or a block has.",
    ),
    function(
        "length",
        "length(text)",
        1..=1,
        "How many characters a text has, or elements a list.",
    ),
    function(
        "min",
        "min(a, b)",
        1..=16,
        "The least of several values, or of a list.",
    ),
    function(
        "max",
        "max(a, b)",
        1..=16,
        "The greatest of several values, or of a list.",
    ),
    function(
        "shared",
        "shared(\"arn:…\")",
        1..=1,
        "A load balancer that exists already, by its ARN: the value of `load_balancer.kind`.",
    ),
];

/// The function with a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    ALL.iter().find(|it| it.name == name)
}
