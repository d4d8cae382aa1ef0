// Python behind a page: a worker that loads Pyodide from the site's own origin and runs cells.
//
// page -> worker: {type: "start", base}, {type: "run", cell, code, namespace}, {type: "files", files: [{name, data}]}
// worker -> page: {type: "loading", name, bytes, done, total}, {type: "ready", seconds}, {type: "failed", message},
//     {type: "output", cell, output}, {type: "progress", cell, text, fraction}, {type: "done", cell, seconds, ok},
//     {type: "files", names}
// To stop a cell, the page ends the worker and starts another. What an output holds, inpage/display.py and failing.py say.

"use strict";

const HOME = "/home/pyodide";
const DRAWS = /matplotlib|plots|plt\b/; // a cell with these words is likely to need matplotlib: it is loaded before

let base;
let manifest;
let python; // Pyodide
let site; // where its packages are
let library; // where its standard library is
let bridge; // inpage.browser
let trouble; // what went wrong with a file: Pyodide does not pass it on
let running; // the name of the cell that runs
let done = 0; // bytes loaded so far
let total = 0;
const waiting = new Map(); // file name -> what was loaded before it is needed

const post = (message) => self.postMessage(message);

/** Where a file is: the address has the hash of its content, so that what a browser has kept is never an older one. */
const addressOf = (file) => new URL(`${file.name}?v=${file.sha256.slice(0, 8)}`, base).href;

const filesOf = (group) => manifest.files.filter((file) => file.loads === group);

// --- loading ------------------------------------------------------------------------------------------------------------

/** Count what is loaded, whoever asks for it: Pyodide loads files of its own, by their names alone. */
function watchLoading() {
  const load = self.fetch.bind(self);
  self.fetch = async (address, options) => {
    const file = manifest.files.find(({ name }) => new URL(name, base).href === String(address));
    const response = await load(file ? addressOf(file) : address, options);
    if (!response.ok) {
      trouble = `${address}: ${response.status} ${response.statusText}`;
      throw new Error(trouble);
    }
    if (file) count(file, response.clone().body.getReader());
    return response;
  };
}

async function count(file, reader) {
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) arrived(file, piece.value.length);
}

function arrived(file, bytes) {
  done += bytes;
  post({ type: "loading", name: file.title, bytes: file.bytes, done, total });
}

async function download(file) {
  const response = await fetch(new URL(file.name, base).href);
  return new Uint8Array(await response.arrayBuffer());
}

/** Load a file while Python waits for it. */
function downloadNow(file) {
  const request = new XMLHttpRequest();
  request.open("GET", addressOf(file), false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${file.name}: ${request.status} ${request.statusText}`);
  return new Uint8Array(request.response);
}

const unpack = (content) => python.unpackArchive(content, "wheel", { extractDir: site });

/** Load the files of a group before they are needed. */
async function prepare(group) {
  const files = filesOf(group).filter(({ name }) => !waiting.has(name));
  done = 0;
  total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [k, content] of (await Promise.all(files.map(download))).entries()) waiting.set(files[k].name, content);
}

/** Unpack the files of a group, of which some may have been loaded. */
function bring(group) {
  for (const file of filesOf(group)) {
    if (!waiting.has(file.name)) arrived(file, file.bytes);
    unpack(waiting.get(file.name) ?? downloadNow(file));
    waiting.set(file.name, null);
  }
}

/** Put a file of the package's data where the package looks for it; it is loaded when it is read. */
function placeData(file) {
  const path = file.name.replace("data/stdlib/", `${library}/`).replace("data/", `${site}/`);
  const [, folder, name] = path.match(/^(.*)\/(.*)$/);
  const { FS } = python;
  FS.mkdirTree(folder);
  FS.createDataFile(folder, name, new Uint8Array(0), true, true);
  const { node } = FS.lookupPath(path);
  let content;
  Object.defineProperty(node, "contents", {
    get: () => {
      try {
        content ??= downloadNow(file);
      } catch {
        throw new FS.ErrnoError(29); // EIO: Python raises an OSError
      }
      return content;
    },
    set: (value) => {
      content = value;
    },
  });
  node.usedBytes = file.bytes;
}

// --- what the page asks for ---------------------------------------------------------------------------------------------

async function start(message) {
  const began = performance.now();
  base = message.base ?? new URL("./", self.location.href).href;
  const response = await fetch(new URL("manifest.json", base), { cache: "no-cache" });
  if (!response.ok) throw new Error(`manifest.json: ${response.status} ${response.statusText}`);
  manifest = await response.json();
  total = manifest.first_click_bytes;
  watchLoading();
  const wheels = filesOf("start").filter(({ name }) => name.endsWith(".whl"));
  const contents = Promise.all(wheels.map(download));
  const scripts = ["pyodide.js", "pyodide.asm.js"]; // Pyodide takes the second one from where it is already
  self.importScripts(...scripts.map((name) => addressOf(manifest.files.find((file) => file.name === name))));
  python = await self.loadPyodide({ indexURL: base, env: manifest.environment, packages: [] });
  [site, library] = python.runPython("import sysconfig; list(map(sysconfig.get_path, ('purelib', 'stdlib')))").toJs();
  for (const content of await contents) unpack(content);
  filesOf("data").forEach(placeData);
  bridge = python.pyimport("inpage.browser");
  bridge.start((text) => post({ ...JSON.parse(text), cell: running }), bring);
  post({ type: "ready", seconds: (performance.now() - began) / 1000 });
}

async function run({ cell, code, namespace }) {
  const began = performance.now();
  running = cell;
  let outcome = { ok: false, fatal: true }; // if Python itself breaks, it cannot say so
  try {
    if (DRAWS.test(code)) await prepare("matplotlib");
    outcome = { ok: bridge.run(cell, code, namespace ?? "page") };
  } catch (error) {
    const words = "Python itself has stopped, perhaps for want of memory. Run again: it starts anew.";
    post({ type: "output", cell, output: { kind: "error", line: null, name: "Stopped", message: String(error), words } });
  }
  post({ type: "done", cell, seconds: (performance.now() - began) / 1000, ...outcome });
}

function keep({ files }) {
  for (const { name, data } of files) python.FS.writeFile(`${HOME}/${name.replace(/.*[/\\]/, "")}`, new Uint8Array(data));
  post({ type: "files", names: files.map(({ name }) => name) });
}

const answers = { start, run, files: keep };
let turn = Promise.resolve(); // one after the other

self.onmessage = ({ data }) => {
  turn = turn.then(() => answers[data.type](data)).catch((error) => post({ type: "failed", message: trouble ?? String(error) }));
};
