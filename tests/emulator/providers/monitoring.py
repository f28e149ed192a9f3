"""Alarms, log groups, topics and subscriptions."""

from . import Provider, gone_keys, known, only, provides, tag_map
from ..aws import ACCOUNT


@provides("AWS::CloudWatch::Alarm")
class Alarm(Provider):
    def put(self, context, name, properties):
        # The API takes every property of the type under the same name.
        settings = {key: value for key, value in properties.items() if key != "AlarmName"}
        context.call("cloudwatch", "put_metric_alarm", AlarmName=name, **settings)

    def create(self, context, properties):
        name = properties.get("AlarmName") or context.name(255)
        self.put(context, name, properties)
        return name, {"Arn": f"arn:aws:cloudwatch:{context.region}:{ACCOUNT}:alarm:{name}"}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.put(context, physical_id, properties)

    def delete(self, context, physical_id, properties, attributes):
        context.call("cloudwatch", "delete_alarms", AlarmNames=[physical_id])


@provides("AWS::Logs::LogGroup")
class LogGroup(Provider):
    def create(self, context, properties):
        known(properties, "LogGroupName", "RetentionInDays", "KmsKeyId", "Tags")
        name = properties.get("LogGroupName") or context.name(512)
        known_groups = context.call("logs", "describe_log_groups", logGroupNamePrefix=name)["logGroups"]
        # A change set with ImportExistingResources takes over what a stack left.
        if not context.imports or all(group["logGroupName"] != name for group in known_groups):
            context.call(
                "logs", "create_log_group",
                logGroupName=name, tags=tag_map(properties.get("Tags")), **only(properties, KmsKeyId="kmsKeyId"),
            )
        return name, {"Arn": f"arn:aws:logs:{context.region}:{ACCOUNT}:log-group:{name}:*"}

    def apply(self, context, physical_id, properties, attributes, old):
        if "RetentionInDays" in properties:
            days = properties["RetentionInDays"]
            context.call("logs", "put_retention_policy", logGroupName=physical_id, retentionInDays=days)
        elif old and "RetentionInDays" in old:
            context.call("logs", "delete_retention_policy", logGroupName=physical_id)

    def delete(self, context, physical_id, properties, attributes):
        context.call("logs", "delete_log_group", logGroupName=physical_id)


@provides("AWS::SNS::Topic")
class Topic(Provider):
    ATTRIBUTES = ("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig")

    def create(self, context, properties):
        known(properties, *self.ATTRIBUTES, "TopicName", "Subscription", "Tags")
        name = properties.get("TopicName") or context.name(255)
        arn = context.call(
            "sns", "create_topic",
            Name=name, Attributes=only(properties, *self.ATTRIBUTES), Tags=properties.get("Tags", []),
        )["TopicArn"]
        for subscription in properties.get("Subscription", []):
            context.call("sns", "subscribe", TopicArn=arn, **only(subscription, "Protocol", "Endpoint"))
        return arn, {"TopicArn": arn, "TopicName": name}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is None:
            return
        for name in self.ATTRIBUTES:
            if name in properties:
                context.call(
                    "sns", "set_topic_attributes",
                    TopicArn=physical_id, AttributeName=name, AttributeValue=properties[name],
                )
        gone = gone_keys(old.get("Tags"), properties.get("Tags"))
        if gone:
            context.call("sns", "untag_resource", ResourceArn=physical_id, TagKeys=gone)
        if properties.get("Tags"):
            context.call("sns", "tag_resource", ResourceArn=physical_id, Tags=properties["Tags"])

    def delete(self, context, physical_id, properties, attributes):
        context.call("sns", "delete_topic", TopicArn=physical_id)


@provides("AWS::SNS::TopicPolicy")
class TopicPolicy(Provider):
    def create(self, context, properties):
        known(properties, "Topics", "PolicyDocument")
        for topic in properties["Topics"]:
            context.call(
                "sns", "set_topic_attributes",
                TopicArn=topic, AttributeName="Policy", AttributeValue=properties["PolicyDocument"],
            )
        return context.name(), {"Id": context.logical_id}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.create(context, properties)


@provides("AWS::SNS::Subscription")
class Subscription(Provider):
    ATTRIBUTES = ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "DeliveryPolicy")

    def create(self, context, properties):
        known(properties, *self.ATTRIBUTES, "TopicArn", "Protocol", "Endpoint")
        arn = context.call(
            "sns", "subscribe",
            Attributes=only(properties, *self.ATTRIBUTES),
            ReturnSubscriptionArn=True,
            **only(properties, "TopicArn", "Protocol", "Endpoint"),
        )["SubscriptionArn"]
        return arn, {"Arn": arn}

    def delete(self, context, physical_id, properties, attributes):
        context.call("sns", "unsubscribe", SubscriptionArn=physical_id)
