// A model that reads a text: every gate and state after every character, kept so that a change costs no more than what
// comes after it, and the gradient back from any place.

import {
  backward,
  extend,
  forward,
  initialState,
  logSoftmax,
  makeLayer,
  makeModel,
  partsOf,
} from "../js/engine/index.js";
import { applyLinear } from "../js/engine/model.js";
import { writeOn } from "../js/kit/holding.js";

/** @typedef {Record<string, Float64Array>} Arrays */
/** @typedef {{kind: string, config: any, names: string[], states: string[], shapes: [string, number[]][]}} Described */

/**
 * The model as Python describes it, with its weights, one after the other.
 * @param {Pick<Described, "kind" | "config" | "shapes">} described
 * @param {ArrayLike<number>} weights
 */
export function modelOf({ kind, config, shapes }, weights) {
  const parameters = partsOf(weights, shapes);
  const own = Object.entries(parameters).filter(([name]) => name.startsWith("layer."));
  const layer = makeLayer(kind, config, {
    parameters: Object.fromEntries(own.map(([name, array]) => [name.slice(6), array])),
  });
  return makeModel(layer, parameters["readout.bias"].length, "softmax_cross_entropy", { parameters });
}

/** @typedef {ReturnType<typeof modelOf>} LanguageModel */

const NOTHING = new Float64Array(0);

/**
 * What is new of findings: the steps from `same` on, of every layer, by name, each (steps, H); `logP`, (steps, K).
 * @typedef {{codes: number[], same: number, logP: Float64Array, layers: Arrays[]}} News
 */

/** What a model made of a text of at most `longest` characters, kept up by the news of a reading. */
export class Findings {
  /** @type {number[]} */
  codes = [];
  /** By layer. @type {Arrays[]} */
  #layers;

  /** @param {LanguageModel} model @param {number} longest */
  constructor(model, longest) {
    const { layer, K } = model;
    this.model = model;
    this.longest = longest;
    this.H = layer.H;
    this.K = K;
    this.logP = new Float64Array(longest * K);
    this.#layers = Array.from({ length: layer.numLayers }, () => ({}));
  }

  get length() {
    return this.codes.length;
  }

  /** @param {News} news */
  take({ codes, same, logP, layers }) {
    this.codes = codes;
    this.logP.set(logP, same * this.K);
    layers.forEach((arrays, layer) => {
      for (const [name, array] of Object.entries(arrays)) {
        this.#layers[layer][name] ??= new Float64Array(this.longest * this.H);
        this.#layers[layer][name].set(array, same * this.H);
      }
    });
  }

  /** What all units of a layer do, (T, H), a view. @param {string} name @param {number} layer */
  values(name, layer) {
    return (this.#layers[layer][name] ?? NOTHING).subarray(0, this.length * this.H);
  }

  /** One unit's series, (T). @param {string} name @param {number} layer @param {number} unit */
  series(name, layer, unit) {
    const values = this.values(name, layer);
    const series = new Float64Array(this.length);
    for (let t = 0, at = unit; t < series.length; t++, at += this.H) series[t] = values[at];
    return series;
  }

  /**
   * Every unit's series, each (T): in one pass over the values, as they lie in memory.
   * @param {string} name @param {number} layer
   */
  allSeries(name, layer) {
    const values = this.values(name, layer);
    const all = Array.from({ length: this.H }, () => new Float64Array(this.length));
    for (let t = 0, at = 0; t < this.length; t++) {
      for (const series of all) series[t] = values[at++];
    }
    return all;
  }

  /**
   * Log-probabilities of what comes after the first `caret` characters, (K), a view.
   * @param {number} caret at least 1
   */
  after(caret) {
    return this.logP.subarray((caret - 1) * this.K, caret * this.K);
  }

  /** What each character cost in bits, (T); NaN for the first. */
  surprise() {
    const { codes, logP, K } = this;
    const bits = new Float64Array(codes.length).fill(Number.NaN);
    for (let t = 1; t < codes.length; t++) bits[t] = -logP[(t - 1) * K + codes[t]] / Math.LN2;
    return bits;
  }

  /** What a character cost on average, in bits; NaN for a text of one character. */
  meanSurprise() {
    const { codes, logP, K } = this;
    let sum = 0;
    for (let t = 1; t < codes.length; t++) sum -= logP[(t - 1) * K + codes[t]] / Math.LN2;
    return sum / (this.length - 1);
  }

  /**
   * What the model writes after the first `caret` characters: always the likeliest, which it reads before the next.
   * @param {number} caret at least 1
   * @param {number} count
   * @returns {number[]} places in the alphabet
   */
  written(caret, count) {
    const { layer } = this.model;
    const state = initialState(layer, 1);
    for (const [name, array] of Object.entries(state)) {
      for (let k = 0; k < layer.numLayers; k++) {
        array.set(this.values(name, k).subarray((caret - 1) * this.H, caret * this.H), k * this.H);
      }
    }
    return writeOn(this.model, { state, shares: this.after(caret).map(Math.exp) }, count);
  }

  /** The character whose prediction stands at the caret: the one that comes, or the likeliest. @param {number} caret */
  expected(caret) {
    if (caret < this.length) return this.codes[caret];
    const logP = this.after(caret);
    return logP.indexOf(Math.max(...logP));
  }
}

/** The same, by a model that reads: a change costs no more than what comes after it. */
export class Reading extends Findings {
  /** @override @type {number[]} */
  codes = [];
  /** Of the whole text; null without one. @type {import("../js/engine/index.js").Trace | null} */
  trace = null;
  /** Characters that the last call of `read` did not read again. */
  same = 0;

  /**
   * Read a text, given as places in the alphabet; what stands before the first change is not read again.
   * @param {number[]} codes
   */
  read(codes) {
    let same = 0;
    while (same < codes.length && same < this.codes.length && codes[same] === this.codes[same]) same++;
    this.codes = codes;
    this.same = same;
    const { H, K, model } = this;
    const known = same ? (this.trace?.slice(0, same) ?? null) : null;
    if (same === codes.length) {
      this.trace = known;
      return;
    }
    const x = this.inputs(same, codes.length);
    this.trace = known ? extend(model.layer, known, x) : forward(model.layer, x);
    const fresh = this.trace.output.subarray(same * H);
    this.logP.set(logSoftmax(applyLinear(model.readout, fresh), K), same * K);
  }

  /**
   * One-hot inputs of the characters from `start` to `end`, (end - start, D).
   * @param {number} start
   * @param {number} end
   */
  inputs(start, end) {
    const { D } = this.model.layer;
    const x = new Float64Array((end - start) * D);
    for (let t = start; t < end; t++) x[(t - start) * D + this.codes[t]] = 1;
    return x;
  }

  /** What all units of a layer do, (T, H). @override @param {string} name @param {number} layer */
  values(name, layer) {
    return this.trace?.at(layer)[name] ?? NOTHING;
  }

  /** What the last call of `read` has found. @returns {News} */
  news() {
    const { codes, same, trace, H, K } = this;
    const ofLayer = (/** @type {number} */ k) =>
      Object.fromEntries((trace?.names ?? []).map((name) => [name, this.values(name, k).slice(same * H)]));
    const layers = Array.from({ length: this.model.layer.numLayers }, (_, k) => ofLayer(k));
    return { codes, same, logP: this.logP.slice(same * K, codes.length * K), layers };
  }

  /**
   * Length of the gradient with respect to each of the first `caret` characters' inputs, (caret): of the
   * log-probability of what comes after them, or of a unit's state.
   * @param {number} caret at least 1
   * @param {string} of "prediction", or a state's name
   * @param {number} layer @param {number} unit
   */
  gradientSizes(caret, of, layer, unit) {
    const { H, K, model } = this;
    if (!this.trace) throw new Error("expected a text to trace a gradient through, got none");
    const trace = this.trace.slice(0, caret);
    const dOutput = new Float64Array(caret * H);
    /** @type {Arrays | null} */
    let dFinal = null;
    if (of === "prediction") {
      const logP = this.after(caret);
      const { weight } = model.readout;
      const target = this.expected(caret);
      for (let k = 0; k < K; k++) {
        const derivative = (k === target ? 1 : 0) - Math.exp(logP[k]);
        for (let j = 0; j < H; j++) dOutput[(caret - 1) * H + j] += derivative * weight[k * H + j];
      }
    } else {
      dFinal = initialState(model.layer, 1);
      dFinal[of][layer * H + unit] = 1;
    }
    const { x: dx } = backward(model.layer, trace, dOutput, dFinal, { weights: false });
    const { D } = model.layer;
    return Float64Array.from({ length: caret }, (_, t) => {
      let sum = 0;
      for (let k = t * D; k < (t + 1) * D; k++) sum += dx[k] * dx[k];
      return Math.sqrt(sum);
    });
  }
}
