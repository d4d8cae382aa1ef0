// Activation functions, stable for every finite input, and their derivatives: lstm_tutor.activations, one number each.
//
// A derivative takes the activation y, not the pre-activation: a backward pass has y at hand, in the trace.

import { exp, log, tanh } from "./elementary.js";

export { tanh };

/** 1 / (1 + exp(-a)) = (1 + tanh(a / 2)) / 2; the right-hand form never overflows. @param {number} a */
export const sigmoid = (a) => 0.5 * tanh(0.5 * a) + 0.5;

/** max(0, a). @param {number} a */
export const relu = (a) => Math.max(a, 0);

/** d sigmoid / d a where y = sigmoid(a): at most 1/4. @param {number} y */
export const sigmoidDerivative = (y) => y * (1 - y);

/** d tanh / d a where y = tanh(a): at most 1. @param {number} y */
export const tanhDerivative = (y) => 1 - y * y;

/** d relu / d a where y = relu(a): 1 where y > 0, else 0. @param {number} y */
export const reluDerivative = (y) => (y > 0 ? 1 : 0);

/**
 * Row by row, log softmax(a) by subtracting the largest entry first: a (R, K) to (R, K).
 * @param {Float64Array} a
 * @param {number} K
 */
export function logSoftmax(a, K) {
  const out = new Float64Array(a.length);
  for (let row = 0; row < a.length; row += K) {
    let top = -Infinity;
    for (let k = row; k < row + K; k++) top = Math.max(top, a[k]);
    let sum = 0;
    for (let k = row; k < row + K; k++) sum += exp(a[k] - top);
    const logSum = log(sum);
    for (let k = row; k < row + K; k++) out[k] = a[k] - top - logSum;
  }
  return out;
}

/**
 * Row by row, the probabilities exp(a_k) / sum_j exp(a_j): a (R, K) to (R, K).
 * @param {Float64Array} a
 * @param {number} K
 */
export const softmax = (a, K) => logSoftmax(a, K).map(exp);
