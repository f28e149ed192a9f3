"""Queues: attributes in the spelling of SQS, and messages that one consumer has at a time."""

import functools
import json
import threading
import time

from moto.sqs.models import Queue, SQSBackend

# How long a poll that waits for messages sleeps between looks, in seconds.
LOOK = 0.02


def mend():
    compact_documents()
    exclusive_messages()


def compact_documents():
    """A redrive policy comes back with spaces, which Terraform takes for a change and writes again."""
    moto_attributes = Queue.attributes.fget

    def attributes(self):
        result = moto_attributes(self)
        if result.get("RedrivePolicy"):
            result["RedrivePolicy"] = json.dumps(json.loads(result["RedrivePolicy"]), separators=(",", ":"))
        return result

    Queue.attributes = property(attributes)


def exclusive_messages():
    """Two consumers that ask at once get the same message, and one that waits does not see what others took meanwhile.

    The server answers each request in a thread of its own, and moto looks at a
    message and hides it without a lock; a deletion puts a new list in place of
    one that somebody may be adding to.
    """
    lock = threading.RLock()

    def alone(call):
        @functools.wraps(call)
        def locked(*arguments, **named):
            with lock:
                return call(*arguments, **named)

        return locked

    for name in ("send_message", "delete_message", "change_message_visibility"):
        setattr(SQSBackend, name, alone(getattr(SQSBackend, name)))
    look = alone(SQSBackend.receive_message)

    def receive_message(self, queue_name, count, wait_seconds_timeout, *arguments, **named):
        end = time.monotonic() + wait_seconds_timeout
        while True:
            messages = look(self, queue_name, count, 0, *arguments, **named)
            if messages or time.monotonic() >= end:
                return messages
            time.sleep(LOOK)

    SQSBackend.receive_message = receive_message
