// Bundles each widget, <name>/<name>.js and <name>/<name>.css, into one file of each kind: npm run build [-- folder].
//
// The folder is static unless another is named; files that no source makes are removed from it. The result depends on
// the sources and on package-lock.json alone, so that a test can compare it byte for byte.

import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const WIDGETS = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const WORKER = /\?worker-text$/;

/** @type {import("esbuild").BuildOptions} */
const OPTIONS = {
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "eof",
  logLevel: "warning",
};

/**
 * `import code from "./worker.js?worker-text"` is the text of a worker with all that it imports. A widget's module is
 * loaded from a Blob URL, from which no file beside it can be found: its worker has to come with it.
 * @type {import("esbuild").Plugin}
 */
const workerText = {
  name: "worker-text",
  setup(context) {
    context.onResolve({ filter: WORKER }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace(WORKER, "")),
      namespace: "worker-text",
    }));
    context.onLoad({ filter: /.*/, namespace: "worker-text" }, async ({ path }) => {
      const { absWorkingDir } = context.initialOptions;
      const bundled = await build({ ...OPTIONS, absWorkingDir, entryPoints: [path], format: "iife", write: false });
      return { contents: bundled.outputFiles[0].text, loader: "text" };
    });
  },
};

/**
 * Bundle every widget of a folder.
 * @param {string} sources  the folder; <name>/<name>.js and <name>/<name>.css in it are entries
 * @param {string} out
 * @returns {Promise<string[]>}  names of the files made
 */
export async function bundle(sources, out) {
  const names = await readdir(sources);
  const entries = names
    .flatMap((name) =>
      [".css", ".js"].map((kind) => ({ file: name + kind, in: join(sources, name, name + kind), out: name })),
    )
    .filter((entry) => existsSync(entry.in));
  const files = entries.map(({ file }) => file).sort();
  await mkdir(out, { recursive: true });
  for (const name of await readdir(out)) if (!files.includes(name)) await rm(join(out, name), { recursive: true });
  await build({
    ...OPTIONS,
    absWorkingDir: sources,
    entryPoints: entries.map((entry) => ({ in: entry.in, out: entry.out })),
    format: "esm",
    outdir: out,
    plugins: [workerText],
  });
  return files;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const out = resolve(argv[2] ?? join(WIDGETS, "static"));
  const made = await bundle(WIDGETS, out);
  console.log(made.length ? `${out}: ${made.join(", ")}` : "no widget yet: nothing to build");
}
