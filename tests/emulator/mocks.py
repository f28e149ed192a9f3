"""A `terraform test` of a root module against a mocked provider, with plausible values.

The mock invents eight letters for whatever AWS would decide. The provider's
own validation still runs and wants ARNs and ids where they belong, so those
are given here.
"""

import json

ARN = "arn:aws:{service}:us-east-1:123456789012:{path}"


def arn(service, path):
    return {"arn": ARN.format(service=service, path=path)}


RESOURCES = {
    "aws_autoscaling_group": arn("autoscaling", "autoScalingGroup:x:autoScalingGroupName/mock"),
    "aws_autoscaling_policy": arn("autoscaling", "scalingPolicy:x:autoScalingGroupName/mock:policyName/mock"),
    "aws_cloudwatch_log_group": arn("logs", "log-group:mock"),
    "aws_cloudwatch_metric_alarm": arn("cloudwatch", "alarm:mock"),
    "aws_ecs_cluster": arn("ecs", "cluster/mock"),
    "aws_ecs_capacity_provider": arn("ecs", "capacity-provider/mock"),
    "aws_ecs_service": arn("ecs", "service/mock/mock"),
    "aws_ecs_task_definition": arn("ecs", "task-definition/mock:1"),
    "aws_eip": {"allocation_id": "eipalloc-0123456789abcdef0", "public_ip": "192.0.2.1"},
    "aws_iam_instance_profile": arn("iam", "instance-profile/mock"),
    "aws_iam_policy": arn("iam", "policy/mock"),
    "aws_iam_role": {"arn": "arn:aws:iam::123456789012:role/mock"},
    "aws_imagebuilder_component": arn("imagebuilder", "component/mock/1.2.3/1"),
    "aws_imagebuilder_distribution_configuration": arn("imagebuilder", "distribution-configuration/mock"),
    "aws_imagebuilder_image": arn("imagebuilder", "image/mock/1.2.3/1"),
    "aws_imagebuilder_image_recipe": arn("imagebuilder", "image-recipe/mock/1.2.3"),
    "aws_imagebuilder_infrastructure_configuration": arn("imagebuilder", "infrastructure-configuration/mock"),
    "aws_internet_gateway": {"id": "igw-0123456789abcdef0"},
    "aws_kms_key": arn("kms", "key/01234567-89ab-cdef-0123-456789abcdef"),
    "aws_launch_template": {"id": "lt-0123456789abcdef0", "latest_version": 1},
    "aws_lb": {
        **arn("elasticloadbalancing", "loadbalancer/app/mock/0123456789abcdef"),
        "arn_suffix": "app/mock/0123456789abcdef",
        "dns_name": "mock-123.us-east-1.elb.amazonaws.com",
        "zone_id": "Z35SXDOTRQ7X7K",
    },
    "aws_lb_listener": arn("elasticloadbalancing", "listener/app/mock/0123456789abcdef/0123456789abcdef"),
    "aws_lb_target_group": {
        **arn("elasticloadbalancing", "targetgroup/mock/0123456789abcdef"),
        "arn_suffix": "targetgroup/mock/0123456789abcdef",
    },
    "aws_nat_gateway": {"id": "nat-0123456789abcdef0"},
    "aws_s3_bucket": {"arn": "arn:aws:s3:::mock"},
    "aws_security_group": {"id": "sg-0123456789abcdef0"},
    "aws_sns_topic": arn("sns", "mock"),
    "aws_sqs_queue": arn("sqs", "mock"),
    "aws_subnet": {"id": "subnet-0123456789abcdef0"},
    "aws_vpc": {"id": "vpc-0123456789abcdef0"},
}

DATA = {
    "aws_availability_zones": {"names": ["us-east-1a", "us-east-1b", "us-east-1c"]},
    "aws_caller_identity": {"account_id": "123456789012"},
    "aws_elb_service_account": {"arn": "arn:aws:iam::127311923021:root"},
    "aws_iam_policy_document": {"json": "{}"},
    "aws_partition": {"partition": "aws", "dns_suffix": "amazonaws.com"},
    "aws_region": {"id": "us-east-1", "name": "us-east-1", "region": "us-east-1"},
    "aws_route53_zone": {"zone_id": "Z0123456789ABCDEFGHIJ"},
}

# What a parameter holds, by the end of its path.
PARAMETERS = (
    ("/subnets", "subnet-0123456789abcdef0,subnet-0fedcba9876543210"),
    ("subnet", "subnet-0123456789abcdef0,subnet-0fedcba9876543210"),
    ("vpc", "vpc-0123456789abcdef0"),
    ("arn", "arn:aws:s3:::mock"),
    ("topic", "arn:aws:sns:us-east-1:123456789012:mock"),
    ("ami-", "ami-0123456789abcdef0"),
    ("/image", "ami-0123456789abcdef0"),
)


# What an input holds, by a part of its name.
INPUTS = (
    ("topic", "arn:aws:sns:us-east-1:123456789012:mock"),
    ("listener", ARN.format(service="elasticloadbalancing", path="listener/app/mock/0123456789abcdef/0123456789abcdef")),
)


def parameter(path):
    return next((value for part, value in PARAMETERS if part in path), "mock")


def variable(name):
    return next((value for part, value in INPUTS if part in name), "mock")


def test(module, values):
    """The test file, as `.tftest.json` content."""
    resources = {kind: [{"defaults": RESOURCES[kind]}] for kind in sorted(module.get("resource", {})) if kind in RESOURCES}
    data = {kind: [{"defaults": known(kind)}] for kind in sorted(module.get("data", {})) if kind in DATA}
    overrides = [
        {
            "target": f"data.aws_ssm_parameter.{name}",
            "values": {key: parameter(block["name"]) for key in ("value", "insecure_value")},
        }
        for name, block in module.get("data", {}).get("aws_ssm_parameter", {}).items()
    ]
    mock = {"mock_resource": resources, "mock_data": data}
    return json.dumps(
        {
            "mock_provider": {"aws": {key: value for key, value in mock.items() if value}},
            "override_data": overrides,
            "variables": values,
            "run": {"everything": {"command": "apply"}},
        }
    )


def known(kind):
    """The provider's sixth major version calls a region's name `region`, the fifth has no such attribute."""
    return {key: value for key, value in DATA[kind].items() if (kind, key) != ("aws_region", "region")}
