// The bundler: a worker comes along as text, styles are gathered, what has no source any more goes.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { bundle } from "../build.mjs";

const SOURCES = {
  "js/kit/number.js": "export const number = 41;",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
  "js/kit/worker.js": 'import { number } from "./number.js"; postMessage(`${number + 1} </script>`);',
  "js/kit/base.css": "b { color: red; }",
  "one/one.js": 'import code from "../js/kit/worker.js?worker-text"; export default { render: () => code };',
  "one/one.css": '@import "../js/kit/base.css"; i { color: blue; }',
};

/** @type {string} */
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
  for (const [name, text] of Object.entries(SOURCES)) {
    await mkdir(dirname(join(folder, "src", name)), { recursive: true });
    await writeFile(join(folder, "src", name), text);
  }
});

after(() => rm(folder, { recursive: true }));

test("each entry becomes one file, and nothing else stays in the folder", async () => {
  const out = join(folder, "static");
  await mkdir(out);
  await writeFile(join(out, "old.js"), "");
  assert.deepEqual(await bundle(join(folder, "src"), out), ["one.css", "one.js"]);
  assert.deepEqual((await readdir(out)).sort(), ["one.css", "one.js"]);
});

test("a worker is text with all that it imports, and runs", async () => {
  const out = join(folder, "worker");
  await bundle(join(folder, "src"), out);
  const code = (await import(join(out, "one.js"))).default.render();
  /** @type {string[]} */
  const posted = [];
  new Function("postMessage", code)((/** @type {string} */ text) => posted.push(text));
  assert.deepEqual(posted, ["42 </script>"]);
});

test("styles come with those they import", async () => {
  const out = join(folder, "styles");
  await bundle(join(folder, "src"), out);
  const css = await readFile(join(out, "one.css"), "utf8");
  assert.match(css, /b\{color:red\}i\{color:#00f\}/);
});

test("two builds are equal, byte for byte", async () => {
  const texts = [];
  for (const name of ["first", "second"]) {
    await bundle(join(folder, "src"), join(folder, name));
    texts.push(await readFile(join(folder, name, "one.js"), "utf8"));
  }
  assert.equal(texts[0], texts[1]);
});
