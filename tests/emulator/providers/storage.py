"""Buckets and their policies."""

from . import Provider, known, only, provides
from ..aws import truth


def lifecycle(configuration):
    """Life-cycle rules from CloudFormation's spelling to the API's."""
    return {"Rules": [lifecycle_rule(rule) for rule in configuration["Rules"]]}


def lifecycle_rule(rule):
    known(
        rule, "Id", "Status", "Prefix", "TagFilters", "ExpirationInDays", "ExpiredObjectDeleteMarker",
        "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload", "Transitions", "NoncurrentVersionTransitions",
    )
    made = only(
        rule, "Status", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload", Id="ID",
    )
    made["Filter"] = {"Prefix": rule.get("Prefix", "")}
    if "TagFilters" in rule:
        made["Filter"] = {"And": {"Prefix": rule.get("Prefix", ""), "Tags": rule["TagFilters"]}}
    expiration = only(rule, "ExpiredObjectDeleteMarker", ExpirationInDays="Days")
    if expiration:
        made["Expiration"] = expiration
    if "Transitions" in rule:
        made["Transitions"] = [only(t, "StorageClass", TransitionInDays="Days") for t in rule["Transitions"]]
    if "NoncurrentVersionTransitions" in rule:
        made["NoncurrentVersionTransitions"] = [
            only(t, "StorageClass", "NewerNoncurrentVersions", TransitionInDays="NoncurrentDays")
            for t in rule["NoncurrentVersionTransitions"]
        ]
    return made


@provides("AWS::S3::Bucket")
class Bucket(Provider):
    READ = (
        "BucketName", "BucketEncryption", "PublicAccessBlockConfiguration", "VersioningConfiguration",
        "OwnershipControls", "LifecycleConfiguration", "LoggingConfiguration", "NotificationConfiguration", "Tags",
    )

    def create(self, context, properties):
        known(properties, *self.READ)
        bucket = properties.get("BucketName") or context.name(63).lower()
        where = {}
        if context.region != "us-east-1":
            where = {"CreateBucketConfiguration": {"LocationConstraint": context.region}}
        context.call("s3", "create_bucket", Bucket=bucket, **where)
        return bucket, {
            "Arn": f"arn:aws:s3:::{bucket}",
            "DomainName": f"{bucket}.s3.amazonaws.com",
            "RegionalDomainName": f"{bucket}.s3.{context.region}.amazonaws.com",
        }

    def apply(self, context, physical_id, properties, attributes, old):
        def put(operation, **parameters):
            context.call("s3", operation, Bucket=physical_id, **parameters)

        if "BucketEncryption" in properties:
            rules = [
                {
                    "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault"),
                    "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
                }
                for rule in properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            ]
            put("put_bucket_encryption", ServerSideEncryptionConfiguration={"Rules": rules})
        if "PublicAccessBlockConfiguration" in properties:
            put("put_public_access_block", **only(properties, "PublicAccessBlockConfiguration"))
        if "VersioningConfiguration" in properties:
            put("put_bucket_versioning", **only(properties, "VersioningConfiguration"))
        if "OwnershipControls" in properties:
            put("put_bucket_ownership_controls", **only(properties, "OwnershipControls"))
        if "LifecycleConfiguration" in properties:
            rules = lifecycle(properties["LifecycleConfiguration"])
            put("put_bucket_lifecycle_configuration", LifecycleConfiguration=rules)
        elif old and "LifecycleConfiguration" in old:
            put("delete_bucket_lifecycle")
        if "LoggingConfiguration" in properties:
            logging = properties["LoggingConfiguration"]
            target = {
                "TargetBucket": logging.get("DestinationBucketName", physical_id),
                "TargetPrefix": logging.get("LogFilePrefix", ""),
            }
            put("put_bucket_logging", BucketLoggingStatus={"LoggingEnabled": target})
        if truth(properties.get("NotificationConfiguration", {}).get("EventBridgeConfiguration", {}).get("EventBridgeEnabled", False)):
            put("put_bucket_notification_configuration", NotificationConfiguration={"EventBridgeConfiguration": {}})
        if properties.get("Tags"):
            put("put_bucket_tagging", Tagging={"TagSet": properties["Tags"]})

    def delete(self, context, physical_id, properties, attributes):
        context.call("s3", "delete_bucket", Bucket=physical_id)


@provides("AWS::S3::BucketPolicy")
class BucketPolicy(Provider):
    def create(self, context, properties):
        known(properties, "Bucket", "PolicyDocument")
        context.call("s3", "put_bucket_policy", Bucket=properties["Bucket"], Policy=properties["PolicyDocument"])
        return properties["Bucket"], {}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.create(context, properties)

    def delete(self, context, physical_id, properties, attributes):
        context.call("s3", "delete_bucket_policy", Bucket=physical_id)
