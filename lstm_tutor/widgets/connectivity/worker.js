// The worker's end: reads a text once, and measures once at every place that the page asks for.

import { answerNewest } from "../js/kit/answers.js";
import { measure, modelsOf, read, resultsOf } from "./measure.js";

/** @typedef {{networks: import("./measure.js").Described[], weights: Float64Array}} Known */
/** @typedef {{text: string, codes: number[], place: number, gate: string}} Question */
/** @typedef {import("./measure.js").Run[]} Runs */
/** @typedef {import("./measure.js").Result[]} Results */

/** @type {ReturnType<typeof modelsOf> | undefined} */
let models;
/** The text that was read last. @type {{text: string, traces: ReturnType<typeof read>[], runs: Map<number, Runs>} | null} */
let last = null;

answerNewest(
  /** @param {Question} question @param {Known} known @returns {Generator<null, Results, void>} */
  function* ({ text, codes, place, gate }, { networks, weights }) {
    models ??= modelsOf(networks, weights);
    if (text !== last?.text) {
      const traces = [];
      for (const model of models) {
        traces.push(read(model, codes));
        yield null;
      }
      last = { text, traces, runs: new Map() };
    }
    const { traces, runs } = last;
    if (!runs.has(place)) {
      runs.set(
        place,
        models.map((model, k) => measure(model, traces[k], codes, place)),
      );
    }
    return resultsOf(/** @type {Runs} */ (runs.get(place)), gate, models[0].layer.H);
  },
);
