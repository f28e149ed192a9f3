"""A CloudFormation that honours what the template asks for.

moto's front end stays (stacks, change sets, events, the HTTP protocol); what
makes, changes and deletes resources behind it is replaced. Each resource is
made through the public API of the same server, with every property sent, in
dependency order. Updates replace a resource where its schema says that a
property is create-only; a failure rolls a new stack back; deletion goes in
reverse order and keeps what the template retains.

Not emulated: creation and update policies, and the signals that they wait for.
"""

from . import intrinsics, stacks


def install(endpoint):
    """Puts the engine behind moto's front end; `endpoint` is this server."""
    intrinsics.install(endpoint)
    stacks.install(endpoint)
