"""Deployment by CloudFormation, with the aws command as a user would."""

import json
import re
import subprocess

import yaml

from . import aws, surroundings

# A larger template cannot be part of the call and is handed over in a bucket.
INLINE = 51_200
BUCKET = "templates-on-their-way"


class Failed(Exception):
    """A deployment said no."""


class Loader(yaml.SafeLoader):
    """YAML with the short tags of CloudFormation."""


def short_tag(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", short_tag)


def template_file(unit):
    """The template of a unit, or None where it was built for Terraform alone."""
    for name in ("template.json", "template.yaml"):
        if (unit / name).exists():
            return unit / name
    return None


def template(unit):
    """The template of a unit as a value."""
    path = template_file(unit)
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader)


def parameters(unit, given):
    """The given values for the parameters that this unit has."""
    declared = template(unit).get("Parameters", {})
    missing = [name for name, about in declared.items() if "Default" not in about and pick(given, name) is None]
    if missing:
        raise Failed(f"{unit.name}: no value given for parameter {', '.join(missing)}")
    return {name: pick(given, name) for name in declared if pick(given, name) is not None}


def pick(given, name):
    """A value by the name of the input, in whichever spelling the target has."""
    plain = re.sub("[^a-z0-9]", "", name.lower())
    return next((value for key, value in given.items() if re.sub("[^a-z0-9]", "", key.lower()) == plain), None)


class CloudFormation:
    label = "CloudFormation"

    def __init__(self, emulator, folder):
        self.emulator = emulator

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        """Nothing to end: every command is a process of its own."""

    def prepare(self):
        aws.client("s3", self.emulator.endpoint, aws.REGION).create_bucket(Bucket=BUCKET)

    def stack(self, unit):
        return unit.name.replace(".", "-")

    def deploy(self, unit, given):
        path = template_file(unit)
        command = [
            surroundings.program("aws"), "cloudformation", "deploy", "--stack-name", self.stack(unit),
            "--template-file", str(path), "--capabilities", "CAPABILITY_NAMED_IAM", "--no-fail-on-empty-changeset",
        ]
        if path.stat().st_size > INLINE:
            command += ["--s3-bucket", BUCKET]
        values = parameters(unit, given)
        if values:
            command += ["--parameter-overrides", *(f"{name}={value}" for name, value in values.items())]
        run = subprocess.run(
            command, env=surroundings.variables(self.emulator.named_endpoint, self.emulator.region), capture_output=True, text=True,
        )
        if run.returncode:
            raise Failed(f"{self.stack(unit)}: {run.stdout}{run.stderr}\n{self.events(unit)}")

    def events(self, unit):
        """Why the stack failed, in its own words."""
        client = self.emulator.client("cloudformation")
        try:
            events = client.describe_stack_events(StackName=self.stack(unit))["StackEvents"]
        except client.exceptions.ClientError:
            return ""
        reasons = [event.get("ResourceStatusReason") for event in reversed(events)]
        return "\n".join(dict.fromkeys(reason for reason in reasons if reason))

    def unchanged(self, unit, given):
        """What a second deployment would change."""
        client = self.emulator.client("cloudformation")
        values = [{"ParameterKey": name, "ParameterValue": str(value)} for name, value in parameters(unit, given).items()]
        body = template_file(unit).read_text()
        source = {"TemplateBody": body}
        if len(body.encode()) > INLINE:
            self.emulator.client("s3").put_object(Bucket=BUCKET, Key="again", Body=body.encode())
            source = {"TemplateURL": f"{self.emulator.named_endpoint}/{BUCKET}/again"}
        made = client.create_change_set(
            StackName=self.stack(unit), ChangeSetName="again", Parameters=values, Capabilities=["CAPABILITY_NAMED_IAM"], **source,
        )
        changes = client.describe_change_set(ChangeSetName=made["Id"])["Changes"]
        client.delete_change_set(ChangeSetName=made["Id"])
        return [f"{each['ResourceChange']['Action']} {each['ResourceChange']['LogicalResourceId']}" for each in changes]

    def destroy(self, unit, given):
        client = self.emulator.client("cloudformation")
        client.delete_stack(StackName=self.stack(unit))

    def retained(self, unit):
        """Physical ids of what outlives the stack."""
        resources = template(unit)["Resources"]
        kept = {key for key, resource in resources.items() if resource.get("DeletionPolicy", "").startswith("Retain")}
        client = self.emulator.client("cloudformation")
        answer = client.describe_stack_resources(StackName=self.stack(unit))["StackResources"]
        return {each["PhysicalResourceId"] for each in answer if each["LogicalResourceId"] in kept}

