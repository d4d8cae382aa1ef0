// What the model makes of a line: every gate and state of every unit, and what it expects next; untouched, or with
// gates held and a memory set.

import { extend, forward, makeLayer, makeModel, softmax } from "../js/engine/index.js";
import { applyLinear } from "../js/engine/model.js";

/** @typedef {import("../js/kit/widget.js").View} View */
/** @typedef {import("../js/engine/model.js").Model} Model */
/** @typedef {import("../js/engine/cells/base.js").Arrays} Arrays */
/** @typedef {{codes: number[], T: number, H: number, K: number, record: Arrays, before: Arrays}} Run */

/** The model in the traits. @param {View} view @returns {Model} */
export function modelOf(view) {
  const read = (/** @type {string} */ name) => view.array(name);
  const [H, D] = [read("weight_hh").shape[1], read("weight_ih").shape[1]];
  const parameters = {
    weight_ih_l0: read("weight_ih").data,
    weight_hh_l0: read("weight_hh").data,
    bias_l0: read("bias").data,
  };
  const layer = makeLayer("LSTM", { input_size: D, hidden_size: H }, { parameters });
  const weights = Object.fromEntries(Object.entries(layer.parameters).map(([name, array]) => [`layer.${name}`, array]));
  return makeModel(layer, D, "softmax_cross_entropy", {
    parameters: {
      ...weights,
      "readout.weight": read("readout_weight").data,
      "readout.bias": read("readout_bias").data,
    },
  });
}

/** @param {number[]} codes @param {number} D */
function inputs(codes, D) {
  const x = new Float64Array(codes.length * D);
  codes.forEach((code, t) => {
    x[t * D + code] = 1;
  });
  return x;
}

/**
 * What a model makes of one text of the alphabet's characters after another: what a text has in common with the
 * beginning of the last one is not read again.
 * @param {Model} model
 * @param {string} alphabet
 * @returns {(text: string) => Run}
 */
export function reader({ layer }, alphabet) {
  const { D, H } = layer;
  /** @type {number[]} */
  let last = [];
  /** @type {import("../js/engine/index.js").Trace | null} */
  let trace = null;
  return (text) => {
    const codes = Array.from(text, (character) => alphabet.indexOf(character));
    let same = 0;
    while (same < codes.length && codes[same] === last[same]) same++;
    const known = trace && same ? trace.slice(0, same) : null;
    const rest = inputs(codes.slice(same), D);
    if (!known) trace = forward(layer, rest);
    else trace = rest.length ? extend(layer, known, rest) : known;
    last = codes;
    return { codes, T: codes.length, H, K: D, record: trace.at(), before: trace.before() };
  };
}

/**
 * The run in which one unit's memory is set after a step, `[unit, step, value]`; the same run, if it is not.
 * @param {Model} model that of the run
 * @param {Run} of
 * @param {readonly number[]} c
 * @returns {Run}
 */
export function withMemory(model, of, [unit, step, value]) {
  const { codes, T, H } = of;
  if (unit === undefined || step >= T) return of;
  const end = (step + 1) * H;
  const copied = (/** @type {Arrays} */ arrays) =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.slice()]));
  const [record, before] = [copied(of.record), copied(of.before)];
  const at = step * H + unit;
  record.c[at] = value;
  record.h[at] = record.o[at] * Math.tanh(value);
  if (step + 1 < T) {
    const state = { h: record.h.slice(end - H, end), c: record.c.slice(end - H, end) };
    const rest = forward(model.layer, inputs(codes.slice(step + 1), model.layer.D), { state });
    for (const [name, array] of Object.entries(rest.at())) record[name].set(array, end);
    for (const [name, array] of Object.entries(rest.before())) before[name].set(array, end);
  }
  return { ...of, record, before };
}

/** One unit's series. @param {Run} run @param {string} name @param {number} unit */
export const series = ({ record, T, H }, name, unit) =>
  Float64Array.from({ length: T }, (_, t) => record[name][t * H + unit]);

/**
 * One unit at one step, with the states before.
 * @param {Run} run
 * @param {number} unit
 * @param {number} t
 * @returns {Record<string, number>}
 */
export function valuesAt({ record, before, H }, unit, t) {
  const at = t * H + unit;
  const now = Object.fromEntries(Object.entries(record).map(([name, array]) => [name, array[at]]));
  return { ...now, c_prev: before.c[at], h_prev: before.h[at] };
}

/** Probabilities of all characters after step t. @param {Model} model @param {Run} run @param {number} t */
export const sharesAt = (model, { record, H, K }, t) =>
  softmax(applyLinear(model.readout, record.h.slice(t * H, (t + 1) * H)), K);

/** Where the network can write on after step t. @param {Model} model @param {Run} run @param {number} t */
export const placeAt = (model, run, t) => {
  const at = (/** @type {Float64Array} */ array) => array.slice(t * run.H, (t + 1) * run.H);
  return { state: { h: at(run.record.h), c: at(run.record.c) }, shares: sharesAt(model, run, t) };
};
