"""Log groups and topics."""

from .thing import Thing, document, pages, tags


def read(client):
    logs = client("logs")
    for group in pages(logs, "describe_log_groups", "logGroups"):
        pairs = logs.list_tags_log_group(logGroupName=group["logGroupName"])["tags"]
        properties = {
            "Retention": group.get("retentionInDays"),
            "Key": group.get("kmsKeyId"),
            "Tags": {key: value for key, value in pairs.items() if not key.startswith("aws:")},
        }
        ids = {"id": group["logGroupName"], "arn": group["arn"]}
        yield Thing("log group", group["logGroupName"], ids, {**properties, "Name": group["logGroupName"]})
    sns = client("sns")
    for topic in pages(sns, "list_topics", "Topics"):
        arn = topic["TopicArn"]
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        subscriptions = pages(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)
        properties = {
            "DisplayName": attributes.get("DisplayName"),
            "Key": attributes.get("KmsMasterKeyId"),
            "Policy": document(attributes.get("Policy")),
            "Subscriptions": [f"{each['Protocol']}:{each['Endpoint']}" for each in subscriptions],
            "Tags": tags(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]),
        }
        hint = properties["Tags"].get("Name") or properties["DisplayName"] or ""
        yield Thing("topic", hint, {"id": arn, "name": arn.rsplit(":", 1)[1]}, properties)
