"""Faults of moto's service APIs that make a correct stack look wrong.

Each mend says what goes wrong without it. They change what the API answers,
never what the product wrote.
"""

from . import answers, autoscaling, balancers, certificates, containers, ec2, parameters, queues, storage, zones


def mend(zone):
    answers.mend()
    autoscaling.mend()
    balancers.mend()
    certificates.mend()
    containers.mend()
    ec2.mend()
    parameters.mend()
    queues.mend()
    storage.mend()
    zones.mend(zone)
