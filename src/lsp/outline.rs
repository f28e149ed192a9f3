//! The parts of a file: outline, folds, selections, links and lenses.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use lsp_types::{
    BaseSymbolInformation, CodeLens, CodeLensParams, Command, DocumentLink, DocumentLinkParams,
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, FoldingRange, FoldingRangeKind,
    FoldingRangeParams, Location, Range, SelectionRange, SelectionRangeParams, SymbolInformation,
    SymbolKind as Kind, WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::server::Refusal;
use super::workspace::Name;
use super::world::{Program, World};
use crate::ide::folding::{self, FoldKind};
use crate::ide::links::{self, Target};
use crate::ide::symbols::{self, Symbol, SymbolKind};
use crate::ide::{lens, selection};
use crate::stdlib;
use crate::syntax::ast::ItemKind;

/// The command behind a lens, which the editor's side brings.
pub const SHOW_GRAPH: &str = "beanc.showGraph";

fn kind(kind: SymbolKind) -> Kind {
    match kind {
        SymbolKind::Param | SymbolKind::Input => Kind::Variable,
        SymbolKind::Let | SymbolKind::Output => Kind::Constant,
        SymbolKind::Item(ItemKind::Application) => Kind::Package,
        SymbolKind::Item(ItemKind::Environment) => Kind::Class,
        SymbolKind::Item(ItemKind::Template) => Kind::Interface,
        SymbolKind::Item(ItemKind::Network) => Kind::Namespace,
        SymbolKind::Item(ItemKind::Platform) => Kind::Module,
        SymbolKind::Item(ItemKind::Resource) => Kind::Struct,
        SymbolKind::Test => Kind::Method,
        SymbolKind::Block => Kind::Object,
        SymbolKind::Keyed => Kind::Key,
        SymbolKind::Property => Kind::Property,
    }
}

/// The outline of a file.
pub fn symbols(
    world: &World,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some((program, file)) = world.program_of(&path) else {
        return Ok(None);
    };
    let symbols = symbols::document(&program.snapshot, file);
    if world.client.nests {
        let symbols = symbols.iter().map(|it| nested(it, &program, world));
        return Ok(Some(symbols.collect::<Vec<_>>().into()));
    }
    let mut flat = Vec::new();
    for symbol in &symbols {
        flatten(symbol, None, &program, world, &mut flat);
    }
    Ok(Some(flat.into()))
}

#[expect(deprecated, reason = "the field is there to be left out")]
fn nested(symbol: &Symbol, program: &Program, world: &World) -> DocumentSymbol {
    let children = symbol.children.iter();
    let children: Vec<_> = children.map(|it| nested(it, program, world)).collect();
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: Some(symbol.detail.clone()).filter(|it| !it.is_empty()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: program.range(symbol.whole, &world.client),
        selection_range: program.range(symbol.place, &world.client),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the field is there to be left out")]
fn flatten(
    symbol: &Symbol,
    container: Option<&str>,
    program: &Program,
    world: &World,
    flat: &mut Vec<SymbolInformation>,
) {
    if let Some(location) = program.location(symbol.whole, world) {
        flat.push(SymbolInformation {
            deprecated: None,
            location,
            base_symbol_information: BaseSymbolInformation {
                name: symbol.name.clone(),
                kind: kind(symbol.kind),
                tags: None,
                container_name: container.map(str::to_owned),
            },
        });
    }
    for child in &symbol.children {
        flatten(child, Some(&symbol.name), program, world, flat);
    }
}

/// So many names are an answer: nobody reads more, and the editor asks again
/// with each letter.
const MOST_NAMES: usize = 1_000;

/// Names in all files of the workspace, and in those that programs read from
/// elsewhere; the best first.
pub fn workspace(
    world: &World,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>, Refusal> {
    let mut paths: BTreeSet<PathBuf> = world.workspace.files().cloned().collect();
    for program in world.all() {
        paths.extend(program.files());
    }
    paths.retain(|path| {
        let open = world.documents.get(path);
        open.is_none_or(|it| it.is_program) && !world.client.is_library(path)
    });
    let desk = world.desk();
    let mut found = Vec::new();
    for path in &paths {
        let names = world.workspace.names(path, &desk, world.client.encoding);
        for (number, Name { found: it, .. }) in names.iter().enumerate() {
            if let Some(fit) = symbols::fit(&it.symbol.name, &params.query) {
                found.push((fit, path, number, Arc::clone(&names)));
            }
        }
    }
    // The order of the files stays within the best and within the others.
    found.sort_by_key(|(fit, ..)| *fit);
    found.truncate(MOST_NAMES);
    let symbols = found.into_iter().map(|(_, path, number, names)| {
        let Name { found, range } = &names[number];
        WorkspaceSymbol {
            location: Location {
                uri: world.documents.uri(path),
                range: *range,
            }
            .into(),
            data: None,
            base_symbol_information: BaseSymbolInformation {
                name: found.symbol.name.clone(),
                kind: kind(found.symbol.kind),
                tags: None,
                container_name: found.container.clone(),
            },
        }
    });
    let symbols: Vec<WorkspaceSymbol> = symbols.collect();
    Ok(Some(symbols.into()))
}

/// What can be folded.
pub fn folds(
    world: &World,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some((program, file)) = world.program_of(&path) else {
        return Ok(None);
    };
    let folds = folding::folds(&program.snapshot, file).into_iter();
    let folds = folds.map(|fold| {
        let Range { start, end } = program.range(fold.span, &world.client);
        FoldingRange {
            start_line: start.line,
            start_character: Some(start.character),
            end_line: end.line,
            end_character: Some(end.character),
            kind: match fold.kind {
                FoldKind::Block => None,
                FoldKind::Comment => Some(FoldingRangeKind::Comment),
                FoldKind::Imports => Some(FoldingRangeKind::Imports),
            },
            collapsed_text: None,
        }
    });
    Ok(Some(folds.collect()))
}

/// The pieces around each place, one inside the other.
pub fn selections(
    world: &World,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some((program, file)) = world.program_of(&path) else {
        return Ok(None);
    };
    let around = |position| {
        let offset = program.offset(file, position, &world.client);
        let spans = selection::ranges(&program.snapshot, file, offset);
        let outermost = spans.into_iter().rev();
        let nested = outermost.fold(None, |parent, span| {
            Some(SelectionRange {
                range: program.range(span, &world.client),
                parent: parent.map(Box::new),
            })
        });
        // The protocol wants one for each place.
        nested.unwrap_or(SelectionRange {
            range: Range {
                start: position,
                end: position,
            },
            parent: None,
        })
    };
    Ok(Some(params.positions.into_iter().map(around).collect()))
}

/// The paths in a file, and where they lead.
pub fn links(
    world: &World,
    params: DocumentLinkParams,
) -> Result<Option<Vec<DocumentLink>>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some((program, file)) = world.program_of(&path) else {
        return Ok(None);
    };
    let links = links::links(&program.snapshot, file).into_iter();
    let links = links.filter_map(|link| {
        let target = match link.target {
            Target::Path(path) => world.documents.uri(&path),
            Target::Library(name) => {
                let text = stdlib::file(&name)?;
                world.library(&format!("std/{name}"), text)?
            }
        };
        Some(DocumentLink {
            range: program.range(link.span, &world.client),
            target: Some(target),
            tooltip: None,
            data: None,
        })
    });
    Ok(Some(links.collect()))
}

/// How much comes of each item, with the graph behind it.
pub fn lenses(world: &World, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some((program, file)) = world.program_of(&path) else {
        return Ok(None);
    };
    let lenses = lens::lenses(&program.snapshot, file).into_iter();
    let lenses = lenses.map(|it| {
        let range = program.range(it.span, &world.client);
        let entry = program.snapshot.entry();
        let arguments = vec![
            serde_json::json!(world.documents.uri(entry).0),
            serde_json::json!(it.unit),
        ];
        CodeLens {
            range,
            command: Some(Command {
                title: it.title,
                tooltip: None,
                command: SHOW_GRAPH.to_owned(),
                arguments: Some(arguments),
            }),
            data: None,
        }
    });
    Ok(Some(lenses.collect()))
}
