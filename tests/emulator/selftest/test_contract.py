"""Every promise of the contract, kept once and broken once."""

import copy
import unittest

from .. import contract
from ..state import Account
from ..state.thing import Thing

SCRIPT = "#!/bin/bash\nset -euo pipefail\necho ready\n"


def account():
    """A balanced environment and a worker that keep every promise, as ids and properties."""
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "Description": "why"}
    tag = {"Name": "test-env"}
    secure = {"Statement": [{"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": ["false"]}}}]}
    queue = {"SqsManagedSseEnabled": "true", "Policy": secure}
    return {
        "vpc": Thing("vpc", "main", {"id": "vpc-1"}),
        "one": Thing("subnet", "one", {"id": "subnet-1"}, {"AvailabilityZone": "a"}),
        "two": Thing("subnet", "two", {"id": "subnet-2"}, {"AvailabilityZone": "b"}),
        "routes": Thing("route table", "main", {"id": "rtb-1"}, {
            "Subnets": ["subnet-1", "subnet-2"],
            "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}],
        }),
        "outside": Thing("security group", "balancer", {"id": "sg-lb"}, {
            "Ingress": [{**rule, "CidrIpv4": "0.0.0.0/0"}], "Egress": [{**rule, "Group": "sg-in"}],
        }),
        "inside": Thing("security group", "instances", {"id": "sg-in"}, {"Ingress": [{**rule, "Group": "sg-lb"}]}),
        "flow": Thing("flow log", "main", {"id": "fl-1"}, {"ResourceId": "vpc-1"}),
        "role": Thing("role", "instances", {"id": "role-name"}, {
            "Inline": {"read": {"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*"]}]}},
        }),
        "bucket": Thing("bucket", "blog", {"id": "bucket-1"}, {
            "PublicAccess": dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True),
            "Versioning": "Enabled",
            "Encryption": {"Rules": [1]},
            "Lifecycle": [{"ID": "old"}],
            "Policy": secure,
        }),
        "logs": Thing("log group", "/bean", {"id": "/bean"}, {"Retention": 30}),
        "topic": Thing("topic", "alarms", {"id": "arn:topic"}, {"Key": "alias/aws/sns"}),
        "balancer": Thing("load balancer", "web", {"id": "arn:lb"}, {
            "Type": "application", "Scheme": "internet-facing", "Subnets": ["subnet-1", "subnet-2"], "SecurityGroups": ["sg-lb"],
            "Attributes": {"routing.http.drop_invalid_header_fields.enabled": "true", "access_logs.s3.enabled": "true"},
        }),
        "target": Thing("target group", "web", {"id": "arn:tg"}, {"Port": 80}),
        "http": Thing("listener", "80", {"id": "arn:l80"}, {
            "LoadBalancerArn": "arn:lb", "Port": 80, "Protocol": "HTTP", "DefaultActions": [{"Type": "redirect"}],
        }),
        "https": Thing("listener", "443", {"id": "arn:l443"}, {
            "LoadBalancerArn": "arn:lb", "Port": 443, "Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": "arn:tg"}],
        }),
        "template": Thing("launch template", "web", {"id": "lt-1"}, {
            "SecurityGroupIds": ["sg-in"], "MetadataOptions": {"HttpTokens": "required"}, "UserData": SCRIPT,
            "BlockDeviceMappings": [{"Ebs": {"Encrypted": True, "VolumeType": "gp3"}}], "LaunchTags": {"instance": tag},
        }),
        "group": Thing("auto scaling group", "web", {"id": "group-1"}, {
            "LaunchTemplate": {"LaunchTemplateId": "lt-1"}, "TargetGroupARNs": ["arn:tg"], "HealthCheckType": "ELB",
            "HealthCheckGracePeriod": 300, "VPCZoneIdentifier": ["subnet-1", "subnet-2"], "MaxSize": 1,
        }),
        "hidden": Thing("security group", "jobs", {"id": "sg-jobs"}, {"Ingress": []}),
        "job": Thing("launch template", "jobs", {"id": "lt-2"}, {
            "SecurityGroupIds": ["sg-jobs"], "MetadataOptions": {"HttpTokens": "required"}, "UserData": SCRIPT,
            "BlockDeviceMappings": [{"Ebs": {"Encrypted": True, "VolumeType": "gp3"}}], "LaunchTags": {"instance": tag},
        }),
        "workers": Thing("auto scaling group", "jobs", {"id": "group-2"}, {"LaunchTemplate": {"LaunchTemplateId": "lt-2"}, "MaxSize": 4}),
        "dead": Thing("queue", "dead", {"id": "queue-dead", "arn": "arn:dead"}, {**queue, "MessageRetentionPeriod": "1209600"}),
        "queue": Thing("queue", "jobs", {"id": "queue-jobs", "arn": "arn:jobs"}, {
            **queue, "MessageRetentionPeriod": "345600", "RedrivePolicy": {"deadLetterTargetArn": "arn:dead"},
        }),
        "working": Thing("role", "jobs", {"id": "role-jobs"}, {"Inline": {"work": {"Statement": [
            {"Effect": "Allow", "Action": ["sqs:ReceiveMessage"], "Resource": ["arn:jobs"]},
        ]}}}),
        "up": Thing("scaling policy", "up", {"id": "arn:up"}, {"AutoScalingGroupName": "group-1", "PolicyType": "SimpleScaling", "ScalingAdjustment": 1}),
        "down": Thing("scaling policy", "down", {"id": "arn:down"}, {"AutoScalingGroupName": "group-1", "PolicyType": "SimpleScaling", "ScalingAdjustment": -1}),
        "high": Thing("alarm", "high", {"id": "alarm-high"}, {"ComparisonOperator": "GreaterThanThreshold", "AlarmActions": ["arn:up"]}),
        "low": Thing("alarm", "low", {"id": "alarm-low"}, {"ComparisonOperator": "LessThanThreshold", "AlarmActions": ["arn:down"]}),
    }


# One way to break each promise: the thing, its property and the new value.
BROKEN = (
    ("instances_hear_the_balancer_alone", "inside", "Ingress", [{"FromPort": 80, "ToPort": 80, "CidrIpv4": "10.0.0.0/8", "Description": "why"}]),
    ("instances_hear_the_balancer_alone", "inside", "Ingress", [{"FromPort": 22, "ToPort": 22, "Group": "sg-lb", "Description": "why"}]),
    ("the_balancer_reaches_the_instances", "outside", "Egress", []),
    ("the_balancer_reaches_the_instances", "target", "Port", 8080),
    ("requests_are_sent_to_every_target_group", "https", "DefaultActions", [{"Type": "fixed-response"}]),
    ("only_web_ports_are_public", "outside", "Ingress", [{"FromPort": 0, "ToPort": 65535, "CidrIpv4": "0.0.0.0/0", "Description": "why"}]),
    ("every_rule_says_why", "outside", "Ingress", [{"FromPort": 80, "ToPort": 80, "CidrIpv4": "0.0.0.0/0"}]),
    ("alarms_are_wired_to_the_group", "high", "AlarmActions", ["arn:down"]),
    ("alarms_are_wired_to_the_group", "low", "AlarmActions", []),
    ("balanced_groups_trust_the_balancer", "group", "HealthCheckType", "EC2"),
    ("balanced_environments_span_zones", "two", "AvailabilityZone", "a"),
    ("balanced_environments_span_zones", "routes", "Routes", []),
    ("instances_are_named", "template", "LaunchTags", {}),
    ("instances_are_hardened", "template", "MetadataOptions", {"HttpTokens": "optional"}),
    ("instances_are_hardened", "template", "BlockDeviceMappings", [{"Ebs": {"VolumeType": "gp3"}}]),
    ("user_data_is_a_script", "template", "UserData", "#!/bin/bash\nif true\n"),
    ("user_data_is_a_script", "template", "UserData", "#!/bin/bash\necho '${AWS::Region}'\n"),
    ("roles_are_narrow", "role", "Inline", {"all": {"Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::b"]}]}}),
    ("roles_are_narrow", "role", "Inline", {"all": {"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]}}),
    ("buckets_are_safe", "bucket", "Policy", {"Statement": []}),
    ("buckets_are_safe", "bucket", "Versioning", "Suspended"),
    ("balancers_are_careful", "http", "DefaultActions", [{"Type": "forward"}]),
    ("balancers_are_careful", "https", "SslPolicy", "ELBSecurityPolicy-2016-08"),
    ("networks_are_logged", "flow", "ResourceId", "vpc-2"),
    ("logs_end_someday", "logs", "Retention", None),
    ("topics_are_encrypted", "topic", "Key", None),
    ("queues_are_safe", "queue", "SqsManagedSseEnabled", "false"),
    ("queues_are_safe", "dead", "Policy", {}),
    ("queues_are_safe", "dead", "MessageRetentionPeriod", "3600"),
    ("queues_are_safe", "working", "Inline", {}),
    ("queues_are_safe", "working", "Inline", {"work": {"Statement": [
        {"Effect": "Allow", "Action": ["sqs:ReceiveMessage"], "Resource": ["arn:jobs", "arn:dead"]},
    ]}}),
    ("queues_are_safe", "working", "Inline", {"work": {"Statement": [
        {"Effect": "Allow", "Action": ["sqs:ReceiveMessage"], "Resource": ["arn:aws:sqs:us-east-1:111122223333:*"]},
    ]}}),
    ("workers_hear_nobody", "hidden", "Ingress", [{"FromPort": 80, "ToPort": 80, "CidrIpv4": "10.0.0.0/8", "Description": "why"}]),
    ("single_instances_keep_their_address", "group", "TargetGroupARNs", []),
)


class Contract(unittest.TestCase):
    def test_a_good_environment_keeps_every_promise(self):
        self.assertEqual(contract.violations(Account(list(account().values()))), [])

    def test_every_promise_can_be_broken(self):
        for promise, thing, key, value in BROKEN:
            with self.subTest(promise=promise, thing=thing, key=key):
                things = copy.deepcopy(account())
                things[thing].properties[key] = value
                broken = list(getattr(contract, promise)(Account(list(things.values()))))
                self.assertTrue(broken, "nothing was said")

    def test_every_promise_is_tried(self):
        self.assertEqual({row[0] for row in BROKEN}, {promise.__name__ for promise in contract.PROMISES})
