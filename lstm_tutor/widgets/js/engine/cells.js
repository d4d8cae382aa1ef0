// One time step of each cell, forward and backward: the equations of lstm_tutor.cells, with the same letters.
//
// A step works on whole sequences: `s.record.f` is (T, N, H), and so is `s.before.c`, the cell state before each step.
// Both are indexed by the same k, so that c[k] = f[k] * c_prev[k] + i[k] * g[k] is the equation for one unit of one
// sequence at one time. A line `const d_f = dc[k] * c_prev[k]` of stepBackward is the derivative of the line that used
// f.
//
// Each gate comes in as the input's share, W_x x + b, computed for all steps at once, and is overwritten.

import { gru } from "./cells/gru.js";
import { lstm, lstm1997, peepholeLstm } from "./cells/lstm.js";
import { rnn } from "./cells/rnn.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */
/** @typedef {import("./cells/base.js").Cell} Cell */
/** @typedef {import("./cells/base.js").Weights} Weights */

/**
 * The cells by the names of their layers in the package; each takes its options by their names there.
 * @type {Record<string, (options: Record<string, any>) => Cell>}
 */
export const CELLS = { RNN: rnn, LSTM1997: lstm1997, LSTM: lstm, PeepholeLSTM: peepholeLstm, GRU: gru };

/**
 * Names of what a cell records at each step: its gates, then its state, in the package's order.
 * @param {Cell} cell
 */
export const namesOf = (cell) => [...new Set([...cell.blocks, ...(cell.state.includes("c") ? ["c"] : []), "h"])];

/**
 * Shape of each parameter of one cell, by name, in the package's order.
 * @param {Cell} cell
 * @param {number} D
 * @param {number} H
 * @returns {Record<string, number[]>}
 */
export function shapesOf(cell, D, H) {
  const rows = cell.blocks.length * H;
  /** @type {Record<string, number[]>} */
  const shapes = { weight_ih: [rows, D], weight_hh: [rows, H], bias: [rows] };
  for (const [name, many] of Object.entries(cell.extra ?? {})) shapes[name] = many === 1 ? [H] : [many, H];
  return shapes;
}

/**
 * One cell's parameters, named without suffix, as views block by block.
 * @param {Cell} cell
 * @param {Arrays} own
 * @param {number} H
 * @returns {Weights}
 */
export function weightsOf(cell, own, H) {
  /** @param {Float64Array} array @param {readonly string[]} names */
  const split = (array, names) => {
    const size = array.length / names.length;
    return Object.fromEntries(names.map((name, k) => [name, array.subarray(k * size, (k + 1) * size)]));
  };
  return {
    W_x: split(own.weight_ih, cell.blocks),
    W_h: split(own.weight_hh, cell.blocks),
    b: split(own.bias, cell.blocks),
    b_hn: own.bias_hn,
    p: own.weight_peephole && split(own.weight_peephole, ["i", "f", "o"]),
  };
}
