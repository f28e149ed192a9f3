"""Runs the shell steps of an action of GitHub's, as the runner does.

    action.py ACTION [NAME=VALUE]...

Prints a JSON object a line for each step that ran: its name, exit code and
output. A step that fails is the last.
"""
import json
import os
import re
import subprocess
import sys

import yaml

ACTION, *GIVEN = sys.argv[1:]
with open(ACTION, encoding="utf-8") as file:
    action = yaml.safe_load(file)
given = dict(it.split("=", 1) for it in GIVEN)
inputs = {}
for name, described in action["inputs"].items():
    if described.get("required") and name not in given:
        sys.exit(f"the input {name} is required")
    inputs[name] = given.pop(name, described.get("default", ""))
if given:
    sys.exit(f"there is no input {', '.join(given)}")


def expanded(text):
    return re.sub(r"\$\{\{\s*inputs\.(\w+)\s*\}\}", lambda it: inputs[it[1]], str(text))


def holds(condition):
    name, value = re.fullmatch(r"inputs\.(\w+) == '(.*)'", condition).groups()
    return inputs[name] == value


for step in action["runs"]["steps"]:
    if "if" in step and not holds(step["if"]):
        continue
    assert step["shell"] == "bash", step
    assert "${{" not in step["run"], "an input in a script can be a script"
    environment = os.environ | {key: expanded(value) for key, value in step.get("env", {}).items()}
    # What the runner makes of `shell: bash`.
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
    run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(json.dumps({"name": step["name"], "status": run.returncode, "output": run.stdout}))
    if run.returncode:
        break
