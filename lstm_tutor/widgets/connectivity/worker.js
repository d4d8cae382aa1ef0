// The worker's end: reads a text once, and measures at every place that the page asks for.

import { measure, modelsOf, read } from "./measure.js";

/** @typedef {{networks: import("./measure.js").Described[], weights: Float64Array} | Order} Message */
/** @typedef {{text: string, codes: number[], place: number}} Order */
/** @typedef {{text: string, place: number, runs: import("./measure.js").Run[]}} Answer */

/** @type {import("./measure.js").Model[]} */
let models = [];
/** @type {ReturnType<typeof read>[]} */
let traces = [];
/** @type {string | null} */
let known = null;

self.onmessage = (/** @type {MessageEvent<Message>} */ { data }) => {
  if ("networks" in data) {
    models = modelsOf(data.networks, data.weights);
    return;
  }
  const { text, codes, place } = data;
  if (text !== known) {
    traces = models.map((model) => read(model, codes));
    known = text;
  }
  /** @type {Answer} */
  const answer = { text, place, runs: models.map((model, k) => measure(model, traces[k], codes, place)) };
  self.postMessage(answer);
};
