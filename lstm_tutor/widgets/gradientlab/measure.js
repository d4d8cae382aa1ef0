// How large the gradient is after each step back: Jacobians by the engine's own backward pass, and their spectral
// norms.

import { backward, forward, jacobians } from "../js/engine/index.js";
import { spectralNorm } from "../js/engine/linalg.js";
import { inputs, lookout, network } from "./networks.js";

/** @typedef {import("./networks.js").Kind} Kind */
/** @typedef {import("./networks.js").Options} Options */
/** @typedef {import("../js/engine/layers.js").Layer} Layer */

/** Spectral norms of (T, H, H) by lag: of the last step first. @param {Float64Array} J @param {number} H */
export function normsByLag(J, H) {
  const T = J.length / (H * H);
  return Float64Array.from({ length: T }, (_, lag) =>
    spectralNorm(J.subarray((T - 1 - lag) * H * H, (T - lag) * H * H), H),
  );
}

/**
 * The product of a gate over the steps that lie between, by lag: at lag k that of the last k steps, the largest over
 * the units. It is the spectral norm of diag(f_T ... f_{t+1}), which is the path that stays on the rail of the memory.
 * @param {Float64Array} gate  (T, H)
 * @param {number} H
 */
export function productsByLag(gate, H) {
  const T = gate.length / H;
  const product = new Float64Array(H).fill(1);
  return Float64Array.from({ length: T }, (_, lag) => {
    if (lag) for (let j = 0; j < H; j++) product[j] *= gate[(T - lag) * H + j];
    return Math.max(...product);
  });
}

/** base^lag for lag 0 to T - 1. @param {number} base @param {number} T */
export const powers = (base, T) => Float64Array.from({ length: T }, (_, lag) => base ** lag);

/**
 * What can be measured in one run of one cell, each by lag, 0 to T - 1:
 * `sizes` |dh_T/dh_t|, how h_T answers when h_t is nudged and c_t is not; `memory` |dc_T/dc_t|, how c_T answers when
 * c_t is nudged, and h_t with it, since h_t = o tanh(c_t); `gates` the product of the forget or update gates; `bound`
 * and `radius` the powers of the largest singular value and of the spectral radius of W_h (the largest derivative of
 * tanh and of relu is 1); `norm` |dL/d(weights)| of L = v . h_T.
 * @param {Kind} kind
 * @param {Options} options
 * @param {number} run
 * @param {string[]} wanted  of the names above
 */
export function measure(kind, options, run, wanted) {
  const { hidden_size: H, length: T, spectral_radius } = options;
  const layer = network(kind, options, run);
  const x = inputs(options, run);
  const trace = forward(layer, x);
  /** @type {Record<string, () => Float64Array>} */
  const ways = {
    sizes: () => normsByLag(jacobians(layer, trace), H),
    memory: () => normsByLag(jacobians(layer, trace, "c"), H),
    gates: () => productsByLag(trace.at()[kind === "LSTM" ? "f" : "z"], H),
    bound: () => powers(spectralNorm(layer.parameters.weight_hh_l0, H), T),
    radius: () => powers(spectral_radius, T),
    norm: () => Float64Array.of(gradientNorm(layer, trace, lookout(options, run))),
  };
  return Object.fromEntries(wanted.map((name) => [name, ways[name]()]));
}

/**
 * The length of the whole gradient, of all weights, of L = v . h_T.
 * @param {Layer} layer
 * @param {import("../js/engine/trace.js").Trace} trace
 * @param {Float64Array} v
 */
export function gradientNorm(layer, trace, v) {
  const dOutput = new Float64Array(trace.output.length);
  dOutput.set(v, dOutput.length - v.length);
  let squares = 0;
  for (const g of Object.values(backward(layer, trace, dOutput).parameters))
    for (const value of g) squares += value * value;
  return Math.sqrt(squares);
}

/**
 * What clipping multiplies the whole gradient by: min(1, threshold / norm). Pascanu, Mikolov & Bengio (2013), algorithm
 * 1.
 * @param {number} norm
 * @param {number} threshold
 */
export const clipFactor = (norm, threshold) => (norm > threshold ? threshold / norm : 1);

/** The middle value, the mean of the middle two. @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
