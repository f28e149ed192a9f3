"""The whole proof for a build: deployed both ways, compared, updated, deleted."""

import os
import re
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from . import aws, contract, neighbours
from .compare import differences
from .server import ZONE, Emulator
from .stacks import CloudFormation, Failed
from .state import Account, existing, identities
from .terraform import Terraform, module

DOMAIN = "example.com."

# What holds data or an address that others know: an update must not replace it.
STATEFUL = ("vpc", "subnet", "bucket", "address", "key", "log group", "load balancer", "topic", "nat gateway", "zone")


def waves(build):
    """Units side by side that do not need each other, in the order of need."""
    units = sorted(path for path in build.iterdir() if (path / "main.tf.json").exists())
    if not units:
        raise Failed(f"{build} holds no units")
    makers = {block["name"]: unit for unit in units for block in of_type(unit, "resource", "aws_ssm_parameter")}
    needs = {
        unit: {makers[block["name"]] for block in of_type(unit, "data", "aws_ssm_parameter") if block["name"] in makers} - {unit}
        for unit in units
    }
    found = []
    while needs:
        ready = [unit for unit in needs if not needs[unit] & needs.keys()]
        if not ready:
            raise Failed(f"the units of {build} need each other in a circle")
        found.append(ready)
        needs = {unit: needed for unit, needed in needs.items() if unit not in ready}
    return found


def of_type(unit, section, kind):
    blocks = module(unit).get(section, {}).get(kind, {}).values()
    return [block[0] if isinstance(block, list) else block for block in blocks]


def region_of(build):
    """Where all units of a build go: units that name no region are deployed where the others are."""
    units = sum(waves(build), [])
    named = {module(unit).get("provider", {}).get("aws", {}).get("region") for unit in units}
    named.discard(None)
    if len(named) > 1:
        raise SystemExit(f"{build} goes to {', '.join(sorted(named))}: prove one region at a time")
    return named.pop() if named else aws.REGION


def zone_of(build):
    """The id of the hosted zone that the program names, or one for those that look it up by name."""
    texts = "".join((unit / "main.tf.json").read_text() for unit in sum(waves(build), []))
    named = re.search(r'"(Z[A-Z0-9]{12,31})"', texts)
    return named[1] if named else ZONE


def side_by_side(work, items):
    with ThreadPoolExecutor(max_workers=max(1, len(items))) as pool:
        return list(pool.map(work, items))


class Deployment:
    """One account, filled one way."""

    def __init__(self, way):
        self.way, self.emulator = way, way.emulator
        way.prepare()
        self.emulator.client("route53").create_hosted_zone(Name=DOMAIN, CallerReference="before")
        self.office = neighbours.make(self.emulator.client)
        self.before = identities(existing(self.emulator.client))

    def deploy(self, build, given):
        given = {**self.office, **given}
        for wave in waves(build):
            side_by_side(lambda unit: self.deploy_unit(unit, given), wave)

    def deploy_unit(self, unit, given):
        started = time.monotonic()
        self.way.deploy(unit, given)
        print(f"    {unit.parent.name}: {unit.name} by {self.way.label} in {time.monotonic() - started:.0f} s", flush=True)

    def account(self):
        return Account(existing(self.emulator.client), self.before)

    def unchanged(self, build, given):
        given = {**self.office, **given}
        found = side_by_side(lambda unit: self.way.unchanged(unit, given), sum(waves(build), []))
        return [f"deployed again, {self.way.label} would change: {change}" for changes in found for change in changes]

    def destroy(self, build, given):
        """Deletes everything as its owner would, and says what stayed without being retained."""
        self.release()
        given = {**self.office, **given}
        retained = set()
        for wave in reversed(waves(build)):
            for unit in wave:
                retained |= self.way.retained(unit)
            side_by_side(lambda unit: self.way.destroy(unit, given), wave)
        left = [thing for thing in existing(self.emulator.client) if thing.identity not in self.before]
        unwanted = [thing for thing in left if not retained & {*thing.ids.values(), thing.identity[1].removeprefix("parameter ")}]
        return [f"{self.way.label} leaves behind: {thing.kind} {thing.hint} ({thing.ids['id']})" for thing in unwanted]

    def release(self):
        """What protects data is taken off first: deletion protection, and the objects in buckets."""
        elb, s3 = self.emulator.client("elbv2"), self.emulator.client("s3")
        off = [{"Key": "deletion_protection.enabled", "Value": "false"}]
        for balancer in elb.describe_load_balancers()["LoadBalancers"]:
            elb.modify_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"], Attributes=off)
        for bucket in s3.list_buckets()["Buckets"]:
            listed = s3.list_object_versions(Bucket=bucket["Name"])
            for each in listed.get("Versions", []) + listed.get("DeleteMarkers", []):
                s3.delete_object(Bucket=bucket["Name"], Key=each["Key"], VersionId=each["VersionId"])


class Proof:
    """Both deployments of one program, and the problems found so far."""

    def __init__(self, name, deployments):
        self.name, self.deployments, self.problems = name, deployments, []
        self.started = time.monotonic()
        self.say("emulators ready")

    def say(self, text):
        print(f"{self.name}: {text} after {time.monotonic() - self.started:.0f} s", flush=True)

    def both(self, work):
        """The same work in both accounts at once; its findings are problems."""
        for found in side_by_side(work, self.deployments):
            self.problems += found or []

    def read_back(self):
        accounts = side_by_side(lambda deployment: deployment.account(), self.deployments)
        self.problems += differences(*accounts, *(deployment.way.label for deployment in self.deployments))
        broken = [(deployment.way.label, contract.violations(account)) for deployment, account in zip(self.deployments, accounts)]
        for label, sentences in broken:
            self.problems += [f"{label}: {sentence}" for sentence in sentences]
        self.say(f"{len(accounts[0].things)} things compared")
        return accounts

    def run(self, build, given, update, update_given):
        # One after the other: a mistake shows within seconds in CloudFormation,
        # while Terraform would go on trying for minutes.
        for deployment in self.deployments:
            deployment.deploy(build, given)
        self.say("deployed both ways")
        before = self.read_back()
        self.both(lambda deployment: deployment.unchanged(build, given))
        self.say("deployed again without changes")
        last, last_given = build, given
        if update:
            last, last_given = update, {**given, **update_given}
            for deployment in self.deployments:
                deployment.deploy(last, last_given)
            self.say("updated")
            after = self.read_back()
            for deployment, old, new in zip(self.deployments, before, after):
                self.problems += [f"{deployment.way.label}: {sentence}" for sentence in replaced(old, new)]
            self.both(lambda deployment: deployment.unchanged(last, last_given))
        self.both(lambda deployment: deployment.destroy(last, last_given))
        self.say("deleted")
        return self.problems


def replaced(before, after):
    """What an update must not do: replace what holds state, or change nothing at all."""
    found = []
    for name, thing in before.named:
        if thing.kind in STATEFUL and after.physical.get(name) != before.physical[name]:
            found.append(f"the update replaced {name} ({before.physical[name]} is now {after.physical.get(name)})")
    if before.things == after.things:
        found.append("the update changed nothing that exists")
    return found


def prove(build, given, update, update_given):
    """Problems of one build, each a line or more.

    A deployment that fails is tried once more, from the start: what is wrong
    with a build fails again, and what a busy machine did to it does not.
    """
    try:
        return attempt(build, given, update, update_given)
    except Failed as failure:
        print(f"{build.name} is tried again, since it failed:\n{failure}", flush=True)
    try:
        return attempt(build, given, update, update_given)
    except Failed as failure:
        return [str(failure)]


def attempt(build, given, update, update_given):
    """The same, at emulators of its own; a deployment that says no ends it."""
    name = build.name
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="proof-")))
        about = region_of(build), zone_of(build)
        emulators = [Emulator(f"{name}-cloudformation", *about), Emulator(f"{name}-terraform", *about)]
        side_by_side(ends.enter_context, emulators)
        ways = [CloudFormation(emulators[0], folder), Terraform(emulators[1], folder)]
        side_by_side(ends.enter_context, ways)
        proof = Proof(name, side_by_side(Deployment, ways))
        try:
            return proof.run(build, given, update, update_given)
        except Failed as failure:
            said = [f"{emulator.label} said last:\n{emulator.said()}" for emulator in emulators]
            # The reason stands last: who shows a part of a long output shows its end.
            raise Failed("\n".join([*proof.problems, *said, str(failure)])) from failure
        except Exception:
            # A fault of the proof itself must not take the other builds' results with it.
            return proof.problems + [traceback.format_exc()]


def run(builds, given, updates, update_given):
    """Proves builds side by side: most of the time is Terraform's waiting."""
    if updates and len(updates) != len(builds):
        raise SystemExit("give one --update for each build, or none")
    pairs = list(zip(builds, updates or [None] * len(builds)))
    limit = int(os.environ.get("PROOFS_AT_ONCE", "4"))
    with ThreadPoolExecutor(max_workers=limit) as pool:
        found = list(pool.map(lambda pair: prove(pair[0], given, pair[1], update_given), pairs))
    # Problems stand last: who shows a part of a long output shows its end.
    for build, problems in sorted(zip(builds, found), key=lambda each: bool(each[1])):
        print(f"{build.name}: " + (f"{len(problems)} problems" if problems else "both ways are the same"))
        for problem in problems:
            print(f"  {problem}")
    return 1 if any(found) else 0


def deploy(build, way, given):
    """One way, to an emulator that stays up until the command is interrupted."""
    with tempfile.TemporaryDirectory(prefix="deploy-") as folder, Emulator(way, region_of(build), zone_of(build)) as emulator:
        chosen = {"cloudformation": CloudFormation, "terraform": Terraform}[way]
        with chosen(emulator, Path(folder)) as deployer:
            deployment = Deployment(deployer)
            deployment.deploy(build, given)
            for name, properties in deployment.account().things.items():
                print(name)
                for key, value in properties.items():
                    print(f"    {key}: {value}")
            print(f"{emulator.endpoint} holds all this until interrupted", flush=True)
            try:
                sys.stdin.read()
            except KeyboardInterrupt:
                pass
    return 0
