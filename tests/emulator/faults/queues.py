"""Attributes of queues in the spelling of SQS."""

import json

from moto.sqs.models import Queue


def mend():
    compact_documents()


def compact_documents():
    """A redrive policy comes back with spaces, which Terraform takes for a change and writes again."""
    moto_attributes = Queue.attributes.fget

    def attributes(self):
        result = moto_attributes(self)
        if result.get("RedrivePolicy"):
            result["RedrivePolicy"] = json.dumps(json.loads(result["RedrivePolicy"]), separators=(",", ":"))
        return result

    Queue.attributes = property(attributes)
