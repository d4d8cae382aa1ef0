// The weights as a small table, one equation a row: each number is dragged, or typed, in the color of its gate.

import { html, nothing } from "lit-html";
import { dragNumber, MEANINGS, number } from "../js/kit/index.js";
import { BLOCKS, parameterOf, place } from "./state.js";
import { symbol } from "./symbols.js";
import { productOf, termsOf } from "./terms.js";

/** @typedef {import("./state.js").State} State */

const SIGMOIDS = ["i", "f", "o", "r", "z"];
const meaning = (/** @type {string} */ letter) => /** @type {Record<string, string>} */ (MEANINGS)[letter] ?? letter;

/**
 * @param {State} state
 * @param {(name: string, value: number) => void} onChange  a shared name, and its number for the unit that is shown
 * @param {string[]} hidden  letters whose values are not to be seen
 */
export function weightTable(state, onChange, hidden = []) {
  const { cell, D, H, resetAfter, record } = state;
  const fourth = cell === "PeepholeLSTM" ? symbol("p") : cell === "GRU" && resetAfter ? symbol("b_hn") : null;
  const activation = (/** @type {string} */ letter) =>
    SIGMOIDS.includes(letter) ? "σ" : state.nonlinearity === "relu" && cell === "RNN" ? "relu" : "tanh";
  const cellOf = (/** @type {string} */ letter, /** @type {ReturnType<typeof termsOf>[number]} */ term) => {
    if (!term) return html`<td></td>`;
    const numbers = parameterOf(term.id, state);
    const wide = (term.id.startsWith("W_x") && D > 1) || (term.id.startsWith("W_h") && H > 1);
    if (wide)
      return html`<td class="lt-value lt-lab-sum"
        title="the sum of ${numbers.length} products">${number(productOf(state, letter, term.id))}</td>`;
    return html`<td>${dragNumber({
      label: `${term.id.replace("_", " ")}, ${meaning(letter)}: ${term.words}`,
      value: numbers[0],
      min: -40,
      max: 40,
      step: 0.1,
      letter,
      onInput: (value) => onChange(term.shared, term.sign * value),
    })}</td>`;
  };
  return html`<table class="lt-lab-weights ${fourth ? "is-wide" : ""}">
    <caption class="lt-sr">The weights of each gate, and its value at the time shown</caption>
    <thead><tr><th scope="col"><span class="lt-sr">gate</span></th><th scope="col">${symbol("W_x")}${
      D > 1
        ? html`
      ${symbol("x")}`
        : nothing
    }</th>
      <th scope="col">${symbol("W_h")}${H > 1 ? html` ${symbol("h")}` : nothing}</th><th scope="col">${symbol("b")}</th>
      ${fourth ? html`<th scope="col">${fourth}</th>` : nothing}<th scope="col" class="lt-lab-now">now</th></tr></thead>
    <tbody>${Object.keys(BLOCKS[cell]).map(
      (letter) => html`<tr style="--hue:var(--lt-${letter})">
      <th scope="row" title=${meaning(letter)}><i class="lt-dot"></i>${symbol(letter)}<span class="lt-lab-squash"> =
        ${activation(letter)}</span></th>
      ${termsOf(state, letter).map((term) => cellOf(letter, term))}
      <td
        class="lt-value lt-lab-now">${hidden.includes(letter) ? "?" : number(record[letter][place(state)])}</td></tr>`,
    )}</tbody>
  </table>`;
}
