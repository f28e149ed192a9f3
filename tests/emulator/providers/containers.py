"""ECS: clusters, their instances, tasks and services."""

from . import Provider, known, only, provides


#: What CloudFormation spells in its own way.
ODD = {"EFSVolumeConfiguration": "efsVolumeConfiguration", "FilesystemId": "fileSystemId", "IAM": "iam"}

#: What has names of the user's own for keys.
NAMED = ("Options", "DockerLabels", "DriverOpts", "Labels")


def small(value):
    """CloudFormation's keys as the API of ECS spells them: with a small first letter, but for names of options and labels."""
    if isinstance(value, dict):
        return {
            ODD.get(key) or key[0].lower() + key[1:]: each if key in NAMED else small(each)
            for key, each in value.items()
        }
    return [small(each) for each in value] if isinstance(value, list) else value


@provides("AWS::ECS::Cluster")
class Cluster(Provider):
    def create(self, context, properties):
        known(properties, "ClusterName", "ClusterSettings", "Tags")
        cluster = context.call(
            "ecs", "create_cluster",
            clusterName=properties.get("ClusterName") or context.name(255),
            settings=small(properties.get("ClusterSettings", [])),
            tags=small(properties.get("Tags", [])),
        )["cluster"]
        return cluster["clusterName"], {"Arn": cluster["clusterArn"]}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ecs", "delete_cluster", cluster=physical_id)


@provides("AWS::ECS::CapacityProvider")
class CapacityProvider(Provider):
    def create(self, context, properties):
        known(properties, "Name", "AutoScalingGroupProvider", "Tags")
        name = properties.get("Name") or context.name(255)
        context.call(
            "ecs", "create_capacity_provider",
            name=name,
            autoScalingGroupProvider=small(properties["AutoScalingGroupProvider"]),
            tags=small(properties.get("Tags", [])),
        )
        return name, {}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ecs", "delete_capacity_provider", capacityProvider=physical_id)


@provides("AWS::ECS::ClusterCapacityProviderAssociations")
class Association(Provider):
    def put(self, context, cluster, providers, strategy):
        context.call(
            "ecs", "put_cluster_capacity_providers",
            cluster=cluster, capacityProviders=providers, defaultCapacityProviderStrategy=small(strategy),
        )

    def create(self, context, properties):
        known(properties, "Cluster", "CapacityProviders", "DefaultCapacityProviderStrategy")
        return properties["Cluster"], {}

    def apply(self, context, physical_id, properties, attributes, old):
        self.put(
            context, physical_id, properties["CapacityProviders"], properties["DefaultCapacityProviderStrategy"],
        )

    def delete(self, context, physical_id, properties, attributes):
        self.put(context, physical_id, [], [])


@provides("AWS::ECS::TaskDefinition")
class TaskDefinition(Provider):
    def create(self, context, properties):
        known(
            properties, "Family", "NetworkMode", "RequiresCompatibilities", "ExecutionRoleArn", "TaskRoleArn",
            "ContainerDefinitions", "Volumes", "Tags",
        )
        definition = context.call("ecs", "register_task_definition", **small(properties))["taskDefinition"]
        arn = definition["taskDefinitionArn"]
        return arn, {"TaskDefinitionArn": arn}

    def delete(self, context, physical_id, properties, attributes):
        context.call("ecs", "deregister_task_definition", taskDefinition=physical_id)


@provides("AWS::ECS::Service")
class Service(Provider):
    def create(self, context, properties):
        known(
            properties, "ServiceName", "Cluster", "TaskDefinition", "LaunchType", "SchedulingStrategy",
            "LoadBalancers", "DeploymentConfiguration", "EnableECSManagedTags", "PropagateTags", "Tags",
        )
        name = properties.get("ServiceName") or context.name(255)
        settings = {key: value for key, value in properties.items() if key not in ("ServiceName", "EnableECSManagedTags")}
        service = context.call(
            "ecs", "create_service",
            serviceName=name, **small(settings), **only(properties, EnableECSManagedTags="enableECSManagedTags"),
        )["service"]
        return service["serviceArn"], {"ServiceArn": service["serviceArn"], "Name": name}

    def apply(self, context, physical_id, properties, attributes, old):
        if old is not None:
            context.call(
                "ecs", "update_service",
                cluster=properties["Cluster"], service=attributes["Name"],
                **small(only(properties, "TaskDefinition", "DeploymentConfiguration", "LoadBalancers")),
            )

    def delete(self, context, physical_id, properties, attributes):
        context.call("ecs", "delete_service", cluster=properties["Cluster"], service=attributes["Name"], force=True)
