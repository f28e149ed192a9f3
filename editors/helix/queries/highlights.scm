; Helix's names for what tree-sitter-bean/queries/highlights.scm colours.

(comment) @comment.line
(doc_comment) @comment.line.documentation

(word) @constant
(boolean) @constant.builtin.boolean
[
  (integer)
  (percent)
  (duration)
  (size)
  (prefix)
] @constant.numeric.integer
(cidr) @string.special
(string) @string
(escape_sequence) @constant.character.escape
(interpolation
  "${" @punctuation.special
  "}" @punctuation.special)

(path (identifier) @variable.other.member)
(path . (identifier) @variable)
(path
  . (identifier) @variable.builtin
  (#any-of? @variable.builtin
    "param" "input" "let" "application" "environment" "template" "network" "platform"
    "resource" "self" "base" "aws"))
(call function: (identifier) @function)
(call
  function: (identifier) @function.builtin
  (#any-of? @function.builtin
    "secret" "file" "json" "cidr" "upper" "lower" "join" "concat" "count" "length" "min" "max"))

[
  "application"
  "environment"
  "template"
  "network"
  "platform"
  "resource"
  "param"
  "input"
  "let"
  "output"
] @keyword.storage.type

[
  "edition"
  "extends"
  "remove"
  "test"
  "given"
  "expect"
  "expect_diagnostic"
  "expect_no_diagnostic"
  "snapshot"
] @keyword

[
  "import"
  "from"
  "as"
] @keyword.control.import

[
  "assert"
  "else"
] @keyword.control

(block_item name: (identifier) @type)
(block_item variant: (identifier) @type.builtin)
(extends (identifier) @type)
(imported name: (identifier) @type)
(imported alias: (identifier) @type)
(param name: (identifier) @variable.parameter)
(input name: (identifier) @variable.parameter)
(let name: (identifier) @variable)
(output name: (identifier) @variable)

(type) @type.builtin
"list" @type.builtin
(union_type (identifier) @constant)

(property key: (identifier) @variable.other.member)
(property key: (string) @variable.other.member)
(nested_block key: (identifier) @tag)
(nested_block label: (identifier) @label)
(remove key: (identifier) @variable.other.member)
(remove label: (identifier) @label)

[
  "="
  "+="
  "||"
  "&&"
  "=="
  "!="
  "<="
  ">="
  "+"
  "-"
  "*"
  "!"
  "|"
  "?"
  "..."
] @operator

[
  "{"
  "}"
  "["
  "]"
  "("
  ")"
] @punctuation.bracket

[
  ","
  "."
  ":"
] @punctuation.delimiter
