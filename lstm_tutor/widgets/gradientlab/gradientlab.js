// The gradient lab: how large the gradient is after each step back, in three cells side by side, and why.

import { html } from "lit-html";
import {
  asChoice,
  asInteger,
  asNumber,
  button,
  choice,
  clamp,
  defineWidget,
  linePlot,
  linkState,
  number,
  pen,
  short,
  slider,
  timeBar,
  toggle,
} from "../js/kit/index.js";
import { AXIS, lines, TICKS, table } from "./lines.js";
import { KINDS, start } from "./networks.js";
import { freePath } from "./path.js";
import { eigenPicture, inWords, pathInWords, pathPicture, RADIUS } from "./pictures.js";
import { COMPARISONS, progressive } from "./results.js";
import { aside, COMPARE, READ, W_h } from "./words.js";

/** @typedef {import("./networks.js").Kind} Kind */
/** @typedef {import("./networks.js").Options} Options */

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
const SEEDS = 10_000;

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
  cells: {
    parse: (/** @type {string} */ text) => {
      const chosen = KINDS.filter((kind) => text.split("_").includes(kind));
      return chosen.length === text.split("_").length ? chosen : undefined;
    },
    format: (/** @type {string[]} */ kinds) => kinds.join("_"),
  },
};

/** Two digits of a threshold, from the logarithm that a slider moves. @param {number} exponent */
const threshold = (exponent) => Number((10 ** exponent).toPrecision(2));

export default defineWidget("gradientlab", (view) => {
  const links = linkState(view, FIELDS);
  const ask = progressive(() => view.repaint(), view.signal);
  const plot = linePlot(view);
  let step = Number.POSITIVE_INFINITY; // of the path; the last one until the reader moves it
  const time = timeBar(view, {
    label: "step of the path",
    onSeek: (next) => {
      step = next;
      view.repaint();
    },
  });
  time.update({ speed: 12 });
  const set = (/** @type {string} */ name) => (/** @type {unknown} */ value) => view.set({ [name]: value });

  return () => {
    const options = /** @type {Options} */ (Object.fromEntries(OPTIONS.map((name) => [name, view.get(name)])));
    const [compare, clip, cells] = [view.get("compare"), view.get("clip"), /** @type {Kind[]} */ (view.get("cells"))];
    const { kinds, wanted } = COMPARISONS[compare];
    const results = ask(options, kinds ?? cells, wanted, view.get("runs"));
    const lag = Math.min(view.get("lag"), options.length - 1);
    const known = Math.min(...Object.values(results).map((runs) => runs.length));
    plot.update({
      label: `Size of the gradient after each step back, ${known} random networks`,
      lines: lines(compare, results, clip),
      x: { label: "lag k = T − t, steps back in time", domain: [0, options.length - 1] },
      y: { label: "size of the gradient", log: true, domain: AXIS, ticks: TICKS },
      height: view.width < 480 ? 280 : 320,
      rules: [{ y: 1, label: "" }],
      cursor: lag,
      onCursor: (x) => set("lag")(clamp(Math.round(x), 0, options.length - 1)),
    });

    const path = freePath(options);
    const last = options.length;
    const at = Math.min(step, last);
    const size = Math.hypot(path.x[at], path.y[at]);
    time.update({ steps: last + 1, step: at, text: `step ${at} of ${last}: ${number(size)} from the middle` });

    const rows = table(compare, results, clip, lag);
    const heads =
      compare === "clipping"
        ? [`at lag ${lag}`, "length of g", "clipping", `then at lag ${lag}`]
        : [`at lag ${lag}`, "least … most", "per step", "above 1"];
    view.render(html`<div class="lt-stack">
      <div class="gl-compare">${choice({
        id: view.id("compare"),
        label: "Look at",
        value: compare,
        options: COMPARE,
        onChange: set("compare"),
      })}</div>
      <div class="lt-row gl-own">${
        kinds
          ? html`<p
        class="lt-hint gl-aside">${aside(compare, results, options)}</p>`
          : cellToggles(cells)
      }
        ${compare === "clipping" ? clipSlider(clip) : ""}</div>
      ${plot.el}
      <p class="lt-hint gl-read">${READ[compare]}</p>
      <div class="lt-grid-2 gl-controls">
        ${slider({
          label: "spectral radius ρ",
          value: options.spectral_radius,
          ...RADIUS,
          letter: "h",
          onInput: set("spectral_radius"),
        })}
        ${slider({
          label: "forget bias, LSTM",
          value: options.forget_bias,
          min: -4,
          max: 6,
          step: 0.1,
          letter: "f",
          format: (v) => number(v, 1),
          onInput: set("forget_bias"),
        })}
        ${slider({
          label: "size of inputs",
          value: options.input_scale,
          min: 0,
          max: 2,
          step: 0.05,
          onInput: set("input_scale"),
        })}
        ${slider({
          label: "update bias, GRU",
          value: options.update_bias,
          min: -4,
          max: 6,
          step: 0.1,
          letter: "z",
          format: (v) => number(v, 1),
          onInput: set("update_bias"),
        })}
        ${slider({
          label: "length T",
          value: options.length,
          min: 10,
          max: 200,
          step: 1,
          format: (v) => number(v, 0),
          onInput: set("length"),
        })}
        ${slider({
          label: "hidden units H",
          value: options.hidden_size,
          min: 2,
          max: 32,
          step: 1,
          format: (v) => number(v, 0),
          onInput: set("hidden_size"),
        })}
      </div>
      <div class="lt-row gl-choices">
        ${choice({
          id: view.id("matrix"),
          label: "recurrent matrices",
          value: options.matrix,
          options: [
            { value: "random", text: "random" },
            { value: "orthogonal", text: "orthogonal" },
          ],
          onChange: set("matrix"),
        })}
        ${choice({
          id: view.id("nonlinearity"),
          label: "RNN squashes with",
          value: options.nonlinearity,
          options: [
            { value: "tanh", text: "tanh" },
            { value: "relu", text: "relu" },
          ],
          onChange: set("nonlinearity"),
        })}
        <span class="lt-row">
          ${button({ text: "New seed", onClick: () => set("seed")((options.seed + 1) % SEEDS) })}
          <span class="lt-value lt-hint">seed ${options.seed}</span>
          ${links.buttons(() => {
            step = Number.POSITIVE_INFINITY;
            time.pause();
          })}
        </span>
      </div>
      ${slider({
        label: "read at lag k",
        name: "lag",
        value: lag,
        min: 0,
        max: options.length - 1,
        step: 1,
        format: (v) => number(v, 0),
        onInput: set("lag"),
      })}
      <div class="gl-table" tabindex="0" role="region" aria-label="the values at this lag"><table>
        <thead><tr><th scope="col">${known < view.get("runs") ? `${known} of ${view.get("runs")}` : known}
          networks</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
        <tbody>${rows.map(
          ({ name, pens, cells: values }) => html`<tr><th scope="row"><i class="lt-dot"
            style="--hue:${pen({ ...pens, values: [] }).color}"></i>${name}</th>
          ${values.map((value) => html`<td>${value}</td>`)}</tr>`,
        )}</tbody>
      </table></div>
      <div class="lt-grid-2 gl-planes">
        <div>
          <h4>Eigenvalues of the RNN’s ${W_h}</h4>
          ${eigenPicture({
            eigen: eigenvaluesOf(options),
            value: path.value,
            radius: options.spectral_radius,
            onRadius: set("spectral_radius"),
          })}
          <p class="lt-hint">Real parts across, imaginary parts up; the thin circle has radius 1. Drag the dashed ring:
            it is the spectral radius ρ.</p>
        </div>
        <div>
          <h4>The RNN’s state, let go</h4>
          ${pathPicture({ ...path, step: at, label: pathInWords(path) })}
          ${time.el}
          <p class="lt-hint">The first network, without inputs. At each step ${W_h} ${inWords(path.value)}; then comes
            ${options.nonlinearity}.</p>
        </div>
      </div>
    </div>`);
  };

  /** @param {Kind[]} cells */
  function cellToggles(cells) {
    const shown = (/** @type {Kind} */ kind, /** @type {boolean} */ on) =>
      KINDS.filter((other) => (other === kind ? on : cells.includes(other)));
    return html`<fieldset class="gl-cells"><legend class="lt-sr">cells shown</legend><span>${KINDS.map((kind) =>
      toggle({
        label: kind,
        value: cells.includes(kind),
        disabled: cells.length === 1 && cells[0] === kind,
        onChange: (on) => set("cells")(shown(kind, on)),
      }),
    )}</span></fieldset>`;
  }

  /** @param {number} clip */
  function clipSlider(clip) {
    return slider({
      label: "clip at θ",
      name: "clip threshold",
      value: Math.log10(clip),
      min: -2,
      max: 2,
      step: 0.05,
      format: () => short(clip),
      onInput: (exponent) => set("clip")(threshold(exponent)),
    });
  }

  /** @param {Options} options */
  function eigenvaluesOf(options) {
    const radius = options.spectral_radius;
    return start("RNN", options, 0).eigen.map(({ re, im }) => ({ re: re * radius, im: im * radius }));
  }
});
