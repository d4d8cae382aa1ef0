// The field: what the pen writes, and a band at the column looked at.

import { clamp, widthOf } from "../js/kit/index.js";
import { boxOf } from "./raster.js";
import { BOTTOM, RIGHT } from "./strokes.js";

/** @typedef {import("./raster.js").Stroke} Stroke */

export const HIGH = 300; // units that are seen, from top to bottom
const [WIDE_UNITS, PHONE_UNITS] = [900, 600]; // units across
const APART = 3; // units between two points of a stroke

/** A canvas that is as large as asked for, in CSS pixels, and its context. @param {HTMLCanvasElement} canvas */
export function sized(canvas, /** @type {number} */ width, /** @type {number} */ height) {
  const ratio = canvas.ownerDocument.defaultView?.devicePixelRatio ?? 1;
  const [across, down] = [Math.max(Math.round(width * ratio), 1), Math.max(Math.round(height * ratio), 1)];
  if (canvas.width !== across || canvas.height !== down) {
    Object.assign(canvas, { width: across, height: down });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/**
 * How units become pixels in a field of that width: px per unit, and its height in px.
 * @param {number} width  px
 * @param {boolean} isWide
 * @param {Stroke[]} strokes  what does not fit makes all smaller
 */
export function fieldOf(width, isWide, strokes) {
  const units = isWide ? WIDE_UNITS : PHONE_UNITS;
  const [, , right, bottom] = boxOf(strokes);
  const least = Math.max(units, right + 20, (units * (bottom + 20)) / HIGH);
  return { scale: width / least, height: Math.round((width / units) * HIGH), units: least };
}

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {{
 *   onStart: () => boolean, onMove: (stroke: Stroke) => void, onEnd: (stroke: Stroke, left: boolean) => void,
 * }} actions  `onStart`: whether there is room for a stroke; `onEnd`: `left` if the pen was outside of the field
 */
export function pad(view, { onStart, onMove, onEnd }) {
  const el = view.root.ownerDocument.createElement("div");
  el.className = "hw-pad";
  const canvas = el.appendChild(view.root.ownerDocument.createElement("canvas"));
  canvas.role = "img";
  view.onDispose(() => {
    canvas.width = canvas.height = 0;
  });
  const width = widthOf(view, el, () => view.repaint());
  let scale = 1;
  let height = 0;
  /** @type {{stroke: Stroke, pointer: number, left: boolean} | null} */
  let pen = null;

  const add = (/** @type {PointerEvent} */ event) => {
    if (!pen) return;
    const box = canvas.getBoundingClientRect();
    const isOutside = (/** @type {number} */ place, /** @type {number} */ size) => place < -1 || place > size + 1;
    const [acrossPx, downPx] = [event.clientX - box.left, event.clientY - box.top];
    pen.left ||= isOutside(acrossPx, box.width) || isOutside(downPx, box.height);
    const x = Math.round(clamp(clamp(acrossPx, 0, box.width) / scale, 0, RIGHT));
    const y = Math.round(clamp(clamp(downPx, 0, box.height) / scale, 0, BOTTOM));
    const { stroke } = pen;
    if (stroke.length && Math.hypot(x - stroke[stroke.length - 2], y - stroke[stroke.length - 1]) < APART) return;
    stroke.push(x, y);
  };
  view.listen(canvas, "pointerdown", (event) => {
    const pointer = /** @type {PointerEvent} */ (event);
    if (pen || pointer.button !== 0 || !onStart()) return;
    event.preventDefault();
    canvas.setPointerCapture(pointer.pointerId);
    pen = { stroke: [], pointer: pointer.pointerId, left: false };
    add(pointer);
    onMove(pen.stroke.slice());
  });
  view.listen(canvas, "pointermove", (event) => {
    const pointer = /** @type {PointerEvent} */ (event);
    if (!pen || pointer.pointerId !== pen.pointer) return;
    const before = pen.stroke.length;
    const all = pointer.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [pointer]) add(one);
    if (pen.stroke.length !== before) onMove(pen.stroke.slice());
  });
  for (const type of ["pointerup", "pointercancel"]) {
    view.listen(canvas, type, (event) => {
      if (!pen || /** @type {PointerEvent} */ (event).pointerId !== pen.pointer) return;
      const { stroke, left } = pen;
      pen = null;
      onEnd(stroke, left);
    });
  }

  return {
    el,
    get width() {
      return width() || 320;
    },
    /**
     * @param {{
     *   strokes: Stroke[], faint: Stroke[], label: string, ink: string, scale: number, height: number,
     *   band: [number, number] | null,
     * }} shown  `faint`: what is written later; `band`: from and to, in units
     */
    update({ strokes, faint, label, ink, scale: now, height: tall, band }) {
      scale = now;
      height = tall;
      if (canvas.ariaLabel !== label) canvas.ariaLabel = label;
      const context = sized(canvas, this.width, height);
      if (!context) return;
      context.strokeStyle = context.fillStyle = ink;
      if (band) {
        context.globalAlpha = 0.14;
        context.fillRect(band[0] * scale, 0, (band[1] - band[0]) * scale, height);
      }
      context.lineCap = context.lineJoin = "round";
      context.lineWidth = Math.max(13 * scale, 3);
      for (const [lines, alpha] of /** @type {const} */ ([
        [faint, 0.16],
        [strokes, 1],
      ])) {
        context.globalAlpha = alpha;
        context.beginPath();
        for (const line of lines) {
          context.moveTo(line[0] * scale, line[1] * scale);
          context.lineTo(line[0] * scale, line[1] * scale);
          for (let k = 2; k < line.length - 2; k += 2) {
            const [x, y] = [line[k] * scale, line[k + 1] * scale]; // bent at a point, from one middle to the next
            context.quadraticCurveTo(x, y, (x + line[k + 2] * scale) / 2, (y + line[k + 3] * scale) / 2);
          }
          context.lineTo(line[line.length - 2] * scale, line[line.length - 1] * scale);
        }
        context.stroke();
      }
      context.globalAlpha = 1;
      if (strokes.length || faint.length) return;
      Object.assign(context, { font: "1.05rem system-ui, sans-serif", textAlign: "center", textBaseline: "middle" });
      context.fillText("Write a number here.", this.width / 2, height / 2);
    },
  };
}
