; Later patterns win.

(comment) @comment
(doc_comment) @comment.documentation

; Values

(word) @constant
(boolean) @boolean
(integer) @number
(percent) @number
(duration) @number
(size) @number
(cidr) @string.special
(prefix) @number
(string) @string
(escape_sequence) @string.escape
(interpolation
  "${" @punctuation.special
  "}" @punctuation.special)

(path (identifier) @variable.member)
(path . (identifier) @variable)
(path
  . (identifier) @variable.builtin
  (#any-of? @variable.builtin
    "param" "input" "let" "application" "environment" "template" "network" "platform"
    "resource" "self" "base" "aws"))

(call function: (identifier) @function.call)
(call
  function: (identifier) @function.builtin
  (#any-of? @function.builtin
    "secret" "file" "json" "cidr" "upper" "lower" "join" "concat" "count" "length" "min" "max"))

; Items

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
  "test"
] @keyword

[
  "edition"
  "extends"
] @keyword

[
  "import"
  "from"
  "as"
] @keyword.import

[
  "assert"
  "else"
  "remove"
  "given"
  "expect"
  "expect_diagnostic"
  "expect_no_diagnostic"
  "snapshot"
] @keyword

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

; Entries

(property key: (identifier) @property)
(property key: (string) @property)
(nested_block key: (identifier) @property)
(nested_block label: (identifier) @label)
(remove key: (identifier) @property)
(remove label: (identifier) @label)

; Marks

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
  "..."
] @operator

(conditional_expression ["?" ":"] @keyword.conditional.ternary)

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
] @punctuation.delimiter

(param ":" @punctuation.delimiter)
(input ":" @punctuation.delimiter)
(block_item ":" @punctuation.delimiter)
