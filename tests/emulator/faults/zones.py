"""Hosted zones are made outside of the programs under test, some of which know theirs by its id."""

from moto.route53 import models


def mend(first):
    moto_id = models.create_route53_zone_id
    given = [first]

    def create_route53_zone_id(*arguments, **named):
        return given.pop() if given else moto_id(*arguments, **named)

    models.create_route53_zone_id = create_route53_zone_id
