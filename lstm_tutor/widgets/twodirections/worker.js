// The worker's end: tries all other words, so that the page stays free.

import { modelOf, swapAll } from "./reading.js";

/**
 * @typedef {import("./reading.js").Reader} Reader
 * @typedef {{number: number, reader: Reader, weights: ArrayLike<number>, sizes: {H: number, D: number, K: number},
 *   codes: number[]}} Question
 * @typedef {{number: number, swaps: import("./reading.js").Swaps}} Answer
 */

self.onmessage = (/** @type {MessageEvent<Question>} */ { data: { number, reader, weights, sizes, codes } }) => {
  self.postMessage({ number, swaps: swapAll(modelOf(reader, weights, sizes), reader, codes) });
};
