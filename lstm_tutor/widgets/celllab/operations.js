// One time step, an operation at a time: the engine's list, with partial sums joined, numbers filled in, and the parts
// of the drawing on which each operation lies.

import { operations } from "../js/engine/index.js";
import { number } from "../js/kit/values.js";
import { parameterOf } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("../js/engine/operations.js").Operation} Operation */
/**
 * @typedef {Operation & {result: number, numbers: string, operands: string[], parts: string[]}} Step  `operands`: the
 * numbers of its inputs; of W x the sum alone, where W has many entries
 */

/** @param {Operation} operation */
const isPartial = ({ op, id }) => op === "sum" && id.includes(" + ");

/**
 * The list without what is given, and with sums of sums as one sum.
 * @param {Operation[]} list
 * @returns {Operation[]}
 */
export function joined(list) {
  const known = new Map(list.map((operation) => [operation.id, operation]));
  /** @param {string} id @returns {string[]} */
  const terms = (id) => {
    const made = known.get(id);
    return made && isPartial(made) ? made.inputs.flatMap(terms) : [id];
  };
  const within = new Set(list.filter(({ op }) => op === "sum").flatMap(({ inputs }) => inputs));
  return list
    .filter((operation) => operation.op !== "given" && !(isPartial(operation) && within.has(operation.id)))
    .map((operation) => {
      if (operation.op !== "sum" || isPartial(operation)) return operation;
      const inputs = operation.inputs.flatMap(terms);
      return { ...operation, inputs, formula: `${operation.id} = ${inputs.join(" + ")}` };
    });
}

/** Terms with their signs: 12.00 − 6.00. @param {string[]} terms */
export const added = (terms) =>
  terms.map((term, k) => (k === 0 ? term : term.startsWith("−") ? ` − ${term.slice(1)}` : ` + ${term}`)).join("");

/**
 * Which parts of the drawing an operation is about; those that a drawing lacks do no harm.
 * @param {Operation} operation
 */
export function partsOf({ id, op, part, inputs }) {
  const wires = [`wire-${part}`, "wire-tanh"];
  if (op === "matrix" && inputs[1] === "x") return ["label-x", "wire-x", "join", ...wires];
  if (op === "matrix")
    return [
      "label-h-prev",
      "rail-h-prev",
      "h-prev",
      "rail-back",
      "back",
      "box-past",
      "past",
      "rail-past",
      "join",
      ...wires,
    ];
  if (inputs.some((name) => name.startsWith("p_"))) return [`peep-${part}`];
  const ways = /** @type {Record<string, string[]>} */ ({
    kept: ["c-prev", "rail-c", "valve-f", "kept", "valve-z"],
    write: ["box-g", "candidate", "valve-i", "write"],
    c: ["sum", "c"],
    squashed: ["read", "box-tanh", "squashed"],
    h: ["valve-o", "rail-h", "h", "label-h", "sum"],
    reset: ["valve-r", "reset"],
    "1 − z": ["valve-z"],
    new: ["candidate", "valve-z", "write"],
  });
  if (op === "tanh" && part === "h") return ["box-tanh", "rail-h", "h", "label-h"];
  if (ways[id]) return ways[id];
  return op === "sum" ? wires : [`valve-${part}`, `box-${part}`, ...wires];
}

/**
 * The walk through the step that is shown, for the unit that is shown.
 * @param {State} state
 * @returns {Step[]}
 */
export function walk(state) {
  const { layer, x, before, time, D, H, unit } = state;
  const past = Object.fromEntries(
    Object.entries(before).map(([name, array]) => [name, array.slice(time * H, (time + 1) * H)]),
  );
  const list = operations(layer, x.slice(time * D, (time + 1) * D), past);
  const made = new Map(list.map(({ id, value }) => [id, value]));
  const of = (/** @type {string} */ id) => made.get(id)?.[unit] ?? parameterOf(id, state)[0];
  return joined(list).map((operation) => {
    const { op, inputs, value } = operation;
    const [first, second] = inputs;
    const row = op === "matrix" ? parameterOf(first, state) : [];
    const operands =
      row.length > 1
        ? [number(value[unit])]
        : row.length
          ? [number(row[0]), number(made.get(second)?.[0] ?? 0)]
          : inputs.map((id) => number(of(id)));
    const numbers = row.length > 1 ? `${row.length} products, added` : combined(op, operands, "·");
    return { ...operation, result: value[unit], numbers, operands, parts: partsOf(operation) };
  });
}

const SIGNS = /** @type {Record<string, string>} */ ({ sigmoid: "σ", tanh: "tanh", relu: "relu" });

/** An operation on what is written. @param {string} op @param {string[]} operands @param {string} times */
export function combined(op, operands, times) {
  if (op === "sum") return added(operands);
  if (op === "rest") return `1 − ${operands[0]}`;
  return op in SIGNS ? `${SIGNS[op]}(${operands[0]})` : operands.join(` ${times} `);
}
