"""Clients of the emulator, for the engine inside it and the tests around it."""

import functools
import json

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"

# Where a program goes that names no region.
REGION = "us-east-1"


@functools.lru_cache(maxsize=None)
def client(service, endpoint, region_name):
    """A client that fails at once: a retry would only hide what went wrong."""
    return boto3.client(
        service,
        region_name=region_name,
        endpoint_url=endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"max_attempts": 1, "mode": "standard"}, connect_timeout=5, read_timeout=120),
    )


def coerce(shape, value):
    """`value` as the API's `shape` wants it.

    CloudFormation takes "60" and "true" for 60 and true, and a policy as an
    object where the API wants its text.
    """
    kind = shape.type_name
    if value is None:
        return None
    if kind == "structure" and isinstance(value, dict):
        return {k: coerce(shape.members[k], v) for k, v in value.items() if k in shape.members and v is not None}
    if kind == "list" and isinstance(value, (list, tuple)):
        return [coerce(shape.member, v) for v in value if v is not None]
    if kind == "map" and isinstance(value, dict):
        return {k: coerce(shape.value, v) for k, v in value.items()}
    if kind in ("integer", "long"):
        return int(value) if isinstance(value, bool) else int(float(value))
    if kind in ("float", "double"):
        return float(value)
    if kind == "boolean":
        return truth(value)
    if kind == "string":
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (dict, list)):
            return json.dumps(value)
        return str(value)
    return value


def truth(value):
    """A boolean as CloudFormation accepts it."""
    return value if isinstance(value, bool) else str(value).lower() == "true"
