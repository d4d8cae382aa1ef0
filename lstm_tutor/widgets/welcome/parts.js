// Parts of the page: the guesses as bars to press, and a square per cell.

import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { percent } from "../js/kit/index.js";

/**
 * Guesses, each a button; behind each bar stands that of the untouched network.
 * @param {{
 *   items: {text: string, name: string, share: number, before: number, right: boolean, onPress: () => void}[],
 *   isOperated: boolean, disabled: boolean,
 * }} options
 */
export const guessBars = ({ items, isOperated, disabled }) =>
  html`<ol class="wc-guesses">${items.map(
    ({ text, name, share, before, right, onPress }) => html`<li><button type="button" ?disabled=${disabled}
      data-lm-suppress-shortcuts="true" @click=${onPress} title="write ${name}"
      aria-label="write ${name}: ${percent(share)}${isOperated ? `, untouched ${percent(before)}` : ""}">
      <b class="lt-mono ${right ? "wc-right" : ""}">${text}</b>
      <span class="wc-bar"><i class="wc-ghost" style="--share:${before.toFixed(4)}"></i><i
        style="--share:${share.toFixed(4)}"></i></span>
      <span class="lt-value">${percent(share)}</span>
      <span class="lt-value wc-before">${isOperated ? `was ${percent(before)}` : nothing}</span>
    </button></li>`,
  )}</ol>`;

/**
 * A square per cell: choose the one that is shown, or in the mode "silence" press those that no one shall hear.
 * @param {{
 *   id: string, label: string, colors: string[], names: string[], shown: number, silence: readonly number[],
 *   isSilencing: boolean, onShow: (unit: number) => void, onSilence: (unit: number) => void,
 * }} options
 */
export const cells = ({ id, label, colors, names, shown, silence, isSilencing, onShow, onSilence }) => {
  // The browser's tip: set on the square that is pointed at, not on all of them in every paint.
  const onPointerOver = (/** @type {PointerEvent} */ { currentTarget, target }) => {
    const square = /** @type {Element} */ (target).closest("label");
    const squares = [.../** @type {Element} */ (currentTarget).children];
    if (square) square.title = names[squares.indexOf(square)];
  };
  return html`<fieldset class="lt-units">
    <legend class="lt-label">${label}</legend>
    <span class="lt-swatches" @pointerover=${onPointerOver}>${colors.map((color, unit) => {
      const silent = silence.includes(unit);
      return html`<label class=${silent ? "wc-silent" : ""}>${
        isSilencing
          ? html`<input type="checkbox" data-lm-suppress-shortcuts="true" aria-label="silence ${names[unit]}"
            .checked=${live(silent)} @change=${() => onSilence(unit)} />`
          : html`<input type="radio" name=${id} value=${unit} data-lm-suppress-shortcuts="true" aria-label=${names[unit]}
            .checked=${live(unit === shown)} @change=${() => onShow(unit)} />`
      }<span class=${unit === shown ? "wc-shown" : ""} style="background-color:${color}"></span></label>`;
    })}</span>
  </fieldset>`;
};
