// The loop over time, forward and backward: one mechanism that serves every cell.

import { namesOf } from "./cells.js";
import { addProduct, addToInput, addToRows } from "./matrix.js";
import { reversed } from "./trace.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */
/** @typedef {import("./cells/base.js").Cell} Cell */
/** @typedef {import("./cells/base.js").Weights} Weights */
/** @typedef {import("./cells/base.js").Steps} Steps */
/** @typedef {import("./cells/base.js").StepGradients} StepGradients */

/**
 * Arrays (T + 1, N, H), seen as what is before each of T steps and as what is after it.
 * @param {readonly string[]} names
 * @param {number} T
 * @param {number} NH
 */
function beforeAndAfter(names, T, NH) {
  const whole = Object.fromEntries(names.map((name) => [name, new Float64Array((T + 1) * NH)]));
  /** @param {number} from @param {number} to @returns {Arrays} */
  const part = (from, to) => Object.fromEntries(names.map((name) => [name, whole[name].subarray(from * NH, to * NH)]));
  return { before: part(0, T), after: part(1, T + 1), first: part(0, 1), last: part(T, T + 1) };
}

/**
 * One array behind the other.
 * @param {Float64Array} one
 * @param {Float64Array} two
 */
export function joined(one, two) {
  const both = new Float64Array(one.length + two.length);
  both.set(one);
  both.set(two, one.length);
  return both;
}

/**
 * Two runs of a cell, the second of which began where the first ended, as one.
 * @param {Cell} cell
 * @param {Steps} one
 * @param {Steps} two
 * @returns {Steps}
 */
export function joinedSteps(cell, one, two) {
  const { N, H } = one;
  const T = one.T + two.T;
  const { before, after, last } = beforeAndAfter(cell.state, T, N * H);
  for (const name of cell.state) {
    before[name].set(one.before[name]);
    before[name].set(two.before[name], one.T * N * H);
    last[name].set(two.final[name]);
  }
  const record = Object.fromEntries(
    namesOf(cell).map((name) => [name, after[name] ?? joined(one.record[name], two.record[name])]),
  );
  return { ...one, T, x: joined(one.x, two.x), record, before, final: last };
}

/**
 * For each step of the cell's own order and each sequence, 1 if it is within the sequence's length.
 * @param {readonly number[] | null} lengths
 * @param {number} T
 * @param {boolean} reverse
 */
function validSteps(lengths, T, reverse) {
  if (!lengths) return null;
  const N = lengths.length;
  return Uint8Array.from({ length: T * N }, (_, k) => {
    const step = Math.floor(k / N);
    return (reverse ? T - 1 - step : step) < lengths[k % N] ? 1 : 0;
  });
}

/**
 * Call `action` with the range of each row (H) of step t that lies past its sequence's length.
 * @param {Steps} s
 * @param {number} t
 * @param {(from: number, to: number) => void} action
 */
function pastTheEnd(s, t, action) {
  if (!s.valid) return;
  for (let row = t * s.N; row < (t + 1) * s.N; row++) if (!s.valid[row]) action(row * s.H, (row + 1) * s.H);
}

/**
 * Run a cell over a sequence and record every step.
 * @param {Cell} cell
 * @param {Weights} w
 * @param {{T: number, N: number, D: number, H: number}} sizes
 * @param {Float64Array} x  (T, N, D), in the input's order
 * @param {Arrays} state  before the first step, by name, (N, H)
 * @param {readonly number[] | null} [lengths]
 * @param {boolean} [reverse]  read the sequence from its end
 * @returns {Steps}
 */
export function unroll(cell, w, { T, N, D, H }, x, state, lengths = null, reverse = false) {
  const { before, after, first, last } = beforeAndAfter(cell.state, T, N * H);
  for (const name of cell.state) first[name].set(state[name]);
  /** @type {Arrays} */
  const record = Object.fromEntries(namesOf(cell).map((name) => [name, after[name] ?? new Float64Array(T * N * H)]));
  const valid = validSteps(lengths, T, reverse);
  const s = { T, N, D, H, x: reverse ? reversed(x, T) : x, record, before, final: last, valid, reverse };
  for (const block of cell.blocks) {
    addProduct(record[block], s.x, w.W_x[block], D); // the input's share of all steps at once
    addToRows(record[block], w.b[block]);
  }
  for (let t = 0; t < T; t++) {
    cell.step(w, s, t);
    for (const name of cell.state) {
      pastTheEnd(s, t, (from, to) => after[name].set(before[name].subarray(from, to), from)); // carried along
    }
  }
  return s;
}

/**
 * The gradients of every step's states and sums, on the way back through time of one unrolled cell.
 * @param {Cell} cell
 * @param {Weights} w
 * @param {Steps} s
 * @param {Float64Array} dOutput  (T, N, H), dL/d(output) in the input's order
 * @param {Arrays} dFinal  by name, (N, H), dL/d(state after the last step)
 * @returns {{dInitial: Arrays, gradients: StepGradients}}
 */
export function gradientsThroughTime(cell, w, s, dOutput, dFinal) {
  const { T, N, H } = s;
  const { before, after, first, last } = beforeAndAfter(cell.state, T, N * H);
  const a = Object.fromEntries(cell.blocks.map((block) => [block, new Float64Array(T * N * H)]));
  const d = { a, before, after };
  after.h.set(s.reverse ? reversed(dOutput, T) : dOutput);
  for (let t = 0; t < T; t++) pastTheEnd(s, t, (from, to) => after.h.fill(0, from, to)); // that output is a constant 0
  for (const name of cell.state) for (let k = 0; k < N * H; k++) last[name][k] += dFinal[name][k];
  for (let t = T - 1; t >= 0; t--) {
    for (const name of cell.state) {
      pastTheEnd(s, t, (from, to) => {
        // a step that did not happen: the gradient passes by
        for (let k = from; k < to; k++) before[name][k] += after[name][k];
        after[name].fill(0, from, to);
      });
    }
    cell.stepBackward(w, s, d, t);
  }
  return { dInitial: first, gradients: d };
}

/**
 * Backpropagation through time of one unrolled cell. Werbos (1990), Proceedings of the IEEE 78.
 * @param {Cell} cell
 * @param {Weights} w
 * @param {Steps} s
 * @param {Float64Array} dOutput  (T, N, H), dL/d(output) in the input's order
 * @param {Arrays} dFinal  by name, (N, H), dL/d(state after the last step)
 * @param {Weights | null} dw  to which the gradients of the weights are added, if they are wanted
 * @returns {{dx: Float64Array, dInitial: Arrays, gradients: StepGradients}}
 */
export function unrollBackward(cell, w, s, dOutput, dFinal, dw) {
  const { T, N, D } = s;
  const { dInitial, gradients } = gradientsThroughTime(cell, w, s, dOutput, dFinal);
  if (dw) cell.weightGradients(w, s, gradients, dw);
  const dx = new Float64Array(T * N * D);
  for (const block of cell.blocks) addToInput(dx, gradients.a[block], w.W_x[block], D);
  return { dx: s.reverse ? reversed(dx, T) : dx, dInitial, gradients };
}
