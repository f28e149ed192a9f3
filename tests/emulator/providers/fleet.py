"""Launch templates and Auto Scaling."""

from . import Provider, gone_keys, known, only, provides
from ..aws import truth


@provides("AWS::EC2::LaunchTemplate")
class LaunchTemplate(Provider):
    def create(self, context, properties):
        known(properties, "LaunchTemplateName", "LaunchTemplateData", "VersionDescription", "TagSpecifications")
        template = context.call(
            "ec2", "create_launch_template",
            LaunchTemplateName=properties.get("LaunchTemplateName") or context.name(125),
            **only(properties, "LaunchTemplateData", "VersionDescription", "TagSpecifications"),
        )["LaunchTemplate"]["LaunchTemplateId"]
        return template, {"LaunchTemplateId": template, "LatestVersionNumber": "1", "DefaultVersionNumber": "1"}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None and old["LaunchTemplateData"] != properties["LaunchTemplateData"]:
            version = context.call(
                "ec2", "create_launch_template_version",
                LaunchTemplateId=physical_id, **only(properties, "LaunchTemplateData", "VersionDescription"),
            )["LaunchTemplateVersion"]["VersionNumber"]
            attributes["LatestVersionNumber"] = str(version)

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_launch_template", LaunchTemplateId=physical_id)


@provides("AWS::AutoScaling::AutoScalingGroup")
class Group(Provider):
    PLAIN = (
        "MinSize", "MaxSize", "DesiredCapacity", "AvailabilityZones", "HealthCheckType", "HealthCheckGracePeriod",
        "TerminationPolicies", "NewInstancesProtectedFromScaleIn", "CapacityRebalance", "MaxInstanceLifetime",
        "DefaultInstanceWarmup", "MixedInstancesPolicy", "LaunchTemplate", "PlacementGroup",
    )
    APART = (
        "AutoScalingGroupName", "Cooldown", "VPCZoneIdentifier", "Tags", "TargetGroupARNs", "MetricsCollection",
        "LifecycleHookSpecificationList", "NotificationConfigurations",
    )

    def body(self, properties):
        body = only(properties, *self.PLAIN, Cooldown="DefaultCooldown")
        subnets = properties.get("VPCZoneIdentifier")
        if subnets:
            body["VPCZoneIdentifier"] = ",".join(subnets) if isinstance(subnets, list) else subnets
        return body

    def tags(self, properties, group):
        return [
            {
                "ResourceId": group,
                "ResourceType": "auto-scaling-group",
                "Key": tag["Key"],
                "Value": tag["Value"],
                "PropagateAtLaunch": truth(tag["PropagateAtLaunch"]),
            }
            for tag in properties.get("Tags", [])
        ]

    def create(self, context, properties):
        known(properties, *self.PLAIN, *self.APART)
        group = properties.get("AutoScalingGroupName") or context.name(255)
        context.call(
            "autoscaling", "create_auto_scaling_group",
            AutoScalingGroupName=group,
            Tags=self.tags(properties, group),
            **self.body(properties),
            **only(properties, "TargetGroupARNs"),
        )
        made = context.call("autoscaling", "describe_auto_scaling_groups", AutoScalingGroupNames=[group])
        return group, {"AutoScalingGroupARN": made["AutoScalingGroups"][0]["AutoScalingGroupARN"]}

    def apply(self, context, physical_id, properties, attributes, old):
        def call(operation, **parameters):
            context.call("autoscaling", operation, AutoScalingGroupName=physical_id, **parameters)

        if old is not None:
            call("update_auto_scaling_group", **self.body(properties))
            gone = gone_keys(old.get("Tags"), properties.get("Tags"))
            if gone:
                named = {"ResourceId": physical_id, "ResourceType": "auto-scaling-group"}
                context.call("autoscaling", "delete_tags", Tags=[{**named, "Key": key} for key in gone])
            if properties.get("Tags"):
                context.call("autoscaling", "create_or_update_tags", Tags=self.tags(properties, physical_id))
            before, after = set(old.get("TargetGroupARNs", [])), set(properties.get("TargetGroupARNs", []))
            if after - before:
                call("attach_load_balancer_target_groups", TargetGroupARNs=sorted(after - before))
            if before - after:
                call("detach_load_balancer_target_groups", TargetGroupARNs=sorted(before - after))
        for metrics in properties.get("MetricsCollection", []):
            call("enable_metrics_collection", **only(metrics, "Granularity", "Metrics"))
        for hook in properties.get("LifecycleHookSpecificationList", []):
            call("put_lifecycle_hook", **hook)
        for notice in properties.get("NotificationConfigurations", []):
            call("put_notification_configuration", **only(notice, "TopicARN", "NotificationTypes"))

    def delete(self, context, physical_id, properties, attributes):
        context.call("autoscaling", "delete_auto_scaling_group", AutoScalingGroupName=physical_id, ForceDelete=True)


@provides("AWS::AutoScaling::ScalingPolicy")
class ScalingPolicy(Provider):
    READ = (
        "AutoScalingGroupName", "PolicyType", "AdjustmentType", "ScalingAdjustment", "MinAdjustmentMagnitude", "Cooldown",
        "StepAdjustments", "MetricAggregationType", "EstimatedInstanceWarmup", "TargetTrackingConfiguration",
    )

    def put(self, context, name, properties):
        known(properties, *self.READ)
        context.call("autoscaling", "put_scaling_policy", PolicyName=name, **properties)
        # The emulator answers the put with a misspelt ARN.
        return context.call("autoscaling", "describe_policies", PolicyNames=[name])["ScalingPolicies"][0]["PolicyARN"]

    def create(self, context, properties):
        name = context.name(255)
        arn = self.put(context, name, properties)
        return arn, {"Arn": arn, "PolicyName": name}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.put(context, attributes["PolicyName"], properties)

    def delete(self, context, physical_id, properties, attributes):
        context.call(
            "autoscaling", "delete_policy",
            PolicyName=attributes["PolicyName"], **only(properties, "AutoScalingGroupName"),
        )


@provides("AWS::AutoScaling::ScheduledAction")
class ScheduledAction(Provider):
    READ = ("AutoScalingGroupName", "DesiredCapacity", "MinSize", "MaxSize", "Recurrence", "StartTime", "EndTime", "TimeZone")

    def put(self, context, name, properties):
        known(properties, *self.READ)
        context.call("autoscaling", "put_scheduled_update_group_action", ScheduledActionName=name, **properties)

    def create(self, context, properties):
        name = context.name(255)
        self.put(context, name, properties)
        return name, {"ScheduledActionName": name}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.put(context, physical_id, properties)

    def delete(self, context, physical_id, properties, attributes):
        context.call(
            "autoscaling", "delete_scheduled_action",
            ScheduledActionName=physical_id, **only(properties, "AutoScalingGroupName"),
        )


@provides("AWS::AutoScaling::LifecycleHook")
class LifecycleHook(Provider):
    READ = (
        "AutoScalingGroupName", "LifecycleTransition", "HeartbeatTimeout", "DefaultResult", "NotificationMetadata",
        "NotificationTargetARN", "RoleARN",
    )

    def put(self, context, name, properties):
        known(properties, *self.READ, "LifecycleHookName")
        context.call("autoscaling", "put_lifecycle_hook", LifecycleHookName=name, **only(properties, *self.READ))

    def create(self, context, properties):
        name = properties.get("LifecycleHookName") or context.name(255)
        self.put(context, name, properties)
        return name, {}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.put(context, physical_id, properties)

    def delete(self, context, physical_id, properties, attributes):
        context.call(
            "autoscaling", "delete_lifecycle_hook",
            LifecycleHookName=physical_id, **only(properties, "AutoScalingGroupName"),
        )
