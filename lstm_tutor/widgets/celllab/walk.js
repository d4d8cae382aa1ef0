// The walk through one time step: the operation in letters and in numbers, and the list of all of them.

import { html, nothing } from "lit-html";
import { button, number } from "../js/kit/index.js";
import { called, written } from "./nodes.js";
import { symbol, typeset } from "./symbols.js";

/** @typedef {import("./operations.js").Step} Step */
/** @typedef {import("./progress.js").Progress} Progress */

/** What a node that was pressed too early waits for. @param {NonNullable<Progress["missing"]>} missing */
export const waitsFor = ({ node, ids }) => {
  const names = ids.map(called);
  const all = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}` : names[0];
  return `${called(node.id)} needs ${all} first.`;
};

/**
 * The panel: the operation in letters and in numbers, and the whole list with what is done.
 * @param {Step[]} steps
 * @param {Progress} progress
 * @param {{onNext: () => void, onBack: () => void, onStep: (operation: number) => void}} actions
 */
export function walkPanel(steps, { done, shown, node, missing }, { onNext, onBack, onStep }) {
  const { formula, numbers, result } = node ? written(node, steps) : steps[shown];
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const act = {
      ArrowRight: onNext,
      ArrowDown: onNext,
      ArrowLeft: onBack,
      ArrowUp: onBack,
      Home: () => onStep(0),
      End: () => onStep(steps.length - 1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return html`<div class="lt-lab-walk" @keydown=${onKey}>
    <p role="status" class=${missing ? "lt-lab-missing" : "lt-hint"}>${
      missing ? typeset(waitsFor(missing)) : "Press a framed part of the drawing, or go on:"
    }</p>
    <div class="lt-lab-operation" style="--hue:var(--lt-${steps[shown].part})" tabindex="0" role="group"
      data-lm-suppress-shortcuts="true"
      aria-label="operation ${done.size} of ${steps.length}: left and right step">
      <p class="lt-lab-formula">${typeset(formula)}</p>
      <p class="lt-lab-numbers">= ${numbers} = <b>${number(result)}</b></p>
    </div>
    <div class="lt-row">
      ${button({ text: "Back", disabled: done.size === 1, onClick: onBack })}
      ${button({ text: "Next operation", disabled: done.size === steps.length, onClick: onNext })}
      <span class="lt-hint lt-value">${done.size} of ${steps.length}</span>
    </div>
    <ol class="lt-lab-done">${steps.map(
      ({ id, result: value, part: letter }, k) => html`<li style="--hue:var(--lt-${letter})" class=${[
        k === shown ? "is-now" : done.has(k) ? "" : "is-later",
        id.length > 11 ? "is-long" : "",
      ].join(" ")}>
      <button type="button" data-lm-suppress-shortcuts="true" aria-current=${k === shown ? "step" : nothing}
        @click=${() => onStep(k)}><span>${id.includes(" ") ? typeset(id) : symbol(id)}</span>
      <span class="lt-value">${done.has(k) ? number(value) : "·"}</span></button></li>`,
    )}</ol>
  </div>`;
}
