"""Two accounts are equal when only ids differ, and every other difference is a line."""

import unittest

from ..compare import differences
from ..state import Account
from ..state.thing import Thing, document


def account(suffix, **changes):
    group = {"Description": "web", "VpcId": f"vpc-{suffix}", **changes}
    return Account([
        Thing("vpc", "main", {"id": f"vpc-{suffix}"}, {"CidrBlock": "10.0.0.0/16"}),
        Thing("security group", f"web in vpc-{suffix}", {"id": f"sg-{suffix}"}, group),
    ])


def compared(left, right):
    return differences(left, right, "CloudFormation", "Terraform")


class Compare(unittest.TestCase):
    def test_ids_and_generated_names_make_no_difference(self):
        self.assertEqual(compared(account("1"), account("2")), [])

    def test_a_property_that_differs_is_named(self):
        lines = compared(account("1"), account("2", Description="app"))
        self.assertEqual(lines, ["security group web in <vpc main>: Description: CloudFormation has 'web', Terraform has 'app'"])

    def test_a_thing_that_one_way_forgets_is_named(self):
        alone = Account([Thing("vpc", "main", {"id": "vpc-1"}, {"CidrBlock": "10.0.0.0/16"})])
        self.assertIn("security group web in <vpc main>: only Terraform makes it", compared(alone, account("2")))

    def test_lists_are_sets(self):
        self.assertEqual(compared(account("1", Rules=["a", "b"]), account("2", Rules=["b", "a"])), [])

    def test_what_was_there_before_is_known_but_not_compared(self):
        before = Thing("vpc", "main", {"id": "vpc-1"})
        known = Account([before, Thing("subnet", "one", {"id": "subnet-1"}, {"VpcId": "vpc-1"})], {before.identity})
        self.assertEqual(known.things, {"subnet one": {"VpcId": "<vpc main>"}})

    def test_policies_have_one_spelling(self):
        short = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}'
        long = {"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]}
        self.assertEqual(document(short), document(long))
