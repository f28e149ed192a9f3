"""Bucket policies, and buckets as a destination."""

from moto.core.serialize import S3Serializer
from moto.iam import access_control
from moto.s3.models import S3Backend


def mend():
    tls_only()
    folders()
    uploads()


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


def uploads():
    """Answers about uploads in parts are called by other names than AWS's, which strict clients refuse."""
    names = {
        "CreateMultipartUpload": "InitiateMultipartUploadResult",
        "CompleteMultipartUpload": "CompleteMultipartUploadResult",
    }
    moto_response = S3Serializer._serialized_result_to_response

    def _serialized_result_to_response(self, resp, result, shape, serialized):
        resp = moto_response(self, resp, result, shape, serialized)
        operation = self.operation_model.name
        if operation in names:
            for end in ("<", "</"):
                resp["body"] = resp["body"].replace(f"{end}{operation}Response", f"{end}{names[operation]}")
        return resp

    S3Serializer._serialized_result_to_response = _serialized_result_to_response
