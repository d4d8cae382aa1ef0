// The gated recurrent unit, with its reset gate before or after the product with the past.

import { sigmoid, sigmoidDerivative, tanh, tanhDerivative } from "../activations.js";
import { addProduct, addToBias, addToInput, addToRows, addToWeight } from "../matrix.js";
import { addPast, at, gradientsOfBlocks, passToPast, range } from "./base.js";

/** @typedef {import("./base.js").Cell} Cell */
/** @typedef {import("./base.js").Weights} Weights */
/** @typedef {import("./base.js").Steps} Steps */

/**
 * The GRU: r, z = sigmoid(...), h = (1 - z) n + z h_prev, and
 * n = tanh(W_x x + b + r (W_h h_prev + b_hn)) with `reset_after`, as in today's libraries, or
 * n = tanh(W_x x + b + W_h (r h_prev)) without, as published. Cho et al. (2014), section 2.3.
 * @param {{reset_after?: boolean}} options
 * @returns {Cell}
 */
export function gru({ reset_after = true }) {
  return reset_after ? gruAfter() : gruBefore();
}

/** @returns {Cell} */
function gruAfter() {
  const blocks = ["r", "z", "n"];
  /** W_h h_prev + b_hn of the candidate. @type {(w: Weights, s: Steps, t: number) => Float64Array} */
  const innerOf = (w, s, t) => {
    const inner = new Float64Array(s.N * s.H);
    addProduct(inner, at(s.before.h, s, t), w.W_h.n, s.H);
    addToRows(inner, /** @type {Float64Array} */ (w.b_hn));
    return inner;
  };
  return {
    blocks,
    state: ["h"],
    extra: { bias_hn: 1 },
    step(w, s, t) {
      addPast(w, s, t, ["r", "z"]);
      const { r, z, n, h } = s.record;
      const h_prev = s.before.h;
      const inner = innerOf(w, s, t);
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        r[k] = sigmoid(r[k]);
        z[k] = sigmoid(z[k]);
        n[k] = tanh(n[k] + r[k] * inner[k - from]);
        h[k] = (1 - z[k]) * n[k] + z[k] * h_prev[k];
      }
    },
    stepBackward(w, s, d, t) {
      const { r, z, n } = s.record;
      const h_prev = s.before.h;
      const inner = innerOf(w, s, t);
      const d_inner = new Float64Array(s.N * s.H);
      const dh = d.after.h;
      const dh_prev = d.before.h;
      const { r: da_r, z: da_z, n: da_n } = d.a;
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        const d_n = dh[k] * (1 - z[k]);
        const d_z = dh[k] * (h_prev[k] - n[k]);
        da_n[k] = d_n * tanhDerivative(n[k]);
        const d_r = da_n[k] * inner[k - from];
        d_inner[k - from] = da_n[k] * r[k];
        da_r[k] = d_r * sigmoidDerivative(r[k]);
        da_z[k] = d_z * sigmoidDerivative(z[k]);
        dh_prev[k] += dh[k] * z[k];
      }
      passToPast(w, s, d, t, ["r", "z"]);
      addToInput(at(d.before.h, s, t), d_inner, w.W_h.n, s.H);
    },
    weightGradients(w, s, d, dw) {
      gradientsOfBlocks(s, d, dw, ["r", "z"]);
      const d_inner = d.a.n.map((da_n, k) => da_n * s.record.r[k]); // what reaches W_h h_prev + b_hn
      addToWeight(dw.W_x.n, d.a.n, s.x, s.D);
      addToWeight(dw.W_h.n, d_inner, s.before.h, s.H);
      addToBias(dw.b.n, d.a.n);
      addToBias(/** @type {Float64Array} */ (dw.b_hn), d_inner);
    },
  };
}

/** @returns {Cell} */
function gruBefore() {
  const blocks = ["r", "z", "n"];
  return {
    blocks,
    state: ["h"],
    step(w, s, t) {
      addPast(w, s, t, ["r", "z"]);
      const { r, z, n, h } = s.record;
      const h_prev = s.before.h;
      const reset = new Float64Array(s.N * s.H); // r h_prev
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        r[k] = sigmoid(r[k]);
        z[k] = sigmoid(z[k]);
        reset[k - from] = r[k] * h_prev[k];
      }
      addProduct(at(n, s, t), reset, w.W_h.n, s.H);
      for (let k = from; k < to; k++) {
        n[k] = tanh(n[k]);
        h[k] = (1 - z[k]) * n[k] + z[k] * h_prev[k];
      }
    },
    stepBackward(w, s, d, t) {
      const { r, z, n } = s.record;
      const h_prev = s.before.h;
      const dh = d.after.h;
      const dh_prev = d.before.h;
      const { r: da_r, z: da_z, n: da_n } = d.a;
      const [from, to] = range(s, t);
      const d_reset = new Float64Array(s.N * s.H); // dL/d(r h_prev)
      for (let k = from; k < to; k++) {
        const d_n = dh[k] * (1 - z[k]);
        const d_z = dh[k] * (h_prev[k] - n[k]);
        da_n[k] = d_n * tanhDerivative(n[k]);
        da_z[k] = d_z * sigmoidDerivative(z[k]);
        dh_prev[k] += dh[k] * z[k];
      }
      addToInput(d_reset, at(d.a.n, s, t), w.W_h.n, s.H);
      for (let k = from; k < to; k++) {
        const d_r = d_reset[k - from] * h_prev[k];
        da_r[k] = d_r * sigmoidDerivative(r[k]);
        dh_prev[k] += d_reset[k - from] * r[k];
      }
      passToPast(w, s, d, t, ["r", "z"]);
    },
    weightGradients(w, s, d, dw) {
      gradientsOfBlocks(s, d, dw, ["r", "z"]);
      const reset = s.before.h.map((h_prev, k) => s.record.r[k] * h_prev); // r h_prev
      addToWeight(dw.W_x.n, d.a.n, s.x, s.D);
      addToWeight(dw.W_h.n, d.a.n, reset, s.H);
      addToBias(dw.b.n, d.a.n);
    },
  };
}
