// The nodes of the drawing that can be pressed: gates, candidate, memory and state, each with the operations that make
// it, in the order in which a step computes them.

import { combined } from "./operations.js";

/** @typedef {import("./operations.js").Step} Step */
/**
 * @typedef {{id: string, part: string, operations: number[]}} Node  `part`: of the drawing, where it is pressed;
 * `operations`: their places in the walk, the last of which makes the value
 */

/** Where a quantity is pressed, by its id. @type {Record<string, string>} */
const PARTS = {
  i: "valve-i",
  f: "valve-f",
  o: "valve-o",
  r: "valve-r",
  z: "valve-z",
  g: "box-g",
  n: "box-n",
  c: "sum",
  squashed: "box-tanh",
  h: "label-h",
};

/** A quantity as it is called in a sentence. @param {string} id */
export const called = (id) => (id === "squashed" ? "tanh(c)" : id);

/**
 * The nodes of a walk.
 * @param {Step[]} steps
 * @returns {Node[]}
 */
export function nodesOf(steps) {
  /** @type {Node[]} */
  const nodes = [];
  /** @type {number[]} */
  let operations = [];
  steps.forEach(({ id, op }, k) => {
    operations.push(k);
    if (!(id in PARTS)) return;
    // The h of the RNN is made in its box, and that of the GRU where its two flows meet.
    const part = id === "h" && op !== "product" ? (op === "sum" ? "sum" : "box-tanh") : PARTS[id];
    nodes.push({ id, part, operations });
    operations = [];
  });
  return nodes;
}

/**
 * The nodes that have to be computed before one can be.
 * @param {Node} node
 * @param {Node[]} nodes
 * @param {Step[]} steps
 * @param {Set<number>} done  places of the operations that are done
 * @returns {string[]}  their ids
 */
export function missingFor(node, nodes, steps, done) {
  const needed = new Set(node.operations.flatMap((k) => steps[k].inputs));
  return nodes
    .filter((other) => other.id !== node.id && other.operations.some((k) => needed.has(steps[k].id) && !done.has(k)))
    .map(({ id }) => id);
}

/** @param {Node} node @param {Set<number>} done */
export const isDone = ({ operations }, done) => operations.every((k) => done.has(k));

/**
 * How a node is computed, in one line: i = σ(W_xi x + b_i + W_hi h_prev), and the same in numbers.
 * @param {Node} node
 * @param {Step[]} steps
 */
export function written({ id, operations }, steps) {
  const own = new Map(operations.map((k) => [steps[k].id, steps[k]]));
  /** @type {(step: Step, inNumbers: boolean) => string} */
  const write = ({ id: name, op, inputs, operands }, inNumbers) => {
    if (op === "matrix") {
      const of = own.get(inputs[1]);
      if (inNumbers) return operands.join(" · ");
      return of ? `${inputs[0]} (${write(of, false)})` : name;
    }
    const terms = inputs.map((input, k) => {
      const made = own.get(input);
      if (!made) return inNumbers ? operands[k] : called(input);
      const text = write(made, inNumbers);
      return op === "product" && (made.op === "sum" || made.op === "rest") ? `(${text})` : text;
    });
    return combined(op, terms, inNumbers ? "·" : "⊙");
  };
  const last = steps[operations[operations.length - 1]];
  const [name, formula] = [called(id), write(last, false)];
  return { formula: name === formula ? name : `${name} = ${formula}`, numbers: write(last, true), result: last.result };
}
