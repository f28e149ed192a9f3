"""Bucket policies, and buckets as a destination."""

from moto.iam import access_control
from moto.s3.models import S3Backend


def mend():
    tls_only()
    folders()


def tls_only():
    """Policies are judged without their conditions, so a TLS-only bucket would refuse every request."""
    moto_permits = access_control.IAMPolicyStatement.is_action_permitted

    def is_action_permitted(self, *arguments, **named):
        statement = self._statement
        secure = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport", "")
        if statement.get("Effect") == "Deny" and str(secure).lower() in ("false", "['false']"):
            return access_control.PermissionResult.NEUTRAL
        return moto_permits(self, *arguments, **named)

    access_control.IAMPolicyStatement.is_action_permitted = is_action_permitted


def folders():
    """A flow log that goes to a folder of a bucket is refused: no bucket has that name."""
    moto_bucket = S3Backend.get_bucket

    def get_bucket(self, bucket_name):
        return moto_bucket(self, bucket_name.split("/")[0])

    S3Backend.get_bucket = get_bucket
