// The reading under the field: in each column the probabilities of ten digits and of the blank, the likeliest of them,
// and what is left when repeats are merged and blanks are dropped.

import { clamp, colorOf, number, widthOf } from "../js/kit/index.js";
import { sized } from "./pad.js";
import { BLANK, CLASSES, runsOf } from "./reading.js";

/** @typedef {import("./reading.js").Seen} Seen */

export const GUTTER = 46; // px left of the columns, for the names of the rows
const [APART, PATH, RUNS] = [5, 20, 40]; // px: between digits and blank, and the heights of the rows below
const FONT = "system-ui, sans-serif";

/** @param {number} symbol */
export const signOf = (symbol) => (symbol === BLANK ? "–" : String(symbol));
/** @param {number} symbol */
export const nameOf = (symbol) => (symbol === BLANK ? "blank" : String(symbol));

/** The height of the picture in px. @param {number} row  of one class */
export const heightOf = (row) => CLASSES * row + 2 * APART + PATH + RUNS;

/**
 * What stands in a column, in words: the likeliest classes, and what it was read as first.
 * @param {Seen} seen @param {number} t @param {number | undefined} first
 */
export function columnInWords({ shares, greedy }, t, first) {
  const row = Array.from({ length: CLASSES }, (_, k) => ({ k, share: shares[t * CLASSES + k] }));
  const said = row.sort((a, b) => b.share - a.share).filter(({ share }, k) => k === 0 || (k < 3 && share >= 0.005));
  const now = said.map(({ k, share }) => `${nameOf(k)} (${number(share)})`).join(", ");
  const changed = first !== undefined && first !== greedy.path[t];
  return `Column ${t + 1}: ${now}.${changed ? ` First read as ${nameOf(first)}.` : ""}`;
}

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {{onHover: (column: number | null) => void, onChoose: (column: number) => void}} actions
 */
export function readingPicture(view, { onHover, onChoose }) {
  const doc = view.root.ownerDocument;
  const el = doc.createElement("div");
  el.className = "hw-reading";
  el.tabIndex = 0;
  el.role = "group";
  el.dataset.lmSuppressShortcuts = "true";
  const canvas = el.appendChild(doc.createElement("canvas"));
  canvas.role = "img";
  view.onDispose(() => {
    canvas.width = canvas.height = 0;
  });
  const width = widthOf(view, el, () => view.repaint());
  /** @type {{seen: Seen | null, scale: number, column: number, firsts: Map<number, number>}} */
  let state = { seen: null, scale: 1, column: 0, firsts: new Map() };

  /** @type {unknown[]} */
  let painted = [];

  const columnOf = (/** @type {Event} */ event) => {
    const { seen, scale } = state;
    if (!seen) return null;
    const across = /** @type {PointerEvent} */ (event).clientX - canvas.getBoundingClientRect().left - GUTTER;
    return clamp(Math.floor((across / scale - seen.left) / seen.step), 0, seen.T - 1);
  };
  view.listen(el, "pointermove", (event) => {
    if (/** @type {PointerEvent} */ (event).pointerType === "mouse") onHover(columnOf(event));
  });
  view.listen(el, "pointerleave", () => onHover(null));
  view.listen(el, "click", (event) => {
    const column = columnOf(event);
    if (column !== null) onChoose(column);
  });
  view.listen(el, "keydown", (event) => {
    const { seen, column, firsts } = state;
    const { key } = /** @type {KeyboardEvent} */ (event);
    const moves = /** @type {Record<string, number>} */ ({
      ArrowLeft: -1,
      ArrowRight: 1,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    });
    if (!(key in moves) || !seen) return;
    event.preventDefault();
    const next = clamp(column + moves[key], 0, seen.T - 1);
    onHover(null);
    onChoose(next);
    view.announce(columnInWords(seen, next, firsts.get(next)));
  });

  return {
    el,
    /**
     * @param {{
     *   seen: Seen | null, scale: number, row: number, column: number, firsts: Map<number, number>, ink: string,
     *   dark: boolean, label: string,
     * }} shown  `firsts`: what the marked columns were read as first
     */
    update(shown) {
      const { seen, scale, row, column, firsts, ink, dark, label } = shown;
      const across = width() || 320;
      const inputs = [seen, scale, row, column, firsts, ink, dark, across];
      if (inputs.every((input, k) => input === painted[k])) return;
      painted = inputs;
      state = { seen, scale, column, firsts };
      if (el.ariaLabel !== label) el.ariaLabel = canvas.ariaLabel = label;
      const context = sized(canvas, across, heightOf(row));
      if (!context) return;
      const blankTop = BLANK * row + APART;
      const pathTop = CLASSES * row + 2 * APART;
      context.fillStyle = ink;
      Object.assign(context, { textBaseline: "middle", textAlign: "right", font: `12px ${FONT}` });
      for (let k = 0; k < BLANK; k++) {
        if (row >= 12 || k % 2 === 0) context.fillText(String(k), GUTTER - 7, (k + 0.5) * row + 1);
      }
      context.fillText("blank", GUTTER - 7, blankTop + row / 2 + 1);
      context.fillText("path", GUTTER - 7, pathTop + PATH / 2 + 1);
      context.fillText("reads", GUTTER - 7, pathTop + PATH + RUNS / 2 + 1);
      context.save();
      context.beginPath();
      context.rect(GUTTER, 0, across - GUTTER, heightOf(row));
      context.clip();
      context.translate(GUTTER, 0);
      context.fillStyle = colorOf(0, "gate", dark);
      context.fillRect(0, 0, across, BLANK * row);
      context.fillRect(0, blankTop, across, row);
      if (seen) paint(context, seen, { scale, row, column, firsts, ink, dark, blankTop, pathTop });
      context.restore();
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Seen} seen
 * @param {{
 *   scale: number, row: number, column: number, firsts: Map<number, number>, ink: string, dark: boolean,
 *   blankTop: number, pathTop: number,
 * }} how
 */
function paint(context, seen, { scale, row, column, firsts, ink, dark, blankTop, pathTop }) {
  const { T, left, step, shares, greedy } = seen;
  const wide = step * scale;
  const placeOf = (/** @type {number} */ t) => (left + t * step) * scale;
  const topOf = (/** @type {number} */ k) => (k === BLANK ? blankTop : k * row);
  for (let t = 0; t < T; t++) {
    const [from, to] = [Math.round(placeOf(t)), Math.round(placeOf(t + 1))];
    for (let k = 0; k < CLASSES; k++) {
      const share = shares[t * CLASSES + k];
      if (share < 0.004) continue; // the ground has its color
      context.fillStyle = colorOf(share, "gate", dark);
      context.fillRect(from, topOf(k), to - from, row - 1);
    }
  }
  Object.assign(context, { fillStyle: ink, strokeStyle: ink, textAlign: "center", lineWidth: 1 });
  const each = wide >= 8.5; // room for a letter in each column
  context.font = `12px ${FONT}`;
  if (each) {
    greedy.path.forEach((symbol, t) => context.fillText(signOf(symbol), placeOf(t + 0.5), pathTop + PATH / 2 + 1));
  }
  for (const { symbol, from, to } of runsOf(greedy.path)) {
    const middle = (placeOf(from) + placeOf(to + 1)) / 2;
    if (!each && symbol !== BLANK) context.fillText(signOf(symbol), middle, pathTop + PATH / 2 + 1);
    if (symbol === BLANK) continue;
    context.globalAlpha = 0.3; // from the peak down to what it is read as
    context.beginPath();
    context.moveTo(middle, topOf(symbol) + row);
    context.lineTo(middle, pathTop + 2);
    context.stroke();
    context.globalAlpha = 1;
    const [a, b, y] = [placeOf(from) + 1, placeOf(to + 1) - 1, pathTop + PATH + 3.5];
    context.beginPath();
    context.moveTo(a, y - 3);
    context.lineTo(a, y);
    context.lineTo(b, y);
    context.lineTo(b, y - 3);
    context.stroke();
    context.font = `700 28px ${FONT}`;
    context.fillText(signOf(symbol), middle, pathTop + PATH + 6 + (RUNS - 6) / 2);
    context.font = `12px ${FONT}`;
  }
  for (const t of firsts.keys()) {
    context.beginPath(); // a small triangle on top of the letter
    const [x, y] = [placeOf(t + 0.5), pathTop - 1];
    context.moveTo(x - 3.5, y - 2);
    context.lineTo(x + 3.5, y - 2);
    context.lineTo(x, y + 3.5);
    context.fill();
  }
  context.lineWidth = 1.5;
  context.strokeRect(placeOf(column), 0.75, wide, pathTop + PATH - 2);
}
