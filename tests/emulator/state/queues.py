"""Queues and the schedules that write to them."""

import json

from .thing import Thing, document, pages

# Facts of the moment and ids that other things speak of.
NOISE = (
    "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
)


def read(client):
    sqs = client("sqs")
    found = []
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        found.append((url, attributes, sqs.list_queue_tags(QueueUrl=url).get("Tags", {})))
    # Those that others send their failures to come first.
    for url, attributes, tagged in sorted(found, key=lambda it: "RedrivePolicy" in it[1]):
        properties = {key: value for key, value in attributes.items() if key not in NOISE}
        for key in ("Policy", "RedrivePolicy"):
            if key in properties:
                properties[key] = document(properties[key]) if key == "Policy" else json.loads(properties[key])
        properties["Tags"] = {key: value for key, value in tagged.items() if not key.startswith("aws:")}
        arn = attributes["QueueArn"]
        ids = {"id": url, "arn": arn, "name": arn.rsplit(":", 1)[1]}
        yield Thing("queue", properties["Tags"].get("Name", ""), ids, properties)
    scheduler = client("scheduler")
    for schedule in pages(scheduler, "list_schedules", "Schedules"):
        whole = scheduler.get_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])
        sent = ("Description", "FlexibleTimeWindow", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "Target")
        properties = {key: whole[key] for key in sent if key in whole}
        ids = {"id": schedule["Name"], "arn": whole["Arn"]}
        yield Thing("schedule", whole.get("Description", ""), ids, properties)
