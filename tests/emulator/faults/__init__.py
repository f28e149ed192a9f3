"""Faults of moto's service APIs that make a correct stack look wrong.

Each mend says what goes wrong without it. They change what the API answers,
never what the product wrote.
"""

from . import answers, autoscaling, certificates, ec2, storage


def mend():
    answers.mend()
    autoscaling.mend()
    certificates.mend()
    ec2.mend()
    storage.mend()
