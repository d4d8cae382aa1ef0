// Alignment as arcs: what was written above, what was read below, and between them arcs as wide as the weights.

import { html, render, svg } from "lit-html";
import { clamp, colorOf, inkOn, percent, visible } from "../js/kit/index.js";
import { lookersOf, looksOf, picture, shownAs, symbolName } from "./words.js";

/** @typedef {import("./translator.js").Translation} Translation */
/** @typedef {import("./words.js").Focus} Focus */
/**
 * @typedef {{
 *   translation: Translation, focus: Focus, shown: number, looks: number, label: string, stop: string,
 *   onFocus: (focus: Focus, how: "hover" | "press" | "key") => void, onLeave: () => void,
 *   onErase: (place: number) => void,
 * }} Props  `shown`, `looks`: of how many steps the symbol is shown, and the arcs, while decoding is walked
 * through
 */

const WIDEST = 13; // px, of the arc of a weight of 1
const LEAST = 0.02; // a weight below it has no arc
const TOP = { share: 11, sign: 34, foot: 48 };
const ARC = 150;
const FOOT = 34;

/**
 * Where columns stand: both rows are centered in the width that there is, or begin at its left and can be scrolled.
 * @param {number} width  that there is
 * @param {number} read  how many
 * @param {number} written
 */
export function layout(width, read, written) {
  const narrow = clamp(width / Math.max(read, 1), 11, 30);
  const wide = clamp(width / Math.max(written, 1), 29, 52);
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

/** @param {number} from @param {number} to */
function path(from, to) {
  const [x0, x1] = [from.toFixed(1), to.toFixed(1)];
  return `M${x0} ${TOP.foot}C${x0} ${TOP.foot + 0.55 * ARC} ${x1} ${TOP.foot + 0.45 * ARC} ${x1} ${TOP.foot + ARC}`;
}

/**
 * The arcs that are drawn: those of what is pointed at are lit, and come last, on top.
 * @param {Translation} translation
 * @param {Focus} focus
 * @param {number} looks
 */
export function arcsOf({ steps }, { step, place }, looks) {
  const none = step < 0 && place < 0;
  const arcs = steps.slice(0, looks).flatMap(({ weights }, i) =>
    Array.from(weights, (weight, j) => ({
      i,
      j,
      weight,
      lit: !none && (step < 0 || step === i) && (place < 0 || place === j),
    })),
  );
  return arcs.filter(({ weight }) => weight >= LEAST).sort((a, b) => Number(a.lit) - Number(b.lit));
}

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

  for (const { name, hits } of rows) {
    const focusOn = (/** @type {number} */ k) => (name === "step" ? { step: k, place: -1 } : { step: -1, place: k });
    const at = (/** @type {PointerEvent} */ event) => {
      const row = name === "step" ? places.written : places.read;
      return columnAt({ ...row, start: 0 }, event.clientX - hits.getBoundingClientRect().left);
    };
    view.listen(hits, "pointerdown", (event) => {
      const pointer = /** @type {PointerEvent} */ (event);
      if (pointer.button !== 0 || !props) return;
      hits.setPointerCapture(pointer.pointerId);
      props.onFocus(focusOn(at(pointer)), "press");
    });
    view.listen(hits, "pointermove", (event) => {
      const pointer = /** @type {PointerEvent} */ (event);
      if (hits.hasPointerCapture(pointer.pointerId)) {
        if (props?.focus[name] !== at(pointer)) props?.onFocus(focusOn(at(pointer)), "press");
      } else if (pointer.pointerType === "mouse") props?.onFocus(focusOn(at(pointer)), "hover");
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
  function draw({ translation, focus, shown, looks, label, stop }) {
    const { steps, text } = translation;
    const { dark } = view.theme;
    places = layout(el.clientWidth || view.width, text.length, steps.length);
    const { width, read, written } = places;
    const lit = (/** @type {number} */ weight) => ({
      fill: colorOf(weight, "gate", dark),
      ink: inkOn(weight, "gate", dark),
    });
    const readTint = (/** @type {number} */ j) =>
      focus.step >= 0 && focus.step < looks ? lit(steps[focus.step].weights[j]) : null;
    const writtenTint = (/** @type {number} */ i) =>
      focus.place >= 0 && i < looks ? lit(steps[i].weights[focus.place]) : null;
    const height = TOP.foot + ARC + FOOT;
    const cell = (
      /** @type {any} */ { x, y, size, tall, tint, sign, chosen, dim },
    ) => svg`<g class=${dim ? "al-dim" : ""}>
      <rect x=${x + 0.5} y=${y} width=${size - 1} height=${tall} rx="3" style=${tint ? `fill:${tint.fill}` : ""}
        class="al-cell ${chosen ? "al-chosen" : ""}" />
      <text x=${x + size / 2} y=${y + tall / 2 + 5} class="al-sign"
        style=${`font-size:${Math.min(16, size * 1.25)}px;${tint ? `fill:${tint.ink}` : ""}`}>${sign}</text>
    </g>`;
    render(
      svg`<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} aria-hidden="true">
        <g class=${focus.step >= 0 || focus.place >= 0 ? "al-lines al-some" : "al-lines"}>${arcsOf(
          translation,
          focus,
          looks,
        ).map(
          ({
            i,
            j,
            weight,
            lit: on,
          }) => svg`<path d=${path(middle(written, i), middle(read, j))} stroke-width=${(WIDEST * weight).toFixed(2)}
            class=${on ? "al-lit" : ""} />`,
        )}</g>
        ${steps.map(({ symbol, shares }, i) => {
          const x = written.start + i * written.size;
          const here = i < shown;
          return svg`<text x=${x + written.size / 2} y=${TOP.share}
            class="al-share">${here ? percent(Math.max(...shares)).replace(" %", "") : ""}</text>
            ${cell({
              x,
              y: TOP.share + 6,
              size: written.size,
              tall: 27,
              tint: writtenTint(i),
              sign: here ? shownAs(symbol, stop) : "·",
              chosen: i === focus.step,
              dim: !here,
            })}`;
        })}
        ${Array.from(text, (sign, j) =>
          cell({
            x: read.start + j * read.size,
            y: TOP.foot + ARC + 3,
            size: read.size,
            tall: 27,
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
      shown < steps.length
        ? `${label}: arcs, ${shown} of ${steps.length} steps shown`
        : `${label}: arcs. ${picture(translation, stop)}.`;
    for (const { name, hits } of rows) {
      const [row, top, tall] = name === "step" ? [written, 0, TOP.foot] : [read, TOP.foot + ARC, FOOT];
      Object.assign(hits.style, {
        left: `${row.start}px`,
        width: `${row.size * row.count}px`,
        top: `${top}px`,
        height: `${tall}px`,
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
              : `step ${now + 1} writes ${symbolName(steps[now].symbol, stop)}. ${looksOf(translation, now)}`;
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
export const arcKey = () => html`<span class="lt-key">as wide as the weight; below ${LEAST} none</span>`;
