// The cell lab: drag the inputs, move the weights, walk through a step, guess a gate.

import { html, nothing } from "lit-html";
import {
  button,
  choice,
  colorOf,
  defineWidget,
  kindOf,
  linkState,
  number,
  pack,
  select,
  stage,
  timeBar,
  toggle,
  unitPicker,
} from "../js/kit/index.js";
import { counted, hiddenBy, nextQuestion } from "./guess.js";
import { fieldsOf } from "./link.js";
import { knownSoFar, walk } from "./operations.js";
import { predictPanel } from "./predict.js";
import { sequence } from "./series.js";
import { changedWeights, limitOf, place, stateOf, told, valuesAt } from "./state.js";
import { ADDS, CELL_NAMES, CELL_WORDS, prose } from "./symbols.js";
import { torchOf, torchRow } from "./torch.js";
import { walkPanel } from "./walk.js";
import { weightTable } from "./weights.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {ReturnType<typeof stage>} Stage */

const MODES = [
  { value: "move", text: "Weights" },
  { value: "steps", text: "Step by step" },
  { value: "predict", text: "Predict" },
];
const DISPLAYS = [
  { value: "lines", text: "lines" },
  { value: "map", text: "heat map" },
];

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const lab = { presets: view.get("_presets"), cells: view.get("_cells"), sizes: view.get("_sizes") };
  const links = linkState(view, fieldsOf(lab));
  const inBook =
    view.root.ownerDocument.querySelector('script[type="application/vnd.jupyter.widget-view+json"]') !== null;
  const read = () =>
    stateOf({
      ...lab,
      preset: view.get("preset"),
      cell: view.get("cell"),
      resetAfter: view.get("reset_after"),
      nonlinearity: view.get("nonlinearity"),
      changes: view.get("weights"),
      inputs: view.array("inputs").data,
      time: view.get("time"),
      unit: view.get("unit"),
      mode: view.get("mode"),
      operation: view.get("operation"),
      display: view.get("display"),
      said: view.get("_said") ?? {},
    });
  let state = read();
  let input = 0; // which of several inputs is shown

  const nothingYet = { asked: 0, near: 0, off: 0 };
  /**
   * @type {{
   *   question: import("./guess.js").Question, guess: number, answered: boolean, score: typeof nothingYet,
   * } | null}
   */
  let game = null;
  /** The round that is played, moved to the step that is shown; null where nothing is guessed. @param {State} now */
  const playing = (now) => {
    if (now.mode !== "predict") return null;
    if (!game || !now.trace.names.includes(game.question.letter)) ask(now, null, game?.score ?? nothingYet);
    if (game && game.question.time !== now.time) {
      const { letter } = game.question;
      game = { ...game, question: { letter, time: now.time }, guess: middle(letter), answered: false };
    }
    return game;
  };
  /** @param {State} now @param {import("./guess.js").Question | null} last @param {typeof nothingYet} score */
  const ask = (now, last, score) => {
    const question = nextQuestion(now, last);
    game = { question, guess: middle(question.letter), answered: false, score };
  };

  const goTo = (/** @type {number} */ time) => {
    if (time !== view.get("time")) view.set({ time });
  };
  const bar = timeBar(view, { label: "time step", onSeek: goTo });
  const pictures = sequence(view, {
    onInput(step, value) {
      const x = (view.get("inputs") === packed && drawn) || state.x.slice();
      x[step * state.D + input] = value;
      drawn = x;
      packed = pack(x, [state.T, state.D]);
      view.set({ inputs: packed, time: step });
    },
    onTime: goTo,
    isPressed: () => pressed,
  });
  let pressed = false; // a plot is scrubbed by pressing it, not by passing over it
  /** @type {Float64Array | null} */
  let drawn = null; // the inputs of a drag that passes several steps between two paints
  /** @type {unknown} */
  let packed = null;

  // --- the drawing --------------------------------------------------------------------------------------------------

  /** @type {Map<string, Stage>} */
  const stages = new Map();
  let shown = "";
  /** @type {string[]} */
  let fresh = []; // parts that the last switch brought
  let stamp = "";
  /** @param {State} now */
  const stageOf = ({ drawing, nonlinearity, cell, time, changes, inputs, mode }) => {
    const made = stages.get(drawing) ?? stage(view, view.get("_drawings")[drawing]);
    stages.set(drawing, made);
    if (drawing !== shown) {
      const before = stages.get(shown)?.parts;
      fresh = before ? made.parts.filter((part) => !before.includes(part)) : [];
      if (before && !fresh.length && cell === "GRU") fresh = ["valve-r", "box-past", "reset"];
      if (before) view.announce(ADDS[drawing]);
    }
    const newStamp = JSON.stringify([time, changes, inputs.length, mode]);
    if (drawing === shown && newStamp !== stamp) fresh = [];
    [shown, stamp] = [drawing, newStamp];
    if (cell === "RNN") {
      const word = made.svg.querySelector('[data-part="box-tanh"] text');
      if (word) word.textContent = nonlinearity;
    }
    return made;
  };
  for (const [type, on] of /** @type {const} */ ([
    ["pointerdown", true],
    ["pointerup", false],
    ["pointercancel", false],
  ])) {
    const follow = () => {
      pressed = on;
      stages.get(shown)?.atOnce(on);
    };
    view.listen(view.root, type, follow, { capture: true });
  }

  /** @param {State} now @param {Stage} drawing @param {ReturnType<typeof walk>} steps @param {typeof game} round */
  const showValues = (now, drawing, steps, round) => {
    const values = valuesAt(now);
    let lit = fresh;
    /** @type {string[]} */
    let bright = [];
    let known = values;
    if (now.mode === "steps") {
      const at = Math.min(now.operation, steps.length - 1);
      const cameIn = Object.fromEntries(Object.entries(values).filter(([name]) => name.endsWith("_prev")));
      const soFar = knownSoFar(steps, at);
      known = { ...Object.fromEntries(Object.keys(values).map((name) => [name, Number.NaN])), ...cameIn, ...soFar };
      if (now.cell === "GRU" && soFar["W_hn h_prev"] === undefined && soFar["W_hn reset"] === undefined)
        known.past = Number.NaN;
      else if (now.cell === "GRU") known.past = values.past;
      lit = steps[at].parts;
      bright = [
        ...steps.slice(0, at + 1).flatMap(({ parts }) => parts),
        "rail-c",
        "label-c-prev",
        "c-prev",
        "label-h-prev",
        "rail-h-prev",
        "h-prev",
        "label-x",
      ];
    } else if (round && !round.answered) {
      const hidden = hiddenBy(now, round.question);
      known = { ...values, ...Object.fromEntries(hidden.map((name) => [name, Number.NaN])) };
    }
    drawing.setValues(known, limitOf(now));
    blank(drawing.svg, known);
    drawing.light(lit);
    drawing.fadeAllBut(bright);
  };

  // --- the page -----------------------------------------------------------------------------------------------------

  const begin = (/** @type {string} */ name) => {
    const preset = state.presets.find((one) => one.name === name) ?? state.preset;
    game = null;
    bar.pause();
    view.set({
      preset: name,
      cell: preset.cell,
      reset_after: true,
      weights: {},
      inputs: pack(new Float64Array(0), [0, state.D]),
      time: preset.time,
      operation: 0,
    });
  };
  const undo = () => view.set({ weights: {}, inputs: pack(new Float64Array(0), [0, state.D]) });

  return function paint() {
    state = read();
    drawn = null;
    const now = state;
    const { preset, cell, mode, H, T } = now;
    const round = playing(now);
    const steps = mode === "steps" ? walk(now) : [];
    const drawing = stageOf(now);
    const hidden = round && !round.answered;
    const until = hidden ? round.question.time : round ? round.question.time + 1 : T;
    const torch = torchOf(now);
    const asksPython = inBook ? null : () => view.set({ _asked: view.get("_asked") + 1 });

    const panel =
      mode === "steps"
        ? walkPanel(
            now,
            steps,
            (operation) => view.set({ operation }),
            () => view.get("operation"),
          )
        : round
          ? predictPanel(now, round, {
              onGuess(value) {
                round.guess = value;
                view.repaint();
              },
              onSee() {
                round.answered = true;
                const { letter, time } = round.question;
                round.score = counted(round.score, round.guess, now.record[letter][place(now, time)]);
                view.repaint();
              },
              onNext() {
                ask(now, round.question, round.score);
                view.set({ time: game?.question.time ?? 0 });
                view.repaint();
              },
            })
          : weightTable(now, (name, value) => view.set({ weights: changedWeights(state, name, value) }));

    const units = now.record.c ?? now.record.h;
    view.render(html`<div class="lt-stack lt-lab">
      <div class="lt-row lt-apart">
        ${
          now.presets.length > 1
            ? choice({
                id: view.id("preset"),
                label: "preset",
                hideLabel: true,
                value: preset.name,
                options: now.presets.map(({ name, title }) => ({ value: name, text: title })),
                onChange: begin,
              })
            : html`<span class="lt-title">${preset.title}</span>`
        }
        ${links.buttons(() => {
          game = null;
          input = 0;
        })}
      </div>
      <p class="lt-lab-point">${prose(preset.point)} <span
        class="lt-lab-seen">${prose(preset.seen[now.key] ?? "")}</span></p>
      <div class="lt-row lt-apart lt-lab-cells">
        ${
          now.cells.length > 1
            ? choice({
                id: view.id("cell"),
                label: "cell",
                hideLabel: true,
                value: cell,
                options: now.cells.map((name) => ({ value: name, text: CELL_NAMES[name], name: CELL_WORDS[name] })),
                onChange: (value) => view.set({ cell: value }),
              })
            : nothing
        }
        ${
          cell === "GRU"
            ? toggle({
                label: "reset after the product",
                value: now.resetAfter,
                letter: "r",
                onChange: (value) => view.set({ reset_after: value }),
              })
            : nothing
        }
      </div>
      <div class="lt-lab-main">
        <div class="lt-lab-left">
          <div class="lt-lab-picture">${drawing.el}</div>
          ${bar.el}
          ${
            H > 1
              ? unitPicker({
                  id: view.id("unit"),
                  label: `unit ${now.unit} of ${H}`,
                  value: now.unit,
                  colors: Array.from({ length: H }, (_, k) =>
                    colorOf(units[now.time * H + k], kindOf("c"), view.theme.dark),
                  ),
                  onChange: (unit) => view.set({ unit }),
                })
              : nothing
          }
        </div>
        <div class="lt-lab-right">
          ${choice({
            id: view.id("mode"),
            label: "what to do",
            hideLabel: true,
            value: mode,
            options: MODES,
            onChange: (value) => view.set({ mode: value, operation: 0 }),
          })}
          ${panel}
          ${
            mode === "move"
              ? html`<p class="lt-hint">Drag a number sideways, step it with the arrow keys, or
            type.</p><p class="lt-hint">${prose(ADDS[now.drawing])}</p>`
              : nothing
          }
          ${
            mode === "move" && now.changed
              ? html`<div>${button({
                  text: "Back to the preset’s numbers",
                  quiet: true,
                  onClick: undo,
                })}</div>`
              : nothing
          }
        </div>
      </div>
      ${pictures.template(
        now,
        choice({
          id: view.id("display"),
          label: "gates as",
          hideLabel: true,
          value: now.display,
          options: DISPLAYS,
          onChange: (display) => view.set({ display }),
        }),
        now.D > 1
          ? select({
              label: "input",
              value: input,
              options: Array.from({ length: now.D }, (_, k) => ({ value: k, text: String(k) })),
              onChange: (k) => {
                input = k;
                view.repaint();
              },
            })
          : nothing,
      )}
      ${torchRow(now, torch, asksPython, Boolean(hidden))}
    </div>`);
    bar.update({
      step: now.time,
      steps: T,
      text: hidden ? `step ${now.time + 1} of ${T}` : told(now, number),
      speed: 4,
    });
    pictures.update(now, torch, until, Math.min(input, now.D - 1));
    showValues(now, drawing, steps, round);
  };
}

/** Where the slider of a guess starts. @param {string} letter */
const middle = (letter) => ("ifroz".includes(letter) ? 0.5 : 0);

/**
 * What is not known yet has a question mark and no flow.
 * @param {SVGElement} svg
 * @param {Record<string, number>} known
 */
function blank(svg, known) {
  for (const [name, value] of Object.entries(known)) {
    if (Number.isFinite(value)) continue;
    for (const text of svg.querySelectorAll(`text[data-value="${name}"]`)) text.textContent = "?";
    const styled = (/** @type {string} */ selector) =>
      /** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll(selector));
    for (const stream of styled(`.stream[data-flow="${name}"]`)) stream.style.setProperty("--size", "0");
    for (const body of styled(`.body[data-valve$="${name}"]`)) body.style.setProperty("--open", "0.5");
  }
}

export default defineWidget("celllab", setup);
