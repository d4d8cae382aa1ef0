// The cell lab: drag the inputs, move the weights, walk through a step, guess a gate.

import { html, nothing } from "lit-html";
import {
  bench,
  button,
  choice,
  colorOf,
  computed,
  defineWidget,
  kindOf,
  linkState,
  number,
  pack,
  select,
  timeBar,
  toggle,
  tour,
  unitPicker,
} from "../js/kit/index.js";
import { drawings } from "./drawing.js";
import { factsOf } from "./facts.js";
import { answered, newRound, roundAt } from "./guess.js";
import { fieldsOf } from "./link.js";
import { nodesOf } from "./nodes.js";
import { walk } from "./operations.js";
import { calledBy, pointOf } from "./point.js";
import { predictPanel } from "./predict.js";
import { Walk } from "./progress.js";
import { sequence } from "./series.js";
import { changedWeights, place, stateOf, told } from "./state.js";
import { ADDS, CELL_NAMES, CELL_WORDS, prose } from "./symbols.js";
import { reachOf, torchOf, torchRow } from "./torch.js";
import { walkPanel } from "./walk.js";
import { weightTable } from "./weights.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./guess.js").Round} Round */
/** @typedef {(traits: Record<string, unknown>) => void} Set */

const MODES = [
  { value: "move", text: "Weights" },
  { value: "steps", text: "Step by step" },
  { value: "predict", text: "Predict" },
];
const DISPLAYS = [
  { value: "lines", text: "lines" },
  { value: "map", text: "heat map" },
];
const TRAITS = /** @type {const} */ ([
  "preset",
  "cell",
  "reset_after",
  "nonlinearity",
  "weights",
  "inputs",
  "time",
  "unit",
  "mode",
  "operation",
  "display",
  "_said",
]);

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const lab = { presets: view.get("_presets"), cells: view.get("_cells"), sizes: view.get("_sizes") };
  const links = linkState(view, fieldsOf(lab));
  const inBook = view.root.ownerDocument.querySelector('script[type="application/vnd.jupyter.widget-view+json"]');
  const state = computed(
    () => TRAITS.map((name) => view.get(name)),
    (...values) => {
      const traits = /** @type {any} */ (Object.fromEntries(TRAITS.map((name, k) => [name, values[k]])));
      const { weights: changes, reset_after: resetAfter, _said: said } = traits;
      const inputs = view.array("inputs").data;
      return stateOf({ ...lab, ...traits, inputs, changes, resetAfter, said: said ?? {} });
    },
  );
  const set = (/** @type {Record<string, unknown>} */ traits) => view.set(traits);
  let input = 0; // which of several inputs is shown
  let pressed = false; // a plot is scrubbed by pressing it, not by passing over it
  /** @type {Round | null} */
  let round = null;
  const steps = computed(
    () => [state()],
    (now) => (now.mode === "steps" ? walk(now) : []),
  );
  const walked = new Walk();
  let presses = 0; // of nodes in the drawing
  const torch = computed(() => [state()], torchOf);
  const reach = computed(() => [state(), torch()], reachOf);
  /** @type {State | null} */
  let pictured = null; // what the pictures over time show
  /** @type {Map<string, ReturnType<typeof tour>>} */
  const tours = new Map(); // each preset has tasks of its own

  // --- what the reader does -----------------------------------------------------------------------------------------

  const goTo = (/** @type {number} */ time) => {
    if (time !== view.get("time")) set({ time });
  };
  const noInputs = () => pack(new Float64Array(0), [0, lab.sizes.D]);
  const begin = (/** @type {string} */ name) => {
    const preset = state().presets.find((one) => one.name === name) ?? state().preset;
    round = null;
    bar.pause();
    const { cell, time } = preset;
    set({ preset: name, cell, reset_after: true, weights: {}, inputs: noInputs(), time, operation: 0 });
  };
  const undo = () => set({ weights: {}, inputs: noInputs() });
  const reset = () => {
    round = null;
    input = 0;
  };
  const play = (/** @type {Round} */ next) => {
    round = next;
    view.repaint();
  };
  const bar = timeBar(view, { label: "time step", onSeek: goTo });
  const pictures = sequence(view, {
    onInput(step, value) {
      const { T, D, x } = state();
      const changed = x.slice();
      changed[step * D + input] = value;
      set({ inputs: pack(changed, [T, D]), time: step });
    },
    onTime: goTo,
    isPressed: () => pressed,
  });
  /** @param {number | null} operation  that is shown from now on */
  const walkTo = (operation) => {
    if (operation !== null) set({ operation });
    view.repaint();
  };
  const drawing = drawings(view, (node) => {
    const operation = walked.press(node, nodesOf(steps()), steps());
    if (operation !== null) presses++;
    walkTo(operation);
  });
  /** @param {State} now */
  const tasksOf = ({ preset }) => {
    const known = tours.get(preset.name) ?? tour(view, preset.tasks, `tasks ${preset.name}`);
    tours.set(preset.name, known);
    return known;
  };
  const pressing = /** @type {const} */ ([
    ["pointerdown", true],
    ["pointerup", false],
    ["pointercancel", false],
  ]);
  for (const [type, on] of pressing) {
    const follow = () => {
      pressed = on;
      drawing.atOnce(on);
    };
    view.listen(view.root, type, follow, { capture: true });
  }

  // --- the page -----------------------------------------------------------------------------------------------------

  /**
   * What the mode asks for: weights, the walk, or the question.
   * @param {State} now
   * @param {import("./progress.js").Progress | null} progress
   * @param {Round | null} playing
   */
  const panel = (now, progress, playing) => {
    if (progress) {
      return walkPanel(steps(), progress, {
        onNext: () => walkTo(walked.next(steps())),
        onBack: () => walkTo(walked.back()),
        onStep: walkTo,
      });
    }
    if (!playing) return weightTable(now, (name, value) => set({ weights: changedWeights(state(), name, value) }));
    return predictPanel(now, playing, {
      onGuess: (guess) => play({ ...playing, guess }),
      onSee() {
        const { letter, time } = playing.question;
        play(answered(playing, now.record[letter][place(now, time)]));
      },
      onNext() {
        const next = newRound(now, playing);
        set({ time: next.question.time });
        play(next);
      },
    });
  };
  /** Which of several inputs is shown. @param {State} now */
  const inputPicker = ({ D }) =>
    D > 1
      ? select({
          label: "input",
          value: input,
          options: Array.from({ length: D }, (_, k) => ({ value: k, text: String(k) })),
          onChange: (k) => {
            input = k;
            view.repaint();
          },
        })
      : nothing;

  return function paint() {
    const now = state();
    round = roundAt(now, round);
    const playing = now.mode === "predict" ? round : null;
    const progress = now.mode === "steps" ? walked.at(now.drawing, now.operation, steps()) : null;
    const made = drawing.show(now);
    const hidden = playing !== null && !playing.answered;
    const until = playing ? playing.question.time + (hidden ? 0 : 1) : now.T;
    const canAsk = view.get("_can_ask"); // not where Python in the page has made the lab
    const asksPython = inBook || !canAsk ? null : () => set({ _asked: view.get("_asked") + 1 });
    const tasks = tasksOf(now);
    // Another cell is too much for one frame: its weights and the pictures over time follow in the next.
    const follower = pictured && pictured.drawing !== now.drawing ? pictured : now;
    if (follower !== now) view.repaint();
    pictured = now;
    view.render(
      html`<div class="lt-lab">${bench({
        lead: html`<div class="lt-lab-lead">${tasks.el}<div class="lt-row">${links.buttons(reset)}</div></div>`,
        pictures: html`<div class="lt-lab-pictures">
        ${drawing.el}
        <div class="lt-lab-point">${pointOf(now)}
          ${units(view, now, set)}
          ${torchRow(now, torch(), reach(), asksPython, { waits: hidden, isStored: inBook !== null && canAsk })}</div>
        ${pictures.template(follower, inputPicker(follower))}
      </div>`,
        thumb: bar.el,
        controls: html`${presetPicker(view, now, begin)} ${cellPicker(view, now, set)}
        ${choice({
          id: view.id("mode"),
          label: "what to do",
          hideLabel: true,
          value: now.mode,
          options: MODES,
          onChange: (mode) => set({ mode, operation: 0 }),
        })}
        ${panel(progress || playing ? now : follower, progress, playing)}
        ${now.mode === "move" ? howToMove(follower, undo) : nothing}
        ${now.mode === "move" ? displayPicker(view, now, set) : nothing}`,
      })}</div>`,
    );
    const text = hidden ? `step ${now.time + 1} of ${now.T}` : told(now, number);
    bar.update({ step: now.time, steps: now.T, text, speed: 4, hold: now.mode === "predict" });
    if (follower === now) pictures.update(now, torch(), until, Math.min(input, now.D - 1));
    drawing.paint(now, made, steps(), progress, playing);
    tasks.update(factsOf(now, presses));
  };
}

// --- templates ------------------------------------------------------------------------------------------------------

/** @param {import("../js/kit/widget.js").View} view @param {State} now @param {(name: string) => void} onBegin */
const presetPicker = (view, { presets, preset }, onBegin) =>
  presets.length > 1
    ? choice({
        id: view.id("preset"),
        label: "preset",
        hideLabel: true,
        value: preset.name,
        options: presets.map(({ name, title }) => ({ value: name, text: title })),
        onChange: onBegin,
      })
    : html`<span class="lt-title">${preset.title}</span>`;

/** @param {import("../js/kit/widget.js").View} view @param {State} now @param {Set} set */
const cellPicker = (view, { cells, cell, resetAfter }, set) =>
  html`<div class="lt-row lt-apart lt-lab-cells">
        ${
          cells.length > 1
            ? choice({
                id: view.id("cell"),
                label: "cell",
                hideLabel: true,
                value: cell,
                options: cells.map((name) => ({ value: name, text: CELL_NAMES[name], name: CELL_WORDS[name] })),
                onChange: (value) => set({ cell: value }),
              })
            : nothing
        }
        ${
          cell === "GRU"
            ? toggle({
                label: "reset after the product",
                value: resetAfter,
                letter: "r",
                onChange: (value) => set({ reset_after: value }),
              })
            : nothing
        }
      </div>`;

/** How gates are shown over time. @param {import("../js/kit/widget.js").View} view @param {State} now @param {Set} set */
const displayPicker = (view, { display, drawing }, set) =>
  drawing === "rnn"
    ? nothing
    : choice({
        id: view.id("display"),
        label: "gates over time as",
        value: display,
        options: DISPLAYS,
        onChange: (value) => set({ display: value }),
      });

/**
 * Which unit is shown, where there are several.
 * @param {import("../js/kit/widget.js").View} view
 * @param {State} now
 * @param {Set} set
 */
function units(view, { H, unit, time, record }, set) {
  if (H === 1) return nothing;
  const values = record.c ?? record.h;
  return unitPicker({
    id: view.id("unit"),
    label: `unit ${unit} of ${H}`,
    value: unit,
    colors: Array.from({ length: H }, (_, k) => colorOf(values[time * H + k], kindOf("c"), view.theme.dark)),
    onChange: (chosen) => set({ unit: chosen }),
  });
}

/** @param {State} now @param {() => void} onUndo */
const howToMove = ({ preset, drawing, changed }, onUndo) =>
  html`<p class="lt-hint">Drag a number sideways, step it with the arrow keys, or type.</p><p
    class="lt-hint">${prose(ADDS[drawing])}</p>
  ${changed ? html`<div>${undoButton(preset, onUndo)}</div>` : nothing}`;

/** @param {State["preset"]} preset @param {() => void} onClick */
const undoButton = (preset, onClick) =>
  button({ text: `Back to the numbers of ${calledBy(preset)}`, quiet: true, onClick });

export default defineWidget("celllab", setup);
