// The worker's end: the errors over all cuts, for each window that the page asks for.

import { answerNewest } from "../js/kit/answers.js";
import { meanErrors, modelOf } from "./forecasts.js";

/** @typedef {{weights: Float64Array, H: number} & Omit<import("./forecasts.js").Sun, "model">} Known */

/** @type {import("./forecasts.js").Sun | undefined} */
let sun;
/** What was asked for before. @type {Map<number, import("./forecasts.js").ByMethod>} */
const answers = new Map();

answerNewest(
  /** @param {{window: number}} question @param {Known} known @returns {Generator<null, import("./forecasts.js").ByMethod, void>} */
  function* ({ window }, { weights, H, ...rest }) {
    sun ??= { ...rest, model: modelOf(weights, H) };
    let found = answers.get(window);
    if (!found) {
      yield null;
      found = meanErrors(sun, window);
      answers.set(window, found);
    }
    return found;
  },
);
