// What the lab says beside its drawing: the preset's point, as long as the numbers are the preset's.

import { html } from "lit-html";
import { prose } from "./symbols.js";

/** @typedef {import("./state.js").State} State */

const OTHER_WEIGHTS = "These weights are not the preset’s: see in the plots what they do.";
const OTHER_INPUTS = "These inputs are not the preset’s.";

/**
 * The point of the weights, then what is to be seen with the inputs; of others the preset's words need not be true.
 * @param {State} state
 */
export function pointOf({ preset, key, changes, inputs }) {
  if (Object.keys(changes).length) return html`<p>${OTHER_WEIGHTS}</p>`;
  const seen = inputs.length ? OTHER_INPUTS : prose(preset.seen[key] ?? "");
  return html`<p>${prose(preset.point)}</p><p class="lt-lab-seen">${seen}</p>`;
}
