#!/usr/bin/env python3
"""Writes the vendors' names of what `src/resource` uses: run it after adding a kind.

    target/venv/proof/bin/python tests/schemas/extract.py FOLDER

FOLDER is a Terraform module, such as one of a build, after `terraform init`:
Terraform's names come from its provider, CloudFormation's from cfn-lint.
Names only; what they mean stays with the vendors.

Modules work with the versions 5 and 6 of the AWS provider. The names are those
of version 5 that version 6 still knows.
"""

import importlib
import importlib.metadata
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
RESOURCES = HERE.parent.parent / "src/resource"
REGION = "us_east_1"

# Names that version 6 of the provider took away, of the kinds used here. Source:
# the provider's version 6 upgrade guide.
REMOVED = {
    "aws_ecs_task_definition": ["inference_accelerator"],
    "aws_eip": ["vpc"],
    "aws_flow_log": ["log_group_name"],
    "aws_launch_template": ["elastic_gpu_specifications", "elastic_inference_accelerator"],
    # There it is an argument, the region to make the bucket in.
    "aws_s3_bucket": ["region"],
}


def used(pattern):
    """The types that lowerings name, wherever in a kind's file they stand."""
    texts = (path.read_text() for path in sorted(RESOURCES.glob("*.rs")))
    return sorted({name for text in texts for name in re.findall(pattern, text)})


def cloudformation():
    import cfnlint

    schemas = Path(cfnlint.__file__).parent / "data/schemas/resources"
    files = importlib.import_module(f"cfnlint.data.schemas.providers.{REGION}").types
    resources = {}
    for name in used(r'"(AWS::\w+::\w+)"'):
        schema = json.loads((schemas / f"{files[name]}.json").read_text())
        read_only = [path.removeprefix("/properties/").replace("/", ".") for path in schema.get("readOnlyProperties", [])]
        resources[name] = {"properties": properties(schema, schema, ()), "attributes": sorted(read_only)}
    return {"source": f"cfn-lint {importlib.metadata.version('cfn-lint')}", "date": date.today().isoformat(), "resources": resources}


def properties(schema, root, above):
    """The names below a schema, or null where AWS takes anything."""
    if reference := schema.get("$ref"):
        if reference in above:
            return None
        definition = root
        for step in reference.removeprefix("#/").split("/"):
            definition = definition[step]
        return properties(definition, root, (*above, reference))
    if "items" in schema:
        return properties(schema["items"], root, above)
    names = dict(schema.get("properties", {}))
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        below = properties(choice, root, above)
        names |= {name: None for name in below or {} if name not in names}
    return {name: below and properties(below, root, above) for name, below in sorted(names.items())} or None


def terraform(folder):
    def answer(*command):
        return json.loads(subprocess.run(["terraform", *command, "-json"], cwd=folder, check=True, capture_output=True).stdout)

    address = "registry.terraform.io/hashicorp/aws"
    version = answer("version")["provider_selections"][address]
    provider = answer("providers", "schema")["provider_schemas"][address]
    known = provider["resource_schemas"]
    data = provider["data_source_schemas"]
    return {
        "source": f"hashicorp/aws {version}",
        "date": date.today().isoformat(),
        "resources": {name: kept(name, block(known[name]["block"])) for name in used(r'"(aws_\w+)"') if name in known},
        "data": {name: block(data[name]["block"]) for name in used(r'tf::data\("(aws_\w+)"\)')},
    }


def block(schema):
    names = {name: None for name in schema.get("attributes", {})}
    names |= {name: block(below["block"]) for name, below in schema.get("block_types", {}).items()}
    return dict(sorted(names.items()))


def kept(ty, names):
    """Without what version 6 removed; what version 5 no longer has is a mistake in the list."""
    for name in REMOVED.get(ty, ()):
        del names[name]
    return names


def write(name, extract):
    path = HERE / f"{name}.json"
    path.write_text(json.dumps(extract, indent=1, sort_keys=True, separators=(",", ":")) + "\n")
    print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write("cloudformation", cloudformation())
    write("terraform", terraform(sys.argv[1]))
