// Python, in a worker: the page goes on answering while a cell runs, and a cell that never ends is stopped by ending the
// worker. What page and worker say to each other is written at the top of python/python-worker.js.

const { search } = new URL(import.meta.url); // the version of the site's scripts

/** Raised where something waited for a worker that has been ended. */
export class Stopped extends Error {}

export class Engine {
  isReady = false;
  #worker = null;
  #ready = null; // a promise, once it starts
  #waiting = new Map(); // type of an answer -> who waits for it
  #hear = () => {}; // what a running cell shows
  #manifest = null;
  #files = new Map(); // the reader's own, which each new Python gets

  /** @param {URL} folder that of the files of Python @param {(event: object) => void} onProgress */
  constructor(folder, onProgress) {
    this.folder = folder;
    this.onProgress = onProgress;
  }

  get isStarted() {
    return this.#ready !== null;
  }

  /** What the folder says about itself: how much the first start loads. */
  async manifest() {
    this.#manifest ??= fetch(new URL("manifest.json", this.folder), { cache: "no-cache" }).then((answer) => answer.json());
    return this.#manifest;
  }

  /** Start Python, once; fails with what the worker said. */
  start() {
    this.#ready ??= this.#begin().catch((error) => {
      this.#end(error);
      throw error;
    });
    return this.#ready;
  }

  async #begin() {
    this.#worker = new Worker(new URL(`python-worker.js${search}`, this.folder));
    this.#worker.addEventListener("message", ({ data }) => this.#receive(data));
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault(); // said below, in the page
      this.#end(new Error(event.message || "its script could not be loaded"));
    });
    await this.#ask({ type: "start", base: this.folder.href }, "ready");
    if (this.#files.size) await this.#hand([...this.#files.values()]);
    this.isReady = true;
  }

  #ask(message, answer) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(answer, { resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  #hand(files) {
    return this.#ask({ type: "files", files }, "files");
  }

  #receive(message) {
    if (message.type === "output") this.#hear(message.output);
    else if (message.type === "loading" || message.type === "progress") this.onProgress(message);
    else if (message.type === "failed") this.#end(new Error(message.message));
    else {
      const { resolve } = this.#waiting.get(message.type) ?? {};
      this.#waiting.delete(message.type);
      resolve?.(message);
    }
  }

  /** Run a cell's code; each output is handed over as it comes. One cell at a time. */
  async run(cell, code, onOutput) {
    await this.start();
    this.#hear = onOutput;
    return this.#ask({ type: "run", cell, code }, "done");
  }

  /** Put a file of the reader's where `numpy.load` finds it: { name, data: ArrayBuffer }. It stays in the browser. */
  async give(file) {
    await this.start();
    this.#files.set(file.name, file);
    await this.#hand([file]);
  }

  #end(error) {
    this.#worker?.terminate();
    this.isReady = false;
    this.#worker = null;
    this.#ready = null;
    this.#hear = () => {};
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  /** End the worker, whatever it does. */
  stop() {
    this.#end(new Stopped());
  }
}
