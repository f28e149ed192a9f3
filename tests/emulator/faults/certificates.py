"""Certificates are made outside of the programs under test, so any ARN of one names one that is there."""

from moto.elbv2 import models


def mend():
    models.register_certificate = lambda *_, **__: None
