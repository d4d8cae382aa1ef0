// A trained translator, and everything that one translation passes through.

import { logSoftmax, makeSeq2Seq, oneHot, partsOf, read, softmax, write } from "../js/engine/index.js";

/** @typedef {import("./reading.js").About} About */
/** @typedef {import("../js/engine/seq2seq.js").Seq2Seq} Seq2Seq */
/**
 * One step: `query` asks, `before` is the state from which the GRU starts, `r z n h` its gates and its new state;
 * `shares` are the probabilities of the symbols.
 * @typedef {{
 *   symbol: string, shares: Float64Array, scores: Float64Array, weights: Float64Array, context: Float64Array,
 *   query: Float64Array, before: Float64Array, r: Float64Array, z: Float64Array, n: Float64Array, h: Float64Array,
 * }} Step
 * @typedef {{text: string, written: string, steps: Step[], finished: boolean, before: boolean, directions: number,
 *   logProbability: number}} Translation
 *   `before`: whether it attends before the decoder's step
 */

/**
 * @param {any} made  what Python says it is made of
 * @param {ArrayLike<number>} numbers  all its parameters in a row
 * @returns {Seq2Seq}
 */
export function translatorOf(made, numbers) {
  const shapes = made.sizes.map((/** @type {[string, number]} */ [name, size]) => [name, [size]]);
  return makeSeq2Seq(made, partsOf(numbers, shapes));
}

/**
 * Write, greedily, what a text means, and keep all that is passed through. The text must not be empty, and hold known
 * characters only.
 * @param {Seq2Seq} model
 * @param {string} text
 * @param {Pick<About, "characters" | "symbols" | "start" | "stop" | "most">} about
 * @returns {Translation}
 */
export function translate(model, text, { characters, symbols, start, stop, most }) {
  const x = oneHot(
    Array.from(text, (character) => characters.indexOf(character)),
    characters.length,
  );
  const source = read(model, x);
  /** @type {Step[]} */
  const steps = [];
  let state = source.start;
  let logProbability = 0;
  for (let code = start; code !== stop && steps.length < most; ) {
    const {
      output,
      scores,
      weights,
      context,
      decoder: [trace],
      state: next,
    } = write(model, oneHot([code], model.symbolSize), { ...source, start: state });
    if (!scores || !weights || !context) throw new Error("expected a translator with attention");
    const logShares = logSoftmax(output, model.K);
    code = logShares.indexOf(Math.max(...logShares));
    logProbability += logShares[code];
    const { r, z, n, h } = trace.at();
    const before = state.h;
    steps.push({
      symbol: symbols[code],
      shares: softmax(output, model.K),
      scores,
      weights,
      context,
      before,
      r,
      z,
      n,
      h,
      query: model.before ? before : h,
    });
    state = next;
  }
  const finished = steps.at(-1)?.symbol === symbols[stop];
  const written = steps
    .map(({ symbol }) => symbol)
    .join("")
    .split(symbols[stop])[0];
  return { text, written, steps, finished, before: model.before, directions: model.encoder.directions, logProbability };
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
