// The terms of a gate's sum: which weight stands at each, and what the products of many weights come to.

import { parameterOf, shared } from "./state.js";

/** @typedef {import("./state.js").State} State */

/**
 * The terms of a block's sum: what each weight is multiplied by, and whether its number can be moved here.
 * @param {State} state
 * @param {string} letter
 * @returns {({id: string, shared: string, sign: number, words: string} | null)[]}
 */
export function termsOf(state, letter) {
  const { cell, resetAfter } = state;
  const index = cell === "RNN" ? "" : letter;
  const term = (/** @type {"W_x" | "W_h" | "b_"} */ kind, /** @type {string} */ words) => {
    const [name, sign] = shared(cell, kind, letter);
    return { id: kind === "b_" ? (index ? `b_${index}` : "b") : kind + index, shared: name, sign, words };
  };
  const terms = [term("W_x", "of the input"), term("W_h", "of the state before"), term("b_", "bias")];
  if (cell === "PeepholeLSTM") {
    const seen = letter === "o" ? "of the new memory" : "of the memory before";
    return [
      ...terms,
      letter === "g" ? null : { id: `p_${letter}`, shared: `p_${letter}`, sign: 1, words: `peephole, ${seen}` },
    ];
  }
  if (cell === "GRU" && resetAfter) {
    return [...terms, letter === "n" ? { id: "b_hn", shared: "b_hn", sign: 1, words: "bias within the reset" } : null];
  }
  return terms;
}

/**
 * W_x x or W_h h of one unit at the time that is shown.
 * @param {State} state
 * @param {string} letter
 * @param {string} id
 */
export function productOf(state, letter, id) {
  const { x, before, record, time, D, H, cell, resetAfter } = state;
  const row = parameterOf(id, state);
  const ofInput = id.startsWith("W_x");
  return row.reduce((sum, weight, k) => {
    if (ofInput) return sum + weight * x[time * D + k];
    const reset = cell === "GRU" && !resetAfter && letter === "n" ? record.r[time * H + k] : 1;
    return sum + weight * reset * before.h[time * H + k];
  }, 0);
}
