// The random networks of the lab: the same weights, bit for bit, wherever the same seed is drawn (in Python too).

import { CELLS, makeLayer, Random } from "../js/engine/index.js";
import { eigenvalues, size } from "../js/engine/linalg.js";

/** @typedef {"RNN" | "LSTM" | "GRU"} Kind */
/**
 * @typedef {{
 *   hidden_size: number, length: number, spectral_radius: number, forget_bias: number, update_bias: number,
 *   nonlinearity: string, matrix: string, input_scale: number, seed: number,
 * }} Options
 * @typedef {{W_h: Float64Array[], W_x: Float64Array, eigen: import("../js/engine/linalg.js").Complex[]}} Start
 */

export const KINDS = /** @type {const} */ (["RNN", "LSTM", "GRU"]);
export const INPUTS = 4; // D
export const RUNS = 64; // no seed has as many: one seed's streams never meet another's

/**
 * A stream of its own for each purpose: 0 the inputs, 1 to 3 the cells, 4 the loss.
 * @param {number} seed
 * @param {number} run
 * @param {number} purpose
 */
const stream = (seed, run, purpose) => new Random((seed * RUNS + run) * 8 + purpose);

/**
 * The inputs of one run, (T, D): uniform, of variance 1, times `input_scale`.
 * @param {Options} options
 * @param {number} run
 */
export function inputs({ length, input_scale, seed }, run) {
  const random = stream(seed, run, 0);
  const bound = input_scale * Math.sqrt(3);
  return Float64Array.from({ length: length * INPUTS }, () => random.uniform(-bound, bound));
}

/** Where the loss of one run looks: v of length 1 in L = v . h_T. @param {Options} options @param {number} run */
export function lookout({ hidden_size, seed }, run) {
  const random = stream(seed, run, 4);
  const v = Float64Array.from({ length: hidden_size }, () => random.uniform(-1, 1));
  const length = Math.hypot(...v);
  return v.map((value) => value / length);
}

/**
 * Q of the QR decomposition of a Gaussian matrix (n, n), with a positive diagonal of R: Gram and Schmidt, done twice.
 * @param {Random} random
 * @param {number} n
 */
export function orthogonal(random, n) {
  const Q = Float64Array.from({ length: n * n }, () => random.normal());
  for (let j = 0; j < n; j++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        let dot = 0;
        for (let i = 0; i < n; i++) dot += Q[i * n + k] * Q[i * n + j];
        for (let i = 0; i < n; i++) Q[i * n + j] -= dot * Q[i * n + k];
      }
    }
    let squares = 0;
    for (let i = 0; i < n; i++) squares += Q[i * n + j] ** 2;
    const length = Math.sqrt(squares);
    for (let i = 0; i < n; i++) Q[i * n + j] /= length;
  }
  return Q;
}

/** @type {Map<string, Start>} */
const starts = new Map();

/**
 * What a cell starts from: each block of W_h with spectral radius 1, and W_x. Kept, because eigenvalues take time.
 * `eigen` are the eigenvalues of the first block.
 * @param {Kind} kind
 * @param {Options} options
 * @param {number} run
 */
export function start(kind, { hidden_size: H, matrix, seed }, run) {
  const key = `${kind} ${H} ${matrix} ${seed} ${run}`;
  const known = starts.get(key);
  if (known) return known;
  const random = stream(seed, run, 1 + KINDS.indexOf(kind));
  const bound = 1 / Math.sqrt(H);
  /** @type {import("../js/engine/linalg.js").Complex[]} */
  let eigen = [];
  const blocks = CELLS[kind]({}).blocks.length;
  const W_h = Array.from({ length: blocks }, (_, block) => {
    const drawn =
      matrix === "orthogonal"
        ? orthogonal(random, H)
        : Float64Array.from({ length: H * H }, () => random.uniform(-bound, bound));
    const values = eigenvalues(drawn, H);
    const radius = Math.max(...values.map(size));
    if (block === 0) eigen = values.map(({ re, im }) => ({ re: re / radius, im: im / radius }));
    return drawn.map((w) => w / radius);
  });
  const W_x = Float64Array.from({ length: blocks * H * INPUTS }, () => random.uniform(-bound, bound));
  if (starts.size > 200) starts.clear();
  const made = { W_h, W_x, eigen };
  starts.set(key, made);
  return made;
}

/**
 * The layer of one run: each gate's block of W_h scaled to the spectral radius that is asked for.
 * @param {Kind} kind
 * @param {Options} options
 * @param {number} run
 */
export function network(kind, options, run) {
  const { hidden_size: H, spectral_radius, forget_bias, update_bias, nonlinearity } = options;
  const { W_h, W_x } = start(kind, options, run);
  const weight_hh_l0 = new Float64Array(W_h.length * H * H);
  W_h.forEach((block, k) =>
    weight_hh_l0.set(
      block.map((w) => w * spectral_radius),
      k * H * H,
    ),
  );
  const bias_l0 = new Float64Array(W_h.length * H);
  if (kind === "LSTM") bias_l0.fill(forget_bias, H, 2 * H);
  if (kind === "GRU") bias_l0.fill(update_bias, H, 2 * H);
  /** @type {Record<string, Float64Array>} */
  const parameters = { weight_ih_l0: W_x, weight_hh_l0, bias_l0 };
  if (kind === "GRU") parameters.bias_hn_l0 = new Float64Array(H);
  return makeLayer(kind, { input_size: INPUTS, hidden_size: H, nonlinearity }, { parameters });
}
