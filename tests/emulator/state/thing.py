"""A thing that exists in an account."""

import json
from dataclasses import dataclass, field


@dataclass
class Thing:
    """`hint` says what it is in words that both deployments share; it may speak of earlier things by id.

    A list of such words stands for all of them, in the order of their names.
    """

    kind: str
    hint: str | list
    ids: dict
    properties: dict = field(default_factory=dict)

    @property
    def identity(self):
        return self.kind, self.ids["id"]


def tags(pairs):
    """Tags as a map, without those that a deployment engine adds by itself."""
    pairs = pairs or []
    lower = {pair.get("Key", pair.get("key")): pair.get("Value", pair.get("value")) for pair in pairs}
    return {key: value for key, value in lower.items() if not key.startswith("aws:")}


def document(policy):
    """A policy as an object in one spelling: one statement or one action is a list of one."""
    policy = json.loads(policy) if isinstance(policy, str) else policy
    if not policy:
        return policy
    return {**policy, "Statement": [statement(each) for each in listed(policy.get("Statement"))]}


def statement(written):
    spelled = dict(written)
    for key in ("Action", "NotAction", "Resource", "NotResource"):
        if key in spelled:
            spelled[key] = listed(spelled[key])
    for key in ("Principal", "NotPrincipal"):
        if isinstance(spelled.get(key), dict):
            spelled[key] = {kind: listed(names) for kind, names in spelled[key].items()}
    if "Condition" in spelled:
        spelled["Condition"] = {
            test: {name: [str(value).lower() if isinstance(value, bool) else value for value in listed(values)] for name, values in keys.items()}
            for test, keys in spelled["Condition"].items()
        }
    return spelled


def listed(value):
    return value if isinstance(value, list) else [value]


def pages(client, operation, key, **parameters):
    """All items of a paged answer."""
    return [item for page in client.get_paginator(operation).paginate(**parameters) for item in page[key]]


def without(properties, *names):
    return {key: value for key, value in properties.items() if key not in names}
