[
  (block)
  (test_body)
  (given_body)
  (import_names)
  (list)
  (arguments)
  (group)
] @indent

[
  "}"
  "]"
  ")"
] @outdent
