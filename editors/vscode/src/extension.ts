// The client: it finds programs, starts `beanc lsp` when there is one, and
// leaves the rest to the server.

import * as vscode from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";

import { CLAIMED_BY_OTHERS, isProgram } from "./detect";
import { type Settings, serverCommand, serverSettings } from "./options";

const LANGUAGE = "bean";

/** The running server, or the one that is starting. */
let client: Promise<LanguageClient | undefined> | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel("beanc", { log: true });
  const opened = (document: vscode.TextDocument) => {
    void detect(document).then((found) => {
      if (found.languageId === LANGUAGE && found.uri.scheme !== "git") {
        client ??= start(output);
      }
    });
  };
  context.subscriptions.push(
    output,
    vscode.workspace.onDidOpenTextDocument(opened),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("beanc.path")) {
        await restart(output);
      } else if (event.affectsConfiguration("beanc.params")) {
        const settings = { beanc: serverSettings(read()) };
        await (await client)?.sendNotification("workspace/didChangeConfiguration", { settings });
      }
    }),
    vscode.commands.registerCommand("beanc.restart", () => restart(output)),
    vscode.commands.registerCommand("beanc.showOutput", () => output.show()),
    vscode.commands.registerCommand("beanc.newProgram", newProgram),
  );
  vscode.workspace.textDocuments.forEach(opened);
}

export async function deactivate(): Promise<void> {
  await (await client)?.stop();
}

/**
 * The document, as a program when it is one. The first line decides only where
 * no extension has claimed `.bean`, so what Beancount's took is looked into.
 */
async function detect(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  const wanted = vscode.workspace.getConfiguration("beanc").get<boolean>("detectPrograms", true);
  const claimed = CLAIMED_BY_OTHERS.includes(document.languageId);
  if (wanted && claimed && document.uri.path.endsWith(".bean") && isProgram(document.getText())) {
    return vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
  }
  return document;
}

function read(): Settings {
  const configuration = vscode.workspace.getConfiguration("beanc");
  return {
    path: configuration.get<string>("path", "beanc"),
    params: configuration.get<Settings["params"]>("params", {}),
  };
}

async function start(output: vscode.LogOutputChannel): Promise<LanguageClient | undefined> {
  const settings = read();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const { command, args } = serverCommand(settings, folder?.fsPath);
  const server: ServerOptions = {
    command,
    args: [...args],
    transport: TransportKind.stdio,
    options: folder && { cwd: folder.fsPath },
  };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: LANGUAGE, scheme: "file" },
      { language: LANGUAGE, scheme: "untitled" },
    ],
    initializationOptions: serverSettings(settings),
    outputChannel: output,
  };
  const started = new LanguageClient("beanc", "beanc", server, options);
  try {
    await started.start();
    return started;
  } catch (error) {
    output.error(`\`${command}\` could not be started: ${String(error)}`);
    void complain(command);
    return undefined;
  }
}

async function complain(command: string): Promise<void> {
  const settings = "Open Settings";
  const chosen = await vscode.window.showErrorMessage(
    `\`${command}\` could not be started as a language server. ` +
      "It comes with beanc; `beanc.path` says where it is.",
    settings,
  );
  if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "beanc.path");
  }
}

async function restart(output: vscode.LogOutputChannel): Promise<void> {
  const running = await client;
  client = undefined;
  await running?.stop();
  client = start(output);
  await client;
}

/** A file without a name is nobody's language yet, so it is told. */
async function newProgram(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: LANGUAGE,
    content: "edition 2026\n\n",
  });
  const editor = await vscode.window.showTextDocument(document);
  const end = document.lineAt(document.lineCount - 1).range.end;
  editor.selection = new vscode.Selection(end, end);
}
