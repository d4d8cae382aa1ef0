// A memory in a link, and what a sentence says of the reader's operations.

import { heldInWords, phrase } from "../js/kit/holding.js";
import { number, percent, visible } from "../js/kit/values.js";

export const FURTHEST = 10; // what a reader may put into a cell

/** "16_17_-1": unit, step, value. @param {number} last @param {number} longest */
export const asMemory = (last, longest) => ({
  /** @param {string} text */
  parse(text) {
    if (!text) return [];
    const [, unit, step, value] = /^(\d{1,4})_(\d{1,3})_(-?\d{1,2}(?:\.\d{1,6})?)$/.exec(text) ?? [];
    const c = [unit, step, value].map(Number);
    return value !== undefined && c[0] <= last && c[1] < longest && Math.abs(c[2]) <= FURTHEST ? c : undefined;
  },
  /** @param {number[]} c */
  format: (c) => c.map((part) => String(Number(part.toFixed(6)))).join("_"),
});

/**
 * What has been done to the network, in words; "" if nothing.
 * @param {{held: readonly import("../js/kit/holding.js").Held[], c: readonly number[]}} operations
 * @param {string} text
 */
export function deeds({ held, c: [unit, step, value] }, text) {
  const isSet = unit !== undefined && step < text.length;
  const memory = isSet ? [`c of cell ${unit} set to ${number(value)} after “${visible(text[step])}”`] : [];
  return phrase([...memory, ...heldInWords(held, { noun: "cell" })]);
}

/**
 * The guess that has changed most, in words.
 * @param {Float64Array} before
 * @param {Float64Array} after
 * @param {string} alphabet
 */
export function change(before, after, alphabet) {
  let most = 0;
  for (let k = 1; k < after.length; k++) {
    if (Math.abs(after[k] - before[k]) > Math.abs(after[most] - before[most])) most = k;
  }
  const size = after[most] - before[most];
  const sign = `“${visible(alphabet[most])}”`;
  if (Math.abs(size) < 0.01)
    return `no guess moves by more than 1 % here. One cell may do little; a set of cells does more.`;
  return `${sign} ${size < 0 ? "falls" : "rises"} from ${percent(before[most])} to ${percent(after[most])}.`;
}
