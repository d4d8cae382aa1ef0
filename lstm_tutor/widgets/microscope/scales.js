// Sizes as shares from 0 to 1 of a printed limit, to be shown with the map of the gates.

import { short, superscript } from "../js/kit/index.js";

/**
 * @typedef {{
 *   values: ArrayLike<number>, kind: "gate" | "signed", limit: number, ends?: [string, string], sizes?: Float64Array,
 * }} Shades
 */

export const MOST_BITS = 10;
/** Powers of ten of the logarithmic scale: fixed, so that two places can be compared. */
export const POWERS = /** @type {const} */ ([-5, 1]);

/** Bits from 0 to 10; what was never expected stays without color. @param {Float64Array} bits @returns {Shades} */
export const surpriseScale = (bits) => ({
  values: bits.map((value) => value / MOST_BITS),
  kind: "gate",
  limit: 1,
  ends: ["0", `${MOST_BITS} bits`],
});

/** The least of 1, 2, 5 times a power of ten that no size passes. @param {Float64Array} sizes */
export function roundLimit(sizes) {
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((k) => k * power).find((limit) => limit >= most * (1 - 1e-12)) ?? most;
}

/**
 * Sizes of gradients, of the characters before a place; those behind it have none.
 * @param {Float64Array} sizes
 * @param {number} length of the text
 * @param {boolean} log
 * @returns {Shades}
 */
export function gradientScale(sizes, length, log) {
  const top = roundLimit(sizes);
  const [low, high] = POWERS;
  const share = (/** @type {number} */ size) =>
    log ? (Math.log10(Math.max(size, 1e-300)) - low) / (high - low) : size / top;
  const values = Float64Array.from({ length }, (_, t) =>
    t < sizes.length ? Math.min(Math.max(share(sizes[t]), 0), 1) : Number.NaN,
  );
  return {
    values,
    sizes,
    kind: "gate",
    limit: 1,
    ends: log ? [`10${superscript(low)}`, high === 1 ? "10" : `10${superscript(high)}`] : ["0", short(top)],
  };
}

const LEAST_LIMIT = 0.1; // a unit that stays below is pale: it does next to nothing
const STEPS = [1, 1.5, 2, 3, 5, 7, 10];

/**
 * Where the color of a unit's quantity is full: at the least of 0.1, 0.15, 0.2, 0.3, 0.5, ... that it does not pass; at
 * 1 where it cannot pass that.
 * @param {ArrayLike<number>} series
 * @param {boolean} isBounded
 */
export function limitOf(series, isBounded) {
  if (isBounded) return 1;
  let most = LEAST_LIMIT;
  for (let t = 0; t < series.length; t++) most = Math.max(most, Math.abs(series[t]));
  const power = 10 ** Math.floor(Math.log10(most));
  return STEPS.map((k) => k * power).find((limit) => limit >= most - 1e-12) ?? most;
}
