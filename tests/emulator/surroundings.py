"""What the tests need from the machine: variables, programs and Terraform's provider."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import aws

ROOT = Path(__file__).resolve().parents[2]


class Missing(Exception):
    """A tool is not there; the caller decides whether that is a failure."""


def variables(endpoint=None, region=aws.REGION):
    """The environment of every child process: loopback, dummy credentials, nobody's configuration."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AWS_", "TF_", "MOTO_")) or key == "TF_PLUGINS"
    }
    kept.update(
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_PAGER="",
        CHECKPOINT_DISABLE="1",
        TF_IN_AUTOMATION="1",
        TF_INPUT="0",
        AWS_REGION=region,
        AWS_DEFAULT_REGION=region,
        PYTHONPATH=str(ROOT / "tests"),
    )
    if endpoint:
        kept["AWS_ENDPOINT_URL"] = endpoint
    return kept


def program(name):
    """A program of this virtual environment, or of the machine."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise Missing(f"`{name}` is not installed")
    return found


def checkov():
    """checkov has a virtual environment of its own: it pins what the others need newer."""
    for candidate in (os.environ.get("CHECKOV"), ROOT / "target/venv/checkov/bin/checkov", shutil.which("checkov")):
        if candidate and Path(candidate).exists():
            return str(candidate)
    raise Missing("`checkov` is not installed")


@functools.lru_cache(maxsize=None)
def plugins():
    """Root of a filesystem mirror that holds Terraform's AWS provider."""
    if os.environ.get("TF_PLUGINS"):
        return os.environ["TF_PLUGINS"]
    # Not what some module installed for itself below its `.terraform`.
    wanted = ["-path", "*registry.terraform.io/hashicorp/aws", "-not", "-path", "*/.terraform/*"]
    command = ["find", "/", "-xdev", "-type", "d", *wanted, "-print", "-quit"]
    found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
    if not found:
        raise Missing("no mirror of Terraform's AWS provider: set TF_PLUGINS to its root")
    return str(Path(found).parents[2])


def terraform():
    plugins()
    return program("terraform")
