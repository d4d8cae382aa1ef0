// The picture of a sentence, a column for each word: the readers' tags, the states of both directions, the two chains.

import { html, nothing, render } from "lit-html";
import { heatMap, number } from "../js/kit/index.js";
import { chains, seenBy } from "./picture.js";
import { largest, READERS, sizeOf } from "./reading.js";

/** @typedef {import("./reading.js").Reader} Reader */
/** @typedef {ReturnType<typeof import("./reading.js").readAll>} Reading */
/** @typedef {"forward" | "backward"} Way */

const WAYS = /** @type {const} */ (["forward", "backward"]);
export const ROW = 8; // px of a unit in the strips
const NARROW = 80; // px of a word's column, at least
const WIDE = 118;
const UNSURE = 0.6; // a likeliest tag below this stands out
export const NAMES = /** @type {Record<Reader, string>} */ ({
  forward: "the forward reader",
  backward: "the backward reader",
  both: "the reader of both directions",
});

/**
 * The tags that a reader gives to all words, in words.
 * @param {Float64Array[]} shares  by word
 * @param {string[]} words
 * @param {string[]} tags
 */
export const tagsInWords = (shares, words, tags) =>
  words.map((word, t) => `${word} ${tags[largest(shares[t])]} ${number(Math.max(...shares[t]))}`).join(", ");

/**
 * One reader's row of tags.
 * @param {{
 *   who: Reader, reader: Reader, words: string[], tags: string[], shares: Reading["shares"], hidden: boolean,
 *   pitch: number,
 * }} options
 */
function tagRow({ who, reader, words, tags, shares, hidden, pitch }) {
  const label = `${NAMES[who]}: ${hidden ? "hidden until you answer" : tagsInWords(shares[who], words, tags)}`;
  const cell = (/** @type {number} */ t) => {
    const row = shares[who][t];
    const best = largest(row);
    const differs = !hidden && best !== largest(shares.both[t]);
    const share = hidden ? "" : `${differs ? "≠ " : ""}${number(row[best])}`;
    return html`<span class=${differs || (!hidden && row[best] < UNSURE) ? "is-other" : ""}
      style="width:${pitch}px"><b>${hidden ? "?" : tags[best]}</b>
      <i style="--share:${hidden ? 0 : row[best].toFixed(4)}"></i><small class="lt-value">${share}</small></span>`;
  };
  return html`<div class=${who === reader ? "td-tags is-reader" : "td-tags"} role="img" aria-label=${label}>
    ${words.map((_, t) => cell(t))}</div>`;
}

/**
 * The picture, made once; `update` paints it.
 * @param {import("../js/kit/widget.js").View} view
 * @param {{tags: string[], onChoose: (token: number) => void}} options
 */
export function sentenceFrame(view, { tags, onChoose }) {
  const el = view.root.ownerDocument.createElement("div");
  el.className = "td-frame";
  el.tabIndex = 0; // a long sentence scrolls, with the arrow keys too
  el.role = "group";
  el.ariaLabel = "The sentence, a column for each word";
  const strips = { forward: heatMap(view), backward: heatMap(view) };
  /** @type {{row: number, column: number, way: Way} | null} */
  let pointed = null;
  let shown = "";
  /** @type {unknown[]} */
  let before = [];

  /** @param {Way} way @param {Reading} reading @param {number} token @param {boolean} hidden @param {number} pitch */
  const paintStrip = (way, reading, token, hidden, pitch) => {
    const blank = (/** @type {ArrayLike<number>} */ row) => (hidden ? Array.from(row, () => Number.NaN) : row);
    const states = reading[way].map(blank);
    strips[way].update({
      label: `The ${way} state at each word, ${reading.H} units`,
      rowHeight: ROW,
      minColumn: pitch,
      maxColumn: pitch,
      columnName: "word",
      rows: Array.from({ length: reading.H }, (_, unit) => ({
        label: `${way} h, unit ${unit}`,
        letter: "h",
        kind: /** @type {"signed"} */ ("signed"),
        values: states.map((state) => state[unit]),
      })),
      cursor: pointed?.way === way ? { row: pointed.row, column: pointed.column } : { column: token },
      onCursor(place, how) {
        pointed = { ...place, way };
        if (how !== "hover") onChoose(place.column);
        view.repaint();
      },
      onLeave() {
        pointed = null;
        view.repaint();
      },
    });
  };

  /**
   * The word looked at comes into sight, once for each sentence.
   * @param {number} token
   * @param {number} T
   * @param {number} pitch
   */
  const follow = (token, T, pitch) => {
    if (!el.clientWidth) return;
    const start = token * pitch;
    if (el.scrollWidth > el.clientWidth && shown !== `${token}/${T}`) {
      if (start < el.scrollLeft) el.scrollLeft = start;
      if (start + pitch > el.scrollLeft + el.clientWidth) el.scrollLeft = start + pitch - el.clientWidth;
    }
    shown = `${token}/${T}`;
  };

  return {
    el,
    /** Nothing is pointed at any more. */
    forget() {
      pointed = null;
    },
    /**
     * @param {{
     *   words: string[], token: number, reader: Reader, hidden: boolean, reading: Reading, show: string,
     * }} props  `show`: "picture" for the chains, "states" for the strips, else the tags alone
     */
    update({ words, token, reader, hidden, reading, show }) {
      const now = [
        words.join(" "),
        token,
        reader,
        hidden,
        reading,
        show,
        view.width,
        pointed,
        el.isConnected,
        view.theme.dark,
      ];
      if (now.every((value, k) => value === before[k])) return;
      before = now;
      const T = words.length;
      const room = el.clientWidth || view.width - 130;
      const pitch = Math.max(NARROW, Math.min(Math.floor(room / T), WIDE));
      if (show === "states") for (const way of WAYS) paintStrip(way, reading, token, hidden, pitch);
      const chain = `Two chains of cells over ${T} words, one to the right, one to the left`;
      const past = seenBy(words, token, reader).join(" ");
      const seen = `At word ${token + 1}, ${words[token]}, ${NAMES[reader]} has seen: ${past}`;
      const sizes = {
        forward: reading.forward.map((h) => (hidden ? 0 : sizeOf(h))),
        backward: reading.backward.map((h) => (hidden ? 0 : sizeOf(h))),
      };
      render(
        html`<div class="td-sheet" style="width:${T * pitch}px">
        <div class="td-now" style="width:${pitch}px;transform:translateX(${token * pitch}px)"></div>
        ${READERS.map((who) => tagRow({ who, reader, words, tags, shares: reading.shares, hidden, pitch }))}
        ${show === "states" ? html`<div class="td-strips">${strips.forward.el}${strips.backward.el}</div>` : nothing}
        ${show === "picture" ? chains({ words, pitch, token, reader, label: `${chain}. ${seen}`, sizes, onPress: onChoose }) : nothing}
      </div>`,
        el,
      );
      follow(token, T, pitch);
    },
    /**
     * The value pointed at, or how the strips are read.
     * @param {string[]} words
     * @param {boolean} hidden
     * @param {Reading} reading
     */
    readout(words, hidden, reading) {
      if (!pointed || hidden || pointed.column >= words.length)
        return "A thin row for each unit. “both” reads the two strips, joined.";
      const { way, row, column } = pointed;
      return `${way} h of unit ${row} at “${words[column]}”: ${number(reading[way][column][row])}`;
    },
  };
}
