"""VPC, subnets, routes, gateways, addresses, flow logs and security groups."""

import json

from . import Provider, gone_keys, known, only, provides
from ..aws import truth


class Tagged(Provider):
    """An EC2 resource whose tags are set with CreateTags."""

    def tagged_id(self, physical_id, attributes):
        return physical_id

    def apply(self, context, physical_id, properties, attributes, old):
        target = self.tagged_id(physical_id, attributes)
        tags = properties.get("Tags", [])
        gone = gone_keys((old or {}).get("Tags"), tags)
        if gone:
            context.call("ec2", "delete_tags", Resources=[target], Tags=[{"Key": key} for key in gone])
        if tags:
            context.call("ec2", "create_tags", Resources=[target], Tags=tags)


@provides("AWS::EC2::VPC")
class Vpc(Tagged):
    def create(self, context, properties):
        known(properties, "CidrBlock", "InstanceTenancy", "EnableDnsSupport", "EnableDnsHostnames", "Tags")
        vpc = context.call("ec2", "create_vpc", **only(properties, "CidrBlock", "InstanceTenancy"))["Vpc"]
        of_vpc = {"Name": "vpc-id", "Values": [vpc["VpcId"]]}
        groups = context.call("ec2", "describe_security_groups", Filters=[of_vpc, {"Name": "group-name", "Values": ["default"]}])
        acls = context.call("ec2", "describe_network_acls", Filters=[of_vpc])
        return vpc["VpcId"], {
            "VpcId": vpc["VpcId"],
            "CidrBlock": vpc["CidrBlock"],
            "DefaultSecurityGroup": groups["SecurityGroups"][0]["GroupId"],
            "DefaultNetworkAcl": acls["NetworkAcls"][0]["NetworkAclId"],
        }

    def apply(self, context, physical_id, properties, attributes, old):
        super().apply(context, physical_id, properties, attributes, old)
        for name in ("EnableDnsSupport", "EnableDnsHostnames"):
            if name in properties:
                context.call("ec2", "modify_vpc_attribute", VpcId=physical_id, **{name: {"Value": properties[name]}})

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_vpc", VpcId=physical_id)


@provides("AWS::EC2::InternetGateway")
class InternetGateway(Tagged):
    def create(self, context, properties):
        known(properties, "Tags")
        gateway = context.call("ec2", "create_internet_gateway")["InternetGateway"]["InternetGatewayId"]
        return gateway, {"InternetGatewayId": gateway}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_internet_gateway", InternetGatewayId=physical_id)


@provides("AWS::EC2::VPCGatewayAttachment")
class GatewayAttachment(Provider):
    def create(self, context, properties):
        known(properties, "InternetGatewayId", "VpcId")
        context.call("ec2", "attach_internet_gateway", **properties)
        return f"IGW|{properties['VpcId']}", {"AttachmentType": "IGW"}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "detach_internet_gateway", **properties)


@provides("AWS::EC2::Subnet")
class Subnet(Tagged):
    CREATE = ("VpcId", "CidrBlock", "AvailabilityZone", "AvailabilityZoneId", "Ipv6CidrBlock")

    def create(self, context, properties):
        known(properties, *self.CREATE, "MapPublicIpOnLaunch", "Tags")
        subnet = context.call("ec2", "create_subnet", **only(properties, *self.CREATE))["Subnet"]
        return subnet["SubnetId"], only(subnet, "SubnetId", "AvailabilityZone", "VpcId", "CidrBlock")

    def apply(self, context, physical_id, properties, attributes, old):
        super().apply(context, physical_id, properties, attributes, old)
        public = {"Value": truth(properties.get("MapPublicIpOnLaunch", False))}
        context.call("ec2", "modify_subnet_attribute", SubnetId=physical_id, MapPublicIpOnLaunch=public)

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_subnet", SubnetId=physical_id)


@provides("AWS::EC2::RouteTable")
class RouteTable(Tagged):
    def create(self, context, properties):
        known(properties, "VpcId", "Tags")
        table = context.call("ec2", "create_route_table", VpcId=properties["VpcId"])["RouteTable"]["RouteTableId"]
        return table, {"RouteTableId": table}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_route_table", RouteTableId=physical_id)


@provides("AWS::EC2::Route")
class Route(Provider):
    TARGETS = ("GatewayId", "NatGatewayId", "InstanceId", "NetworkInterfaceId", "TransitGatewayId")

    def create(self, context, properties):
        known(properties, "RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock", *self.TARGETS)
        context.call("ec2", "create_route", **properties)
        destination = properties.get("DestinationCidrBlock") or properties.get("DestinationIpv6CidrBlock")
        return f"{properties['RouteTableId']}|{destination}", {"CidrBlock": destination}

    def delete(self, context, physical_id, properties, attributes):
        where = only(properties, "RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock")
        context.call("ec2", "delete_route", **where)


@provides("AWS::EC2::SubnetRouteTableAssociation")
class RouteTableAssociation(Provider):
    def create(self, context, properties):
        known(properties, "SubnetId", "RouteTableId")
        association = context.call("ec2", "associate_route_table", **properties)["AssociationId"]
        return association, {"Id": association}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "disassociate_route_table", AssociationId=physical_id)


@provides("AWS::EC2::EIP")
class ElasticIp(Tagged):
    def tagged_id(self, physical_id, attributes):
        return attributes["AllocationId"]

    def create(self, context, properties):
        known(properties, "Domain", "Tags")
        address = context.call("ec2", "allocate_address", **only(properties, "Domain"))
        return address["PublicIp"], only(address, "AllocationId", "PublicIp")

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "release_address", AllocationId=attributes["AllocationId"])


@provides("AWS::EC2::NatGateway")
class NatGateway(Tagged):
    CREATE = ("AllocationId", "SubnetId", "ConnectivityType")

    def create(self, context, properties):
        known(properties, *self.CREATE, "Tags")
        gateway = context.call("ec2", "create_nat_gateway", **only(properties, *self.CREATE))["NatGateway"]["NatGatewayId"]
        return gateway, {"NatGatewayId": gateway}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_nat_gateway", NatGatewayId=physical_id)


@provides("AWS::EC2::VPCEndpoint")
class VpcEndpoint(Tagged):
    CREATE = (
        "VpcId", "ServiceName", "VpcEndpointType", "PolicyDocument", "RouteTableIds", "SubnetIds", "SecurityGroupIds",
        "PrivateDnsEnabled",
    )

    def create(self, context, properties):
        known(properties, *self.CREATE, "Tags")
        endpoint = context.call("ec2", "create_vpc_endpoint", **only(properties, *self.CREATE))["VpcEndpoint"]
        return endpoint["VpcEndpointId"], {"Id": endpoint["VpcEndpointId"]}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_vpc_endpoints", VpcEndpointIds=[physical_id])


@provides("AWS::EC2::FlowLog")
class FlowLog(Tagged):
    CREATE = (
        "ResourceType", "TrafficType", "LogDestinationType", "LogDestination", "LogGroupName",
        "DeliverLogsPermissionArn", "LogFormat", "MaxAggregationInterval",
    )

    def create(self, context, properties):
        known(properties, *self.CREATE, "ResourceId", "Tags")
        made = context.call("ec2", "create_flow_logs", ResourceIds=[properties["ResourceId"]], **only(properties, *self.CREATE))
        if not made.get("FlowLogIds"):
            raise RuntimeError(json.dumps(made.get("Unsuccessful")))
        return made["FlowLogIds"][0], {"Id": made["FlowLogIds"][0]}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_flow_logs", FlowLogIds=[physical_id])


RULE = (
    "GroupId", "IpProtocol", "FromPort", "ToPort", "Description", "CidrIp", "CidrIpv6", "SourceSecurityGroupId",
    "DestinationSecurityGroupId", "SourcePrefixListId", "DestinationPrefixListId",
)


def permission(rule):
    """A rule of a template as the permission that the API wants."""
    known(rule, *RULE)
    permission = only(rule, "IpProtocol", "FromPort", "ToPort")
    description = only(rule, "Description")
    peer = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    prefix_list = rule.get("SourcePrefixListId") or rule.get("DestinationPrefixListId")
    if "CidrIp" in rule:
        permission["IpRanges"] = [{"CidrIp": rule["CidrIp"], **description}]
    if "CidrIpv6" in rule:
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **description}]
    if peer:
        permission["UserIdGroupPairs"] = [{"GroupId": peer, **description}]
    if prefix_list:
        permission["PrefixListIds"] = [{"PrefixListId": prefix_list, **description}]
    return permission


@provides("AWS::EC2::SecurityGroup")
class SecurityGroup(Tagged):
    EVERYTHING_OUT = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}

    def create(self, context, properties):
        known(properties, "GroupName", "GroupDescription", "VpcId", "SecurityGroupIngress", "SecurityGroupEgress", "Tags")
        group = context.call(
            "ec2", "create_security_group",
            GroupName=properties.get("GroupName") or context.name(255),
            Description=properties["GroupDescription"],
            **only(properties, "VpcId"),
        )["GroupId"]
        return group, {"GroupId": group, "Id": group, "VpcId": properties.get("VpcId", "")}

    def apply(self, context, physical_id, properties, attributes, old):
        super().apply(context, physical_id, properties, attributes, old)
        # A new group lets everything out until the template names an egress rule.
        if old is None and properties.get("SecurityGroupEgress"):
            context.call("ec2", "revoke_security_group_egress", GroupId=physical_id, IpPermissions=[self.EVERYTHING_OUT])
        for name, direction in (("SecurityGroupIngress", "ingress"), ("SecurityGroupEgress", "egress")):
            new, was = properties.get(name, []), (old or {}).get(name, [])
            for rule in was:
                if rule not in new:
                    context.call("ec2", f"revoke_security_group_{direction}", GroupId=physical_id, IpPermissions=[permission(rule)])
            for rule in new:
                if rule not in was:
                    context.call("ec2", f"authorize_security_group_{direction}", GroupId=physical_id, IpPermissions=[permission(rule)])

    def delete(self, context, physical_id, properties, attributes):
        context.call("ec2", "delete_security_group", GroupId=physical_id)


class Rule(Provider):
    direction = ""

    def create(self, context, properties):
        answer = context.call(
            "ec2", f"authorize_security_group_{self.direction}",
            GroupId=properties["GroupId"], IpPermissions=[permission(properties)],
        )
        rules = answer.get("SecurityGroupRules") or [{"SecurityGroupRuleId": context.name()}]
        return rules[0]["SecurityGroupRuleId"], {"Id": rules[0]["SecurityGroupRuleId"]}

    def apply(self, context, physical_id, properties, attributes, old):
        # Only the description may change in place, and it is part of the permission.
        if old is not None:
            self.delete(context, physical_id, old, attributes)
            self.create(context, properties)

    def delete(self, context, physical_id, properties, attributes):
        context.call(
            "ec2", f"revoke_security_group_{self.direction}",
            GroupId=properties["GroupId"], IpPermissions=[permission(properties)],
        )


@provides("AWS::EC2::SecurityGroupIngress")
class IngressRule(Rule):
    direction = "ingress"


@provides("AWS::EC2::SecurityGroupEgress")
class EgressRule(Rule):
    """Beside it the group's allow-all rule stays, unless the group itself names an egress rule."""

    direction = "egress"
