//! What a platform asks of its environments. Windows asks more than Linux.

use super::{Check, errors};
use crate::model::{Environment, Tier};
use crate::schema::Setting;
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
    if platform.family == Family::Ecs {
        containers(check);
    }
    if system != System::Windows {
        return;
    }
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
