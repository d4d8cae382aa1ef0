// A test double for Python in a worker: it says to the page what the real one would. A line of a cell may end in `#> `
// and an output as JSON, which it shows; in `#> forever`, and it never ends; or in `#> fatal`, and Python is gone.
// What a cell needs to have been run is not looked at, but for `#> needs NAME`: then some cell must have had `NAME =`.

// A file of the reader's holds a network, unless its name says evil.

const code = [];
const HOLDS = { kind: "text", text: "enc.weight_ih_l0 (15, 3)\nenc.weight_hh_l0 (15, 5)\n", of: "stream" };
const PICKLE = { kind: "error", name: "ValueError", message: "Object arrays cannot be loaded: allow_pickle=False" };

function outputOf(directive, number) {
  const needed = /^needs (\w+)$/.exec(directive)?.[1];
  if (!needed) return { line: number + 1, ...JSON.parse(directive) };
  if (code.some((text) => text.includes(`${needed} =`))) return { kind: "text", text: `${needed} is there`, of: "result" };
  const message = `name '${needed}' is not defined`;
  return { kind: "error", line: number + 1, name: "NameError", message, words: "A name has no value.", missing: needed };
}

self.onmessage = ({ data }) => {
  if (data.type === "start") {
    postMessage({ type: "loading", name: "fake.wasm", bytes: 19.2e6, done: 9.6e6, total: 19.2e6 });
    postMessage({ type: "ready", seconds: 0.1 });
  } else if (data.type === "files") {
    code.push(...data.files.map(({ name, data: { byteLength } }) => `${name} = ${byteLength}`));
    postMessage({ type: "files", names: data.files.map(({ name }) => name) });
  } else {
    if (data.cell === "file") {
      postMessage({ type: "output", cell: "file", output: data.code.includes("evil") ? PICKLE : HOLDS });
      return postMessage({ type: "done", cell: "file", seconds: 0, ok: true });
    }
    const directives = data.code.split("\n").map((line) => line.split("#> ")[1]);
    if (directives.includes("forever")) return;
    if (directives.includes("fatal")) return postMessage({ type: "done", cell: data.cell, seconds: 1, ok: false, fatal: true });
    const outputs = directives.flatMap((directive, number) => (directive ? [outputOf(directive, number)] : []));
    const end = outputs.findIndex(({ kind }) => kind === "error" || kind === "torch");
    code.push(data.code);
    for (const output of end < 0 ? outputs : outputs.slice(0, end + 1)) postMessage({ type: "output", cell: data.cell, output });
    postMessage({ type: "done", cell: data.cell, seconds: 0.25, ok: end < 0 });
  }
};
