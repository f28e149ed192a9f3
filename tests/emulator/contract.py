"""What every web environment promises, asked of what exists.

One function per promise. Each takes an `Account` and yields a sentence for
every thing that breaks it, so a failure reads without this file.
"""

import subprocess

ANYWHERE = ("0.0.0.0/0", "::/0")
PUBLIC_PORTS = (80, 443)


def violations(account):
    """Every broken promise, in the order of this file."""
    return [sentence for promise in PROMISES for sentence in promise(account)]


def named(reference):
    """The name of the thing that a property refers to; names may end in a bracket of their own."""
    return reference[1:-1]


def environments(account):
    """Groups that run an environment, each with its launch template."""
    templates = account.of_kind("launch template")
    for name, group in account.of_kind("auto scaling group").items():
        mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("LaunchTemplateSpecification", {})
        used = (group.get("LaunchTemplate") or mixed).get("LaunchTemplateId", "")
        yield name, group, templates.get(named(used), {})


def instance_groups(template):
    """Security groups of the instances."""
    groups = list(template.get("SecurityGroupIds", []))
    for interface in template.get("NetworkInterfaces", []):
        groups += interface.get("Groups", [])
    return [named(group) for group in groups]


def balanced(group):
    return bool(group.get("TargetGroupARNs"))


def balancers_of(account):
    """Security groups of the program's balancers, or of the one that was there before when it makes none."""
    balancers = account.of_kind("load balancer") or account.with_neighbours("load balancer")
    return {named(name) for balancer in balancers.values() for name in balancer.get("SecurityGroups", [])}


def instances_hear_the_balancer_alone(account):
    groups = account.of_kind("security group")
    balancers = balancers_of(account)
    for name, group, template in environments(account):
        targets = [account.things[named(target)] for target in group.get("TargetGroupARNs", [])]
        ports = {target["Port"] for target in targets if "Port" in target}
        for security_group in instance_groups(template):
            for rule in groups.get(security_group, {}).get("Ingress", []):
                if rule.get("FromPort", 0) <= 22 <= rule.get("ToPort", 65535):
                    yield f"{security_group} lets SSH in: {rule}"
                if balanced(group) and balancers and named(rule.get("Group", "")) not in balancers:
                    yield f"{security_group} lets in others than the balancer: {rule}"
                if balanced(group) and not (rule.get("FromPort") == rule.get("ToPort") and rule.get("FromPort") in ports):
                    yield f"{security_group} opens more than the ports of the application {sorted(ports)}: {rule}"
        if not instance_groups(template):
            yield f"the instances of {name} have no security group of their own"


def the_balancer_reaches_the_instances(account):
    groups = account.with_neighbours("security group")
    rules = [rule for balancer in balancers_of(account) for rule in groups.get(balancer, {}).get("Egress", [])]
    for name, group, template in environments(account):
        for target in group.get("TargetGroupARNs", []):
            port = account.things[named(target)].get("Port")
            for security_group in instance_groups(template):
                if not any(rule.get("Group") == f"<{security_group}>" and rule.get("FromPort") == port for rule in rules):
                    yield f"no balancer reaches {security_group} on port {port}"


def requests_are_sent_to_every_target_group(account):
    """A listener or a rule forwards to each; the listener may be somebody else's."""
    actions = [action for listener in account.with_neighbours("listener").values() for action in listener["DefaultActions"]]
    actions += [action for rule in account.of_kind("listener rule").values() for action in rule["Actions"]]
    reached = {action.get("TargetGroupArn") for action in actions}
    for name in account.of_kind("target group"):
        if f"<{name}>" not in reached:
            yield f"nothing is sent to {name}"


def only_web_ports_are_public(account):
    for name, group in account.of_kind("security group").items():
        for rule in group.get("Ingress", []):
            public = rule.get("CidrIpv4") in ANYWHERE or rule.get("CidrIpv6") in ANYWHERE
            if public and (rule.get("FromPort") != rule.get("ToPort") or rule.get("FromPort") not in PUBLIC_PORTS):
                yield f"{name} is open to everybody on more than a web port: {rule}"


def every_rule_says_why(account):
    for name, group in account.of_kind("security group").items():
        for rule in group.get("Ingress", []) + group.get("Egress", []):
            if not rule.get("Description"):
                yield f"{name} has a rule without description: {rule}"


def alarms_are_wired_to_the_group(account):
    """A scaling trigger is two alarms of one group, one adding and one removing instances."""
    alarms, policies = account.of_kind("alarm"), account.of_kind("scaling policy")
    for name, group, _ in environments(account):
        steps = {key: p for key, p in policies.items() if p["AutoScalingGroupName"] == f"<{name}>" and p["PolicyType"] != "TargetTrackingScaling"}
        if not steps:
            continue
        directions = set()
        for key, policy in steps.items():
            callers = [alarm for alarm in alarms.values() if any(action.startswith(f"<{key}>") for action in alarm.get("AlarmActions", []))]
            if len(callers) != 1:
                yield f"{key} is called by {len(callers)} alarms instead of one"
                continue
            amount = policy.get("ScalingAdjustment") or sum(s["ScalingAdjustment"] for s in policy.get("StepAdjustments", []))
            rises = callers[0]["ComparisonOperator"].startswith("Greater")
            if (amount > 0) != rises:
                yield f"{key} changes the group by {amount} when its alarm says {callers[0]['ComparisonOperator']}"
            directions.add(amount > 0)
        if directions != {True, False}:
            yield f"{name} has no pair of alarms, one adding and one removing instances"


def balanced_groups_trust_the_balancer(account):
    for name, group, _ in environments(account):
        if balanced(group) and group.get("HealthCheckType") != "ELB":
            yield f"{name} is behind a balancer and does not use its health checks"
        if balanced(group) and not group.get("HealthCheckGracePeriod"):
            yield f"{name} has no grace period for its health checks"


def balanced_environments_span_zones(account):
    """Two zones for the balancer and the instances, and a way out from every subnet."""
    subnets = account.of_kind("subnet")
    tables = account.of_kind("route table").values()

    def check(owner, names):
        inside = [subnets[named(name)] for name in names if named(name) in subnets]
        if inside and len({subnet["AvailabilityZone"] for subnet in inside}) < 2:
            yield f"{owner} lives in one zone"
        for name in names:
            if named(name) not in subnets:
                continue
            table = next((each for each in tables if name in each.get("Subnets", [])), {})
            if not any(route.get("DestinationCidrBlock") == "0.0.0.0/0" for route in table.get("Routes", [])):
                yield f"{owner} is in {name}, which has no way out"

    for name, group, _ in environments(account):
        if balanced(group):
            yield from check(name, group.get("VPCZoneIdentifier", []))
    for name, balancer in account.of_kind("load balancer").items():
        if balancer.get("Scheme") == "internet-facing":
            yield from check(name, balancer["Subnets"])


def instances_are_named(account):
    """The `Name` tag reaches the instances, as with Beanstalk."""
    for name, group, template in environments(account):
        by_group = group.get("Tags", {}).get("Name", ["", False])
        launched = template.get("LaunchTags", {}).get("instance", {}).get("Name")
        if launched is None and not (by_group[0] and by_group[1]):
            yield f"instances of {name} get no Name tag"
    for name, instance in account.of_kind("instance").items():
        if not instance.get("Tags", {}).get("Name"):
            yield f"{name} runs without a Name tag"


def instances_are_hardened(account):
    for name, _, template in environments(account):
        metadata = template.get("MetadataOptions", {})
        if metadata.get("HttpTokens") != "required":
            yield f"the launch template of {name} allows IMDSv1"
        volumes = [mapping["Ebs"] for mapping in template.get("BlockDeviceMappings", []) if "Ebs" in mapping]
        if not volumes:
            yield f"the launch template of {name} leaves the root volume to the image"
        for volume in volumes:
            if str(volume.get("Encrypted")).lower() != "true":
                yield f"the launch template of {name} has a volume without encryption"
            if volume.get("VolumeType") not in ("gp3", "io1", "io2"):
                yield f"the launch template of {name} has a volume of type {volume.get('VolumeType')}"


def user_data_is_a_script(account):
    for name, _, template in environments(account):
        script = template.get("UserData", "")
        if not script.startswith("#!"):
            yield f"user data of {name} is no script: {script[:60]!r}"
            continue
        for marker in ("{{resolve:", "Fn::", "${aws_", "${var.", "${AWS::", "${data."):
            if marker in script:
                line = next(line for line in script.splitlines() if marker in line)
                yield f"user data of {name} has an unresolved reference: {line.strip()}"
        syntax = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
        if syntax.returncode:
            yield f"user data of {name} has a syntax error: {syntax.stderr.strip()}"
        size = len(script.encode())
        if size > 16_384:
            yield f"user data of {name} has {size} bytes, AWS takes 16,384"


# Actions that have no resource to name; AWS documents them so.
WITHOUT_RESOURCE = (
    "autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeAutoScalingGroups", "cloudwatch:PutMetricData",
    "ec2:Describe", "ecr:GetAuthorizationToken", "logs:DescribeLogGroups", "ssm:UpdateInstanceInformation", "ssmmessages:",
    "ec2messages:", "xray:", "ecs:DiscoverPollEndpoint",
)


def roles_are_narrow(account):
    for name, role in account.of_kind("role").items():
        for policy, document in role.get("Inline", {}).items():
            for statement in document["Statement"]:
                if statement["Effect"] != "Allow":
                    continue
                for action in statement.get("Action", []):
                    if action == "*" or action.endswith(":*"):
                        yield f"{name} may do everything with {action} in {policy}"
                    if "*" in statement.get("Resource", []) and not action.startswith(WITHOUT_RESOURCE):
                        yield f"{name} may {action} on every resource in {policy}"
        if any(arn.endswith(("AdministratorAccess", "FullAccess")) for arn in role.get("Managed", [])):
            yield f"{name} has a policy of AWS with full access: {role['Managed']}"


def buckets_are_safe(account):
    for name, bucket in account.of_kind("bucket").items():
        blocks = bucket.get("PublicAccess", {})
        wanted = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        if not all(blocks.get(each) for each in wanted):
            yield f"{name} does not block public access"
        if bucket.get("Versioning") != "Enabled":
            yield f"{name} is not versioned"
        if not bucket.get("Encryption"):
            yield f"{name} is not encrypted"
        if not bucket.get("Lifecycle"):
            yield f"{name} has no life cycle"
        statements = bucket.get("Policy", {}).get("Statement", [])
        if not any(each["Effect"] == "Deny" and "aws:SecureTransport" in str(each.get("Condition")) for each in statements):
            yield f"{name} answers without TLS"


def balancers_are_careful(account):
    for name, balancer in account.of_kind("load balancer").items():
        attributes = balancer["Attributes"]
        if balancer["Type"] != "application":
            continue
        if attributes.get("routing.http.drop_invalid_header_fields.enabled") != "true":
            yield f"{name} passes invalid headers on"
        if attributes.get("access_logs.s3.enabled") != "true":
            yield f"{name} writes no access logs"
        listeners = {l["Port"]: l for l in account.of_kind("listener").values() if l["LoadBalancerArn"] == f"<{name}>"}
        secure = [listener for listener in listeners.values() if listener["Protocol"] == "HTTPS"]
        if secure and 80 in listeners and listeners[80]["DefaultActions"][0]["Type"] != "redirect":
            yield f"{name} has HTTPS and answers on port 80 without redirecting"
        for listener in secure:
            if "TLS13" not in listener.get("SslPolicy", "") and "TLS-1-2" not in listener.get("SslPolicy", ""):
                yield f"{name} allows TLS below 1.2 with {listener.get('SslPolicy')}"


def networks_are_logged(account):
    logged = {log["ResourceId"] for log in account.of_kind("flow log").values()}
    for name in account.of_kind("vpc"):
        if f"<{name}>" not in logged:
            yield f"{name} has no flow logs"


def logs_end_someday(account):
    for name, group in account.of_kind("log group").items():
        if not group.get("Retention"):
            yield f"{name} is kept for ever"


def topics_are_encrypted(account):
    for name, topic in account.of_kind("topic").items():
        if not topic.get("Key"):
            yield f"{name} is not encrypted"


def queues_are_safe(account):
    """Encrypted, reached by TLS only, and failures are kept at least as long as the messages."""
    queues = account.of_kind("queue")
    for name, queue in queues.items():
        if queue.get("SqsManagedSseEnabled") != "true" and not queue.get("KmsMasterKeyId"):
            yield f"{name} is not encrypted"
        statements = queue.get("Policy", {}).get("Statement", [])
        if not any(each["Effect"] == "Deny" and "aws:SecureTransport" in str(each.get("Condition")) for each in statements):
            yield f"{name} answers without TLS"
        redrive = queue.get("RedrivePolicy")
        if redrive:
            dead = queues.get(named(redrive["deadLetterTargetArn"].removesuffix(".arn")), {})
            if int(dead.get("MessageRetentionPeriod", 0)) < int(queue["MessageRetentionPeriod"]):
                yield f"{name} forgets its failures before they are looked at"
    received = set()
    for role, resources in receivers(account):
        received.update(resources)
        if len(resources) != 1 or "*" in resources[0]:
            yield f"{role} receives from more than its queue: {resources}"
    for name, queue in queues.items():
        if queue.get("RedrivePolicy") and f"<{name}>.arn" not in received:
            yield f"no role may receive from {name}"


def receivers(account):
    """Roles that take messages, each with what from."""
    for name, role in account.of_kind("role").items():
        for document in role.get("Inline", {}).values():
            for statement in document["Statement"]:
                if "sqs:ReceiveMessage" in statement.get("Action", []):
                    yield name, statement["Resource"]


def workers_hear_nobody(account):
    if not account.of_kind("queue"):
        return
    for name, group, template in environments(account):
        # A single instance serves the web itself; the worker of the tests scales.
        if balanced(group) or group.get("MaxSize") == 1:
            continue
        for security_group in instance_groups(template):
            rules = account.of_kind("security group").get(security_group, {}).get("Ingress", [])
            if rules:
                yield f"the worker {name} lets something in: {rules}"


def single_instances_keep_their_address(account):
    """One address, which the instance may take when it boots, and may do just that."""
    addresses = account.of_kind("address")
    gateways = {a for gateway in account.of_kind("nat gateway").values() for a in gateway.get("Addresses", [])}
    own = [name for name in addresses if f"<{name}>" not in gateways]
    # A group of workers has no balancer either, and no address.
    single = [name for name, group, _ in environments(account) if not balanced(group) and group.get("MaxSize") == 1]
    if len(own) < len(single):
        yield f"{len(single)} single-instance environments share {len(own)} addresses"
    if own and single:
        roles = account.of_kind("role").values()
        may = [s for role in roles for d in role.get("Inline", {}).values() for s in d["Statement"] if "ec2:AssociateAddress" in s.get("Action", [])]
        if not may:
            yield "no role may associate the address of the single instance"


PROMISES = (
    instances_hear_the_balancer_alone,
    the_balancer_reaches_the_instances,
    requests_are_sent_to_every_target_group,
    only_web_ports_are_public,
    every_rule_says_why,
    alarms_are_wired_to_the_group,
    balanced_groups_trust_the_balancer,
    balanced_environments_span_zones,
    instances_are_named,
    instances_are_hardened,
    user_data_is_a_script,
    roles_are_narrow,
    buckets_are_safe,
    balancers_are_careful,
    networks_are_logged,
    logs_end_someday,
    topics_are_encrypted,
    queues_are_safe,
    workers_hear_nobody,
    single_instances_keep_their_address,
)
