// Operations on a network: gates of some units held shut or open while it reads, and what it writes on from there. Not in
// index.js, since it computes: a worker imports it, too.

import { forward, hold, softmax } from "../engine/index.js";
import { applyLinear } from "../engine/model.js";

/** @typedef {[gate: string, unit: number, value: number, layer: number]} Held  `value`: 0, shut, or 1, open */
/** @typedef {import("../engine/model.js").Model} Model */
/** @typedef {import("../engine/cells/base.js").Arrays} Arrays */

const STATES = /** @type {const} */ (["shut", "open"]);
const MOST_WORDS = 3; // changes that a sentence names

/** What a control offers for a gate. */
export const CHOICES = ["free", ...STATES].map((value) => ({ value, text: value }));

/** @param {Held} one @param {Held} two */
const inOrder = (one, two) => one[3] - two[3] || (one[0] < two[0] ? -1 : one[0] > two[0] ? 1 : 0) || one[1] - two[1];

/**
 * The model with what is held; the model itself where nothing is.
 * @template {{layer: import("../engine/layers.js").Layer}} M
 * @param {M} model
 * @param {readonly Held[]} held
 * @returns {M}
 */
export function operated(model, held) {
  if (!held.length) return model;
  let { layer } = model;
  for (let at = 0; at < layer.numLayers; at++) {
    /** @type {Record<string, Record<number, number>>} */
    const units = {};
    for (const [gate, unit, value, where] of held) {
      if (where === at) units[gate] = { ...units[gate], [unit]: value };
    }
    if (Object.keys(units).length) layer = hold(layer, units, { at });
  }
  return { ...model, layer };
}

/** "free", "shut" or "open". @param {readonly Held[]} held @param {string} gate @param {number} unit */
export function stateOf(held, gate, unit, layer = 0) {
  const found = held.find((one) => one[0] === gate && one[1] === unit && one[3] === layer);
  return found ? STATES[found[2]] : "free";
}

/**
 * The same with one gate held otherwise, or free.
 * @param {readonly Held[]} held
 * @param {string} gate
 * @param {number} unit
 * @param {string} state
 * @returns {Held[]}
 */
export function withGate(held, gate, unit, state, layer = 0) {
  const others = held.filter((one) => !(one[0] === gate && one[1] === unit && one[3] === layer));
  /** @type {Held[]} */
  const own = state === "free" ? [] : [[gate, unit, state === "open" ? 1 : 0, layer]];
  return [...others, ...own].sort(inOrder);
}

/** The silent units of a layer: their output gates are held shut. @param {readonly Held[]} held */
export const silentUnits = (held, layer = 0) =>
  held.filter(([gate, , value, where]) => gate === "o" && value === 0 && where === layer).map(([, unit]) => unit);

/**
 * The same with these units silent, and no others, in that layer.
 * @param {readonly Held[]} held
 * @param {readonly number[]} units
 * @returns {Held[]}
 */
export function withSilent(held, units, layer = 0) {
  const others = held.filter(
    ([gate, unit, value, where]) => !(where === layer && gate === "o" && (value === 0 || units.includes(unit))),
  );
  return [...others, ...units.map((unit) => /** @type {Held} */ (["o", unit, 0, layer]))].sort(inOrder);
}

/** What is held, as links and tasks write it: "f16-open_o3.4-shut". @param {readonly Held[]} held */
export function heldInLink(held) {
  /** @type {Map<string, number[]>} */
  const words = new Map();
  for (const [gate, unit, value, layer] of held) {
    const word = `${gate}*-${STATES[value]}${layer ? `-${layer}` : ""}`;
    words.set(word, [...(words.get(word) ?? []), unit]);
  }
  return [...words].map(([word, units]) => word.replace("*", units.join("."))).join("_");
}

/**
 * The field of a link: `held=f16-open_o3.4-shut`, and `f16-open-1` in the layer above the first.
 * @param {readonly string[]} gates
 * @param {number} H
 * @param {number} [layers]
 * @returns {import("./address.js").Field}
 */
export const asHeld = (gates, H, layers = 1) => ({
  parse(text) {
    /** @type {Held[]} */
    let held = [];
    for (const word of text ? text.split("_") : []) {
      const [, gate, units = "", state, place = "0"] =
        /^([a-z])(\d{1,4}(?:\.\d{1,4})*)-(shut|open)(?:-(\d{1,2}))?$/.exec(word) ?? [];
      const layer = Number(place);
      for (const unit of units.split(".").map(Number)) {
        const fits = gates.includes(gate) && unit < H && layer < layers && stateOf(held, gate, unit, layer) === "free";
        if (!fits) return undefined;
        held = withGate(held, gate, unit, state, layer);
      }
    }
    return held;
  },
  format: heldInLink,
});

/**
 * Each change to the network in words: "f of cell 16 held shut", "2 cells silent".
 * @param {readonly Held[]} held
 * @param {{noun?: string, layers?: number}} [options]
 */
export function heldInWords(held, { noun = "unit", layers = 1 } = {}) {
  const silent = held.filter(([gate, , value]) => gate === "o" && value === 0);
  const place = (/** @type {number} */ layer) => (layers > 1 ? ` in layer ${layer}` : "");
  const words = held
    .filter((one) => !silent.includes(one))
    .map(([gate, unit, value, layer]) => `${gate} of ${noun} ${unit}${place(layer)} held ${STATES[value]}`);
  if (silent.length === 1) words.push(`${noun} ${silent[0][1]}${place(silent[0][3])} silent`);
  if (silent.length > 1) words.push(`${silent.length} ${noun}s silent`);
  return words;
}

/** Changes in one phrase, the first of many. @param {readonly string[]} words */
export const phrase = (words) =>
  words.length > MOST_WORDS ? `${words.slice(0, 2).join(", ")} and ${words.length - 2} more changes` : words.join(", ");

/** The code of the largest share. @param {Float64Array} shares */
export const likeliest = (shares) => shares.indexOf(Math.max(...shares));

/**
 * What a network writes on from a state: it reads each character that it has written before it chooses the next.
 * @param {Model} model
 * @param {{state: Arrays, shares: Float64Array}} from  the state, and the probabilities of the next character there
 * @param {number} count
 * @param {(shares: Float64Array) => number} [pick]  the code of the next character
 * @returns {number[]} codes
 */
export function writeOn(model, { state, shares }, count, pick = likeliest) {
  const { layer, readout, K } = model;
  /** @type {number[]} */
  const codes = [];
  while (codes.length < count) {
    const code = pick(shares);
    codes.push(code);
    const x = new Float64Array(layer.D);
    x[code] = 1;
    const trace = forward(layer, x, { state });
    state = trace.finalState;
    shares = softmax(applyLinear(readout, trace.output), K);
  }
  return codes;
}
