// Controls: templates without a state of their own. What they show is what they are given; what the reader does, they
// tell.
//
// Each takes a `label` that says what it sets. `letter` gives it the color of what it moves, and in the book the light: who
// points at that letter elsewhere finds what moves it.

import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { clamp, number, parseNumber } from "./values.js";

/** @param {string | undefined} letter */
const hue = (letter) => (letter ? `--hue:var(--lt-${letter})` : nothing);

/** @param {Event} event */
const inputOf = (event) => /** @type {HTMLInputElement} */ (event.currentTarget);

/**
 * A slider with its label and its value.
 * @param {{
 *   label: unknown, value: number, min: number, max: number, step?: number, letter?: string, name?: string,
 *   format?: (value: number) => string, disabled?: boolean, onInput: (value: number) => void,
 *   onChange?: (value: number) => void,
 * }} options  `name`: the label in words, where `label` is a symbol; `onChange`: when the reader lets go
 */
export function slider({
  label,
  value,
  min,
  max,
  step = 0.01,
  letter,
  name,
  format = number,
  disabled,
  onInput,
  onChange,
}) {
  const share = (clamp(value, min, max) - min) / (max - min || 1);
  return html`<label class="lt-slider" style=${hue(letter)} data-symbol=${letter ?? nothing}>
    <span class="lt-label">${label}</span>
    <input type="range" data-lm-suppress-shortcuts="true" min=${min} max=${max} step=${step}
      .value=${live(String(value))}
      style="--share:${share}" aria-label=${name ?? nothing} aria-valuetext=${format(value)} ?disabled=${disabled}
      @input=${(/** @type {Event} */ event) => onInput(inputOf(event).valueAsNumber)}
      @change=${(/** @type {Event} */ event) => onChange?.(inputOf(event).valueAsNumber)} />
    <span class="lt-value" aria-hidden="true">${format(value)}</span>
  </label>`;
}

/**
 * A number to drag sideways, to step with the arrow keys, or to type over.
 * @param {{
 *   label: string, value: number, min?: number, max?: number, step?: number, letter?: string, digits?: number,
 *   disabled?: boolean, onInput: (value: number) => void,
 * }} options  `step`: of an arrow key, and of two pixels of a drag; `label` is read out, not shown
 */
export function dragNumber({
  label,
  value,
  min = -100,
  max = 100,
  step = 0.05,
  letter,
  digits = 2,
  disabled,
  onInput,
}) {
  let latest = value; // several keys may come before the next paint
  const tell = (/** @type {number} */ wanted) => {
    latest = clamp(Number((Math.round(wanted / step) * step).toFixed(10)), min, max);
    onInput(latest);
  };
  const onPointerDown = (/** @type {PointerEvent} */ event) => {
    const input = inputOf(event);
    if (event.button !== 0 || disabled || input === input.ownerDocument.activeElement) return;
    event.preventDefault(); // a click focuses when it ends, if it was no drag
    const { clientX: from, pointerId } = event;
    let dragged = false;
    const drag = new AbortController();
    const { signal } = drag;
    input.setPointerCapture(pointerId);
    input.addEventListener(
      "pointermove",
      ({ clientX }) => {
        dragged ||= Math.abs(clientX - from) > 3;
        if (dragged) tell(value + Math.round((clientX - from) / 2) * step);
      },
      { signal },
    );
    input.addEventListener(
      "pointerup",
      () => {
        drag.abort();
        input.focus();
        if (!dragged) input.select();
      },
      { signal },
    );
    input.addEventListener("pointercancel", () => drag.abort(), { signal });
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key === "Enter") return commit(inputOf(event));
    if (event.key === "Escape") inputOf(event).value = number(value, digits);
    if (!steps) return;
    event.preventDefault();
    tell(latest + steps * step * (event.shiftKey ? 10 : 1));
  };
  const commit = (/** @type {HTMLInputElement} */ input) => {
    const typed = parseNumber(input.value);
    if (Number.isFinite(typed) && input.value !== number(value, digits)) onInput(clamp(typed, min, max));
    else input.value = number(value, digits);
  };
  return html`<input class="lt-drag" type="text" inputmode="decimal" role="spinbutton" autocomplete="off"
    style=${hue(letter)} data-symbol=${letter ?? nothing}
    data-lm-suppress-shortcuts="true" size=${Math.max(number(min, digits).length, number(max, digits).length)}
    aria-label=${label} aria-valuenow=${value} aria-valuemin=${min} aria-valuemax=${max}
    aria-valuetext=${number(value, digits)} ?disabled=${disabled} .value=${live(number(value, digits))}
    @pointerdown=${onPointerDown} @keydown=${onKey} @change=${(/** @type {Event} */ event) => commit(inputOf(event))}
    />`;
}

/**
 * One of a few: a row of segments that the arrow keys move along.
 * @template {string | number} T
 * @param {{
 *   id: string, label: string, value: T, options: ({
 *     value: T, text: unknown, letter?: string, name?: string, disabled?: boolean,
 *   })[], hideLabel?: boolean, disabled?: boolean, onChange: (value: T) => void,
 * }} options  `id`: from `view.id(...)`; `name`: a text in words, where `text` is a symbol
 */
export function choice({ id, label, value, options, hideLabel, disabled, onChange }) {
  return html`<fieldset class="lt-choice" ?disabled=${disabled}>
    <legend class=${hideLabel ? "lt-sr" : "lt-label"}>${label}</legend>
    <span class="lt-segments">${options.map(
      (option) => html`<label style=${hue(option.letter)} data-symbol=${option.letter ?? nothing}
        title=${option.name ?? nothing}>
        <input type="radio" name=${id} data-lm-suppress-shortcuts="true" .checked=${live(option.value === value)}
          aria-label=${option.name ?? nothing} ?disabled=${option.disabled}
          @change=${() => onChange(option.value)} />
        <span>${option.letter ? html`<i class="lt-dot"></i>` : nothing}${option.text}</span>
      </label>`,
    )}</span>
  </fieldset>`;
}

/**
 * On or off.
 * @param {{
 *   label: unknown, value: boolean, letter?: string, disabled?: boolean, onChange: (value: boolean) => void,
 * }} options
 */
export const toggle = ({ label, value, letter, disabled, onChange }) =>
  html`<label class="lt-toggle" style=${hue(letter)} data-symbol=${letter ?? nothing}>
    <input type="checkbox" role="switch" data-lm-suppress-shortcuts="true" .checked=${live(value)} ?disabled=${disabled}
      @change=${(/** @type {Event} */ event) => onChange(inputOf(event).checked)} />
    <span>${label}</span>
  </label>`;

/**
 * A button. `text` may be an icon; then `label` says what it does.
 * @param {{
 *   text: unknown, label?: string, pressed?: boolean, disabled?: boolean, quiet?: boolean, onClick: () => void,
 * }} options
 */
export const button = ({ text, label, pressed, disabled, quiet, onClick }) =>
  html`<button type="button" class="lt-button ${quiet ? "lt-quiet" : ""}" aria-label=${label ?? nothing}
    title=${label ?? nothing}
    aria-pressed=${pressed ?? nothing} ?disabled=${disabled} data-lm-suppress-shortcuts="true"
    @click=${onClick}>${text}</button>`;

/**
 * A line of text, or `lines` of them. What is typed stays text.
 * @param {{
 *   label: unknown, value: string, lines?: number, maxLength?: number, hint?: string, hideLabel?: boolean,
 *   onInput: (text: string) => void,
 * }} options
 */
export function textField({ label, value, lines = 1, maxLength = 500, hint, hideLabel, onInput }) {
  const tell = (/** @type {Event} */ event) => onInput(inputOf(event).value);
  const field =
    lines > 1
      ? html`<textarea rows=${lines} maxlength=${maxLength} spellcheck="false" autocapitalize="off" autocomplete="off"
          placeholder=${hint ?? nothing} data-lm-suppress-shortcuts="true" .value=${live(value)}
          @input=${tell}></textarea>`
      : html`<input type="text" maxlength=${maxLength} spellcheck="false" autocapitalize="off" autocomplete="off"
          placeholder=${hint ?? nothing} data-lm-suppress-shortcuts="true" .value=${live(value)} @input=${tell} />`;
  return html`<label class="lt-field"><span class=${hideLabel ? "lt-sr" : "lt-label"}>${label}</span>${field}</label>`;
}

/**
 * One of many.
 * @template {string | number} T
 * @param {{
 *   label: unknown, value: T, options: ({value: T, text: string})[], disabled?: boolean,
 *   onChange: (value: T) => void,
 * }} options
 */
export const select = ({ label, value, options, disabled, onChange }) =>
  html`<label class="lt-field lt-select"><span class="lt-label">${label}</span>
    <select data-lm-suppress-shortcuts="true" ?disabled=${disabled}
      @change=${(/** @type {Event} */ event) => {
        const { selectedIndex } = /** @type {HTMLSelectElement} */ (event.currentTarget);
        onChange(options[selectedIndex].value);
      }}>
      ${options.map((option) => html`<option .selected=${live(option.value === value)}>${option.text}</option>`)}
    </select></label>`;

/**
 * Which unit: one swatch per unit, colored by its value now; the arrow keys move along.
 * @param {{
 *   id: string, label: string, value: number, colors: string[], names?: string[], onChange: (unit: number) => void,
 * }} options  `colors`: one CSS color per unit (from `colorOf`); `names`: what each is called, read out and shown on
 * hover
 */
export const unitPicker = ({ id, label, value, colors, names, onChange }) =>
  html`<fieldset class="lt-units">
    <legend class="lt-label">${label}</legend>
    <span class="lt-swatches">${colors.map(
      (color, unit) => html`<label title=${names?.[unit] ?? `unit ${unit}`}>
        <input type="radio" name=${id} data-lm-suppress-shortcuts="true" aria-label=${names?.[unit] ?? `unit ${unit}`}
          .checked=${live(unit === value)} @change=${() => onChange(unit)} />
        <span style="background:${color}"></span>
      </label>`,
    )}</span>
  </fieldset>`;
