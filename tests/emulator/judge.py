"""What the vendors' own tools say about builds: cfn-lint, terraform and checkov.

Every finding is a problem, information included, but for the exceptions that
`checkov.yaml` justifies. Each tool starts once for all builds where it can.
"""

import json
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from . import mocks, surroundings
from .stacks import pick, template, template_file
from .terraform import Provider, module

EXCEPTIONS = Path(__file__).with_name("checkov.yaml")


def units(builds):
    found = [unit for build in builds for unit in sorted(build.iterdir()) if template_file(unit) or (unit / "main.tf.json").exists()]
    if not found:
        raise SystemExit("no units to judge")
    return found


def label(unit):
    return f"{unit.parent.name}/{unit.name}"


def cfn_lint(units, given):
    """One process for all templates; it exits with a number that says which levels it found."""
    files = {str(template_file(unit)): unit for unit in units if template_file(unit)}
    if not files:
        return []
    command = [surroundings.program("cfn-lint"), "--include-checks", "I", "--format", "json", "--template", *files]
    run = subprocess.run(command, env=surroundings.variables(), capture_output=True, text=True)
    try:
        found = json.loads(run.stdout or "[]")
    except json.JSONDecodeError:
        return [f"cfn-lint did not run: {run.stdout}{run.stderr}"]
    if run.returncode and not found:
        return [f"cfn-lint did not run: {run.stderr}"]
    return [
        f"{label(files[each['Filename']])}: cfn-lint {each['Rule']['Id']} at {'.'.join(map(str, each['Location']['Path'] or []))}: {each['Message']}"
        for each in found
    ]


def terraform(units, given):
    """Everything validated without a warning, planned and applied, with a mocked provider.

    `terraform test` begins with what `terraform validate` does, warnings
    included, so one command says it all; and with an attached provider it
    needs no `init` of its own.
    """
    units = [unit for unit in units if (unit / "main.tf.json").exists()]
    with tempfile.TemporaryDirectory(prefix="judge-") as folder, Provider() as provider:
        requirements = {json.dumps(module(unit).get("terraform", {}), sort_keys=True): unit for unit in units}
        problems = [line for unit in requirements.values() for line in initialised(Path(folder), unit)]
        with ThreadPoolExecutor(max_workers=2) as pool:
            found = pool.map(lambda unit: tested(provider, Path(folder), unit, given), units)
            return problems + [line for lines in found for line in lines]


def placed(folder, unit):
    place = folder / unit.parent.name / unit.name
    place.mkdir(parents=True, exist_ok=True)
    (place / "main.tf.json").write_text((unit / "main.tf.json").read_text())
    return place


def initialised(folder, unit):
    """Whether the requirements can be met; once for all units that have the same ones."""
    command = [
        surroundings.terraform(), f"-chdir={placed(folder / 'init', unit)}", "init", "-backend=false", "-no-color",
        f"-plugin-dir={surroundings.plugins()}",
    ]
    run = subprocess.run(command, env=surroundings.variables(), capture_output=True, text=True)
    return [f"{label(unit)}: terraform init: {run.stdout}{run.stderr}"] if run.returncode else []


def tested(provider, folder, unit, given):
    place, content = placed(folder, unit), module(unit)
    declared = content.get("variable", {})
    values = {name: pick(given, name) or mocks.variable(name) for name, about in declared.items() if "default" not in about}
    (place / "proof.tftest.json").write_text(mocks.test(content, values))
    run = provider.run(place, "test", "-no-color", allowed=(0, 1))
    # The mock cannot take down again what must not be destroyed; that is meant so.
    kept = run.stdout.count("Error:") == run.stdout.count("Error: Instance cannot be destroyed")
    passed = "1 passed, 0 failed" in run.stdout and (kept or not run.returncode)
    if passed and "Warning:" not in run.stdout:
        return []
    return [f"{label(unit)}: terraform: {run.stdout}{run.stderr}"]


def checkov(units, given):
    """One process for everything, over copies: it reads no module that says `required_version`."""
    with tempfile.TemporaryDirectory(prefix="checkov-") as folder:
        by_path = {}
        for unit in units:
            place = Path(folder) / unit.parent.name / unit.name
            place.mkdir(parents=True)
            by_path[f"/{place.relative_to(folder)}"] = unit
            if template_file(unit):
                (place / template_file(unit).name).write_text(template_file(unit).read_text())
            if (unit / "main.tf.json").exists():
                content = module(unit)
                content.get("terraform", {}).pop("required_version", None)
                content.pop("moved", None)  # nor one that says what was renamed
                (place / "main.tf.json").write_text(json.dumps(content))
        command = [
            surroundings.checkov(), "--directory", folder, "--framework", "cloudformation", "terraform_json",
            "--skip-download", "--compact", "--output", "json",
        ]
        run = subprocess.run(command, env=surroundings.variables(), capture_output=True, text=True)
    try:
        reports = json.loads(run.stdout)
    except json.JSONDecodeError:
        return [f"checkov did not run: {run.stdout[-2000:]}{run.stderr[-2000:]}"]
    reports = reports if isinstance(reports, list) else [reports]
    return list(findings(reports, by_path))


def findings(reports, by_path):
    exceptions = yaml.safe_load(EXCEPTIONS.read_text())
    scanned = {report["check_type"]: {} for report in reports if "check_type" in report}
    for report in reports:
        results = report.get("results", {})
        for each in results.get("parsing_errors", []):
            yield f"checkov cannot read {each}"
        for outcome in ("passed_checks", "failed_checks", "skipped_checks"):
            for each in results.get(outcome, []):
                unit = by_path[each["file_path"].rsplit("/", 1)[0]]
                scanned[report["check_type"]][unit] = True
                if outcome == "failed_checks" and not excepted(each, unit, exceptions):
                    yield f"{label(unit)}: checkov {each['check_id']} at {each['resource']} ({report['check_type']}): {each['check_name']}"
    for unit in by_path.values():
        for kind, file in (("cloudformation", template_file(unit)), ("terraform_json", unit / "main.tf.json")):
            if file and file.exists() and unit not in scanned.get(kind, {}):
                yield f"{label(unit)}: checkov found nothing to check in {file.name}"


def excepted(finding, unit, exceptions):
    return any(each["check"] == finding["check_id"] and CASES[each.get("when")](finding, unit) for each in exceptions)


def has_balancer(unit):
    return "AWS::ElasticLoadBalancingV2::LoadBalancer" in described(unit)


def has_rules(unit):
    return "AWS::ElasticLoadBalancingV2::ListenerRule" in described(unit)


def has_https(unit):
    return any(listener in described(unit) for listener in ('"Protocol": "HTTPS"', '"Protocol": "TLS"'))


def described(unit):
    """The template in one spelling. Both outputs say the same, which `verify` proves."""
    return json.dumps(template(unit)["Resources"]) if template_file(unit) else ""


CASES = {
    None: lambda finding, unit: True,
    "bucket": lambda finding, unit: "bucket" in finding["resource"].lower(),
    "without_https": lambda finding, unit: not has_https(unit),
    "containers": lambda finding, unit: "docker" in described(unit),
    "single_instance": lambda finding, unit: not has_balancer(unit) and not has_rules(unit),
    "shared_balancer": lambda finding, unit: not has_balancer(unit) and has_rules(unit),
}

JUDGES = {"cfn-lint": cfn_lint, "terraform": terraform, "checkov": checkov}


def run(builds, given, only):
    """Two judges at a time; the longest, terraform, starts first."""
    found = units(builds)

    def judged(name):
        started = time.monotonic()
        problems = JUDGES[name](found, given)
        print(f"{name}: {len(found)} units, {len(problems)} findings in {time.monotonic() - started:.0f} s", flush=True)
        return problems

    with ThreadPoolExecutor(max_workers=2) as pool:
        problems = [line for lines in pool.map(judged, only or ("terraform", "checkov", "cfn-lint")) for line in lines]
    for line in problems:
        print(f"  {line}")
    return 1 if problems else 0
