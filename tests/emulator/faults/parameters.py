"""Parameters of SSM: moto goes through a dictionary that others write to meanwhile."""

from moto.ssm.models import SimpleSystemManagerBackend


def mend():
    """Terraform describes each parameter that it has put, while it puts the others."""
    moto_describe = SimpleSystemManagerBackend.describe_parameters

    def describe(self, *arguments, **named):
        while True:
            try:
                return moto_describe(self, *arguments, **named)
            except RuntimeError as error:
                if "changed size" not in str(error):
                    raise

    SimpleSystemManagerBackend.describe_parameters = describe
