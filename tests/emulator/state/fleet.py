"""Launch templates, groups, their policies and alarms."""

import base64
import gzip
import re

from .thing import Thing, pages, tags, without

SIGNAL = re.compile(r"^BEAN_(STACK|SIGNAL_RESOURCE)=.*\n", re.MULTILINE)


def read(client):
    ec2, autoscaling = client("ec2"), client("autoscaling")
    yield from launch_templates(ec2)
    yield from groups(autoscaling)
    yield from policies(autoscaling)
    yield from scheduled_actions(autoscaling)
    yield from alarms(client("cloudwatch"))
    yield from instances(ec2)


def launch_templates(ec2):
    for template in pages(ec2, "describe_launch_templates", "LaunchTemplates"):
        template_id = template["LaunchTemplateId"]
        version = ec2.describe_launch_template_versions(LaunchTemplateId=template_id, Versions=["$Latest"])
        data = version["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        # What the API takes a missing value for, and Terraform spells out.
        for interface in data.get("NetworkInterfaces", []):
            if interface.get("NetworkCardIndex") == 0:
                del interface["NetworkCardIndex"]
        data["UserData"] = user_data(data.get("UserData", ""))
        launched = {each["ResourceType"]: tags(each["Tags"]) for each in data.pop("TagSpecifications", [])}
        properties = {**data, "LaunchTags": launched, "Tags": tags(template.get("Tags"))}
        ids = {"id": template_id, "name": template["LaunchTemplateName"]}
        name = launched.get("instance", {}).get("Name") or properties["Tags"].get("Name", "")
        yield Thing("launch template", f"of {name}", ids, properties)


def user_data(encoded):
    """The script that an instance runs.

    Without the two lines that say which stack waits for its signal: Terraform
    waits for the lifecycle hook alone.
    """
    data = base64.b64decode(encoded)
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return SIGNAL.sub("", data.decode())


def groups(autoscaling):
    for group in pages(autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups"):
        name = group["AutoScalingGroupName"]
        hooks = autoscaling.describe_lifecycle_hooks(AutoScalingGroupName=name)["LifecycleHooks"]
        notices = autoscaling.describe_notification_configurations(AutoScalingGroupNames=[name])
        noise = ("AutoScalingGroupName", "AutoScalingGroupARN", "Instances", "Tags", "Status")
        properties = {
            **without(group, *noise),
            "VPCZoneIdentifier": [subnet for subnet in group["VPCZoneIdentifier"].split(",") if subnet],
            "LaunchTemplate": {key: value for key, value in group.get("LaunchTemplate", {}).items() if key != "LaunchTemplateName"},
            "Hooks": [without(hook, "AutoScalingGroupName") for hook in hooks],
            "Notifications": [without(each, "AutoScalingGroupName") for each in notices["NotificationConfigurations"]],
            "Tags": {each["Key"]: [each["Value"], each["PropagateAtLaunch"]] for each in group["Tags"]},
            "Instances": len(group["Instances"]),
        }
        ids = {"id": name, "arn": group["AutoScalingGroupARN"]}
        label = next((each["Value"] for each in group["Tags"] if each["Key"] == "Name"), "")
        yield Thing("auto scaling group", label, ids, properties)


def policies(autoscaling):
    for policy in pages(autoscaling, "describe_policies", "ScalingPolicies"):
        noise = ("PolicyName", "PolicyARN", "Alarms", "Enabled")
        properties = without(policy, *noise)
        steps = [step["ScalingAdjustment"] for step in policy.get("StepAdjustments", [])]
        tracked = policy.get("TargetTrackingConfiguration", {})
        if tracked.get("DisableScaleIn") is False:
            tracked.pop("DisableScaleIn")
        metric = tracked.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType") or tracked.get(
            "CustomizedMetricSpecification", {}
        ).get("MetricName", "")
        what = metric or f"by {policy.get('ScalingAdjustment', steps)}"
        hint = f"{policy['PolicyType']} {what} of {policy['AutoScalingGroupName']}"
        yield Thing("scaling policy", hint, {"id": policy["PolicyARN"], "name": policy["PolicyName"]}, properties)


def scheduled_actions(autoscaling):
    for action in pages(autoscaling, "describe_scheduled_actions", "ScheduledUpdateGroupActions"):
        # When it happens once is a time, which compares as text.
        times = {key: str(action[key]) for key in ("StartTime", "EndTime") if key in action}
        properties = {**without(action, "ScheduledActionName", "ScheduledActionARN", "Time"), **times}
        hint = f"{action.get('Recurrence') or times.get('StartTime')} of {action['AutoScalingGroupName']}"
        yield Thing("scheduled action", hint, {"id": action["ScheduledActionName"]}, properties)


def alarms(cloudwatch):
    for alarm in pages(cloudwatch, "describe_alarms", "MetricAlarms"):
        if alarm["AlarmName"].startswith("TargetTracking-"):
            continue
        dimensions = ", ".join(f"{each['Name']}={each['Value']}" for each in sorted(alarm.get("Dimensions", []), key=lambda each: each["Name"]))
        metric = alarm.get("MetricName", "expression")
        hint = f"{metric} {alarm['ComparisonOperator']} of {dimensions}"
        properties = {"TreatMissingData": "missing", **without(alarm, "AlarmName", "AlarmArn")}
        properties["Tags"] = tags(cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"])
        yield Thing("alarm", hint, {"id": alarm["AlarmName"], "arn": alarm["AlarmArn"]}, properties)


def instances(ec2):
    """Instances that a group launched; where the emulator placed them says nothing."""
    for reservation in pages(ec2, "describe_instances", "Reservations"):
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] in ("terminated", "shutting-down"):
                continue
            group = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}.get("aws:autoscaling:groupName", "")
            properties = {
                "Type": instance["InstanceType"],
                "SecurityGroups": [each["GroupId"] for each in instance["SecurityGroups"]],
                "Tags": tags(instance.get("Tags")),
            }
            yield Thing("instance", f"of {group}", {"id": instance["InstanceId"]}, properties)
