(source_file) @local.scope

(param name: (identifier) @local.definition.parameter)
(input name: (identifier) @local.definition.parameter)
(let name: (identifier) @local.definition.constant)
(output name: (identifier) @local.definition.constant)
(block_item name: (identifier) @local.definition.type)
(imported !alias name: (identifier) @local.definition.import)
(imported alias: (identifier) @local.definition.import)

(path . (identifier) . (identifier) @local.reference)
(extends (identifier) @local.reference)
