// What was measured, as lines of a plot and rows of a table.

import { MIDTONE } from "../js/kit/palette.js";
import { short } from "../js/kit/values.js";
import { clipFactor, median } from "./measure.js";

/** @typedef {import("./results.js").Results} Results */
/** @typedef {import("./results.js").Measured} Measured */
/** @typedef {import("../js/kit/lineplot.js").Line} Line */
/** @typedef {(run: Measured) => Float64Array} Curve */

export const AXIS = /** @type {[number, number]} */ ([1e-12, 1e6]); // always: two pictures can be compared
export const TICKS = [1e-12, 1e-9, 1e-6, 1e-3, 1, 1e3, 1e6];

/** What leaves the picture is not drawn. @param {number} value */
export const inPicture = (value) => (value >= AXIS[0] && value <= AXIS[1] ? value : Number.NaN);

/** A curve as it is drawn; one that is gone after one step falls to the lower edge, where its label then stands.
 * @param {Float64Array} curve */
function drawn(curve) {
  const values = Array.from(curve, inPicture);
  if (curve[1] < AXIS[0]) values[1] = AXIS[0];
  return values;
}

/** The median over runs, by lag. @param {Float64Array[]} runs */
export const medians = (runs) => Float64Array.from(runs[0], (_, lag) => median(runs.map((run) => run[lag])));

/** The median of the sizes at a lag; null of no runs. @param {Measured[] | undefined} runs @param {number} lag */
export const medianAt = (runs, lag) => (runs?.length ? median(runs.map(({ sizes: all }) => all[lag])) : null);

/** What becomes of a gradient, in a word, from its size at the last lag. @param {number} size */
export const verdict = (size) => (size > 10 ? "explodes" : size < 0.1 ? "vanishes" : "stays");

/** The curve of a run as clipping leaves it. @param {number} threshold @returns {Curve} */
const clipped =
  (threshold) =>
  ({ sizes, norm }) =>
    sizes.map((value) => value * clipFactor(norm[0], threshold));

/** @type {Curve} */
const sizes = (run) => run.sizes;

/**
 * The curves of a comparison: what each is called, how it is drawn, and how it comes from a run.
 * @param {string} compare
 * @param {Results} results
 * @param {number} threshold
 * @returns {{label: string, name: string, pens: Partial<Line>, of: Curve, runs: Measured[], alone?: boolean,
 *     judged?: boolean}[]}  `name`: in the table; `alone`: its median only; `judged`: its label says what becomes of it
 */
export function curves(compare, results, threshold) {
  const { RNN = [], LSTM = [], GRU = [] } = results;
  if (compare === "bound") {
    return [
      { label: "RNN", name: "RNN, ∂h_T/∂h_t", pens: { model: "rnn" }, of: sizes, runs: RNN, judged: true },
      {
        label: "bound σᵏ",
        name: "the bound, σᵏ",
        pens: { color: MIDTONE, dash: "7 4" },
        of: (run) => run.bound,
        runs: RNN,
      },
      {
        label: "ρᵏ",
        name: "the radius, ρᵏ",
        pens: { color: MIDTONE, dash: "2 3" },
        of: (run) => run.radius,
        runs: RNN,
        alone: true,
      },
    ];
  }
  if (compare === "forget") {
    return [
      { label: "∂h_T/∂h_t", name: "∂h_T/∂h_t", pens: { letter: "h" }, of: sizes, runs: LSTM },
      { label: "∂c_T/∂c_t", name: "∂c_T/∂c_t", pens: { letter: "c" }, of: (run) => run.memory, runs: LSTM },
      {
        label: "product f",
        name: "product of f",
        pens: { letter: "f", dash: "7 4" },
        of: (run) => run.gates,
        runs: LSTM,
      },
    ];
  }
  if (compare === "update") {
    return [
      { label: "∂h_T/∂h_t", name: "∂h_T/∂h_t", pens: { letter: "h" }, of: sizes, runs: GRU },
      { label: "product z", name: "product of z", pens: { letter: "z" }, of: (run) => run.gates, runs: GRU },
    ];
  }
  const of = compare === "clipping" ? clipped(threshold) : sizes;
  return Object.entries(results).map(([kind, runs]) => ({
    label: kind,
    name: kind,
    pens: { model: kind.toLowerCase() },
    of,
    runs,
    judged: compare === "cells",
  }));
}

/**
 * Thin lines for the runs, or for the median before clipping, and a thick one for each curve's median.
 * @param {string} compare
 * @param {Results} results
 * @param {number} threshold
 * @returns {Line[]}
 */
export function lines(compare, results, threshold) {
  const shown = curves(compare, results, threshold).map(({ label, pens, of, runs, alone, judged }) => {
    const each = runs.map(of);
    const before = compare === "clipping" ? [medians(runs.map(sizes))] : alone ? [] : each;
    const thin = before.map((values) => ({ ...pens, values: drawn(values), thin: true }));
    const middle = medians(each);
    const text = judged ? `${label} ${verdict(middle[middle.length - 1])}` : label;
    return { thin, thick: { ...pens, label: text, values: drawn(middle) } };
  });
  return [...shown.flatMap(({ thin }) => thin), ...shown.map(({ thick }) => thick)];
}

/**
 * One row per curve: its values at a lag, as text.
 * @param {string} compare
 * @param {Results} results
 * @param {number} threshold
 * @param {number} lag
 */
export function table(compare, results, threshold, lag) {
  return curves(compare, results, threshold).map(({ name, pens, of, runs }) => {
    const values = runs.map((run) => of(run)[lag]);
    const middle = median(values);
    if (compare === "clipping") {
      const norm = median(runs.map((run) => run.norm[0]));
      const factor = median(runs.map((run) => clipFactor(run.norm[0], threshold)));
      return {
        name,
        pens,
        cells: [short(median(runs.map((run) => run.sizes[lag]))), short(norm), `× ${short(factor)}`, short(middle)],
      };
    }
    return {
      name,
      pens,
      cells: [
        short(middle),
        `${short(Math.min(...values))} … ${short(Math.max(...values))}`,
        lag ? `× ${(middle ** (1 / lag)).toFixed(2)}` : "–",
        `${values.filter((value) => value > 1).length} of ${values.length}`,
      ],
    };
  });
}
