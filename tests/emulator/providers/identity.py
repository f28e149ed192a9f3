"""Roles, instance profiles, policies and keys."""

from . import Provider, gone_keys, known, only, provides
from ..aws import truth


@provides("AWS::IAM::Role")
class Role(Provider):
    CREATE = ("AssumeRolePolicyDocument", "Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags")

    def create(self, context, properties):
        known(properties, *self.CREATE, "RoleName", "ManagedPolicyArns", "Policies")
        name = properties.get("RoleName") or context.name(64)
        role = context.call("iam", "create_role", RoleName=name, **only(properties, *self.CREATE))["Role"]
        return name, only(role, "Arn", "RoleId")

    def apply(self, context, physical_id, properties, attributes, old):
        def call(operation, **parameters):
            context.call("iam", operation, RoleName=physical_id, **parameters)

        if old is not None:
            call("update_assume_role_policy", PolicyDocument=properties["AssumeRolePolicyDocument"])
            gone = gone_keys(old.get("Tags"), properties.get("Tags"))
            if gone:
                call("untag_role", TagKeys=gone)
            if properties.get("Tags"):
                call("tag_role", Tags=properties["Tags"])
        old = old or {}
        managed = properties.get("ManagedPolicyArns", [])
        for arn in set(old.get("ManagedPolicyArns", [])) - set(managed):
            call("detach_role_policy", PolicyArn=arn)
        for arn in managed:
            call("attach_role_policy", PolicyArn=arn)
        inline = properties.get("Policies", [])
        for policy in old.get("Policies", []):
            if policy["PolicyName"] not in [kept["PolicyName"] for kept in inline]:
                call("delete_role_policy", PolicyName=policy["PolicyName"])
        for policy in inline:
            call("put_role_policy", **policy)

    def delete(self, context, physical_id, properties, attributes):
        role = {"RoleName": physical_id}
        for policy in context.call("iam", "list_role_policies", **role)["PolicyNames"]:
            context.call("iam", "delete_role_policy", PolicyName=policy, **role)
        for policy in context.call("iam", "list_attached_role_policies", **role)["AttachedPolicies"]:
            context.call("iam", "detach_role_policy", PolicyArn=policy["PolicyArn"], **role)
        context.call("iam", "delete_role", **role)


@provides("AWS::IAM::InstanceProfile")
class InstanceProfile(Provider):
    def create(self, context, properties):
        known(properties, "InstanceProfileName", "Path", "Roles")
        name = properties.get("InstanceProfileName") or context.name(128)
        profile = context.call("iam", "create_instance_profile", InstanceProfileName=name, **only(properties, "Path"))
        for role in properties["Roles"]:
            context.call("iam", "add_role_to_instance_profile", InstanceProfileName=name, RoleName=role)
        return name, only(profile["InstanceProfile"], "Arn")

    def delete(self, context, physical_id, properties, attributes):
        for role in properties["Roles"]:
            context.call("iam", "remove_role_from_instance_profile", InstanceProfileName=physical_id, RoleName=role)
        context.call("iam", "delete_instance_profile", InstanceProfileName=physical_id)


@provides("AWS::IAM::Policy", "AWS::IAM::RolePolicy")
class RolePolicy(Provider):
    def roles(self, properties):
        return properties.get("Roles") or [properties["RoleName"]]

    def create(self, context, properties):
        known(properties, "PolicyName", "PolicyDocument", "Roles", "RoleName")
        for role in self.roles(properties):
            context.call("iam", "put_role_policy", RoleName=role, **only(properties, "PolicyName", "PolicyDocument"))
        return properties["PolicyName"], {"Id": properties["PolicyName"]}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.create(context, properties)

    def delete(self, context, physical_id, properties, attributes):
        for role in self.roles(properties):
            context.call("iam", "delete_role_policy", RoleName=role, **only(properties, "PolicyName"))


@provides("AWS::IAM::ManagedPolicy")
class ManagedPolicy(Provider):
    def create(self, context, properties):
        known(properties, "ManagedPolicyName", "PolicyDocument", "Path", "Description", "Roles")
        arn = context.call(
            "iam", "create_policy",
            PolicyName=properties.get("ManagedPolicyName") or context.name(128),
            **only(properties, "PolicyDocument", "Path", "Description"),
        )["Policy"]["Arn"]
        for role in properties.get("Roles", []):
            context.call("iam", "attach_role_policy", RoleName=role, PolicyArn=arn)
        return arn, {"PolicyArn": arn}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            context.call(
                "iam", "create_policy_version",
                PolicyArn=physical_id, SetAsDefault=True, **only(properties, "PolicyDocument"),
            )

    def delete(self, context, physical_id, properties, attributes):
        for role in properties.get("Roles", []):
            context.call("iam", "detach_role_policy", RoleName=role, PolicyArn=physical_id)
        context.call("iam", "delete_policy", PolicyArn=physical_id)


@provides("AWS::KMS::Key")
class Key(Provider):
    def create(self, context, properties):
        known(
            properties, "Description", "KeyUsage", "KeySpec", "MultiRegion", "KeyPolicy", "EnableKeyRotation",
            "PendingWindowInDays", "Tags",
        )
        tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])]
        key = context.call(
            "kms", "create_key",
            Tags=tags, **only(properties, "Description", "KeyUsage", "KeySpec", "MultiRegion", KeyPolicy="Policy"),
        )["KeyMetadata"]
        return key["KeyId"], only(key, "Arn", "KeyId")

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None and "KeyPolicy" in properties:
            context.call("kms", "put_key_policy", KeyId=physical_id, PolicyName="default", Policy=properties["KeyPolicy"])
        if truth(properties.get("EnableKeyRotation", False)):
            context.call("kms", "enable_key_rotation", KeyId=physical_id)
        elif old is not None:
            context.call("kms", "disable_key_rotation", KeyId=physical_id)

    def delete(self, context, physical_id, properties, attributes):
        window = properties.get("PendingWindowInDays", 30)
        context.call("kms", "schedule_key_deletion", KeyId=physical_id, PendingWindowInDays=window)


@provides("AWS::KMS::Alias")
class KeyAlias(Provider):
    def create(self, context, properties):
        known(properties, "AliasName", "TargetKeyId")
        context.call("kms", "create_alias", **properties)
        return properties["AliasName"], {}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            context.call("kms", "update_alias", **properties)

    def delete(self, context, physical_id, properties, attributes):
        context.call("kms", "delete_alias", AliasName=physical_id)
