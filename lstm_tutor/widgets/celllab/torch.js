// "PyTorch says": what PyTorch computed for a preset, or for the present state when Python was asked; and how far ours
// is.

import { html, nothing } from "lit-html";
import { button, short } from "../js/kit/index.js";
import { calledBy } from "./point.js";
import { symbol } from "./symbols.js";

/** @typedef {import("./state.js").State} State */

/**
 * PyTorch's values for what is shown, by letter, each (T, H) flat; null if it was not asked about this.
 * @param {State} state
 * @returns {Record<string, ArrayLike<number>> | null}
 */
export function torchOf(state) {
  const { preset, key, changed, said, cell, resetAfter, changes, inputs } = state;
  if (!changed && preset.torch[key]) return preset.torch[key];
  const same =
    said.values &&
    said.preset === preset.name &&
    said.cell === cell &&
    said.reset_after === resetAfter &&
    sameNumbers(said.inputs, inputs) &&
    sorted(said.weights) === sorted(changes);
  return same ? said.values : null;
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
const sameNumbers = (a, b) => a.length === b.length && Array.from(a).every((value, k) => value === b[k]);

/** @param {Record<string, unknown>} weights */
const sorted = (weights) => JSON.stringify(Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * The largest difference between two records, over all letters, times and units.
 * @param {Record<string, ArrayLike<number>>} ours
 * @param {Record<string, ArrayLike<number>>} theirs
 */
export function difference(ours, theirs) {
  let most = 0;
  for (const [name, values] of Object.entries(theirs)) {
    for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k] - ours[name][k]));
  }
  return most;
}

/**
 * How far ours is from PyTorch's; null where it was not asked.
 * @param {State} state
 * @param {Record<string, ArrayLike<number>> | null} torch
 */
export const reachOf = ({ record }, torch) => torch && difference(record, torch);

/**
 * What PyTorch says, or why it says nothing.
 * @param {State} state
 * @param {Record<string, ArrayLike<number>> | null} torch
 * @param {number | null} most  the largest difference
 * @param {(() => void) | null} ask  asks Python, where there is one with PyTorch
 * @param {{waits?: boolean, isStored?: boolean}} [options]  `waits`: a question is open, which PyTorch's values would
 *   answer; `isStored`: this is the page as it was built, and no lab that the reader has made
 */
export function torchRow({ T, H, preset, trace, said }, torch, most, ask, { waits = false, isStored = false } = {}) {
  const row = (/** @type {unknown} */ content) => html`<div class="lt-lab-torch">${content}</div>`;
  if (torch && waits) return row("PyTorch’s values come after your answer.");
  const question = ask && !torch ? button({ text: "Ask PyTorch", onClick: ask }) : nothing;
  if (said.error && !torch) return row(html`<p role="status">${said.error}</p> ${question}`);
  if (!torch || most === null) {
    const own = preset.name === "own";
    if (own && isStored) return nothing; // the chapter's layer: no values are stored for it, and there is nobody to ask
    const why = own
      ? "PyTorch has not been asked about this layer."
      : `PyTorch’s values belong to the numbers of ${calledBy(preset)}; these are your own.`;
    return row(
      html`<p>${why}${ask ? nothing : " There is no PyTorch here to ask. In a notebook it answers."}</p> ${question}`,
    );
  }
  const names = trace.names;
  const all = html`${names.slice(0, -1).map((name, k) => html`${k ? ", " : ""}${symbol(name)}`)}${
    names.length > 1 ? " and " : ""
  }${symbol(names[names.length - 1])}`;
  return row(html`<p><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><circle cx="6"
    cy="6" r="4" class="lt-torch"></circle></svg> <b>PyTorch says</b> the same: ${all} at all ${T} steps${
      H > 1 ? `, in all ${H} units` : ""
    }. None differs by more than <span class="lt-value">${most === 0 ? "0" : short(ceiling(most))}</span>.</p>`);
}

/** Rounded up to one digit, so that "by more than" is true. @param {number} value */
export function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / power - 1e-9) * power;
}
