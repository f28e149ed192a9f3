"""Queues: attributes in the spelling of SQS, messages that one consumer has at a time, and many of them."""

import functools
import json
import threading
import time

from moto.sqs import models
from moto.sqs.models import Queue, SQSBackend

# How long a poll that waits for messages sleeps between looks, in seconds.
LOOK = 0.02


def mend():
    compact_documents()
    many_messages()
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


def many_messages():
    """A queue of thousands of messages is too slow to be a queue: each message sent or received counts all others, three times.

    moto counts them whenever it looks at one attribute of the queue, reads the
    clock twice for every message, as a date, and builds a new list to delete
    one. Here only a request for a count counts, at one time of the clock.
    """
    models.unix_time_millis = lambda: time.time() * 1000

    def waiting(message, now):
        return now > message.visible_at and not now < message.delayed_until

    counts = {
        "ApproximateNumberOfMessages": waiting,
        "ApproximateNumberOfMessagesDelayed": lambda message, now: now < message.delayed_until,
        "ApproximateNumberOfMessagesNotVisible": lambda message, now: not now > message.visible_at,
    }
    for name in counts:
        setattr(Queue, models.camelcase_to_underscores(name), 0)

    def messages(self):
        now = models.unix_time_millis()
        return [message for message in self._messages if waiting(message, now)]

    Queue.messages = property(messages)
    moto_attributes = SQSBackend.get_queue_attributes

    def get_queue_attributes(self, queue_name, attribute_names):
        attributes = moto_attributes(self, queue_name, attribute_names)
        messages, now = self.get_queue(queue_name)._messages, models.unix_time_millis()
        for name in counts.keys() & attributes.keys():
            attributes[name] = sum(counts[name](message, now) for message in messages)
        return attributes

    SQSBackend.get_queue_attributes = get_queue_attributes

    def delete_message(self, receipt_handle):
        if receipt_handle in self.deleted_messages:
            return
        for index, message in enumerate(self._messages):
            if message.had_receipt_handle(receipt_handle):
                self.pending_messages.discard(message)
                self.deleted_messages.update(message.all_receipt_handles)
                self._messages = self._messages[:index] + self._messages[index + 1 :]
                return
        raise models.ReceiptHandleIsInvalid

    Queue.delete_message = delete_message


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
