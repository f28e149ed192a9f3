"""What exists in an account, read back through the API, in terms that compare.

Ids, generated names and ARNs differ between two deployments of the same
program. `existing` reads everything as `Thing`s, and `Account` names each one
after what it is ("subnet 10.0.1.0/24 in ..."), then writes these names wherever
an id, name or ARN stands. What remains is equal when the two mean the same.
"""

import json

from . import balancing, containers, fleet, identity, monitoring, naming, network, queues, storage
from .thing import Thing

# In an order in which a thing's name may speak of things that came before.
READERS = (network, identity, storage, queues, monitoring, balancing, fleet, containers, naming)

# What the clock, the account or the emulator decides.
VOLATILE = {
    "CreateDate", "CreateTime", "CreatedTime", "CreatedBy", "CreationDate", "CreationTime", "LastModifiedDate",
    "LastModifiedTime", "LastModifiedUser", "creationTime", "OwnerId", "AlarmConfigurationUpdatedTimestamp",
    "StateUpdatedTimestamp", "StateTransitionedTimestamp", "StateReason", "StateReasonData", "StateValue",
    "storedBytes", "DeliverLogsStatus", "FlowLogStatus", "StartTimestamp", "RoleId", "InstanceProfileId",
}

# Order carries meaning under these keys and nowhere else.
ORDERED = {"Actions", "DefaultActions", "Overrides", "TerminationPolicies"}


def existing(client):
    """Every thing that `client(service)` shows, as it is."""
    return [thing for reader in READERS for thing in reader.read(client)]


class Account:
    """The things of one account under names of their own, ids replaced by names.

    What was there before, `ignored` by its identity, gets names too, since
    others may speak of it, but is not among the things.
    """

    def __init__(self, things, ignored=()):
        self.names, self.longest_first = {}, []
        self.named = []
        for kind in dict.fromkeys(thing.kind for thing in things):
            self.name([thing for thing in things if thing.kind == kind])
        self.neighbours = [(name, thing) for name, thing in self.named if thing.identity in ignored]
        self.named = [(name, thing) for name, thing in self.named if thing.identity not in ignored]
        self.things = {name: self.normal(thing.properties) for name, thing in self.named}
        self.physical = {name: thing.ids["id"] for name, thing in self.named}

    def name(self, things):
        """Names the things of one kind; those that look alike are numbered in the order of their properties."""
        drafts = [(f"{thing.kind} {self.said(thing.hint)}".strip(), self.fingerprint(thing), thing) for thing in things]
        drafts.sort(key=lambda draft: draft[:2])
        taken = {}
        for draft, _, thing in drafts:
            taken[draft] = taken.get(draft, 0) + 1
            name = draft if taken[draft] == 1 else f"{draft} #{taken[draft]}"
            self.named.append((name, thing))
            for role, value in thing.ids.items():
                if value:
                    self.names[value] = f"<{name}>" if role == "id" else f"<{name}>.{role}"
        self.longest_first = sorted(self.names, key=len, reverse=True)

    def said(self, hint):
        """A hint with names for ids, and in their order where it is a list."""
        return self.replace(hint) if isinstance(hint, str) else ", ".join(sorted(map(self.replace, hint)))

    def fingerprint(self, thing):
        return json.dumps(self.normal(thing.properties), sort_keys=True)

    def replace(self, text):
        for known in self.longest_first:
            if known in text:
                text = text.replace(known, self.names[known])
        return text

    def normal(self, node, key=None):
        if isinstance(node, dict):
            kept = {k: self.normal(v, k) for k, v in sorted(node.items()) if k not in VOLATILE}
            return {self.replace(k): v for k, v in kept.items() if v not in (None, [], {}, "")}
        if isinstance(node, (list, tuple, set)):
            values = [self.normal(value) for value in node]
            return values if key in ORDERED else sorted(values, key=lambda value: json.dumps(value, sort_keys=True))
        return self.replace(node) if isinstance(node, str) else node

    def of_kind(self, kind):
        """Names and properties of the things of `kind`."""
        return {name: self.things[name] for name, thing in self.named if thing.kind == kind}

    def with_neighbours(self, kind):
        """The same, and those that were there before."""
        before = {name: self.normal(thing.properties) for name, thing in self.neighbours if thing.kind == kind}
        return {**before, **self.of_kind(kind)}


def identities(things):
    return {thing.identity for thing in things}
