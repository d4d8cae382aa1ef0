// The letters that may come next, the likeliest first: each can be chosen by hand.

import { html } from "lit-html";
import { percent, visible } from "../js/kit/index.js";
import { said } from "./paper.js";

const SHOWN = 10;

/**
 * @param {{
 *   items: {code: number, share: number, drawn: number}[], alphabet: string, came: string | undefined, before: string,
 *   full: boolean, plain: boolean, onChoose: (code: number) => void,
 * }} props  `came`: the letter that was written at this place; `plain`: the rule leaves the shares as they are
 */
export function list({ items, alphabet, came, before, full, plain, onChoose }) {
  const shown = items.slice(0, SHOWN);
  const other = items.findIndex(({ code }) => alphabet[code] === came);
  if (other >= SHOWN) shown[SHOWN - 1] = items[other];
  const row = (/** @type {typeof items[number]} */ { code, share, drawn }) => {
    const sign = alphabet[code];
    const rule = plain ? "" : `, drawn with ${percent(drawn)}`;
    const words = `Write ${said(sign)}: ${percent(share)}${rule}${sign === came ? ", written here" : ""}`;
    return html`<li><button type="button" class="wr-choice ${sign === came ? "wr-came" : ""} ${drawn ? "" : "wr-cut"}"
      aria-label=${words} ?disabled=${full} data-lm-suppress-shortcuts="true" @click=${() => onChoose(code)}>
      <span class="lt-mono">${visible(sign)}</span>
      <span class="wr-share"><i style="--share:${drawn}"></i><b style="--share:${share}"></b></span>
      <span class="lt-value">${percent(drawn)}</span></button></li>`;
  };
  const kept = items.filter(({ drawn }) => drawn > 0).length;
  return html`<div class="wr-list">
    <span class="lt-label">Next after <span class="lt-mono">${Array.from(before, visible).join("")}</span></span>
    <ol>${shown.map(row)}</ol>
    <p class="lt-hint">${
      full
        ? "The paper is full: take letters back, or start over."
        : `Filled: chance in a draw of ${kept}. ${plain ? "" : "Outline: the network’s own. "}Press one to write it.`
    }</p>
  </div>`;
}
