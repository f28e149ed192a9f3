(source_file) @local.scope

(param name: (identifier) @local.definition.variable.parameter)
(input name: (identifier) @local.definition.variable.parameter)
(let name: (identifier) @local.definition.variable)
