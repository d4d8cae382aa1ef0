// Operations on named values, and the ends of the cells' steps made of them: what becomes of gates, candidate and states.

import { relu, sigmoid, tanh } from "./activations.js";

/**
 * @typedef {object} Operation
 * @property {string} id  of what it makes: "W_xf x", "a_f", "f", "kept", "c", ...
 * @property {"given" | "matrix" | "sum" | "product" | "rest" | "sigmoid" | "tanh" | "relu"} op  "rest" is one minus
 * @property {string[]} inputs  ids of what it is made of, parameters among them ("W_xf", "b_f", "p_f", "b_hn")
 * @property {string} part  the quantity on whose way it lies, "i", "f", "g", "o", "c", "h", "r", "z" or "n": its color
 * @property {string} formula  such as "f = σ(a_f)"
 * @property {Float64Array} value  one number per unit; of x, per input
 */

const SQUASHES = { sigmoid, tanh, relu };
const SIGNS = { sigmoid: "σ", tanh: "tanh", relu: "relu" };

/** Does operations on named values, and keeps a list of them. */
export class Ledger {
  /** @type {Operation[]} */
  list = [];
  /** @type {Map<string, Float64Array>} */
  values = new Map();

  /** @param {string} id */
  value(id) {
    const value = this.values.get(id);
    if (!value) throw new Error(`operations: ${id} is used before it is made`);
    return value;
  }

  /**
   * @param {Operation["op"]} op
   * @param {string} part
   * @param {string} id
   * @param {string[]} inputs
   * @param {string} formula
   * @param {Float64Array} value
   */
  add(op, part, id, inputs, formula, value) {
    this.values.set(id, value);
    this.list.push({ id, op, inputs, part, formula, value });
    return id;
  }

  /** @param {string} id @param {string} part @param {Float64Array} value */
  given(id, part, value) {
    return this.add("given", part, id, [], id, value);
  }

  /** The terms added up from left to right. @param {string} part @param {string | null} id @param {string[]} terms */
  sum(part, id, ...terms) {
    const [first, ...rest] = terms.map((term) => this.value(term));
    const value = first.map((a, k) => rest.reduce((sum, b) => sum + b[k], a));
    const text = terms.join(" + ");
    return this.add("sum", part, id ?? text, terms, id ? `${id} = ${text}` : text, value);
  }

  /** @param {string} part @param {string | null} id @param {string} one @param {string} two */
  product(part, id, one, two) {
    const b = this.value(two);
    const value = this.value(one).map((a, k) => a * b[k]);
    const text = `${factor(one)} ⊙ ${factor(two)}`;
    return this.add("product", part, id ?? text, [one, two], id ? `${id} = ${text}` : text, value);
  }

  /** 1 minus a value. @param {string} part @param {string} of */
  rest(part, of) {
    return this.add(
      "rest",
      part,
      `1 − ${of}`,
      [of],
      `1 − ${of}`,
      this.value(of).map((a) => 1 - a),
    );
  }

  /** @param {keyof typeof SQUASHES} how @param {string} part @param {string} id @param {string} of */
  squash(how, part, id, of) {
    return this.add(how, part, id, [of], `${id} = ${SIGNS[how]}(${of})`, this.value(of).map(SQUASHES[how]));
  }
}

/**
 * The ends of the LSTMs' steps: what is written and kept, and what is shown.
 * @param {Ledger} _
 * @param {string} kept  what is kept of the memory
 */
export function memory(_, kept) {
  _.product("g", "write", "i", "g");
  _.sum("c", "c", kept, "write");
}

/** @param {Ledger} _ */
export function shown(_) {
  _.squash("tanh", "c", "squashed", "c");
  _.product("h", "h", "o", "squashed");
}

/** The end of the GRU's step. @param {Ledger} _ */
export function mixed(_) {
  const rest = _.rest("z", "z");
  _.product("n", "new", rest, "n");
  _.product("h", "kept", "z", "h_prev");
  _.sum("h", "h", "new", "kept");
}

/** A sum stands in brackets where it is multiplied. @param {string} id */
const factor = (id) => (/ [+−] /.test(id) ? `(${id})` : id);

/**
 * What follows from the gates, the candidate and the states of one unit, by the end of its cell's step. A value that is
 * given is taken as it is; one that cannot be known is NaN.
 * @param {Record<string, number>} values  by quantity: i, f, g, o, c, h, c_prev, h_prev, or r, z, n, h_prev
 * @returns {Record<string, number>}  the given ones and those that follow
 */
export function completed(values) {
  const ledger = new Completion(values);
  if ("z" in values) {
    mixed(ledger);
    ledger.product("r", "reset", "r", "past" in values ? "past" : "h_prev"); // after the product, if there is one
  } else {
    if (!("f" in values)) ledger.given("kept", "c", ledger.value("c_prev")); // the cell of 1997 keeps all
    memory(ledger, ledger.product("f", "kept", "f", "c_prev"));
    shown(ledger);
  }
  const all = [...ledger.values].map(([id, [value]]) => [id === "new" ? "write" : id, value]);
  return { ...Object.fromEntries(all), ...values };
}

/** A ledger of single numbers, in which what is given stays, and what is missing is NaN. */
class Completion extends Ledger {
  /** @param {Record<string, number>} given */
  constructor(given) {
    super();
    for (const [id, value] of Object.entries(given)) this.values.set(id, Float64Array.of(value));
  }

  /** @param {string} id @override */
  value(id) {
    return this.values.get(id) ?? Float64Array.of(Number.NaN);
  }

  /** @type {Ledger["add"]} @override */
  add(op, part, id, inputs, formula, value) {
    return this.values.has(id) ? id : super.add(op, part, id, inputs, formula, value);
  }
}
