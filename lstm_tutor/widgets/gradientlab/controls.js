// The controls of the gradient lab. One that moves nothing in the picture is disabled and says why in place of its
// value.

import { html } from "lit-html";
import { button, choice, number, short, slider, toggle } from "../js/kit/index.js";
import { KINDS } from "./networks.js";
import { RADIUS } from "./pictures.js";

/** @typedef {import("./networks.js").Kind} Kind */
/** @typedef {import("./networks.js").Options} Options */
/** @typedef {(name: string) => (value: any) => void} Set  a trait */

export const SEEDS = 10_000;
const whole = (/** @type {number} */ v) => number(v, 0);
const tenths = (/** @type {number} */ v) => number(v, 1);

/** Two digits of a threshold, from the logarithm that a slider moves. @param {number} exponent */
const threshold = (exponent) => Number((10 ** exponent).toPrecision(2));

/** The spectral radius, which is moved most. @param {number} value @param {Set} set */
export const radiusSlider = (value, set) =>
  slider({ label: "spectral radius ρ", value, ...RADIUS, letter: "h", onInput: set("spectral_radius") });

/**
 * Which cells are in the picture; the last one stays.
 * @param {Kind[]} cells
 * @param {Kind[]} offer
 * @param {Set} set
 */
export function cellToggles(cells, offer, set) {
  const shown = (/** @type {Kind} */ kind, /** @type {boolean} */ on) =>
    KINDS.filter((other) => (other === kind ? on : cells.includes(other)));
  return html`<fieldset class="gl-cells"><legend class="lt-sr">cells shown</legend><span>${offer.map((kind) => {
    const isLast = cells.length === 1 && cells[0] === kind;
    const onChange = (/** @type {boolean} */ on) => set("cells")(shown(kind, on));
    return toggle({
      label: isLast ? `${kind}, one stays` : kind,
      value: cells.includes(kind),
      disabled: isLast,
      onChange,
    });
  })}</span></fieldset>`;
}

/** @param {number} clip @param {Set} set */
export const clipSlider = (clip, set) =>
  slider({
    label: "clip at θ",
    name: "clip threshold",
    value: Math.log10(clip),
    min: -2,
    max: 2,
    step: 0.05,
    format: () => short(clip),
    onInput: (exponent) => set("clip")(threshold(exponent)),
  });

/**
 * A gate's bias, which moves one cell only.
 * @param {string} label
 * @param {Kind} kind
 * @param {{value: number, letter: string, kinds: Kind[], onInput: (value: number) => void}} options
 */
function biasSlider(label, kind, { value, letter, kinds, onInput }) {
  const disabled = !kinds.includes(kind);
  const format = disabled ? () => `no ${kind}` : tenths;
  return slider({ label: `${label}, ${kind}`, value, min: -4, max: 6, step: 0.1, letter, disabled, format, onInput });
}

/**
 * What the networks are made of, and where they are read.
 * @param {{options: Options, kinds: Kind[], offer: Kind[], lag: number, hasMatrix: boolean, set: Set,
 *   id: (name: string) => string}} parts  `kinds`: the cells in the picture; `hasMatrix`: whether the RNN's state is, too
 */
export function networkControls({ options, kinds, offer, lag, hasMatrix, set, id }) {
  const noRNN = !kinds.includes("RNN") && !hasMatrix;
  return html`<div class="gl-sliders">
      ${slider({
        label: "size of inputs",
        value: options.input_scale,
        min: 0,
        max: 2,
        step: 0.05,
        onInput: set("input_scale"),
      })}
      ${
        offer.includes("LSTM")
          ? biasSlider("forget bias", "LSTM", {
              value: options.forget_bias,
              letter: "f",
              kinds,
              onInput: set("forget_bias"),
            })
          : ""
      }
      ${
        offer.includes("GRU")
          ? biasSlider("update bias", "GRU", {
              value: options.update_bias,
              letter: "z",
              kinds,
              onInput: set("update_bias"),
            })
          : ""
      }
      ${slider({
        label: "length T",
        value: options.length,
        min: 10,
        max: 200,
        step: 1,
        format: whole,
        onInput: set("length"),
      })}
      ${slider({
        label: "hidden units H",
        value: options.hidden_size,
        min: 2,
        max: 32,
        step: 1,
        format: whole,
        onInput: set("hidden_size"),
      })}
      ${slider({
        label: "read at lag k",
        name: "lag",
        value: lag,
        min: 0,
        max: options.length - 1,
        step: 1,
        format: whole,
        onInput: set("lag"),
      })}
    </div>
    <div class="lt-row gl-choices">
      ${choice({
        id: id("matrix"),
        label: "recurrent matrices",
        value: options.matrix,
        options: [
          { value: "random", text: "random" },
          { value: "orthogonal", text: "orthogonal" },
        ],
        onChange: set("matrix"),
      })}
      ${choice({
        id: id("nonlinearity"),
        label: noRNN ? "no RNN shown" : "RNN uses",
        value: options.nonlinearity,
        options: [
          { value: "tanh", text: "tanh" },
          { value: "relu", text: "relu" },
        ],
        disabled: noRNN,
        onChange: set("nonlinearity"),
      })}
    </div>`;
}

/** Other networks, and back to the start. @param {number} seed @param {unknown} state @param {Set} set */
export const seedRow = (seed, state, set) =>
  html`<div class="lt-row gl-seed">
    ${button({ text: `New seed (${seed})`, onClick: () => set("seed")((seed + 1) % SEEDS) })}
    ${state}</div>`;
