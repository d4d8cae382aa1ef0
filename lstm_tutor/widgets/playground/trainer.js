// The page's end of the worker. The views of one model share one, so that they show one run.

import { pack, recall, remember, startWorker } from "../js/kit/index.js";
import { CELLS } from "./settings.js";
import code from "./worker.js?worker-text";

/** @typedef {import("../js/kit/widget.js").View} View */
/** @typedef {import("../js/kit/widget.js").Model} Model */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./worker.js").Report} Report */
/** @typedef {{report: Report, settings: Settings}} Shown */

export const SETTINGS = [
  "task",
  "cells",
  "equal",
  "hidden_size",
  "learning_rate",
  "batch_size",
  "length",
  "seed",
  "clip",
  "forget_bias",
];
const TOLD_EVERY = 1000; // ms; how often Python hears of a run that goes on

/** @param {(name: string) => any} get @returns {Settings} */
export function settingsOf(get) {
  const settings = /** @type {Settings} */ (Object.fromEntries(SETTINGS.map((name) => [name, get(name)])));
  const { least, most } = get("_tasks")[settings.task];
  return {
    ...settings,
    length: Math.min(Math.max(settings.length, least), most),
    cells: CELLS.filter((kind) => settings.cells.includes(kind)),
  };
}

export class Trainer {
  /** @type {Set<View>} */
  #views = new Set();
  #abort = new AbortController(); // ends with the last view
  #worker;
  #run = 0;
  #wish = 0;
  #told = 0;
  #toldStep = -1;
  #starting = false;
  /**
   * Losses and shares of right answers of all updates, by cell.
   * @type {Record<string, { losses: number[], rights: number[] }>}
   */
  history = {};
  /** @type {Report | undefined} */
  report;
  /** What the present run was made from. @type {Settings} */
  settings;
  /** The last report, and what its run was made from: shown until there is another. @type {Shown | undefined} */
  shown;
  /** Counts what changes the curves. */
  curves = 0;
  /** Up to which update the run that the reader left is trained again; 0 if it is not. */
  again = 0;
  sample = 0;

  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.#worker = startWorker(code, this.#abort.signal, (error) => {
      for (const view of this.#views) view.fail(error);
    });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.settings = settingsOf((name) => model.get(name));
    for (const name of SETTINGS) model.on(`change:${name}`, this.#changed);
    for (const name of ["playing", "until", "speed"]) model.on(`change:${name}`, this.#go);
    this.start();
  }

  /** A view that is told of news, until it goes; with the last one goes the worker. @param {View} view */
  join(view) {
    this.#views.add(view);
    view.onDispose(() => {
      this.#views.delete(view);
      if (this.#views.size) return;
      this.#abort.abort();
      for (const name of SETTINGS) this.model.off(`change:${name}`, this.#changed);
      for (const name of ["playing", "until", "speed"]) this.model.off(`change:${name}`, this.#go);
      trainers.delete(this.model);
    });
  }

  /** @param {import("./worker.js").Order} order */
  #order(order) {
    this.#worker.postMessage(order);
  }

  /** Several settings may change at once; they make one new run. */
  #changed = () => {
    if (this.#starting) return;
    this.#starting = true;
    queueMicrotask(() => {
      this.#starting = false;
      const settings = settingsOf((name) => this.model.get(name));
      if (JSON.stringify(settings) !== JSON.stringify(this.settings)) this.start();
    });
  };

  #go = () => {
    const get = (/** @type {string} */ name) => this.model.get(name);
    this.#wish += 1;
    if (get("playing")) this.again = 0;
    this.#order(
      this.again
        ? { do: "go", wish: this.#wish, playing: true, until: this.again, speed: 0 }
        : { do: "go", wish: this.#wish, playing: get("playing"), until: get("until"), speed: get("speed") },
    );
  };

  /** Train the run that the reader has left up to where it was, if the settings are the same. @param {View} view */
  resume(view) {
    const [settings, steps] = recall(view, "run").split("|");
    if (settings !== JSON.stringify(this.settings) || !(Number(steps) > 0)) return;
    this.again = Number(steps);
    this.#go();
  }

  /** Do not train again what was left. */
  stay() {
    this.again = 0;
    this.#go();
    this.#repaint();
  }

  /** From the seed's beginning, with the settings as they are now. */
  start() {
    const before = this.settings.cells.join();
    this.settings = settingsOf((name) => this.model.get(name));
    if (this.steps || before !== this.settings.cells.join()) this.curves += 1;
    this.history = Object.fromEntries(this.settings.cells.map((kind) => [kind, { losses: [], rights: [] }]));
    this.report = undefined;
    this.again = 0;
    this.#run += 1;
    [this.#told, this.#toldStep] = [0, -1];
    this.#order({ do: "start", run: this.#run, settings: this.settings });
    this.#order({ do: "look", sample: this.sample });
    this.#go();
    this.#repaint();
  }

  /** One update. */
  step() {
    this.#order({ do: "step" });
  }

  /** @param {number} sample */
  look(sample) {
    this.sample = sample;
    this.#order({ do: "look", sample });
  }

  get steps() {
    return this.report?.step ?? 0;
  }

  /** @param {Report} report */
  #hear(report) {
    if (report.run !== this.#run) return;
    this.report = report;
    const shown = { report, settings: this.settings };
    if (report.news.some(({ losses }) => losses.length)) this.curves += 1;
    if (report.step >= this.again) this.again = 0;
    for (const { kind, losses, rights } of report.news) {
      this.history[kind].losses.push(...losses);
      this.history[kind].rights.push(...rights);
    }
    if (report.stopped === this.#wish && this.model.get("playing")) this.model.set("playing", false);
    this.#tell(!this.model.get("playing"));
    this.#repaint();
    requestAnimationFrame(() => {
      this.shown = shown; // the curves have this frame, what is inside the cells has the next
      this.#repaint();
      this.#order({ do: "seen" }); // at most one report per frame
    });
  }

  /** Let Python know: at once when the run stands still, else now and then. @param {boolean} atOnce */
  #tell(atOnce) {
    const now = performance.now();
    if (!atOnce && now - this.#told < Math.max(TOLD_EVERY, this.steps / 5)) return; // a long history is told less often
    if (this.steps === this.#toldStep) return;
    [this.#told, this.#toldStep] = [now, this.steps];
    if (!this.again) this.#keep(this.steps);
    const rows = Object.values(this.history).flatMap(({ losses, rights }) => [losses, rights]);
    this.model.set("step", this.steps);
    this.model.set("history", pack(Float64Array.from(rows.flat()), [rows.length / 2, 2, this.steps]));
    this.model.save_changes();
  }

  /** Remember how far this run is. @param {number} steps */
  #keep(steps) {
    for (const view of this.#views) remember(view, "run", steps ? `${JSON.stringify(this.settings)}|${steps}` : "");
  }

  #repaint() {
    for (const view of this.#views) view.repaint();
  }
}

/** @type {Map<Model, Trainer>} */
const trainers = new Map();

/** The trainer of a view's model. @param {View} view */
export function trainerOf(view) {
  const trainer = trainers.get(view.model) ?? new Trainer(view.model);
  trainer.join(view);
  if (!trainers.has(view.model)) trainer.resume(view);
  trainers.set(view.model, trainer);
  return trainer;
}
