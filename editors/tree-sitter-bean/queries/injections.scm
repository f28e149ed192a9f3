([
  (comment)
  (doc_comment)
] @injection.content
  (#set! injection.language "comment"))

; Commands that instances run.
((property
  key: (identifier) @_key
  value: (string) @injection.content)
  (#any-of? @_key "build" "start" "run" "command")
  (#set! injection.language "bash"))

((property
  key: (identifier) @_key
  value: (list (string) @injection.content))
  (#any-of? @_key "build" "start" "run" "command")
  (#set! injection.language "bash"))
