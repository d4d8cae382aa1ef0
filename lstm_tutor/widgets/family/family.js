// The family tree: two cells of the family side by side, their equations, what they remember of one sequence, and what
// they cost.

import { html } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import {
  asChoice,
  asInteger,
  asNumber,
  asNumbers,
  choice,
  clamp,
  computed,
  defineWidget,
  dragSeries,
  heatMap,
  linePlot,
  linkState,
  mapKey,
  number,
  short,
  slider,
  tour,
} from "../js/kit/index.js";
import { run, weightsOf } from "./cells.js";
import { COSTS, crossing, inLetters, kept, work } from "./costs.js";
import { equations } from "./equations.js";
import { hasKeep, KINDS, MEMBERS } from "./members.js";
import { tree } from "./tree.js";

/** @typedef {ReturnType<typeof run>} Run */

const STEPS = 32;
const LONGEST = 100_000;
const LENGTHS = Array.from({ length: 41 }, (_, k) => 10 ** (k / 8)); // of 1 to 10^5 steps
const [KEEP_MIN, KEEP_MAX] = [-2, 6];
const SIDES = /** @type {const} */ (["left", "right"]);
const PENS = [
  { color: "currentColor", dash: "" },
  { color: "#8A63C4", dash: "7 4" },
];
const { parse, format } = asNumbers(-1, 1, STEPS);
const asInputs = {
  format,
  /** What a link leaves out at the end is zero. @param {string} text */
  parse(text) {
    const some = parse(text);
    return some && [...some, ...new Array(STEPS - some.length).fill(0)];
  },
};
/** @param {Run} run @param {"memory" | "output"} measure */
const leftIn = (run, measure) => (measure === "memory" ? run.memory : run.read);
/** A name at the end of a line, with room for capitals, which are wider than a plot reckons. @param {string} kind */
const labelOf = (kind) => `${nameOf(kind)}\u00a0`;
const nameOf = (/** @type {string} */ kind) => MEMBERS[kind].name;

export default defineWidget("family", (view) => {
  const link = linkState(view, {
    left: asChoice(KINDS),
    right: asChoice(KINDS),
    keep: asNumber(KEEP_MIN, KEEP_MAX),
    measure: asChoice(["memory", "output"]),
    cost: asChoice(["work", "state"]),
    width: asInteger(16, 4096),
    x: asInputs,
  });
  const tasks = tour(view);
  const inputs = dragSeries(view);
  const maps = [heatMap(view), heatMap(view)];
  const memory = linePlot(view);
  const costs = linePlot(view);
  /** The side of the cell chosen first, whose place the next press takes. @type {"left" | "right"} */
  let older = "left";
  let focus = view.get("left");

  const flat = (/** @type {string} */ name) => view.array(name).data;
  const pool = computed(
    () => [view.get("_W")],
    (_) => ({
      ...{ H: flat("_angles").length, letters: view.get("_letters"), W: flat("_W"), U: flat("_U"), b: flat("_b") },
      ...{ p: flat("_p"), C: flat("_C"), angles: flat("_angles") },
    }),
  );
  const weights = computed(() => [pool(), view.get("keep")], weightsOf);
  const runs = SIDES.map((side) => computed(() => [view.get(side), weights(), view.get("x")], run));

  /** @param {"left" | "right"} side @param {string} kind */
  const choose = (side, kind) => {
    older = side === "left" ? "right" : "left";
    view.set({ [side]: kind });
  };
  const pick = (/** @type {string} */ kind) => {
    if (kind === view.get("left")) older = "right";
    else if (kind === view.get("right")) older = "left";
    else choose(older, kind);
  };
  const drag = (/** @type {number} */ step, /** @type {number} */ value) => {
    const x = [...view.get("x")];
    x[step] = value;
    view.set({ x });
  };

  const move = (/** @type {string} */ kind) => {
    focus = kind;
    view.repaint();
  };

  const paintInputs = computed(
    () => [view.get("x"), view.width, view.theme.dark],
    (values, ..._) => inputs.update({ label: "input x", values, min: -1, max: 1, height: 54, onInput: drag }),
  );
  const limits = runs.map((one) =>
    computed(
      () => [one()],
      ({ rows }) => limitOf(rows),
    ),
  );
  const paintMaps = maps.map((map, side) =>
    computed(
      () => [runs[side](), view.width, view.theme.dark],
      ({ rows, labels, isShare }, ..._) => {
        const kind = /** @type {"gate" | "signed"} */ (isShare ? "gate" : "signed");
        map.update({
          label: caption(kinds()[side], rows.length, isShare),
          rows: rows.map((values, row) => ({ label: labels[row], kind, limit: limits[side](), values })),
          rowHeight: Math.min(58 / rows.length, 12.5), // without labels, in line with the input
          minColumn: 8,
        });
      },
    ),
  );
  const heading = (/** @type {number} */ side) => {
    const { rows, isShare } = runs[side]();
    const kind = /** @type {"gate" | "signed"} */ (isShare ? "gate" : "signed");
    return html`<div class="lt-row lt-apart fm-caption"><span class="lt-label"><i class="fm-pen fm-pen-${SIDES[side]}"></i>${caption(
      kinds()[side],
      rows.length,
      isShare,
    )}</span>${mapKey({ kind, limit: limits[side](), dark: view.theme.dark })}</div>`;
  };
  const pair = () => (view.get("left") === view.get("right") ? [0] : [0, 1]);
  const kinds = () => [view.get("left"), view.get("right")];
  const height = () => (view.isWide ? clamp(view.tall - 562, 130, 260) : 190);
  const paintMemory = computed(
    () => [runs[0](), runs[1](), view.get("measure"), view.width, view.tall, view.theme.dark],
    (left, right, measure, ..._) =>
      memory.update({
        label: `How strongly the ${measure} answers to a nudge of the first input, as a share of the first step`,
        lines: pair().map((side) => ({
          ...PENS[side],
          label: nameOf(kinds()[side]),
          values: leftIn([left, right][side], measure),
        })),
        x: { label: "steps later", domain: [0, STEPS - 1], ticks: [0, 5, 10, 15, 20, 25, 30] },
        y: { label: "answer to x₁", log: true, domain: [1e-6, 10], ticks: [1e-6, 1e-4, 1e-2, 1] },
        height: height(),
      }),
  );
  let costed = kinds().join(); // the pair whose costs are drawn
  const paintCosts = computed(
    () => [
      view.get("left"),
      view.get("right"),
      view.get("cost"),
      view.get("width"),
      view.width,
      view.tall,
      view.theme.dark,
    ],
    (left, right, cost, width, ..._) => {
      const lines = pair().map((side) => ({
        ...PENS[side],
        label: labelOf([left, right][side]),
        x: LENGTHS,
        values: LENGTHS.map((T) => (cost === "work" ? work : kept)([left, right][side], T, width)),
      }));
      costs.update({
        label: cost === "work" ? "Multiply-adds of a whole sequence" : "Numbers kept from step to step",
        lines,
        x: { label: "length T", log: true, domain: [1, LONGEST] },
        y: {
          label: cost === "work" ? "multiply-adds" : "numbers",
          log: true,
          domain: decadesOf(lines.flatMap((line) => line.values)),
        },
        height: height(),
      });
    },
  );

  return () => {
    const [left, right] = kinds();
    const [keep, measure, cost, width] = ["keep", "measure", "cost", "width"].map(view.get, view);
    const last = runs.map((one) => leftIn(one(), measure)[STEPS - 1]);
    tasks.update({
      pair: [left, right].sort().join(" "),
      ...{ keep, measure, cost, width, memory_left: last[0], memory_right: last[1] },
    });
    const sliders = {
      keep: slider({
        ...{
          label: "keep bias",
          name: "bias of the gate that keeps",
          value: keep,
          min: KEEP_MIN,
          max: KEEP_MAX,
          step: 0.1,
          letter: "f",
        },
        format: (value) => number(value, 1),
        disabled: !hasKeep(left) && !hasKeep(right),
        onInput: (value) => view.set({ keep: value }),
      }),
      width: slider({
        ...{ label: "width d", value: Math.log2(width), min: 4, max: 12, step: 1, format: () => String(width) },
        onInput: (power) => view.set({ width: 2 ** power }),
      }),
    };
    view.render(html`<div class="fm">
      <div class="fm-lead">${tasks.el}<div class="lt-row">${link.buttons()}</div></div>
      ${guard([left, right, view.isWide, focus], () =>
        tree({ left, right, isWide: view.isWide, focus, onPick: pick, onFocus: move }),
      )}
      <div class="fm-halves fm-uneven">
        ${guard([left, right], () =>
          equations({ left, right, onLeft: (kind) => choose("left", kind), onRight: (kind) => choose("right", kind) }),
        )}
        <div class="fm-sequence">
          <div class="lt-label">the input x: drag it</div>${inputs.el}
          ${maps.map((map, side) => html`${heading(side)}${map.el}`)}
        </div>
      </div>
      <div class="fm-halves">
        <div class="fm-panel"><div class="lt-row">
          ${choice({
            ...{ id: view.id("measure"), label: "where to look for the first input", hideLabel: true, value: measure },
            options: ["memory", "output"].map((value) => ({ value, text: value })),
            onChange: (value) => view.set({ measure: value }),
          })}${sliders.keep}</div>${memory.el}
          <p class="lt-hint">${leftWords(pair().map((side) => [nameOf(kinds()[side]), last[side]]))}</p></div>
        <div class="fm-panel"><div class="lt-row">
          ${choice({
            ...{ id: view.id("cost"), label: "what to count", hideLabel: true, value: cost },
            options: [
              { value: "work", text: "multiply-adds" },
              { value: "state", text: "state size" },
            ],
            onChange: (value) => view.set({ cost: value }),
          })}${sliders.width}</div>${costs.el}
          <p class="lt-hint">${costWords(left, right, cost, width)}</p></div>
      </div>
    </div>`);
    paintInputs();
    for (const paint of paintMaps) paint();
    paintMemory();
    const pairNow = kinds().join();
    if (costed === pairNow) paintCosts();
    else view.repaint(); // of a new pair the costs come in the next frame: all in one are too much for a phone
    costed = pairNow;
  };
});

/** From the power of ten below all values to the next above them, so that an axis has two marks. @param {number[]} values */
function decadesOf(values) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  return /** @type {[number, number]} */ ([
    10 ** low,
    10 ** Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1),
  ]);
}

/** The limit of a map: the next of 0.1, 0.2, 0.5, 1, ... above all values. @param {number[][]} rows */
function limitOf(rows) {
  const most = Math.max(0, ...rows.flat().map(Math.abs));
  for (let power = 0.1; power < 1e6; power *= 10) {
    for (const factor of [1, 2, 5]) if (most <= factor * power) return factor * power;
  }
  return most;
}

/** @param {string} kind @param {number} many @param {boolean} isShare */
const caption = (kind, many, isShare) =>
  `${nameOf(kind)}: ${isShare ? "shares of the steps so far" : `${MEMBERS[kind].equations[0][0][0]}, ${many} numbers`}`;

/** What is left after the last step, in words. @param {(readonly [string, number])[]} left */
const leftWords = (left) =>
  `Left of a nudge after ${STEPS - 1} steps: ${left.map(([name, share]) => `${name} ${short(share)}`).join(", ")}.`;

/**
 * The costs in letters, and where one begins to cost more.
 * @param {string} left
 * @param {string} right
 * @param {"work" | "state"} cost
 * @param {number} width
 */
function costWords(left, right, cost, width) {
  const told = [...new Set([left, right])].map((kind) => `${nameOf(kind)} ${inLetters(COSTS[kind][cost], "t")}`);
  const cross = crossing(cost === "work" ? work : kept, left, right, width, LONGEST);
  return `${cost === "work" ? "At step t" : "After step t"}: ${told.join("; ")}.${
    cross ? ` From T = ${number(cross.T, 0)} on, ${nameOf(cross.more)} takes more.` : ""
  }`;
}
