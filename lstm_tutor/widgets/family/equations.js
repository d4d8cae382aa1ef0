// The equations of two members, row by row in line, with what differs lit.

import { html, nothing } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { select } from "../js/kit/index.js";
import { compared } from "./differences.js";
import { KINDS, MEMBERS } from "./members.js";

/** @typedef {{word: string, lit: boolean}} Word */

const LETTERS = "ifogchrz"; // n is a candidate in some of the cells and a sum in others
const TIGHT = /^[,;)\]]/;

/** A word of a formula: `h_{t−1}` with its index lowered, `k_t^⊤` with its sign raised. @param {string} word */
function written(word) {
  const [, base, low, high] = /^([^_^]+)(?:_\{?([^}^]+)\}?)?(?:\^(.+))?$/.exec(word) ?? ["", word];
  const isVariable = /^[A-Za-zα-ω]$/.test(base);
  const letter = isVariable && low?.startsWith("t") && LETTERS.includes(base) ? base : nothing;
  return html`<span data-symbol=${letter}>${isVariable ? html`<i>${base}</i>` : base}${
    low ? html`<sub>${low}</sub>` : nothing
  }${high ? html`<sup>${high}</sup>` : nothing}</span>`;
}

/**
 * Words that are lit alike and follow each other, in one piece.
 * @param {Word[]} words
 * @returns {{lit: boolean, words: string[]}[]}
 */
function pieces(words) {
  /** @type {{lit: boolean, words: string[]}[]} */
  const found = [];
  for (const { word, lit } of words) {
    const last = found[found.length - 1];
    if (last && last.lit === lit) last.words.push(word);
    else found.push({ lit, words: [word] });
  }
  return found;
}

const gap = (/** @type {string} */ before, /** @type {string | undefined} */ next) =>
  next && !TIGHT.test(next) && !/[([]$/.test(before) ? " " : "";

/** @param {Word[]} words */
function line(words) {
  const all = pieces(words);
  return html`<div>${all.map(({ lit, words: piece }, p) => {
    const inside = piece.map((word, k) => html`${written(word)}${gap(word, piece[k + 1])}`);
    return html`${lit ? html`<mark>${inside}</mark>` : inside}${gap(piece[piece.length - 1], all[p + 1]?.words[0])}`;
  })}</div>`;
}

const training = (/** @type {string} */ kind) => (MEMBERS[kind].atOnce ? "all steps at once" : "step by step");

/**
 * @param {{left: string, right: string, onLeft: (kind: string) => void, onRight: (kind: string) => void}} props
 */
export function equations({ left, right, onLeft, onRight }) {
  const options = KINDS.map((kind) => ({ value: kind, text: MEMBERS[kind].name }));
  const head = (
    /** @type {string} */ side,
    /** @type {string} */ kind,
    /** @type {(kind: string) => void} */ onChange,
  ) =>
    html`<th scope="col">${select({ label: html`<i class="fm-pen fm-pen-${side}"></i><span class="lt-sr">${side} cell</span>`, value: kind, options, onChange })}
      <small>${MEMBERS[kind].by} ${MEMBERS[kind].year}</small></th>`;
  const [one, other] = [training(left), training(right)];
  const marked = (/** @type {string} */ text) => (one === other ? text : html`<mark>${text}</mark>`);
  return html`<table class="fm-equations">
    <thead><tr><td></td>${guard([left], () => head("left", left, onLeft))}${guard([right], () => head("right", right, onRight))}</tr></thead>
    <tbody>${compared(left, right).map(
      ({ row, sides }) =>
        html`<tr><th scope="row">${row}</th>${sides.map((lines) => html`<td>${lines.map(line)}</td>`)}</tr>`,
    )}
    <tr><th scope="row">trained</th><td>${marked(one)}</td><td>${marked(other)}</td></tr></tbody>
  </table>`;
}
