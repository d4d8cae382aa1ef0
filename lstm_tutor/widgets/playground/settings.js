// What a run is made from. The same settings make the same run, bit for bit.

import { CELLS as CELLS_BY_KIND, shapesOf } from "../js/engine/cells.js";

/**
 * @typedef {object} Settings
 * @property {string} task  "adding", "copying" or "reber"
 * @property {string[]} cells  of "RNN", "LSTM", "GRU"
 * @property {number} hidden_size  units of each cell; of the LSTM where all have as many parameters as it has
 * @property {"units" | "parameters"} equal  what the cells have in common
 * @property {number} learning_rate  of Adam
 * @property {number} batch_size
 * @property {number} length  of a task's sequences, in the task's own measure
 * @property {number} seed
 * @property {number} clip  the largest joint length of the gradients
 * @property {number} forget_bias  at the start, of the LSTM
 */

export const CELLS = ["RNN", "LSTM", "GRU"];

/**
 * A task as Python describes it: what its length measures, from least to most, and the settings one begins with.
 * @typedef {{text: string, label: string, least: number, most: number, asks: string, usual: Partial<Settings>}} Task
 */

/**
 * Parameters of a cell with H units that reads D numbers, and of its read-out of K.
 * @param {string} kind
 * @param {number} H
 * @param {number} D
 * @param {number} K
 */
export function parametersOf(kind, H, D, K) {
  const shapes = Object.values(shapesOf(CELLS_BY_KIND[kind]({}), D, H));
  const sizes = shapes.map((shape) => shape.reduce((product, length) => product * length, 1));
  return sizes.reduce((sum, size) => sum + size, K * (H + 1));
}

/**
 * Units of each cell: the same; or as many as bring its parameters closest to those of an LSTM with that many.
 * @param {Pick<Settings, "cells" | "hidden_size" | "equal">} settings
 * @param {number} D
 * @param {number} K
 * @returns {Record<string, number>}
 */
export function unitsOf({ cells, hidden_size, equal }, D, K) {
  const wanted = parametersOf("LSTM", hidden_size, D, K);
  const off = (/** @type {string} */ kind, /** @type {number} */ H) => Math.abs(parametersOf(kind, H, D, K) - wanted);
  const closest = (/** @type {string} */ kind) => {
    let H = 1;
    while (off(kind, H + 1) < off(kind, H)) H += 1;
    return H;
  };
  return Object.fromEntries(cells.map((kind) => [kind, equal === "units" ? hidden_size : closest(kind)]));
}
