// What the attention lab shows around its pictures: templates without a state of their own.

import { html, nothing } from "lit-html";
import { button, choice, percent, select, textField, toggle, visible } from "../js/kit/index.js";
import { dateText, fromNorm, judged } from "./dates.js";
import { changesOf } from "./reading.js";

/** @typedef {import("./reading.js").About} About */
/** @typedef {import("./reading.js").Piece} Piece */
/** @typedef {import("./translator.js").Translation} Translation */

export const KINDS = ["additive", "dot"];
export const VIEWS = ["arcs", "heat map"];
const LABELS = /** @type {Record<string, string>} */ ({ additive: "additive", dot: "general" });
export const NAMES = Object.fromEntries(KINDS.map((kind) => [kind, `${LABELS[kind]} scores`]));
const FORMULAS = /** @type {Record<string, string>} */ ({
  AdditiveAttention: "e = v · tanh(W s + U h)",
  DotAttention: "e = s · h",
  GeneralAttention: "e = s · W h",
});

/** @typedef {import("./dates.js").Verdict} Verdict */

/** What is typed. @param {{typed: string, about: About, onWrite: (text: string) => void}} props */
export const field = ({ typed, about, onWrite }) =>
  textField({
    label: "Type a date, in any form",
    value: typed,
    maxLength: about.typed,
    hint: "3 March 2011",
    onInput: onWrite,
  });

/**
 * The forms that a text may take, and a day that surprises.
 * @param {{
 *   about: About, text: string, verdict: Verdict, onWrite: (text: string) => void, onSurprise: () => void,
 * }} props  `text`: as the translators read it
 */
export function forms({ about, text, verdict, onWrite, onSurprise }) {
  const day = fromNorm(verdict.answer || "2011-03-03");
  const written = about.forms.map((form) => dateText(day, form, "usual", about));
  const options = [
    { value: "", text: "choose …" },
    ...written.map((value) => ({ value, text: value })),
    ...about.outside.map((value) => ({ value, text: `not in its training: ${value}` })),
  ];
  return html`<div class="al-forms">
      ${select({
        label: "or take a form",
        value: options.some(({ value }) => value === text) ? text : "",
        options,
        onChange: (value) => value && onWrite(value),
      })}
      ${button({ text: "Surprise me", onClick: onSurprise })}
    </div>`;
}

/** Whether the text has a form of the training. @param {string} text @param {Verdict} verdict @param {About} about */
export const formNote = (text, verdict, about) =>
  html`<p class="lt-hint">${
    !text
      ? "Nothing to read yet: type a date, or take a form."
      : verdict.same
        ? `This is one of its ${about.forms.length} forms${about.days.includes(verdict.answer) ? "; it never saw this day" : ""}.`
        : html`<b>Not as in its training.</b> ${verdict.why}.`
  }</p>`;

/** What of the typed text is read in another way. @param {Piece[]} pieces @param {About} about */
export function readNote(pieces, about) {
  const said = changesOf(pieces, about.longest);
  if (!said) return nothing;
  return html`<p class="lt-hint"><span class="lt-mono al-typed">${pieces.map(({ typed, read, why }) =>
    why ? html`<s>${visible(typed)}</s>${why === "replaced" ? html`<ins>${read}</ins>` : nothing}` : visible(typed),
  )}</span> ${said}</p>`;
}

/**
 * Which scores, and which picture.
 * @param {import("../js/kit/widget.js").View} view
 * @param {string} attention  its class in Python
 * @param {() => void} onScores  called before the scores change
 */
export const choices = (view, attention, onScores) =>
  html`<div class="lt-row al-choices">
      ${choice({
        id: view.id("scores"),
        label: "scores",
        value: view.get("scores"),
        options: KINDS.map((value) => ({ value, text: LABELS[value] })),
        onChange: (scores) => {
          onScores();
          view.set({ scores });
        },
      })}
      ${choice({
        id: view.id("view"),
        label: "picture",
        value: view.get("view"),
        options: VIEWS.map((value) => ({ value, text: value })),
        onChange: (chosen) => view.set({ view: chosen }),
      })}
    </div>
    <p class="lt-hint">The score of a character: ${FORMULAS[attention]}</p>
    ${toggle({
      label: "both scores at once",
      value: view.get("compare"),
      onChange: (compare) => {
        onScores();
        view.set({ compare });
      },
    })}`;

/**
 * What one translator writes, and whether that is right.
 * @param {{
 *   kind: string, translation: Translation, verdict: Verdict, before: string | null, isNamed: boolean, hidden: boolean,
 * }} props  `before`: what it wrote before characters were erased; `hidden`: not written yet
 */
export function heading({ kind, translation, verdict, before, isNamed, hidden }) {
  const { written, logProbability, finished } = translation;
  const { right, text } = judged(written, verdict, before);
  const sign = right === null ? "" : right ? "✓ " : "✗ ";
  const look = right === null ? "" : right ? "al-right" : "al-wrong";
  const sure = html`<span class="lt-hint">(probability ${percent(Math.exp(logProbability))}${finished ? "" : "; it never stopped"})</span> `;
  return html`<div class="al-heading">${isNamed ? html`<h4>${NAMES[kind]}</h4>` : nothing}
      <p class="al-said">${isNamed ? nothing : html`<span class="lt-hint">It writes</span> `}<b class="lt-mono">${hidden ? "…" : written || "nothing"}</b>
        ${hidden || isNamed ? nothing : sure}<span class="al-verdict ${look}">${hidden ? "" : `${sign}${text}`}</span></p></div>`;
}

/**
 * A day that surprises: another form each time, and now and then another case.
 * @param {number} k
 * @param {About} about
 */
export function surpriseOf(k, about) {
  const { days, forms, cases } = about;
  const style = cases[k % 5 === 4 ? 1 : k % 5 === 2 ? 2 : 0];
  return dateText(fromNorm(days[k % days.length]), forms[(7 * k + 3) % forms.length], style, about);
}
