// What stands beside the text: the guesses for the next character, and what follows the mark.

import { html, nothing } from "lit-html";
import { bars, button, number, toggle, visible } from "../js/kit/index.js";
import { means } from "./marks.js";

/** @typedef {import("./marks.js").Scores} Scores */

const NAMES = /** @type {Record<string, string>} */ ({ " ": "space", "\n": "line break" });

/** A character in a sentence. @param {string} sign */
export const said = (sign) => NAMES[sign] ?? `“${visible(sign)}”`;

/** The places of the `count` largest numbers. @param {ArrayLike<number>} values @param {number} count */
export const largest = (values, count) =>
  Array.from(values, (_, k) => k)
    .sort((a, b) => values[b] - values[a] || a - b)
    .slice(0, count);

/**
 * What the model expects at the caret.
 * @param {{
 *   logP: Float64Array | null, alphabet: string, next: string | undefined, code: number, before: string,
 * }} options
 *     `next`: what comes, `code`: its place in the alphabet
 */
export function guesses({ logP, alphabet, next, code, before }) {
  const top = logP ? largest(logP, 5) : [];
  const items = top.map((k) => ({
    text: visible(alphabet[k]),
    name: NAMES[alphabet[k]],
    share: Math.exp(/** @type {Float64Array} */ (logP)[k]),
    right: next !== undefined && k === code,
  }));
  const came = !logP
    ? "Nothing is read before the first character. Put the caret behind one."
    : next === undefined
      ? "The text ends here: nobody knows what comes."
      : `What comes, ${said(next)}, costs ${number(-logP[code] / Math.LN2, 1)} bits.`;
  return html`<div class="tm-guesses">
    ${bars({ label: `Expected after ${Array.from(before, visible).join("") || "nothing"}`, letter: "h", items })}
    <p class="lt-hint">${came}</p>
  </div>`;
}

/**
 * The units that follow the mark, and what chance does.
 * @param {{
 *   scores: Scores | null, inside: number, length: number, unit: number, quantity: string, series: Float64Array,
 *   mask: Uint8Array, onUnit: (unit: number) => void,
 * }} options  `inside`: characters marked
 */
export function followers({ scores, inside, length, unit, quantity, series, mask, onUnit }) {
  if (!scores || !inside) {
    return html`<p class="lt-hint">Mark a phrase: select it in the text, with the mouse, a finger, or Shift and the
      arrow keys. Then the units
      that are on inside the mark, and not elsewhere, are listed here.</p>`;
  }
  if (inside === length) return html`<p class="lt-hint">All is marked: nothing is left to compare with.</p>`;
  const { correlation, shifts, asGood, bestAsGood, chance } = scores;
  const top = largest(correlation.map(Math.abs), 5);
  const { inside: within, outside } = means(series, mask);
  const row = (/** @type {number} */ k) => html`<li><button type="button" class="tm-unit" aria-pressed=${k === unit}
      data-lm-suppress-shortcuts="true" @click=${() => onUnit(k)}
      aria-label="unit ${k}, ${quantity}, correlation ${number(correlation[k])}">
      <span>unit ${k}</span><span class="tm-track"><i class=${correlation[k] < 0 ? "tm-less" : ""}
        style="--share:${Math.abs(correlation[k])}"></i>
      ${shifts ? html`<b style="--share:${chance}"></b>` : nothing}</span><span
        class="lt-value">${number(correlation[k])}</span></button></li>`;
  return html`<div class="tm-follow">
    <span class="lt-label">Follow the mark most closely (${quantity}; correlation)</span>
    <ol class="tm-units">${top.map(row)}</ol>
    <p class="tm-chance">${
      shifts
        ? html`<b>${bestAsGood * 20 > shifts ? "Chance does as well." : "Rare by chance."}</b> Shifted to ${shifts}
          other places in this text, the
          same mark finds a unit as close as unit ${top[0]} at <b class="lt-value">${bestAsGood}</b> of them. The
          upright line, ${number(chance)}, is what the best of
          all units reaches at one place in twenty.`
        : html`<b>Too little text to tell chance.</b> The mark is too long to be shifted to enough other places: type
          more around it.`
    }</p>
    <p class="lt-hint">Unit ${unit}: ${quantity} is ${number(within)} inside on average, ${number(outside)} outside,
      correlation ${number(correlation[unit])}.
      ${
        shifts
          ? html`Had you chosen it before you looked: as close at <span class="lt-value">${asGood[unit]}</span> of
        ${shifts} places.`
          : nothing
      }</p>
  </div>`;
}

/**
 * Other places where the unit is as much on.
 * @param {{
 *   found: import("./marks.js").Run[], typed: string[], unit: number, unmarked: number, off: boolean,
 *   onPlace: (caret: number) => void,
 * }} options
 */
export function elsewhere({ found, typed, unit, unmarked, off, onPlace }) {
  const many = found.reduce((sum, { length }) => sum + length, 0);
  const chip = (/** @type {import("./marks.js").Run} */ { start, length }) => {
    const words =
      typed
        .slice(start, start + Math.min(length, 16))
        .map(visible)
        .join("") + (length > 16 ? "…" : "");
    return html`<button type="button" class="tm-place" data-lm-suppress-shortcuts="true"
      @click=${() => onPlace(start + length)}
      aria-label="character ${start + 1}: ${words}">${words}</button>`;
  };
  return html`<div class="tm-elsewhere">
    <span class="lt-label">Other places where unit ${unit} is as ${off ? "low" : "high"} as inside the mark</span>
    <p class="lt-hint">${many} of ${unmarked} unmarked characters, in ${found.length}
      ${found.length === 1 ? "place" : "places"}${
        found.length > 8 ? "; the eight longest" : ""
      }${found.length ? ": press one to go there." : "."}</p>
    <div class="tm-places">${found.slice(0, 8).map(chip)}</div>
  </div>`;
}

/**
 * The mark's own controls.
 * @param {{add: boolean, any: boolean, onAdd: (add: boolean) => void, onClear: () => void}} options
 */
export const markControls = ({ add, any, onAdd, onClear }) =>
  html`<div class="lt-row">${toggle({ label: "Add to the mark", value: add, onChange: onAdd })}
    ${button({ text: "Clear the mark", quiet: true, disabled: !any, onClick: onClear })}</div>`;
