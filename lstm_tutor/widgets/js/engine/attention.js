// Attention: each query looks at all keys at once, and takes from their values in proportion to how well they fit.
// lstm_tutor.attention forward, in the same two parts: `prepareKeys` once per sentence, `attend` per query.
//
// s_i is the query of output step i, h_j the key of input step j, e_ij their score, alpha_ij the weight, r_j the value.
// Everything is time-major, (T, N, ...), as in the layers.

import { softmax, tanh } from "./activations.js";
import { loadParameters } from "./layers.js";
import { addProduct } from "./matrix.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */

/**
 * @typedef {object} Attention
 * @property {string} kind  "AdditiveAttention", "DotAttention" or "GeneralAttention"
 * @property {number} Q  size of a query
 * @property {number} K  size of a key
 * @property {Arrays} parameters  by name, live
 * @property {Score} score
 */

/**
 * A score function in parts: what it makes of all keys, (T_in, N, K) to (T_in, N, P), and of all queries, (T_out, N, Q)
 * to (T_out, N, P); and the score of one and the other, each (P).
 * @typedef {object} Score
 * @property {(h: Float64Array) => Float64Array} ofKeys
 * @property {(s: Float64Array) => Float64Array} ofQueries
 * @property {(q: Float64Array, p: Float64Array) => number} between
 */

/**
 * What queries attend to, with all that depends on the keys alone.
 * @typedef {object} Keys
 * @property {number} T_in
 * @property {number} N
 * @property {Float64Array} values  (T_in, N, V); the keys themselves if no others were given
 * @property {ArrayLike<number | boolean> | null} mask  (T_in, N), true where a key counts
 * @property {Float64Array} p  (T_in, N, P)
 */

/**
 * @typedef {object} Attended
 * @property {Float64Array} scores  (T_out, N, T_in), e_ij; -Infinity at masked keys
 * @property {Float64Array} weights  (T_out, N, T_in), alpha_ij
 * @property {Float64Array} output  (T_out, N, V), the context of each query
 */

/** Rows of x (R, K) times W^T. @param {Float64Array} x @param {Float64Array} W @param {number} K */
function product(x, W, K) {
  const out = new Float64Array((x.length / K) * (W.length / K));
  addProduct(out, x, W, K);
  return out;
}

/** @param {Float64Array} a @param {Float64Array} b */
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);

/** @param {Float64Array} a */
const same = (a) => a;

/**
 * The kinds by their names in the package: how many numbers each parameter has, and the score.
 * @type {Record<string, (config: Config) => { sizes: Record<string, number>, score: (p: Arrays) => Score }>}
 */
const KINDS = {
  // e_ij = v . tanh(W s_i + U h_j). Bahdanau, Cho & Bengio (2015), appendix A.1.2
  AdditiveAttention: ({ query_size: Q = 0, key_size: K, attention_size: A = 0 }) => ({
    sizes: { weight_query: A * Q, weight_key: A * K, weight_score: A },
    score: ({ weight_query: W, weight_key: U, weight_score: v }) => ({
      ofKeys: (h) => product(h, U, K),
      ofQueries: (s) => product(s, W, Q),
      between: (W_s, U_h) => v.reduce((sum, value, k) => sum + value * tanh(W_s[k] + U_h[k]), 0),
    }),
  }),
  // e_ij = s_i . h_j, or that divided by sqrt(K). Luong, Pham & Manning (2015); scaled: Vaswani et al. (2017)
  DotAttention: ({ key_size: K, scaled = false }) => ({
    sizes: {},
    score: () => ({
      ofKeys: scaled ? (h) => h.map((value) => value * (1 / Math.sqrt(K))) : same,
      ofQueries: same,
      between: dot,
    }),
  }),
  // e_ij = s_i . W h_j. Luong, Pham & Manning (2015), "general"
  GeneralAttention: ({ query_size: Q = 0, key_size: K }) => ({
    sizes: { weight: Q * K },
    score: ({ weight: W }) => ({ ofKeys: (h) => product(h, W, K), ofQueries: same, between: dot }),
  }),
};

/**
 * @typedef {object} Config
 * @property {number} key_size  needed for every kind: flat arrays do not tell it
 * @property {number} [query_size]
 * @property {number} [attention_size]  of AdditiveAttention
 * @property {boolean} [scaled]  of DotAttention
 */

/**
 * Attention with given parameters, which are copied.
 * @param {string} kind
 * @param {Config} config
 * @param {Record<string, ArrayLike<number>>} [parameters]
 * @returns {Attention}
 */
export function makeAttention(kind, config, parameters = {}) {
  if (!Object.hasOwn(KINDS, kind)) throw new Error(`expected one of ${Object.keys(KINDS).join(", ")}, got ${kind}`);
  const { sizes, score } = KINDS[kind](config);
  const own = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, new Float64Array(size)]));
  const K = config.key_size;
  const attention = { kind, Q: config.query_size ?? K, K, parameters: own, score: score(own) };
  loadParameters(attention, parameters);
  return attention;
}

/**
 * All that depends on the keys alone, for any number of calls of `attend`.
 * @param {Attention} attention
 * @param {Float64Array} keys  (T_in, N, K)
 * @param {object} [options]
 * @param {number} [options.N]
 * @param {Float64Array} [options.values]  (T_in, N, V); the keys themselves if absent
 * @param {ArrayLike<number | boolean> | null} [options.mask]  (T_in, N), true where a key counts
 * @param {readonly number[] | null} [options.lengths]  in place of a mask: keys past a sequence's length do not count
 * @returns {Keys}
 */
export function prepareKeys(attention, keys, { N = 1, values = keys, mask = null, lengths = null } = {}) {
  const T_in = keys.length / (N * attention.K);
  if (!Number.isInteger(T_in) || T_in < 1 || values.length % (T_in * N)) {
    throw new Error(`${attention.kind}: expected keys of T * ${N} * ${attention.K} numbers, got ${keys.length}`);
  }
  const counts = lengths ? Array.from({ length: T_in * N }, (_, k) => Math.floor(k / N) < lengths[k % N]) : mask;
  for (let n = 0; counts && n < N; n++) {
    const some = Array.from({ length: T_in }, (_, j) => counts[j * N + n]).some(Boolean);
    if (!some) throw new Error(`${attention.kind}: expected a key that counts in sequence ${n}, got none`);
  }
  return { T_in, N, values, mask: counts, p: attention.score.ofKeys(keys) };
}

/**
 * Let queries (T_out, N, Q) attend to prepared keys.
 * @param {Attention} attention
 * @param {Float64Array} queries
 * @param {Keys} keys
 * @returns {Attended}
 */
export function attend(attention, queries, { T_in, N, values, mask, p }) {
  const T_out = queries.length / (N * attention.Q);
  if (!Number.isInteger(T_out)) {
    throw new Error(`${attention.kind}: expected queries of T * ${N} * ${attention.Q} numbers, got ${queries.length}`);
  }
  const q = attention.score.ofQueries(queries);
  const P = p.length / (T_in * N);
  const V = values.length / (T_in * N);
  const scores = new Float64Array(T_out * N * T_in);
  for (let row = 0; row < T_out * N; row++) {
    const asked = q.subarray(row * P, (row + 1) * P);
    for (let j = 0; j < T_in; j++) {
      const key = j * N + (row % N);
      const counts = !mask || mask[key];
      scores[row * T_in + j] = counts ? attention.score.between(asked, p.subarray(key * P, (key + 1) * P)) : -Infinity;
    }
  }
  const weights = softmax(scores, T_in);
  const output = new Float64Array(T_out * N * V);
  for (let row = 0; row < T_out * N; row++) {
    for (let j = 0; j < T_in; j++) {
      const key = j * N + (row % N);
      for (let k = 0; k < V; k++) output[row * V + k] += weights[row * T_in + j] * values[key * V + k];
    }
  }
  return { scores, weights, output };
}
