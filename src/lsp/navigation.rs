//! From a name to its declaration and its uses, and to another name.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use lsp_types::{
    DefinitionParams, DefinitionResponse, DocumentHighlight, DocumentHighlightKind,
    DocumentHighlightParams, Location, LocationLink, PrepareRenameParams, PrepareRenamePlaceholder,
    PrepareRenameResult, Range, ReferenceParams, RenameParams, TextDocumentPositionParams,
    TextEdit, WorkspaceEdit,
};

use super::actions::workspace_edit;
use super::requests::Noted;
use super::server::Refusal;
use super::world::{Program, World};
use crate::ide::references::Reference;
use crate::ide::{definition, references, rename};
use crate::source::FileId;

/// A place in a file, in the program that answers for it.
pub struct Place {
    pub program: Arc<Program>,
    pub file: FileId,
    pub offset: u32,
}

/// What a request points at; none in files that we do not know.
pub fn place(world: &World, params: &TextDocumentPositionParams) -> Option<Place> {
    let path = world.path(&params.text_document.uri);
    let (program, file) = world.program_of(&path)?;
    let offset = program.offset(file, params.position, &world.client);
    Some(Place {
        program,
        file,
        offset,
    })
}

/// The same place in every program that reads the file.
fn places(world: &World, params: &TextDocumentPositionParams) -> Vec<Place> {
    let path = world.path(&params.text_document.uri);
    let programs = world.programs_with(&path).into_iter();
    programs
        .map(|(program, file)| Place {
            offset: program.offset(file, params.position, &world.client),
            program,
            file,
        })
        .collect()
}

/// Where something is declared.
pub fn definitions(
    world: &World,
    params: DefinitionParams,
) -> Result<Option<DefinitionResponse>, Refusal> {
    let Some(place) = place(world, &params.text_document_position_params) else {
        return Ok(None);
    };
    let program = &place.program;
    let found = definition::definition(&program.snapshot, place.file, place.offset);
    let Some((origin, targets)) = found else {
        return Ok(None);
    };
    let origin = program.range(origin, &world.client);
    let targets = targets.into_iter();
    if !world.client.links {
        let locations = targets.filter_map(|it| program.location(it.place, world));
        let locations: Vec<Location> = locations.collect();
        return Ok(Some(DefinitionResponse::Definition(locations.into())));
    }
    let link = |target: definition::Target| {
        let Location { uri, range } = program.location(target.place, world)?;
        Some(LocationLink {
            origin_selection_range: Some(origin),
            target_uri: uri,
            target_range: program.range(target.whole, &world.client),
            target_selection_range: range,
        })
    };
    let links: Vec<LocationLink> = targets.filter_map(link).collect();
    Ok(Some(links.into()))
}

/// Every place that means the same, in all programs that have it.
pub fn uses(world: &World, params: ReferenceParams) -> Result<Option<Vec<Location>>, Refusal> {
    let mut found: BTreeMap<(String, Range), Location> = BTreeMap::new();
    for place in places(world, &params.text_document_position_params) {
        let program = &place.program;
        let uses = references::references(&program.snapshot, place.file, place.offset);
        let wanted = |it: &Reference| params.context.include_declaration || !it.declares;
        for reference in uses.into_iter().filter(wanted) {
            // What the library says of itself is of no use here.
            if program.snapshot.path(reference.span.file).is_none() {
                continue;
            }
            if let Some(location) = program.location(reference.span, world) {
                found.insert((location.uri.0.clone(), location.range), location);
            }
        }
    }
    Ok(Some(found.into_values().collect()))
}

/// The places in one file that mean the same.
pub fn highlights(
    world: &World,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, Refusal> {
    let Some(place) = place(world, &params.text_document_position_params) else {
        return Ok(None);
    };
    let program = &place.program;
    let uses = references::references(&program.snapshot, place.file, place.offset);
    let here = uses.into_iter().filter(|it| it.span.file == place.file);
    let highlight = |it: Reference| DocumentHighlight {
        range: program.range(it.span, &world.client),
        kind: Some(match it.declares {
            true => DocumentHighlightKind::Write,
            false => DocumentHighlightKind::Read,
        }),
    };
    Ok(Some(here.map(highlight).collect()))
}

/// What would be renamed.
pub fn prepare(
    world: &World,
    params: PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>, Refusal> {
    let Some(place) = place(world, &params.text_document_position_params) else {
        return Ok(None);
    };
    let program = &place.program;
    let span = rename::prepare(&program.snapshot, place.file, place.offset);
    let span = span.map_err(Refusal::failed)?;
    let placeholder = PrepareRenamePlaceholder {
        range: program.range(span, &world.client),
        placeholder: program.snapshot.sources().text(span).to_owned(),
    };
    Ok(Some(placeholder.into()))
}

/// Gives something another name, in all programs that have it. The second answer
/// is what that means for what is deployed.
pub fn renamed(world: &World, params: RenameParams) -> Noted<Option<WorkspaceEdit>> {
    let mut note = None;
    let mut edits: BTreeMap<PathBuf, BTreeMap<Range, String>> = BTreeMap::new();
    for place in places(world, &params.text_document_position_params) {
        let Place {
            program,
            file,
            offset,
        } = place;
        let renamed = rename::rename(&program.snapshot, file, offset, &params.new_name);
        let renamed = renamed.map_err(Refusal::failed)?;
        note = note.or(renamed.note);
        for edit in renamed.edits {
            let Some(path) = program.snapshot.path(edit.span.file) else {
                return Err(Refusal::failed("the standard library has this name"));
            };
            let range = program.range(edit.span, &world.client);
            edits.entry(path).or_default().insert(range, edit.text);
        }
    }
    let edits = edits.into_iter().map(|(path, edits)| {
        let edits = edits.into_iter();
        let edits = edits.map(|(range, new_text)| TextEdit { range, new_text });
        (path, edits.collect())
    });
    Ok((Some(workspace_edit(world, edits)), note))
}
