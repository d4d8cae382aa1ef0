// The weights as a heat map: a row for each symbol that is written, a column for each character that is read.

import { percent, visible } from "../js/kit/index.js";
import { shownAs, symbolName } from "./words.js";

/** @typedef {import("./translator.js").Translation} Translation */

const SIGNS = 24; // px, of the text below the map

/**
 * What the heat map shows.
 * @param {import("./arcs.js").Props} props
 */
export function heatOf({ translation, focus: { step, place }, shown, looks, tall, label, stop, onFocus, onLeave }) {
  const point = (
    /** @type {{row?: number, column?: number}} */ { row, column },
    /** @type {"hover" | "press" | "key"} */ how,
  ) => onFocus({ step: row ?? -1, place: column ?? -1 }, how);
  return {
    label,
    columnName: "character",
    columns: Array.from(translation.text, visible),
    rowHeight: Math.min(Math.floor((tall - SIGNS) / translation.steps.length), 22),
    minColumn: 11,
    maxColumn: 44,
    rows: translation.steps.map(({ symbol, shares, weights }, i) => ({
      label: i < shown ? `${shownAs(symbol, stop)}\u2002${shareOf(shares)}` : "·",
      name: i < shown ? `step ${i + 1} writes ${symbolName(symbol, stop)}` : `step ${i + 1}`,
      kind: /** @type {const} */ ("gate"),
      values: i < looks ? weights : weights.map(() => Number.NaN),
    })),
    cursor: step < 0 && place < 0 ? null : { row: step < 0 ? undefined : step, column: place < 0 ? undefined : place },
    onCursor: point,
    onEdge: point,
    onLeave,
  };
}

/** The largest share in percent, as wide as 100. @param {Float64Array} shares */
const shareOf = (shares) =>
  percent(Math.max(...shares))
    .replace(" %", "")
    .padStart(3, "\u2007");
