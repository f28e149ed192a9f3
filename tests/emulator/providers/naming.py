"""What others find things by: DNS records and SSM parameters."""

from . import Provider, gone_keys, known, only, provides


@provides("AWS::Route53::RecordSet")
class RecordSet(Provider):
    READ = ("Name", "Type", "TTL", "SetIdentifier", "Weight", "Failover", "HealthCheckId", "ResourceRecords", "AliasTarget")

    def zone(self, context, properties):
        if "HostedZoneId" in properties:
            return properties["HostedZoneId"]
        zones = context.call("route53", "list_hosted_zones_by_name", DNSName=properties["HostedZoneName"])["HostedZones"]
        return [zone for zone in zones if zone["Name"] == properties["HostedZoneName"]][0]["Id"].split("/")[-1]

    def change(self, context, properties, action):
        known(properties, *self.READ, "HostedZoneId", "HostedZoneName")
        record = only(properties, *self.READ)
        if "ResourceRecords" in record:
            record["ResourceRecords"] = [{"Value": str(value)} for value in record["ResourceRecords"]]
        if "AliasTarget" in record:
            record["AliasTarget"] = {"EvaluateTargetHealth": False, **record["AliasTarget"]}
        context.call(
            "route53", "change_resource_record_sets",
            HostedZoneId=self.zone(context, properties),
            ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
        )

    def create(self, context, properties):
        self.change(context, properties, "CREATE")
        return properties["Name"], {}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.change(context, properties, "UPSERT")

    def delete(self, context, physical_id, properties, attributes):
        self.change(context, properties, "DELETE")


@provides("AWS::SSM::Parameter")
class Parameter(Provider):
    READ = ("Type", "Value", "Description", "Tier", "AllowedPattern", "DataType")

    def put(self, context, name, properties, **overwrite):
        known(properties, *self.READ, "Name", "Tags")
        context.call("ssm", "put_parameter", Name=name, **overwrite, **only(properties, *self.READ))

    def create(self, context, properties):
        name = properties.get("Name") or context.name(512)
        self.put(context, name, properties)
        return name, only(properties, "Type", "Value")

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            self.put(context, physical_id, properties, Overwrite=True)
            attributes["Value"] = properties["Value"]
        where = {"ResourceType": "Parameter", "ResourceId": physical_id}
        # A map here, where every other type has a list of pairs.
        tags = [{"Key": key, "Value": value} for key, value in properties.get("Tags", {}).items()]
        was = [{"Key": key, "Value": value} for key, value in (old or {}).get("Tags", {}).items()]
        gone = gone_keys(was, tags)
        if gone:
            context.call("ssm", "remove_tags_from_resource", TagKeys=gone, **where)
        if tags:
            context.call("ssm", "add_tags_to_resource", Tags=tags, **where)

    def delete(self, context, physical_id, properties, attributes):
        context.call("ssm", "delete_parameter", Name=physical_id)
