// The drawing of the cell: which one is shown, what a switch brought, and which values are to be seen.

import { stage } from "../js/kit/index.js";
import { hiddenBy } from "./guess.js";
import { isDone, missingFor, nodesOf } from "./nodes.js";
import { presses } from "./presses.js";
import { limitOf, valuesAt } from "./state.js";
import { ADDS } from "./symbols.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./operations.js").Step} Step */
/** @typedef {import("./guess.js").Round} Round */
/** @typedef {import("./nodes.js").Node} Node */
/** @typedef {import("./progress.js").Progress} Progress */
/** @typedef {ReturnType<typeof stage>} Stage */
/** @typedef {Record<string, number>} Values  NaN for what is not to be seen yet */

const MARGIN = 22; // units above the letters, which the lab has no room for
const GIVEN = [
  "rail-c",
  "label-c-prev",
  "c-prev",
  "label-h-prev",
  "rail-h-prev",
  "h-prev",
  "label-x",
  "label-c",
  "label-h",
];

/**
 * The drawings, one for each cell, made when they are first shown, or before while the page rests. Once shown they stay
 * in the page, since a drawing that comes into it is styled and laid out anew.
 * @param {import("../js/kit/widget.js").View} view
 * @param {(node: Node) => void} onPress
 */
export function drawings(view, onPress) {
  /** @type {Map<string, Stage & {presses: ReturnType<typeof presses>}>} */
  const stages = new Map();
  const el = view.root.ownerDocument.createElement("div");
  el.className = "lt-lab-picture";
  let shown = "";
  let stamp = "";
  /** @type {string[]} */
  let fresh = []; // parts that the last switch brought

  /** @param {string} name */
  const stageOf = (name) => {
    const known = stages.get(name);
    if (known) return known;
    const plain = stage(view, view.get("_drawings")[name]);
    const { width, height } = plain.svg.viewBox.baseVal;
    if (height > 400) plain.svg.setAttribute("viewBox", `0 ${MARGIN} ${width} ${height - MARGIN - 6}`);
    const made = { ...plain, presses: presses(plain) };
    stages.set(name, made);
    return made;
  };
  /** While nothing happens, make a drawing that was not shown yet, then the next: a switch finds it ready. */
  const prepare = () => {
    const next = Object.keys(view.get("_drawings")).find((name) => !stages.has(name));
    if (!next || view.signal.aborted) return;
    view.guard(() => stageOf(next));
    window.requestIdleCallback?.(prepare);
  };
  window.requestIdleCallback?.(prepare);
  return {
    el,
    /** While something is dragged, values follow at once. @param {boolean} on */
    atOnce(on) {
      stages.get(shown)?.atOnce(on);
    },
    /** The drawing of the present cell; what is new in it is lit until something moves. @param {State} now */
    show({ drawing, nonlinearity, cell, time, changes, inputs, mode }) {
      const made = stageOf(drawing);
      if (!made.el.parentElement) el.append(made.el);
      const before = stages.get(shown)?.parts;
      const newStamp = JSON.stringify([time, changes, inputs.length, mode]);
      if (drawing === shown) {
        if (newStamp !== stamp) fresh = [];
      } else if (before) {
        fresh = made.parts.filter((part) => !before.includes(part));
        if (!fresh.length && cell === "GRU") fresh = ["valve-r", "box-past", "reset"];
        view.announce(ADDS[drawing]);
      }
      if (drawing !== shown) for (const [name, one] of stages) one.el.classList.toggle("is-away", name !== drawing);
      [shown, stamp] = [drawing, newStamp];
      const word = cell === "RNN" && made.svg.querySelector('[data-part="box-tanh"] text');
      if (word) word.textContent = nonlinearity;
      return made;
    },
    /**
     * Put the values of the present step into a drawing.
     * @param {State} now
     * @param {ReturnType<typeof stageOf>} made
     * @param {Step[]} steps
     * @param {Progress | null} progress  in the walk, in "Step by step"
     * @param {Round | null} round
     */
    paint(now, made, steps, progress, round) {
      const hidden = round && !round.answered ? hiddenBy(now, round.question) : [];
      const known = progress ? valuesOf(now, steps, progress) : without(valuesAt(now), hidden);
      made.setValues(known, limitOf(now));
      blank(made.svg, known);
      const nodes = progress ? nodesOf(steps) : [];
      made.presses.update(nodes, steps, progress, onPress);
      if (!progress) {
        made.light(fresh);
        made.fadeAllBut([]);
        return;
      }
      const { done, shown: at, node } = progress;
      const next = nodes.filter((one) => !isDone(one, done) && !missingFor(one, nodes, steps, done).length);
      made.light((node?.operations ?? [at]).flatMap((k) => steps[k].parts));
      made.fadeAllBut([...[...done].flatMap((k) => steps[k].parts), ...next.map(({ part }) => part), ...GIVEN]);
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
 * @param {Progress} progress
 * @returns {Values}
 */
function valuesOf(now, steps, { done }) {
  const values = valuesAt(now);
  const later = Object.keys(values).filter((name) => !name.endsWith("_prev"));
  const soFar = Object.fromEntries([...done].map((k) => [steps[k].id, steps[k].result]));
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
