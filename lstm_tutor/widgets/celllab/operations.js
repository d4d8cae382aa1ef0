// One time step, an operation at a time: the engine's list, with partial sums joined, numbers filled in, and the parts
// of the drawing on which each operation lies.

import { operations } from "../js/engine/index.js";
import { number } from "../js/kit/values.js";
import { parameterOf } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("../js/engine/operations.js").Operation} Operation */
/** @typedef {Operation & {result: number, numbers: string, parts: string[]}} Step */

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

/** Terms with their signs: 12.00 − 6.00. @param {number[]} values */
export const added = (values) =>
  values
    .map((value, k) =>
      k === 0 ? number(value) : number(value).startsWith("−") ? ` − ${number(-value)}` : ` + ${number(value)}`,
    )
    .join("");

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
    const signs = /** @type {Record<string, string>} */ ({ sigmoid: "σ", tanh: "tanh", relu: "relu" });
    let numbers = "";
    if (op === "matrix") {
      const row = parameterOf(first, state);
      numbers =
        row.length === 1
          ? `${number(row[0])} · ${number(made.get(second)?.[0] ?? 0)}`
          : `${row.length} products, added`;
    } else if (op === "sum") numbers = added(inputs.map(of));
    else if (op === "product") numbers = `${number(of(first))} · ${number(of(second))}`;
    else if (op === "rest") numbers = `1 − ${number(of(first))}`;
    else numbers = `${signs[op]}(${number(of(first))})`;
    return { ...operation, result: value[unit], numbers, parts: partsOf(operation) };
  });
}

/**
 * The quantities of the drawing that the walk has made so far, besides what came into the step.
 * @param {Step[]} steps
 * @param {number} now
 * @returns {Record<string, number>}
 */
export const knownSoFar = (steps, now) =>
  Object.fromEntries(steps.slice(0, now + 1).map(({ id, result }) => [id, result]));
