//! `instances`: the virtual machines an environment runs on.

use smol_str::SmolStr;

use super::Default::{Bool, Duration as Time, Int, Size as Bytes, Word};
use super::{ABSENT, InstanceType, Lately, Nested, Setting, Subnets, absent, default};
use crate::source::Span;
use crate::units::{Duration, Percent, Size};
use crate::{block, words};

/// Beanstalk's bound as well; an Auto Scaling group may be empty.
const AT_LEAST_ONE: &str =
    "an environment has at least one instance; a `schedule` in `scaling` may end them for a time";

block! {
    /// The virtual machines the application runs on.
    Instances "instances" {
        /// The instance type.
        r#type: Option<Setting<Lately<InstanceType>>> =
            absent("`t4g.micro` where the platform has arm64 images, `t3.micro` elsewhere")
            .aws("AWS::EC2::LaunchTemplate InstanceType").eb("aws:ec2:instances InstanceTypes")
            .differs("arm64 goes first, because it does the same work for less"),
        /// How many run at least.
        min: Setting<i64> = default(Int(1)).range(1, 10_000).least(AT_LEAST_ONE)
            .aws("AWS::AutoScaling::AutoScalingGroup MinSize").eb("aws:autoscaling:asg MinSize"),
        /// How many run at most.
        max: Option<Setting<i64>> =
            absent("4, or `min` when that is more; 1 without a load balancer")
            .range(1, 10_000).least(AT_LEAST_ONE)
            .aws("AWS::AutoScaling::AutoScalingGroup MaxSize").eb("aws:autoscaling:asg MaxSize"),
        /// The processor architecture, when the type does not say it already. A
        /// type that is known at deploy time needs it where the platform has
        /// images for both.
        architecture: Option<Setting<Architecture>> = absent("the instance type's")
            .eb("aws:ec2:instances SupportedArchitectures"),
        /// The subnets the instances are in.
        subnets: Option<Setting<Subnets>> =
            absent("the network's subnets behind NAT, or its only group")
            .aws("AWS::AutoScaling::AutoScalingGroup VPCZoneIdentifier")
            .eb("aws:ec2:vpc Subnets"),
        /// How the instances are paid for.
        purchase: Setting<Purchase> = default(Word("on_demand"))
            .aws("AWS::AutoScaling::AutoScalingGroup MixedInstancesPolicy")
            .eb("aws:ec2:instances EnableSpot"),
        /// The shares of `purchase = mixed`.
        mixed: Nested<Mixed> = ABSENT,
        /// The disk the instances start from; always encrypted.
        root_volume: Nested<RootVolume> = ABSENT
            .differs("it is encrypted; there is no option for that there"),
        /// The name of an EC2 key pair. No port is opened for it: a shell is
        /// had through Session Manager.
        key_pair: Option<Setting<Lately<SmolStr>>> = absent("no key; Session Manager gives a shell")
            .aws("AWS::EC2::LaunchTemplate KeyName")
            .eb("aws:autoscaling:launchconfiguration EC2KeyName")
            .differs("a key opens no port; there, it opens port 22 to everyone"),
        /// Whether metrics come every minute instead of every five.
        monitoring: Setting<Lately<bool>> = default(Bool(false))
            .aws("AWS::EC2::LaunchTemplate Monitoring.Enabled")
            .eb("aws:autoscaling:launchconfiguration MonitoringInterval"),
        /// How long a new instance may fail its health checks before it is
        /// replaced.
        replace_unhealthy_after: Setting<Duration> = default(Time(Duration::from_mins(5)))
            .between(Duration::from_secs(0), Duration::from_hours(2))
            .aws("AWS::AutoScaling::AutoScalingGroup HealthCheckGracePeriod")
            .differs("instances that fail the balancer's check are replaced; there, only those whose machine fails"),
    }
}

words! {
    /// A processor architecture.
    Architecture {
        /// AWS Graviton.
        Arm64 = "arm64",
        /// Intel and AMD.
        X8664 = "x86_64",
    }
}

impl Instances {
    /// The types that are written, the main one first, with their places.
    pub fn types(&self) -> impl Iterator<Item = (&Lately<InstanceType>, Span)> {
        let main = self.r#type.as_ref();
        let main = main.and_then(|ty| Some((&ty.value, ty.span()?)));
        let further = self.mixed.types.value.iter();
        main.into_iter()
            .chain(further.map(|(ty, span)| (ty, *span)))
    }
}

impl Architecture {
    /// The one that it is not.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Arm64 => Self::X8664,
            Self::X8664 => Self::Arm64,
        }
    }
}

words! {
    /// How instances are paid for.
    Purchase {
        /// By the hour, without interruption.
        OnDemand = "on_demand",
        /// Spare capacity, cheaper, taken back at two minutes' notice.
        Spot = "spot",
        /// Some of each; `mixed` says how many.
        Mixed = "mixed",
    }
}

block! {
    /// The shares of `purchase = mixed`.
    Mixed "mixed" {
        /// How many on-demand instances come first.
        on_demand_base: Setting<i64> = default(Int(1)).range(0, 10_000)
            .aws("AWS::AutoScaling::AutoScalingGroup InstancesDistribution.OnDemandBaseCapacity")
            .eb("aws:ec2:instances SpotFleetOnDemandBase")
            .differs("one instance that AWS does not take back, where there it is none"),
        /// The share of on-demand instances above that.
        on_demand_share: Setting<Percent> = default(super::Default::Percent(Percent(70)))
            .range(0, 100)
            .aws("AWS::AutoScaling::AutoScalingGroup InstancesDistribution.OnDemandPercentageAboveBaseCapacity")
            .eb("aws:ec2:instances SpotFleetOnDemandAboveBasePercentage"),
        /// Further instance types that may be used.
        types: Setting<Vec<(Lately<InstanceType>, Span)>> = default(super::Default::EmptyList)
            .eb("aws:ec2:instances InstanceTypes"),
    }
}

block! {
    /// The disk an instance starts from. It is always encrypted.
    RootVolume "root_volume" {
        /// How large it is: at least as large as the disk of the image, which is also
        /// the default where that is more. On Windows and ECS that is 30GiB; of an
        /// image that is built, its `volume`.
        size: Setting<Size> = default(Bytes(Size::from_gib(10)))
            .sizes(Size::from_gib(8), Size::from_gib(16_384))
            .aws("AWS::EC2::LaunchTemplate Ebs.VolumeSize, in GiB")
            .eb("aws:autoscaling:launchconfiguration RootVolumeSize"),
        /// What kind of volume it is.
        r#type: Setting<VolumeType> = default(Word("gp3"))
            .aws("AWS::EC2::LaunchTemplate Ebs.VolumeType")
            .eb("aws:autoscaling:launchconfiguration RootVolumeType"),
        /// How many operations a second it does.
        iops: Option<Setting<i64>> = absent("3,000 on gp3; required on io1 and io2")
            .range(100, 256_000)
            .aws("AWS::EC2::LaunchTemplate Ebs.Iops")
            .eb("aws:autoscaling:launchconfiguration RootVolumeIOPS"),
        /// How much it moves in a second; gp3 only.
        throughput: Option<Setting<Size>> = absent("125MiB")
            .sizes(Size::from_mib(125), Size::from_mib(2_000))
            .aws("AWS::EC2::LaunchTemplate Ebs.Throughput, in MiB/s")
            .eb("aws:autoscaling:launchconfiguration RootVolumeThroughput"),
    }
}

words! {
    /// A kind of EBS volume.
    VolumeType {
        /// General purpose; operations and throughput apart from the size.
        Gp3 = "gp3",
        /// General purpose of the generation before.
        Gp2 = "gp2",
        /// Provisioned operations.
        Io1 = "io1",
        /// Provisioned operations, more durable.
        Io2 = "io2",
    }
}
