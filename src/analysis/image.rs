//! `image` of a platform: which machine image its instances start from.
//!
//! An image of one's own takes the place of what a platform of the library
//! says. Between two of one's own nothing decides, so that is an error.

use smol_str::SmolStr;

use super::checks::{
    below_image, cron_problem, malformed_cron, nearest_type, not_startable, unknown_instance_type,
};
use super::{Analysis, errors};
use crate::facts;
use crate::schema::instances::Architecture;
use crate::schema::platform::{Family, Image, ImageBuild, System};
use crate::schema::{Scalar, Setting, Value};
use crate::source::Span;
use crate::syntax::ast::BlockItem;
use crate::units::Size;

impl Analysis<'_, '_> {
    /// Leaves of an image what holds; what cannot be is reported.
    pub(super) fn image(&mut self, block: &BlockItem, family: Family, image: &mut Image) {
        let own = |span: &Span| {
            !self
                .names
                .files
                .iter()
                .any(|file| file.folder.is_none() && file.tree.id == span.file)
        };
        let build = image.build.as_ref().and_then(|build| build.span);
        let ami = image.ami.as_ref().and_then(Setting::span).filter(own);
        let ssm = image.ssm.0.values().filter_map(Setting::span).find(own);
        let written: Vec<(&'static str, Span)> = [("ami", ami), ("ssm", ssm), ("build", build)]
            .into_iter()
            .filter_map(|(name, span)| Some((name, span?)))
            .collect();
        if ami.is_some() {
            image.ssm.0.clear();
        } else if ssm.is_some() {
            let own =
                |_: &SmolStr, name: &mut Setting<SmolStr>| name.span().as_ref().is_some_and(own);
            image.ssm.0.retain(own);
        }
        if let [first, second, ..] = written.as_slice() {
            self.diagnostics.report(errors::two_images(*first, *second));
        }
        if let Some(ami) = &image.ami
            && let Some(span) = ami.span()
            && !facts::is_id(&ami.value, "ami")
        {
            self.diagnostics
                .report(errors::malformed_image_id(&ami.value, span));
        }
        for (architecture, name) in &image.ssm.0 {
            let Some(span) = name.span() else { continue };
            if Architecture::from_value(&Value::Word(architecture.clone())).is_none() {
                self.diagnostics
                    .report(errors::unknown_architecture(architecture, span));
            }
            if !name.value.starts_with('/') {
                self.diagnostics
                    .report(errors::malformed_parameter_name(&name.value, span));
            }
        }
        if let Some(build) = build
            && family.system() == System::Windows
        {
            self.diagnostics.report(errors::builds_linux_only(build));
        }
        if let Some(build) = &image.build {
            let least = Size::from_gib(family.image_gib());
            let volume = &build.volume;
            if let Some(span) = volume.span().filter(|_| volume.value < least) {
                let name = &block.name.text;
                self.diagnostics.report(below_image(span, name, least));
            }
        }
        match &image.build {
            Some(build) => self.build(block, image, build),
            None if image.ami.is_none() && image.ssm.0.is_empty() => {
                self.diagnostics.report(errors::no_image(block));
            }
            None => {}
        }
    }

    /// What an image is built from can be read by Image Builder.
    fn build(&mut self, block: &BlockItem, image: &Image, build: &ImageBuild) {
        match &build.base {
            Some(base) if base.value.starts_with('/') || facts::is_id(&base.value, "ami") => {}
            Some(base) => {
                if let Some(span) = base.span() {
                    self.diagnostics
                        .report(errors::malformed_base(&base.value, span));
                }
            }
            None if image.ssm.0.contains_key(image.built_for().word()) => {}
            None => {
                self.diagnostics.report(errors::built_on_nothing(block));
            }
        }
        let texts = build.packages.value.iter().chain(&build.commands.value);
        for (text, span) in texts.filter(|(text, _)| text.contains("{{")) {
            self.diagnostics.report(errors::double_braces(text, *span));
        }
        if let Some(schedule) = &build.schedule
            && let Some(span) = schedule.span()
        {
            let fields: Vec<&str> = schedule.value.split_whitespace().collect();
            let why = match fields.as_slice() {
                [_, _, day, _, weekday] if *day != "*" && *weekday != "*" => {
                    Some("Image Builder takes a day of the month or weekdays".to_owned())
                }
                [_, _, _, _, weekday] if weekday.contains('/') => {
                    Some("Image Builder takes no steps of weekdays".to_owned())
                }
                _ => cron_problem(&schedule.value),
            };
            if let Some(why) = why {
                self.diagnostics
                    .report(malformed_cron(&schedule.value, &why, span));
            }
        }
        if let Some(ty) = &build.instance_type
            && let Some(span) = ty.span()
        {
            match facts::instance_type(&ty.value.0) {
                None => {
                    self.diagnostics
                        .report(unknown_instance_type(&ty.value.0, span));
                }
                Some(known) if known.architecture() != image.built_for() => {
                    let error = errors::builds_elsewhere(known, image.built_for(), span);
                    let near = facts::nearest(known, image.built_for());
                    let error = match near {
                        // The image may be meant for the other architecture.
                        Some(near) => {
                            let text = format!("\"{}\"", near.name);
                            error.suggestion(nearest_type(near), span, text)
                        }
                        None => error,
                    };
                    let help = "or say `architecture` of the image";
                    self.diagnostics.report(error.help(help));
                }
                Some(known) => {
                    if let Some(error) = not_startable(known, span, image) {
                        let near = facts::nearest(known, known.architecture());
                        self.diagnostics.report(match near {
                            Some(near) => {
                                let text = format!("\"{}\"", near.name);
                                error.suggestion(nearest_type(near), span, text)
                            }
                            None => error,
                        });
                    }
                }
            }
        }
    }
}
