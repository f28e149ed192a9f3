"""A session with `beanc lsp`, held by a client that is not ours.

pytest-lsp sends what each editor says of itself, and reads every answer with the
types of the protocol. Answers that such an editor did not say it understands are
warnings, which tests/it/editors.rs makes errors of. `BEANC` is the program.
"""
import asyncio
import os

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

TEXT = """\
edition 2026

application shop {
  descripton = "Orders"
}

template base: web {
  application = application.shop
  platform = "nodejs-22"
}

environment shop-prod: web extends base {
  instances {
    min = 2
    max = 4
  }
}
"""
EDITORS = ["visual_studio_code", "neovim", "emacs"]


def place(line, column):
    return types.Position(line=line, character=column)


def offset(text, position):
    """The texts are ASCII."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: position.line])) + position.character


def edited(text, edits):
    """A text after edits, all of which are about the old one."""
    for edit in sorted(edits, key=lambda it: offset(text, it.range.start), reverse=True):
        start, end = offset(text, edit.range.start), offset(text, edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text


def edits_of(change, uri):
    """The edits of one file, in either form that a server may choose."""
    if change.changes is not None:
        assert list(change.changes) == [uri]
        return change.changes[uri]
    [document] = change.document_changes
    assert document.text_document.uri == uri
    return document.edits


class Session:
    """A file that is open, and what the server said that it can do."""

    def __init__(self, client, server, uri):
        self.client, self.server, self.uri = client, server, uri
        self.version, self.text = 1, TEXT

    @property
    def document(self):
        return types.TextDocumentIdentifier(uri=self.uri)

    def open(self):
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(self.uri, "bean", self.version, self.text)
            )
        )

    def write(self, text):
        self.version, self.text = self.version + 1, text
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.version, self.uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def diagnostics(self, said):
        """What is said of the file: asked for, or waited for until it is `said`."""
        if self.server.diagnostic_provider is not None:
            report = await self.client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(self.document)
            )
            found = list(report.items)
        else:
            while True:
                found = list(self.client.diagnostics.get(self.uri, []))
                if [it.code for it in found] == said and self.uri in self.client.diagnostics:
                    break
                await self.client.wait_for_notification("textDocument/publishDiagnostics")
        assert [it.code for it in found] == said
        return found


@pytest_lsp.fixture(
    params=EDITORS,
    config=ClientServerConfig(server_command=[os.environ["BEANC"], "lsp"]),
)
async def client(request, lsp_client: LanguageClient, tmp_path):
    # The server asks to be told of files: some of these promise to listen.
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams):
        methods = [it.method for it in params.registrations]
        assert methods == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES]

    folder = tmp_path.as_uri()
    result = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            root_uri=folder,
            workspace_folders=[types.WorkspaceFolder(uri=folder, name="shop")],
        )
    )
    assert result.server_info.name == "beanc"
    lsp_client.session = Session(lsp_client, result.capabilities, f"{folder}/shop.bean")
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_a_session(client):
    async with asyncio.timeout(30):
        await session(client, client.session)


async def session(client, it):
    # A mistake is said, with its place and the page that explains it.
    it.open()
    [typo] = await it.diagnostics(["E0110"])
    assert typo.severity == types.DiagnosticSeverity.Error
    assert typo.range == types.Range(place(3, 2), place(3, 12))
    assert typo.code_description.href.endswith("/E0110.md")

    # Its fix is offered, and is the one.
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(it.document, typo.range, types.CodeActionContext([typo]))
    )
    [fix] = [action for action in actions if action.kind == types.CodeActionKind.QuickFix]
    assert fix.is_preferred
    fixed = edited(it.text, edits_of(fix.edit, it.uri))
    assert fixed == TEXT.replace("descripton", "description")
    it.write(fixed)
    await it.diagnostics([])

    # A property is half typed.
    it.write(fixed.replace("    max = 4\n", "    max = 4\n    ty\n"))
    at = it.text.splitlines().index("    ty")
    proposals = await client.text_document_completion_async(
        types.CompletionParams(it.document, place(at, 6))
    )
    items = proposals if isinstance(proposals, list) else proposals.items
    [proposed] = [item for item in items if item.label == "type"]
    assert proposed.kind == types.CompletionItemKind.Property
    assert proposed.documentation, "it says what it is"
    assert proposed.text_edit.range == types.Range(place(at, 4), place(at, 6))
    assert not [item for item in items if item.label == "max"], "it is there already"
    it.write(fixed)
    await it.diagnostics([])

    # What a word means.
    line = fixed.splitlines().index("    min = 2")
    hover = await client.text_document_hover_async(
        types.HoverParams(it.document, place(line, 5))
    )
    assert "min" in hover.contents.value
    assert "shop-prod.instances.min = 2" in hover.contents.value
    assert hover.range == types.Range(place(line, 4), place(line, 7))

    # A name changes where it is declared and used.
    renamed = await client.text_document_rename_async(
        types.RenameParams(it.document, place(6, 10), "common")
    )
    renamed = edited(it.text, edits_of(renamed, it.uri))
    assert renamed == fixed.replace("base", "common")
    it.write(renamed)
    await it.diagnostics([])

    # The form is mended, and nothing else.
    it.write(renamed.replace("    min = 2", "min   =   2"))
    edits = await client.text_document_formatting_async(
        types.DocumentFormattingParams(
            it.document, types.FormattingOptions(tab_size=8, insert_spaces=False)
        )
    )
    assert edited(it.text, edits) == renamed
