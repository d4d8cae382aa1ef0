// The worker's end: tries all other words, so that the page stays free.

import { answerNewest } from "../js/kit/answers.js";
import { modelOf, swapAll } from "./reading.js";

/**
 * @typedef {import("./reading.js").Reader} Reader
 * @typedef {import("./reading.js").Swaps} Swaps
 * @typedef {{reader: Reader, codes: number[]}} Question
 * @typedef {Record<Reader, {weights: ArrayLike<number>, sizes: {H: number, D: number, K: number}}>} Known
 */

answerNewest(
  /** @param {Question} question @param {Known} known @returns {Generator<null, Swaps, void>} */
  // biome-ignore lint/correctness/useYield: it answers in one step
  function* ({ reader, codes }, known) {
    const { weights, sizes } = known[reader];
    return swapAll(modelOf(reader, weights, sizes), reader, codes);
  },
);
