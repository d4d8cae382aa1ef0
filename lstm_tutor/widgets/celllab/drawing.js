// The drawing of the cell: which one is shown, what a switch brought, and which values are to be seen.

import { stage } from "../js/kit/index.js";
import { hiddenBy } from "./guess.js";
import { knownSoFar } from "./operations.js";
import { limitOf, valuesAt } from "./state.js";
import { ADDS } from "./symbols.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./operations.js").Step} Step */
/** @typedef {import("./guess.js").Round} Round */
/** @typedef {ReturnType<typeof stage>} Stage */
/** @typedef {Record<string, number>} Values  NaN for what is not to be seen yet */

const GIVEN = ["rail-c", "label-c-prev", "c-prev", "label-h-prev", "rail-h-prev", "h-prev", "label-x"];

/**
 * The drawings, one for each cell, made when they are first shown.
 * @param {import("../js/kit/widget.js").View} view
 */
export function drawings(view) {
  /** @type {Map<string, Stage>} */
  const stages = new Map();
  let shown = "";
  let stamp = "";
  /** @type {string[]} */
  let fresh = []; // parts that the last switch brought

  /** @param {string} name */
  const stageOf = (name) => {
    const made = stages.get(name) ?? stage(view, view.get("_drawings")[name]);
    stages.set(name, made);
    return made;
  };
  return {
    /** While something is dragged, values follow at once. @param {boolean} on */
    atOnce(on) {
      stages.get(shown)?.atOnce(on);
    },
    /** The drawing of the present cell; what is new in it is lit until something moves. @param {State} now */
    show({ drawing, nonlinearity, cell, time, changes, inputs, mode }) {
      const made = stageOf(drawing);
      const before = stages.get(shown)?.parts;
      const newStamp = JSON.stringify([time, changes, inputs.length, mode]);
      if (drawing === shown) {
        if (newStamp !== stamp) fresh = [];
      } else if (before) {
        fresh = made.parts.filter((part) => !before.includes(part));
        if (!fresh.length && cell === "GRU") fresh = ["valve-r", "box-past", "reset"];
        view.announce(ADDS[drawing]);
      }
      [shown, stamp] = [drawing, newStamp];
      const word = cell === "RNN" && made.svg.querySelector('[data-part="box-tanh"] text');
      if (word) word.textContent = nonlinearity;
      return made;
    },
    /**
     * Put the values of the present step into a drawing.
     * @param {State} now
     * @param {Stage} made
     * @param {Step[]} steps
     * @param {Round | null} round
     */
    paint(now, made, steps, round) {
      const at = Math.min(now.operation, steps.length - 1);
      const values = valuesAt(now);
      const hidden = round && !round.answered ? hiddenBy(now, round.question) : [];
      const known = now.mode === "steps" ? valuesUntil(now, steps, at) : without(values, hidden);
      made.setValues(known, limitOf(now));
      blank(made.svg, known);
      made.light(now.mode === "steps" ? steps[at].parts : fresh);
      made.fadeAllBut(now.mode === "steps" ? [...steps.slice(0, at + 1).flatMap(({ parts }) => parts), ...GIVEN] : []);
    },
  };
}

/** Values of which some are not to be seen. @param {Values} values @param {string[]} hidden @returns {Values} */
const without = (values, hidden) => ({
  ...values,
  ...Object.fromEntries(hidden.map((name) => [name, Number.NaN])),
});

/**
 * What is known after some operations of a walk.
 * @param {State} now
 * @param {Step[]} steps
 * @param {number} at  the last operation that is done
 * @returns {Values}
 */
function valuesUntil(now, steps, at) {
  const values = valuesAt(now);
  const names = Object.keys(values);
  const later = names.filter((name) => !name.endsWith("_prev"));
  const soFar = knownSoFar(steps, at);
  const known = { ...without(values, later), ...soFar };
  if (now.cell !== "GRU") return known;
  const isPast = soFar["W_hn h_prev"] !== undefined || soFar["W_hn reset"] !== undefined;
  return { ...known, past: isPast ? values.past : Number.NaN };
}

/** What is not known yet has a question mark and no flow. @param {SVGElement} svg @param {Values} known */
function blank(svg, known) {
  const styled = (/** @type {string} */ selector) =>
    /** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll(selector));
  for (const [name, value] of Object.entries(known)) {
    if (Number.isFinite(value)) continue;
    for (const text of svg.querySelectorAll(`text[data-value="${name}"]`)) text.textContent = "?";
    for (const stream of styled(`.stream[data-flow="${name}"]`)) stream.style.setProperty("--size", "0");
    for (const body of styled(`.body[data-valve$="${name}"]`)) body.style.setProperty("--open", "0.5");
  }
}
