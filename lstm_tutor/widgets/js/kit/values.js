// Numbers as text, as colors and as places: the same in every widget.

import { GATES, MAPS, MEANINGS } from "./palette.js";

/**
 * A number with `digits` decimals, a real minus sign and never a negative zero.
 * @param {number} value
 */
export function number(value, digits = 2) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "?" : value > 0 ? "∞" : "−∞";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/**
 * A number for a logarithmic axis or a wide range: 0.03, 12, 2·10⁻⁷.
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  if (value === 0 || (size >= 0.01 && size < 10_000))
    return number(value, size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2);
  const power = Number(value.toExponential(0).split("e")[1]); // 9.6 is rounded to 10, the next power
  const factor = number(value / 10 ** power, 0);
  return `${factor === "1" ? "" : factor === "−1" ? "−" : `${factor}·`}10${superscript(power)}`;
}

/** @param {number} whole */
export const superscript = (whole) =>
  String(whole).replace(/[-\d]/g, (sign) => (sign === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)] ?? "")));

/** Parse what a reader typed: comma or point, hyphen or minus sign; NaN if it is no number. @param {string} text */
export function parseNumber(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** 0.034 as "3 %". @param {number} share */
export const percent = (share) => (share > 0 && share < 0.005 ? "< 1 %" : `${number(100 * share, 0)} %`);

/** The letter with its meaning, as every axis says it: "f, forget gate". @param {string} letter */
export function named(letter) {
  const meaning = /** @type {Record<string, string>} */ (MEANINGS)[letter];
  return meaning ? `${letter}, ${meaning}` : letter;
}

/** @param {string} letter @returns {"gate" | "signed"} */
export const kindOf = (letter) => (GATES.includes(letter) ? "gate" : "signed");

/** A character as one visible sign: a space as ␣, a line break as ↵, a tab as ⇥. @param {string} character */
export function visible(character) {
  const marks = /** @type {Record<string, string>} */ ({ " ": "␣", "\n": "↵", "\r": "↵", "\t": "⇥" });
  return marks[character] ?? (/[\p{C}\p{Z}]/u.test(character) ? "\ufffd" : character);
}

// --- colors
// -----------------------------------------------------------------------------------------------------------

/** @type {Map<string, Uint8ClampedArray>} */
const tables = new Map();

/**
 * The 256 colors of a value map, as 768 bytes.
 * @param {"gate" | "signed"} kind
 * @param {boolean} dark
 */
export function colorTable(kind, dark) {
  const name = `${kind} ${dark}`;
  let table = tables.get(name);
  if (!table) {
    const digits = MAPS[kind][dark ? "dark" : "light"]; // six per color
    table = Uint8ClampedArray.from({ length: 768 }, (_, k) => Number.parseInt(digits.slice(2 * k, 2 * k + 2), 16));
    tables.set(name, table);
  }
  return table;
}

/** @type {Map<string, {ground: string, on: string}[]>} */
const palettes = new Map();

/**
 * The 256 colors of a value map as CSS says them, each with the ink, black or white, that reads better on it.
 * @param {"gate" | "signed"} kind
 * @param {boolean} dark
 */
export function paletteOf(kind, dark) {
  const name = dark ? `${kind} dark` : kind;
  let palette = palettes.get(name);
  if (!palette) {
    const table = colorTable(kind, dark);
    palette = Array.from({ length: 256 }, (_, k) => {
      const [red, green, blue] = table.subarray(3 * k, 3 * k + 3);
      const linear = [red, green, blue].map((part) => ((part / 255 + 0.055) / 1.055) ** 2.4);
      const light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
      return { ground: `rgb(${red} ${green} ${blue})`, on: light > 0.18 ? "#101418" : "#fff" };
    });
    palettes.set(name, palette);
  }
  return palette;
}

/**
 * The place of a value in its map, 0 to 255; -1 for what is not a number. Gates have limits 0 and 1, others ±limit.
 * @param {number} value
 * @param {"gate" | "signed"} kind
 */
export function placeInMap(value, kind, limit = 1) {
  if (Number.isNaN(value)) return -1;
  const share = kind === "gate" ? value : (value / limit + 1) / 2;
  return Math.round(255 * clamp(share, 0, 1));
}

/**
 * The color of a value, as CSS says it.
 * @param {number} value
 * @param {"gate" | "signed"} kind
 * @param {boolean} dark
 */
export function colorOf(value, kind, dark, limit = 1) {
  return paletteOf(kind, dark)[placeInMap(value, kind, limit)]?.ground ?? "transparent";
}

/**
 * Black or white, whichever reads better on the color of a value.
 * @param {number} value
 * @param {"gate" | "signed"} kind
 * @param {boolean} dark
 */
export function inkOn(value, kind, dark, limit = 1) {
  return paletteOf(kind, dark)[placeInMap(value, kind, limit)]?.on ?? "inherit";
}

// --- scales
// -----------------------------------------------------------------------------------------------------------

/** @typedef {((value: number) => number) & {invert: (place: number) => number, ticks: number[], log: boolean}} Scale */

/**
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {Scale}
 */
export function linear([d0, d1], [r0, r1], count = 4) {
  const width = d1 - d0 || 1;
  const scale = (/** @type {number} */ value) => r0 + ((value - d0) / width) * (r1 - r0);
  const invert = (/** @type {number} */ place) => d0 + ((place - r0) / (r1 - r0 || 1)) * width;
  return Object.assign(scale, { invert, ticks: ticks(d0, d1, count), log: false });
}

/**
 * A logarithmic scale, base 10; what is not positive stands at the lower end.
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {Scale}
 */
export function logarithmic([d0, d1], range, count = 5) {
  const inner = linear([Math.log10(d0), Math.log10(d1)], range, count);
  const scale = (/** @type {number} */ value) => inner(Math.log10(Math.max(value, d0)));
  const invert = (/** @type {number} */ place) => 10 ** inner.invert(place);
  const [low, high] = [Math.ceil(Math.log10(d0) - 1e-9), Math.floor(Math.log10(d1) + 1e-9)];
  const step = Math.max(1, Math.ceil((high - low) / count));
  const marks = [];
  for (let power = low; power <= high; power += step) marks.push(10 ** power);
  return Object.assign(scale, { invert, ticks: marks, log: true });
}

/** Round numbers from `low` to `high`, about `count` of them. @param {number} low @param {number} high */
export function ticks(low, high, count = 4) {
  const raw = (high - low) / Math.max(count, 1);
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((size) => size >= raw * 0.999) ?? raw;
  const marks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) marks.push(k * step || 0);
  return marks;
}

/**
 * The smallest of 0.5, 1, 2, 5, 10, ... that no size in `values` passes: a limit that readers can compare.
 * @param {Iterable<number>} values
 */
export function symmetricLimit(values, least = 1) {
  let most = least;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((k) => k * power).find((limit) => limit >= most - 1e-12) ?? most;
}
