"""ECS: clusters, their instances, tasks and services."""

from .thing import Thing, pages, tags, without

# What a program leaves out, and the API gives back all the same.
EMPTY = ("systemControls", "environment", "mountPoints", "volumesFrom", "portMappings", "links", "command", "secrets")


def read(client):
    ecs = client("ecs")
    yield from clusters(ecs)
    yield from capacity_providers(ecs)
    yield from tasks(ecs)
    yield from services(ecs)


def live(ecs):
    """The clusters that are there; what is deleted stays visible for a while, inactive."""
    arns = pages(ecs, "list_clusters", "clusterArns")
    found = ecs.describe_clusters(clusters=arns, include=["SETTINGS", "TAGS"])["clusters"] if arns else []
    return [cluster for cluster in found if cluster["status"] == "ACTIVE"]


def clusters(ecs):
    for cluster in live(ecs):
        properties = {
            "Settings": cluster.get("settings"),
            "CapacityProviders": cluster.get("capacityProviders"),
            "Tags": tags(cluster.get("tags")),
        }
        name = properties["Tags"].get("Name", "")
        yield Thing("ecs cluster", f"of {name}", {"id": cluster["clusterArn"], "name": cluster["clusterName"]}, properties)


def capacity_providers(ecs):
    # The emulator shows those alone that it is asked for by name.
    names = [name for cluster in live(ecs) for name in cluster.get("capacityProviders") or []]
    for provider in ecs.describe_capacity_providers(capacityProviders=names)["capacityProviders"]:
        properties = {
            "Group": provider["autoScalingGroupProvider"],
            "Tags": tags(provider.get("tags")),
        }
        name = properties["Tags"].get("Name", "")
        ids = {"id": provider["capacityProviderArn"], "name": provider["name"]}
        yield Thing("capacity provider", f"of {name}", ids, properties)


def tasks(ecs):
    for arn in pages(ecs, "list_task_definitions", "taskDefinitionArns"):
        answer = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
        task = answer["taskDefinition"]
        noise = (
            "taskDefinitionArn", "family", "revision", "registeredAt", "requiresAttributes", "compatibilities",
            "placementConstraints", "containerDefinitions",
        )
        containers = [
            {key: value for key, value in container.items() if value or key not in EMPTY}
            for container in task["containerDefinitions"]
        ]
        for volume in task.get("volumes", []):
            # No is what the API takes a missing value for.
            if volume.get("configuredAtLaunch") is False:
                del volume["configuredAtLaunch"]
        properties = {**without(task, *noise), "Containers": containers, "Tags": tags(answer.get("tags"))}
        name = properties["Tags"].get("Name", "")
        yield Thing("task definition", f"of {name}", {"id": arn, "name": task["family"]}, properties)


def services(ecs):
    for cluster in (each["clusterArn"] for each in live(ecs)):
        for arn in pages(ecs, "list_services", "serviceArns", cluster=cluster):
            service = ecs.describe_services(cluster=cluster, services=[arn], include=["TAGS"])["services"][0]
            if service["status"] != "ACTIVE":
                continue
            wanted = (
                "clusterArn", "taskDefinition", "launchType", "schedulingStrategy", "loadBalancers",
                "deploymentConfiguration", "enableECSManagedTags", "propagateTags", "status",
            )
            properties = {key: service.get(key) for key in wanted}
            properties["Tags"] = tags(service.get("tags"))
            name = properties["Tags"].get("Name", "")
            yield Thing("ecs service", f"of {name}", {"id": arn, "name": service["serviceName"]}, properties)
