//! How requests come in.

use super::Scene;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::Named;
use crate::schema::load_balancer::{Kind, Listener, LoadBalancer, Scheme};
use crate::source::Span;

/// Plain HTTP where HTTPS is there already.
pub(super) fn plain_http(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let Some(balancer) = open_to_browsers(scene) else {
        return;
    };
    let mut all = balancer.listener.iter();
    let Some(secure) = all.find(|listener| listener.certificate.is_some()) else {
        return;
    };
    for (_, span) in unencrypted(balancer).filter(|(port, _)| *port == 80) {
        found.push(answered_in_plain(span, secure));
    }
}

/// Plain HTTP on the port of HTTPS.
pub(super) fn port_without_certificate(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let listeners = open_to_browsers(scene).into_iter().flat_map(unencrypted);
    let wrong = listeners.filter(|(port, _)| *port == 443);
    found.extend(wrong.map(|(_, span)| no_certificate(span)));
}

/// The balancer, when browsers can reach it.
fn open_to_browsers<'a>(scene: &Scene<'a>) -> Option<&'a LoadBalancer> {
    let balancer = &scene.environment.settings.load_balancer.block;
    let is_open = scene.environment.is_balanced()
        && balancer.kind.value == Kind::Application
        && balancer.scheme.value == Scheme::InternetFacing;
    is_open.then_some(balancer)
}

/// The ports that are written and answer without encryption.
fn unencrypted(balancer: &LoadBalancer) -> impl Iterator<Item = (u16, Span)> + '_ {
    let listeners = balancer.listener.iter();
    let plain = listeners.filter(|it| it.certificate.is_none() && it.redirect.is_none());
    plain.filter_map(|listener| Some((listener.port.value.0, listener.port.span()?)))
}

// Words

fn answered_in_plain(span: Span, secure: &Named<Listener>) -> Diagnostic {
    let message = "requests are answered without encryption";
    Diagnostic::new(Code::PlainHttp, span, message)
        .label("neither a certificate nor a redirect")
        .related(secure.span, "HTTPS is there already")
        .help(format!("send them on: `redirect = {}`", secure.name))
}

fn no_certificate(span: Span) -> Diagnostic {
    let message = "port 443 without a certificate speaks plain HTTP";
    Diagnostic::new(Code::PortWithoutCertificate, span, message)
        .label("browsers expect HTTPS here")
        .help("add `certificate = \"arn:aws:acm:…\"`, or use port 80")
}
