// The settings, and what they mean for the server.

import * as os from "node:os";
import * as path from "node:path";

/** What people set under `beanc.`. */
export interface Settings {
  readonly path: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
}

/** How a program is started. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The server's command. A name alone is left to `PATH`. */
export function serverCommand(settings: Settings, workspaceFolder?: string): Command {
  let command = settings.path.trim() || "beanc";
  if (command === "~" || command.startsWith("~/")) {
    command = path.join(os.homedir(), command.slice(1));
  }
  if (workspaceFolder !== undefined) {
    command = command.replaceAll("${workspaceFolder}", workspaceFolder);
    // `./target/debug/beanc` is meant from the folder, not from the editor's.
    if (!path.isAbsolute(command) && /[\\/]/.test(command)) {
      command = path.join(workspaceFolder, command);
    }
  }
  return { command, args: ["lsp"] };
}

/** What the server is told when it starts, and again when it changes. */
export function serverSettings(settings: Settings): { params: Settings["params"] } {
  return { params: settings.params };
}
