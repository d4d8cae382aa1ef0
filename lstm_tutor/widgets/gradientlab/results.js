// Answers to what is asked of the random networks: a first one with one run of each cell, then more, then all runs.

import { measure } from "./measure.js";
import { start } from "./networks.js";
import { freePath } from "./path.js";

/** @typedef {import("./networks.js").Kind} Kind */
/** @typedef {import("./networks.js").Options} Options */
/** @typedef {Record<string, Float64Array>} Measured  by name, each by lag */
/** @typedef {Partial<Record<Kind, Measured[]>>} Results  by cell, one per run */
/** @typedef {{options: Options, compare: string, cells: Kind[], runs: number}} Question */
/**
 * @typedef {{results: Results, path: ReturnType<typeof freePath>, eigen: import("./path.js").Complex[]}} Answer
 *     `path` of the first RNN's state, `eigen` of its W_h at a spectral radius of 1
 */

/**
 * What each comparison measures, and of which cells; null: of those that the reader chose.
 * @type {Record<string, {kinds: Kind[] | null, wanted: string[]}>}
 */
export const COMPARISONS = {
  cells: { kinds: null, wanted: ["sizes"] },
  bound: { kinds: ["RNN"], wanted: ["sizes", "bound", "radius"] },
  forget: { kinds: ["LSTM"], wanted: ["sizes", "memory", "gates"] },
  update: { kinds: ["GRU"], wanted: ["sizes", "gates"] },
  clipping: { kinds: null, wanted: ["sizes", "norm"] },
};

/** @type {Record<Kind, (keyof Options)[]>} */
const IGNORED = {
  RNN: ["forget_bias", "update_bias"],
  LSTM: ["update_bias", "nonlinearity"],
  GRU: ["forget_bias", "nonlinearity"],
};

/**
 * What the measurements of a cell depend on, as a text.
 * @param {Kind} kind
 * @param {Options} options
 * @param {string[]} wanted
 */
export function keyOf(kind, options, wanted) {
  const used = Object.entries(options).filter(([name]) => !IGNORED[kind].includes(/** @type {keyof Options} */ (name)));
  return JSON.stringify([used, wanted]);
}

/** @type {Partial<Record<Kind, {key: string, runs: Measured[]}>>} */
const known = {};

/** The runs of a cell that are measured already. @param {Kind} kind @param {string} key */
function runsOf(kind, key) {
  const store = known[kind]?.key === key ? known[kind] : { key, runs: [] };
  known[kind] = store;
  return /** @type {{runs: Measured[]}} */ (store).runs;
}

/**
 * What the question asks, one run more at each step: null until there is one of each cell, in the end all of them.
 * @param {Question} question
 * @returns {Generator<Answer | null, Answer, void>}
 */
export function* answers({ options, compare, cells, runs }) {
  const { kinds, wanted } = COMPARISONS[compare];
  const stores = (kinds ?? cells).map((kind) => ({ kind, runs: runsOf(kind, keyOf(kind, options, wanted)) }));
  const { eigen } = start("RNN", options, 0);
  const path = freePath(options);
  const answer = () => ({
    results: Object.fromEntries(stores.map(({ kind, runs: all }) => [kind, all.slice(0, runs)])),
    path,
    eigen,
  });
  for (;;) {
    const { kind, runs: fewest } = stores.reduce((least, one) => (one.runs.length < least.runs.length ? one : least));
    if (fewest.length >= runs) return answer();
    fewest.push(measure(kind, options, fewest.length, wanted));
    yield stores.every(({ runs: all }) => all.length) ? answer() : null;
  }
}

/** How many runs there are of every cell. @param {Answer | undefined} answer */
export const countOf = (answer) => (answer ? Math.min(...Object.values(answer.results).map((runs) => runs.length)) : 0);
