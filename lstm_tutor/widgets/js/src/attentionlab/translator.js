// A trained translator, and everything that one translation passes through.

import { greedy, makeSeq2Seq, oneHot, read, softmax, write } from "../engine/index.js";

/** @typedef {import("./reading.js").About} About */
/** @typedef {import("../engine/seq2seq.js").Seq2Seq} Seq2Seq */
/**
 * One step: `query` asks, `before` is the state from which the GRU starts, `r z n h` its gates and its new state;
 * `shares` are the probabilities of the symbols.
 * @typedef {{
 *   symbol: string, shares: Float64Array, scores: Float64Array, weights: Float64Array, context: Float64Array,
 *   query: Float64Array, before: Float64Array, r: Float64Array, z: Float64Array, n: Float64Array, h: Float64Array,
 * }} Step
 * @typedef {{text: string, written: string, steps: Step[], finished: boolean, before: boolean, logProbability: number}} Translation
 *   `before`: whether it attends before the decoder's step
 */

/**
 * @param {any} made  what Python says it is made of
 * @param {ArrayLike<number>} numbers  all its parameters in a row
 * @returns {Seq2Seq}
 */
export function translatorOf(made, numbers) {
  const all = Float64Array.from(numbers);
  let at = 0;
  const parameters = Object.fromEntries(
    Object.entries(made.sizes).map(([name, size]) => [name, all.subarray(at, (at += Number(size)))]),
  );
  return makeSeq2Seq(made, parameters);
}

/**
 * Write, greedily, what a text means. The text must not be empty, and hold known characters only.
 * @param {Seq2Seq} model
 * @param {string} text
 * @param {Pick<About, "characters" | "symbols" | "start" | "stop" | "most">} about
 * @returns {Translation}
 */
export function translate(model, text, { characters, symbols, start, stop, most }) {
  const x = oneHot(Array.from(text, (character) => characters.indexOf(character)), characters.length);
  const [{ symbols: codes, finished, logProbability }] = greedy(model, x, { start, stop, maxLength: most });
  const source = read(model, x);
  const passed = write(model, oneHot([start, ...codes.slice(0, -1)], model.symbolSize), source); // the same way again, all kept
  const { H } = model.decoder;
  const at = (/** @type {Float64Array | null} */ array, /** @type {number} */ i) => {
    const size = (array?.length ?? 0) / codes.length;
    return /** @type {Float64Array} */ (array).subarray(i * size, (i + 1) * size);
  };
  const recorded = passed.decoder.flatMap((trace) =>
    Array.from({ length: trace.T }, (_, t) => {
      const of = (/** @type {Float64Array} */ array) => array.subarray(t * H, (t + 1) * H);
      const { r, z, n, h } = trace.at();
      return { before: of(trace.before().h), r: of(r), z: of(z), n: of(n), h: of(h) };
    }),
  );
  const steps = codes.map((code, i) => ({
    symbol: symbols[code], shares: softmax(at(passed.output, i).slice(), model.K), scores: at(passed.scores, i),
    weights: at(passed.weights, i), context: at(passed.context, i), ...recorded[i],
    query: model.before ? recorded[i].before : recorded[i].h,
  }));
  const written = codes.map((code) => symbols[code]).join("").split(symbols[stop])[0];
  return { text, written, steps, finished, before: model.before, logProbability };
}

/** The likeliest symbols of a step. @param {Step} step @param {string} symbols @param {number} count */
export function likeliest({ shares }, symbols, count) {
  const order = Array.from(shares, (_, k) => k).sort((a, b) => shares[b] - shares[a]);
  return order.slice(0, count).map((k) => ({ symbol: symbols[k], share: shares[k] }));
}

/** The attention of all steps as one array (T_out, T_in), for the trait. @param {Translation} translation */
export function weightsOf({ steps, text }) {
  const out = new Float64Array(steps.length * text.length);
  steps.forEach(({ weights }, i) => out.set(weights, i * text.length));
  return out;
}
