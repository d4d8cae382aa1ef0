// Numbers that know their derivative: each carries how it answers to one input, through every operation, exactly.
//
// A Dual is a row of numbers `v` and their derivatives `d` with respect to that input. So a cell is written once, as its
// equations stand in the paper, and how much of the input is left in it comes along. (Forward-mode differentiation.)

import { sigmoid as logistic, tanh as squash } from "../js/engine/activations.js";
import { exp as exponential } from "../js/engine/elementary.js";

/** @typedef {{v: Float64Array, d: Float64Array}} Dual */

/** Numbers that do not answer to the input. @param {ArrayLike<number>} values @returns {Dual} */
export const constant = (values) => ({ v: Float64Array.from(values), d: new Float64Array(values.length) });

/** @param {number} size */
export const zeros = (size) => constant(new Float64Array(size));

/**
 * Number by number; a row of one number goes with every number of the other.
 * @param {Dual} a
 * @param {Dual} b
 * @param {(a: number, b: number) => number} value
 * @param {(a: number, b: number, da: number, db: number) => number} slope
 * @returns {Dual}
 */
function zip(a, b, value, slope) {
  const length = Math.max(a.v.length, b.v.length);
  const [v, d] = [new Float64Array(length), new Float64Array(length)];
  for (let k = 0; k < length; k++) {
    const [p, q] = [a.v.length === 1 ? 0 : k, b.v.length === 1 ? 0 : k];
    v[k] = value(a.v[p], b.v[q]);
    d[k] = slope(a.v[p], b.v[q], a.d[p], b.d[q]);
  }
  return { v, d };
}

/** @param {Dual} a @param {Dual[]} others */
export const plus = (a, ...others) =>
  others.reduce(
    (sum, b) =>
      zip(
        sum,
        b,
        (p, q) => p + q,
        (_p, _q, dp, dq) => dp + dq,
      ),
    a,
  );

/** @param {Dual} a @param {Dual} b */
export const minus = (a, b) =>
  zip(
    a,
    b,
    (p, q) => p - q,
    (_p, _q, dp, dq) => dp - dq,
  );

/** @param {Dual} a @param {Dual} b */
export const times = (a, b) =>
  zip(
    a,
    b,
    (p, q) => p * q,
    (p, q, dp, dq) => dp * q + p * dq,
  );

/** @param {Dual} a @param {Dual} b */
export const over = (a, b) =>
  zip(
    a,
    b,
    (p, q) => p / q,
    (p, q, dp, dq) => (dp - (p / q) * dq) / q,
  );

/** 1 - a. @param {Dual} a @returns {Dual} */
export const rest = (a) => ({ v: a.v.map((value) => 1 - value), d: a.d.map((slope) => -slope) });

/**
 * @param {(a: number) => number} f
 * @param {(y: number, a: number) => number} slope  of f, from its value y and from a
 * @returns {(a: Dual) => Dual}
 */
const each = (f, slope) => (a) => {
  const v = a.v.map(f);
  return { v, d: v.map((y, k) => slope(y, a.v[k]) * a.d[k]) };
};
export const sigmoid = each(logistic, (y) => y * (1 - y));
export const tanh = each(squash, (y) => 1 - y * y);
export const exp = each(exponential, (y) => y);
export const root = each(Math.sqrt, (y) => 0.5 / y);
/** max(|a|, 1). */
export const atLeast1 = each(
  (a) => Math.max(Math.abs(a), 1),
  (_, a) => (Math.abs(a) > 1 ? Math.sign(a) : 0),
);
/** Above zero everywhere: a + 1/2 where a >= 0, else sigmoid(a). */
export const positive = each(
  (a) => (a >= 0 ? a + 0.5 : logistic(a)),
  (y, a) => (a >= 0 ? 1 : y * (1 - y)),
);

/** elu(a) + 1, above zero everywhere: a + 1 where a > 0, else exp(a). */
export const feature = each(
  (a) => (a > 0 ? a + 1 : exponential(a)),
  (y) => Math.min(y, 1),
);

/** One behind the other. @param {Dual[]} parts @returns {Dual} */
export const joined = (...parts) => ({
  v: Float64Array.from(parts.flatMap(({ v }) => [...v])),
  d: Float64Array.from(parts.flatMap(({ d }) => [...d])),
});

/** The sum of products. @param {Dual} a @param {Dual} b @returns {Dual} */
export function dot(a, b) {
  let [v, d] = [0, 0];
  for (let k = 0; k < a.v.length; k++) {
    v += a.v[k] * b.v[k];
    d += a.d[k] * b.v[k] + a.v[k] * b.d[k];
  }
  return { v: Float64Array.of(v), d: Float64Array.of(d) };
}

/** M a, with M of as many columns as a has numbers, row behind row. @param {Dual} M @param {Dual} a @returns {Dual} */
export function product(M, a) {
  const many = a.v.length;
  const rows = M.v.length / many;
  const [v, d] = [new Float64Array(rows), new Float64Array(rows)];
  for (let r = 0, at = 0; r < rows; r++) {
    for (let k = 0; k < many; k++, at++) {
      v[r] += M.v[at] * a.v[k];
      d[r] += M.d[at] * a.v[k] + M.v[at] * a.d[k];
    }
  }
  return { v, d };
}

/** The transpose of M, which has so many columns. @param {Dual} M @param {number} columns @returns {Dual} */
export function transpose(M, columns) {
  const rows = M.v.length / columns;
  const turned = (/** @type {Float64Array} */ a) => a.map((_, k) => a[(k % rows) * columns + Math.floor(k / rows)]);
  return { v: turned(M.v), d: turned(M.d) };
}

/** a b^T, row behind row. @param {Dual} a @param {Dual} b @returns {Dual} */
export function outer(a, b) {
  const many = b.v.length;
  const [v, d] = [new Float64Array(a.v.length * many), new Float64Array(a.v.length * many)];
  for (let r = 0, at = 0; r < a.v.length; r++) {
    for (let k = 0; k < many; k++, at++) {
      v[at] = a.v[r] * b.v[k];
      d[at] = a.d[r] * b.v[k] + a.v[r] * b.d[k];
    }
  }
  return { v, d };
}

/** exp(a_k) / sum_j exp(a_j). @param {Dual} a @returns {Dual} */
export function softmax(a) {
  const raised = exp(minus(a, constant([Math.max(...a.v)])));
  return over(raised, dot(raised, constant(raised.v.map(() => 1))));
}

/** The Euclidean length of the values, or of their derivatives. @param {Float64Array} numbers */
export const lengthOf = (numbers) => Math.hypot(...numbers);
