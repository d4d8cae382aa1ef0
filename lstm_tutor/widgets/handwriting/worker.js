// The worker's end: reads what has been written so far, so that the pen never waits.

import { answerNewest } from "../js/kit/answers.js";
import { modelOf, readAll } from "./reading.js";

/**
 * @typedef {{strokes: number[][], unit: number}} Question
 * @typedef {{weights: ArrayLike<number>, H: number}} Known
 * @typedef {{seen: import("./reading.js").Seen | null}} Answer
 */

/** @type {import("./reading.js").Model | undefined} */
let model;

answerNewest(
  /** @param {Question} question @param {Known} known @returns {Generator<null, Answer, void>} */
  // biome-ignore lint/correctness/useYield: it answers in one step
  function* ({ strokes, unit }, { weights, H }) {
    model ??= modelOf(weights, H);
    return { seen: strokes.length ? readAll(model, strokes, unit) : null };
  },
);
