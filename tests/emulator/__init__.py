"""The proof: an AWS emulator that honours templates, and what is asked of it.

moto's service APIs stand in for AWS. In front of them, `engine` is a
CloudFormation that sends every property of every resource to those APIs, which
moto's own does not. Terraform talks to the same APIs through its real
provider. `verify` deploys one build both ways, reads back what exists
(`state`), and compares; `judge` has the vendors' own tools read the output.

From the outside in: `__main__` (the commands), `verify`, `judge`, then
`stacks`, `terraform`, `state`, `contract`, then `server` with `engine`,
`providers` and `faults`.
"""
