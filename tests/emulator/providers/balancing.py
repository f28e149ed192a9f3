"""Load balancers, their target groups, listeners and rules."""

from . import Provider, gone_keys, known, only, provides


class Tagged(Provider):
    def tag(self, context, physical_id, properties, old):
        gone = gone_keys((old or {}).get("Tags"), properties.get("Tags"))
        if gone:
            context.call("elbv2", "remove_tags", ResourceArns=[physical_id], TagKeys=gone)
        if properties.get("Tags"):
            context.call("elbv2", "add_tags", ResourceArns=[physical_id], Tags=properties["Tags"])


@provides("AWS::ElasticLoadBalancingV2::LoadBalancer")
class LoadBalancer(Tagged):
    CREATE = ("Subnets", "SubnetMappings", "SecurityGroups", "Scheme", "Type", "IpAddressType")

    def create(self, context, properties):
        known(properties, *self.CREATE, "Name", "LoadBalancerAttributes", "Tags")
        balancer = context.call(
            "elbv2", "create_load_balancer",
            Name=properties.get("Name") or context.name(32), **only(properties, *self.CREATE),
        )["LoadBalancers"][0]
        arn = balancer["LoadBalancerArn"]
        return arn, {
            "LoadBalancerArn": arn,
            "DNSName": balancer["DNSName"],
            "CanonicalHostedZoneID": balancer["CanonicalHostedZoneId"],
            "LoadBalancerName": balancer["LoadBalancerName"],
            "LoadBalancerFullName": arn.split(":loadbalancer/")[-1],
            "SecurityGroups": balancer.get("SecurityGroups", []),
        }

    def apply(self, context, physical_id, properties, attributes, old):
        if properties.get("LoadBalancerAttributes"):
            context.call(
                "elbv2", "modify_load_balancer_attributes",
                LoadBalancerArn=physical_id, Attributes=properties["LoadBalancerAttributes"],
            )
        self.tag(context, physical_id, properties, old)
        if old is not None and properties.get("SecurityGroups") != old.get("SecurityGroups"):
            context.call("elbv2", "set_security_groups", LoadBalancerArn=physical_id, **only(properties, "SecurityGroups"))
        if old is not None and properties.get("Subnets") != old.get("Subnets"):
            context.call("elbv2", "set_subnets", LoadBalancerArn=physical_id, **only(properties, "Subnets"))

    def delete(self, context, physical_id, properties, attributes):
        context.call("elbv2", "delete_load_balancer", LoadBalancerArn=physical_id)


@provides("AWS::ElasticLoadBalancingV2::TargetGroup")
class TargetGroup(Tagged):
    HEALTH = (
        "HealthCheckProtocol", "HealthCheckPort", "HealthCheckEnabled", "HealthCheckPath", "HealthCheckIntervalSeconds",
        "HealthCheckTimeoutSeconds", "HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher",
    )
    CREATE = ("Protocol", "ProtocolVersion", "Port", "VpcId", "TargetType", "IpAddressType", *HEALTH)

    def create(self, context, properties):
        known(properties, *self.CREATE, "Name", "TargetGroupAttributes", "Tags")
        group = context.call(
            "elbv2", "create_target_group",
            Name=properties.get("Name") or context.name(32), **only(properties, *self.CREATE),
        )["TargetGroups"][0]
        arn = group["TargetGroupArn"]
        return arn, {
            "TargetGroupArn": arn,
            "TargetGroupFullName": arn.split(":")[-1],
            "TargetGroupName": group["TargetGroupName"],
        }

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            context.call("elbv2", "modify_target_group", TargetGroupArn=physical_id, **only(properties, *self.HEALTH))
        if properties.get("TargetGroupAttributes"):
            context.call(
                "elbv2", "modify_target_group_attributes",
                TargetGroupArn=physical_id, Attributes=properties["TargetGroupAttributes"],
            )
        self.tag(context, physical_id, properties, old)

    def delete(self, context, physical_id, properties, attributes):
        context.call("elbv2", "delete_target_group", TargetGroupArn=physical_id)


@provides("AWS::ElasticLoadBalancingV2::Listener")
class Listener(Tagged):
    CHANGE = ("Protocol", "Port", "SslPolicy", "Certificates", "DefaultActions", "AlpnPolicy")

    def create(self, context, properties):
        known(properties, *self.CHANGE, "LoadBalancerArn", "ListenerAttributes", "Tags")
        create = only(properties, *self.CHANGE, "LoadBalancerArn")
        arn = context.call("elbv2", "create_listener", **create)["Listeners"][0]["ListenerArn"]
        return arn, {"ListenerArn": arn}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            context.call("elbv2", "modify_listener", ListenerArn=physical_id, **only(properties, *self.CHANGE))
        if properties.get("ListenerAttributes"):
            context.call(
                "elbv2", "modify_listener_attributes",
                ListenerArn=physical_id, Attributes=properties["ListenerAttributes"],
            )
        self.tag(context, physical_id, properties, old)

    def delete(self, context, physical_id, properties, attributes):
        context.call("elbv2", "delete_listener", ListenerArn=physical_id)


@provides("AWS::ElasticLoadBalancingV2::ListenerCertificate")
class ListenerCertificate(Provider):
    def create(self, context, properties):
        known(properties, "ListenerArn", "Certificates")
        context.call("elbv2", "add_listener_certificates", **properties)
        return context.name(), {}

    def delete(self, context, physical_id, properties, attributes):
        context.call("elbv2", "remove_listener_certificates", **properties)


@provides("AWS::ElasticLoadBalancingV2::ListenerRule")
class ListenerRule(Provider):
    def create(self, context, properties):
        known(properties, "ListenerArn", "Conditions", "Priority", "Actions")
        arn = context.call("elbv2", "create_rule", **properties)["Rules"][0]["RuleArn"]
        return arn, {"RuleArn": arn, "IsDefault": False}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is None:
            return
        context.call("elbv2", "modify_rule", RuleArn=physical_id, **only(properties, "Conditions", "Actions"))
        if old.get("Priority") != properties.get("Priority"):
            priority = {"RuleArn": physical_id, "Priority": properties["Priority"]}
            context.call("elbv2", "set_rule_priorities", RulePriorities=[priority])

    def delete(self, context, physical_id, properties, attributes):
        context.call("elbv2", "delete_rule", RuleArn=physical_id)
