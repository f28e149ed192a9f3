"""A load balancer that is shared is made outside of the programs under test, which know it by its ARN."""

from moto.elbv2 import models

SHARED = "front"
ID = "50dc6c495c0c9188"


def mend():
    moto_arn = models.make_arn_for_load_balancer

    def make_arn_for_load_balancer(account_id, name, region_name, lb_id):
        return moto_arn(account_id=account_id, name=name, region_name=region_name, lb_id=ID if name == SHARED else lb_id)

    models.make_arn_for_load_balancer = make_arn_for_load_balancer
