// What the microscope shows around its text and its atlas: templates of a scene, without a state of their own.

import { html, nothing } from "lit-html";
import { choice, dragNumber, mapKey, named, number, select, short, toggle, visible } from "../js/kit/index.js";
import { said } from "./panels.js";

/**
 * All that one paint shows.
 * @typedef {{
 *   text: string, typed: string[], replaced: Map<string, string>, T: number, H: number, layers: number,
 *   names: string[], states: string[], quantity: string, layer: number, unit: number, color: string, of: string,
 *   log: boolean, order: string, kind: "gate" | "signed", limit: number, dark: boolean, at: number, target: string,
 *   series: Float64Array, plain: Float64Array | null, limited: boolean, marked: boolean, shades: import("./scales.js").Shades, surprise: Float64Array, hoveredUnit: number | null,
 * }} Scene  `at`: how many characters are read where the reader looks; `target`: the one that is expected there; `plain`:
 *     the series in the untouched network, where something is held; `limited`: the quantity stays within 1
 * @typedef {(traits: Record<string, unknown>) => void} Turn
 * @typedef {(name: string) => string} Id
 */

const TITLES = /** @type {Record<string, string>} */ ({
  comments: "a program with comments",
  strings: "a program with strings",
  brackets: "a program with brackets",
  "unseen-1": "unseen source, tomllib",
  "unseen-2": "unseen source, graphlib",
});

/** What the text is colored by. @param {Scene} scene */
export function subjectOf({ color, unit, quantity, of, target }) {
  if (color === "unit") return `unit ${unit}, ${named(quantity)}`;
  if (color === "surprise") return "surprise";
  return of === "prediction" ? `gradient of log P(${target})` : `gradient of ${of} of unit ${unit}`;
}

/** What the colors say, in words. @param {Scene} scene */
export function colorsInWords(scene) {
  const { T, color, series, typed } = scene;
  if (!T) return "No text yet.";
  const subject = `The text is colored by ${subjectOf(scene)}`;
  if (color !== "unit") return `${subject}.`;
  const sizes = series.map(Math.abs);
  const top = sizes.indexOf(Math.max(...sizes));
  const range = `${number(Math.min(...series))} to ${number(Math.max(...series))}`;
  return `${subject}: ${range}, strongest at character ${top + 1}, ${said(typed[top])}.`;
}

/** The value where the reader looks. @param {Scene} scene */
function valueAt({ at, color, quantity, series, plain, surprise, shades }) {
  if (color === "unit") {
    const was = plain ? `, untouched ${number(plain[at - 1])}` : "";
    return `${quantity} = ${number(series[at - 1])}${was}`;
  }
  if (color === "surprise") return at > 1 ? `cost ${number(surprise[at - 1], 1)} bits` : "nothing was expected yet";
  return `size ${short(shades.sizes?.[at - 1] ?? 0)} here`;
}

/** Which sample is read. @param {Record<string, string>} samples @param {string} text @param {Turn} turn */
export const samplePicker = (samples, text, turn) =>
  select({
    label: "Read",
    value: Object.keys(samples).find((name) => samples[name] === text) ?? "",
    options: [
      ...Object.keys(samples).map((name) => ({ value: name, text: TITLES[name] ?? name })),
      { value: "", text: "your own text" },
    ],
    onChange: (name) => turn({ text: samples[name] ?? "", caret: Array.from(samples[name] ?? "").length, marked: [] }),
  });

/** What the colors mean, in one line. @param {Scene} scene */
function claimOf(scene) {
  const { color, kind } = scene;
  const meanings = {
    unit: kind === "gate" ? "the stronger, the further open" : "violet below 0, green above 0",
    surprise: "the stronger, the less expected",
    gradient: "the stronger, the more the character moves it",
  };
  return `${subjectOf(scene)}: ${meanings[/** @type {keyof typeof meanings} */ (color)]}`;
}

/** What the colors mean, their key, and the value where the reader looks. @param {Scene} scene */
export function head(scene) {
  const { kind, limit, dark, color, shades, at, T, typed } = scene;
  const key = color === "unit" ? mapKey({ kind, limit, dark }) : mapKey({ kind: "gate", dark, ends: shades.ends });
  const place = at
    ? html`${said(typed[at - 1])}, character ${at} of
        ${T}: ${valueAt(scene)}`
    : T
      ? `before the first of ${T} characters`
      : "no text yet";
  return html`<div class="tm-head"><span class="tm-claim">${claimOf(scene)}</span>
      <span class="tm-now lt-value">${place}</span>${key}</div>`;
}

/** What the reader should know of the text: unknown signs, and its end. @param {Scene} scene @param {number} longest */
export const notes = ({ replaced, T, text }, longest) => html`${unknownSigns(replaced)}
  ${
    text.length >= longest
      ? html`<p class="tm-told">${T} characters: the text is full, and what you write or paste beyond is cut.</p>`
      : nothing
  }`;

/** Signs that the model reads as others. @param {Map<string, string>} replaced */
const unknownSigns = (replaced) =>
  replaced.size
    ? html`<p class="tm-told">The model has no sign for ${[...replaced].slice(0, 6).map(
        ([sign, stands], k) =>
          html`${k ? ", " : ""}<span class="lt-mono">${visible(sign)}</span> (reads <span
                    class="lt-mono">${visible(stands)}</span>)`,
      )}${replaced.size > 6 ? " and others" : ""}.</p>`
    : nothing;

/** What the text is colored by, and of which unit. @param {Scene} scene @param {Turn} turn @param {Id} id */
export const controls = ({ color, quantity, names, unit, H, layers, layer }, turn, id) => html`
    <div class="tm-unit-row">
    ${choice({
      id: id("color"),
      label: "Color by",
      value: color,
      onChange: (value) => turn({ color: value }),
      options: [
        { value: "unit", text: "a unit" },
        { value: "surprise", text: "surprise" },
        { value: "gradient", text: "gradient" },
      ],
    })}
      <span class="tm-number"><span class="lt-label" aria-hidden="true">Unit</span>
        ${dragNumber({
          label: "unit",
          value: unit,
          min: 0,
          max: H - 1,
          step: 1,
          digits: 0,
          letter: quantity,
          onInput: (value) => turn({ unit: value }),
        })}</span>
    </div>
    ${choice({
      id: id("quantity"),
      label: "What of the unit",
      value: quantity,
      onChange: (value) => turn({ quantity: value }),
      options: names.map((name) => ({ value: name, text: name, letter: name, name: named(name) })),
    })}
    ${
      layers > 1
        ? select({
            label: "Layer",
            value: layer,
            options: Array.from({ length: layers }, (_, k) => ({ value: k, text: String(k) })),
            onChange: (value) => turn({ layer: value }),
          })
        : nothing
    }`;

/** What the gradient is of. @param {Scene} scene @param {Turn} turn @param {Id} id */
export const gradientControls = ({ color, of, states, log }, turn, id) =>
  color === "gradient"
    ? html`<div class="lt-row tm-controls">
        ${choice({
          id: id("of"),
          label: "Gradient of",
          value: of,
          onChange: (value) => turn({ gradient_of: value }),
          options: [
            { value: "prediction", text: "next character" },
            ...states.map((name) => ({ value: name, text: name, letter: name, name: `${name} of the unit` })),
          ],
        })}
        ${toggle({ label: "logarithmic", value: log, onChange: (value) => turn({ log: value }) })}
      </div>`
    : nothing;

/**
 * The atlas under its controls.
 * @param {Scene} scene
 * @param {HTMLElement} atlas
 * @param {(unit: number) => {value: number, limit: number}} unitHere  where the reader looks
 * @param {Turn} turn
 * @param {Id} id
 */
export function atlasPanel(scene, atlas, unitHere, turn, id) {
  const { H, quantity, order, unit, hoveredUnit, at, typed, kind, dark, limited, marked } = scene;
  const looked = hoveredUnit ?? unit;
  const here = at ? unitHere(looked) : null;
  const scale = here && !limited ? ` of ±${Number(here.limit.toPrecision(2))}` : "";
  const over = here
    ? `unit ${looked}, ${said(typed[at - 1])}: ${quantity} = ${number(here.value)}${scale}`
    : `unit ${unit} is framed`;
  const orders = [
    { value: "similarity", text: "alike" },
    { value: "mark", text: "by mark", disabled: !marked, name: marked ? undefined : "by mark: mark a phrase first" },
    { value: "number", text: "by number" },
  ];
  return html`<div class="tm-atlas">
        <div class="tm-sorting">
          ${choice({
            id: id("order"),
            label: `All ${H} units, ${named(quantity)}: in which order`,
            hideLabel: true,
            value: order,
            onChange: (value) => turn({ order: value }),
            options: orders,
          })}
          <span class="tm-over"><span class="lt-label">One row per unit, ${
            limited ? `${quantity}: press one` : `each on its own scale`
          }</span><span class="tm-now lt-value">${over}</span>${
            limited ? mapKey({ kind, dark }) : mapKey({ kind, dark, ends: ["−", "+"] })
          }</span>
        </div>
        ${atlas}
      </div>`;
}
