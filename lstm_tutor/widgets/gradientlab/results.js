// Measurements that arrive while the reader drags: the first run of each cell at once, the others when the hand rests.

import { measure } from "./measure.js";

/** @typedef {import("./networks.js").Kind} Kind */
/** @typedef {import("./networks.js").Options} Options */
/** @typedef {Record<string, Float64Array>} Measured  by name, each by lag */
/** @typedef {Partial<Record<Kind, Measured[]>>} Results  by cell, one per run */

const REST = 140; // ms without a change, after which the other runs are worth their while

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

/**
 * `ask(options, kinds, wanted, runs)` returns what is known, at least one run of each cell, and sees to the rest; after
 * each further run it calls `changed`.
 * @param {() => void} changed
 * @param {AbortSignal} signal
 */
export function progressive(changed, signal) {
  /** @type {Partial<Record<Kind, {key: string, runs: Measured[]}>>} */
  const known = {};
  /** @type {(() => boolean) | undefined} */
  let next;
  let timer = 0;
  const slice = () => {
    timer = 0;
    if (!next?.()) return;
    changed();
    window.clearTimeout(timer); // whoever was told may have asked again
    timer = window.setTimeout(slice, 0);
  };
  signal.addEventListener("abort", () => window.clearTimeout(timer), { once: true });

  /** @param {Options} options @param {Kind[]} kinds @param {string[]} wanted @param {number} runs @returns {Results} */
  return (options, kinds, wanted, runs) => {
    let fresh = false;
    const stores = kinds.map((kind) => {
      const key = keyOf(kind, options, wanted);
      if (known[kind]?.key !== key) {
        known[kind] = { key, runs: [measure(kind, options, 0, wanted)] };
        fresh = true;
      }
      return { kind, store: /** @type {{key: string, runs: Measured[]}} */ (known[kind]) };
    });
    next = () => {
      const fewest = stores.reduce((least, one) => (one.store.runs.length < least.store.runs.length ? one : least));
      if (fewest.store.runs.length >= runs) return false;
      fewest.store.runs.push(measure(fewest.kind, options, fewest.store.runs.length, wanted));
      return true;
    };
    if (fresh || !timer) {
      window.clearTimeout(timer);
      timer = window.setTimeout(slice, REST);
    }
    return Object.fromEntries(stores.map(({ kind, store }) => [kind, store.runs.slice(0, runs)]));
  };
}
