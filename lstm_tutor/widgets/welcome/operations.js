// How the reader's operations stand in a link, and what a sentence says of them.

import { number, percent, visible } from "../js/kit/values.js";

/** @typedef {import("./reading.js").Held} Held */

export const GATES = /** @type {const} */ (["f", "i", "o"]);
export const FURTHEST = 10; // what a reader may put into a cell
const STATES = /** @type {const} */ (["shut", "open"]);

/** "free", "shut" or "open". @param {Held} held @param {string} gate @param {number} unit */
export const stateOf = (held, gate, unit) => {
  const value = held[gate]?.[unit];
  return value === undefined ? "free" : STATES[value];
};

/**
 * The held gates with one of them changed.
 * @param {Held} held
 * @param {string} gate
 * @param {number} unit
 * @param {string} state
 * @returns {Held}
 */
export function withGate(held, gate, unit, state) {
  const { [unit]: _, ...others } = held[gate] ?? {};
  const units = state === "free" ? others : { ...others, [unit]: state === "open" ? 1 : 0 };
  const { [gate]: __, ...gates } = held;
  return Object.keys(units).length ? { ...gates, [gate]: units } : gates;
}

/** "f16-shut_i3-open". @param {number} last @returns {import("../js/kit/address.js").Field} */
export const asHeld = (last) => ({
  parse(text) {
    /** @type {Held} */
    let held = {};
    for (const part of text ? text.split("_") : []) {
      const [, gate, unit, state] = /^([fio])(\d{1,4})-(shut|open)$/.exec(part) ?? [];
      if (!gate || Number(unit) > last || stateOf(held, gate, Number(unit)) !== "free") return undefined;
      held = withGate(held, gate, Number(unit), state);
    }
    return held;
  },
  format: (held) =>
    GATES.flatMap((gate) =>
      Object.keys(held[gate] ?? {}).map((unit) => `${gate}${unit}-${stateOf(held, gate, Number(unit))}`),
    ).join("_"),
});

/** Different units, in order: "3_16". @param {number} last @returns {import("../js/kit/address.js").Field} */
export const asUnits = (last) => ({
  parse(text) {
    const parts = text ? text.split("_") : [];
    const units = parts.map(Number);
    const fit = parts.every((part) => /^\d{1,4}$/.test(part) && Number(part) <= last);
    return fit && new Set(units).size === units.length ? units.sort((a, b) => a - b) : undefined;
  },
  format: (units) => units.join("_"),
});

/** "16_17_-1": unit, step, value. @param {number} last @param {number} longest */
export const asMemory = (last, longest) => ({
  /** @param {string} text */
  parse(text) {
    if (!text) return [];
    const [, unit, step, value] = /^(\d{1,4})_(\d{1,3})_(-?\d{1,2}(?:\.\d{1,6})?)$/.exec(text) ?? [];
    const c = [unit, step, value].map(Number);
    return value !== undefined && c[0] <= last && c[1] < longest && Math.abs(c[2]) <= FURTHEST ? c : undefined;
  },
  /** @param {number[]} c */
  format: (c) => c.map((part) => String(Number(part.toFixed(6)))).join("_"),
});

/**
 * What has been done to the network, in words; "" if nothing.
 * @param {{hold: Held, silence: readonly number[], c: readonly number[]}} operations
 * @param {string} text
 */
export function deeds({ hold, silence, c }, text) {
  const held = GATES.flatMap((gate) =>
    Object.keys(hold[gate] ?? {}).map((unit) => `${gate} of cell ${unit} held ${stateOf(hold, gate, Number(unit))}`),
  );
  const [unit, step, value] = c;
  const memory =
    unit === undefined || step >= text.length
      ? []
      : [`c of cell ${unit} set to ${number(value)} after “${visible(text[step])}”`];
  const silent = silence.length
    ? [silence.length === 1 ? `cell ${silence[0]} silent` : `${silence.length} cells silent`]
    : [];
  const all = [...held, ...memory, ...silent];
  return all.length > 3 ? `${all.slice(0, 2).join(", ")} and ${all.length - 2} more changes` : all.join(", ");
}

/**
 * The guess that has changed most, in words.
 * @param {Float64Array} before
 * @param {Float64Array} after
 * @param {string} alphabet
 */
export function change(before, after, alphabet) {
  let most = 0;
  for (let k = 1; k < after.length; k++) {
    if (Math.abs(after[k] - before[k]) > Math.abs(after[most] - before[most])) most = k;
  }
  const size = after[most] - before[most];
  const sign = `“${visible(alphabet[most])}”`;
  if (Math.abs(size) < 0.01)
    return `no guess moves by more than 1 %. One cell may do little; a set of cells does more.`;
  return `${sign} ${size < 0 ? "falls" : "rises"} from ${percent(before[most])} to ${percent(after[most])}.`;
}
