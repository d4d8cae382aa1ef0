// The verdicts, the table of all variants, and the guess that comes before it.

import { html, nothing } from "lit-html";
import { select } from "../js/kit/index.js";
import { CODES, FULL } from "./changes.js";
import { thousands } from "./curves.js";

/**
 * @typedef {{
 *   variant: string, median: number | null, low: number | null, high: number | null, solved: number, runs: number,
 *   parameters: number,
 * }} Row
 * @typedef {{
 *   solved: [number, number], whole: [number, number], chance: number, slower: number, worse: boolean,
 * }} Outcome  `solved` and `whole`: how many of how many runs, of the variant and of the whole cell
 * @typedef {Record<string, Outcome>} Ours  by task
 */

/** What half of the runs needed, in words. @param {Row} row @param {number} most */
export const medianInWords = ({ median }, most) => (median === null ? `> ${thousands(most)}` : thousands(median));

/** @param {Row} row */
export function spreadInWords({ low, high, solved, runs }) {
  if (low === null || high === null) return "none solved";
  const spread = low === high ? thousands(low) : `${thousands(low)}–${thousands(high)}`;
  return solved < runs ? `${spread} ✕` : spread;
}

/** What the runs came to: the counts first, then the verdict and what it rests on. @param {Outcome} outcome */
export function outcomeInWords({ solved, whole, chance, slower, worse }) {
  const counts = `solves ${solved[0]} of ${solved[1]}; the whole cell ${whole[0]} of ${whole[1]}`;
  const failures =
    chance === 1 ? "" : `, more failures: p ${chance < 0.001 ? "< 0.001" : `= ${chance.toPrecision(2)}`}`;
  const grounds = `slower in ${Math.round(1000 * slower) / 10} % of the pairs${failures}`;
  return { counts, verdict: worse ? "Worse" : "Not clearly worse", grounds };
}

/**
 * @param {{
 *   variant: string, codes: string[], meanings: Record<string, string>, titles: Record<string, string>,
 *   paper: Record<string, Record<string, string>>, ours: Record<string, Ours>,
 *   claims: Record<string, {text: string, outcome: string}>,
 * }} props
 */
export function verdictPanel({ variant, codes, meanings, titles, paper, ours, claims }) {
  if (!codes.length) {
    return html`<section class="ab-verdict" aria-label="Verdict"><h4>The whole cell</h4>
      <p>An LSTM with peepholes and all three gates: what every change is compared with. Switch one part
        off.</p></section>`;
  }
  if (codes.length > 1) {
    return html`<section class="ab-verdict" aria-label="Verdict"><h4>${codes.join(" and ")}: nobody ran this here</h4>
      <p>The paper changed one part at a time, and so do the stored runs. The drawing and the equations show what this
        cell would be; how it
        learns, nobody has measured here, so there is no curve. The whole cell's curves stay for
        comparison.</p></section>`;
  }
  const [said, here, claim] = [paper[variant], ours[variant], claims[variant]];
  return html`<section class="ab-verdict" aria-label="Verdict"><h4>${variant},
    ${meanings[variant].replace(" - ", " − ")}</h4>
    <dl><div><dt>The paper</dt>${
      said
        ? html`<dd>${Object.entries(said).map(([set, word], k) => html`${k ? "; " : ""}${set}: <b>${word}</b>`)}.</dd>`
        : html`<dd>This book has no verdict of the paper on ${variant} that it could check, so it compares none.</dd>`
    }</div>
    <div><dt>Our runs</dt>${
      here
        ? Object.entries(here).map(([task, outcome]) => {
            const { counts, verdict, grounds } = outcomeInWords(outcome);
            return html`<dd>${titles[task].replace(/^the /, "")}: ${counts}. <b>${verdict}</b>: ${grounds}.</dd>`;
          })
        : html`<dd>no stored run yet</dd>`
    }</div></dl>
    ${
      claim && here
        ? html`<p><strong>${claim.outcome === "holds" ? "They agree." : "They do not agree."}</strong> Expected from the
          paper: ${claim.text}.
      In our runs this ${claim.outcome}.</p>`
        : nothing
    }
  </section>`;
}

/**
 * @param {{
 *   rows: Row[], title: string, most: number, variant: string, guess: string, meanings: Record<string, string>,
 *   ours: Record<string, Ours>, paper: Record<string, Record<string, string>>, task: string,
 *   onChoose: (variant: string) => void,
 * }} props
 */
export function variantTable({ rows, title, most, variant, guess, meanings, ours, paper, task, onChoose }) {
  return html`<p class="lt-hint ab-sideways" aria-hidden="true">Swipe the table: more columns at the right →</p>
    <div class="ab-scroll" role="group" aria-label="Table of all variants" tabindex="0"><table
    class="ab-table">
    <caption class="lt-label">All variants on ${title}, the fastest first</caption>
    <thead><tr><th scope="col">cell</th><th scope="col">solved</th><th scope="col">worse here</th><th
      scope="col">paper: worse on</th><th scope="col">median sequences</th><th scope="col">those that solved it</th>
      <th scope="col">parameters</th></tr></thead>
    <tbody>${rows.map((row) => {
      const name = row.variant;
      const worse = paper[name] && Object.values(paper[name]).filter((word) => word === "worse").length;
      return html`<tr class=${name === variant ? "is-now" : ""}>
        <th scope="row"><button type="button" data-lm-suppress-shortcuts="true" aria-pressed=${name === variant}
          title=${meanings[name] ?? "the whole cell"}
          @click=${() => onChoose(name)}>${name === FULL ? "whole cell" : name}</button>${
            name === guess
              ? html` <span
            class="ab-guess">guess</span>`
              : nothing
          }</th>
        <td>${row.solved} of ${row.runs}</td>
        <td>${name === FULL || !ours[name] ? "" : ours[name][task].worse ? html`<b>yes</b>` : "not clearly"}</td>
        <td>${paper[name] ? `${worse} of ${Object.keys(paper[name]).length} sets` : ""}</td>
        <td>${medianInWords(row, most)}</td><td>${spreadInWords(row)}</td><td>${thousands(row.parameters)}</td></tr>`;
    })}</tbody></table></div>`;
}

/**
 * Where a guess came out: its place from the slow end, and what is slowest. Rows are sorted, the slowest last.
 * @param {Row[]} rows
 * @param {string} guess
 */
export function placeOf(rows, guess) {
  const place = rows.length - rows.findIndex(({ variant }) => variant === guess);
  return { place, worst: rows[rows.length - 1] };
}

/** A variant as one says it. @param {Record<string, string>} meanings @param {string} code */
const saying = (meanings, code) => meanings[code].split(":")[0];

/** @param {number} place from 2 to 9 */
const nth = (place) => ({ 2: "2nd", 3: "3rd" })[place] ?? `${place}th`;

/**
 * @param {{
 *   tables: Record<string, Row[]>, titles: Record<string, string>, meanings: Record<string, string>, guess: string,
 * }} props
 */
export const guessVerdict = ({ tables, titles, meanings, guess }) =>
  html`<p class="ab-came-out">${guess ? html`You said <b>${saying(meanings, guess)}</b> (${guess}).` : nothing}
    ${Object.entries(tables)
      .filter(([, rows]) => rows.length)
      .map(([task, rows]) => {
        const { place, worst } = placeOf(rows, guess);
        const name =
          worst.variant === FULL ? "the whole cell (" : `${saying(meanings, worst.variant)} (${worst.variant}; `;
        const last = `${name}${worst.solved} of ${worst.runs} solved)`;
        const own = guess && worst.variant !== guess ? `; yours comes ${nth(place)}` : "";
        return `On ${titles[task]} the slowest is ${last}${own}. `;
      })}</p>`;

/** @param {{onGuess: (code: string) => void, meanings: Record<string, string>}} props */
export const guessPanel = ({ onGuess, meanings }) =>
  select({
    label: html`<b>Guess before you look:</b> which one change makes learning slowest?`,
    value: "",
    options: [
      { value: "", text: "your guess …" },
      ...CODES.map((code) => ({ value: code, text: saying(meanings, code) })),
    ],
    onChange: onGuess,
  });
