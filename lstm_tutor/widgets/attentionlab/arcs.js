// Alignment as arcs: what was written above, what was read below, and between them arcs as wide as the weights.

import { html, render, svg } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { clamp, colorOf, computed, inkOn, percent, visible } from "../js/kit/index.js";
import { lookersOf, picture, shownAs, stepOf } from "./words.js";

/** @typedef {import("./translator.js").Translation} Translation */
/** @typedef {import("./words.js").Focus} Focus */
/**
 * @typedef {{
 *   translation: Translation, focus: Focus, shown: number, looks: number, tall: number, label: string, stop: string,
 *   onFocus: (focus: Focus, how: "hover" | "press" | "key") => void, onLeave: () => void,
 *   onErase: (place: number) => void,
 * }} Props  `shown`, `looks`: of how many steps the symbol is shown, and the arcs, while decoding is walked through;
 *   `tall`: px of the whole picture
 */

const WIDEST = 13; // px, of the arc of a weight of 1
const LEAST = 0.02; // a weight below it has no arc
const LEAST_COLUMN = 7.2; // px, the width of a letter of 12 px: 40 of them fit a screen of 320 px
const TOP = { share: 11, sign: 34, foot: 48 };
const FOOT = 34;
const CELL = 27;
const SWIPE = 6; // px from which a finger that goes sideways drags

/**
 * Where columns stand: both rows are centered in the width that there is, or begin at its left and can be scrolled.
 * @param {number} width  that there is
 * @param {number} read  how many
 * @param {number} written
 */
export function layout(width, read, written) {
  const narrow = clamp(width / Math.max(read, 1), LEAST_COLUMN, 30);
  const wide = clamp(width / Math.max(written, 1), 24, 52);
  const whole = Math.max(width, narrow * read, wide * written);
  const row = (/** @type {number} */ size, /** @type {number} */ count) => ({
    size,
    count,
    start: Math.max((width - size * count) / 2, 0),
  });
  return { width: whole, read: row(narrow, read), written: row(wide, written) };
}

/** The middle of a column. @param {{start: number, size: number}} row @param {number} k */
export const middle = ({ start, size }, k) => start + (k + 0.5) * size;

/**
 * The column at a place; the nearest one beyond the ends.
 * @param {{start: number, size: number, count: number}} row
 * @param {number} x
 */
export const columnAt = ({ start, size, count }, x) => clamp(Math.floor((x - start) / size), 0, count - 1);

/** @param {number} from @param {number} to @param {number} deep */
function path(from, to, deep) {
  const [x0, x1] = [from.toFixed(1), to.toFixed(1)];
  const at = (/** @type {number} */ share) => (TOP.foot + share * deep).toFixed(1);
  return `M${x0} ${TOP.foot}C${x0} ${at(0.55)} ${x1} ${at(0.45)} ${x1} ${at(1)}`;
}

/** @typedef {{i: number, j: number, weight: number}} Arc */

/**
 * The arcs that are drawn.
 * @param {Translation} translation
 * @param {number} looks
 * @returns {Arc[]}
 */
export const arcsOf = ({ steps }, looks) =>
  steps
    .slice(0, looks)
    .flatMap(({ weights }, i) => Array.from(weights, (weight, j) => ({ i, j, weight })))
    .filter(({ weight }) => weight >= LEAST);

/** The arcs of what is pointed at. @param {Arc[]} arcs @param {Focus} focus */
export const litOf = (arcs, { step, place }) =>
  step < 0 && place < 0 ? [] : arcs.filter(({ i, j }) => (step < 0 || step === i) && (place < 0 || place === j));

/** @param {import("../js/kit/widget.js").View} view */
export function arcPicture(view) {
  const doc = view.root.ownerDocument;
  const el = doc.createElement("div");
  el.className = "al-arcs";
  const drawing = el.appendChild(doc.createElement("div"));
  drawing.role = "img";
  const rows = /** @type {const} */ (["step", "place"]).map((name) => {
    const hits = el.appendChild(doc.createElement("div"));
    hits.className = "al-hits";
    hits.tabIndex = 0;
    hits.role = "slider";
    hits.dataset.row = name;
    hits.dataset.lmSuppressShortcuts = "true";
    return { name, hits };
  });
  /** @type {Props | undefined} */
  let props;
  let places = layout(300, 1, 1);
  let room = 0; // px of width
  const sizes = new ResizeObserver(() => {
    if (!el.clientWidth || el.clientWidth === room) return;
    room = el.clientWidth;
    view.repaint();
  });
  sizes.observe(el);
  view.onDispose(() => sizes.disconnect());
  const drawn = computed(
    () => [props?.translation, props?.looks],
    (translation, looks = 0) => (translation ? arcsOf(translation, looks) : []),
  );
  const told = computed(
    () => [props?.translation, props?.stop],
    (translation, stop = "") => (translation ? picture(translation, stop) : ""),
  );

  for (const { name, hits } of rows) {
    const other = name === "step" ? "place" : "step";
    const focusOn = (/** @type {number} */ k) => (name === "step" ? { step: k, place: -1 } : { step: -1, place: k });
    const at = (/** @type {PointerEvent} */ event) => {
      const row = name === "step" ? places.written : places.read;
      return columnAt({ ...row, start: 0 }, event.clientX - hits.getBoundingClientRect().left);
    };
    // A mouse points where it is pressed. A finger may be about to scroll: it points where it is lifted, or drags
    // sideways; the page scrolls with all else, and then the browser cancels.
    /** @type {{x: number, y: number, drags: boolean} | null} */
    let down = null;
    const press = (/** @type {PointerEvent} */ event) => {
      if (props?.focus[name] !== at(event) || props.focus[other] >= 0) props?.onFocus(focusOn(at(event)), "press");
    };
    view.listen(hits, "pointerdown", (event) => {
      const pointer = /** @type {PointerEvent} */ (event);
      if (pointer.button !== 0 || !props) return;
      hits.setPointerCapture(pointer.pointerId);
      down = { x: pointer.clientX, y: pointer.clientY, drags: pointer.pointerType !== "touch" };
      if (down.drags) props.onFocus(focusOn(at(pointer)), "press");
    });
    view.listen(hits, "pointermove", (event) => {
      const pointer = /** @type {PointerEvent} */ (event);
      if (!down) {
        if (pointer.pointerType === "mouse") props?.onFocus(focusOn(at(pointer)), "hover");
        return;
      }
      const [across, along] = [Math.abs(pointer.clientX - down.x), Math.abs(pointer.clientY - down.y)];
      down.drags ||= across > SWIPE && across > along;
      if (down.drags) press(pointer);
    });
    view.listen(hits, "pointerup", (event) => {
      if (down && !down.drags) press(/** @type {PointerEvent} */ (event));
      down = null;
    });
    view.listen(hits, "pointercancel", () => {
      down = null;
    });
    view.listen(hits, "pointerleave", () => props?.onLeave());
    view.listen(hits, "keydown", (event) => {
      const { key } = /** @type {KeyboardEvent} */ (event);
      if (!props) return;
      const count = name === "step" ? props.translation.steps.length : props.translation.text.length;
      const now = props.focus[name];
      const moves = /** @type {Record<string, number>} */ ({
        ArrowRight: now + 1,
        ArrowUp: now + 1,
        ArrowLeft: now - 1,
        ArrowDown: now - 1,
        Home: 0,
        End: count - 1,
      });
      if (key in moves) {
        event.preventDefault();
        const focus = focusOn(clamp(moves[key], 0, count - 1));
        props = { ...props, focus }; // the next key may come before the next paint
        props.onFocus(focus, "key");
      } else if ((key === "Delete" || key === "Backspace") && name === "place" && now >= 0) {
        event.preventDefault();
        props.onErase(now);
      } else if (key === "Escape") props.onFocus({ step: -1, place: -1 }, "key");
    });
  }

  /** @param {Props} given */
  function draw({ translation, focus, shown, looks, tall, label, stop }) {
    const { steps, text } = translation;
    const { dark } = view.theme;
    room ||= el.clientWidth;
    places = layout(room || view.width, text.length, steps.length);
    const { width, read, written } = places;
    const deep = tall - TOP.foot - FOOT;
    const arc = (/** @type {Arc} */ { i, j, weight }) =>
      svg`<path d=${path(middle(written, i), middle(read, j), deep)} stroke-width=${(WIDEST * weight).toFixed(2)} />`;
    const lit = (/** @type {number} */ weight) => ({
      fill: colorOf(weight, "gate", dark),
      ink: inkOn(weight, "gate", dark),
    });
    const readTint = (/** @type {number} */ j) =>
      focus.step >= 0 && focus.step < looks ? lit(steps[focus.step].weights[j]) : null;
    const writtenTint = (/** @type {number} */ i) =>
      focus.place >= 0 && i < looks ? lit(steps[i].weights[focus.place]) : null;
    const cell = (/** @type {any} */ { x, y, size, tint, sign, chosen, dim }) => svg`<g class=${dim ? "al-dim" : ""}>
      <rect x=${x + 0.5} y=${y} width=${size - 1} height=${CELL} rx="3" style=${tint ? `fill:${tint.fill}` : ""}
        class="al-cell ${chosen ? "al-chosen" : ""}" />
      <text x=${x + size / 2} y=${y + CELL / 2 + 5} class="al-sign"
        style=${`font-size:${clamp(size * 1.25, 12, 16).toFixed(1)}px;${tint ? `fill:${tint.ink}` : ""}`}>${sign}</text>
    </g>`;
    render(
      svg`<svg viewBox="0 0 ${width} ${tall}" width=${width} height=${tall} aria-hidden="true">
        <g class=${focus.step >= 0 || focus.place >= 0 ? "al-lines al-some" : "al-lines"}>${guard(
          [drawn(), width, tall],
          () => drawn().map(arc),
        )}</g>
        <g class="al-lit">${litOf(drawn(), focus).map(arc)}</g>
        ${steps.map(({ symbol, shares }, i) => {
          const x = written.start + i * written.size;
          const here = i < shown;
          return svg`<text x=${x + written.size / 2} y=${TOP.share}
            class="al-share">${here ? percent(Math.max(...shares)).replace(" %", "") : ""}</text>
            ${cell({
              x,
              y: TOP.share + 6,
              size: written.size,
              tint: writtenTint(i),
              sign: here ? shownAs(symbol, stop) : "·",
              chosen: i === focus.step,
              dim: !here,
            })}`;
        })}
        ${Array.from(text, (sign, j) =>
          cell({
            x: read.start + j * read.size,
            y: tall - FOOT + 3,
            size: read.size,
            tint: readTint(j),
            sign: visible(sign),
            chosen: j === focus.place,
            dim: sign === " " && !readTint(j),
          }),
        )}
      </svg>`,
      drawing,
    );
    drawing.ariaLabel =
      shown < steps.length ? `${label}: arcs, ${shown} of ${steps.length} steps shown` : `${label}: arcs. ${told()}.`;
    for (const { name, hits } of rows) {
      const [row, top, size] = name === "step" ? [written, 0, TOP.foot] : [read, tall - FOOT, FOOT];
      Object.assign(hits.style, {
        left: `${row.start}px`,
        width: `${row.size * row.count}px`,
        top: `${top}px`,
        height: `${size}px`,
      });
      const now = focus[name];
      hits.ariaLabel = name === "step" ? `${label}: symbols written` : `${label}: characters read`;
      hits.ariaValueMin = "1";
      hits.ariaValueMax = String(row.count);
      hits.ariaValueNow = String(Math.max(now, 0) + 1);
      hits.ariaValueText =
        now < 0
          ? "none chosen"
          : name === "step" && now >= shown
            ? `step ${now + 1}, not written yet`
            : name === "place"
              ? lookersOf(translation, now, stop)
              : stepOf(translation, now, stop);
    }
  }

  return {
    el,
    /** @param {Props} next */
    update(next) {
      props = next;
      draw(next);
    },
  };
}

/** What the arcs' look means. */
export const arcKey = () => html`<span class="lt-key">width: weight</span>`;
