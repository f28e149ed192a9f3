(block_item body: (block) @class.inside) @class.around
(nested_block body: (block) @function.inside) @function.around
(test body: (test_body) @test.inside) @test.around
(list (_) @parameter.inside)
(arguments (_) @parameter.inside)
[
  (comment)
  (doc_comment)
] @comment.inside
(comment)+ @comment.around
(doc_comment)+ @comment.around
