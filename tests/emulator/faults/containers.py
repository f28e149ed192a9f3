"""Services of ECS: what moto forgets of them, and the provider cannot do without."""

from moto.ecs import models
from moto.ecs.responses import EC2ContainerServiceResponse


def mend():
    services()
    memory()


# What a service keeps, by the API's name; moto reads none of it.
KEPT = {
    "deploymentConfiguration": "deployment_configuration",
    "enableECSManagedTags": "enable_ecs_managed_tags",
}


def services():
    """How a service is deployed and tagged is dropped; the provider, which reads it back, ends with a crash.

    Nothing runs here, so a service is steady at once.
    """

    def keeping(moto_call):
        def call(self):
            answer = moto_call(self)
            name = self._get_param("serviceName") or self._get_param("service")
            for service in self.ecs_backend.services.values():
                if name not in (service.name, service.arn):
                    continue
                # An empty structure instead of none.
                service.network_configuration = service.network_configuration or None
                service.availability_zone_rebalancing = "DISABLED"
                for parameter, attribute in KEPT.items():
                    value = self._get_param(parameter)
                    if value is not None:
                        setattr(service, attribute, value)
                # Of a daemon the API knows this one number, and the provider sends none.
                if service.scheduling_strategy == "DAEMON" and service.deployment_configuration:
                    service.deployment_configuration.setdefault("maximumPercent", 100)
            return answer

        return call

    for operation in ("create_service", "update_service"):
        setattr(EC2ContainerServiceResponse, operation, keeping(getattr(EC2ContainerServiceResponse, operation)))
    for attribute in KEPT.values():
        setattr(models.Service, attribute, None)


def memory():
    """A container on instances may have memory kept for it and no limit; moto asks for one, which its message does not say."""
    moto_check = models.EC2ContainerServiceBackend._validate_container_defs

    def check(memory, container_definitions, requires_compatibilities):
        moto_check(memory, container_definitions, None)

    models.EC2ContainerServiceBackend._validate_container_defs = staticmethod(check)
