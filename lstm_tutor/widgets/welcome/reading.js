// What the model makes of a line: every gate and state of every unit, and what it expects next.

import { makeLayer, makeModel, predict, softmax } from "../js/engine/index.js";

/** @typedef {import("../js/kit/widget.js").View} View */

/** The model in the traits. @param {View} view */
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

/**
 * @param {ReturnType<typeof modelOf>} model
 * @param {string} text of the alphabet's characters
 * @param {string} alphabet
 */
export function readText(model, text, alphabet) {
  const { D, H } = model.layer;
  const codes = Array.from(text, (character) => alphabet.indexOf(character));
  const x = new Float64Array(codes.length * D);
  codes.forEach((code, t) => {
    x[t * D + code] = 1;
  });
  const { predictions, trace } = predict(model, x);
  const recorded = trace.at();
  const before = trace.before();
  return {
    text,
    steps: codes.length,
    H,
    /** One unit's series. @param {string} name @param {number} unit */
    series: (name, unit) => Float64Array.from(codes, (_, t) => recorded[name][t * H + unit]),
    /**
     * One unit at one step, with the states before.
     * @param {number} unit
     * @param {number} t
     * @returns {Record<string, number>}
     */
    values(unit, t) {
      const at = t * H + unit;
      const now = Object.fromEntries(trace.names.map((name) => [name, recorded[name][at]]));
      return { ...now, c_prev: before.c[at], h_prev: before.h[at] };
    },
    /** All units' values of one quantity at one step. @param {string} name @param {number} t */
    all: (name, t) => recorded[name].subarray(t * H, (t + 1) * H),
    /** The `count` likeliest next characters. @param {number} t @param {number} count */
    guesses(t, count) {
      const shares = softmax(predictions.slice(t * D, (t + 1) * D), D);
      const order = Array.from(shares, (_, k) => k).sort((a, b) => shares[b] - shares[a]);
      return order.slice(0, count).map((k) => ({ character: alphabet[k], share: shares[k] }));
    },
  };
}
