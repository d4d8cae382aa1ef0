// Losses over sequences: the value to be made small, and its gradient. lstm_tutor.losses, with the same means: over the
// steps that the mask counts, so that a loss does not depend on how long a sequence is.

import { logSoftmax, sigmoid } from "./activations.js";
import { exp } from "./elementary.js";

/** @typedef {{ loss: number, gradient: Float64Array }} Loss */
/** @typedef {ArrayLike<number>} Numbers */

/**
 * The weight of each step: 1 / (number of steps that count), or 0.
 * @param {number} steps
 * @param {Numbers | null | undefined} mask
 */
function weightsOf(steps, mask) {
  if (!mask) return new Float64Array(steps).fill(1 / steps);
  if (mask.length !== steps) throw new Error(`loss: expected a mask of ${steps} steps, got ${mask.length}`);
  let counted = 0;
  for (let step = 0; step < steps; step++) if (mask[step]) counted += 1;
  if (!counted) throw new Error("loss: expected a mask that counts at least one step, got none");
  const weights = new Float64Array(steps);
  for (let step = 0; step < steps; step++) if (mask[step]) weights[step] = 1 / counted;
  return weights;
}

/** @param {Float64Array} predictions @param {Numbers} targets @param {number} size */
function check(predictions, targets, size) {
  if (predictions.length % size || targets.length !== size) {
    throw new Error(`loss: expected ${size} targets for ${predictions.length} predictions, got ${targets.length}`);
  }
}

/**
 * Mean of -log softmax(logits)[target], in nats: which of K classes comes.
 * @param {Float64Array} logits  (T, N, K)
 * @param {Numbers} targets  (T, N), classes from 0 to K - 1
 * @param {number} K
 * @param {Numbers | null} [mask]  (T, N), true where a step counts
 * @returns {Loss}
 */
export function softmaxCrossEntropy(logits, targets, K, mask) {
  const steps = logits.length / K;
  check(logits, targets, steps);
  const weights = weightsOf(steps, mask);
  const log_p = logSoftmax(logits, K);
  const gradient = log_p.map((value, k) => exp(value) * weights[Math.floor(k / K)]);
  let loss = 0;
  for (let step = 0; step < steps; step++) {
    const target = targets[step];
    if (!(target >= 0 && target < K)) throw new Error(`loss: expected a class below ${K}, got ${target}`);
    loss -= weights[step] * log_p[step * K + target];
    gradient[step * K + target] -= weights[step];
  }
  return { loss, gradient };
}

/**
 * Mean of -y log p - (1 - y) log(1 - p) with p = sigmoid(logits), in nats: K questions of yes or no, summed.
 * @param {Float64Array} logits  (T, N, K)
 * @param {Numbers} targets  (T, N, K), from 0 to 1
 * @param {number} K
 * @param {Numbers | null} [mask]  (T, N)
 * @returns {Loss}
 */
export function binaryCrossEntropy(logits, targets, K, mask) {
  check(logits, targets, logits.length);
  const weights = weightsOf(logits.length / K, mask);
  let loss = 0;
  const gradient = logits.map((a, k) => {
    const weight = weights[Math.floor(k / K)];
    loss += weight * (Math.max(a, 0) - a * targets[k] + Math.log1p(Math.exp(-Math.abs(a))));
    return (sigmoid(a) - targets[k]) * weight;
  });
  return { loss, gradient };
}

/**
 * Mean over the steps, and over the K values of each, of (prediction - target)^2.
 * @param {Float64Array} predictions  (T, N, K)
 * @param {Numbers} targets  (T, N, K)
 * @param {number} K
 * @param {Numbers | null} [mask]  (T, N)
 * @returns {Loss}
 */
export function meanSquaredError(predictions, targets, K, mask) {
  check(predictions, targets, predictions.length);
  const weights = weightsOf(predictions.length / K, mask);
  let loss = 0;
  const gradient = predictions.map((y, k) => {
    const weight = weights[Math.floor(k / K)] / K;
    const error = y - targets[k];
    loss += weight * error * error;
    return 2 * weight * error;
  });
  return { loss, gradient };
}

/**
 * The losses by their names in the package.
 * @type {Record<string, (predictions: Float64Array, targets: Numbers, K: number, mask?: Numbers | null) => Loss>}
 */
export const LOSSES = {
  softmax_cross_entropy: softmaxCrossEntropy,
  binary_cross_entropy: binaryCrossEntropy,
  mean_squared_error: meanSquaredError,
};
