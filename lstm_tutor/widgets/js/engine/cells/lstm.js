// The long short-term memory: as first published, with its forget gate, and with peepholes.

import { sigmoid, sigmoidDerivative, tanh, tanhDerivative } from "../activations.js";
import { addPast, gradientsOfBlocks, passToPast, range } from "./base.js";

/** @typedef {import("./base.js").Cell} Cell */
/** @typedef {import("./base.js").Arrays} Arrays */

/**
 * The LSTM as first published, which never forgets: i, o = sigmoid(...), g = tanh(...), c = c_prev + i g,
 * h = o tanh(c). Hochreiter & Schmidhuber (1997), section 4, with tanh for the paper's scaled logistic squashings.
 * @param {{gate_recurrence?: boolean, cells_per_block?: number}} options  the paper's own, which only Python computes
 * @returns {Cell}
 */
export function lstm1997({ gate_recurrence = false, cells_per_block = 1 }) {
  if (gate_recurrence || cells_per_block !== 1) {
    throw new Error("LSTM1997: expected gate_recurrence false and cells_per_block 1: this engine has no others");
  }
  const blocks = ["i", "g", "o"];
  return {
    blocks,
    state: ["h", "c"],
    step(w, s, t) {
      addPast(w, s, t, blocks);
      const { i, g, o, c, h } = s.record;
      const c_prev = s.before.c;
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        i[k] = sigmoid(i[k]);
        g[k] = tanh(g[k]);
        o[k] = sigmoid(o[k]);
        c[k] = c_prev[k] + i[k] * g[k];
        h[k] = o[k] * tanh(c[k]);
      }
    },
    stepBackward(w, s, d, t) {
      const { i, g, o, c } = s.record;
      const { h: dh, c: dc } = d.after;
      const dc_prev = d.before.c;
      const { i: da_i, g: da_g, o: da_o } = d.a;
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        const tanh_c = tanh(c[k]);
        const d_o = dh[k] * tanh_c;
        dc[k] += dh[k] * o[k] * tanhDerivative(tanh_c);
        const d_i = dc[k] * g[k];
        const d_g = dc[k] * i[k];
        da_i[k] = d_i * sigmoidDerivative(i[k]);
        da_g[k] = d_g * tanhDerivative(g[k]);
        da_o[k] = d_o * sigmoidDerivative(o[k]);
        dc_prev[k] += dc[k];
      }
      passToPast(w, s, d, t, blocks);
    },
    weightGradients: (w, s, d, dw) => gradientsOfBlocks(s, d, dw, blocks),
  };
}

/**
 * The LSTM of today: i, f, o = sigmoid(...), g = tanh(...), c = f c_prev + i g, h = o tanh(c). Gers, Schmidhuber &
 * Cummins (2000), section 3.1.
 * @returns {Cell}
 */
export function lstm() {
  const blocks = ["i", "f", "g", "o"];
  return {
    blocks,
    state: ["h", "c"],
    step(w, s, t) {
      addPast(w, s, t, blocks);
      const { i, f, g, o, c, h } = s.record;
      const c_prev = s.before.c;
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        i[k] = sigmoid(i[k]);
        f[k] = sigmoid(f[k]);
        g[k] = tanh(g[k]);
        o[k] = sigmoid(o[k]);
        c[k] = f[k] * c_prev[k] + i[k] * g[k];
        h[k] = o[k] * tanh(c[k]);
      }
    },
    stepBackward(w, s, d, t) {
      const { i, f, g, o, c } = s.record;
      const c_prev = s.before.c;
      const { h: dh, c: dc } = d.after;
      const dc_prev = d.before.c;
      const { i: da_i, f: da_f, g: da_g, o: da_o } = d.a;
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        const tanh_c = tanh(c[k]);
        const d_o = dh[k] * tanh_c;
        dc[k] += dh[k] * o[k] * tanhDerivative(tanh_c);
        const d_i = dc[k] * g[k];
        const d_f = dc[k] * c_prev[k];
        const d_g = dc[k] * i[k];
        da_i[k] = d_i * sigmoidDerivative(i[k]);
        da_f[k] = d_f * sigmoidDerivative(f[k]);
        da_g[k] = d_g * tanhDerivative(g[k]);
        da_o[k] = d_o * sigmoidDerivative(o[k]);
        dc_prev[k] += dc[k] * f[k];
      }
      passToPast(w, s, d, t, blocks);
    },
    weightGradients: (w, s, d, dw) => gradientsOfBlocks(s, d, dw, blocks),
  };
}

/**
 * The LSTM whose gates see the memory they guard: p_i c_prev in the input gate's sum, p_f c_prev in the forget gate's,
 * p_o c, of the new cell state, in the output gate's. Gers, Schraudolph & Schmidhuber (2002), section 3.
 * @returns {Cell}
 */
export function peepholeLstm() {
  const blocks = ["i", "f", "g", "o"];
  return {
    blocks,
    state: ["h", "c"],
    extra: { weight_peephole: 3 },
    step(w, s, t) {
      addPast(w, s, t, blocks);
      const { i, f, g, o, c, h } = s.record;
      const c_prev = s.before.c;
      const { i: p_i, f: p_f, o: p_o } = /** @type {Arrays} */ (w.p);
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        const unit = k % s.H;
        i[k] = sigmoid(i[k] + p_i[unit] * c_prev[k]);
        f[k] = sigmoid(f[k] + p_f[unit] * c_prev[k]);
        g[k] = tanh(g[k]);
        c[k] = f[k] * c_prev[k] + i[k] * g[k];
        o[k] = sigmoid(o[k] + p_o[unit] * c[k]);
        h[k] = o[k] * tanh(c[k]);
      }
    },
    stepBackward(w, s, d, t) {
      const { i, f, g, o, c } = s.record;
      const c_prev = s.before.c;
      const { i: p_i, f: p_f, o: p_o } = /** @type {Arrays} */ (w.p);
      const { h: dh, c: dc } = d.after;
      const dc_prev = d.before.c;
      const { i: da_i, f: da_f, g: da_g, o: da_o } = d.a;
      const [from, to] = range(s, t);
      for (let k = from; k < to; k++) {
        const unit = k % s.H;
        const tanh_c = tanh(c[k]);
        da_o[k] = dh[k] * tanh_c * sigmoidDerivative(o[k]);
        dc[k] += dh[k] * o[k] * tanhDerivative(tanh_c) + da_o[k] * p_o[unit];
        da_i[k] = dc[k] * g[k] * sigmoidDerivative(i[k]);
        da_f[k] = dc[k] * c_prev[k] * sigmoidDerivative(f[k]);
        da_g[k] = dc[k] * i[k] * tanhDerivative(g[k]);
        dc_prev[k] += dc[k] * f[k] + da_i[k] * p_i[unit] + da_f[k] * p_f[unit];
      }
      passToPast(w, s, d, t, blocks);
    },
    weightGradients(w, s, d, dw) {
      gradientsOfBlocks(s, d, dw, blocks);
      const seen = { i: s.before.c, f: s.before.c, o: s.record.c }; // what each gate peeped at
      const dp = /** @type {Arrays} */ (dw.p);
      for (const [gate, c] of Object.entries(seen)) {
        for (let k = 0; k < c.length; k++) dp[gate][k % s.H] += d.a[gate][k] * c[k];
      }
    },
  };
}
