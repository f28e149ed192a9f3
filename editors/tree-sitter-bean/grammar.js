/**
 * The grammar of `.bean` files, edition 2026, for editors.
 *
 * `grammar/bean.pest` is the compiler's and the one that counts; this one
 * takes the same texts and refuses the same texts, and
 * `tests/it/tree_sitter.rs` holds the two together. The compiler's grammar is
 * total and says what is wrong; this one leaves that to it and only has to
 * have no tree without an error for what is wrong.
 *
 * A newline ends an entry, so newlines are tokens, and `src/scanner.c` reads
 * them: it knows that an item at the front of a line ends every open block.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const DIGITS = "[0-9]+(_[0-9]+)*";
const NAME = "[A-Za-z_][A-Za-z0-9_]*(-+[A-Za-z0-9_]+)*";
const OCTET = "0*(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]?[0-9])";
const PREFIX = "0*(3[0-2]|[12]?[0-9])";

/** Units of time, each once and the largest first: `1h30m`. */
const DURATION = ["d", "h", "m", "s", "ms"]
  .map((unit, at, units) => {
    const smaller = units.slice(at + 1).map((it) => `(${DIGITS}${it})?`);
    return `${DIGITS}${unit}${smaller.join("")}`;
  })
  .join("|");

/** Scalar values of Unicode: no surrogates, nothing beyond the last plane. */
const CHARACTER =
  "0*(10[0-9a-fA-F]{4}|[1-9a-fA-F][0-9a-fA-F]{4}|[0-9a-cA-CefEF][0-9a-fA-F]{3}" +
  "|[dD][0-7][0-9a-fA-F]{2}|[0-9a-fA-F]{1,3})";

/** Words that begin a block elsewhere; here they are keys with a value at most. */
const LOOPS = ["for", "for_each", "foreach", "while", "if", "else", "elif", "switch", "dynamic"];

/** What is no value by itself; `null.a` and `null()` are left to the checker. */
const NULLS = ["null", "None", "nil", "undefined", "NULL"];

const KINDS = ["application", "environment", "template", "network", "platform", "resource"];

/**
 * Things on lines of their own or behind commas: one comma at most behind
 * each, and none in front of the first.
 */
function separated($, rule) {
  const separator = choice(
    seq(repeat1($._inner_newline), optional(seq(",", repeat($._inner_newline)))),
    seq(",", repeat($._inner_newline)),
  );
  return seq(
    repeat($._inner_newline),
    optional(seq(rule, repeat(seq(separator, rule)), optional(separator))),
  );
}

/**
 * The rules of expressions, twice: on one line, and in parentheses, where
 * newlines mean nothing. There they belong to the token in front, which needs
 * no second look.
 */
function expressions(prefix, newlines) {
  const name = (it) => `_${prefix}${it}`;
  const visible = ($, it, as) => alias($[name(it)], $[as]);
  const token = ($, it) => (newlines ? seq(it, repeat($._inner_newline)) : it);
  const operator = ($, it) => token($, field("operator", it));
  const binary = (left, operators, right) => ($) =>
    seq(
      field("left", $[name(left)]),
      operator($, operators($)),
      field("right", $[name(right)]),
    );
  return {
    [name("expression")]: ($) => choice(visible($, "conditional", "conditional_expression"), $[name("or")]),
    [name("conditional")]: ($) =>
      seq(
        field("condition", $[name("or")]),
        token($, "?"),
        field("then", $[name("expression")]),
        token($, ":"),
        field("otherwise", $[name("expression")]),
      ),
    [name("or")]: ($) => choice($[name("and")], visible($, "or_binary", "binary_expression")),
    [name("or_binary")]: binary("or", () => "||", "and"),
    [name("and")]: ($) => choice($[name("comparison")], visible($, "and_binary", "binary_expression")),
    [name("and_binary")]: binary("and", () => "&&", "comparison"),
    // Comparisons do not chain.
    [name("comparison")]: ($) => choice($[name("sum")], visible($, "comparison_binary", "binary_expression")),
    [name("comparison_binary")]: binary(
      "sum",
      () => choice("==", "!=", "<", "<=", ">", ">="),
      "sum",
    ),
    [name("sum")]: ($) => choice($[name("product")], visible($, "sum_binary", "binary_expression")),
    [name("sum_binary")]: binary("sum", ($) => choice("+", alias($._minus, "-")), "product"),
    [name("product")]: ($) => choice($[name("unary")], visible($, "product_binary", "binary_expression")),
    [name("product_binary")]: binary("product", () => "*", "unary"),
    [name("unary")]: ($) => choice(token($, $._primary), visible($, "prefixed", "unary_expression")),
    [name("prefixed")]: ($) =>
      seq(operator($, choice("!", "-")), field("operand", $[name("unary")])),
  };
}

/** An expression that is more than a block. */
function no_block($) {
  return choice(
    alias($._conditional, $.conditional_expression),
    ...["or", "and", "comparison", "sum", "product"].map((it) =>
      alias($[`_${it}_binary`], $.binary_expression),
    ),
    alias($._prefixed, $.unary_expression),
    $._simple,
  );
}

module.exports = grammar({
  name: "bean",

  externals: ($) => [
    // Between items.
    $._newline,
    // Inside brackets, unless an item begins behind it.
    $._inner_newline,
    // Between two values, with blanks around.
    $._minus,
    // Is never there: what needs it is an error.
    $.nothing,
  ],

  extras: ($) => [/[ \t\r]/, $.comment, $.doc_comment],

  word: ($) => $.identifier,

  supertypes: ($) => [$._item, $._entry, $._statement],

  rules: {
    source_file: ($) =>
      seq(
        repeat($._newline),
        $.edition,
        repeat(seq(repeat1($._newline), $._item)),
        repeat($._newline),
      ),

    edition: ($) => seq("edition", field("year", alias("2026", $.integer))),

    // Items

    _item: ($) =>
      choice(
        $.import,
        $.param,
        $.input,
        $.let,
        $.output,
        $.assert,
        $.block_item,
        $.test,
      ),

    import: ($) =>
      seq("import", field("names", $.import_names), "from", field("path", alias($._plain_string, $.string))),
    import_names: ($) => seq("{", separated($, $.imported), "}"),
    imported: ($) =>
      seq(field("name", $.identifier), optional(seq("as", field("alias", $.identifier)))),

    param: ($) => seq("param", $._declaration),
    input: ($) => seq("input", $._declaration),
    _declaration: ($) =>
      seq(
        field("name", $.identifier),
        ":",
        field("type", $._type),
        optional(seq(choice("=", "+="), field("default", $._expression))),
      ),

    // `list` alone is a name like any other, of a type that there is not.
    _type: ($) =>
      choice(alias($.identifier, $.type), alias("list", $.type), $.list_type, $.union_type),
    list_type: ($) => seq("list", "<", $._type, ">"),
    union_type: ($) =>
      choice(
        alias($._plain_string, $.string),
        seq(
          choice($.identifier, alias("list", $.identifier), alias($._plain_string, $.string)),
          repeat1(
            seq("|", choice($.identifier, alias("list", $.identifier), alias($._plain_string, $.string))),
          ),
        ),
      ),

    let: ($) => seq("let", $._binding),
    output: ($) => seq("output", $._binding),
    _binding: ($) =>
      seq(field("name", $.identifier), choice("=", "+="), field("value", $._expression)),

    // `assert {` is a block of that name.
    assert: ($) =>
      seq(
        "assert",
        field("condition", no_block($)),
        optional(seq("else", field("message", $._expression))),
      ),

    block_item: ($) =>
      seq(
        field("kind", choice(...KINDS)),
        field("name", $.identifier),
        optional(seq(":", field("variant", choice($.identifier, alias($._plain_string, $.string))))),
        optional($.extends),
        field("body", $.block),
      ),
    extends: ($) => seq("extends", $._parent, repeat(seq(",", optional($._parent)))),
    _parent: ($) => choice($.identifier, alias($._plain_string, $.string)),

    // Tests

    test: ($) =>
      seq("test", field("name", alias($._plain_string, $.string)), field("body", $.test_body)),
    test_body: ($) => seq("{", separated($, $._statement), "}"),
    _statement: ($) => choice($.given, $.expect, $.expect_diagnostic, $.snapshot),
    given: ($) => seq("given", field("subject", $._path), optional(field("params", $.given_body))),
    given_body: ($) => seq("{", separated($, alias($.given_param, $.param)), "}"),
    given_param: ($) => seq("param", $._binding),
    expect: ($) =>
      seq(
        "expect",
        field("condition", $._expression),
        optional(seq("else", field("message", $._expression))),
      ),
    expect_diagnostic: ($) =>
      seq(
        choice("expect_diagnostic", "expect_no_diagnostic"),
        field("which", choice($.identifier, alias($._plain_string, $.string))),
      ),
    snapshot: ($) => seq("snapshot", field("of", $.identifier)),

    // Blocks

    block: ($) => seq("{", separated($, $._entry), "}"),
    _entry: ($) => choice($.property, $.nested_block, $.spread, $.remove, $.assert),

    // `key = { … }` is a block as well; `+=` has none to append to.
    property: ($) =>
      seq(
        field("key", choice($._key, alias(choice(...LOOPS, "assert", "remove"), $.identifier))),
        choice(
          seq("=", field("value", $._expression)),
          seq("+=", field("value", no_block($))),
        ),
      ),

    nested_block: ($) =>
      choice(
        seq(field("key", $._key), repeat(field("label", $._key)), field("body", $.block)),
        seq(
          field("key", alias(choice("assert", "remove"), $.identifier)),
          field("body", $.block),
        ),
      ),

    spread: ($) => seq("...", $._path),
    remove: ($) =>
      seq("remove", field("key", $._key), repeat(field("label", $._key))),

    _key: ($) => choice($.identifier, alias($._plain_string, $.string)),

    // Values

    ...expressions("", false),
    ...expressions("inner_", true),

    _primary: ($) => choice($._simple, $.block),
    _simple: ($) =>
      choice(
        alias(choice($.identifier, "not"), $.word),
        $.boolean,
        $.path,
        $.call,
        $.string,
        $._number,
        $.list,
        $.group,
      ),

    boolean: ($) => choice("true", "false"),

    call: ($) =>
      seq(
        field("function", choice($.identifier, alias(choice("true", "false", ...NULLS), $.identifier))),
        field("arguments", $.arguments),
      ),
    arguments: ($) => seq(token.immediate("("), separated($, $._expression), ")"),

    list: ($) => seq("[", separated($, $._expression), "]"),
    group: ($) => seq("(", repeat($._inner_newline), $._inner_expression, ")"),

    path: ($) =>
      seq(
        choice(
          $.identifier,
          alias(choice("true", "false", "not", ...NULLS), $.identifier),
        ),
        repeat1(seq(token.immediate("."), alias($._segment, $.identifier))),
      ),
    _segment: () => token.immediate(new RegExp(NAME)),
    /** A path that may be one word. */
    _path: ($) => choice($.identifier, $.path),

    identifier: () => new RegExp(NAME),

    // Numbers

    _number: ($) =>
      choice(
        $.integer,
        $.percent,
        $.duration,
        $.size,
        $.cidr,
        $.prefix,
        seq(choice($._malformed_number, $._malformed_prefix), $.nothing),
      ),
    integer: () => new RegExp(DIGITS),
    percent: () => new RegExp(`${DIGITS}%`),
    duration: () => new RegExp(DURATION),
    size: () => new RegExp(`${DIGITS}(TiB|GiB|MiB|KiB|B)`),
    cidr: () => new RegExp(`(${OCTET}[.]){3}${OCTET}/${PREFIX}`),
    prefix: () => new RegExp(`/${PREFIX}`),
    // The compiler reads these as one word, however wrong: the longest match
    // keeps `1else` from being a number and a keyword.
    _malformed_number: () =>
      /[0-9]([A-Za-z0-9_%]|[.][0-9]|-[A-Za-z0-9])*(\/[0-9][A-Za-z0-9]*)?/,
    _malformed_prefix: () => /\/[A-Za-z0-9_.-]+/,

    // Texts. They end with their line.

    string: ($) =>
      seq('"', repeat(choice($._content, $.escape_sequence, $.interpolation)), $._quote),
    // Where a name stands, nothing is put together.
    _plain_string: ($) =>
      seq(
        '"',
        repeat(choice($._content, $.escape_sequence, seq($._interpolation_start, $.nothing))),
        $._quote,
      ),
    _content: ($) => choice($._text, $._dollar),
    _text: () => token.immediate(prec(2, /[^"\\$\n]+/)),
    _dollar: () => token.immediate(prec(2, "$")),
    _quote: () => token.immediate('"'),
    _interpolation_start: () => token.immediate(prec(2, "${")),
    escape_sequence: () =>
      token.immediate(prec(2, new RegExp(`\\\\(["\\\\nt]|[$][{]|u[{]${CHARACTER}[}])`))),
    interpolation: ($) =>
      seq(alias($._interpolation_start, "${"), $._expression, "}"),

    // Comments

    doc_comment: () => token(prec(1, /##[^\n]*/)),
    comment: () => token(/(#|\/\/)[^\n]*/),
  },
});
