// The vanilla recurrent cell.

import { relu, reluDerivative, tanh, tanhDerivative } from "../activations.js";
import { addPast, gradientsOfBlocks, passToPast, range } from "./base.js";

/** @typedef {import("./base.js").Cell} Cell */

/**
 * The vanilla recurrent cell: h = tanh(W_x x + W_h h_prev + b), or relu in place of tanh. Elman (1990).
 * @param {{nonlinearity?: string}} options
 * @returns {Cell}
 */
export function rnn({ nonlinearity = "tanh" }) {
  if (nonlinearity !== "tanh" && nonlinearity !== "relu") {
    throw new Error(`RNN: expected nonlinearity "tanh" or "relu", got ${JSON.stringify(nonlinearity)}`);
  }
  const [activation, derivative] = nonlinearity === "tanh" ? [tanh, tanhDerivative] : [relu, reluDerivative];
  const blocks = ["h"];
  return {
    blocks,
    state: ["h"],
    step(w, s, t) {
      addPast(w, s, t, blocks);
      const { h } = s.record;
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) h[k] = activation(h[k]);
    },
    stepBackward(w, s, d, t) {
      const { h } = s.record;
      const dh = d.after.h;
      const da = d.a.h;
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) da[k] = dh[k] * derivative(h[k]);
      passToPast(w, s, d, t, blocks);
    },
    weightGradients: (w, s, d, dw) => gradientsOfBlocks(s, d, dw, blocks),
  };
}
