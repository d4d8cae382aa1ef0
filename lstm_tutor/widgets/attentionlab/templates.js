// What the attention lab shows around its pictures: templates without a state of their own.

import { html, nothing } from "lit-html";
import { button, choice, percent, select, textField, toggle, visible } from "../js/kit/index.js";
import { dateText, fromNorm, judged, verdictOn } from "./dates.js";
import { changesOf } from "./reading.js";

/** @typedef {import("./reading.js").About} About */
/** @typedef {import("./reading.js").Piece} Piece */
/** @typedef {import("./translator.js").Translation} Translation */

export const KINDS = ["additive", "dot"];
export const VIEWS = ["arcs", "heat map"];
export const NAMES = /** @type {Record<string, string>} */ ({ additive: "additive scores", dot: "dot scores" });
const FORMULAS = /** @type {Record<string, string>} */ ({
  AdditiveAttention: "e = v · tanh(W s + U h)",
  DotAttention: "e = s · h",
  GeneralAttention: "e = s · W h",
});

/**
 * What is typed, the forms that it may take, and how it is read.
 * @param {{
 *   about: About, typed: string, pieces: Piece[], text: string, onWrite: (text: string) => void,
 *   onSurprise: () => void,
 * }} props  `text`: as the translators read it
 */
export function controls({ about, typed, pieces, text, onWrite, onSurprise }) {
  const known = verdictOn(text, about);
  const day = fromNorm(known.answer || "2011-03-03");
  const forms = about.forms.map((form) => dateText(day, form, "usual", about));
  const options = [
    { value: "", text: "choose …" },
    ...forms.map((value) => ({ value, text: value })),
    ...about.outside.map((value) => ({ value, text: `not in its training: ${value}` })),
  ];
  return html`${textField({
    label: "Type a date, in any form",
    value: typed,
    maxLength: about.typed,
    hint: "3 March 2011",
    onInput: onWrite,
  })}
    <div class="al-forms">
      ${select({
        label: "or take a form",
        value: options.some(({ value }) => value === text) ? text : "",
        options,
        onChange: (value) => value && onWrite(value),
      })}
      ${button({ text: "Surprise me", onClick: onSurprise })}
    </div>
    <div class="al-noted">${readNote(pieces, text, about)}${text ? formNote(known, about) : nothing}</div>`;
}

/** Whether the text has a form of the training. @param {ReturnType<typeof verdictOn>} known @param {About} about */
const formNote = (known, about) =>
  html`<p class="lt-hint">${
    known.same
      ? html`This is one of its ${about.forms.length}
        forms${about.days.includes(known.answer) ? "; it never saw this day" : ""}.`
      : html`<b>Not as in its training.</b> ${known.why}.`
  }</p>`;

/** What of the typed text is read in another way. @param {Piece[]} pieces @param {string} text @param {About} about */
function readNote(pieces, text, about) {
  const said = changesOf(pieces, about.longest);
  if (!said) return text ? nothing : html`<p class="lt-hint">Nothing to read yet: type a date, or take a form.</p>`;
  return html`<p class="lt-hint"><span class="lt-mono al-typed">${pieces.map(({ typed, read, why }) =>
    why ? html`<s>${visible(typed)}</s>${why === "replaced" ? html`<ins>${read}</ins>` : nothing}` : visible(typed),
  )}</span> ${said}</p>`;
}

/**
 * Which scores, and which picture.
 * @param {import("../js/kit/widget.js").View} view
 * @param {() => void} onScores  called before the scores change
 */
export const choices = (view, onScores) =>
  html`<div class="lt-row al-choices">
      ${choice({
        id: view.id("scores"),
        label: "scores",
        value: view.get("scores"),
        options: KINDS.map((value) => ({ value, text: value })),
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
      ${toggle({
        label: "both scores at once",
        value: view.get("compare"),
        onChange: (compare) => view.set({ compare }),
      })}
    </div>`;

/**
 * What one translator writes, and whether that is right.
 * @param {{
 *   kind: string, translation: Translation, attention: string, text: string, about: About, hidden: boolean,
 * }} props
 */
export function heading({ kind, translation, attention, text, about, hidden }) {
  const { written, logProbability, finished } = translation;
  const verdict = judged(written, verdictOn(text, about));
  const sign = verdict.right === null ? "" : verdict.right ? "✓ " : "✗ ";
  const look = verdict.right === null ? "" : verdict.right ? "al-right" : "al-wrong";
  return html`<div class="al-heading"><h4>${NAMES[kind]} <span class="lt-hint">${FORMULAS[attention]}</span></h4>
      <p class="al-said"><b class="lt-mono">${hidden ? "…" : written || "nothing"}</b> <span
        class="al-verdict ${look}">${hidden ? "" : `${sign}${verdict.text}`}</span>
        <span class="lt-hint">${
          hidden ? "" : html`probability ${percent(Math.exp(logProbability))}${finished ? "" : "; it never stopped"}`
        }</span></p></div>`;
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
