import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import * as oniguruma from "vscode-oniguruma";
import * as textmate from "vscode-textmate";

/** Folders with programs; the extension's own are always there. */
const FOLDERS = ["test/grammar", ...(process.env["BEANC_PROGRAMS"]?.split(":") ?? [])];

async function load(): Promise<textmate.IGrammar> {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer as ArrayBuffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => {
      const file = "syntaxes/bean.tmLanguage.json";
      return textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file);
    },
  });
  const grammar = await registry.loadGrammar("source.bean");
  assert.ok(grammar);
  return grammar;
}

function programs(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? programs(file) : file.endsWith(".bean") ? [file] : [];
  });
}

/**
 * Whatever a program uses is coloured, and no block, text or item is left open
 * behind its end: the next item would have the wrong colours.
 */
test("every word of every program has a colour, and nothing leaks", async () => {
  const grammar = await load();
  const files = FOLDERS.flatMap(programs);
  assert.ok(files.length > 0);
  for (const file of files) {
    let stack = textmate.INITIAL;
    const lines = fs.readFileSync(file, "utf8").split("\n");
    lines.forEach((line, number) => {
      if (/^(application|environment|template|network|platform|resource|param|test) /.test(line)) {
        assert.equal(stack.depth, 1, `${file}:${number + 1}: something is still open`);
      }
      const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
      stack = ruleStack;
      for (const { startIndex, endIndex, scopes } of tokens) {
        const text = line.slice(startIndex, endIndex);
        const where = `${file}:${number + 1}:${startIndex + 1}`;
        assert.ok(text.trim() === "" || scopes.length > 1, `${where}: \`${text}\` has no colour`);
      }
    });
    assert.equal(stack.depth, 1, `${file}: something is open at the end`);
  }
});
