// What the networks make of a text: their guesses after a letter, and how much each guess answers to the letters before.

import { forward, initialState, softmax } from "../js/engine/index.js";
import { weightsOfCell } from "../js/engine/layers.js";
import { addToInput } from "../js/engine/matrix.js";
import { applyLinear } from "../js/engine/model.js";
import { gradientsThroughTime } from "../js/engine/unrolling.js";
import { modelOf } from "../microscope/reading.js";

/** @typedef {Parameters<typeof modelOf>[0]} Described */
/** @typedef {ReturnType<typeof modelOf>} Model */
/** @typedef {{kind: string, sizes: Float64Array, code: number, probability: number, forget: Float64Array | null}} Run */

/**
 * The models as Python describes them, with all their weights, one after the other.
 * @param {Described[]} described
 * @param {ArrayLike<number>} weights
 * @returns {Model[]}
 */
export function modelsOf(described, weights) {
  const numbers = Float64Array.from(weights);
  let at = 0;
  return described.map(({ kind, config, shapes }) => {
    const size = shapes.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const model = modelOf({ kind, config, shapes }, numbers.subarray(at, at + size));
    at += size;
    return model;
  });
}

/** The trace of a text. @param {Model} model @param {number[]} codes */
export function read({ layer }, codes) {
  const x = new Float64Array(codes.length * layer.D);
  codes.forEach((code, t) => {
    x[t * layer.D + code] = 1;
  });
  return forward(layer, x);
}

/**
 * The guess after the letter at `place`, and the length of the gradient of its log-probability with respect to the
 * input of each letter up to there. The guess is of the letter that comes, or at the end of the likeliest.
 * @param {Model} model
 * @param {import("../js/engine/index.js").Trace} whole  of the text
 * @param {number[]} codes
 * @param {number} place
 * @returns {Run}
 */
export function measure({ layer, readout, K }, whole, codes, place) {
  const { D, H, kind, cell } = layer;
  const trace = whole.slice(0, place + 1);
  const shares = softmax(applyLinear(readout, trace.output.slice(place * H)), K);
  const code = place + 1 < codes.length ? codes[place + 1] : shares.indexOf(Math.max(...shares));
  const dOutput = new Float64Array((place + 1) * H);
  for (let k = 0; k < K; k++) {
    const derivative = (k === code ? 1 : 0) - shares[k]; // of the log-probability by the score of k
    for (let j = 0; j < H; j++) dOutput[place * H + j] += derivative * readout.weight[k * H + j];
  }
  const w = weightsOfCell(layer, layer.parameters, "_l0");
  const { a } = gradientsThroughTime(cell, w, trace.steps[0][0], dOutput, initialState(layer, 1)).gradients;
  const dx = new Float64Array((place + 1) * D);
  for (const block of cell.blocks) addToInput(dx, a[block], w.W_x[block], D);
  const sizes = Float64Array.from({ length: place + 1 }, (_, s) => Math.hypot(...dx.subarray(s * D, (s + 1) * D)));
  return { kind, sizes, code, probability: shares[code], forget: kind === "LSTM" ? trace.at().f.slice() : null };
}

/**
 * f_{s+1} ⊙ ... ⊙ f_t for each letter s up to the last, t: what the forget gates alone leave of the cell state.
 * @param {Float64Array} forget  (t + 1, H)
 * @param {number} H
 * @param {number | null} unit  one unit's, or with null the mean of all units' products
 */
export function forgetProduct(forget, H, unit) {
  const steps = forget.length / H;
  const products = new Float64Array(H).fill(1);
  const out = new Float64Array(steps);
  for (let s = steps - 1; s >= 0; s--) {
    out[s] = unit === null ? products.reduce((sum, value) => sum + value, 0) / H : products[unit];
    for (let j = 0; j < H; j++) products[j] *= forget[s * H + j];
  }
  return out;
}

/** The median of rows, column by column. @param {Float64Array[]} rows */
export const medianOf = (rows) => {
  const column = new Float64Array(rows.length); // one for all, since there are hundreds
  const [low, high] = [(rows.length - 1) >> 1, rows.length >> 1];
  return rows[0].map((_, k) => {
    for (let r = 0; r < rows.length; r++) column[r] = rows[r][k];
    column.sort();
    return (column[low] + column[high]) / 2;
  });
};

/** @typedef {Omit<Run, "forget"> & {product: Float64Array | null}} Result */

/**
 * Runs as the page takes them: with the product of the forget gates that it shows in place of all gates, which would
 * be a hundred times the weight.
 * @param {Run[]} runs
 * @param {string} gate  "mean" or a unit
 * @param {number} H
 * @returns {Result[]}
 */
export const resultsOf = (runs, gate, H) =>
  runs.map(({ forget, ...run }) => {
    const unit = gate === "mean" ? null : Number(gate);
    return { ...run, product: forget && forgetProduct(forget, H, unit) };
  });

/**
 * The curves of every seed, and the one that is shown, of each cell and of the LSTM's forget gates.
 * @param {Result[]} runs
 * @param {string} seed  "median" or a number
 */
export function curvesOf(runs, seed) {
  const shown = (/** @type {Float64Array[]} */ seeds) => ({
    seeds,
    shown: seed === "median" ? medianOf(seeds) : seeds[Number(seed)],
  });
  const of = (/** @type {string} */ kind) => runs.filter((run) => run.kind === kind);
  return {
    RNN: shown(of("RNN").map(({ sizes }) => sizes)),
    LSTM: shown(of("LSTM").map(({ sizes }) => sizes)),
    GRU: shown(of("GRU").map(({ sizes }) => sizes)),
    product: shown(of("LSTM").map(({ product }) => product ?? new Float64Array(0))),
  };
}

/** @typedef {ReturnType<typeof curvesOf>} Curves */
