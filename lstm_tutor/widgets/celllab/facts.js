// What tasks can ask for: how things stand in the lab.

import { overTime, place } from "./state.js";

/** @typedef {import("./state.js").State} State */

/**
 * The facts that the Python class lists. Steps are counted from 1, as the page shows them.
 * @param {State} state
 * @param {number} presses  how often a node of the drawing was computed
 * @returns {Record<string, string | number | null>}
 */
export function factsOf(state, presses) {
  const { preset, cell, mode, time, record, weights, T } = state;
  const last = (/** @type {string} */ name) => (record[name] ? overTime(record[name], state)[T - 1] : null);
  const now = (/** @type {string} */ name) => (record[name] ? record[name][place(state)] : null);
  const numbers = Object.entries(weights).map(([name, value]) => [name, typeof value === "number" ? value : null]);
  return {
    preset: preset.name,
    cell,
    mode,
    step: time + 1,
    presses,
    c: now("c"),
    h: now("h"),
    c_last: last("c"),
    h_last: last("h"),
    ...Object.fromEntries(numbers),
  };
}
