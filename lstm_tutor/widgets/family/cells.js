// One step of each cell of the family, as its equations stand in the papers, on numbers that know their derivative.
//
// All cells draw on the same weights: the forget gates of two cells that have one are made of the same numbers, and so
// are their candidates, keys and queries. What differs between two cells is what their equations do with them.

import {
  atLeast1,
  constant,
  dot,
  exp,
  feature,
  joined,
  lengthOf,
  minus,
  outer,
  over,
  plus,
  positive,
  product,
  rest,
  root,
  sigmoid,
  softmax,
  tanh,
  times,
  transpose,
  zeros,
} from "./duals.js";

/** @typedef {import("./duals.js").Dual} Dual */
/** @typedef {Record<string, Dual>} State */
/** @typedef {Record<string, (x: Dual, h?: Dual) => Dual>} Sums  by letter: W_x x + b, and W_h h if there is an h */

/**
 * The weights that all cells share, flat, row-major.
 * @typedef {object} Pool
 * @property {number} H
 * @property {string[]} letters
 * @property {ArrayLike<number>} W  (letters, H): there is one input
 * @property {ArrayLike<number>} U  (letters, H, H)
 * @property {ArrayLike<number>} b  (letters, H); that of f is set by the reader
 * @property {ArrayLike<number>} p  (3, H), the peepholes of i, f, o
 * @property {ArrayLike<number>} C  (H, 2 H), how the diagonal state space is read: real halves, imaginary halves
 * @property {ArrayLike<number>} angles  (H), by which it turns
 */

/**
 * @typedef {object} Weights
 * @property {number} H
 * @property {Sums} a
 * @property {Dual[]} p
 * @property {Dual} C
 * @property {{size: number, re: Dual, im: Dual}} lambda
 */

/**
 * @param {Pool} pool
 * @param {number} keep  the bias of what keeps: of every forget gate, and the logit of |lambda|
 * @returns {Weights}
 */
export function weightsOf({ H, letters, W, U, b, p, C, angles }, keep) {
  const sum = (/** @type {number} */ block, /** @type {string} */ letter) => {
    /** @param {Dual} x @param {Dual} [h] @returns {Dual} */
    return (x, h) => {
      const [v, d] = [new Float64Array(H), new Float64Array(H)];
      for (let r = 0; r < H; r++) {
        const row = block * H + r;
        v[r] = W[row] * x.v[0] + (letter === "f" ? keep : b[row]);
        d[r] = W[row] * x.d[0];
        for (let k = 0; h && k < H; k++) {
          v[r] += U[row * H + k] * h.v[k];
          d[r] += U[row * H + k] * h.d[k];
        }
      }
      return { v, d };
    };
  };
  const size = sigmoid(constant([keep])).v[0];
  const turned = (/** @type {(angle: number) => number} */ half) =>
    constant(Float64Array.from(angles, (angle) => size * half(angle)));
  return {
    H,
    a: Object.fromEntries(letters.map((letter, block) => [letter, sum(block, letter)])),
    p: [0, 1, 2].map((row) => constant(Array.from({ length: H }, (_, k) => p[row * H + k]))),
    C: constant(C),
    lambda: { size, re: turned(Math.cos), im: turned(Math.sin) },
  };
}

/** The first of a row of numbers. @param {Dual} a @returns {Dual} */
const first = (a) => ({ v: a.v.slice(0, 1), d: a.d.slice(0, 1) });
/** Of length 1, for a row of zeros of length 0. @param {Dual} a */
const unit = (a) => over(a, root(plus(dot(a, a), constant([1e-6]))));
const shrunk = (/** @type {Dual} */ a) => times(a, constant([1 / Math.sqrt(a.v.length)]));

/**
 * @typedef {object} Cell
 * @property {string[]} memory  what is remembered, by the names of the state
 * @property {(H: number) => State} start
 * @property {(w: Weights, x: Dual, state: State) => State} step  the next state; `h` in it is what is read
 */

const vectors =
  (/** @type {string[]} */ ...names) =>
  (/** @type {number} */ H) =>
    Object.fromEntries(names.map((name) => [name, zeros(H)]));
const matrix = (/** @type {number} */ H) => ({ C: zeros(H * H), n: zeros(H) });

/**
 * The delta rule: of what C holds under a key of length 1, a share i gives way to the new value.
 * @param {Dual} C
 * @param {Dual} k
 * @param {Dual} v
 * @param {Dual} i
 */
const corrected = (C, k, v, i) => plus(C, outer(times(i, minus(v, product(C, k))), k));

/** By the names of their layers in the package. @type {Record<string, Cell>} */
export const CELLS = {
  RNN: {
    memory: ["h"],
    start: vectors("h"),
    step: ({ a }, x, { h }) => ({ h: tanh(a.g(x, h)) }),
  },
  LSTM1997: {
    memory: ["c"],
    start: vectors("c", "h"),
    step({ a }, x, { c, h }) {
      const next = plus(c, times(sigmoid(a.i(x, h)), tanh(a.g(x, h))));
      return { c: next, h: times(sigmoid(a.o(x, h)), tanh(next)) };
    },
  },
  LSTM: {
    memory: ["c"],
    start: vectors("c", "h"),
    step({ a }, x, { c, h }) {
      const next = plus(times(sigmoid(a.f(x, h)), c), times(sigmoid(a.i(x, h)), tanh(a.g(x, h))));
      return { c: next, h: times(sigmoid(a.o(x, h)), tanh(next)) };
    },
  },
  PeepholeLSTM: {
    memory: ["c"],
    start: vectors("c", "h"),
    step({ a, p: [p_i, p_f, p_o] }, x, { c, h }) {
      const i = sigmoid(plus(a.i(x, h), times(p_i, c)));
      const f = sigmoid(plus(a.f(x, h), times(p_f, c)));
      const next = plus(times(f, c), times(i, tanh(a.g(x, h))));
      return { c: next, h: times(sigmoid(plus(a.o(x, h), times(p_o, next))), tanh(next)) };
    },
  },
  GRU: {
    memory: ["h"],
    start: vectors("h"),
    step({ a }, x, { h }) {
      const z = sigmoid(a.f(x, h)); // keeps, as f does
      const n = tanh(a.g(x, times(sigmoid(a.r(x, h)), h)));
      return { h: plus(times(z, h), times(rest(z), n)) };
    },
  },
  MinGRU: {
    memory: ["h"],
    start: vectors("h"),
    step({ a }, x, { h }) {
      const z = rest(sigmoid(a.f(x))); // writes: what f keeps is 1 - z
      return { h: plus(times(rest(z), h), times(z, positive(a.g(x)))) };
    },
  },
  MinLSTM: {
    memory: ["h"],
    start: vectors("h"),
    step({ a }, x, { h }) {
      const [i, f] = [sigmoid(a.i(x)), sigmoid(a.f(x))];
      const k = over(f, plus(f, i));
      return { h: plus(times(k, h), times(rest(k), positive(a.g(x)))) };
    },
  },
  SLSTM: {
    memory: ["c", "n"],
    start: vectors("c", "n", "h"),
    step({ a }, x, { c, n, h }) {
      const [i, f] = [exp(a.i(x, h)), sigmoid(a.f(x, h))];
      const [c_t, n_t] = [plus(times(f, c), times(i, tanh(a.g(x, h)))), plus(times(f, n), i)];
      return { c: c_t, n: n_t, h: over(times(sigmoid(a.o(x, h)), c_t), n_t) };
    },
  },
  MLSTM: {
    memory: ["C", "n"],
    start: matrix,
    step({ a }, x, { C, n }) {
      const [i, f] = [first(exp(a.i(x))), first(sigmoid(a.f(x)))];
      const [q, k, v] = [a.q(x), shrunk(a.k(x)), a.v(x)];
      const [C_t, n_t] = [plus(times(f, C), times(i, outer(v, k))), plus(times(f, n), times(i, k))];
      return { C: C_t, n: n_t, h: times(sigmoid(a.o(x)), over(product(C_t, q), atLeast1(dot(n_t, q)))) };
    },
  },
  LinearAttention: {
    memory: ["C", "n"],
    start: matrix,
    step({ a }, x, { C, n }) {
      const [q, k] = [feature(a.q(x)), feature(a.k(x))];
      const [C_t, n_t] = [plus(C, outer(a.v(x), k)), plus(n, k)];
      return { C: C_t, n: n_t, h: over(product(C_t, q), dot(n_t, q)) };
    },
  },
  DeltaRule: {
    memory: ["C"],
    start: matrix,
    step({ a }, x, { C }) {
      const next = corrected(C, unit(a.k(x)), a.v(x), first(sigmoid(a.i(x))));
      return { C: next, h: product(next, unit(a.q(x))) };
    },
  },
  GatedDeltaRule: {
    memory: ["C"],
    start: matrix,
    step({ a }, x, { C }) {
      const kept = times(first(sigmoid(a.f(x))), C);
      const next = corrected(kept, unit(a.k(x)), a.v(x), first(sigmoid(a.i(x))));
      return { C: next, h: product(next, unit(a.q(x))) };
    },
  },
  LRU: {
    memory: ["re", "im"],
    start: vectors("re", "im"),
    step({ a, C, lambda }, x, { re, im }) {
      const gamma = constant([Math.sqrt(1 - lambda.size ** 2)]);
      const next = {
        re: plus(minus(times(lambda.re, re), times(lambda.im, im)), times(gamma, a.u_re(x))),
        im: plus(times(lambda.im, re), times(lambda.re, im), times(gamma, a.u_im(x))),
      };
      return { ...next, h: plus(product(C, joined(next.re, minus(zeros(1), next.im))), a.skip(x)) };
    },
  },
  Attention: {
    memory: ["K", "V"],
    start: () => ({ K: zeros(0), V: zeros(0) }),
    step({ H, a }, x, { K, V }) {
      const [K_t, V_t] = [joined(K, a.k(x)), joined(V, a.v(x))];
      const weights = softmax(product(K_t, shrunk(a.q(x))));
      return { K: K_t, V: V_t, weights, h: product(transpose(V_t, H), weights) };
    },
  },
};

/** Names of the numbers in a part of the memory. @param {string} name @param {number} many @param {number} H */
const labelsOf = (name, many, H) =>
  Array.from({ length: many }, (_, k) =>
    many === H ? `${name}, number ${k + 1}` : `${name}, row ${Math.floor(k / H) + 1}, column ${(k % H) + 1}`,
  );

/**
 * A sequence through a cell.
 * @param {string} kind
 * @param {Weights} w
 * @param {ArrayLike<number>} x
 * @returns {{
 *   isShare: boolean, rows: number[][], labels: string[], output: Float64Array[], memory: number[], read: number[],
 * }} `rows`: each number that is remembered, over time, but for a normalizer n, whose sums are far larger; of attention,
 * which remembers every step, the share (`isShare`) that each step (column) takes from each (row). `memory`, `read`: how
 * much of the first input is left at each step, |d memory / d x_1| and |d h / d x_1| over what they are at the first step
 */
export function run(kind, w, x) {
  const { memory, start, step } = CELLS[kind];
  /** @type {State[]} */
  const states = [];
  for (let t = 0, state = start(w.H); t < x.length; t++) {
    state = step(w, { v: Float64Array.of(x[t]), d: Float64Array.of(t === 0 ? 1 : 0) }, state);
    states.push(state);
  }
  const last = states[x.length - 1];
  const drawn = memory.filter((name) => name !== "n");
  const isShare = Boolean(last.weights);
  const shown = states.map((state) => (isShare ? state.weights : joined(...drawn.map((name) => state[name]))).v);
  const left = (/** @type {string[]} */ names) => {
    const sizes = states.map((state) => lengthOf(joined(...names.map((name) => state[name])).d));
    return sizes.map((size) => size / sizes[0]);
  };
  return {
    isShare,
    rows: Array.from(shown[x.length - 1], (_, row) => shown.map((values) => values[row] ?? 0)),
    labels: isShare
      ? Array.from(x, (_, t) => `share of step ${t + 1}`)
      : drawn.flatMap((name) => labelsOf(name, last[name].v.length, w.H)),
    output: states.map(({ h }) => h.v),
    memory: left(memory),
    read: left(["h"]),
  };
}
