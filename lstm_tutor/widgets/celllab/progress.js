// How far the reader is in the walk through a step: which operations are done, in which order, and what is shown.

import { isDone, missingFor } from "./nodes.js";

/** @typedef {import("./operations.js").Step} Step */
/** @typedef {import("./nodes.js").Node} Node */
/**
 * @typedef {{done: Set<number>, shown: number, node: Node | null, missing: {node: Node, ids: string[]} | null}} Progress
 * `shown`: the place of the operation that is shown; `node`: if it was computed by pressing its node;
 * `missing`: what a node that was pressed too early waits for
 */

const upTo = (/** @type {number} */ last) => Array.from({ length: last + 1 }, (_, k) => k);

/** A walk of a reader. All that it does is done in the order of the reader. */
export class Walk {
  /** @type {number[]} */
  #order = [];
  #cell = "";
  #shown = -1;
  /** @type {Node | null} */
  #node = null;
  /** @type {Progress["missing"]} */
  #missing = null;

  /**
   * The progress in a cell's walk. If another operation than the last one is asked for, all before it are done.
   * @param {string} cell
   * @param {number} operation
   * @param {Step[]} steps
   * @returns {Progress}
   */
  at(cell, operation, steps) {
    const asked = Math.min(operation, steps.length - 1);
    if (cell !== this.#cell || asked !== this.#shown) this.#show(asked, upTo(asked));
    this.#cell = cell;
    return { done: new Set(this.#order), shown: this.#shown, node: this.#node, missing: this.#missing };
  }

  /**
   * Compute a node, if what it needs is known.
   * @param {Node} node
   * @param {Node[]} nodes
   * @param {Step[]} steps
   * @returns {number | null}  the operation that is shown then
   */
  press(node, nodes, steps) {
    const done = new Set(this.#order);
    const ids = missingFor(node, nodes, steps, done);
    if (ids.length && !isDone(node, done)) {
      this.#missing = { node, ids };
      return null;
    }
    const last = node.operations[node.operations.length - 1];
    this.#show(last, [...this.#order, ...node.operations.filter((k) => !done.has(k))], node);
    return last;
  }

  /** The next operation of the list that is not done. @param {Step[]} steps */
  next(steps) {
    const next = upTo(steps.length - 1).find((k) => !this.#order.includes(k));
    if (next !== undefined) this.#show(next, [...this.#order, next]);
    return this.#shown;
  }

  /** Take the last operation back. */
  back() {
    if (this.#order.length > 1) this.#show(this.#order[this.#order.length - 2], this.#order.slice(0, -1));
    return this.#shown;
  }

  /** @param {number} shown @param {number[]} order @param {Node | null} node */
  #show(shown, order, node = null) {
    [this.#shown, this.#order, this.#node, this.#missing] = [shown, order, node, null];
  }
}
