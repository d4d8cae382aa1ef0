// The gradient lab: how large the gradient is after each step back, in three cells side by side, and why.

import { html } from "lit-html";
import {
  asChoice,
  asInteger,
  asNumber,
  bench,
  choice,
  clamp,
  computed,
  computedByWorker,
  defineWidget,
  linePlot,
  linkState,
  tour,
} from "../js/kit/index.js";
import { cellToggles, clipSlider, networkControls, radiusSlider, SEEDS, seedRow } from "./controls.js";
import { AXIS, lines, medianAt, TICKS } from "./lines.js";
import { matrixPanel } from "./matrix.js";
import { KINDS } from "./networks.js";
import { RADIUS } from "./pictures.js";
import { COMPARISONS, countOf } from "./results.js";
import { readout, valueTable } from "./table.js";
import { aside, COMPARE, READ } from "./words.js";
import code from "./worker.js?worker-text";

/** @typedef {import("./networks.js").Kind} Kind */
/** @typedef {import("./networks.js").Options} Options */
/** @typedef {import("./results.js").Answer} Answer */
/** @typedef {import("./results.js").Question} Question */

const OPTIONS = /** @type {const} */ ([
  "hidden_size",
  "length",
  "spectral_radius",
  "forget_bias",
  "update_bias",
  "nonlinearity",
  "matrix",
  "input_scale",
  "seed",
]);

const FIELDS = {
  hidden_size: asInteger(2, 32),
  length: asInteger(10, 200),
  spectral_radius: asNumber(RADIUS.min, RADIUS.max),
  forget_bias: asNumber(-4, 6),
  update_bias: asNumber(-4, 6),
  nonlinearity: asChoice(["tanh", "relu"]),
  matrix: asChoice(["random", "orthogonal"]),
  input_scale: asNumber(0, 2),
  clip: asNumber(0.01, 100),
  seed: asInteger(0, SEEDS - 1),
  runs: asInteger(1, 16),
  lag: asInteger(0, 199),
  compare: asChoice(Object.keys(COMPARISONS)),
  panel: asChoice(["values", "matrix"]),
  cells: {
    parse: (/** @type {string} */ text) => {
      const chosen = KINDS.filter((kind) => text.split("_").includes(kind));
      return chosen.length === text.split("_").length ? chosen : undefined;
    },
    format: (/** @type {string[]} */ kinds) => kinds.join("_"),
  },
};

const REST = 444; // px of a wide widget that are not the plot
const [LOWEST, HIGHEST] = [170, 520]; // px of the plot

export default defineWidget("gradientlab", (view) => {
  const links = linkState(view, FIELDS);
  const tasks = tour(view);
  const plot = linePlot(view);
  const matrix = matrixPanel(view);
  /** @type {number | null} */
  let pointed = null; // the lag under the pointer
  view.listen(plot.el, "pointerleave", () => {
    pointed = null;
    view.repaint();
  });
  const set = (/** @type {string} */ name) => (/** @type {unknown} */ value) => view.set({ [name]: value });

  const options = computed(
    () => OPTIONS.map((name) => view.get(name)),
    (...values) => /** @type {Options} */ (Object.fromEntries(OPTIONS.map((name, k) => [name, values[k]]))),
  );
  const question = computed(
    () => [options(), view.get("compare"), view.get("cells"), view.get("runs")],
    (asked, compare, cells, runs) => /** @type {Question} */ ({ options: asked, compare, cells, runs }),
  );
  const measured = /** @type {() => {question: Question, value: Answer} | null} */ (
    computedByWorker(view, code, question)
  );
  const drawn = computed(
    () => [measured(), view.get("clip")],
    (answer, clip) => (answer ? lines(answer.question.compare, answer.value.results, clip) : []),
  );
  const lag = () => Math.min(view.get("lag"), (measured()?.question ?? question()).options.length - 1);
  const plotHeight = () => {
    if (view.isWide) return clamp(view.tall - REST, LOWEST, HIGHEST);
    return view.width < 480 ? 260 : 320;
  };
  const picture = computed(
    () => [drawn(), measured()?.question ?? question(), lag(), plotHeight(), plot.width],
    (all, { options: { length } }, cursor, height, _width) => ({
      label: `Size of the gradient after each step back, ${countOf(measured()?.value)} random networks`,
      lines: all,
      x: { label: "steps back in time, k = T − t", domain: /** @type {[number, number]} */ ([0, length - 1]) },
      y: { label: "size of the gradient", log: true, domain: AXIS, ticks: TICKS },
      height,
      rules: [{ y: 1, label: "" }],
      cursor,
      onCursor: (/** @type {number} */ x, /** @type {"hover" | "press"} */ how) => {
        pointed = clamp(Math.round(x), 0, length - 1);
        if (how === "press") set("lag")(pointed);
        else view.repaint();
      },
    }),
  );
  /** @type {ReturnType<typeof picture> | undefined} */
  let shown;
  const values = computed(
    () => [measured(), view.get("clip"), lag(), view.get("runs")],
    (answer, clip, at, runs) => valueTable(answer, { clip, lag: at, runs }),
  );

  return () => {
    const answer = measured();
    const now = options();
    const [compare, panel, clip] = [view.get("compare"), view.get("panel"), view.get("clip")];
    const cells = /** @type {Kind[]} */ (view.get("cells"));
    const offer = KINDS.filter((kind) => view.get("offer").includes(kind));
    const kinds = COMPARISONS[compare].kinds ?? cells;
    if (picture() !== shown) {
      shown = picture();
      plot.update(shown);
    }
    const radius = radiusSlider(now.spectral_radius, set);
    const read = html`<p class="lt-hint gl-read">${READ[compare]}</p>`;
    const own = COMPARISONS[compare].kinds
      ? html`<p class="lt-hint gl-aside">${aside(compare, answer?.value.results ?? {}, now)}</p>`
      : cellToggles(cells, offer, set);
    const state = links.buttons(() => matrix.reset());
    const isWhole = answer?.question === question() && countOf(answer.value) === view.get("runs");
    view.render(
      bench({
        lead: html`<div class="gl-lead">${tasks.el}
          <div class="gl-compare">${choice({
            id: view.id("compare"),
            label: "Look at",
            value: compare,
            options: COMPARE.filter(({ needs }) => !needs || offer.includes(needs)),
            hideLabel: true,
            onChange: set("compare"),
          })}</div>${view.isWide ? read : ""}</div>`,
        pictures: html`<div class="gl-plot" aria-busy=${isWhole ? "false" : "true"}>${plot.el}${
          pointed === null ? "" : html`<i class="gl-pointed" style="left:${pointedAt(pointed, now.length)}px"></i>`
        }</div>
          <p class="lt-hint gl-readout">${readout(answer, clip, pointed)}</p>
          ${view.isWide ? "" : read}
          <div class="gl-below">${choice({
            id: view.id("panel"),
            label: "Below",
            value: panel,
            options: [
              { value: "values", text: "values at the line" },
              { value: "matrix", text: "the RNN’s matrix" },
            ],
            hideLabel: true,
            onChange: set("panel"),
          })}
          <div class="gl-panel">${
            panel === "matrix" ? matrix.template(answer?.value, now, set("spectral_radius")) : values()
          }</div></div>`,
        thumb: view.isWide ? undefined : radius,
        controls: html`<div class="gl-own">${own}${compare === "clipping" ? clipSlider(clip, set) : ""}</div>
          ${view.isWide ? radius : ""}
          ${networkControls({
            options: now,
            kinds,
            offer,
            lag: lag(),
            hasMatrix: panel === "matrix",
            set,
            id: (name) => view.id(name),
          })}
          ${seedRow(now.seed, state, set)}`,
      }),
    );
    if (answer && countOf(answer.value) === answer.question.runs) tasks.update(facts(answer));
  };

  /** Where the pointer's line stands, in px of the plot. @param {number} at @param {number} length */
  function pointedAt(at, length) {
    const { left, right } = plot.margins;
    return left + (at / (length - 1)) * (plot.width - left - right);
  }

  /** What tasks can ask for: of the answer, so that the picture shows it. @param {{question: Question, value: Answer}} answer */
  function facts({ question: { options: of, compare, cells }, value: { results } }) {
    const at = Math.min(view.get("lag"), of.length - 1);
    const [RNN, LSTM, GRU] = KINDS.map((kind) => medianAt(results[kind], at));
    return {
      spectral_radius: of.spectral_radius,
      input_scale: of.input_scale,
      forget_bias: of.forget_bias,
      update_bias: of.update_bias,
      nonlinearity: of.nonlinearity,
      matrix: of.matrix,
      compare,
      cells: cells.join(" "),
      lag: at,
      RNN,
      LSTM,
      GRU,
    };
  }
});
