// The chosen word's probabilities by the three readers, and which other words would change its tag.

import { html } from "lit-html";
import { button, number } from "../js/kit/index.js";
import { largest, READERS } from "./reading.js";

/**
 * @param {{word: string, tags: string[], shares: Record<string, ArrayLike<number>>, hidden: boolean}} props
 */
export function shareTable({ word, tags, shares, hidden }) {
  const best = Object.fromEntries(READERS.map((reader) => [reader, largest(shares[reader])]));
  return html`<table class="td-shares">
    <caption class="lt-label">What is “${word}”? Probabilities by reader</caption>
    <thead><tr><th scope="col">tag</th>${READERS.map((reader) => html`<th scope="col">${reader}</th>`)}</tr></thead>
    <tbody>${tags.map(
      (tag, k) =>
        html`<tr><th scope="row">${tag}</th>${READERS.map((reader) => {
          const share = hidden ? 0 : shares[reader][k];
          return html`<td class=${!hidden && best[reader] === k ? "is-best" : ""}><i
            style="--share:${share.toFixed(4)}"></i>
        <span class="lt-value">${hidden ? "?" : number(share)}</span></td>`;
        })}</tr>`,
    )}</tbody>
  </table>`;
}

const MOST = 5;

/**
 * @param {{
 *   word: string, who: string, words: string[], vocabulary: string[], tags: string[],
 *   groups: ReturnType<typeof import("./reading.js").gathered> | null, onTry: (at: number, word: string) => void,
 * }} props
 */
export function changePanel({ word, who, words, vocabulary, tags, groups, onTry }) {
  const shown = groups?.slice(0, 4) ?? [];
  return html`<section class="td-changes" aria-label="What would change this tag?">
    <h4>What would change the tag of “${word}”?</h4>
    <p class="lt-hint">Every other word in turn was replaced by each of the ${vocabulary.length - 1} others, and ${who} read
      again. Press a word to try it.</p>
    ${groups === null ? html`<p class="lt-hint">Trying…</p>` : ""}
    ${groups?.length === 0 ? html`<p>No single other word changes it.</p>` : ""}
    <ul>${shown.map(
      ({ at, tag, codes }) => html`<li><span><b>${tags[tag]}</b>, if word ${at + 1}, “${words[at]}”, is</span>
      <span class="td-others">${codes.slice(0, MOST).map((code) =>
        button({
          text: vocabulary[code],
          onClick: () => onTry(at, vocabulary[code]),
        }),
      )}
      ${codes.length > MOST ? html`<span class="lt-hint">and ${codes.length - MOST} more</span>` : ""}</span></li>`,
    )}</ul>
    ${
      groups && groups.length > shown.length
        ? html`<p class="lt-hint">And ${groups.length - shown.length} more
      combinations of place and tag.</p>`
        : ""
    }
  </section>`;
}
