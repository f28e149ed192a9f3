"""Security-group rules and launch templates."""

from moto.ec2.models import launch_templates, security_groups
from moto.ec2.responses.launch_templates import LaunchTemplates


def mend():
    descriptions()
    template_tags()
    user_data()


def descriptions():
    """A rule between groups loses its description."""

    def description(self):
        for peer in (self.ip_range, self.source_group, self.prefix_list_id):
            if isinstance(peer, dict) and peer.get("Description"):
                return peer["Description"]
        return None

    security_groups.SecurityGroupRule.description = property(description)


def template_tags():
    """Tags of the launch template itself turn up in its data."""
    moto_create = LaunchTemplates.create_launch_template

    def create_launch_template(self):
        backend_create = self.ec2_backend.create_launch_template

        def without_own_tags(name, description, data, tags):
            if data.get("TagSpecifications"):
                data["TagSpecifications"] = [
                    tags for tags in data["TagSpecifications"] if tags.get("ResourceType") != "launch-template"
                ]
            return backend_create(name, description, data, tags)

        self.ec2_backend.create_launch_template = without_own_tags
        try:
            return moto_create(self)
        finally:
            del self.ec2_backend.create_launch_template

    LaunchTemplates.create_launch_template = create_launch_template


def user_data():
    """User data of a second version is kept undecoded, and launching from it fails."""
    moto_init = launch_templates.LaunchTemplateVersion.__init__

    def init(self, template, number, data, description):
        if isinstance(data.get("UserData"), str):
            data["UserData"] = launch_templates.parse_user_data(data["UserData"])
        moto_init(self, template, number, data, description)

    launch_templates.LaunchTemplateVersion.__init__ = init
