[
  (block)
  (test_body)
  (given_body)
  (import_names)
  (list)
  (arguments)
  (group)
] @indent.begin

[
  "}"
  "]"
  ")"
] @indent.branch @indent.end

[
  (comment)
  (doc_comment)
] @indent.auto

(ERROR "{" @indent.begin)
