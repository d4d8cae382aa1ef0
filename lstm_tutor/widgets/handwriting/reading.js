// What the network makes of strokes: probabilities column by column, the likeliest path, and what a beam finds.

import { ctcBeamDecode, ctcGreedyDecode, makeLayer, makeModel, partsOf, predict, softmax } from "../js/engine/index.js";
import { boxOf, pictureOf, ROWS, stripsOf, WIDE } from "./raster.js";

/** @typedef {import("./raster.js").Stroke} Stroke */
/** @typedef {ReturnType<typeof makeModel>} Model */

export const [CLASSES, BLANK] = [11, 10];
export const [LEAST, SPECK] = [80, 40]; // units: flatter writing is not blown up, and what is smaller is not read
const [PICTURE_ROWS, THICKNESS, WIDTH] = [32, 0.11, 8];
export const GATES = /** @type {const} */ (["i", "f", "g", "o", "c", "h"]);

/**
 * The model from its parameters, one behind the other in the package's order.
 * @param {ArrayLike<number>} flat
 * @param {number} H
 */
export function modelOf(flat, H) {
  const D = ROWS * WIDE;
  /** @type {[string, number[]][]} */
  const shapes = ["", "_reverse"].flatMap((end) => [
    [`layer.weight_ih_l0${end}`, [4 * H, D]],
    [`layer.weight_hh_l0${end}`, [4 * H, H]],
    [`layer.bias_l0${end}`, [4 * H]],
  ]);
  const parameters = partsOf(flat, [...shapes, ["readout.weight", [CLASSES, 2 * H]], ["readout.bias", [CLASSES]]]);
  const own = Object.fromEntries(shapes.map(([name]) => [name.slice("layer.".length), parameters[name]]));
  const layer = makeLayer("LSTM", { input_size: D, hidden_size: H, bidirectional: true }, { parameters: own });
  return makeModel(layer, CLASSES, "softmax_cross_entropy", { parameters });
}

/** Whether there is enough of it to be read. @param {Stroke[]} strokes */
export function isLegible(strokes) {
  const [left, top, right, bottom] = boxOf(strokes);
  return Math.max(right - left, bottom - top) >= SPECK;
}

/** The strips that the network reads. @param {Stroke[]} strokes  legible */
export const stripsOfStrokes = (strokes) =>
  stripsOf(pictureOf(strokes, { rows: PICTURE_ROWS, thickness: THICKNESS, leastHeight: LEAST }), PICTURE_ROWS);

/**
 * What the network makes of strokes, and what one of its units does meanwhile; null if there is too little to read.
 * Column t begins at `left + t * step`.
 * @param {Model} model
 * @param {Stroke[]} strokes
 * @param {number} unit
 */
export function readAll(model, strokes, unit) {
  if (!isLegible(strokes)) return null;
  const { x, T, left, step } = stripsOfStrokes(strokes);
  const { predictions, trace } = predict(model, x);
  const { H } = model.layer;
  const ofUnit = (/** @type {"forward" | "reverse"} */ direction) => {
    const all = trace.at(0, direction);
    return GATES.map((name) => Float64Array.from({ length: T }, (_, t) => all[name][t * H + unit]));
  };
  return {
    T,
    left,
    step,
    logits: predictions,
    shares: softmax(predictions, CLASSES),
    greedy: ctcGreedyDecode(predictions, CLASSES, BLANK),
    beam: ctcBeamDecode(predictions, CLASSES, BLANK, WIDTH),
    forward: ofUnit("forward"),
    reverse: ofUnit("reverse"),
  };
}

/** @typedef {NonNullable<ReturnType<typeof readAll>>} Seen */

/**
 * Neighbors that say the same, merged: what a path collapses to, still with its blanks.
 * @param {number[]} path
 * @returns {{symbol: number, from: number, to: number}[]}  `to`: the last column
 */
export function runsOf(path) {
  /** @type {{symbol: number, from: number, to: number}[]} */
  const runs = [];
  path.forEach((symbol, t) => {
    const last = runs[runs.length - 1];
    if (last?.symbol === symbol) last.to = t;
    else runs.push({ symbol, from: t, to: t });
  });
  return runs;
}
