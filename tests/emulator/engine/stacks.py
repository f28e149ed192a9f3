"""Stacks and change sets: creation, update, rollback and deletion."""

import contextlib
import sys
import threading
import traceback

from moto.cloudformation import models, parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import ServiceException

from ..providers import PROVIDERS, Context
from .template import create_only, order, references, retained, retained_when_replaced

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def say(text):
    print(f"cloudformation: {text}", file=sys.stderr, flush=True)


def tell(resources, logical_id, resource_type, status, reason=None):
    """Adds an event of a resource to the stack that `resources` are of."""
    stack_id = resources["AWS::StackId"]
    backend = models.cloudformation_backends[resources["AWS::AccountId"]][resources["AWS::Region"]]
    stack = backend.stacks.get(stack_id) or backend.deleted_stacks.get(stack_id)
    if stack is None:
        return
    event = models.Event(
        stack_id=stack_id, stack_name=stack.name, logical_resource_id=logical_id, physical_resource_id="",
        resource_type=resource_type, resource_status=status, resource_status_reason=reason, resource_properties=None,
    )
    stack.events.append(event)


@contextlib.contextmanager
def told(resources, logical_id, resource_type, verb):
    """Tells that a resource is being changed, and how that ended."""
    tell(resources, logical_id, resource_type, f"{verb}_IN_PROGRESS")
    try:
        yield
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        say(f"{logical_id} ({resource_type}): {verb} failed: {why}")
        tell(resources, logical_id, resource_type, f"{verb}_FAILED", why)
        raise Failed(logical_id, verb) from error
    tell(resources, logical_id, resource_type, f"{verb}_COMPLETE")


class Failed(Exception):
    """A resource could not be made, changed or deleted."""

    def __init__(self, logical_id, verb):
        super().__init__(f"The following resource(s) failed to {verb.lower()}: [{logical_id}].")


class Made:
    """A resource of a stack, as moto's front end wants to see it."""

    def __init__(self, resource_type, context, physical_id, attributes, properties):
        self.type = self.cf_resource_type = resource_type
        self.logical_resource_id = context.logical_id
        self.physical_resource_id = physical_id
        self.context, self.attributes, self.properties = context, attributes, properties

    def get_cfn_attribute(self, name):
        if name not in self.attributes:
            raise UnformattedGetAttTemplateException()
        return self.attributes[name]

    def is_created(self):
        return True

    def change(self, properties, resources):
        provider = PROVIDERS[self.type]
        with told(resources, self.logical_resource_id, self.type, "UPDATE"):
            provider.apply(self.context, self.physical_resource_id, properties, self.attributes, self.properties)
        self.properties = properties

    def remove(self, resources):
        with told(resources, self.logical_resource_id, self.type, "DELETE"):
            self.delete()

    def delete(self, account_id=None, region_name=None):
        PROVIDERS[self.type].delete(self.context, self.physical_resource_id, self.properties, self.attributes)


def install(endpoint):
    resource_map(endpoint)
    change_sets()
    failures()


def live(resources):
    """The template's resources without those whose condition is false."""
    return {
        logical_id: resource
        for logical_id, resource in resources._resource_json_map.items()
        if not resource.get("Condition") or resources.lazy_condition_map[resource["Condition"]]
    }


def resource_map(endpoint):
    """What a stack does with its resources."""
    ResourceMap = parsing.ResourceMap

    def make(logical_id, resource, resources, account_id, region_name):
        condition = resource.get("Condition")
        if condition and not resources.lazy_condition_map[condition]:
            return None
        resource_type = resource["Type"]
        if resource_type not in PROVIDERS:
            raise parsing.ValidationError(message=f"the emulator has no provider for {resource_type} ({logical_id})")
        properties = parsing.clean_json(resource.get("Properties", {}), resources)
        context = Context(endpoint, region_name, resources["AWS::StackName"], logical_id)
        provider = PROVIDERS[resource_type]
        with told(resources, logical_id, resource_type, "CREATE"):
            physical_id, attributes = provider.create(context, properties)
            provider.apply(context, physical_id, properties, attributes, None)
        return Made(resource_type, context, physical_id, attributes, properties)

    def create(self, template):
        self._template, self._resource_json_map = template, template["Resources"]
        self._parsed_resources.setdefault("AWS::NotificationARNs", [])
        for logical_id in order(live(self)):
            self[logical_id]
        return True

    def update(self, template, parameters=None):
        before = {key: made for key, made in self._parsed_resources.items() if isinstance(made, Made)}
        old_template = self._resource_json_map
        self._template, self._resource_json_map = template, template["Resources"]
        if parameters:
            self.input_parameters = parameters
        self._parsed_resources.setdefault("AWS::NotificationARNs", [])
        self.load_mapping()
        self.load_parameters()
        self.load_conditions()
        now = live(self)
        outdated, replaced = [], []
        try:
            for logical_id in order(now):
                resource, made = now[logical_id], before.get(logical_id)
                if made is None:
                    self._parsed_resources.pop(logical_id, None)
                    self[logical_id]
                    continue
                properties = parsing.clean_json(resource.get("Properties", {}), self)
                keys = set(properties) | set(made.properties)
                changed = {key for key in keys if properties.get(key) != made.properties.get(key)}
                if made.type != resource["Type"] or changed & create_only(resource["Type"]):
                    say(f"{logical_id} is replaced because of {sorted(changed)}")
                    replaced.append(self._parsed_resources.pop(logical_id))
                    self[logical_id]
                    if not retained_when_replaced(old_template[logical_id]):
                        outdated.append(made)
                elif changed:
                    made.change(properties, self)
        except Failed:
            # What was replaced is still there, and takes its place again.
            for made in reversed(replaced):
                new = self._parsed_resources.pop(made.logical_resource_id, None)
                self._parsed_resources[made.logical_resource_id] = made
                if isinstance(new, Made):
                    new.remove(self)
            raise
        for logical_id, made in before.items():
            if logical_id not in now:
                self._parsed_resources.pop(logical_id, None)
                if not retained(old_template[logical_id]):
                    outdated.append(made)
        old_order = order(old_template)
        for made in sorted(outdated, key=lambda made: -old_order.index(made.logical_resource_id)):
            made.remove(self)

    def delete(self, when_created=False):
        errors = []
        for logical_id in reversed(order(self._resource_json_map)):
            made = self._parsed_resources.get(logical_id)
            if not isinstance(made, Made) or retained(self._resource_json_map[logical_id], when_created):
                continue
            try:
                made.remove(self)
                self._parsed_resources.pop(logical_id)
            except Exception as error:
                errors.append(f"{logical_id}: {error}")
        if errors:
            raise parsing.ValidationError(message="; ".join(errors))

    moto_parameter = ResourceMap.parse_ssm_parameter

    def parse_ssm_parameter(self, value, value_type):
        # UsePreviousValue hands over what the parameter's name resolved to
        # before; CloudFormation keeps the name and reads it again.
        names = self.__dict__.setdefault("_parameter_names", {})
        name = names.get(str(value), value)
        resolved = moto_parameter(self, name, value_type)
        names[str(resolved)] = name
        return resolved

    def iterate(self):
        # moto would make what a false condition left out.
        return iter([key for key in self._resource_json_map if self._parsed_resources.get(key) is not None])

    parsing.parse_and_create_resource = make
    ResourceMap.create = create
    ResourceMap.creation_complete = lambda self: True
    ResourceMap.update = update
    ResourceMap.delete = delete
    ResourceMap.parse_ssm_parameter = parse_ssm_parameter
    ResourceMap.validate_outputs = lambda self: None
    ResourceMap.__iter__ = iterate


def change_sets():
    """Change sets that know their changes, and keep a stack's outputs in step."""

    def apply(self):
        stack = self.stack
        stack.resource_map.update(self.template_dict, self.parameters)
        stack.template = self.template
        stack._parse_template()
        stack.parameters = self.parameters
        stack.output_map = stack._create_output_map()
        stack.description = stack.template_dict.get("Description")

    def diff(self):
        resources = self.stack.resource_map
        old, new = resources._resource_json_map, self.template_dict["Resources"]
        given = {name for name, value in self.parameters.items() if str(resources.resolved_parameters.get(name)) != str(value)}
        added = [models.Change("Add", key, new[key]["Type"]) for key in new if key not in old]
        modified = [
            models.Change("Modify", key, new[key]["Type"])
            for key in new
            if key in old and (new[key] != old[key] or given & set(references(new[key].get("Properties", {}))))
        ]
        return added + modified + [models.Change("Remove", key, old[key]["Type"]) for key in old if key not in new]

    moto_create = models.CloudFormationBackend.create_change_set

    def create_change_set(self, *arguments, **named):
        ids = moto_create(self, *arguments, **named)
        change_set = self.change_sets[ids[0]]
        if change_set.change_set_type == "UPDATE":
            same_outputs = change_set.stack.template_dict.get("Outputs") == change_set.template_dict.get("Outputs")
            if not change_set.changes and same_outputs:
                change_set.status, change_set.execution_status = "FAILED", "UNAVAILABLE"
                change_set.status_reason = NO_CHANGES
            else:
                change_set.status, change_set.execution_status = "CREATE_COMPLETE", "AVAILABLE"
                change_set.status_reason = None
        return ids

    moto_respond = CloudFormationResponse.create_change_set

    def respond(self):
        # An empty change set is a failed change set, not an error of the call;
        # and without a type it updates a stack that is there.
        self._validate_different_update = lambda *_: None
        get = self._get_param

        def get_param(name, default=None):
            if name == "ChangeSetType":
                stacks = self.cloudformation_backend.stacks.values()
                if any(stack.name == get("StackName") and stack.status != "REVIEW_IN_PROGRESS" for stack in stacks):
                    default = "UPDATE"
            return get(name, default)

        self._get_param = get_param
        if get("ImportExistingResources") in (True, "true"):
            Context.IMPORTING.add(get("StackName"))
        return moto_respond(self)

    moto_describe = models.CloudFormationBackend.describe_change_set

    def describe_change_set(self, change_set_name):
        known = self.change_sets.values()
        if change_set_name not in self.change_sets and all(it.change_set_name != change_set_name for it in known):
            raise NotFound(change_set_name)
        return moto_describe(self, change_set_name)

    moto_list = CloudFormationResponse.list_change_sets

    def list_change_sets(self):
        # Those of the stack that was asked for.
        asked, result = self._get_param("StackName"), moto_list(self)
        found = result.result["Summaries"]
        result.result["Summaries"] = [it for it in found if asked in (it.stack_name, it.stack_id)]
        return result

    CloudFormationResponse.list_change_sets = list_change_sets
    models.CloudFormationBackend.describe_change_set = describe_change_set
    models.ChangeSet.apply = apply
    models.ChangeSet.diff = diff
    models.CloudFormationBackend.create_change_set = create_change_set
    CloudFormationResponse.create_change_set = respond


def failures():
    """A failure is a stack that says why and is rolled back; executions take their time."""

    def rolled_back(stack, why, verb, before):
        """Undoes what was done; `before` is the template and parameters of an update's stack."""
        prefix = "" if verb == "CREATE" else "UPDATE_"
        stack.status = f"{prefix}ROLLBACK_IN_PROGRESS"
        stack._add_stack_event(stack.status, resource_status_reason=f"{why} Rollback requested by user.")
        end = "COMPLETE"
        try:
            if verb == "CREATE":
                stack.resource_map.delete(when_created=True)
            else:
                stack.resource_map.update(*before)
        except Exception as error:
            say(f"rollback: {error}")
            end = "FAILED"
        status = f"{prefix}ROLLBACK_{end}"
        stack._add_stack_event(status)
        stack.status, stack.stack_status_reason = status, why

    def reason(error):
        traceback.print_exc()
        return getattr(error, "description", None) or str(error)

    Backend = models.CloudFormationBackend
    moto_execute, moto_create = Backend.execute_change_set, models.Stack.create_resources

    def carry_out(self, change_set, stack_name):
        stack = self.stacks[change_set.stack_id]
        before = stack.template_dict, stack.parameters
        try:
            moto_execute(self, change_set.change_set_id, stack_name)
        except Exception as error:
            change_set.execution_status = "EXECUTE_FAILED"
            rolled_back(stack, reason(error), change_set.change_set_type, before)

    def execute_change_set(self, change_set_name, stack_name=None):
        change_set = self.describe_change_set(change_set_name)
        if change_set.execution_status != "AVAILABLE":
            raise NotAvailable(change_set.change_set_name, change_set.execution_status)
        stack = self.stacks[change_set.stack_id]
        change_set.execution_status = "EXECUTE_IN_PROGRESS"
        stack.status = f"{change_set.change_set_type}_IN_PROGRESS"
        # The others were made for what the stack was before.
        for key, other in list(self.change_sets.items()):
            if other is not change_set and other.stack_id == change_set.stack_id:
                del self.change_sets[key]
        threading.Thread(target=carry_out, args=(self, change_set, stack_name)).start()

    def create_resources(self):
        try:
            moto_create(self)
        except Exception as error:
            rolled_back(self, reason(error), "CREATE", None)

    Backend.execute_change_set = execute_change_set
    models.Stack.create_resources = create_resources


class NotAvailable(ServiceException):
    code = "InvalidChangeSetStatus"

    def __init__(self, name, status):
        super().__init__(f"ChangeSet [{name}] cannot be executed in its current execution status of [{status}]")


class NotFound(ServiceException):
    code = "ChangeSetNotFound"

    def __init__(self, name):
        super().__init__(f"ChangeSet [{name}] does not exist")
