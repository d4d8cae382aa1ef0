// What all cells share: what a step reads and leaves behind, and the products with the weights.

import { addProduct, addToBias, addToInput, addToWeight } from "../matrix.js";

/** @typedef {Record<string, Float64Array>} Arrays */

/**
 * The weights of one cell, or gradients of them, block by block: views of the parameters, so that they stay live.
 * @typedef {object} Weights
 * @property {Arrays} W_x  by block, (H, D)
 * @property {Arrays} W_h  by block, (H, H)
 * @property {Arrays} b  by block, (H)
 * @property {Float64Array} [b_hn]  (H), the GRU's inner bias
 * @property {Arrays} [p]  by gate, (H), the peepholes
 */

/**
 * What one cell did, in the order in which it read the sequence.
 * @typedef {object} Steps
 * @property {number} T
 * @property {number} N
 * @property {number} D
 * @property {number} H
 * @property {Float64Array} x  (T, N, D)
 * @property {Arrays} record  by name, (T, N, H): the gates, and the state after each step
 * @property {Arrays} before  by name, (T, N, H): the state before each step
 * @property {Arrays} final  by name, (N, H): the state after the last step
 * @property {Uint8Array | null} valid  (T, N), 0 past a sequence's length; null if all are of one length
 * @property {boolean} reverse  whether the cell read the sequence from its end
 */

/**
 * The gradients of the loss on the way back.
 * @typedef {object} StepGradients
 * @property {Arrays} a  by block, (T, N, H): dL/d(pre-activation)
 * @property {Arrays} after  by name, (T, N, H): dL/d(state after each step)
 * @property {Arrays} before  by name, (T, N, H): dL/d(state before each step)
 */

/**
 * @typedef {object} Cell
 * @property {readonly string[]} blocks  names of the row blocks of its weights, in order
 * @property {readonly string[]} state  names of what it carries from step to step
 * @property {Record<string, number>} [extra]  further parameters, by name: how many rows of H numbers
 * @property {(w: Weights, s: Steps, t: number) => void} step  one step forward
 * @property {(w: Weights, s: Steps, d: StepGradients, t: number) => void} stepBackward  one step backward: completes
 *     `d.after` at step t, writes `d.a`, and adds to `d.before` what this step passes on
 * @property {(w: Weights, s: Steps, d: StepGradients, dw: Weights) => void} weightGradients  adds dL/d(weights) of
 *     all steps
 */

/**
 * The part of an array (T, N, H) that belongs to step t, (N, H).
 * @param {Float64Array} array
 * @param {Steps} s
 * @param {number} t
 */
export const at = (array, s, t) => array.subarray(t * s.N * s.H, (t + 1) * s.N * s.H);

/**
 * The numbers of step t in an array (T, N, H): the first, and the one after the last.
 * @param {Steps} s
 * @param {number} t
 */
export const range = (s, t) => [t * s.N * s.H, (t + 1) * s.N * s.H];

/**
 * a += W_h h_prev, for the given blocks.
 * @param {Weights} w
 * @param {Steps} s
 * @param {number} t
 * @param {readonly string[]} blocks
 */
export function addPast(w, s, t, blocks) {
  const h_prev = at(s.before.h, s, t);
  for (const block of blocks) addProduct(at(s.record[block], s, t), h_prev, w.W_h[block], s.H);
}

/**
 * dL/dh_prev += da W_h, for the given blocks.
 * @param {Weights} w
 * @param {Steps} s
 * @param {StepGradients} d
 * @param {number} t
 * @param {readonly string[]} blocks
 */
export function passToPast(w, s, d, t, blocks) {
  const dh_prev = at(d.before.h, s, t);
  for (const block of blocks) addToInput(dh_prev, at(d.a[block], s, t), w.W_h[block], s.H);
}

/**
 * dL/dW_x, dL/dW_h and dL/db of all steps, for the given blocks.
 * @param {Steps} s
 * @param {StepGradients} d
 * @param {Weights} dw
 * @param {readonly string[]} blocks
 */
export function gradientsOfBlocks(s, d, dw, blocks) {
  for (const block of blocks) {
    addToWeight(dw.W_x[block], d.a[block], s.x, s.D);
    addToWeight(dw.W_h[block], d.a[block], s.before.h, s.H);
    addToBias(dw.b[block], d.a[block]);
  }
}
