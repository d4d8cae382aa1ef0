// What a reader can do to the network: hold gates of the unit, silence others, and let it write.

import { html, nothing } from "lit-html";
import { CHOICES, heldInWords, phrase, silentUnits, stateOf, withGate, withSilent } from "../js/kit/holding.js";
import { button, choice, number, textField } from "../js/kit/index.js";

/** @typedef {import("../js/kit/holding.js").Held} Held */

const LETTERS_WRITTEN = 12;

/**
 * Units as a reader writes them, "3 16 40-43"; null for anything else.
 * @param {string} text
 * @param {number} H
 */
function unitsIn(text, H) {
  /** @type {Set<number>} */
  const units = new Set();
  for (const word of text.split(/[\s,]+/).filter(Boolean)) {
    const [, first, last = first] = /^(\d{1,4})(?:[-–](\d{1,4}))?$/.exec(word) ?? [];
    if (first === undefined || Number(last) >= H || Number(first) > Number(last)) return null;
    for (let unit = Number(first); unit <= Number(last); unit++) units.add(unit);
  }
  return [...units].sort((a, b) => a - b);
}

/**
 * The controls that hold gates of one unit, and that silence units.
 * @param {{
 *   held: Held[], gates: string[], unit: number, layer: number, H: number, layers: number, followers: number[],
 *   typed: string | null, id: (name: string) => string, onHeld: (held: Held[]) => void,
 *   onTyped: (text: string | null) => void,
 * }} options  `followers`: the units that follow the mark; `typed`: units as they are being typed
 */
export function holdControls({ held, gates, unit, layer, H, layers, followers, typed, id, onHeld, onTyped }) {
  const silent = silentUnits(held, layer);
  const row = (/** @type {string} */ gate) => html`<div class="tm-gate">
    <span class="lt-label" aria-hidden="true"><i class="lt-dot" style="--hue:var(--lt-${gate})"></i>${gate} of unit ${unit}</span>
    ${choice({
      id: id(`hold-${gate}`),
      label: `Gate ${gate} of unit ${unit}`,
      hideLabel: true,
      value: stateOf(held, gate, unit, layer),
      options: CHOICES,
      onChange: (state) => onHeld(withGate(held, gate, unit, state, layer)),
    })}</div>`;
  const isRefused = typed !== null && unitsIn(typed, H) === null;
  return html`<div class="tm-hold">
    ${gates.map(row)}
    ${
      gates.includes("o")
        ? html`${textField({
            label: "Silent units (o shut)",
            value: typed ?? silent.join(" "),
            hint: "such as 3 16 40-43",
            maxLength: 400,
            onInput(text) {
              onTyped(text);
              const units = unitsIn(text, H);
              if (units) onHeld(withSilent(held, units, layer));
            },
          })}
          ${isRefused ? html`<p class="lt-hint" role="status">Write units from 0 to ${H - 1}, such as 3 16 40-43.</p>` : nothing}`
        : nothing
    }
    <div class="lt-row">
      ${
        gates.includes("o") && followers.length
          ? button({
              text: "Silence those of the mark",
              onClick: () => {
                onTyped(null);
                onHeld(withSilent(held, followers, layer));
              },
            })
          : nothing
      }
      ${button({
        text: "Let all go",
        quiet: true,
        disabled: !held.length,
        onClick: () => {
          onTyped(null);
          onHeld([]);
        },
      })}
    </div>
    <p class="lt-hint">${
      held.length
        ? `While it reads: ${phrase(heldInWords(held, { layers }))}.`
        : "A gate that you hold stays so while the network reads the whole text. Outlined bars show what it expected before."
    }</p>
  </div>`;
}

/**
 * Let the network write, and what holding costs it.
 * @param {{canWrite: boolean, cost: number, untouched: number | null, onWrite: (count: number) => void}} options
 *     costs in bits a character
 */
export const writing = ({ canWrite, cost, untouched, onWrite }) => html`<div class="tm-write">
    ${button({
      text: "Write on",
      label: `Write the ${LETTERS_WRITTEN} likeliest characters at the caret, one after the other`,
      disabled: !canWrite,
      onClick: () => onWrite(LETTERS_WRITTEN),
    })}
    <p class="lt-hint">${LETTERS_WRITTEN} characters, each the likeliest</p>
    ${
      Number.isFinite(cost)
        ? html`<p class="tm-cost">The text costs <b class="lt-value">${number(cost)}</b> bits a character${
            untouched === null ? "." : html`; untouched <span class="lt-value">${number(untouched)}</span>.`
          }</p>`
        : nothing
    }
  </div>`;
