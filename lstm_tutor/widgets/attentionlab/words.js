// What the pictures show, in sentences.

import { number, percent } from "../js/kit/index.js";
import { named } from "./reading.js";
import { likeliest } from "./translator.js";

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

/**
 * What a symbol's step is: chosen with which share, and what came next.
 * @param {Translation} translation
 * @param {number} i
 * @param {string} symbols
 * @param {string} stop
 */
export function chosenBy({ steps }, i, symbols, stop) {
  const choices = likeliest(steps[i], symbols, 2);
  return choices.map(({ symbol, share }) => `${symbolName(symbol, stop)}, ${percent(share)}`).join("; next ");
}

/** Where a step looks. @param {Translation} translation @param {number} i */
export function looksOf({ steps, text }, i) {
  const { weights } = steps[i];
  const top = largest(weights, 3).filter((j) => weights[j] >= 0.05);
  const rest = 1 - top.reduce((sum, j) => sum + weights[j], 0);
  const parts = top.map((j) => `${named(text[j])} at ${j + 1} (${number(weights[j])})`);
  if (!top.length)
    return `It looks at nothing in particular: no character gets more than ${number(weights[largest(weights, 1)[0]])}`;
  return `It looks at ${listed(parts)}${rest >= 0.05 ? `; the others share ${number(rest)}` : ""}`;
}

/** Who looks at a character. @param {Translation} translation @param {number} j @param {string} stop */
export function lookersOf({ steps, text }, j, stop) {
  const column = steps.map(({ weights }) => weights[j]);
  const top = largest(column, 3).filter((i) => column[i] >= 0.05);
  const sum = column.reduce((total, weight) => total + weight, 0);
  const here = `${named(text[j])}, character ${j + 1} of ${text.length}`;
  if (!top.length) return `${here}: no step gives it a weight of 0.05 or more`;
  const parts = top.map(
    (i) => `step ${i + 1}, which writes ${symbolName(steps[i].symbol, stop)} (${number(column[i])})`,
  );
  return `${here}, is looked at by ${listed(parts)}; all steps together give it ${number(sum)}`;
}

/**
 * What is pointed at, in a sentence or two.
 * @param {Translation} translation
 * @param {Focus} focus
 * @param {string} symbols
 * @param {string} stop
 */
export function pointedAt(translation, { step, place }, symbols, stop) {
  if (step >= 0 && place >= 0) {
    const weight = translation.steps[step].weights[place];
    return (
      `Step ${step + 1}, which writes ${symbolName(translation.steps[step].symbol, stop)}, gives ` +
      `${named(translation.text[place])}, character ${place + 1}, the weight ${number(weight)}.`
    );
  }
  if (step >= 0)
    return `Step ${step + 1} writes ${chosenBy(translation, step, symbols, stop)}. ${looksOf(translation, step)}.`;
  if (place >= 0) return `${lookersOf(translation, place, stop)}.`;
  return "Point at a symbol above to see where it looked, or at a character below to see who looked at it.";
}

/** The whole picture in words. @param {Translation} translation @param {string} stop */
export function picture({ steps, text }, stop) {
  const looks = steps.map(({ symbol, weights }) => {
    const [j] = largest(weights, 1);
    return `${symbolName(symbol, stop)} most at ${named(text[j])} at ${j + 1} (${number(weights[j])})`;
  });
  const counts = `${steps.length} symbols written, ${text.length} characters read`;
  return `${counts}. Each written symbol looks: ${looks.join("; ")}`;
}
