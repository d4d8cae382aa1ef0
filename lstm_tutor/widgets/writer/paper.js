// The paper: the start and what was written, each letter as dark as it was surprising; a press chooses a place.

import { html, nothing } from "lit-html";
import { colorOf, inkOn, visible } from "../js/kit/index.js";

const DARKEST = 8; // bits of surprise at which a letter is darkest
const LIGHTEN = 0.8; // of the map, so that the letters can be read

/**
 * @param {{
 *   start: string[], written: string, costs: Float64Array, place: number, tall: number,
 *   dark: boolean, onPlace: (place: number) => void,
 * }} props  `costs`: bits, of all letters; `place`: how many written letters are read
 */
export function paper({ start, written, costs, place, tall, dark, onPlace }) {
  const letters = Array.from(written, (sign, k) => {
    const value = (LIGHTEN * Math.min(costs[start.length + k], DARKEST)) / DARKEST;
    const isRead = k < place;
    const look = isRead ? `background:${colorOf(value, "gate", dark)};color:${inkOn(value, "gate", dark)}` : nothing;
    const name = `wr-letter ${isRead ? "" : "wr-later"} ${k === place ? "wr-here" : ""}`;
    return html`<span class=${name} data-at=${k} style=${look}>${sign === "\n" ? "↵\n" : sign}</span>`;
  });
  const press = (/** @type {Event} */ event) => {
    const found = /** @type {HTMLElement} */ (event.target).closest("[data-at]");
    if (found instanceof HTMLElement) onPlace(Number(found.dataset.at));
  };
  return html`<div class="wr-paper" role="group" style="height:${tall}px"
    aria-label="Text, ${start.length} letters typed and ${written.length} written" @click=${press}>
    <div><span class="wr-start">${start.join("")}</span>${letters}${
      place === written.length ? html`<span class="wr-pen" aria-hidden="true"></span>` : nothing
    }</div></div>`;
}

/** A letter in a sentence. @param {string} sign */
export const said = (sign) =>
  /** @type {Record<string, string>} */ ({ " ": "a space", "\n": "a line break" })[sign] ?? `“${visible(sign)}”`;
