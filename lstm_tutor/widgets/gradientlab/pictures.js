// Two pictures of the recurrent matrix: its eigenvalues, whose ring is dragged, and the path of the state.

import { svg } from "lit-html";
import { clamp, number, short, symmetricLimit } from "../js/kit/index.js";
import { pathOf } from "../js/kit/lineplot.js";

/** @typedef {import("../js/engine/linalg.js").Complex} Complex */

export const RADIUS = /** @type {const} */ ({ min: 0.1, max: 1.6 });
const SIDE = 260; // of a picture, in its own units
const REACH = 1.75; // of the eigenvalues' plane
const KNOB = Math.SQRT1_2; // the ring's knob stands at the lower right, off the axes
const MOST = 5; // of the path's; what goes farther leaves the picture

/** How far from the middle of a picture a pointer is, in its plane's units. @param {PointerEvent} event */
function distance(event) {
  const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
  const [x, y] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  return (Math.hypot(x, y) / (box.width / 2)) * REACH;
}

/** The angle by which an eigenvalue turns, in degrees. @param {Complex} z */
export const degrees = ({ re, im }) => (Math.atan2(im, re) * 180) / Math.PI;

/** What the leading eigenvalue does to the state at each step, in words. @param {Complex} z */
export function inWords(z) {
  const grows = `its length × ${number(Math.hypot(z.re, z.im))}`;
  if (Math.abs(z.im) > 1e-9) return `turns by ${number(degrees(z), 0)}°, ${grows}`;
  return z.re < 0 ? `flips, ${grows}` : `keeps its direction, ${grows}`;
}

/**
 * The eigenvalues of W_h in the complex plane, the unit circle, and the ring of the spectral radius.
 * @param {{eigen: Complex[], value: Complex, radius: number, onRadius: (radius: number) => void}} options
 */
export function eigenPicture({ eigen, value, radius, onRadius }) {
  const at = (/** @type {number} */ v) => SIDE / 2 + (v / REACH) * (SIDE / 2);
  const unit = at(1) - at(0);
  const tell = (/** @type {PointerEvent} */ event) =>
    onRadius(clamp(Math.round(distance(event) * 100) / 100, RADIUS.min, RADIUS.max));
  const down = (/** @type {PointerEvent} */ event) => {
    const isKnob = /** @type {Element} */ (event.target).classList.contains("gl-grab");
    if (event.button !== 0 || (event.pointerType !== "mouse" && !isKnob)) return; // elsewhere a finger scrolls the page
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    tell(event);
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (/** @type {Element} */ (event.currentTarget).hasPointerCapture(event.pointerId)) tell(event);
  };
  const tap = (/** @type {PointerEvent} */ event) => event.pointerType !== "mouse" && tell(event);
  const isLeading = (/** @type {Complex} */ z) =>
    Math.abs(z.re - value.re) < 1e-9 && Math.abs(Math.abs(z.im) - Math.abs(value.im)) < 1e-9;
  const points = `${eigen.length} points in the complex plane, the farthest ${number(radius)} from 0`;
  const label = `Eigenvalues of W_h: ${points}. The leading one ${inWords(value)} at each step`;
  return svg`<svg viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label=${label} class="gl-plane gl-rings"
    @pointerdown=${down} @pointermove=${move} @click=${tap}>
    <line x1="0" x2=${SIDE} y1=${at(0)} y2=${at(0)} class="lt-grid" /><line y1="0" y2=${SIDE} x1=${at(0)} x2=${at(0)}
      class="lt-grid" />
    <circle cx=${at(0)} cy=${at(0)} r=${unit} class="gl-unit" />
    <circle cx=${at(0)} cy=${at(0)} r=${unit * radius} class="gl-ring" />
    ${eigen.map(
      (z) => svg`<circle cx=${at(z.re)} cy=${at(-z.im)} r=${isLeading(z) ? 7 : 5}
      class=${isLeading(z) ? "gl-eigen gl-leads" : "gl-eigen"} />`,
    )}
    <circle cx=${at(radius * KNOB)} cy=${at(radius * KNOB)} r="9" class="gl-knob" />
    <circle cx=${at(radius * KNOB)} cy=${at(radius * KNOB)} r="24" class="gl-grab" />
  </svg>`;
}

/** The limit of a path's picture: 0.5, 1, 2 or 5. @param {Float64Array} x @param {Float64Array} y */
export const limitOf = (x, y) => Math.min(symmetricLimit([...x, ...y], 0.5), MOST);

/**
 * The path of the state, up to a step in full and from there on faint.
 * @param {{x: Float64Array, y: Float64Array, step: number, label: string}} options
 */
export function pathPicture({ x, y, step, label }) {
  const limit = limitOf(x, y);
  const across = (/** @type {number} */ v) => SIDE / 2 + (v / limit) * (SIDE / 2 - 8);
  const up = (/** @type {number} */ v) => SIDE / 2 - (v / limit) * (SIDE / 2 - 8);
  const inside = (/** @type {number} */ t) => Math.max(Math.abs(x[t]), Math.abs(y[t])) <= limit * 1.05;
  const points = (/** @type {number} */ from, /** @type {number} */ to) =>
    Array.from(
      { length: to - from + 1 },
      (_, k) => /** @type {const} */ ([across(x[from + k]), inside(from + k) ? up(y[from + k]) : Number.NaN]),
    );
  const middle = SIDE / 2;
  return svg`<svg viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label=${label} class="gl-plane">
    <line x1="0" x2=${SIDE} y1=${middle} y2=${middle} class="lt-grid" /><line y1="0" y2=${SIDE} x1=${middle}
      x2=${middle} class="lt-grid" />
    <path d=${pathOf(points(step, x.length - 1))} class="gl-path gl-ahead" />
    <path d=${pathOf(points(0, step))} class="gl-path" />
    <circle cx=${across(x[0])} cy=${up(y[0])} r="4.5" class="lt-torch" />
    ${inside(step) ? svg`<circle cx=${across(x[step])} cy=${up(y[step])} r="5.5" class="gl-here" />` : ""}
    <text x=${SIDE - 4} y=${middle - 5} text-anchor="end" class="lt-note">${number(limit, limit < 1 ? 1 : 0)}</text>
  </svg>`;
}

/** The path in words. @param {{x: Float64Array, y: Float64Array}} path */
export function pathInWords({ x, y }) {
  const last = x.length - 1;
  const [first, end] = [0, last].map((t) => Math.hypot(x[t], y[t]));
  const ends = `from ${number(first)} off the middle to ${short(end)} after ${last} steps`;
  return `Path of the state without inputs, in two directions of W_h, ${ends}`;
}
