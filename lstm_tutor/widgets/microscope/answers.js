// What the page asks of the worker: the text read, with gates held, and how far back a gradient reaches.

import { heldInLink, operated } from "../js/kit/holding.js";
import { Reading } from "./reading.js";

/** @typedef {import("../js/kit/holding.js").Held} Held */
/** @typedef {import("./reading.js").News} News */
/** @typedef {{caret: number, of: string, layer: number, unit: number}} Target  what the gradient is of */
/** @typedef {{codes: number[], held: Held[], gradient: Target | null}} Question */
/** @typedef {{plain: News, whole: News | null, gradient: Float64Array | null}} Answer  `whole`: where something is held */

/**
 * A function that answers one question after the other; each answer says what is new since the one before.
 * @param {import("./reading.js").LanguageModel} model
 * @param {number} longest
 * @returns {(question: Question) => Answer}
 */
export function answersOf(model, longest) {
  const plain = new Reading(model, longest);
  let whole = plain;
  let words = "";
  return ({ codes, held, gradient }) => {
    if (heldInLink(held) !== words) {
      words = heldInLink(held);
      whole = held.length ? new Reading(operated(model, held), longest) : plain;
    }
    plain.read(codes);
    if (whole !== plain) whole.read(codes);
    return {
      plain: plain.news(),
      whole: whole === plain ? null : whole.news(),
      gradient: gradient && whole.gradientSizes(gradient.caret, gradient.of, gradient.layer, gradient.unit),
    };
  };
}

/** The memory of the numbers in news, which are of that news alone. @param {News | null} news */
export const buffersOf = (news) =>
  news
    ? [news.logP, ...news.layers.flatMap((arrays) => Object.values(arrays))].map(
        ({ buffer }) => /** @type {ArrayBuffer} */ (buffer),
      )
    : [];
