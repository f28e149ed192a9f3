"""VPCs and what is in them."""

from .thing import Thing, pages, tags, without

# CloudFormation cannot have a group without egress rules, so a template closes
# it with a rule that reaches nobody. Terraform has no rule at all there.
NOBODY = ("127.0.0.1/32", "255.255.255.255/32")


def read(client):
    ec2 = client("ec2")
    yield from vpcs(ec2)
    yield from gateways(ec2)
    yield from subnets(ec2)
    yield from route_tables(ec2)
    yield from addresses(ec2)
    yield from nat_gateways(ec2)
    yield from security_groups(ec2)
    yield from flow_logs(ec2)
    yield from endpoints(ec2)


def tag_name(item):
    return tags(item.get("Tags")).get("Name", "")


def vpcs(ec2):
    for vpc in pages(ec2, "describe_vpcs", "Vpcs"):
        attributes = {
            name: ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=name[0].lower() + name[1:])[name]["Value"]
            for name in ("EnableDnsSupport", "EnableDnsHostnames")
        }
        properties = {"CidrBlock": vpc["CidrBlock"], "Tenancy": vpc["InstanceTenancy"], "Tags": tags(vpc.get("Tags")), **attributes}
        yield Thing("vpc", f"{tag_name(vpc)} {vpc['CidrBlock']}".strip(), {"id": vpc["VpcId"]}, properties)


def gateways(ec2):
    for gateway in pages(ec2, "describe_internet_gateways", "InternetGateways"):
        attached = [attachment["VpcId"] for attachment in gateway["Attachments"]]
        properties = {"Vpcs": attached, "Tags": tags(gateway.get("Tags"))}
        yield Thing("internet gateway", "of " + ", ".join(attached), {"id": gateway["InternetGatewayId"]}, properties)


def subnets(ec2):
    for subnet in pages(ec2, "describe_subnets", "Subnets"):
        properties = {
            **{key: subnet[key] for key in ("VpcId", "CidrBlock", "AvailabilityZone", "MapPublicIpOnLaunch")},
            "Tags": tags(subnet.get("Tags")),
        }
        yield Thing("subnet", f"{subnet['CidrBlock']} of {subnet['VpcId']}", {"id": subnet["SubnetId"]}, properties)


def route_tables(ec2):
    for table in pages(ec2, "describe_route_tables", "RouteTables"):
        used = [each["SubnetId"] for each in table["Associations"] if each.get("SubnetId")]
        main = any(each.get("Main") for each in table["Associations"])
        routes = [without(route, "Origin", "State") for route in table["Routes"]]
        properties = {"VpcId": table["VpcId"], "Routes": routes, "Subnets": used, "Tags": tags(table.get("Tags"))}
        what = f"main of {table['VpcId']}" if main else used or table["VpcId"]
        yield Thing("route table", what, {"id": table["RouteTableId"]}, properties)


def addresses(ec2):
    for address in ec2.describe_addresses()["Addresses"]:
        ids = {"id": address["AllocationId"], "address": address["PublicIp"]}
        properties = {"Domain": address["Domain"], "Tags": tags(address.get("Tags"))}
        yield Thing("address", tag_name(address), ids, properties)


def nat_gateways(ec2):
    for gateway in pages(ec2, "describe_nat_gateways", "NatGateways"):
        if gateway["State"] == "deleted":
            continue
        addresses = [each["AllocationId"] for each in gateway.get("NatGatewayAddresses", []) if each.get("AllocationId")]
        properties = {
            "SubnetId": gateway["SubnetId"],
            "ConnectivityType": gateway.get("ConnectivityType", "public"),
            "Addresses": addresses,
            "Tags": tags(gateway.get("Tags")),
        }
        yield Thing("nat gateway", f"in {gateway['SubnetId']}", {"id": gateway["NatGatewayId"]}, properties)


def security_groups(ec2):
    """A group and its rules; of a VPC's default group only that it is there.

    Terraform locks the default group down, CloudFormation has no type for it.
    """
    rules = {}
    for rule in pages(ec2, "describe_security_group_rules", "SecurityGroupRules"):
        if rule.get("CidrIpv4") not in NOBODY:
            rules.setdefault(rule["GroupId"], []).append(rule)
    for group in pages(ec2, "describe_security_groups", "SecurityGroups"):
        group_id = group["GroupId"]
        if group["GroupName"] == "default":
            yield Thing("default security group", f"of {group['VpcId']}", {"id": group_id})
            continue
        properties = {
            "Description": group["Description"],
            "VpcId": group["VpcId"],
            "Tags": tags(group.get("Tags")),
            "Ingress": [rule_of(rule) for rule in rules.get(group_id, []) if not rule["IsEgress"]],
            "Egress": [rule_of(rule) for rule in rules.get(group_id, []) if rule["IsEgress"]],
        }
        hint = f"{tag_name(group)} ({group['Description']}) in {group['VpcId']}".strip()
        yield Thing("security group", hint, {"id": group_id, "name": group["GroupName"]}, properties)


def rule_of(rule):
    kept = {key: rule.get(key) for key in ("IpProtocol", "CidrIpv4", "CidrIpv6", "PrefixListId", "Description")}
    if rule["IpProtocol"] != "-1":
        kept.update(FromPort=rule.get("FromPort"), ToPort=rule.get("ToPort"))
    kept["Group"] = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return kept


def flow_logs(ec2):
    for log in pages(ec2, "describe_flow_logs", "FlowLogs"):
        noise = ("FlowLogId", "DeliverLogsErrorMessage", "LogDestination", "LogGroupName")
        # A log group may be named, or addressed by its ARN.
        destination = log.get("LogGroupName") or log.get("LogDestination", "").split(":log-group:")[-1]
        properties = {**without(log, *noise), "Destination": destination, "Tags": tags(log.get("Tags"))}
        yield Thing("flow log", f"of {log['ResourceId']}", {"id": log["FlowLogId"]}, properties)


def endpoints(ec2):
    for endpoint in pages(ec2, "describe_vpc_endpoints", "VpcEndpoints"):
        kept = ("VpcId", "ServiceName", "VpcEndpointType", "RouteTableIds", "SubnetIds", "PrivateDnsEnabled", "Groups")
        properties = {**{key: endpoint.get(key) for key in kept}, "Tags": tags(endpoint.get("Tags"))}
        hint = f"{endpoint['ServiceName']} in {endpoint['VpcId']}"
        yield Thing("vpc endpoint", hint, {"id": endpoint["VpcEndpointId"]}, properties)
