"""What is in the account before a program is: a network and a load balancer of somebody else.

Programs are given their ids, which the emulator makes up, by inputs of these
names; the balancer's ARN they have to know, so it is always the same.
"""

from .faults.balancers import SHARED


def make(client):
    """Makes all of it, and answers with the inputs."""
    ec2, elb = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]

    def subnet(number, zone):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.99.{number}.0/24", AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    public = [subnet(number, zone) for number, zone in enumerate(zones[:2])]
    private = [subnet(number + 10, zone) for number, zone in enumerate(zones[:2])]
    group = ec2.create_security_group(GroupName="front", Description="The load balancer of all", VpcId=vpc)["GroupId"]
    # As careful as those of the programs: it lets out what each of them asks for.
    ec2.revoke_security_group_egress(
        GroupId=group, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    balancer = elb.create_load_balancer(Name=SHARED, Subnets=public, SecurityGroups=[group])["LoadBalancers"][0]
    nothing = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=443, DefaultActions=[nothing],
    )["Listeners"][0]
    return {
        "office_vpc": vpc,
        "office_private_a": private[0],
        "office_private_b": private[1],
        "front_security_group": group,
        "front_listener": listener["ListenerArn"],
    }
