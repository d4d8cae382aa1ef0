// Operations on the network: gates of some units held shut or open while it reads.

import { hold } from "../js/engine/index.js";

/** @typedef {[gate: string, unit: number, value: number, layer: number]} Held  `value`: 0, shut, or 1, open */
/** @typedef {import("./reading.js").LanguageModel} LanguageModel */

/** @param {Held} one @param {Held} two */
const inOrder = (one, two) => one[3] - two[3] || (one[0] < two[0] ? -1 : one[0] > two[0] ? 1 : 0) || one[1] - two[1];

/**
 * The model with what is held; the model itself where nothing is.
 * @param {LanguageModel} model
 * @param {readonly Held[]} held
 * @returns {LanguageModel}
 */
export function operated(model, held) {
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

/**
 * At what a gate is held: 0, 1, or null if it is free.
 * @param {readonly Held[]} held
 * @param {string} gate @param {number} unit @param {number} layer
 */
export const heldAt = (held, gate, unit, layer) =>
  held.find((one) => one[0] === gate && one[1] === unit && one[3] === layer)?.[2] ?? null;

/**
 * The same with one gate held otherwise, or free.
 * @param {readonly Held[]} held
 * @param {string} gate @param {number} unit @param {number} layer
 * @param {number | null} value
 * @returns {Held[]}
 */
export function withHeld(held, gate, unit, layer, value) {
  const others = held.filter((one) => !(one[0] === gate && one[1] === unit && one[3] === layer));
  /** @type {Held[]} */
  const own = value === null ? [] : [[gate, unit, value, layer]];
  return [...others, ...own].sort(inOrder);
}

/** The silent units of a layer: their output gates are held at 0. @param {readonly Held[]} held @param {number} layer */
export const silentUnits = (held, layer) =>
  held.filter(([gate, , value, where]) => gate === "o" && value === 0 && where === layer).map(([, unit]) => unit);

/**
 * The same with these units silent, and no others, in that layer.
 * @param {readonly Held[]} held
 * @param {readonly number[]} units
 * @param {number} layer
 * @returns {Held[]}
 */
export function withSilent(held, units, layer) {
  const others = held.filter(
    ([gate, unit, value, where]) => !(where === layer && gate === "o" && (value === 0 || units.includes(unit))),
  );
  return [...others, ...units.map((unit) => /** @type {Held} */ (["o", unit, 0, layer]))].sort(inOrder);
}

/**
 * Units as a reader writes them, "3 16 40-43"; null for anything else.
 * @param {string} text
 * @param {number} H
 */
export function unitsIn(text, H) {
  /** @type {Set<number>} */
  const units = new Set();
  for (const word of text.split(/[\s,]+/).filter(Boolean)) {
    const [, first, last = first] = /^(\d{1,4})(?:[-–](\d{1,4}))?$/.exec(word) ?? [];
    if (first === undefined || Number(last) >= H || Number(first) > Number(last)) return null;
    for (let unit = Number(first); unit <= Number(last); unit++) units.add(unit);
  }
  return [...units].sort((a, b) => a - b);
}

/**
 * What is held, in a link: `held=f16-1_o3-0`, and `f16-1-1` in the layer above the first.
 * @param {readonly string[]} gates
 * @param {number} H
 * @param {number} layers
 * @returns {import("../js/kit/address.js").Field}
 */
export const asHeld = (gates, H, layers) => ({
  parse(text) {
    /** @type {Held[]} */
    let held = [];
    for (const word of text ? text.split("_") : []) {
      const [, gate, unit, value, layer = "0"] = /^([a-z])(\d{1,4})-([01])(?:-(\d{1,2}))?$/.exec(word) ?? [];
      if (!gates.includes(gate) || Number(unit) >= H || Number(layer) >= layers) return undefined;
      held = withHeld(held, gate, Number(unit), Number(layer), Number(value));
    }
    return held;
  },
  format: (/** @type {Held[]} */ held) =>
    held.map(([gate, unit, value, layer]) => `${gate}${unit}-${value}${layer ? `-${layer}` : ""}`).join("_"),
});

/** What is held, in words. @param {readonly Held[]} held @param {number} layers */
export function heldInWords(held, layers) {
  const place = (/** @type {number} */ layer) => (layers > 1 ? `, layer ${layer}` : "");
  const silent = held.filter(([gate, , value]) => gate === "o" && value === 0);
  const words = held
    .filter((one) => silent.length < 3 || !silent.includes(one))
    .map(([gate, unit, value, layer]) => `${gate} of unit ${unit} ${value ? "open" : "shut"}${place(layer)}`);
  if (words.length > 3) words.splice(3, words.length, `${words.length - 3} more gates`);
  if (silent.length >= 3) words.push(`${silent.length} units silent`);
  return words.join("; ");
}
