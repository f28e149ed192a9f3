// The real server, started as the client starts it, over the protocol's own
// library. `BEANC` is the compiler; without it these tests say so and end.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import {
  CodeActionRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentFormattingRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from "vscode-languageserver-protocol/node";

import { serverCommand, serverSettings } from "../src/options";

const BEANC = process.env["BEANC"];
const skip = BEANC === undefined ? "BEANC does not say where the compiler is" : false;

/** A session with the server about one file. */
class Session {
  private readonly said: Diagnostic[][] = [];
  private waiting: (() => void) | undefined;

  private constructor(
    private readonly server: ChildProcess,
    readonly connection: ProtocolConnection,
    readonly uri: string,
    readonly result: InitializeResult,
  ) {}

  static async open(text: string, params = {}): Promise<Session> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "beanc-"));
    const file = path.join(folder, "env.bean");
    fs.writeFileSync(file, text);
    const settings = { path: BEANC ?? "", params };
    const { command, args } = serverCommand(settings, folder);
    const server = spawn(command, args, { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    connection.listen();
    const rootUri = pathToFileURL(folder).toString();
    const uri = pathToFileURL(file).toString();
    const result = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: "test" }],
      initializationOptions: serverSettings(settings),
      capabilities: {
        textDocument: { publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true } },
      },
    });
    const session = new Session(server, connection, uri, result);
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      if (params.uri === uri) {
        session.said.push(params.diagnostics);
        session.waiting?.();
      }
    });
    await connection.sendNotification(InitializedNotification.type, {});
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: "bean", version: 1, text },
    });
    return session;
  }

  /** What the server says next. */
  async diagnostics(): Promise<Diagnostic[]> {
    while (this.said.length === 0) {
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
    return this.said.shift() ?? [];
  }

  async close(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.server.once("exit", resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification("exit");
    return ended;
  }
}

const WRONG = 'edition 2026\n\napplication blog {\n  descripton = "Notes"\n}\n';

test("a complaint arrives, its fix is offered, and it goes away", { skip, timeout: 60_000 }, async () => {
  const session = await Session.open(WRONG);
  const found = await session.diagnostics();
  assert.equal(found.length, 1);
  const [complaint] = found;
  assert.ok(complaint);
  assert.equal(complaint.code, "E0110");
  assert.deepEqual(complaint.range.start, { line: 3, character: 2 });
  const actions = await session.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: session.uri },
    range: complaint.range,
    context: { diagnostics: found },
  });
  assert.ok(actions && actions.length > 0, "no fix is offered");
  assert.match(JSON.stringify(actions), /description/);
  await session.connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri: session.uri, version: 2 },
    contentChanges: [{ range: complaint.range, text: "description" }],
  });
  let left = await session.diagnostics();
  while (left.length > 0) {
    left = await session.diagnostics();
  }
  assert.equal(await session.close(), 0);
});

test("a file is formatted", { skip, timeout: 60_000 }, async () => {
  const session = await Session.open("edition 2026\napplication blog{}\n");
  const edits: TextEdit[] | null = await session.connection.sendRequest(DocumentFormattingRequest.type, {
    textDocument: { uri: session.uri },
    options: { tabSize: 2, insertSpaces: true },
  });
  assert.ok(edits && edits.length > 0);
  assert.equal(await session.close(), 0);
});

test("params of the settings are the program's", { skip, timeout: 60_000 }, async () => {
  const text = 'edition 2026\n\nparam copies: int\n\napplication blog {\n  versions { keep = param.copies }\n}\n';
  const without = await Session.open(text);
  assert.notEqual((await without.diagnostics()).length, 0);
  assert.equal(await without.close(), 0);
  const session = await Session.open(text, { copies: 20 });
  assert.deepEqual(await session.diagnostics(), []);
  assert.equal(await session.close(), 0);
});
