"""How each resource type of CloudFormation is made with the AWS API.

One class per type, grouped by service. A type that is not here is refused, so
a deployment cannot pass because something was left out.
"""

import importlib
import random
import string

from .. import aws

PROVIDERS = {}

SERVICES = ("network", "fleet", "containers", "balancing", "storage", "identity", "monitoring", "naming", "queues")


def provides(*types):
    """Registers the class below as the provider of `types`."""

    def register(cls):
        for name in types:
            PROVIDERS[name] = cls()
        return cls

    return register


def load():
    for service in SERVICES:
        importlib.import_module(f".{service}", __name__)


class Provider:
    """What the engine asks of a type.

    `create` makes the resource and returns its physical id and attributes;
    `apply` sets what may change in place, with `old` the properties before (or
    None right after `create`).
    """

    def create(self, context, properties):
        raise NotImplementedError

    def apply(self, context, physical_id, properties, attributes, old):
        """Nothing to set by default: the type's properties are all create-only."""

    def delete(self, context, physical_id, properties, attributes):
        """Nothing to delete by default: the resource goes with its owner."""


class Context:
    """The stack and logical id that a provider works for."""

    # Names of the stacks whose change set may take over what exists.
    IMPORTING = set()

    def __init__(self, endpoint, region, stack, logical_id):
        self.endpoint, self.region, self.stack, self.logical_id = endpoint, region, stack, logical_id

    @property
    def imports(self):
        return self.stack in self.IMPORTING

    def name(self, limit=64):
        """A physical name as CloudFormation makes it: stack, logical id, random end."""
        end = "".join(random.choices(string.ascii_uppercase + string.digits, k=12))
        return f"{self.stack}-{self.logical_id}"[: limit - 13].rstrip("-") + "-" + end

    def call(self, service, operation, /, **parameters):
        client = aws.client(service, self.endpoint, self.region)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        if model.input_shape is not None:
            unknown = [name for name in parameters if name not in model.input_shape.members]
            if unknown:
                raise ValueError(f"{service}.{operation} takes no {unknown}")
            parameters = aws.coerce(model.input_shape, parameters)
        return getattr(client, operation)(**parameters)


def only(properties, *names, **renames):
    """The given properties that are set, some under the API's other name."""
    picked = {name: properties[name] for name in names if name in properties}
    picked.update({api: properties[name] for name, api in renames.items() if name in properties})
    return picked


def known(properties, *handled):
    """Refuses properties that a provider would drop in silence."""
    unknown = sorted(set(properties) - set(handled))
    if unknown:
        raise NotImplementedError(f"the emulator's provider does not read {', '.join(unknown)}")


def tag_map(tags):
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def gone_keys(old, new):
    """Keys of tags that the update takes away."""
    return [key for key in tag_map(old) if key not in tag_map(new)]
