"""Roles with their policies, instance profiles, customer policies, keys."""

from .thing import Thing, document, pages, tags


def read(client):
    iam = client("iam")
    yield from roles(iam)
    yield from profiles(iam)
    yield from policies(iam)
    yield from keys(client("kms"))


def roles(iam):
    for role in pages(iam, "list_roles", "Roles"):
        name = role["RoleName"]
        whole = iam.get_role(RoleName=name)["Role"]
        inline = {
            policy: without_signals(document(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]))
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        }
        attached = [each["PolicyArn"] for each in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]
        trust = document(role["AssumeRolePolicyDocument"])
        properties = {
            "Path": role["Path"],
            "Description": whole.get("Description"),
            "Trust": trust,
            "MaxSessionDuration": whole.get("MaxSessionDuration"),
            "Inline": inline,
            "Managed": attached,
            "Tags": tags(whole.get("Tags")),
        }
        services = sorted(str(each.get("Principal")) for each in trust["Statement"])
        hint = f"{properties['Tags'].get('Name', '')} {properties['Description'] or ''} for {', '.join(services)}"
        yield Thing("role", " ".join(hint.split()), {"id": name, "arn": role["Arn"]}, properties)


def without_signals(policy):
    """Only CloudFormation waits for a signal of the instance, so only there the role may send it."""
    signal = ["cloudformation:SignalResource"]
    return {**policy, "Statement": [each for each in policy["Statement"] if each.get("Action") != signal]}


def profiles(iam):
    for profile in pages(iam, "list_instance_profiles", "InstanceProfiles"):
        held = [role["RoleName"] for role in profile["Roles"]]
        properties = {"Path": profile["Path"], "Roles": held}
        ids = {"id": profile["InstanceProfileName"], "arn": profile["Arn"]}
        yield Thing("instance profile", "with " + ", ".join(held), ids, properties)


def policies(iam):
    for policy in pages(iam, "list_policies", "Policies", Scope="Local"):
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        properties = {"Path": policy["Path"], "Document": document(version["Document"])}
        yield Thing("policy", policy.get("Description", ""), {"id": policy["PolicyName"], "arn": policy["Arn"]}, properties)


def keys(kms):
    aliases = {}
    for alias in pages(kms, "list_aliases", "Aliases"):
        aliases.setdefault(alias.get("TargetKeyId"), []).append(alias["AliasName"])
    for key in pages(kms, "list_keys", "Keys"):
        about = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        by_aws = any(alias.startswith("alias/aws/") for alias in aliases.get(key["KeyId"], []))
        by_aws = by_aws or about["KeyManager"] != "CUSTOMER" or about.get("Description", "").startswith("Default master key")
        if by_aws or about["KeyState"] == "PendingDeletion":
            continue
        pairs = kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
        properties = {
            "Description": about.get("Description"),
            "KeyUsage": about.get("KeyUsage") or "ENCRYPT_DECRYPT",
            "KeySpec": about.get("KeySpec") or "SYMMETRIC_DEFAULT",
            "Rotates": kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"],
            "Policy": document(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]),
            "Aliases": aliases.get(key["KeyId"], []),
            "Tags": tags([{"Key": pair["TagKey"], "Value": pair["TagValue"]} for pair in pairs]),
        }
        yield Thing("key", about.get("Description", ""), {"id": key["KeyId"], "arn": about["Arn"]}, properties)
