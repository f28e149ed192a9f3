"""Scaling policies, lifecycle hooks, notifications and instance refreshes."""

import uuid

from moto.autoscaling import models
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult


def mend():
    groups()
    metrics()
    policies()
    hooks()
    notifications()
    refreshes()


# What a group keeps, by the API's name; moto reads some of it when the group
# is made and forgets it when it changes.
KEPT = {
    "DefaultCooldown": ("default_cooldown", int),
    "DefaultInstanceWarmup": ("default_instance_warmup", int),
    "MaxInstanceLifetime": ("max_instance_lifetime", int),
    "CapacityRebalance": ("capacity_rebalance", lambda value: str(value).lower() == "true"),
}


def groups():
    """The warm-up of instances is dropped, an update of the cooldown too, and
    an update that does not speak of the mix of instances takes it away.
    """

    def keeping(moto_call):
        def call(self):
            groups, name = self.autoscaling_backend.autoscaling_groups, self._get_param("AutoScalingGroupName")
            mixed = groups[name].mixed_instances_policy if name in groups else None
            answer = moto_call(self)
            group = groups[name]
            if not self._get_param("LaunchTemplate"):
                group.mixed_instances_policy = group.mixed_instances_policy or mixed
            for parameter, (attribute, read) in KEPT.items():
                value = self._get_param(parameter)
                if value is not None:
                    setattr(group, attribute, read(value))
            return answer

        return call

    for operation in ("create_auto_scaling_group", "update_auto_scaling_group"):
        setattr(AutoScalingResponse, operation, keeping(getattr(AutoScalingResponse, operation)))


METRICS = [
    "GroupMinSize", "GroupMaxSize", "GroupDesiredCapacity", "GroupInServiceInstances", "GroupPendingInstances",
    "GroupStandbyInstances", "GroupTerminatingInstances", "GroupTotalInstances", "GroupInServiceCapacity",
    "GroupPendingCapacity", "GroupStandbyCapacity", "GroupTerminatingCapacity", "GroupTotalCapacity",
    "WarmPoolDesiredCapacity", "WarmPoolWarmedCapacity", "WarmPoolPendingCapacity", "WarmPoolTerminatingCapacity",
    "WarmPoolTotalCapacity", "GroupAndWarmPoolDesiredCapacity", "GroupAndWarmPoolTotalCapacity",
]


def metrics():
    """Naming no metric means all of them, not none."""
    moto_enable = models.AutoScalingBackend.enable_metrics_collection

    def enable(self, group_name, metrics):
        moto_enable(self, group_name, metrics or METRICS)

    models.AutoScalingBackend.enable_metrics_collection = enable


def policies():
    """`Enabled` is left out and an unset predictive scaling is an empty structure: a plan that never ends."""
    moto_init = models.FakeScalingPolicy.__init__

    def init(self, *arguments, **named):
        moto_init(self, *arguments, **named)
        self.enabled = True
        self.predictive_scaling_configuration = self.predictive_scaling_configuration or None

    models.FakeScalingPolicy.__init__ = init


def hooks():
    """A hook comes back with a role and a queue that nobody gave it."""
    moto_init = models.LifecycleHook.__init__

    def init(self, *arguments, **named):
        moto_init(self, *arguments, **named)
        self.role_arn = self.notification_target_arn = None

    models.LifecycleHook.__init__ = init


def kept(response, name):
    """What this backend remembers under `name`."""
    backend = response.autoscaling_backend
    if not hasattr(backend, name):
        setattr(backend, name, {})
    return getattr(backend, name)


def notifications():
    """Not implemented."""

    def put(self):
        key = self._get_param("AutoScalingGroupName"), self._get_param("TopicARN")
        kept(self, "_notifications")[key] = self._get_param("NotificationTypes", [])
        return EmptyResult()

    def describe(self):
        wanted = self._get_param("AutoScalingGroupNames", [])
        return ActionResult({
            "NotificationConfigurations": [
                {"AutoScalingGroupName": group, "TopicARN": topic, "NotificationType": kind}
                for (group, topic), kinds in kept(self, "_notifications").items()
                if not wanted or group in wanted
                for kind in kinds
            ]
        })

    def delete(self):
        key = self._get_param("AutoScalingGroupName"), self._get_param("TopicARN")
        kept(self, "_notifications").pop(key, None)
        return EmptyResult()

    AutoScalingResponse.put_notification_configuration = put
    AutoScalingResponse.describe_notification_configurations = describe
    AutoScalingResponse.delete_notification_configuration = delete


def refreshes():
    """Not implemented; here a refresh is over as soon as it starts."""

    def start(self):
        refresh = str(uuid.uuid4())
        kept(self, "_refreshes").setdefault(self._get_param("AutoScalingGroupName"), []).append(refresh)
        return ActionResult({"InstanceRefreshId": refresh})

    def describe(self):
        group = self._get_param("AutoScalingGroupName")
        done = {"AutoScalingGroupName": group, "Status": "Successful", "PercentageComplete": 100}
        refreshes = reversed(kept(self, "_refreshes").get(group, []))
        return ActionResult({"InstanceRefreshes": [{"InstanceRefreshId": refresh, **done} for refresh in refreshes]})

    AutoScalingResponse.start_instance_refresh = start
    AutoScalingResponse.describe_instance_refreshes = describe
