//! Where an item may begin, and the rest of its head.

use super::{CompletionKind, Context};
use crate::ide::hover::variants;
use crate::schema::vocabulary;
use crate::syntax::EDITION;

impl Context<'_> {
    /// The first words of items. A file without an edition needs one first.
    pub(super) fn items(&mut self) {
        let empty = self.snapshot.tree(self.file).is_none_or(|tree| {
            !tree
                .items
                .iter()
                .any(|item| matches!(item, crate::syntax::ast::Item::Edition(_)))
        });
        let plain = self.place.behind.is_some();
        for (at, word) in vocabulary::ITEMS.iter().enumerate() {
            let snippet = match word.word {
                "edition" => format!("edition {EDITION}"),
                "import" => "import { $0 } from \"${1:./file.bean}\"".to_owned(),
                "param" => "param ${1:name}: ${2:string} = $0".to_owned(),
                "input" => "input ${1:name}: ${2:string}".to_owned(),
                "let" => "let ${1:name} = $0".to_owned(),
                "output" => "output ${1:name} = $0".to_owned(),
                "assert" => "assert ${1:condition} else \"${2:message}\"".to_owned(),
                "application" => "application ${1:name} {\n  $0\n}".to_owned(),
                "environment" => {
                    "environment ${1:name}: ${2|web,worker|} {\n  platform = $0\n}".to_owned()
                }
                "template" => "template ${1:name}: ${2|web,worker|} {\n  $0\n}".to_owned(),
                "network" => "network ${1:name} {\n  cidr = ${2:10.20.0.0/16}\n  $0\n}".to_owned(),
                "platform" => "platform ${1:name} extends \"${2:nodejs-22}\" {\n  $0\n}".to_owned(),
                "resource" => {
                    "resource ${1:name}: \"${2:AWS::Service::Type}\" {\n  $0\n}".to_owned()
                }
                "test" => "test \"${1:what holds}\" {\n  $0\n}".to_owned(),
                word => word.to_owned(),
            };
            let first = word.word == "edition";
            if first && !empty {
                continue;
            }
            let rank = match (first, empty) {
                (true, _) => 0,
                // What programs have most of comes first.
                (false, _) => match word.word {
                    "environment" => 1,
                    "application" | "template" => 2,
                    "network" | "param" | "input" => 3,
                    _ => 10 + u32::try_from(at).unwrap_or_default(),
                },
            };
            let proposal = self.propose(rank, word.word, CompletionKind::Keyword);
            proposal.docs(word.doc);
            if !plain {
                proposal.snippet(snippet);
            }
        }
    }

    /// What stands behind the colon of an item.
    pub(super) fn variants(&mut self) {
        let Some(item) = &self.item else { return };
        for (rank, word) in (0..).zip(variants(item.kind)) {
            self.propose(rank, word.word, CompletionKind::EnumWord)
                .docs(word.doc);
        }
    }

    /// What may follow an item's name or tier.
    pub(super) fn behind_name(&mut self) {
        let Some(item) = &self.item else { return };
        let extendable = !crate::analysis::layers::parent_kinds(item.kind).is_empty();
        if extendable && !self.place.tokens.contains(&super::Token::Word("extends")) {
            self.propose(0, "extends", CompletionKind::Keyword)
                .docs("Takes what another item says; what is written here comes before it.")
                .insert("extends ")
                .again(true);
        }
    }
}
