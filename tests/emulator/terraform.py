"""Terraform with the real AWS provider, started once and attached to each command.

Starting the provider and having it describe itself costs more than most
commands; attached to a running one, `validate` takes half the time and the
provider's memory is needed once.
"""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

from . import aws, surroundings
from .stacks import Failed, pick


def provider_binary():
    found = sorted(Path(surroundings.plugins()).glob("registry.terraform.io/hashicorp/aws/*/*/terraform-provider-aws*"))
    if not found:
        raise surroundings.Missing("no AWS provider for Terraform in TF_PLUGINS")
    return found[-1]


class Provider:
    """The AWS provider as a process of its own, for as long as the context lasts."""

    def __init__(self, endpoint=None, region=aws.REGION):
        self.environment = surroundings.variables(endpoint, region)

    def __enter__(self):
        self.process = subprocess.Popen(
            [provider_binary(), "-debug"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        for line in self.process.stdout:
            attach = re.search(r"TF_REATTACH_PROVIDERS='(.*)'", line)
            if attach:
                self.environment = {**self.environment, "TF_REATTACH_PROVIDERS": attach[1]}
                return self
        raise RuntimeError("the AWS provider did not start")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def run(self, folder, *arguments, allowed=(0,)):
        run = subprocess.run(
            [surroundings.terraform(), f"-chdir={folder}", *arguments],
            env=self.environment, capture_output=True, text=True,
        )
        if run.returncode not in allowed:
            # The plan is on the way to the error and says nothing about it.
            said = run.stderr or run.stdout
            raise Failed(f"terraform {arguments[0]} of {folder.name}:\n{said[-6000:]}")
        return run


def module(unit):
    return json.loads((unit / "main.tf.json").read_text())


def variables(unit, given):
    """The given values for the variables that this unit has."""
    declared = module(unit).get("variable", {})
    missing = [name for name, about in declared.items() if "default" not in about and pick(given, name) is None]
    if missing:
        raise Failed(f"{unit.name}: no value given for variable {', '.join(missing)}")
    return {name: pick(given, name) for name in declared if pick(given, name) is not None}


def as_flags(values):
    return [f"-var={name}={value}" for name, value in values.items()]


class Terraform:
    label = "Terraform"

    def __init__(self, emulator, folder):
        self.emulator, self.folder = emulator, folder

    def __enter__(self):
        self.provider = Provider(self.emulator.endpoint, self.emulator.region).__enter__()
        return self

    def __exit__(self, *failure):
        self.provider.__exit__(*failure)

    def prepare(self):
        """Nothing: a root module brings all it needs."""

    def place(self, unit):
        return self.folder / unit.name

    def deploy(self, unit, given):
        place = self.place(unit)
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(unit / "main.tf.json", place / "main.tf.json")
        self.provider.run(place, "init", "-input=false", "-no-color")
        # Most of the time passes in the provider's fixed waits, so all that is ready starts at once.
        self.provider.run(
            place, "apply", "-auto-approve", "-no-color", "-input=false", "-parallelism=40", *as_flags(variables(unit, given)),
        )

    def unchanged(self, unit, given):
        """What a second deployment would change."""
        plan = self.provider.run(
            self.place(unit), "plan", "-detailed-exitcode", "-no-color", "-input=false", "-parallelism=40",
            *as_flags(variables(unit, given)), allowed=(0, 2),
        )
        return [plan.stdout[-5000:]] if plan.returncode == 2 else []

    def destroy(self, unit, given):
        place = self.place(unit)
        # Their owner takes out of the state what must not be destroyed.
        for address in self.marked(unit, "prevent_destroy"):
            self.provider.run(place, "state", "rm", address)
        self.provider.run(
            place, "destroy", "-auto-approve", "-no-color", "-input=false", "-parallelism=40", *as_flags(variables(unit, given)),
        )

    def retained(self, unit):
        """Physical ids of what outlives the module."""
        addresses = self.marked(unit, "prevent_destroy") + self.marked(unit, "skip_destroy")
        state = json.loads((self.place(unit) / "terraform.tfstate").read_text())
        return {
            instance["attributes"]["id"]
            for resource in state["resources"]
            if f"{resource['type']}.{resource['name']}" in addresses
            for instance in resource["instances"]
        }

    def marked(self, unit, mark):
        """Addresses of the resources that carry `mark`, in their life cycle or as an argument."""
        blocks = [
            (f"{kind}.{name}", block[0] if isinstance(block, list) else block)
            for kind, named in module(unit).get("resource", {}).items()
            for name, block in named.items()
        ]
        return [address for address, block in blocks if block.get(mark) or life_cycle(block).get(mark)]


def life_cycle(block):
    life = block.get("lifecycle", {})
    return life[0] if isinstance(life, list) else life
