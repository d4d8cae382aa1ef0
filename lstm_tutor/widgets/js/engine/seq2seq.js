// The encoder-decoder: an encoder reads, a decoder writes, and attention, if there is any, looks back.
// lstm_tutor.seq2seq forward: the same parts, the same names, the same two wirings.

import { logSoftmax, tanh } from "./activations.js";
import { attend, makeAttention, prepareKeys } from "./attention.js";
import { forward, loadParameters, makeLayer } from "./layers.js";
import { applyLinear, makeLinear } from "./model.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */
/** @typedef {import("./layers.js").Layer} Layer */
/** @typedef {import("./model.js").Linear} Linear */
/** @typedef {import("./trace.js").Trace} Trace */

/**
 * What it takes to make a model: each part as in Python, by the name of its class and its config().
 * @typedef {object} Parts
 * @property {{ kind: string, config: import("./layers.js").Config }} encoder
 * @property {{ kind: string, config: import("./layers.js").Config }} decoder  of one direction
 * @property {{ kind: string, config: import("./attention.js").Config } | null} [attention]
 * @property {number} output_size  K, the number of symbols to choose from
 * @property {"before" | "after"} [attend]  when the decoder looks: before its step or after it
 */

/**
 * @typedef {object} Seq2Seq
 * @property {string} kind
 * @property {Layer} encoder
 * @property {Layer} decoder
 * @property {import("./attention.js").Attention | null} attention
 * @property {boolean} before  whether the decoder attends before its step
 * @property {Linear | null} bridge  makes the decoder's first state where the encoder's last does not fit
 * @property {Linear | null} combine  joins context and state, after the step
 * @property {Linear} readout
 * @property {number} K
 * @property {number} symbolSize  M, what the decoder reads of a symbol
 * @property {Arrays} parameters  "encoder.*", "decoder.*", "attention.*", "bridge.*", ..., live
 */

/**
 * What the decoder knows of what was read.
 * @typedef {object} Source
 * @property {Trace} encoder
 * @property {Arrays} start  the decoder's state before its first step
 * @property {import("./attention.js").Keys | null} keys
 */

/**
 * @typedef {object} Written
 * @property {Float64Array} output  (T_out, N, K), the logits
 * @property {Float64Array | null} scores  (T_out, N, T_in); null without attention
 * @property {Float64Array | null} weights  (T_out, N, T_in), how much output step i attends to input step j
 * @property {Float64Array | null} context  (T_out, N, V)
 * @property {Trace[]} decoder  consecutive parts of the decoder's pass: one per step where a step waits for its context
 * @property {Arrays} state  the decoder's state after the last step
 */

/**
 * @param {Parts} parts
 * @param {Record<string, ArrayLike<number>>} parameters  model.parameters() of Python; copied
 * @returns {Seq2Seq}
 */
export function makeSeq2Seq(parts, parameters) {
  /** @param {string} part */
  const of = (part) =>
    Object.fromEntries(
      Object.entries(parameters)
        .filter(([name]) => name.startsWith(`${part}.`))
        .map(([name, array]) => [name.slice(part.length + 1), array]),
    );
  const encoder = makeLayer(parts.encoder.kind, parts.encoder.config, { parameters: of("encoder") });
  const decoder = makeLayer(parts.decoder.kind, parts.decoder.config, { parameters: of("decoder") });
  if (decoder.directions === 2) throw new Error("Seq2Seq: expected a decoder of one direction, got two");
  const attention = parts.attention
    ? makeAttention(parts.attention.kind, parts.attention.config, of("attention"))
    : null;
  const V = encoder.H * encoder.directions;
  const { H } = decoder;
  const before = attention !== null && parts.attend === "before";
  const fits =
    encoder.kind === decoder.kind &&
    encoder.directions === 1 &&
    encoder.H === H &&
    encoder.numLayers === decoder.numLayers;
  const bridge = fits ? null : makeLinear(V, decoder.cell.state.length * decoder.numLayers * H, null);
  const combine = attention && !before ? makeLinear(V + H, H, null) : null;
  const readout = makeLinear(before ? V + H : H, parts.output_size, null);
  /** @type {Record<string, Arrays>} */
  const owned = { encoder: encoder.parameters, decoder: decoder.parameters };
  if (attention) owned.attention = attention.parameters;
  for (const [name, linear] of Object.entries({ bridge, combine, readout })) if (linear) owned[name] = { ...linear };
  const all = Object.fromEntries(
    Object.entries(owned).flatMap(([part, arrays]) =>
      Object.entries(arrays).map(([name, array]) => [`${part}.${name}`, array]),
    ),
  );
  const model = {
    kind: "Seq2Seq",
    encoder,
    decoder,
    attention,
    before,
    bridge,
    combine,
    readout,
    K: parts.output_size,
    symbolSize: before ? decoder.D - V : decoder.D,
    parameters: all,
  };
  loadParameters(model, parameters);
  return model;
}

/**
 * Vectors of zeros with a single one: codes to (codes.length, size).
 * @param {ArrayLike<number>} codes
 * @param {number} size
 */
export function oneHot(codes, size) {
  const out = new Float64Array(codes.length * size);
  for (let k = 0; k < codes.length; k++) {
    if (!(codes[k] >= 0 && codes[k] < size)) throw new Error(`expected a code from 0 to ${size - 1}, got ${codes[k]}`);
    out[k * size + codes[k]] = 1;
  }
  return out;
}

/**
 * Rows of a (R, A) and b (R, B) side by side, (R, A + B).
 * @param {Float64Array} a
 * @param {Float64Array} b
 * @param {number} R
 */
function beside(a, b, R) {
  const A = a.length / R;
  const B = b.length / R;
  const out = new Float64Array(a.length + b.length);
  for (let row = 0; row < R; row++) {
    out.set(a.subarray(row * A, (row + 1) * A), row * (A + B));
    out.set(b.subarray(row * B, (row + 1) * B), row * (A + B) + A);
  }
  return out;
}

/** One array after the other. @param {Float64Array[]} arrays */
function inARow(arrays) {
  const out = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}

/**
 * The last `rows` rows of h (layers * directions, N, H), of one sequence side by side: (N, rows * H).
 * @param {Float64Array} h
 * @param {number} rows
 * @param {number} N
 * @param {number} H
 */
function lastOf(h, rows, N, H) {
  const last = h.subarray(h.length - rows * N * H);
  return rows === 1 ? last : beside(last.subarray(0, N * H), last.subarray(N * H), N);
}

/**
 * Run the encoder, and make of its states all that the decoder needs.
 * @param {Seq2Seq} model
 * @param {Float64Array} x  (T_in, N, D)
 * @param {{N?: number, lengths?: readonly number[] | null}} [options]
 * @returns {Source}
 */
export function read(model, x, { N = 1, lengths = null } = {}) {
  const { encoder: layer, decoder, attention, bridge } = model;
  const encoder = forward(layer, x, { N, lengths });
  const keys = attention && prepareKeys(attention, encoder.output, { N, lengths });
  if (!bridge) return { encoder, start: encoder.finalState, keys };
  const made = applyLinear(bridge, lastOf(encoder.finalState.h, layer.directions, N, layer.H)).map(tanh);
  const { H, numLayers } = decoder;
  const fields = decoder.cell.state;
  const start = Object.fromEntries(fields.map((name) => [name, new Float64Array(numLayers * N * H)]));
  for (let n = 0, from = 0; n < N; n++) {
    for (const name of fields) {
      for (let k = 0; k < numLayers; k++, from += H) start[name].set(made.subarray(from, from + H), (k * N + n) * H);
    }
  }
  return { encoder, start, keys };
}

/**
 * Run the decoder from the source's start.
 * @param {Seq2Seq} model
 * @param {Float64Array} yIn  (T_out, N, M), what it reads at each step
 * @param {Source} source
 * @returns {Written}
 */
export function write(model, yIn, source) {
  const { decoder: layer, attention, before, symbolSize: M, combine } = model;
  const { N } = source.encoder;
  const { keys } = source;
  const { H } = layer;
  const top = layer.numLayers - 1;
  const size = before ? N * M : yIn.length;
  let state = source.start;
  const decoder = [];
  const looks = [];
  for (let from = 0; from < yIn.length; from += size) {
    let y = yIn.subarray(from, from + size);
    if (attention && keys && before) {
      const seen = attend(attention, state.h.subarray(top * N * H), keys); // s_{i-1} asks
      y = beside(y, seen.output, N);
      looks.push(seen);
    }
    const trace = forward(layer, y, { N, state });
    if (attention && keys && !before) looks.push(attend(attention, trace.output, keys)); // s_i asks
    state = trace.finalState;
    decoder.push(trace);
  }
  const s = inARow(decoder.map(({ output }) => output));
  const context = attention ? inARow(looks.map(({ output }) => output)) : null;
  let features = context ? beside(context, s, s.length / H) : s;
  if (combine) features = applyLinear(combine, features).map(tanh);
  return {
    output: applyLinear(model.readout, features),
    scores: attention ? inARow(looks.map(({ scores }) => scores)) : null,
    weights: attention ? inARow(looks.map(({ weights }) => weights)) : null,
    context,
    decoder,
    state,
  };
}

/**
 * A sequence that a decoder wrote.
 * @typedef {object} Hypothesis
 * @property {number[]} symbols  without the start; the last is the stop if it was written
 * @property {number} logProbability  of all of them, in nats
 * @property {Float64Array[]} weights  the attention of each step, (T_in); empty without attention
 * @property {boolean} finished  whether the stop was written
 */

/**
 * Write the likeliest symbol at each step, and read it at the next.
 * @param {Seq2Seq} model
 * @param {Float64Array} x  (T_in, N, D)
 * @param {object} options
 * @param {number} options.start  the symbol that is read at the first step
 * @param {number} options.stop  the symbol that ends a sequence
 * @param {number} options.maxLength  the largest number of symbols to write
 * @param {number} [options.N]
 * @param {readonly number[] | null} [options.lengths]
 * @returns {Hypothesis[]}  one per sequence
 */
export function greedy(model, x, { start, stop, maxLength, N = 1, lengths = null }) {
  const source = read(model, x, { N, lengths });
  const { T: T_in } = source.encoder;
  /** @type {Hypothesis[]} */
  const found = Array.from({ length: N }, () => ({ symbols: [], logProbability: 0, weights: [], finished: false }));
  let symbols = Array.from({ length: N }, () => start);
  let state = source.start;
  for (let i = 0; i < maxLength && !found.every(({ finished }) => finished); i++) {
    const written = write(model, oneHot(symbols, model.symbolSize), { ...source, start: state });
    const log_p = logSoftmax(written.output, model.K);
    state = written.state;
    symbols = found.map((hypothesis, n) => {
      const own = log_p.subarray(n * model.K, (n + 1) * model.K);
      const best = own.indexOf(Math.max(...own));
      if (hypothesis.finished) return best;
      hypothesis.symbols.push(best);
      hypothesis.logProbability += own[best];
      if (written.weights) hypothesis.weights.push(written.weights.slice(n * T_in, (n + 1) * T_in));
      hypothesis.finished = best === stop;
      return best;
    });
  }
  return found;
}
