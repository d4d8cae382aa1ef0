// Shares as bars, such as a model's guesses: a list that reads without the bars.

import { html, nothing } from "lit-html";
import { percent } from "./values.js";

/**
 * @param {{
 *   label: string, letter?: string, items: ({text: string, share: number, name?: string, right?: boolean})[],
 * }} options  `share`: 0 to 1; `name`: the text in words; `right`: what really came
 */
export const bars = ({ label, letter, items }) =>
  html`<div class="lt-bars" style=${letter ? `--hue:var(--lt-${letter})` : nothing}>
    <span class="lt-label">${label}</span>
    <ol>${items.map(
      ({ text, share, name, right }) => html`<li class=${right ? "lt-right" : ""}>
        <span class="lt-mono" aria-label=${name ?? nothing} role=${name ? "img" : nothing}>${text}</span>
        <i style="--share:${Math.min(Math.max(share, 0), 1)}"></i><span class="lt-value">${percent(share)}</span>
      </li>`,
    )}</ol>
  </div>`;
