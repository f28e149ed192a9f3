"""What a template says about its resources: references, order, retention."""

import functools
import re


def references(node):
    """Every logical id or parameter that `node` mentions."""
    if isinstance(node, dict):
        if isinstance(node.get("Ref"), str):
            yield node["Ref"]
        attribute = node.get("Fn::GetAtt")
        if attribute:
            yield (attribute if isinstance(attribute, list) else attribute.split("."))[0]
        text = node.get("Fn::Sub")
        if text:
            text = text[0] if isinstance(text, list) else text
            yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}][^}]*)\}", text))
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def order(resources):
    """Logical ids, each after what it needs."""
    done, path = {}, []

    def visit(logical_id):
        if logical_id in done or logical_id not in resources:
            return
        if logical_id in path:
            circle = path[path.index(logical_id):] + [logical_id]
            raise ValueError("Circular dependency between resources: " + ", ".join(circle))
        path.append(logical_id)
        resource = resources[logical_id]
        explicit = resource.get("DependsOn", [])
        for needed in [explicit] if isinstance(explicit, str) else explicit:
            visit(needed)
        for needed in references(resource.get("Properties", {})):
            visit(needed)
        path.pop()
        done[logical_id] = True

    for logical_id in resources:
        visit(logical_id)
    return list(done)


def retained(resource, when_created=False):
    """Whether the resource outlives its stack, or a creation that failed."""
    policy = resource.get("DeletionPolicy")
    return policy == "Retain" or policy == "RetainExceptOnCreate" and not when_created


def retained_when_replaced(resource):
    return resource.get("UpdateReplacePolicy") == "Retain"


@functools.lru_cache(maxsize=None)
def create_only(resource_type):
    """Properties whose change replaces the resource, from AWS's own schemas."""
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type).schema
    paths = (path.split("/") for path in schema.get("createOnlyProperties", []))
    return {path[2] for path in paths if len(path) >= 3}
