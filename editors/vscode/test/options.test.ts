import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";

import { serverCommand, serverSettings } from "../src/options";

const settings = (at: string) => ({ path: at, params: {} });

test("a name alone is looked for in PATH", () => {
  const { command, args } = serverCommand(settings("beanc"), "/work");
  assert.deepEqual([command, ...args], ["beanc", "lsp"]);
  assert.equal(serverCommand(settings("  ")).command, "beanc");
});

test("paths are from the home and from the folder", () => {
  const home = os.homedir();
  assert.equal(serverCommand(settings("~/bin/beanc")).command, path.join(home, "bin/beanc"));
  assert.equal(serverCommand(settings("./target/beanc"), "/work").command, "/work/target/beanc");
  assert.equal(serverCommand(settings("${workspaceFolder}/beanc"), "/work").command, "/work/beanc");
  assert.equal(serverCommand(settings("/opt/beanc"), "/work").command, "/opt/beanc");
});

test("the server hears of the params and of nothing else", () => {
  const params = { stage: "prod", size: 3 };
  assert.deepEqual(serverSettings({ path: "beanc", params }), { params });
});

/** A setting that nobody reads, or that nobody can set, would be found out here. */
test("what is read is what can be set", () => {
  const manifest = JSON.parse(fs.readFileSync(path.resolve("package.json"), "utf8"));
  const declared = Object.keys(manifest.contributes.configuration.properties);
  const source = fs.readFileSync(path.resolve("src/extension.ts"), "utf8");
  const reads = [...source.matchAll(/\.get<[^(]*>\("(\w+)"/g)].map((it) => `beanc.${it[1]}`);
  // The client's library reads this one itself, by the client's id.
  assert.deepEqual(declared.sort(), [...reads, "beanc.trace.server"].sort());
  const commands: { command: string }[] = manifest.contributes.commands;
  const registered = [...source.matchAll(/registerCommand\("([\w.]+)"/g)].map((it) => it[1]);
  assert.deepEqual(commands.map((it) => it.command).sort(), registered.sort());
});
