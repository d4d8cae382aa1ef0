// The lab's state in a link: #lt:celllab?preset=counter&cell=GRU&weights=b_f:2.

import { asChoice, asInteger, asNumber, asToggle, pack, unpack } from "../js/kit/index.js";

const LONGEST = 400;

/**
 * Weights of a cell of one unit and one input, as they differ from the preset's: b_f:2~W_xi:-1.
 * @param {string[]} names
 * @returns {import("../js/kit/address.js").Field}
 */
export const asWeights = (names) => ({
  parse(text) {
    const pairs = text.split("~").map((pair) => pair.split(":"));
    const read = asNumber(-100, 100).parse;
    if (!pairs.every(([name, value]) => names.includes(name) && read(value ?? "") !== undefined)) return undefined;
    return Object.fromEntries(pairs.map(([name, value]) => [name, read(value)]));
  },
  format: (weights) =>
    Object.entries(weights)
      .map(
        ([name, value]) =>
          `${name}:${typeof value === "number" ? asNumber(-100, 100).format(value) : JSON.stringify(value)}`,
      )
      .join("~"),
});

/**
 * Inputs as numbers, or none of them: the preset's.
 * @param {number} D
 * @returns {import("../js/kit/address.js").Field}
 */
export const asInputs = (D) => ({
  parse(text) {
    const numbers = text.split("_").map(asNumber(-100, 100).parse);
    if (numbers.includes(undefined) || numbers.length % D || numbers.length > LONGEST * D) return undefined;
    return pack(Float64Array.from(numbers), [numbers.length / D, D]);
  },
  format: (packed) => Array.from(unpack(packed).data, asNumber(-100, 100).format).join("_"),
});

/**
 * @param {{presets: import("./state.js").Preset[], cells: string[], sizes: {D: number, H: number}}} lab
 * @returns {Record<string, import("../js/kit/address.js").Field>}
 */
export const fieldsOf = ({ presets, cells, sizes: { D, H } }) => ({
  preset: asChoice(presets.map(({ name }) => name)),
  cell: asChoice(cells),
  reset_after: asToggle(),
  weights: asWeights(D === 1 && H === 1 ? Object.keys(presets[0].weights) : []),
  inputs: asInputs(D),
  time: asInteger(0, LONGEST - 1),
  unit: asInteger(0, H - 1),
  mode: asChoice(["move", "steps", "predict"]),
  operation: asInteger(0, 99),
  display: asChoice(["lines", "map"]),
});
