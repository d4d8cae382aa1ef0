// The record of a forward pass, and of the gradients that flow back through it: lstm_tutor.trace, with the same names.

import { namesOf } from "./cells.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */
/** @typedef {import("./cells/base.js").Cell} Cell */
/** @typedef {import("./cells/base.js").Steps} Steps */
/** @typedef {"forward" | "reverse"} Direction */

export const DIRECTIONS = /** @type {const} */ (["forward", "reverse"]);

/**
 * An array (T, M) with its steps from the last to the first.
 * @param {Float64Array} array
 * @param {number} T
 */
export function reversed(array, T) {
  const M = array.length / T;
  const out = new Float64Array(array.length);
  for (let t = 0; t < T; t++) out.set(array.subarray(t * M, (t + 1) * M), (T - 1 - t) * M);
  return out;
}

/**
 * An array of a cell's own order, (T, N, H), as the reader of a trace gets it: in the input's order, zero past a
 * sequence's length. Where there is nothing to change it is the array itself.
 * @param {Float64Array} array
 * @param {Steps} s
 */
export function inInputOrder(array, s) {
  const { valid, H } = s;
  const shown = valid ? array.slice() : array;
  valid?.forEach((isWithin, row) => {
    if (!isWithin) shown.fill(0, row * H, (row + 1) * H);
  });
  return s.reverse ? reversed(shown, s.T) : shown;
}

/**
 * One entry of a grid [layer][direction], with errors that name the choices.
 * @template V
 * @param {V[][]} grid
 * @param {number} layer
 * @param {Direction} direction
 * @returns {V}
 */
function pick(grid, layer, direction) {
  if (!grid[layer]) throw new Error(`expected layer from 0 to ${grid.length - 1}, got ${layer}`);
  const entry = grid[layer][DIRECTIONS.indexOf(direction)];
  if (!entry) {
    const names = DIRECTIONS.slice(0, grid[layer].length).join(" or ");
    throw new Error(`expected direction ${names}, got ${direction}`);
  }
  return entry;
}

/** A forward pass of a layer: its output, its final state, and every gate and state on the way. */
export class Trace {
  /** @type {(Arrays | undefined)[][]} */
  #read;

  /**
   * @param {Cell} cell
   * @param {Steps[][]} steps  by layer and direction, in each cell's own order
   * @param {Float64Array} x  (T, N, D)
   * @param {Float64Array} output  (T, N, H * directions), zero past a sequence's length
   * @param {Arrays} finalState  by name, (layers * directions, N, H)
   * @param {readonly number[] | null} lengths
   */
  constructor(cell, steps, x, output, finalState, lengths) {
    const { T, N, D, H } = steps[0][0];
    this.T = T;
    this.N = N;
    this.D = D;
    this.H = H;
    this.cell = cell;
    /** Names of what was recorded, such as ["i", "f", "g", "o", "c", "h"]. */
    this.names = namesOf(cell);
    this.steps = steps;
    this.x = x;
    this.output = output;
    this.finalState = finalState;
    this.lengths = lengths;
    this.#read = steps.map((row) => row.map(() => undefined));
  }

  /**
   * What one cell recorded, by name, each (T, N, H) in the order of the input's time: trace.at(0, "reverse").f.
   * @param {number} [layer]
   * @param {Direction} [direction]
   * @returns {Arrays}
   */
  at(layer = 0, direction = "forward") {
    const steps = pick(this.steps, layer, direction);
    const j = DIRECTIONS.indexOf(direction);
    this.#read[layer][j] ??= Object.fromEntries(
      this.names.map((name) => [name, inInputOrder(steps.record[name], steps)]),
    );
    return this.#read[layer][j];
  }

  /**
   * The state that each step started from, by name, each (T, N, H) in the order of the input's time.
   * @param {number} [layer]
   * @param {Direction} [direction]
   * @returns {Arrays}
   */
  before(layer = 0, direction = "forward") {
    const steps = pick(this.steps, layer, direction);
    return Object.fromEntries(Object.entries(steps.before).map(([name, array]) => [name, inInputOrder(array, steps)]));
  }

  /**
   * The trace of the steps from `start` up to `end`, which is not among them: views of this one's arrays.
   * @param {number} start
   * @param {number} end
   */
  slice(start, end) {
    const { T, N, D, H, cell } = this;
    if (this.lengths || this.steps.some((row) => row.length > 1)) {
      throw new Error("expected a trace of one direction and without lengths, to slice it");
    }
    if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= T)) {
      throw new Error(`expected a slice of at least one step from 0 to ${T}, got ${start} to ${end}`);
    }
    const rows = (/** @type {Float64Array} */ array, /** @type {number} */ M) => array.subarray(start * M, end * M);
    const cut = (/** @type {Arrays} */ arrays) =>
      Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, rows(array, N * H)]));
    const steps = this.steps.map(([s]) => {
      const record = cut(s.record);
      const final = Object.fromEntries(cell.state.map((name) => [name, record[name].subarray(-N * H)]));
      return [{ ...s, T: end - start, x: rows(s.x, N * s.D), record, before: cut(s.before), final }];
    });
    const finalState = Object.fromEntries(
      cell.state.map((name) => [name, Float64Array.from(steps.flatMap(([s]) => [...s.final[name]]))]),
    );
    return new Trace(cell, steps, rows(this.x, N * D), rows(this.output, N * H), finalState, null);
  }
}

/** The gradients of a loss L with respect to all that a forward pass was given, and to each state on the way. */
export class Gradients {
  /**
   * @param {Float64Array} x  (T, N, D), dL/dx
   * @param {Arrays} initialState  by name, (layers * directions, N, H)
   * @param {Arrays} parameters  named as the layer's
   * @param {Arrays[][]} throughTime  by layer and direction
   */
  constructor(x, initialState, parameters, throughTime) {
    this.x = x;
    this.initialState = initialState;
    this.parameters = parameters;
    this.throughTime = throughTime;
  }

  /**
   * dL/dh_t, and dL/dc_t of LSTMs, with all that reaches that state, now and later; (T, N, H) in the input's order.
   * @param {number} [layer]
   * @param {Direction} [direction]
   * @returns {Arrays}
   */
  at(layer = 0, direction = "forward") {
    return pick(this.throughTime, layer, direction);
  }
}
