// Curves of stored runs: each seed thin, the median thick, each end marked.

/**
 * @typedef {{
 *   seed: number, solved: boolean, sequences: number | null, presented: number, wrong: number, parameters: number,
 *   curve: {sequences: number[], wrong: number[], error?: number[]},
 * }} Run  as the experiment stored it
 * @typedef {{most: number, every: number, criterion: string}} Limit
 * @typedef {"wrong" | "error"} Measure
 */

/**
 * A run's value at a number of sequences: the last one measured by then.
 * @param {Run} run
 * @param {Measure} measure
 * @param {number} x
 */
export function valueAt({ curve }, measure, x) {
  const values = curve[measure] ?? [];
  let value = Number.NaN;
  for (let k = 0; k < values.length && curve.sequences[k] <= x; k++) value = values[k];
  return value;
}

/** The middle of a list. @param {number[]} values */
export function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2 : Number.NaN;
}

/**
 * The median over all runs; one that has stopped counts on with its last value, so that no failure drops out.
 * @param {Run[]} runs @param {Measure} measure @param {Limit} limit
 */
export function medianCurve(runs, measure, { most, every }) {
  const x = Array.from({ length: Math.floor(most / every) }, (_, k) => (k + 1) * every);
  return { x, values: runs.length ? x.map((at) => middle(runs.map((run) => valueAt(run, measure, at)))) : [] };
}

/**
 * Lines and end marks of a variant's runs.
 * @param {Run[]} runs @param {Measure} measure @param {Limit} limit
 * @param {{label: string, model?: string, color?: string}} pen
 */
export function linesOf(runs, measure, limit, { label, ...pen }) {
  const ends = runs.map((run) => ({
    ...pen,
    x: run.curve.sequences[run.curve.sequences.length - 1],
    y: (run.curve[measure] ?? [])[run.curve.sequences.length - 1],
    cross: !run.solved,
  }));
  /** @type {import("../js/kit/lineplot.js").Line[]} */
  const thin = runs.map((run) => ({ ...pen, x: run.curve.sequences, values: run.curve[measure] ?? [], thin: true }));
  return {
    lines: runs.length ? [...thin, { ...pen, label, ...medianCurve(runs, measure, limit) }] : [],
    marks: ends.filter(({ y }) => Number.isFinite(y)),
  };
}

/** "4 of 5 solved". @param {Run[]} runs */
export const solvedOf = (runs) => `${runs.filter(({ solved }) => solved).length} of ${runs.length} solved`;

/** 13600 as "13,600". @param {number} count */
export const thousands = (count) => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
