// The state of the vanilla RNN, let go without inputs, as a path in two directions of its recurrent matrix.

import { forward } from "../js/engine/index.js";
import { leftEigenvector, size } from "../js/engine/linalg.js";
import { INPUTS, network, start } from "./networks.js";

/** @typedef {import("./networks.js").Options} Options */
/** @typedef {import("../js/engine/linalg.js").Complex} Complex */

/**
 * The eigenvalue that the path is drawn for: of the largest size; where several are of one size (an orthogonal matrix),
 * the one that turns least, but turns. Of a pair the one with the positive imaginary part.
 * @param {Complex[]} eigen
 */
export function leading(eigen) {
  const most = Math.max(...eigen.map(size));
  const top = eigen.filter((z) => size(z) > most * (1 - 1e-9) && z.im >= -1e-12);
  const turn = (/** @type {Complex} */ { re, im }) => Math.atan2(im, re);
  const turning = top.filter((z) => z.im > 1e-9).sort((a, b) => turn(a) - turn(b));
  return turning[0] ?? top[0];
}

/**
 * Two directions in which W_h turns or stretches the state: Re and -Im of the leading left eigenvector u, so that
 * without squashing (u^H h) is multiplied by the eigenvalue at every step. A real eigenvalue has one direction: the
 * next largest one lends the other. Where the two are orthogonal, they have length 1.
 * @param {Options} options
 */
export function directions(options) {
  const H = options.hidden_size;
  const {
    W_h: [W],
    eigen,
  } = start("RNN", options, 0);
  const value = leading(eigen);
  const u = leftEigenvector(W, H, value);
  if (value.im) return { value, across: u.map((z) => z.re * Math.SQRT2), up: u.map((z) => -z.im * Math.SQRT2) };
  const next = leading(eigen.filter((z) => Math.abs(z.re - value.re) + Math.abs(z.im) > 1e-9));
  const w = next ? leftEigenvector(W, H, next) : u.map(() => ({ re: 0, im: 0 }));
  const length = Math.hypot(...w.map((z) => z.re)) || 1;
  return { value, across: u.map((z) => z.re), up: w.map((z) => z.re / length) };
}

/**
 * The path of h_0 to h_T, without inputs: h_0 lies along the first direction, one half long.
 * @param {Options} options
 * @returns {{value: Complex, x: Float64Array, y: Float64Array}}
 */
export function freePath(options) {
  const H = options.hidden_size;
  const { value, across, up } = directions(options);
  const length = Math.hypot(...across);
  const h = Float64Array.from(across, (a) => a / (2 * length));
  const layer = network("RNN", options, 0);
  const trace = forward(layer, new Float64Array(options.length * INPUTS), { state: { h } });
  const along = (/** @type {number[]} */ direction) =>
    Float64Array.from({ length: options.length + 1 }, (_, t) => {
      let sum = 0;
      for (let j = 0; j < H; j++) sum += direction[j] * (t ? trace.output[(t - 1) * H + j] : h[j]);
      return sum;
    });
  return {
    value: { re: value.re * options.spectral_radius, im: value.im * options.spectral_radius },
    x: along(across),
    y: along(up),
  };
}
