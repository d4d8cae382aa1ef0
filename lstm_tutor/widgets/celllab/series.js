// The sequence: inputs to drag, gates as lines or as a map, states; one column per step in all of them.

import { html } from "lit-html";
import {
  clamp,
  dragSeries,
  heatMap,
  kindOf,
  linePlot,
  MEANINGS,
  mapKey,
  number,
  symmetricLimit,
} from "../js/kit/index.js";
import { lettersOf, overTime } from "./state.js";
import { symbol } from "./symbols.js";

/** @typedef {import("./state.js").State} State */

/**
 * What is not to be seen yet is not drawn: values from step `from` on become NaN.
 * @param {number[]} values
 * @param {number} from
 */
export const seenBefore = (values, from) => values.map((value, t) => (t < from ? value : Number.NaN));

/**
 * The lines of a plot: ours by letter, PyTorch's as open circles.
 * @param {State} state
 * @param {string[]} letters
 * @param {Record<string, ArrayLike<number>> | null} torch
 * @param {number} until
 */
export function linesOf(state, letters, torch, until) {
  const ours = letters.map((letter) => ({
    label: letter,
    letter,
    values: seenBefore(overTime(state.record[letter], state), until),
  }));
  const theirs = torch
    ? letters.map((letter) => ({ values: overTime(torch[letter], state).slice(0, until), points: true }))
    : [];
  return [...ours, ...theirs];
}

/**
 * The pictures over time.
 * @param {import("../js/kit/widget.js").View} view
 * @param {{
 *   onInput: (step: number, value: number) => void, onTime: (time: number) => void, isPressed: () => boolean,
 * }} actions
 */
export function sequence(view, { onInput, onTime, isPressed }) {
  const inputs = dragSeries(view);
  const lines = linePlot(view);
  const map = heatMap(view);
  const states = linePlot(view);
  let margins = { left: 0, right: 0 };
  return {
    /** @param {State} state @param {unknown} inputChoice */
    template(state, inputChoice) {
      const asMap = state.display === "map";
      const { gates } = lettersOf(state);
      const keys = () =>
        html`<div class="lt-row lt-lab-aligned">${mapKey({
          kind: "gate",
          dark: view.theme.dark,
          label: "gates",
        })}${mapKey({ kind: "signed", dark: view.theme.dark, label: "candidate" })}</div>`;
      return html`<div class="lt-lab-sequence">
        <div class="lt-lab-inputs"><span class="lt-label">${
          state.D > 1 ? html`drag ${symbol("x")}${inputChoice}` : html`input ${symbol("x")}<br>drag it`
        }</span>${inputs.el}</div>
        ${gates.length ? html`<div class=${asMap ? "lt-lab-map" : ""}>${asMap ? map.el : lines.el}</div>` : ""}
        ${gates.length && asMap ? keys() : ""}
        ${states.el}
      </div>`;
    },
    /**
     * @param {State} state
     * @param {Record<string, ArrayLike<number>> | null} torch
     * @param {number} until  the first step that is not to be seen yet
     * @param {number} input  which of the inputs is shown
     */
    update(state, torch, until, input) {
      const { T, D, x, time, preset, display } = state;
      const { gates, states: names } = lettersOf(state);
      const limit = symmetricLimit(preset.x.flat());
      const values = D === 1 ? x : Array.from({ length: T }, (_, t) => x[t * D + input]);
      const room = roomOf(view, state);
      const across = {
        label: "step",
        domain: /** @type {[number, number]} */ ([-0.5, T - 0.5]),
        format: (/** @type {number} */ t) => number(t + 1, 0),
        ticks: stepTicks(T),
      };
      const seek = (/** @type {number} */ t) => isPressed() && onTime(Math.min(Math.max(Math.round(t), 0), T - 1));
      const known = until < T ? ", as far as it is known" : "";
      const now = (/** @type {string} */ letter) =>
        `${letter} ${time < until ? number(state.record[letter][time * state.H + state.unit]) : "is not known yet"}`;
      const plot = (
        /** @type {string[]} */ letters,
        /** @type {string} */ label,
        /** @type {[number, number]} */ domain,
        /** @type {number[]} */ ticks,
        /** @type {number} */ height,
      ) => ({
        label: `${label}${known}; at step ${time + 1} ${letters.map(now).join(", ")}`,
        lines: linesOf(state, letters, torch, until),
        x: { ...across, bare: letters === gates },
        y: { label: letters === gates ? "gates" : letters.length > 1 ? "states" : "state", domain, ticks },
        height,
        cursor: time,
        onCursor: seek,
      });
      const most = symmetricLimit(names.flatMap((letter) => overTime(state.record[letter], state)));
      states.update(plot(names, "States over time", [-1.04 * most, 1.04 * most], [-most, 0, most], room.states));
      const { left, right } = states.margins;
      if (left !== margins.left || right !== margins.right) {
        margins = { left, right };
        view.body.style.setProperty("--lt-lab-left", `${left}px`);
        view.body.style.setProperty("--lt-lab-right", `${right}px`);
      }
      inputs.update({
        label: D === 1 ? "input x" : `input ${input} of x`,
        values,
        min: -limit,
        max: limit,
        step: limit / 20,
        height: room.inputs,
        cursor: time,
        onInput,
      });
      if (gates.length && display === "map") {
        map.update({
          label: "Gates over time",
          cursor: { column: time },
          minColumn: 3,
          maxColumn: 200,
          rowHeight: Math.max(24, Math.floor(room.gates / gates.length)),
          rows: gates.map((letter) => ({
            label: letter,
            letter,
            name: MEANINGS_OF[letter],
            kind: kindOf(letter),
            values: seenBefore(overTime(state.record[letter], state), until),
          })),
          onCursor: ({ column }, how) => how !== "hover" && onTime(column),
        });
      } else if (gates.length) {
        const low = gates.some((letter) => kindOf(letter) === "signed") ? -1 : 0;
        lines.update(plot(gates, "Gates over time", [low - 0.04, 1.04], low ? [-1, 0, 1] : [0, 1], room.gates));
      }
    },
  };
}

/**
 * Heights in px of the pictures over time.
 * @param {import("../js/kit/widget.js").View} view
 * @param {State} state
 */
function roomOf({ isWide, width, tall }, { drawing, display }) {
  if (!isWide) return { inputs: 84, gates: 140, states: 150 };
  const all = clamp(tall - (width >= BROAD ? 160 : 402), 286, 520); // what the drawing and the controls leave
  const rest = all - 60 - (display === "map" ? 24 : 0); // the key of the map
  if (drawing === "rnn") return { inputs: 60, gates: 0, states: rest };
  return { inputs: 60, gates: Math.round(0.46 * rest), states: Math.round(0.54 * rest) };
}

const BROAD = 1150; // px from which the pictures over time stand beside the drawing, as in celllab.css
const MEANINGS_OF = /** @type {Record<string, string>} */ (MEANINGS);

/** Marks at steps 1, 5, 10, 15, ... as indices. @param {number} T */
export function stepTicks(T) {
  const apart = T <= 30 ? 5 : T <= 60 ? 10 : T <= 120 ? 20 : 50;
  return [0, ...Array.from({ length: Math.floor(T / apart) }, (_, k) => (k + 1) * apart - 1)];
}
