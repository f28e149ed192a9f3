//! `image` of a platform: which machine image its instances start from.
//!
//! An image of one's own takes the place of what a platform of the library
//! says. Between two of one's own nothing decides, so that is an error.

use smol_str::SmolStr;

use super::{Analysis, errors};
use crate::schema::instances::Architecture;
use crate::schema::platform::Image;
use crate::schema::{Scalar, Setting, Value};
use crate::source::Span;
use crate::syntax::ast::BlockItem;

impl Analysis<'_, '_> {
    /// Leaves of an image what holds; what cannot be is reported.
    pub(super) fn image(&mut self, block: &BlockItem, image: &mut Image) {
        let own = |span: &Span| {
            !self
                .names
                .files
                .iter()
                .any(|file| file.folder.is_none() && file.tree.id == span.file)
        };
        let ami = image.ami.as_ref().and_then(Setting::span).filter(own);
        let ssm = image.ssm.0.values().filter_map(Setting::span).find(own);
        let written: Vec<(&'static str, Span)> = [("ami", ami), ("ssm", ssm)]
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
            && !is_image_id(&ami.value)
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
        if image.ami.is_none() && image.ssm.0.is_empty() {
            self.diagnostics.report(errors::no_image(block));
        }
    }
}

/// `ami-` and 8 or 17 hexadecimal digits (EC2 User Guide, resource IDs).
fn is_image_id(text: &str) -> bool {
    let digits = text.strip_prefix("ami-").unwrap_or_default();
    matches!(digits.len(), 8 | 17) && digits.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}
