"""SSM parameters and DNS records."""

from .thing import Thing, pages, tags, without


def read(client):
    ssm = client("ssm")
    for parameter in pages(ssm, "describe_parameters", "Parameters"):
        name = parameter["Name"]
        if name.startswith("/aws/"):
            continue
        value = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        found = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        properties = {
            "Name": name,
            "Type": parameter["Type"],
            # A list compares as a set: subnets come in the order of their ids.
            "Value": sorted(value.split(",")) if parameter["Type"] == "StringList" else value,
            "Description": parameter.get("Description"),
            "Tier": parameter.get("Tier"),
            "Tags": tags(found),
        }
        yield Thing("parameter", name, {"id": f"parameter {name}"}, properties)
    route53 = client("route53")
    for zone in pages(route53, "list_hosted_zones", "HostedZones"):
        zone_id = zone["Id"].split("/")[-1]
        yield Thing("zone", zone["Name"], {"id": zone_id}, {"Name": zone["Name"]})
        for record in pages(route53, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone_id):
            if record["Type"] in ("NS", "SOA"):
                continue
            hint = f"{record['Name']} {record['Type']}"
            yield Thing("record", hint, {"id": f"{zone_id} {hint}"}, record_of(record))


def record_of(record):
    """Values as a set; a balancer's name with or without the prefix that AWS's console adds."""
    values = sorted(each["Value"] for each in record.get("ResourceRecords", []))
    alias = dict(record.get("AliasTarget", {}))
    if alias:
        alias["DNSName"] = alias["DNSName"].rstrip(".").removeprefix("dualstack.")
    return {**without(record, "ResourceRecords", "AliasTarget"), "Values": values, "Alias": alias}
