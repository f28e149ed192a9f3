//! What a platform asks of its environments. Windows asks more than Linux.

use super::{Check, errors};
use crate::model::Tier;
use crate::schema::platform::{Proxy, System};
use crate::units::Size;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let platform = &environment.platform;
    let system = platform.family.system();
    let size = &environment.settings.instances.root_volume.size;
    let least = Size::from_gib(system.image_gib());
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
    let start = settings.start.as_ref().and_then(|start| start.span());
    let proxy = settings.proxy.span();
    let proxy = proxy.filter(|_| settings.proxy.value != Proxy::Nginx);
    let files = &environment.settings.r#static.0;
    let files = files.values().find_map(|file| file.span());
    for (span, property) in [(start, "start"), (proxy, "proxy"), (files, "static")] {
        if let Some(span) = span {
            check
                .diagnostics
                .report(errors::iis_serves(span, property, &platform.name));
        }
    }
}
