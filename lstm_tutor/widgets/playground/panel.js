// What one can set: templates of the controls, without a state of their own.

import { html, nothing } from "lit-html";
import { button, choice, number, select, slider } from "../js/kit/index.js";
import { plain } from "./pictures.js";
import { CELLS } from "./settings.js";

/** @typedef {import("../js/kit/widget.js").View} View */
/** @typedef {import("./trainer.js").Trainer} Trainer */
/** @typedef {(name: string) => boolean} Shows  whether a control or picture is not hidden */

const SPEEDS = [{ value: 0, text: "full" }, ...[60, 10, 2].map((value) => ({ value, text: `${value} / s` }))];
export const MOST = 50_000; // updates

/** @param {number} value */
const whole = (value) => String(value);

/** Two digits of 10^v: what a slider of powers stands for. @param {number} v */
const powerOf = (v) => Number((10 ** v).toPrecision(2));

/** The speeds on offer, with the one that was set from elsewhere. @param {number} speed */
const speeds = (speed) =>
  SPEEDS.some(({ value }) => value === speed) ? SPEEDS : [...SPEEDS, { value: speed, text: `${speed} / s` }];

/**
 * Train, one update, how far.
 * @param {View} view
 * @param {Trainer} trainer
 * @param {Shows} shows
 */
export function transport(view, trainer, shows) {
  const [playing, until] = ["playing", "until"].map((name) => view.get(name));
  const ended = trainer.steps >= until;
  const play = () =>
    view.set({ ...(!playing && ended ? { until: Math.min(2 * until, MOST) } : {}), playing: !playing });
  const step = () => {
    if (playing) view.set({ playing: false });
    trainer.step();
  };
  return html`<div class="lt-row lt-pg-transport">
    ${button({ text: playing ? "Pause" : ended ? "Go on" : "Train", onClick: play })}
    ${shows("step") ? button({ text: "One update", onClick: step }) : nothing}
    <span class="lt-value lt-pg-count"><span class="lt-pg-word">update</span> <b>${trainer.steps}</b> of ${until}</span>
  </div>`;
}

/**
 * Back to the beginning, and how fast; and while a run is trained again that the reader has left, that it is.
 * @param {View} view
 * @param {Trainer} trainer
 * @param {Shows} shows
 */
export function pace(view, trainer, shows) {
  const speed = view.get("speed");
  return html`<div class="lt-row">
      ${shows("restart") ? button({ text: "Start again", onClick: () => restart(view, trainer) }) : nothing}
      ${
        shows("speed")
          ? select({
              label: "speed",
              value: speed,
              options: speeds(speed),
              onChange: (value) => view.set({ speed: value }),
            })
          : nothing
      }
    </div>
    ${
      trainer.again
        ? html`<p class="lt-row lt-pg-again" role="status"><span>Training again up to update ${trainer.again}, where you
            left.</span> ${button({ text: "Stop", onClick: () => trainer.stay() })}</p>`
        : nothing
    }`;
}

/** Back to the seed's beginning, at rest. @param {View} view @param {Trainer} trainer */
export function restart(view, trainer) {
  view.set({ playing: false });
  trainer.start();
  view.announce("Back at the start of this seed.");
}

/**
 * The settings that a run is made from; null if all are hidden.
 * @param {View} view
 * @param {Trainer} trainer
 * @param {Shows} shows
 */
export function settingsPanel(view, trainer, shows) {
  const now = trainer.settings;
  const task = view.get("_tasks")[now.task];
  /**
   * A slider of a whole number.
   * @param {string} trait
   * @param {string} label
   * @param {number} min
   * @param {number} max
   * @param {string} [name]
   */
  const count = (trait, label, min, max, name) =>
    slider({
      label,
      name,
      value: view.get(trait),
      min,
      max,
      step: 1,
      format: whole,
      onInput: (value) => view.set({ [trait]: value }),
    });
  /**
   * A slider of powers of ten.
   * @param {string} trait
   * @param {string} label
   * @param {number} min
   * @param {number} max
   * @param {string} [name]
   */
  const power = (trait, label, min, max, name) =>
    slider({
      label,
      name,
      value: Math.log10(view.get(trait)),
      min,
      max,
      step: 0.05,
      format: (v) => plain(powerOf(v)),
      onInput: (v) => view.set({ [trait]: powerOf(v) }),
    });
  const bias = () =>
    slider({
      label: "bias of f, z",
      name: "bias of f, z: at the start, of the gates that keep",
      letter: "f",
      value: now.forget_bias,
      min: -6,
      max: 6,
      step: 0.5,
      format: (v) => number(v, 1),
      onInput: (forget_bias) => view.set({ forget_bias }),
    });
  /** @type {[string, () => unknown][]} */
  const sliders = [
    [
      "length",
      () =>
        slider({
          label: task.label,
          value: now.length,
          min: task.least,
          max: task.most,
          step: 1,
          format: whole,
          onInput: (length) => view.set({ length }),
        }),
    ],
    ["hidden_size", () => count("hidden_size", "units", 2, 32)],
    ["learning_rate", () => power("learning_rate", "learning rate", -4, Math.log10(0.3))],
    ["batch_size", () => count("batch_size", "batch", 1, 64, "batch, sequences in one")],
    ["clip", () => power("clip", "clip at", -2, 2, "clip at, the largest length of the gradient")],
    ["forget_bias", bias],
    ["seed", () => count("seed", "seed", 0, 20)],
    ["until", () => power("until", "stop after", 1, 4.3, "stop after, updates")],
  ];
  /** @type {[string, () => unknown][]} */
  const kinds = [
    [
      "equal",
      () =>
        choice({
          id: view.id("equal"),
          label: "the cells have the same number of",
          value: now.equal,
          options: [
            { value: "units", text: "units" },
            { value: "parameters", text: "parameters" },
          ],
          onChange: (equal) => view.set({ equal }),
        }),
    ],
    ["cells", () => cellBoxes(view, now.cells)],
  ];
  const shown = (/** @type {[string, () => unknown][]} */ parts) =>
    parts.filter(([name]) => shows(name)).map(([, control]) => control());
  if (![...sliders, ...kinds].some(([name]) => shows(name))) return nothing;
  return html`<details class="lt-pg-settings">
    <summary><b>Settings</b> <span class="lt-hint">${now.hidden_size} units, rate ${plain(now.learning_rate)}, batches
      of
      ${now.batch_size}, seed ${now.seed}</span></summary>
    <div class="lt-pg-grid">${shown(sliders)}</div>
    <div class="lt-row lt-pg-kinds">${shown(kinds)}</div>
    <p class="lt-hint">A change starts a new run. The same settings make the same run, to the last bit, wherever it
      runs.</p>
  </details>`;
}

/** Which cells are in the race; one stays. @param {View} view @param {string[]} inside */
function cellBoxes(view, inside) {
  const box = (/** @type {string} */ kind) => {
    const isIn = inside.includes(kind);
    const flip = () => view.set({ cells: CELLS.filter((other) => (other === kind ? !isIn : inside.includes(other))) });
    return html`<label class="lt-pg-check"><input type="checkbox" .checked=${isIn}
      ?disabled=${isIn && inside.length === 1}
      @change=${flip} />${kind}</label>`;
  };
  return html`<fieldset><legend class="lt-label">in the race</legend><span
    class="lt-row">${CELLS.map(box)}</span></fieldset>`;
}
