// What was measured, as rows of tints and as lines of a plot, on scales that never change.

import { pen, short as say, superscript } from "../js/kit/index.js";

/** @typedef {import("./measure.js").Curves} Curves */
/** @typedef {import("../js/kit/lineplot.js").Line} Line */

export const KINDS = /** @type {const} */ (["RNN", "LSTM", "GRU"]);
/** Powers of ten of the tints. */
const POWERS = /** @type {const} */ ([-4, 1]);
export const ENDS = /** @type {[string, string]} */ ([`10${superscript(POWERS[0])}`, "10"]);
export const AXIS = /** @type {[number, number]} */ ([1e-6, 100]);

/** The color's place from 0 to 1. @param {number} size */
export const shareOf = (size) => {
  const [low, high] = POWERS;
  return Math.min(Math.max((Math.log10(Math.max(size, 1e-300)) - low) / (high - low), 0), 1);
};

/**
 * The rows of tints; letters after the place have none, and without curves none has.
 * @param {Curves | null} curves
 * @param {number} length of the text
 * @param {boolean} short  whether there is little room for labels
 * @param {boolean} isPinned  or the guess goes where one points: what is said there of the old guess would be wrong
 */
export function rowsOf(curves, length, short, isPinned) {
  const row = (/** @type {keyof Curves} */ of, /** @type {string} */ label, /** @type {string} */ name) => {
    const shown = curves?.[of].shown ?? new Float64Array(0);
    const back = (/** @type {number} */ column) => shown.length - 1 - column;
    return {
      label,
      name,
      letter: of === "product" ? "f" : undefined,
      kind: /** @type {const} */ ("gate"),
      values: Float64Array.from({ length }, (_, s) => (s < shown.length ? shareOf(shown[s]) : Number.NaN)),
      say: (/** @type {number} */ s) => {
        if (!isPinned && back(s)) return "guess follows";
        return back(s) < 0 ? "comes after the guess" : `${say(shown[s])}, ${back(s)} back`;
      },
    };
  };
  return [
    row("RNN", "RNN", "RNN, gradient"),
    row("LSTM", "LSTM", "LSTM, gradient"),
    row("product", short ? "∏ f" : "product of f", "LSTM, product of f"),
    row("GRU", "GRU", "GRU, gradient"),
  ];
}

/**
 * By distance: thin lines for the seeds, a thick one for what the rows show.
 * @param {Curves} curves
 * @returns {Line[]}
 */
export function linesOf(curves) {
  const byDistance = (/** @type {Float64Array} */ sizes) =>
    Array.from(sizes, (_, k) => sizes[sizes.length - 1 - k]).map((size) => (size >= AXIS[0] ? size : Number.NaN));
  const pens = /** @type {Record<keyof Curves, Partial<Line>>} */ ({
    RNN: { model: "rnn" },
    LSTM: { model: "lstm" },
    GRU: { model: "gru" },
    product: { letter: "f", dash: "2 4" },
  });
  const kinds = /** @type {(keyof Curves)[]} */ (Object.keys(curves));
  const thin = KINDS.flatMap((kind) =>
    curves[kind].seeds.map((sizes) => ({ color: pen(pens[kind]).color, values: byDistance(sizes), thin: true })),
  );
  const thick = kinds.map((kind) => ({
    ...pens[kind],
    label: kind === "product" ? "product of f" : kind,
    values: byDistance(curves[kind].shown),
  }));
  return [...thin, ...thick];
}
