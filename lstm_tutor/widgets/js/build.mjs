// Bundles each widget, src/<widget>.js with src/<widget>.css, into one file of each kind: npm run build [-- folder].
//
// The folder is ../static unless another is named; what no source makes is removed from it. The result depends on the
// sources and on package-lock.json alone, so that a test can compare it byte for byte.

import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
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
 * Bundle every entry of a folder.
 * @param {string} sources  the folder; its files, and none in folders below, are entries
 * @param {string} out
 * @returns {Promise<string[]>}  names of the files made
 */
export async function bundle(sources, out) {
  const files = await readdir(sources, { withFileTypes: true });
  const entries = files
    .filter((file) => file.isFile() && [".js", ".css"].includes(extname(file.name)))
    .map((file) => file.name)
    .sort();
  await mkdir(out, { recursive: true });
  for (const name of await readdir(out)) if (!entries.includes(name)) await rm(join(out, name), { recursive: true });
  await build({
    ...OPTIONS,
    absWorkingDir: sources,
    entryPoints: entries.map((name) => join(sources, name)),
    format: "esm",
    outdir: out,
    plugins: [workerText],
  });
  return entries;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const out = resolve(argv[2] ?? join(HERE, "..", "static"));
  const made = await bundle(join(HERE, "src"), out);
  console.log(made.length ? `${out}: ${made.join(", ")}` : "no widget yet: nothing to build");
}
