// What stands beside the text: the guesses for the next character, and what follows the mark.

import { html, nothing } from "lit-html";
import { button, number, percent, toggle, visible } from "../js/kit/index.js";
import { means } from "./marks.js";

/** @typedef {import("./marks.js").Scores} Scores */

const MOST_PLACES = 3;
const NAMES = /** @type {Record<string, string>} */ ({ " ": "space", "\n": "line break" });

/** A character in a sentence. @param {string} sign */
export const said = (sign) => NAMES[sign] ?? `“${visible(sign)}”`;

/** The places of the `count` largest numbers. @param {ArrayLike<number>} values @param {number} count */
export const largest = (values, count) =>
  Array.from(values, (_, k) => k)
    .sort((a, b) => values[b] - values[a] || a - b)
    .slice(0, count);

/**
 * The signs to show: the likeliest, of what is held or of the untouched network, in the order of the former.
 * @param {Float64Array} logP
 * @param {Float64Array} untouched
 */
export const candidates = (logP, untouched) =>
  largest(
    logP.map((value, k) => Math.max(value, untouched[k])),
    5,
  ).sort((a, b) => logP[b] - logP[a] || a - b);

/**
 * What the model expects at the caret: each sign can be written there.
 * @param {{
 *   logP: Float64Array | null, untouched: Float64Array | null, alphabet: string, next: string | undefined,
 *   code: number, before: string, full: boolean, onWrite: (code: number) => void,
 * }} options
 *     `untouched`: of the network in which nothing is held, if something is; `next`: what comes, `code`: its place in
 *     the alphabet
 */
export function guesses({ logP, untouched, alphabet, next, code, before, full, onWrite }) {
  const row = (/** @type {number} */ k) => {
    const share = Math.exp(/** @type {Float64Array} */ (logP)[k]);
    const plain = untouched && Math.exp(untouched[k]);
    const was = plain === null ? "" : `, untouched ${percent(plain)}`;
    const sign = alphabet[k];
    return html`<li><button type="button" class="tm-guess ${next !== undefined && k === code ? "lt-right" : ""}"
      aria-label="Write ${NAMES[sign] ?? sign}: ${percent(share)}${was}" ?disabled=${full}
      data-lm-suppress-shortcuts="true" @click=${() => onWrite(k)}>
      <span class="lt-mono">${visible(sign)}</span><span class="tm-share"><i style="--share:${share}"></i>
        ${plain === null ? nothing : html`<b style="--share:${plain}"></b>`}</span><span
        class="lt-value">${percent(share)}</span></button></li>`;
  };
  const came = !logP
    ? "Nothing is read before the first character. Put the caret behind one."
    : next === undefined
      ? "The text ends here."
      : `Next in the text: ${said(next)}, ${number(-logP[code] / Math.LN2, 1)} bits.`;
  return html`<div class="tm-guesses">
    <span class="lt-label">Expected after <span class="lt-mono">${Array.from(before, visible).join("") || "nothing"}</span></span>
    <ol>${logP ? candidates(logP, untouched ?? logP).map(row) : nothing}</ol>
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
      arrow keys. The units that are on inside the mark, and not elsewhere, are listed here.</p>`;
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
    <span class="lt-label">Follow the mark in ${quantity} (correlation)</span>
    <ol class="tm-units">${top.map(row)}</ol>
    <p class="tm-chance">${
      shifts
        ? html`<b>${bestAsGood * 20 > shifts ? "Chance does as well." : "Rare by chance."}</b> Shifted to ${shifts}
          other places, the mark finds a unit as close at <b class="lt-value">${bestAsGood}</b> of them. The upright
          line, ${number(chance)}, is what the best unit reaches at one place in twenty.`
        : html`<b>Too little text to tell chance.</b> The mark is too long to be shifted to enough other places: type
          more around it.`
    }</p>
    <p class="lt-hint">Unit ${unit}: ${quantity} is ${number(within)} inside on average, ${number(outside)} outside${
      shifts ? html`; as close at <span class="lt-value">${asGood[unit]}</span> of ${shifts} places` : nothing
    }.</p>
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
        .slice(start, start + Math.min(length, 8))
        .map(visible)
        .join("") + (length > 8 ? "…" : "");
    return html`<button type="button" class="tm-place" data-lm-suppress-shortcuts="true"
      @click=${() => onPlace(start + length)}
      aria-label="character ${start + 1}: ${words}">${words}</button>`;
  };
  return html`<div class="tm-elsewhere">
    <span class="lt-label">Where else unit ${unit} is as ${off ? "low" : "high"}</span>
    <p class="lt-hint">${many} of ${unmarked} unmarked characters, in ${found.length}
      ${found.length === 1 ? "place" : "places"}${found.length > MOST_PLACES ? ". The longest:" : "."}</p>
    <div class="tm-places">${found.slice(0, MOST_PLACES).map(chip)}</div>
  </div>`;
}

/**
 * The mark's own controls.
 * @param {{add: boolean, any: boolean, onAdd: (add: boolean) => void, onClear: () => void}} options
 */
export const markControls = ({ add, any, onAdd, onClear }) =>
  html`<div class="lt-row">${toggle({ label: "Add to the mark", value: add, onChange: onAdd })}
    ${button({ text: "Clear", label: "Clear the mark", quiet: true, disabled: !any, onClick: onClear })}</div>`;
