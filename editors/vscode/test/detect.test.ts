import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { isProgram } from "../src/detect";

const manifest = JSON.parse(fs.readFileSync(path.resolve("package.json"), "utf8"));
const firstLine = new RegExp(manifest.contributes.languages[0].firstLine);

const PROGRAMS = [
  "edition 2026\n",
  "\uFEFFedition 2026\n",
  "edition\t2026\r\n\r\napplication shop {}\r\n",
  "# The shop.\n\n// Of ours.\n  \nedition 2026\n",
  "## Documented.\nedition 2031 # of the future\n",
];

const OTHERS = [
  "",
  "\n\n# edition 2026\n",
  'option "title" "Household"\n2026-01-01 open Assets:Cash\n',
  '2026-01-01 * "edition 2026"\n',
  "; a ledger's comment\nedition 2026\n",
  "* A heading\nedition 2026\n",
  "application shop {}\nedition 2026\n",
  "edition = 2026\n",
  "editions 2026\n",
];

test("programs are programs", () => {
  for (const text of PROGRAMS) {
    assert.ok(isProgram(text), text);
  }
});

test("ledgers and beginnings are not", () => {
  for (const text of OTHERS) {
    assert.ok(!isProgram(text), text);
  }
});

test("the editor's own look at the first line agrees, as far as it sees", () => {
  for (const text of [...PROGRAMS, ...OTHERS]) {
    const line = text.split("\n")[0] ?? "";
    if (firstLine.test(line)) {
      assert.ok(isProgram(text), text);
    }
  }
  assert.ok(firstLine.test("edition 2026"));
  assert.ok(firstLine.test("\uFEFFedition 2026"));
  assert.ok(!firstLine.test('2026-01-01 * "edition 2026"'));
});

test("`.bean` is claimed by nobody but by its content", () => {
  for (const language of manifest.contributes.languages) {
    assert.equal(language.extensions, undefined);
    assert.deepEqual(language.filenamePatterns, ["*.test.bean"]);
  }
});
