// The gradient lab: how large the gradient is after each step back, in three cells side by side, and why.

import { html } from "lit-html";
import { asChoice, asInteger, asNumber, button, choice, clamp, defineWidget, linePlot, linkState, number, pen, short, slider, timeBar, toggle } from "./kit/index.js";
import { AXIS, lines, table } from "./gradient_lab/lines.js";
import { KINDS, start } from "./gradient_lab/networks.js";
import { freePath } from "./gradient_lab/path.js";
import { eigenPicture, inWords, pathPicture, RADIUS } from "./gradient_lab/pictures.js";
import { COMPARISONS, progressive } from "./gradient_lab/results.js";

/** @typedef {import("./gradient_lab/networks.js").Kind} Kind */
/** @typedef {import("./gradient_lab/networks.js").Options} Options */

const OPTIONS = /** @type {const} */ ([
  "hidden_size", "length", "spectral_radius", "forget_bias", "update_bias", "nonlinearity", "matrix", "input_scale", "seed",
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

const COMPARE = [
  { value: "cells", text: "cells" },
  { value: "bound", text: "RNN: the bound" },
  { value: "forget", text: "LSTM: its gates" },
  { value: "update", text: "GRU: its gates" },
  { value: "clipping", text: "clipping" },
];

const READ = /** @type {Record<string, string>} */ ({
  cells: "How strongly the last state h_T answers when the state h_t, k steps before, is nudged. Each thin line is one random network, the thick line is their median.",
  bound: "Dashed: σ, the largest singular value of W_h, to the power k. No network is ever above its own bound, but it may be far below. Dotted: the spectral radius ρ to the power k.",
  forget: "Dashed: the product of the forget gates of the k steps between, the largest over the units. It is the path that stays in the memory c. The gradient ∂c_T/∂c_t has all paths, also those through h and the gates.",
  update: "The product of the update gates z of the k steps between, the largest over the units, is the path that stays on the rail. The gradient ∂h_T/∂h_t has all paths.",
  clipping: "Thin: the median before. Thick: after. Let g be the gradient of all weights together. If g is longer than θ, clipping multiplies all of it by θ / ‖g‖. So the whole line moves down. Its tilt stays: what has vanished stays vanished.",
});

/** Two digits of a threshold, from the logarithm that a slider moves. @param {number} exponent */
const threshold = (exponent) => Number((10 ** exponent).toPrecision(2));

export default defineWidget("gradient_lab", (view) => {
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
      y: { label: "size of the gradient", log: true, domain: AXIS },
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
    const heads = compare === "clipping"
      ? [`at lag ${lag}`, "length of g", "clipping", `then at lag ${lag}`]
      : [`at lag ${lag}`, "least … most", "a step", "above 1"];
    view.render(html`<div class="lt-stack">
      <div class="lt-grid-2 lt-gl-controls">
        ${slider({ label: "spectral radius ρ", value: options.spectral_radius, ...RADIUS, letter: "h", onInput: set("spectral_radius") })}
        ${slider({ label: "forget bias, LSTM", value: options.forget_bias, min: -4, max: 6, step: 0.1, letter: "f", format: (v) => number(v, 1), onInput: set("forget_bias") })}
        ${slider({ label: "size of inputs", value: options.input_scale, min: 0, max: 2, step: 0.05, onInput: set("input_scale") })}
        ${slider({ label: "update bias, GRU", value: options.update_bias, min: -4, max: 6, step: 0.1, letter: "z", format: (v) => number(v, 1), onInput: set("update_bias") })}
        ${slider({ label: "length T", value: options.length, min: 10, max: 200, step: 1, format: (v) => number(v, 0), onInput: set("length") })}
        ${slider({ label: "hidden units H", value: options.hidden_size, min: 2, max: 32, step: 1, format: (v) => number(v, 0), onInput: set("hidden_size") })}
      </div>
      <div class="lt-row lt-gl-choices">
        ${choice({ id: view.id("matrix"), label: "W_h", value: options.matrix, options: [{ value: "random", text: "random" }, { value: "orthogonal", text: "orthogonal" }], onChange: set("matrix") })}
        ${choice({ id: view.id("nonlinearity"), label: "RNN squashes with", value: options.nonlinearity, options: [{ value: "tanh", text: "tanh" }, { value: "relu", text: "relu" }], onChange: set("nonlinearity") })}
        <span class="lt-row">
          ${button({ text: "New seed", onClick: () => set("seed")((options.seed + 1) % SEEDS) })}
          <span class="lt-value lt-hint">seed ${options.seed}</span>
          ${links.buttons(() => {
            step = Number.POSITIVE_INFINITY;
            time.pause();
          })}
        </span>
      </div>
      <div class="lt-gl-compare">${choice({ id: view.id("compare"), label: "Look at", value: compare, options: COMPARE, onChange: set("compare") })}</div>
      ${kinds ? "" : html`<fieldset class="lt-gl-cells"><legend class="lt-sr">cells shown</legend><span>${KINDS.map((kind) =>
        toggle({
          label: kind,
          value: cells.includes(kind),
          disabled: cells.length === 1 && cells[0] === kind,
          onChange: (on) => set("cells")(KINDS.filter((other) => (other === kind ? on : cells.includes(other)))),
        }))}</span></fieldset>`}
      ${compare === "clipping"
        ? slider({ label: "clip at θ", name: "clip threshold", value: Math.log10(clip), min: -2, max: 2, step: 0.05, format: () => short(clip), onInput: (exponent) => set("clip")(threshold(exponent)) })
        : ""}
      ${plot.el}
      ${slider({ label: "lag k", name: "lag", value: lag, min: 0, max: options.length - 1, step: 1, format: (v) => number(v, 0), onInput: set("lag") })}
      <div class="lt-gl-table" tabindex="0" role="region" aria-label="the values at this lag"><table>
        <thead><tr><th scope="col">${known < view.get("runs") ? `${known} of ${view.get("runs")}` : known} networks</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
        <tbody>${rows.map(({ name, pens, cells: values }) => html`<tr><th scope="row"><i class="lt-dot" style="--hue:${pen({ ...pens, values: [] }).color}"></i>${name}</th>
          ${values.map((value) => html`<td>${value}</td>`)}</tr>`)}</tbody>
      </table></div>
      <p class="lt-hint lt-gl-read">${READ[compare]}</p>
      <div class="lt-grid-2 lt-gl-planes">
        <div>
          <h4>Eigenvalues of W_h, RNN</h4>
          ${eigenPicture({ eigen: eigenvaluesOf(options), value: path.value, radius: options.spectral_radius, onRadius: set("spectral_radius") })}
          <p class="lt-hint">Drag the ring: it is the spectral radius. The thin circle has radius 1.</p>
        </div>
        <div>
          <h4>The RNN's state, let go</h4>
          ${pathPicture({ ...path, step: at, label: `Path of the state without inputs, in two directions of W_h, from ${number(Math.hypot(path.x[0], path.y[0]))} off the middle to ${short(Math.hypot(path.x[last], path.y[last]))} after ${last} steps` })}
          ${time.el}
          <p class="lt-hint">No inputs, first network. At each step W_h ${inWords(path.value)}; then comes ${options.nonlinearity}.</p>
        </div>
      </div>
    </div>`);
  };

  /** @param {Options} options */
  function eigenvaluesOf(options) {
    const radius = options.spectral_radius;
    return start("RNN", options, 0).eigen.map(({ re, im }) => ({ re: re * radius, im: im * radius }));
  }
});
