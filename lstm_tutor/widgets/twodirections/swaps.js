// What all other words would have made of a sentence, tried in a worker.

import { computedLater } from "../js/kit/index.js";
import code from "./worker.js?worker-text";

const WAIT = 90; // ms without an edit, then the other words are tried

/**
 * A function that returns the swaps of the present sentence, null until the worker has tried them.
 * @param {import("../js/kit/widget.js").View} view
 * @param {() => readonly [ArrayLike<number>, import("./reading.js").Reader, string]} inputs  weights, reader, text
 * @param {{sizesOf: (reader: import("./reading.js").Reader) => {H: number, D: number, K: number},
 *   codesOf: (text: string) => number[]}} known
 * @returns {() => import("./reading.js").Swaps | null}
 */
export function swapsOf(view, inputs, { sizesOf, codesOf }) {
  const worker = view.worker(code);
  let number = 0;
  /** @type {import("./reading.js").Swaps | null} */
  let swaps = null;
  view.listen(worker, "message", (event) => {
    const { data } = /** @type {MessageEvent<import("./worker.js").Answer>} */ (event);
    if (data.number !== number) return; // of a sentence that has changed since
    swaps = data.swaps;
    view.repaint();
  });
  const ask = computedLater(view, WAIT, inputs, (weights, reader, text) => {
    number += 1;
    swaps = null;
    worker.postMessage({ number, reader, weights, sizes: sizesOf(reader), codes: codesOf(text) });
    return true;
  });
  return () => (ask() ? swaps : null);
}
