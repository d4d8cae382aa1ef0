// A model that reads a text: every gate and state after every character, kept so that a change costs no more than what
// comes after it, and the gradient back from any place.

import { backward, forward, logSoftmax, makeLayer, makeModel, partsOf, Trace } from "../js/engine/index.js";
import { applyLinear } from "../js/engine/model.js";

/** @typedef {Record<string, Float64Array>} Arrays */
/** @typedef {{kind: string, config: any, names: string[], states: string[], shapes: [string, number[]][]}} Described */

/**
 * The model as Python describes it, with its weights, one after the other.
 * @param {Described} described
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

/**
 * Room for `steps` steps of one cell, and the state before the first.
 * @param {readonly string[]} names
 * @param {number} size
 */
const room = (names, size) => Object.fromEntries(names.map((name) => [name, new Float64Array(size)]));

/**
 * What a model makes of a text of at most `longest` characters.
 */
export class Reading {
  /** @type {number[]} */
  codes = [];
  /** Steps of the last call of `read`, for those who watch the work. */
  worked = 0;

  /** @param {ReturnType<typeof modelOf>} model @param {number} longest */
  constructor(model, longest) {
    const { layer, K } = model;
    this.model = model;
    this.H = layer.H;
    this.K = K;
    const { cell, numLayers, H } = layer;
    const gates = cell.blocks.filter((name) => !cell.state.includes(name));
    /** By layer: gates (longest, H), and states (longest + 1, H), the first row being the state before all. */
    this.gates = Array.from({ length: numLayers }, () => room(gates, longest * H));
    this.states = Array.from({ length: numLayers }, () => room(cell.state, (longest + 1) * H));
    this.logP = new Float64Array(longest * K);
  }

  get length() {
    return this.codes.length;
  }

  /**
   * Read a text, given as places in the alphabet; what stands before the first change is not read again.
   * @param {number[]} codes
   */
  read(codes) {
    let same = 0;
    while (same < codes.length && same < this.codes.length && codes[same] === this.codes[same]) same++;
    this.codes = codes;
    this.worked = codes.length - same;
    if (!this.worked) return;
    const { H, K, model } = this;
    const state = Object.fromEntries(
      model.layer.cell.state.map((name) => [
        name,
        Float64Array.from(this.states.flatMap((own) => [...own[name].subarray(same * H, (same + 1) * H)])),
      ]),
    );
    const trace = forward(model.layer, this.inputs(same, codes.length), { state });
    for (let layer = 0; layer < this.states.length; layer++) {
      const record = trace.at(layer);
      for (const [name, array] of Object.entries(this.gates[layer])) array.set(record[name], same * H);
      for (const [name, array] of Object.entries(this.states[layer])) array.set(record[name], (same + 1) * H);
    }
    this.logP.set(logSoftmax(applyLinear(model.readout, trace.output), K), same * K);
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

  /** What all units of a layer do, (T, H), a view. @param {string} name @param {number} layer */
  values(name, layer) {
    const { H, length } = this;
    const state = this.states[layer][name];
    return state ? state.subarray(H, (length + 1) * H) : this.gates[layer][name].subarray(0, length * H);
  }

  /** One unit's series, (T). @param {string} name @param {number} layer @param {number} unit */
  series(name, layer, unit) {
    const values = this.values(name, layer);
    return Float64Array.from({ length: this.length }, (_, t) => values[t * this.H + unit]);
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
    return Float64Array.from(this.codes, (code, t) => (t ? -this.after(t)[code] / Math.LN2 : Number.NaN));
  }

  /** The character whose prediction stands at the caret: the one that comes, or the likeliest. @param {number} caret */
  expected(caret) {
    if (caret < this.length) return this.codes[caret];
    const logP = this.after(caret);
    return logP.indexOf(Math.max(...logP));
  }

  /** The trace of the first `caret` characters, made of what is kept. @param {number} caret */
  trace(caret) {
    const { H, model } = this;
    const { cell, D } = model.layer;
    const cut = (/** @type {Arrays} */ arrays, /** @type {number} */ from, /** @type {number} */ to) =>
      Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.subarray(from * H, to * H)]));
    const x = this.inputs(0, caret);
    const steps = this.states.map((states, layer) => {
      const after = cut(states, 1, caret + 1);
      return [
        {
          T: caret,
          N: 1,
          D: layer ? H : D,
          H,
          x: layer ? this.states[layer - 1].h.subarray(H, (caret + 1) * H) : x,
          record: { ...cut(this.gates[layer], 0, caret), ...after },
          before: cut(states, 0, caret),
          final: cut(states, caret, caret + 1),
          valid: null,
          reverse: false,
        },
      ];
    });
    const top = steps[steps.length - 1][0];
    const final = Object.fromEntries(
      cell.state.map((name) => [name, Float64Array.from(steps.flatMap(([own]) => [...own.final[name]]))]),
    );
    return new Trace(cell, steps, x, top.record.h, final, null);
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
    const trace = this.trace(caret);
    const dOutput = new Float64Array(caret * H);
    /** @type {Arrays | null} */
    let dFinal = null;
    if (of === "prediction") {
      const logP = this.after(caret);
      const { weight } = model.readout;
      const target = this.expected(caret);
      for (let k = 0; k < K; k++) {
        const slope = (k === target ? 1 : 0) - Math.exp(logP[k]);
        for (let j = 0; j < H; j++) dOutput[(caret - 1) * H + j] += slope * weight[k * H + j];
      }
    } else {
      dFinal = Object.fromEntries(
        model.layer.cell.state.map((name) => [name, new Float64Array(this.states.length * H)]),
      );
      dFinal[of][layer * H + unit] = 1;
    }
    const { x: dx } = backward(model.layer, trace, dOutput, dFinal);
    const { D } = model.layer;
    return Float64Array.from({ length: caret }, (_, t) => {
      let sum = 0;
      for (let k = t * D; k < (t + 1) * D; k++) sum += dx[k] * dx[k];
      return Math.sqrt(sum);
    });
  }
}
