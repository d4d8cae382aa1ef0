// The walk through one time step: the operation in letters and in numbers, and the list of all of them.

import { html, nothing } from "lit-html";
import { button, clamp, number } from "../js/kit/index.js";
import { symbol, typeset } from "./symbols.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./operations.js").Step} Step */

/**
 * The panel: the operation in letters and in numbers, and the whole list with what is done.
 * @param {State} state
 * @param {Step[]} steps
 * @param {(operation: number) => void} onStep
 * @param {() => number} current  the operation that was last asked for, painted or not
 */
export function walkPanel(state, steps, onStep, current) {
  const now = clamp(state.operation, 0, steps.length - 1);
  const { formula, numbers, result, part } = steps[now];
  const to = (/** @type {number} */ wanted) => onStep(clamp(wanted, 0, steps.length - 1));
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const from = clamp(current(), 0, steps.length - 1);
    const wanted = {
      ArrowRight: from + 1,
      ArrowDown: from + 1,
      ArrowLeft: from - 1,
      ArrowUp: from - 1,
      Home: 0,
      End: steps.length - 1,
    }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    to(wanted);
  };
  return html`<div class="lt-lab-walk" @keydown=${onKey}>
    <div class="lt-lab-operation" style="--hue:var(--lt-${part})" tabindex="0" role="group"
      data-lm-suppress-shortcuts="true"
      aria-label="operation ${now + 1} of ${steps.length}: left and right step">
      <p class="lt-lab-formula">${typeset(formula)}</p>
      <p class="lt-value">= ${numbers} = <b>${number(result)}</b></p>
    </div>
    <div class="lt-row">
      ${button({ text: "Back", disabled: now === 0, onClick: () => to(now - 1) })}
      ${button({ text: "Next operation", disabled: now === steps.length - 1, onClick: () => to(now + 1) })}
      <span class="lt-hint lt-value">${now + 1} of ${steps.length}</span>
    </div>
    <ol class="lt-lab-done">${steps.map(
      (
        { id, result: value, part: letter },
        k,
      ) => html`<li style="--hue:var(--lt-${letter})" class=${k === now ? "is-now" : k > now ? "is-later" : ""}>
      <button type="button" data-lm-suppress-shortcuts="true" aria-current=${k === now ? "step" : nothing}
        @click=${() => to(k)}><span>${id.includes(" ") ? typeset(id) : symbol(id)}</span>
      <span class="lt-value">${k > now ? "·" : number(value)}</span></button></li>`,
    )}</ol>
  </div>`;
}
