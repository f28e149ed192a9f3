//! `Listener`: a port of a balancer and what becomes of its requests.

use super::expr::{Arn, Attribute, Expr, Int, Text};
use super::{Kind, References, Tags, Term, Tree, cfn, tf};
use crate::{fields, without_references};

fields! {
    /// A port of a balancer and what becomes of its requests.
    pub struct Listener {
        /// The balancer.
        pub balancer: Expr<Arn>,
        /// The port.
        pub port: Expr<Int>,
        /// What it speaks.
        pub protocol: Protocol,
        /// Its certificate, when it speaks TLS.
        pub tls: Option<Tls>,
        /// What becomes of requests that no rule catches.
        pub action: Action,
        /// Its tags; CloudFormation's listeners have none.
        pub tags: Tags,
    }
}

fields! {
    /// With what a listener speaks TLS.
    pub struct Tls {
        /// The certificate.
        pub certificate: Expr<Arn>,
        /// Which versions and ciphers.
        pub policy: Expr<Text>,
    }
}

/// What a listener speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP
    Http,
    /// HTTPS
    Https,
    /// TCP
    Tcp,
    /// TLS
    Tls,
}

without_references!(Protocol);

impl Protocol {
    fn word(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }
}

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Action {
    /// A target group answers it.
    Forward(Expr<Arn>),
    /// The client is sent to another port, with the same host, path and query.
    Redirect {
        /// The port.
        port: Expr<Text>,
        /// What is spoken there.
        protocol: &'static str,
    },
}

impl References for Action {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::Forward(target) => target.references(visit),
            Self::Redirect { port, protocol: _ } => port.references(visit),
        }
    }
}

impl Listener {
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

impl Kind for Listener {
    fn aws_type(&self) -> &'static str {
        "AWS::ElasticLoadBalancingV2::Listener"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            balancer,
            port,
            protocol,
            tls,
            action,
            tags: _,
        } = self;
        let action = match action {
            Action::Forward(target) => Tree::map()
                .set("Type", "forward")
                .set("TargetGroupArn", target),
            Action::Redirect { port, protocol } => Tree::map().set("Type", "redirect").set(
                "RedirectConfig",
                Tree::map()
                    .set("Protocol", *protocol)
                    .set("Port", port)
                    .set("Host", "#{host}")
                    .set("Path", "/#{path}")
                    .set("Query", "#{query}")
                    .set("StatusCode", "HTTP_301"),
            ),
        };
        let certificate = tls.as_ref().map(|Tls { certificate, .. }| {
            Tree::List(vec![Tree::map().set("CertificateArn", certificate)])
        });
        cfn::resource("AWS::ElasticLoadBalancingV2::Listener")
            .set("LoadBalancerArn", balancer)
            .set("Port", port)
            .set("Protocol", protocol.word())
            .maybe("Certificates", certificate)
            .maybe("SslPolicy", tls.as_ref().map(|tls| &tls.policy))
            .set("DefaultActions", Tree::List(vec![action]))
            .gives(Self::ARN, cfn::reference())
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            balancer,
            port,
            protocol,
            tls,
            action,
            tags,
        } = self;
        let action = match action {
            Action::Forward(target) => Tree::map()
                .set("type", "forward")
                .set("target_group_arn", target),
            Action::Redirect { port, protocol } => Tree::map().set("type", "redirect").set(
                "redirect",
                Tree::List(vec![
                    Tree::map()
                        .set("protocol", *protocol)
                        .set("port", port)
                        .set("host", "#{host}")
                        .set("path", "/#{path}")
                        .set("query", "#{query}")
                        .set("status_code", "HTTP_301"),
                ]),
            ),
        };
        tf::block("aws_lb_listener")
            .set("load_balancer_arn", balancer)
            .set("port", port)
            .set("protocol", protocol.word())
            .maybe("certificate_arn", tls.as_ref().map(|tls| &tls.certificate))
            .maybe("ssl_policy", tls.as_ref().map(|tls| &tls.policy))
            .set("default_action", Tree::List(vec![action]))
            .set("tags", tags)
            .gives(Self::ARN, "arn")
            .into()
    }
}
