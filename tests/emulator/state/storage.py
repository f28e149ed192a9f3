"""Buckets with everything that is configured on them."""

from botocore.exceptions import ClientError

from .thing import Thing, document, tags, without


def read(client):
    s3 = client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        properties = {
            "Encryption": ask(s3.get_bucket_encryption, name, "ServerSideEncryptionConfiguration"),
            "PublicAccess": ask(s3.get_public_access_block, name, "PublicAccessBlockConfiguration"),
            "Versioning": ask(s3.get_bucket_versioning, name, "Status"),
            "Ownership": ask(s3.get_bucket_ownership_controls, name, "OwnershipControls"),
            "Lifecycle": [lifecycle_rule(rule) for rule in ask(s3.get_bucket_lifecycle_configuration, name, "Rules") or []],
            "Logging": ask(s3.get_bucket_logging, name, "LoggingEnabled"),
            "Policy": document(ask(s3.get_bucket_policy, name, "Policy")),
            "Tags": tags(ask(s3.get_bucket_tagging, name, "TagSet")),
            "Notifications": without(s3.get_bucket_notification_configuration(Bucket=name), "ResponseMetadata"),
        }
        hint = properties["Tags"].get("Name") or " ".join(f"{k}={v}" for k, v in sorted(properties["Tags"].items()))
        yield Thing("bucket", hint, {"id": name}, properties)


def ask(get, bucket, key):
    """One configuration of a bucket, or None where there is none."""
    try:
        return get(Bucket=bucket).get(key)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code.startswith("NoSuch") or code.endswith("NotFoundError") or code.endswith("NotFound"):
            return None
        raise


def lifecycle_rule(rule):
    """An empty prefix filters nothing, however it is written."""
    kept = dict(rule)
    if kept.get("Filter") in ({}, {"Prefix": ""}) or kept.get("Prefix") == "":
        kept.pop("Filter", None)
        kept.pop("Prefix", None)
    return kept
