// Two chains over a sentence, in the book's grammar: words come from below, what is known goes up, the backward rail is
// the forward rail mirrored below it. What reaches the chosen word is lit.

import { svg } from "lit-html";

export const CHAINS = { height: 168, forward: 46, backward: 98, foot: 132, side: 26, offset: 17 };
const RAIL = 12;

/**
 * Does a link of a chain carry something to word `token`? Link k leads to word k.
 * @param {"forward" | "backward"} way
 * @param {number} link
 * @param {number} token
 * @param {string} reader
 */
export const reaches = (way, link, token, reader) =>
  (reader === "both" || reader === way) && (way === "forward" ? link <= token : link >= token);

/**
 * What a reader has seen when it says the tag of a word.
 * @param {string[]} words
 * @param {number} token
 * @param {string} reader
 */
export function seenBy(words, token, reader) {
  const before = words.slice(0, token + 1);
  const after = words.slice(token);
  return reader === "both" ? words : reader === "forward" ? before : after;
}

/**
 * @param {{
 *   words: string[], pitch: number, token: number, reader: string, label: string,
 *   sizes: {forward: number[], backward: number[]}, onPress: (token: number) => void,
 * }} props  `sizes`: of the states, 0 to 1
 */
export function chains({ words, pitch, token, reader, label, sizes, onPress }) {
  const { height, forward, backward, foot, side, offset } = CHAINS;
  const width = words.length * pitch;
  const at = (/** @type {number} */ k) => (k + 0.5) * pitch;
  /** @param {"forward" | "backward"} way @param {number} k */
  const link = (way, k) => {
    const ahead = way === "forward" ? 1 : -1;
    const y = way === "forward" ? forward : backward;
    const start = at(k) - ahead * offset + (ahead * side) / 2;
    const next = k + ahead;
    const last = next < 0 || next >= words.length;
    const stop = last ? start + ahead * 14 : at(next) - ahead * offset - (ahead * side) / 2;
    const size = sizes[way][k];
    const half = RAIL / 2;
    const tip = last
      ? `L${stop - ahead * 4} ${y - half}L${stop} ${y}L${stop - ahead * 4} ${y + half}`
      : `L${stop} ${y - half}L${stop} ${y + half}`;
    const lit = !last && reaches(way, next, token, reader) && reaches(way, k, token, reader);
    return svg`<g class=${lit ? "td-link" : "td-link is-faded"}>
      <path d="M${start} ${y - half}${tip}L${start} ${y + half}Z" class="td-wall" />
      <path d="M${start} ${y}L${last ? stop - ahead * 4 : stop} ${y}" class="td-stream"
        stroke-width=${(size * RAIL).toFixed(2)} /></g>`;
  };
  /** @param {"forward" | "backward"} way @param {number} k */
  const box = (way, k) => {
    const ahead = way === "forward" ? 1 : -1;
    const y = way === "forward" ? forward : backward;
    const x = at(k) - ahead * offset;
    const lit = reaches(way, k, token, reader);
    const out = reader === "both" || reader === way;
    const tip = x + ahead * 6;
    return svg`<g class=${lit ? "td-box" : "td-box is-faded"}>
        <path d="M${at(k)} ${foot}L${x} ${foot}L${x} ${y + side / 2 + 5}" class="td-wire" />
        <path d="M${x} ${y + side / 2}l4 7l-8 0Z" class="td-head" />
        <rect x=${x - side / 2} y=${y - side / 2} width=${side} height=${side} rx="6" />
        <path d="M${x - ahead * 6} ${y}L${tip} ${y}M${x + ahead} ${y - 5}L${tip} ${y}L${x + ahead} ${y + 5}"
          class="td-arrow" /></g>
      <path d="M${x} ${y - side / 2}L${x} 12L${at(k)} 12" class=${out && k === token ? "td-wire" : "td-wire is-faded"}
        />`;
  };
  return svg`<svg class="td-chains" width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="img"
    aria-label=${label}>
    ${words.map((_, k) => link("forward", k))}${words.map((_, k) => link("backward", k))}
    ${words.map(
      (word, k) => svg`<g @click=${() => onPress(k)} class="td-column">
      <rect x=${k * pitch} y="0" width=${pitch} height=${height} class="td-touch" />
      ${box("forward", k)}${box("backward", k)}
      <path d="M${at(k)} 12L${at(k)} 6" class=${k === token ? "td-wire" : "td-wire is-faded"} />
      <path d="M${at(k)} 0l4 7l-8 0Z" class=${k === token ? "td-head" : "td-head is-faded"} />
      <circle cx=${at(k)} cy="12" r="3" class=${k === token ? "td-head" : "td-head is-faded"} />
      <path d="M${at(k)} ${foot + 12}L${at(k)} ${foot}" class="td-wire" />
      <text x=${at(k)} y=${foot + 28} text-anchor="middle"
        class=${k === token ? "td-word is-now" : "td-word"}>${word}</text></g>`,
    )}
  </svg>`;
}
