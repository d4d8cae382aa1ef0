// What three taggers make of a sentence: states, probabilities, and what other words would have made of it.

import { makeLayer, makeModel, partsOf, predict, softmax } from "../js/engine/index.js";

/** @typedef {"forward" | "backward" | "both"} Reader */
/** @typedef {ReturnType<typeof makeModel>} Model */

/** @type {Reader[]} */
export const READERS = ["forward", "backward", "both"];

/**
 * A reader's model from its parameters, one behind the other in the package's order.
 * @param {Reader} reader
 * @param {ArrayLike<number>} flat
 * @param {{H: number, D: number, K: number}} sizes
 */
export function modelOf(reader, flat, { H, D, K }) {
  const bidirectional = reader === "both";
  const ends = bidirectional ? ["", "_reverse"] : [""];
  /** @type {[string, number[]][]} */
  const shapes = ends.flatMap((end) => [
    [`layer.weight_ih_l0${end}`, [4 * H, D]],
    [`layer.weight_hh_l0${end}`, [4 * H, H]],
    [`layer.bias_l0${end}`, [4 * H]],
  ]);
  const parameters = partsOf(flat, [...shapes, ["readout.weight", [K, H * ends.length]], ["readout.bias", [K]]]);
  const own = Object.fromEntries(shapes.map(([name]) => [name.slice("layer.".length), parameters[name]]));
  const layer = makeLayer("LSTM", { input_size: D, hidden_size: H, bidirectional }, { parameters: own });
  return makeModel(layer, K, "softmax_cross_entropy", { parameters });
}

/**
 * Probabilities (T, N, K) for N sentences of one length, and the trace; in the order of the words, whoever reads.
 * @param {Model} model
 * @param {Reader} reader
 * @param {number[][]} sentences codes of words
 */
function read(model, reader, sentences) {
  const { D } = model.layer;
  const [N, T, K] = [sentences.length, sentences[0].length, model.K];
  const x = new Float64Array(T * N * D);
  const place = (/** @type {number} */ t) => (reader === "backward" ? T - 1 - t : t);
  sentences.forEach((codes, n) =>
    codes.forEach((code, t) => {
      x[(place(t) * N + n) * D + code] = 1;
    }),
  );
  const { predictions, trace } = predict(model, x, { N });
  const shares = softmax(predictions, K);
  if (reader !== "backward") return { shares, trace };
  const turned = new Float64Array(shares.length);
  for (let t = 0; t < T; t++) turned.set(shares.subarray(place(t) * N * K, (place(t) + 1) * N * K), t * N * K);
  return { shares: turned, trace };
}

/** The place of the largest number. @param {ArrayLike<number>} values */
export function largest(values) {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k;
  return best;
}

/**
 * What all three make of a sentence.
 * @param {Record<Reader, Model>} models
 * @param {number[]} codes
 */
export function readAll(models, codes) {
  const { K } = models.both;
  const { H } = models.both.layer;
  /** @type {Record<string, Float64Array[]>} */
  const shares = {};
  for (const reader of READERS) {
    const all = read(models[reader], reader, [codes]).shares;
    shares[reader] = codes.map((_, t) => all.subarray(t * K, (t + 1) * K));
  }
  const { trace } = read(models.both, "both", [codes]);
  const rows = (/** @type {Float64Array} */ h) => codes.map((_, t) => h.subarray(t * H, (t + 1) * H));
  return {
    T: codes.length,
    H,
    shares,
    forward: rows(trace.at(0, "forward").h),
    backward: rows(trace.at(0, "reverse").h),
  };
}

/**
 * @typedef {{
 *   at: number, code: number, tag: number, share: number,
 * }} Change  another word at a place, and the tag it gives
 * @typedef {{influence: Float64Array[], changes: Change[][]}} Swaps  by the word whose tag it is about
 */

/**
 * Put every other word of the vocabulary in every place: how far, on average, each tag's probability falls (as
 * TwoDirections.influence in Python), and which of them give another tag.
 * @param {Model} model
 * @param {Reader} reader
 * @param {number[]} codes
 * @returns {Swaps}
 */
export function swapAll(model, reader, codes) {
  const { K } = model;
  const { D } = model.layer;
  const T = codes.length;
  const own = read(model, reader, [codes]).shares;
  const chosen = codes.map((_, t) => largest(own.subarray(t * K, (t + 1) * K)));
  const influence = codes.map(() => new Float64Array(T));
  /** @type {Change[][]} */
  const changes = codes.map(() => []);
  for (let s = 0; s < T; s++) {
    const others = Array.from({ length: D }, (_, code) => code).filter((code) => code !== codes[s]);
    const N = others.length;
    const { shares } = read(
      model,
      reader,
      others.map((code) => codes.map((old, t) => (t === s ? code : old))),
    );
    for (let t = 0; t < T; t++) {
      let sum = 0;
      for (let n = 0; n < N; n++) {
        const row = shares.subarray((t * N + n) * K, (t * N + n + 1) * K);
        sum += row[chosen[t]];
        const tag = largest(row);
        if (s !== t && tag !== chosen[t]) changes[t].push({ at: s, code: others[n], tag, share: row[tag] });
      }
      influence[t][s] = own[t * K + chosen[t]] - sum / N;
    }
  }
  return { influence, changes };
}

/**
 * Changes gathered by place and new tag, those with the most words first.
 * @param {Change[]} changes
 */
export function gathered(changes) {
  /** @type {Map<string, {at: number, tag: number, codes: number[], best: number}>} */
  const groups = new Map();
  for (const { at, tag, code, share } of [...changes].sort((a, b) => b.share - a.share)) {
    const key = `${at} ${tag}`;
    const group = groups.get(key) ?? { at, tag, codes: [], best: share };
    group.codes.push(code);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.codes.length - a.codes.length || b.best - a.best);
}

/** The size of a state: the root of its mean square, from 0 to 1. @param {ArrayLike<number>} h */
export const sizeOf = (h) => Math.sqrt(Array.from(h).reduce((sum, v) => sum + v * v, 0) / h.length);
