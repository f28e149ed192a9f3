"""Two accounts, thing by thing and property by property."""

import difflib


def differences(left, right, left_label, right_label):
    """Readable lines, one per difference; none when both mean the same."""
    lines = []
    for name in left.things:
        if name not in right.things:
            lines.append(f"{name}: only {left_label} makes it")
            lines += [f"    {line}" for line in flat(left.things[name])]
    for name in right.things:
        if name not in left.things:
            lines.append(f"{name}: only {right_label} makes it")
            lines += [f"    {line}" for line in flat(right.things[name])]
    for name, properties in left.things.items():
        if name in right.things:
            lines += unequal(name, properties, right.things[name], left_label, right_label)
    return lines


def unequal(path, left, right, left_label, right_label):
    if left == right:
        return []
    if isinstance(left, dict) and isinstance(right, dict):
        found = []
        for key in sorted(set(left) | set(right)):
            found += unequal(f"{path}: {key}" if ": " not in path else f"{path}.{key}", left.get(key), right.get(key), left_label, right_label)
        return found
    if isinstance(left, list) and isinstance(right, list):
        only_left = [value for value in left if value not in right]
        only_right = [value for value in right if value not in left]
        return [f"{path}:", *(f"    {left_label} only: {value}" for value in only_left), *(f"    {right_label} only: {value}" for value in only_right)]
    if isinstance(left, str) and isinstance(right, str) and "\n" in left + right:
        script = difflib.unified_diff(left.splitlines(), right.splitlines(), left_label, right_label, lineterm="", n=1)
        return [f"{path}:", *(f"    {line}" for line in script)]
    return [f"{path}: {left_label} {shown(left)}, {right_label} {shown(right)}"]


def shown(value):
    return "has none" if value is None else f"has {value!r}"


def flat(properties):
    return [f"{key} = {str(value)[:160]}" for key, value in properties.items()]
