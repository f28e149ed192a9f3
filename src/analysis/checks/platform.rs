//! What a platform asks of its environments. Windows asks more than Linux.

use super::{Check, errors};
use crate::diagnostic::Code;
use crate::model::{Environment, Tier};
use crate::ordered::IndexMap;
use crate::schema::Setting;
use crate::schema::environment::EnvValue;
use crate::schema::load_balancer::has_ok;
use crate::schema::platform::{Family, Proxy, System};
use crate::source::Span;
use crate::units::Size;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let platform = &environment.platform;
    let system = platform.family.system();
    let size = &environment.settings.instances.root_volume.size;
    let least = Size::from_gib(platform.image_gib());
    if size.value < least
        && let Some(span) = size.span()
    {
        check
            .diagnostics
            .report(errors::below_image(span, &platform.name, least));
    }
    let settings = &platform.settings;
    if settings.proxy.value == Proxy::Apache
        && system != System::Windows
        && !platform.family.has_apache()
        && let Some(span) = settings.proxy.span()
    {
        check
            .diagnostics
            .report(errors::no_apache(span, &platform.name, platform.family));
    }
    runtime(check);
    ports(check);
    if platform.family == Family::Ecs {
        containers(check);
    }
    if system != System::Windows {
        return;
    }
    welcome(check);
    if environment.tier == Tier::Worker
        && let Some(span) = environment.settings.platform.span()
    {
        check
            .diagnostics
            .report(errors::no_daemon(span, &platform.name));
    }
    let port = settings.port.as_ref().filter(|port| port.value.0 != 80);
    let port = port.and_then(Setting::span);
    let proxy = settings.proxy.span();
    let proxy = proxy.filter(|_| settings.proxy.value != Proxy::Nginx);
    for (span, property) in said_of_serving(environment, port, proxy) {
        check
            .diagnostics
            .report(errors::iis_serves(span, property, &platform.name));
    }
}

/// The welcome page of IIS, which is there before the first release, is at the usual
/// port alone, and always there.
fn welcome(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let balancer = &environment.settings.load_balancer;
    if environment.settings.release.is_some() {
        return;
    }
    let codes = balancer.process.iter().map(|it| &it.health.codes);
    let codes = std::iter::once(&balancer.health.codes).chain(codes);
    let codes = codes.filter(|codes| !has_ok(&codes.value));
    let ports = balancer.process.iter().filter_map(|it| it.port.as_ref());
    let ports = ports.filter(|port| port.value.0 != PROXY);
    let places = codes
        .filter_map(Setting::span)
        .chain(ports.filter_map(Setting::span));
    if let Some(span) = places.min() {
        check.diagnostics.report(errors::unwelcome(span));
    }
}

/// Where something is said of how the application is started and reached, which
/// not every family reads.
fn said_of_serving(
    environment: &Environment,
    port: Option<Span>,
    proxy: Option<Span>,
) -> impl Iterator<Item = (Span, &'static str)> {
    let start = environment.platform.settings.start.as_ref();
    let files = &environment.settings.r#static.0;
    let said = [
        (start.and_then(Setting::span), "start"),
        (port, "port"),
        (proxy, "proxy"),
        (files.values().find_map(Setting::span), "static"),
    ];
    said.into_iter()
        .filter_map(|(span, property)| Some((span?, property)))
}

/// The port of the proxy on the instances, or of an application without one.
const PROXY: u16 = 80;

/// Nobody listens where another does. What `PORT` says is only known of texts.
fn ports(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let platform = &environment.platform;
    let family = platform.family;
    let balancer = &environment.settings.load_balancer;
    let is_asked = environment.is_balanced();
    let written = |name: &str| {
        let port = balancer.process.get(name)?.port.as_ref()?;
        Some((port.value.0, port.span())).filter(|_| is_asked)
    };
    let own = written("default").filter(|(port, _)| *port != PROXY);
    let has_proxy = platform.settings.proxy.value != Proxy::None;
    let reads_port =
        has_proxy && (family == Family::Docker || family.reads_procfile() && family != Family::Php);
    let property = environment.settings.env.0.get("PORT");
    let property = property
        .filter(|_| reads_port)
        .and_then(|it| match &it.value {
            EnvValue::Text(text) => Some((text, it.span()?)),
            EnvValue::Late(_) | EnvValue::Secret(_) => None,
        });
    let mut moved = None;
    if let Some((text, span)) = property {
        let port = text.parse::<u16>().ok().filter(|port| *port > 0);
        let (why, code) = match (port, own) {
            (None, _) => ("a port is 1 to 65535", Code::MalformedText),
            (Some(PROXY), _) if family != Family::Docker => {
                ("the proxy listens there", Code::PortTaken)
            }
            (Some(port), Some((own, _))) if port != own => (
                "the load balancer asks the process `default` elsewhere",
                Code::ImpossibleCombination,
            ),
            (Some(port), _) => {
                moved = Some((port, Some(span)));
                ("", Code::PortTaken)
            }
        };
        if moved.is_none() {
            let error = errors::odd_port_property(text, why, span, code);
            let error = match own.and_then(|(_, span)| span) {
                Some(place) if code == Code::ImpossibleCombination => error.related(place, "here"),
                _ => error,
            };
            check.diagnostics.report(error);
            return;
        }
    }
    if !family.reads_procfile() || !is_asked {
        return;
    }
    let of_platform = platform.settings.port.as_ref();
    let of_platform = of_platform.map(|port| (port.value.0, None));
    // Without a proxy the application is where the balancer asks.
    let application = match has_proxy {
        true => own.or(moved).or(of_platform),
        false => own,
    };
    let mut taken: IndexMap<u16, Option<Span>> = application.into_iter().collect();
    for process in balancer.process.iter().filter(|it| it.name != "default") {
        let Some((port, Some(span))) = written(&process.name) else {
            continue;
        };
        // There it is one more way to the application.
        if port == PROXY || own.is_some_and(|(own, _)| own == port) {
            continue;
        }
        if process.name == "web" {
            if let Some((own, _)) = application.filter(|(own, _)| *own != port) {
                check
                    .diagnostics
                    .report(errors::port_of_web(port, own, span));
            }
            continue;
        }
        match taken.get(&port) {
            Some(first) => {
                let error = errors::process_port_taken(port, span, *first);
                check.diagnostics.report(error);
            }
            None => {
                taken.insert(port, Some(span));
            }
        }
    }
}

/// What runs on ECS, and behind which port, containers say.
fn containers(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let platform = &environment.platform;
    let settings = &platform.settings;
    let port = settings.port.as_ref().and_then(Setting::span);
    let proxy = settings.proxy.span();
    // Of Apache it is said what platforms have it.
    let proxy = proxy.filter(|_| settings.proxy.value == Proxy::Nginx);
    for (span, property) in said_of_serving(environment, port, proxy) {
        let error = errors::containers_serve(span, property, &platform.name);
        check.diagnostics.report(error);
    }
}

/// The scripts of some families ask for the version of the runtime; of others the
/// packages decide, whatever is said.
fn runtime(check: &mut Check<'_, '_>) {
    let platform = &check.environment.platform;
    match platform.family {
        Family::Nodejs
        | Family::Python
        | Family::Ruby
        | Family::Java
        | Family::Tomcat
        | Family::Windows => {}
        Family::Php
        | Family::Go
        | Family::Dotnet
        | Family::Docker
        | Family::Ecs
        | Family::Custom => {
            let runtime = platform.settings.runtime.as_ref();
            // The library says it for those who read.
            let is_own = |span: &Span| {
                let name = check.sources.file(span.file).name();
                !name.starts_with("std/")
            };
            if let Some(span) = runtime.and_then(Setting::span).filter(is_own) {
                check
                    .diagnostics
                    .report(errors::packages_say(span, &platform.name));
            }
        }
    }
}
