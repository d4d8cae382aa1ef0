// The lab's state in a link: #lt:celllab?preset=counter&cell=GRU&weights=b_f:2.

import { asChoice, asInteger, asNumbers, asToggle, pack, unpack } from "../js/kit/index.js";

const LONGEST = 400;

/** @typedef {import("./state.js").Weights} Weights */

const { parse: numbersOf, format: joined } = asNumbers(-100, 100, Number.POSITIVE_INFINITY);

/**
 * Weights as they differ from the preset's, b_f:2~W_xi:-1; the numbers of several units are joined: b_f:2_1.5.
 * @param {Weights} weights  all, whose shapes they have
 * @returns {import("../js/kit/address.js").Field}
 */
export const asWeights = (weights) => ({
  parse(text) {
    /** @type {Weights} */
    const read = {};
    for (const pair of text ? text.split("~") : []) {
      const [name, value = ""] = pair.split(":");
      const numbers = numbersOf(value);
      if (!Object.hasOwn(weights, name) || numbers?.length !== [weights[name]].flat(2).length) return undefined;
      read[name] = shapedAs(weights[name], numbers);
    }
    return read;
  },
  format: (changes) =>
    Object.entries(changes)
      .map(([name, value]) => `${name}:${joined([value].flat(2))}`)
      .join("~"),
});

/** Numbers in the shape of a weight, from the first on. @param {any} weight @param {number[]} numbers @returns {any} */
function shapedAs(weight, numbers) {
  const left = [...numbers];
  /** @type {(part: any) => any} */
  const fill = (part) => (Array.isArray(part) ? part.map(fill) : left.shift());
  return fill(weight);
}

/**
 * Inputs as numbers, or none of them: the preset's.
 * @param {number} D
 * @returns {import("../js/kit/address.js").Field}
 */
export const asInputs = (D) => ({
  parse(text) {
    const numbers = text ? numbersOf(text) : [];
    if (!numbers || numbers.length % D || numbers.length > LONGEST * D) return undefined;
    return pack(Float64Array.from(numbers), [numbers.length / D, D]);
  },
  format: (packed) => joined(unpack(packed).data),
});

/**
 * @param {{presets: import("./state.js").Preset[], cells: string[], sizes: {D: number, H: number}}} lab
 * @returns {Record<string, import("../js/kit/address.js").Field>}
 */
export const fieldsOf = ({ presets, cells, sizes: { D, H } }) => ({
  preset: asChoice(presets.map(({ name }) => name)),
  cell: asChoice(cells),
  reset_after: asToggle(),
  weights: asWeights(presets[0].weights),
  inputs: asInputs(D),
  time: asInteger(0, LONGEST - 1),
  unit: asInteger(0, H - 1),
  mode: asChoice(["move", "steps", "predict"]),
  operation: asInteger(0, 99),
  display: asChoice(["lines", "map"]),
});
