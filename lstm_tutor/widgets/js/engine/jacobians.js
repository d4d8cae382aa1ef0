// How the last state answers to each state before it: lstm_tutor.jacobians, by the same backward pass.

import { initialState, weightsOfCell } from "./layers.js";
import { gradientsThroughTime } from "./unrolling.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */
/** @typedef {import("./layers.js").Layer} Layer */
/** @typedef {import("./trace.js").Trace} Trace */

/**
 * The Jacobians d(state_T) / d(state_t) of one sequence, t = 1 to T, exactly: the run is laid side by side H times, and
 * the n-th copy sent back from the n-th unit of `state` after the last step. Each has [n][j], how unit n of `state` at
 * the end answers when unit j of the same state is nudged after step t.
 * @param {Layer} layer  of one layer and one direction
 * @param {Trace} trace  of N = 1
 * @param {string} [state]  "h", or "c" of LSTMs
 * @returns {Float64Array}  (T, H, H)
 */
export function jacobians(layer, trace, state = "h") {
  const { kind, cell, H, numLayers, directions } = layer;
  if (trace.N !== 1 || numLayers * directions !== 1 || trace.lengths) {
    throw new Error(`${kind}: expected one sequence, one layer, one direction and no lengths for Jacobians`);
  }
  if (!cell.state.includes(state)) throw new Error(`${kind}: expected state ${cell.state.join(" or ")}, got ${state}`);
  const [[s]] = trace.steps;
  const beside = (/** @type {Arrays} */ arrays) =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, repeated(array, s.T, H)]));
  const record = beside(s.record);
  const copies = { ...s, N: H, record, before: beside(s.before), x: new Float64Array(0) };
  const dFinal = initialState(layer, H);
  for (let n = 0; n < H; n++) dFinal[state][n * H + n] = 1;
  const w = weightsOfCell(layer, layer.parameters, "_l0");
  return gradientsThroughTime(cell, w, copies, new Float64Array(s.T * H * H), dFinal).gradients.after[state];
}

/**
 * Each step's numbers, N times: (T, M) to (T, N, M).
 * @param {Float64Array} array
 * @param {number} T
 * @param {number} N
 */
function repeated(array, T, N) {
  const M = array.length / T;
  const out = new Float64Array(array.length * N);
  for (let row = 0; row < T * N; row++) {
    const from = Math.floor(row / N) * M;
    out.set(array.subarray(from, from + M), row * M);
  }
  return out;
}
