"""Load balancers, target groups, listeners and rules."""

from .thing import Thing, pages, tags, without

# What AWS takes for an attribute that nobody set; Terraform sets some of them.
DEFAULTS = {
    "application": {
        "access_logs.s3.enabled": "false",
        "client_keep_alive.seconds": "3600",
        "connection_logs.s3.enabled": "false",
        "deletion_protection.enabled": "false",
        "idle_timeout.timeout_seconds": "60",
        "load_balancing.cross_zone.enabled": "true",
        "routing.http.desync_mitigation_mode": "defensive",
        "routing.http.drop_invalid_header_fields.enabled": "false",
        "routing.http.preserve_host_header.enabled": "false",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
        "routing.http.xff_client_port.enabled": "false",
        "routing.http.xff_header_processing.mode": "append",
        "routing.http2.enabled": "true",
        "waf.fail_open.enabled": "false",
        "zonal_shift.config.enabled": "false",
    },
    "network": {
        "access_logs.s3.enabled": "false",
        "deletion_protection.enabled": "false",
        "dns_record.client_routing_policy": "any_availability_zone",
        "load_balancing.cross_zone.enabled": "false",
        "zonal_shift.config.enabled": "false",
    },
}
STICKINESS = {"stickiness.lb_cookie.duration_seconds": "86400"}
REDIRECT = {"Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"}


def read(client):
    elb = client("elbv2")
    balancers = pages(elb, "describe_load_balancers", "LoadBalancers")
    for balancer in balancers:
        arn = balancer["LoadBalancerArn"]
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        noise = ("LoadBalancerArn", "DNSName", "LoadBalancerName", "State", "AvailabilityZones", "CanonicalHostedZoneId")
        properties = {
            **without(balancer, *noise),
            "Subnets": [zone["SubnetId"] for zone in balancer["AvailabilityZones"]],
            "Addresses": [a for zone in balancer["AvailabilityZones"] for a in zone.get("LoadBalancerAddresses", [])],
            "Scheme": balancer.get("Scheme") or "internet-facing",
            "Attributes": {**DEFAULTS.get(balancer["Type"], {}), **{each["Key"]: each["Value"] for each in attributes}},
            "Tags": tagged(elb, arn),
        }
        ids = {
            "id": arn,
            "name": balancer["LoadBalancerName"],
            "dns": balancer["DNSName"],
            "dimension": arn.split(":loadbalancer/")[-1],
        }
        hint = f"{properties['Tags'].get('Name', '')} in {balancer['VpcId']}".strip()
        yield Thing("load balancer", hint, ids, properties)
    for group in pages(elb, "describe_target_groups", "TargetGroups"):
        arn = group["TargetGroupArn"]
        attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
        properties = {
            **without(group, "TargetGroupArn", "TargetGroupName"),
            "Attributes": {**STICKINESS, **{each["Key"]: each["Value"] for each in attributes}},
            "Targets": len(elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]),
            "Tags": tagged(elb, arn),
        }
        ids = {"id": arn, "name": group["TargetGroupName"], "dimension": arn.split(":")[-1]}
        hint = f"{properties['Tags'].get('Name', '')} port {group.get('Port')} in {group.get('VpcId')}".strip()
        yield Thing("target group", hint, ids, properties)
    for balancer in balancers:
        yield from listeners(elb, balancer["LoadBalancerArn"])


def listeners(elb, balancer):
    """Without tags, which CloudFormation cannot give to a listener or a rule."""
    for listener in pages(elb, "describe_listeners", "Listeners", LoadBalancerArn=balancer):
        arn = listener["ListenerArn"]
        properties = {
            **without(listener, "ListenerArn"),
            "DefaultActions": [action(each) for each in listener["DefaultActions"]],
        }
        yield Thing("listener", f"{listener['Port']} of {balancer}", {"id": arn}, properties)
        for rule in pages(elb, "describe_rules", "Rules", ListenerArn=arn):
            if rule["IsDefault"]:
                continue
            properties = {
                "Listener": arn,
                "Priority": rule["Priority"],
                "Conditions": [condition(each) for each in rule["Conditions"]],
                "Actions": [action(each) for each in rule["Actions"]],
            }
            yield Thing("listener rule", f"{rule['Priority']} of {arn}", {"id": rule["RuleArn"]}, properties)


def action(written):
    """Forwarding to one group has two spellings, and a redirect keeps what it does not name."""
    kept = without(written, "Order")
    if "RedirectConfig" in kept:
        kept["RedirectConfig"] = {**REDIRECT, **kept["RedirectConfig"]}
    forward = kept.get("ForwardConfig", {})
    groups = [each["TargetGroupArn"] for each in forward.get("TargetGroups", [])]
    if len(groups) == 1 and not forward.get("TargetGroupStickinessConfig", {}).get("Enabled"):
        kept.pop("ForwardConfig")
        kept["TargetGroupArn"] = groups[0]
    return kept


def condition(written):
    """A condition's values have two places."""
    field = written["Field"]
    values = list(written.get("Values", []))
    for key, config in written.items():
        if key.endswith("Config"):
            values += config.get("Values", [])
    return {"Field": field, "Values": sorted({str(value) for value in values})}


def tagged(elb, arn):
    return tags(elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"])
