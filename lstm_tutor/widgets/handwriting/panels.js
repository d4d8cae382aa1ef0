// Beside the field: what is read, greedily and with a beam, and what one unit does in the column looked at.

import { html, nothing } from "lit-html";
import { colorOf, kindOf, named, number } from "../js/kit/index.js";
import { GATES } from "./reading.js";

/** @typedef {import("./reading.js").Seen} Seen */

/** @param {number[]} labels */
export const textOf = (labels) => labels.join("");

/** Greedy beside beam, with their probabilities. @param {Seen | null} seen */
export function decoders(seen) {
  const found = seen ? seen.beam.slice(0, 3) : [];
  return html`<table class="hw-table hw-decoders"><caption>Two ways to read it</caption>
    <tbody>
      <tr><th scope="row">greedy: the likeliest path</th><td>${seen ? textOf(seen.greedy.labels) || "nothing" : "–"}</td>
        <td class="lt-value">${seen ? number(Math.exp(seen.greedy.logP)) : "–"}</td></tr>
      ${[0, 1, 2].map((k) => {
        const reading = found[k];
        return html`<tr>${k ? nothing : html`<th scope="row" rowspan="3">beam: all paths of a number</th>`}
          <td>${reading ? textOf(reading.labels) || "nothing" : "–"}</td>
          <td class="lt-value">${reading ? number(Math.exp(reading.logP)) : "–"}</td></tr>`;
      })}
    </tbody></table>`;
}

/**
 * A unit's gates and states in a column, in both directions.
 * @param {Seen | null} seen @param {number} column @param {boolean} dark
 */
export function unitTable(seen, column, dark) {
  const row = (/** @type {string} */ name, /** @type {Float64Array[] | undefined} */ values) =>
    html`<tr><th scope="row">${name}</th>${GATES.map((letter, k) => {
      if (!values) return html`<td class="lt-value">–</td>`;
      const value = values[k][column];
      const color = colorOf(value, kindOf(letter), dark);
      return html`<td class="lt-value"><i style="background:${color}"></i>${number(value, Math.abs(value) < 10 ? 2 : 0)}</td>`;
    })}</tr>`;
  return html`<table class="hw-table hw-unit"><thead><tr><td></td>${GATES.map(
    (letter) => html`<th scope="col" data-symbol=${letter} title=${named(letter)}>${letter}</th>`,
  )}</tr></thead><tbody>${row("→", seen?.forward)}${row("←", seen?.reverse)}</tbody></table>`;
}
