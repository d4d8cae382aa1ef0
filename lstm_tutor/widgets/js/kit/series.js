// A sequence that the reader draws: one number per step, dragged up and down, or set with the arrow keys.

import { render, svg } from "lit-html";
import { widthOf } from "./layout.js";
import { clamp, linear, number } from "./values.js";

/**
 * @typedef {{
 *   label: string, values: ArrayLike<number>, min?: number, max?: number, step?: number, letter?: string,
 *   height?: number, signs?: string[], cursor?: number | null, onInput: (step: number, value: number) => void,
 * }} Series  `step`:
 * of the values; `onInput` is called once per step that a drag passes
 */

/**
 * @param {import("./widget.js").View} view
 */
export function dragSeries(view) {
  const doc = view.root.ownerDocument;
  const el = doc.createElement("div");
  el.className = "lt-series";
  el.tabIndex = 0;
  el.role = "slider";
  el.dataset.lmSuppressShortcuts = "true";
  /** @type {Series} */
  let props = { label: "", values: [], onInput: () => {} };
  let chosen = 0;
  /** @type {{step: number, value: number} | undefined} */
  let last;

  const bounds = () => [props.min ?? -1, props.max ?? 1];
  const rounded = (/** @type {number} */ value) => {
    const [min, max] = bounds();
    const step = props.step ?? 0.05;
    return clamp(Number((Math.round(value / step) * step).toFixed(10)), min, max);
  };
  const set = (/** @type {number} */ step, /** @type {number} */ value) => {
    chosen = step;
    props.onInput(step, rounded(value));
  };
  const at = (/** @type {PointerEvent} */ event) => {
    const box = el.getBoundingClientRect();
    const { min = -1, max = 1, values } = props;
    const scale = linear([min, max], [box.height - 8, 8]);
    const step = clamp(Math.floor(((event.clientX - box.left) / box.width) * values.length), 0, values.length - 1);
    return { step, value: scale.invert(event.clientY - box.top) };
  };
  /** What a quick drag jumped over is drawn as the straight line between. @param {{step: number, value: number}} to */
  const paintTo = (to) => {
    const from = last ?? to;
    const many = Math.abs(to.step - from.step);
    for (let k = many ? 1 : 0; k <= many; k++) {
      const share = many ? k / many : 1;
      set(Math.round(from.step + share * (to.step - from.step)), from.value + share * (to.value - from.value));
    }
    last = to;
  };
  view.listen(el, "pointerdown", (event) => {
    const pointer = /** @type {PointerEvent} */ (event);
    if (pointer.button !== 0) return;
    const isKnob = /** @type {Element} */ (pointer.target).classList.contains("lt-hit");
    if (pointer.pointerType === "touch" && !isKnob) return; // between the knobs a finger scrolls the page
    el.setPointerCapture(pointer.pointerId);
    last = undefined;
    paintTo(at(pointer));
  });
  view.listen(el, "click", (event) => {
    const pointer = /** @type {PointerEvent} */ (event);
    if (pointer.pointerType !== "touch") return;
    last = undefined;
    paintTo(at(pointer));
  });
  view.listen(el, "pointermove", (event) => {
    const pointer = /** @type {PointerEvent} */ (event);
    if (el.hasPointerCapture(pointer.pointerId)) paintTo(at(pointer));
  });
  view.listen(el, "keydown", (event) => {
    const { key, shiftKey } = /** @type {KeyboardEvent} */ (event);
    const [min, max] = bounds();
    const step = (props.step ?? 0.05) * (shiftKey ? 10 : 1);
    const value = props.values[chosen];
    const change = {
      ArrowUp: value + step,
      ArrowDown: value - step,
      PageUp: max,
      PageDown: min,
      Delete: 0,
      Backspace: 0,
    }[key];
    const move = { ArrowLeft: chosen - 1, ArrowRight: chosen + 1, Home: 0, End: props.values.length - 1 }[key];
    if (change === undefined && move === undefined) return;
    event.preventDefault();
    if (move !== undefined) chosen = clamp(move, 0, props.values.length - 1);
    if (change !== undefined) set(chosen, change);
    draw();
  });
  view.listen(el, "focus", () => draw());
  view.listen(el, "blur", () => draw());

  const draw = () => {
    const { label, values, letter, height = 120, signs, cursor } = props;
    const [min, max] = bounds();
    chosen = clamp(chosen, 0, Math.max(values.length - 1, 0));
    const width = Math.max(room() || view.width, 100);
    const column = width / Math.max(values.length, 1);
    const sy = linear([min, max], [height - 8, 8]);
    const zero = sy(clamp(0, min, max));
    const sign = signs ? ` (${signs[chosen]})` : "";
    el.style.setProperty("--hue", letter ? `var(--lt-${letter})` : "currentColor");
    el.ariaLabel = `${label}: left and right choose a step, up and down change it`;
    el.ariaValueMin = String(min);
    el.ariaValueMax = String(max);
    el.ariaValueNow = String(values[chosen] ?? 0);
    el.ariaValueText = `step ${chosen + 1} of ${values.length}${sign}: ${number(values[chosen] ?? 0)}`;
    const focused = doc.activeElement === el;
    render(
      svg`<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} aria-hidden="true">
        <line x1="0" x2=${width} y1=${zero} y2=${zero} class="lt-grid" />
        ${
          cursor === null || cursor === undefined
            ? ""
            : svg`<rect x=${cursor * column} y="0" width=${column}
          height=${height} class="lt-now" />`
        }
        ${Array.from(
          values,
          (value, t) => svg`<rect x=${t * column + column * 0.15} width=${column * 0.7} y=${Math.min(sy(value), zero)}
            height=${Math.max(Math.abs(sy(value) - zero), 0.5)} class="lt-bar" />
          <circle cx=${(t + 0.5) * column} cy=${sy(value)} r=${Math.min(5, column * 0.4)}
            class=${focused && t === chosen ? "lt-knob lt-chosen" : "lt-knob"} />
          <rect x=${t * column} y=${clamp(sy(value) - 22, 0, Math.max(height - 44, 0))} width=${column} height="44"
            class="lt-hit" />`,
        )}
      </svg>`,
      el,
    );
  };
  const room = widthOf(view, el, draw);
  return {
    el,
    /** @param {Series} next */
    update(next) {
      props = next;
      draw();
    },
  };
}
