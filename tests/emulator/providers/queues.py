"""Queues and the schedules that write to them."""

import json

from . import Provider, gone_keys, known, only, provides, tag_map
from ..aws import ACCOUNT


@provides("AWS::SQS::Queue")
class Queue(Provider):
    ATTRIBUTES = (
        "FifoQueue", "ContentBasedDeduplication", "SqsManagedSseEnabled", "VisibilityTimeout",
        "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "RedrivePolicy", "DelaySeconds",
        "MaximumMessageSize",
    )
    FIXED = ("FifoQueue",)

    def create(self, context, properties):
        known(properties, "QueueName", "Tags", *self.ATTRIBUTES)
        ending = ".fifo" if properties.get("FifoQueue") in (True, "true") else ""
        name = properties.get("QueueName") or context.name(80 - len(ending)) + ending
        fixed = self.attributes({key: properties[key] for key in self.FIXED if key in properties})
        url = context.call("sqs", "create_queue", QueueName=name, Attributes=fixed, tags=tag_map(properties.get("Tags")))["QueueUrl"]
        return url, {"Arn": f"arn:aws:sqs:{context.region}:{ACCOUNT}:{name}", "QueueName": name, "QueueUrl": url}

    def attributes(self, properties):
        def text(value):
            if isinstance(value, dict):
                return json.dumps(value)
            return str(value).lower() if isinstance(value, bool) else str(value)

        return {key: text(properties[key]) for key in self.ATTRIBUTES if key in properties}

    def apply(self, context, physical_id, properties, attributes, old):
        wanted = self.attributes(properties)
        for key in self.FIXED:
            wanted.pop(key, None)
        if wanted:
            context.call("sqs", "set_queue_attributes", QueueUrl=physical_id, Attributes=wanted)
        if old:
            gone = gone_keys(old.get("Tags"), properties.get("Tags"))
            if gone:
                context.call("sqs", "untag_queue", QueueUrl=physical_id, TagKeys=gone)
            if properties.get("Tags"):
                context.call("sqs", "tag_queue", QueueUrl=physical_id, Tags=tag_map(properties["Tags"]))

    def delete(self, context, physical_id, properties, attributes):
        context.call("sqs", "delete_queue", QueueUrl=physical_id)


@provides("AWS::SQS::QueuePolicy")
class QueuePolicy(Provider):
    def create(self, context, properties):
        known(properties, "Queues", "PolicyDocument")
        return context.name(), {}

    def apply(self, context, physical_id, properties, attributes, old):
        for url in properties["Queues"]:
            policy = json.dumps(properties["PolicyDocument"])
            context.call("sqs", "set_queue_attributes", QueueUrl=url, Attributes={"Policy": policy})

    def delete(self, context, physical_id, properties, attributes):
        """The policy goes with its queue."""


@provides("AWS::Scheduler::Schedule")
class Schedule(Provider):
    SENT = ("Description", "FlexibleTimeWindow", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "Target")

    def create(self, context, properties):
        known(properties, "Name", *self.SENT)
        name = properties.get("Name") or context.name(64)
        arn = context.call("scheduler", "create_schedule", Name=name, **only(properties, *self.SENT))["ScheduleArn"]
        return name, {"Arn": arn}

    def apply(self, context, physical_id, properties, attributes, old):
        if old:
            context.call("scheduler", "update_schedule", Name=physical_id, **only(properties, *self.SENT))

    def delete(self, context, physical_id, properties, attributes):
        context.call("scheduler", "delete_schedule", Name=physical_id)
