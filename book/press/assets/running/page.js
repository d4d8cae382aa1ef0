// Python in the page, once the reader has asked for it: one worker and one namespace a page, cells that run in turn.

import { Cell } from "./cell.js";
import { Engine, Stopped } from "./engine.js";
import { followExercises } from "./exercises.js";
import { missing } from "./names.js";
import { element } from "./elements.js";
import { refusal } from "./devices.js";

const VERSION = "lt:python"; // under which the browser keeps what it has loaded once

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

const duration = (seconds) => (seconds < 0.05 ? "Done." : `Done in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s.`);

class Page {
  #queue = []; // cells that wait, the running one first
  #ran = []; // [name, code] of what has run since Python started
  #edits = {};

  constructor(help) {
    Object.assign(this, { help, folder: help.folder, cells: [], imported: new Set() });
    this.engine = new Engine(new URL("python/", help.folder), (event) => this.#onProgress(event));
  }

  /** Read what the build says about the page's cells, and bring back what the reader has changed. */
  async read() {
    const address = new URL(`cells/${this.help.name}.json`, this.folder);
    const answer = document.querySelector("div.cell") ? await fetch(address, { cache: "no-cache" }) : new Response("[]");
    const about = await answer.json();
    this.cells = about
      .map((one) => ({ one, root: document.getElementById(`cell-${one.id}`) }))
      .filter(({ root }) => root)
      .map(({ one, root }) => new Cell(root, one, this));
    this.#edits = this.help.kept(this.help.edits, {});
    for (const cell of this.cells) {
      const text = this.#edits[cell.name];
      if (typeof text === "string" && text !== cell.about.code) cell.edit(false, text);
    }
    for (const cell of this.cells) cell.open();
    followExercises(this);
    const scratch = document.querySelector("#lt-scratch");
    if (scratch) (await import("./scratch.js")).openScratch(this, scratch);
    return this;
  }

  /** What a cell may do has changed: cells were moved. */
  refresh() {
    for (const cell of this.cells) cell.refresh();
  }

  cellOf(inside) {
    return this.cells.find(({ root }) => root.contains(inside));
  }

  /** A button was pressed before its cell could answer for itself. */
  press(button) {
    this.cellOf(button)?.press(button);
  }

  changed(cell) {
    if (this.onChange) return this.onChange();
    if (cell.isEdited) this.#edits[cell.name] = cell.code;
    else delete this.#edits[cell.name];
    this.help.keep(this.help.edits, this.#edits);
  }

  // --- running ----------------------------------------------------------------------------------------------------------

  #before(cell) {
    return this.cells.slice(0, this.cells.indexOf(cell));
  }

  /** The cells above that a chapter runs: no solutions, and of the exercises those that this cell needs. */
  #above(cell) {
    const isNeeded = ({ about }) => about.defines.some((name) => cell.about.uses.includes(name));
    return this.#before(cell).filter((other) => !other.about.solution && (!other.about.exercise || isNeeded(other)));
  }

  hasAbove(cell) {
    return this.#above(cell).length > 0;
  }

  /** Run a cell; where it needs others that have not run, say so first, and run it at the second press. */
  run(cell) {
    if (this.#isRefused(cell)) return;
    const { names } = missing(cell, this.#before(cell), this.imported);
    if (names.length && cell.isWarned !== names.join()) {
      cell.isWarned = names.join();
      cell.setPhase("idle");
      cell.say(...this.#needs(names));
      return;
    }
    this.#add([cell]);
  }

  #needs(names) {
    const listed = names.slice(0, 4).flatMap((name, k) => [k ? ", " : "", element("code", "", name)]);
    const rest = names.length > 4 ? ` and ${names.length - 4} more` : "";
    const them = names.length > 1 ? "them" : "it";
    return ["This cell uses ", ...listed, `${rest} of cells above that have not run. Run all above first, or Run again to try without ${them}.`];
  }

  /** Run the cells above a cell, and then itself. What has just run in that order is not run again. */
  runAbove(cell) {
    if (this.#isRefused(cell)) return;
    const all = [...this.#above(cell), cell];
    const isDone = this.#ran.length < all.length && this.#ran.every(([name, code], k) => name === all[k].name && code === all[k].code);
    this.#add(isDone ? all.slice(this.#ran.length) : all);
  }

  /** Give Python a file of the reader's, and run what reads it: what that prints, or its error. */
  async give(file, code) {
    const words = refusal();
    if (words) throw new Error(words);
    if (this.#queue.length) throw new Error("a cell runs; stop it first");
    await this.engine.give({ name: file.name, data: await file.arrayBuffer() });
    const found = { text: "", error: null };
    await this.engine.run("file", code, (output) => {
      if (output.kind === "text") found.text += output.text;
      if (output.kind === "error") found.error = output;
    });
    return found;
  }

  #isRefused(cell) {
    const words = refusal();
    if (words) cell.setPhase("idle", words);
    return Boolean(words);
  }

  #add(cells) {
    const isIdle = this.#queue.length === 0;
    const added = cells.filter((cell) => !this.#queue.includes(cell));
    this.#queue.push(...added);
    const goal = cells.at(-1);
    for (const cell of added) {
      cell.edit();
      cell.goal = goal;
      cell.setPhase("waiting", "Waits its turn.");
    }
    if (isIdle) this.#work();
  }

  async #work() {
    while (this.#queue.length) {
      const [cell] = this.#queue;
      let isGood = false;
      try {
        isGood = await this.#runOne(cell);
      } catch (error) {
        if (error instanceof Stopped) return; // `stop` has tidied up
        const what = cell.hasBegun ? "Python has ended" : "Python could not be started";
        this.#forget();
        this.engine.stop();
        cell.finish(true);
        cell.setPhase("idle", `${what}: ${error.message.replace(/\.$/, "")}. Run tries again.`);
      }
      this.#queue.shift();
      if (!isGood) this.#drop((other) => other.goal === cell.goal, cell);
    }
  }

  /** Cells that no longer wait, because of an error in one that they come after. */
  #drop(isDropped, because) {
    for (const cell of this.#queue.filter(isDropped)) {
      const link = element("a", "", "a cell above");
      link.href = `#${because.root.id}`;
      cell.setPhase("idle");
      cell.say("Did not run: ", link, " has stopped.");
    }
    this.#queue = this.#queue.filter((cell) => !isDropped(cell));
  }

  async #runOne(cell) {
    cell.hasBegun = false;
    if (!this.engine.isStarted) {
      const { version, first_click_bytes: bytes } = await this.engine.manifest();
      if (this.#queue[0] !== cell) throw new Stopped();
      const isKnown = this.help.kept(VERSION, "") === version;
      const words = `Python comes into this page: ${megabytes(bytes)}, once. Your browser keeps it.`;
      cell.setPhase("running", isKnown ? "Python starts, from what your browser has kept." : words);
      await this.engine.start();
      this.help.keep(VERSION, version);
    }
    await this.engine.start();
    const ahead = this.#queue.length > 1 && cell.goal !== cell ? `Runs before ${cell.goal.name}.` : "Runs.";
    cell.setPhase("running", ahead);
    if (cell.goal !== cell && cell.goal.isOpen) cell.goal.say(`${this.#queue.indexOf(cell.goal)} cells to go before this one.`);
    cell.failed = null;
    cell.hasBegun = true;
    cell.begin();
    const show = (output) => cell.show(output);
    const { imports } = missing(cell, this.#before(cell), this.imported);
    const needed = Object.entries(imports);
    if (needed.length) {
      await this.engine.run("imports", [...new Set(needed.map(([, line]) => line))].join("\n"), (output) => output.kind === "error" && show(output));
      for (const [name] of needed) this.imported.add(name);
    }
    const { code } = cell;
    const { seconds, ok, fatal } = await this.engine.run(cell.name, code, show);
    if (fatal) throw new Error("it has no memory left");
    cell.hasRun = ok;
    cell.isWarned = "";
    this.#ran.push([cell.name, code]);
    cell.finish();
    const differs = cell.isEdited ? "" : (cell.about.differs ?? ""); // why its figures are not the stored ones
    cell.setPhase("idle", cell.failed ? "Stopped with an error." : `${duration(seconds)} ${differs}`);
    if (cell.failed) this.#explain(cell);
    else this.onDone?.(cell);
    return !cell.failed;
  }

  /** An unknown name that a cell above defines: say so. */
  #explain(cell) {
    const name = cell.failed.missing;
    if (name && this.#before(cell).some(({ about, hasRun }) => !hasRun && about.defines.includes(name))) {
      cell.say(element("code", "", name), " comes from a cell above that has not run. Run all above first.");
    }
  }

  /** Stop a cell that runs, or one that waits. */
  stop(cell) {
    if (this.#queue[0] !== cell && cell.goal !== this.#queue[0]?.goal) {
      this.#queue = this.#queue.filter((other) => other !== cell);
      cell.setPhase("idle", "");
      return;
    }
    const stopped = this.#queue;
    this.#queue = [];
    const gone = this.#forget() ? " What the cells had defined is gone; Run all above brings it back." : "";
    const { isReady } = this.engine;
    this.engine.stop();
    for (const other of stopped) {
      other.finish(true);
      other.setPhase("idle", other === cell ? `Stopped.${gone}` : "Did not run.");
    }
    if (isReady) this.engine.start().catch(() => {}); // in time for the next press, which says what is wrong
  }

  /** What ran has run in a Python that is gone; returns whether there was anything. */
  #forget() {
    const hadRun = this.cells.some(({ hasRun }) => hasRun);
    this.#ran = [];
    this.imported.clear();
    for (const cell of this.cells) cell.hasRun = false;
    return hadRun;
  }

  #onProgress({ type, name, done, total, text, fraction }) {
    const [cell] = this.#queue;
    if (type === "progress") cell?.showLoading({ text, fraction });
    else cell?.showLoading(done < total ? { text: `${name.split("-")[0]} · ${megabytes(done)} of ${megabytes(total)}`, fraction: done / total } : { text: "starts", fraction: null });
  }
}

export const openPage = (help) => new Page(help).read();
