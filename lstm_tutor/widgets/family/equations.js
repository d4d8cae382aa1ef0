// The equations of two members, row by row in line, with what differs lit.

import { html } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { select } from "../js/kit/index.js";
import { compared } from "./differences.js";
import { KINDS, MEMBERS } from "./members.js";

/** @typedef {{word: string, lit: boolean}} Word */

const LETTERS = "ifogchrz"; // n is a candidate in some of the cells and a sum in others
const TIGHT = /^[,;)\]]/;

/**
 * A word of a formula: `h_{t−1}` with its index lowered, `k_t^⊤` with its sign raised. As HTML: the browser makes the
 * many small parts of an equation faster than a template of each.
 * @param {string} word
 */
function written(word) {
  const [, base, low, high] = /^([^_^]+)(?:_\{?([^}^]+)\}?)?(?:\^(.+))?$/.exec(word) ?? ["", word.replace("<", "&lt;")];
  const isVariable = /^[A-Za-zα-ω]$/.test(base);
  const symbol = isVariable && low?.startsWith("t") && LETTERS.includes(base) ? ` data-symbol="${base}"` : "";
  return `<span${symbol}>${isVariable ? `<i>${base}</i>` : base}${low ? `<sub>${low}</sub>` : ""}${
    high ? `<sup>${high}</sup>` : ""
  }</span>`;
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
  const parts = all.map(({ lit, words: piece }, p) => {
    const inside = piece.map((word, k) => written(word) + gap(word, piece[k + 1])).join("");
    return (lit ? `<mark>${inside}</mark>` : inside) + gap(piece[piece.length - 1], all[p + 1]?.words[0]);
  });
  return `<div>${parts.join("")}</div>`;
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
        html`<tr><th scope="row">${row}</th>${sides.map((lines) => html`<td .innerHTML=${lines.map(line).join("")}></td>`)}</tr>`,
    )}
    <tr><th scope="row">trained</th><td>${marked(one)}</td><td>${marked(other)}</td></tr></tbody>
  </table>`;
}
