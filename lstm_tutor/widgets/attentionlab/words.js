// What the pictures show, in sentences.

import { number, percent } from "../js/kit/index.js";
import { named } from "./reading.js";

/** @typedef {import("./translator.js").Translation} Translation */
/**
 * @typedef {{step: number, place: number}} Focus  what is pointed at: a symbol written, a character read; -1 for none
 */

export const STOP_SIGN = "■";

/** A symbol as it is shown. @param {string} symbol @param {string} stop */
export const shownAs = (symbol, stop) => (symbol === stop ? STOP_SIGN : symbol);

/** A symbol in words. @param {string} symbol @param {string} stop */
export const symbolName = (symbol, stop) => (symbol === stop ? "the stop sign" : named(symbol));

/** @param {string[]} items */
export const listed = (items) =>
  items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${items.at(-1)}` : items.join("");

/** Places of the largest numbers, the largest first. @param {ArrayLike<number>} values @param {number} count */
export const largest = (values, count) =>
  Array.from(values, (_, k) => k)
    .sort((a, b) => values[b] - values[a])
    .slice(0, count);

const NTH = ["first", "second", "third", "fourth", "fifth"];

/**
 * A character of a text as a person would point at it: “r” in “March”, the second “1” in “2011”, space at 9.
 * @param {string} text
 * @param {number} j
 */
export function placed(text, j) {
  const sign = named(text[j]);
  const word = [...text.matchAll(/[A-Za-z0-9]+/g)].find(({ 0: word, index }) => j >= index && j < index + word.length);
  if (!word || word[0].length === 1) return `${sign} at ${j + 1}`;
  const same = [...word[0]].flatMap((each, k) => (each === text[j] ? [word.index + k] : []));
  const nth = NTH[same.indexOf(j)];
  const where = word[0] === text ? "" : ` in “${word[0]}”`;
  return `${same.length > 1 && nth ? `the ${nth} ` : ""}${sign}${where}`;
}

/** Where a step looks, as what it does. @param {Translation} translation @param {number} i */
export function looksOf({ steps, text }, i) {
  const { weights } = steps[i];
  const top = largest(weights, 3).filter((j) => weights[j] >= 0.05);
  const rest = 1 - top.reduce((sum, j) => sum + weights[j], 0);
  const parts = top.map((j) => `${placed(text, j)} (${number(weights[j])})`);
  if (!top.length)
    return `looks at nothing in particular: no character gets more than ${number(weights[largest(weights, 1)[0]])}`;
  return `looks at ${listed(parts)}${rest >= 0.05 ? `; the others share ${number(rest)}` : ""}`;
}

/** Who looks at a character. @param {Translation} translation @param {number} j @param {string} stop */
export function lookersOf({ steps, text }, j, stop) {
  const column = steps.map(({ weights }) => weights[j]);
  const top = largest(column, 3).filter((i) => column[i] >= 0.05);
  const sum = column.reduce((total, weight) => total + weight, 0);
  const here = `${capital(placed(text, j))}, character ${j + 1} of ${text.length}`;
  if (!top.length) return `${here}: no step gives it a weight of 0.05 or more`;
  const parts = top.map(
    (i) => `step ${i + 1}, which writes ${symbolName(steps[i].symbol, stop)} (${number(column[i])})`,
  );
  return `${here}, is looked at by ${listed(parts)}; all steps together give it ${number(sum)}`;
}

/** @param {string} words */
const capital = (words) => words[0].toUpperCase() + words.slice(1);

/** What a step writes, how sure of it, and where it looks. @param {Translation} translation @param {number} i @param {string} stop */
export const stepOf = (translation, i, stop) => {
  const { symbol, shares } = translation.steps[i];
  const sure = percent(Math.max(...shares));
  return `Step ${i + 1} writes ${symbolName(symbol, stop)} (${sure} sure) and ${looksOf(translation, i)}`;
};

/**
 * What is pointed at, in a sentence or two.
 * @param {Translation} translation
 * @param {Focus} focus
 * @param {string} stop
 */
export function pointedAt(translation, { step, place }, stop) {
  if (step >= 0 && place >= 0) {
    const weight = translation.steps[step].weights[place];
    return (
      `Step ${step + 1}, which writes ${symbolName(translation.steps[step].symbol, stop)}, gives ` +
      `${placed(translation.text, place)} the weight ${number(weight)}.`
    );
  }
  if (step >= 0) return `${stepOf(translation, step, stop)}.`;
  if (place >= 0) return `${lookersOf(translation, place, stop)}.`;
  return "Point at a symbol above to see where it looked, or at a character below to see who looked at it.";
}

/** The whole picture in words. @param {Translation} translation @param {string} stop */
export function picture({ steps, text }, stop) {
  const looks = steps.map(({ symbol, weights }) => {
    const [j] = largest(weights, 1);
    return `${symbolName(symbol, stop)} most at ${placed(text, j)} (${number(weights[j])})`;
  });
  const counts = `${steps.length} symbols written, ${text.length} characters read`;
  return `${counts}. Each written symbol looks: ${looks.join("; ")}`;
}
