// What the lab says beside its drawing: the preset's point, as long as the numbers are the preset's.

import { html } from "lit-html";
import { prose } from "./symbols.js";

/** @typedef {import("./state.js").State} State */

/** A preset as the reader knows it: by the word on its button. @param {State["preset"]} preset */
export const calledBy = ({ name, title }) => (name === "own" ? title : `“${title}”`);

/**
 * The point of the weights, then what is to be seen with the inputs; of others the preset's words need not be true.
 * @param {State} state
 */
export function pointOf({ preset, key, changes, inputs }) {
  if (Object.keys(changes).length) {
    return html`<p>These weights are no longer those of ${calledBy(preset)}: see in the plots what they do.</p>`;
  }
  const seen = inputs.length
    ? `These inputs are no longer those of ${calledBy(preset)}.`
    : prose(preset.seen[key] ?? "");
  return html`<p>${prose(preset.point)}</p><p class="lt-lab-seen">${seen}</p>`;
}
