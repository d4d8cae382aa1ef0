// The family tree: a rail for each memory that was handed on, and on each member what it remembers with and what
// stands in the way of the old.

import { html, nothing, svg } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { KINDS, MEMBERS } from "./members.js";

/** @typedef {import("./members.js").Member} Member */
/**
 * @typedef {{
 *   left: string, right: string, isWide: boolean, focus: string, onPick: (kind: string) => void,
 *   onFocus: (kind: string) => void,
 * }} Props  `focus`: the member that the Tab key leads to
 */

const [GENERATIONS, BRANCHES] = [5, 4];

/**
 * Where a member is drawn: generations from left to right in a wide widget, from above to below on a phone.
 * @param {string} kind
 * @param {boolean} isWide
 */
export function placeOf(kind, isWide) {
  const [generation, branch] = MEMBERS[kind].place;
  return isWide ? [generation, branch] : [branch, generation];
}

/**
 * The member that an arrow key leads to: the nearest one in that direction, or none.
 * @param {string} from
 * @param {string} key
 * @param {boolean} isWide
 */
export function neighbor(from, key, isWide) {
  const move = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  if (!move) return undefined;
  const [x, y] = placeOf(from, isWide);
  const distance = (/** @type {string} */ kind) => {
    const [dx, dy] = [placeOf(kind, isWide)[0] - x, placeOf(kind, isWide)[1] - y];
    const along = dx * move[0] + dy * move[1];
    return along > 0 ? along + 3 * Math.abs(dx * move[1] + dy * move[0]) : Number.POSITIVE_INFINITY;
  };
  const nearest = KINDS.reduce((best, kind) => (distance(kind) < distance(best) ? kind : best), from);
  return nearest === from ? undefined : nearest;
}

/** @param {boolean} isWide */
function rails(isWide) {
  const size = isWide ? [GENERATIONS, BRANCHES] : [BRANCHES, GENERATIONS];
  const middle = (/** @type {string} */ kind) => placeOf(kind, isWide).map((at) => at + 0.5);
  return svg`<svg viewBox="0 0 ${size[0]} ${size[1]}" preserveAspectRatio="none" aria-hidden="true">
    ${KINDS.flatMap((kind) =>
      MEMBERS[kind].parents.map(({ from, by }) => {
        const [[x, y], [u, v]] = [middle(from), middle(kind)];
        // It bends in the gap before the child, and not behind another member.
        const bend = isWide ? `${u - 0.5} ${y} ${u - 0.5} ${v}` : `${x} ${v - 0.5} ${u} ${v - 0.5}`;
        const isBeside = MEMBERS[from].place[0] === MEMBERS[kind].place[0];
        return svg`<path d="M${x} ${y}${isBeside ? "L" : `C${bend} `}${u} ${v}" class="fm-rail fm-by-${by}" />`;
      }),
    )}
  </svg>`;
}

/** What a member remembers with, at the end of its rail, and what stands on the rail. @param {Member} member */
export function glyph({ shape, forgets }) {
  const cells = (/** @type {number} */ columns, /** @type {number} */ x) =>
    Array.from(
      { length: 3 * columns },
      (_, k) => svg`<rect x=${x + 5 * Math.floor(k / 3)} y=${1.5 + 5 * (k % 3)} width="4" height="4" />`,
    );
  const store = {
    vector: () => cells(1, 26),
    matrix: () => cells(3, 21),
    wave: () => [0, 1, 2].map((k) => svg`<circle cx="28" cy=${3.2 + 5 * k} r="2.2" />`),
    list: () => [17, 23, 29].map((x) => svg`<rect x=${x} y="1.5" width="3.4" height="14" />`),
  }[shape]();
  const way = {
    gate: svg`<path d="M6 4v9l8 -9v9z" class="fm-gate" />`,
    fixed: svg`<circle cx="10" cy="8.5" r="4" class="fm-fixed" />`,
    squash: svg`<rect x="6" y="4.5" width="8" height="8" rx="1.5" class="fm-fixed" />`,
    none: nothing,
  }[forgets];
  return svg`<svg class="fm-glyph" viewBox="0 0 37 17" width="32" height="15" aria-hidden="true">
    <path d="M1 8.5H26" class="fm-way" />${way}<g class="fm-store">${store}</g></svg>`;
}

/** @param {Props} props */
export function tree({ left, right, isWide, focus, onPick, onFocus }) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const at = /** @type {HTMLElement} */ (event.target).closest("[data-kind]"); // a key may come before the repaint
    const to = neighbor(/** @type {HTMLElement | null} */ (at)?.dataset.kind ?? focus, event.key, isWide);
    if (!to) return;
    event.preventDefault();
    onFocus(to);
    const group = /** @type {HTMLElement} */ (event.currentTarget);
    /** @type {HTMLElement | null} */ (group.querySelector(`[data-kind=${to}]`))?.focus();
  };
  const side = (/** @type {string} */ kind) => (kind === left ? ", left" : "") + (kind === right ? ", right" : "");
  const member = (/** @type {string} */ kind) => {
    const { name, year } = MEMBERS[kind];
    const [x, y] = placeOf(kind, isWide);
    return html`<button type="button" data-kind=${kind} style="grid-area:${y + 1}/${x + 1}"
        class="fm-member ${kind === left ? "fm-left" : ""} ${kind === right ? "fm-right" : ""}"
        tabindex=${kind === focus ? 0 : -1} aria-pressed=${kind === left || kind === right}
        aria-label="${name}, ${year}${side(kind)}" @focus=${() => onFocus(kind)} @click=${() => onPick(kind)}>
        ${glyph(MEMBERS[kind])}<span>${name}</span>${name.endsWith(String(year)) ? nothing : html`<small>${year}</small>`}</button>`;
  };
  return html`<div class="fm-tree" role="group" data-lm-suppress-shortcuts="true" @keydown=${onKey}
    aria-label="The family: arrow keys go from cell to cell, Enter compares">
    ${guard([isWide], () => rails(isWide))}
    ${KINDS.map((kind) => guard([kind === left, kind === right, kind === focus, isWide], () => member(kind)))}
    ${guard([], legend)}
  </div>`;
}

/** What the signs on the tree mean. */
const legend = () => html`<p class="fm-legend">memory: ${sign("vector", "none")} a number per unit,
  ${sign("wave", "none")} turning numbers, ${sign("matrix", "none")}&nbsp;a&nbsp;matrix, ${sign("list", "none")} a list;
  ${sign("vector", "gate")} kept by a gate</p>`;
const sign = (/** @type {Member["shape"]} */ shape, /** @type {Member["forgets"]} */ forgets) =>
  glyph(/** @type {Member} */ ({ shape, forgets }));
