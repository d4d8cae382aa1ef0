// Operate on a layer: hold a gate of some units at a value: lstm_tutor.analysis.hold.
//
// An intervention needs no second forward pass. A gate whose weights are zero is its bias alone, so a held gate is the
// same layer with a few other numbers in it.

import { log } from "./elementary.js";
import { makeLayer, weightsOfCell } from "./layers.js";
import { DIRECTIONS } from "./trace.js";

/** @typedef {import("./layers.js").Layer} Layer */
/** @typedef {Record<string, Record<number, number>>} Held  name of a gate -> unit -> the value at which it is held */

const SIGMOIDS = ["i", "f", "o", "r", "z"];
const FAR = 1000; // at this pre-activation a sigmoid is 1 exactly, and so is a tanh; at -FAR they are 0 and -1

/** The pre-activation at which a sigmoid is y. @param {number} y */
const logit = (y) => (y === 0 ? -FAR : y === 1 ? FAR : log(y) - log(1 - y));

/** The pre-activation at which tanh is y. @param {number} y */
const atanh = (y) => (Math.abs(y) === 1 ? y * FAR : 0.5 * (log(1 + y) - log(1 - y)));

/**
 * The least value and the largest that a gate can have, and the pre-activation of each.
 * @param {Layer} layer
 * @param {string} gate
 */
function rangeOf({ kind, config }, gate) {
  if (SIGMOIDS.includes(gate)) return { low: 0, high: 1, inverse: logit };
  const isRelu = kind === "RNN" && config.nonlinearity === "relu";
  return isRelu
    ? { low: 0, high: Number.MAX_VALUE, inverse: (/** @type {number} */ y) => y }
    : { low: -1, high: 1, inverse: atanh };
}

/**
 * A copy of a layer in which gates or candidates of some units keep one value, whatever comes in. Hold the output gate
 * of a unit at 0 to silence it, its forget gate at 1 to let it remember for ever.
 * @param {Layer} layer  it is not changed
 * @param {Held} held  `{ f: { 16: 0, 17: 1 } }`; gates lie in [0, 1], candidates in [-1, 1]
 * @param {{at?: number, direction?: import("./trace.js").Direction}} [place]  `at`: which layer of a stack
 * @returns {Layer}
 */
export function hold(layer, held, { at = 0, direction = "forward" } = {}) {
  const { kind, config, cell, H, numLayers, directions } = layer;
  if (!(Number.isInteger(at) && at >= 0 && at < numLayers)) {
    throw new Error(`hold: expected at from 0 to ${numLayers - 1}, got ${at}`);
  }
  const names = DIRECTIONS.slice(0, directions);
  if (!names.includes(direction)) {
    throw new Error(`hold: expected direction of ${names.join(", ")}, got ${direction}`);
  }
  const copy = makeLayer(kind, config, { parameters: layer.parameters });
  const w = weightsOfCell(copy, copy.parameters, `_l${at}${direction === "reverse" ? "_reverse" : ""}`);
  for (const [gate, values] of Object.entries(held)) {
    if (!cell.blocks.includes(gate)) {
      throw new Error(`hold: expected a gate of ${cell.blocks.join(", ")}, got ${gate}`);
    }
    const { low, high, inverse } = rangeOf(layer, gate);
    for (const [text, value] of Object.entries(values)) {
      const unit = Number(text);
      if (!(/^\d+$/.test(text) && unit < H)) {
        throw new Error(`hold: expected a unit of ${gate} from 0 to ${H - 1}, got ${text}`);
      }
      if (!(value >= low && value <= high))
        throw new Error(`hold: ${kind} cannot hold ${gate} of unit ${unit} at ${value}`);
      for (const weight of [w.W_x[gate], w.W_h[gate]]) {
        const width = weight.length / H;
        weight.fill(0, unit * width, (unit + 1) * width);
      }
      if (w.p?.[gate]) w.p[gate][unit] = 0;
      if (gate === "n" && w.b_hn) w.b_hn[unit] = 0;
      w.b[gate][unit] = inverse(value);
    }
  }
  return copy;
}
