"""Intrinsic functions that moto resolves wrongly or not at all."""

import ipaddress
import re

from moto.cloudformation import parsing

from .. import aws


def install(endpoint):
    moto_resolve = parsing.clean_json

    def zones(region):
        answer = aws.client("ec2", endpoint, region).describe_availability_zones()
        return [zone["ZoneName"] for zone in answer["AvailabilityZones"]]

    def cidr(block, count, bits=8):
        network = ipaddress.ip_network(block)
        subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
        return [str(subnet) for subnet, _ in zip(subnets, range(int(count)))]

    def substitute(template, resources):
        text, bound = template if isinstance(template, list) else (template, {})
        bound = {name: resolve(value, resources) for name, value in bound.items()}

        def value(match):
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in bound:
                return str(bound[name])
            node = {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name}
            found = resolve(node, resources)
            if found is None:
                raise parsing.ValidationError(message=f"Fn::Sub speaks of {name}, which is not there")
            return str(found)

        return re.sub(r"\$\{([^}]*)\}", value, text)

    def resolve(node, resources):
        if isinstance(node, list):
            # moto keeps AWS::NoValue as null.
            resolved = (resolve(value, resources) for value in node)
            return [value for value in resolved if value is not None]
        if isinstance(node, dict):
            attribute = node.get("Fn::GetAtt")
            if isinstance(attribute, str):
                node = {"Fn::GetAtt": attribute.split(".", 1)}
            elif attribute and len(attribute) > 2:
                node = {"Fn::GetAtt": [attribute[0], ".".join(attribute[1:])]}
            if "Fn::GetAZs" in node:
                # moto takes no reference in here, and us-east-1 for "".
                return zones(resolve(node["Fn::GetAZs"], resources) or resources["AWS::Region"])
            if "Fn::Sub" in node:
                # moto reads what it substituted once more, and undoes some escapes only.
                return substitute(node["Fn::Sub"], resources)
            if "Fn::Cidr" in node:
                return cidr(*resolve(node["Fn::Cidr"], resources))
            if "Fn::Select" in node:
                index, values = node["Fn::Select"]
                return resolve(values, resources)[int(resolve(index, resources))]
        return moto_resolve(node, resources)

    parsing.clean_json = resolve
