//! What an item may extend.

use super::{CompletionKind, Context, Token};
use crate::analysis::layers::parent_kinds;
use crate::analysis::names::Space;
use crate::ide::{hover, library};
use crate::syntax::ast::ItemKind;

impl Context<'_> {
    /// Items behind `extends`; `quoted` when the cursor is in a text.
    pub(super) fn parents(&mut self, quoted: bool) {
        let Some(item) = self.item.clone() else {
            return;
        };
        if item.kind == ItemKind::Platform {
            for platform in library::platforms() {
                let text = if quoted {
                    platform.name.to_string()
                } else {
                    format!("\"{}\"", platform.name)
                };
                self.propose(1, &text, CompletionKind::Value)
                    .detail("platform of the library")
                    .docs(platform.docs.clone());
            }
        }
        if quoted {
            return;
        }
        let mut names = Vec::new();
        for kind in parent_kinds(item.kind) {
            for name in self.names.visible(self.number, Space::Item(*kind)) {
                names.push((*kind, name));
            }
        }
        let written = |name: &str| self.place.tokens.contains(&Token::Word(name));
        names.retain(|(_, name)| *name != item.name && !written(name));
        for (kind, name) in names {
            let id = self.names.find(self.number, Space::Item(kind), &name);
            let block = id.and_then(|id| self.names.block(id));
            let variant = block.and_then(|it| it.variant.as_ref());
            // A worker cannot stand on a web environment.
            let fits = match (variant, &item.variant) {
                (Some(other), Some(own)) => other.text == *own,
                _ => true,
            };
            if !fits {
                continue;
            }
            let docs = id.map(|id| hover::joined(&hover::of_item(self.snapshot, id)));
            let rank = u32::from(kind != ItemKind::Template);
            self.propose(rank, &name, CompletionKind::Item(kind))
                .detail(kind.keyword())
                .docs(docs.unwrap_or_default());
        }
    }
}
