// What the gradient lab says of each comparison.

import { html } from "lit-html";
import { sigmoid } from "../js/engine/index.js";
import { number } from "../js/kit/index.js";
import { medians } from "./lines.js";

/** @typedef {import("./networks.js").Options} Options */

/** @type {{value: string, text: string, needs?: import("./networks.js").Kind}[]} */
export const COMPARE = [
  { value: "cells", text: "cells" },
  { value: "bound", text: "RNN: the bound", needs: "RNN" },
  { value: "forget", text: "LSTM: its gates", needs: "LSTM" },
  { value: "update", text: "GRU: its gates", needs: "GRU" },
  { value: "clipping", text: "clipping" },
];

export const [h_T, h_t, c_T, c_t, W_h] = ["hT", "ht", "cT", "ct", "Wh"].map(
  ([letter, index]) => html`${letter}<sub>${index}</sub>`,
);
/** What each comparison shows. */
export const READ = /** @type {Record<string, unknown>} */ ({
  cells: html`Nudge the state a little: how far does the last state move, k steps later? Above 1 the nudge has grown,
    below 1 it has faded. Each thin line is one random network, the thick line is their median.`,
  bound: html`The bound is σ, the largest singular value of ${W_h}, to the power k. No network is ever above its own,
    but it may be far below. Dotted: the spectral radius ρ to the power k.`,
  forget: html`Product f: each unit’s forget gates of the k steps in between, multiplied; the line is the largest of these
    products. It is the path that stays in the memory c. The gradient ∂${c_T}/∂${c_t} has all paths, also those through h and the
    gates.`,
  update: html`Product z: each unit’s update gates of the k steps in between, multiplied; the line is the largest of these
    products. It is the path that stays on the rail. The gradient ∂${h_T}/∂${h_t} has all paths.`,
  clipping: html`Thin lines: the medians before clipping; thick lines: after. Let g be the gradient of all weights together. If g is longer
    than θ, clipping multiplies all of it by θ / ‖g‖. So the whole line moves down. Its tilt stays: what has vanished
    stays vanished.`,
});

/**
 * The one number behind each comparison, in words.
 * @param {string} compare
 * @param {import("./results.js").Results} results
 * @param {Options} options
 */
export function aside(compare, { RNN }, { spectral_radius, forget_bias, update_bias }) {
  const open = (/** @type {number} */ bias) => `${number(bias, 1)} alone opens it to ${number(sigmoid(bias))}.`;
  if (compare === "forget") return `f, forget gate: a bias of ${open(forget_bias)}`;
  if (compare === "update") return `z, update gate: a bias of ${open(update_bias)}`;
  if (!RNN?.[0]?.bound) return ""; // not measured yet
  const norm = medians(RNN.map((run) => run.bound))[1];
  return `ρ = ${number(spectral_radius)}, σ = ${number(norm)}, the median of the networks.`;
}
