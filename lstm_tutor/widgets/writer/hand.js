// The hand that writes: what the network expects after each letter, and the letters that the dice and the rule choose.

import { Random } from "../js/engine/index.js";
import { choice, probabilities } from "../js/engine/sampling.js";
import { Reading } from "../microscope/reading.js";

/** @typedef {import("../js/engine/sampling.js").Rule} Rule */

/**
 * The rule that the controls set.
 * @param {{rule: string, temperature: number, k: number, p: number}} controls
 * @returns {Rule}
 */
export const ruleOf = ({ rule, temperature, k, p }) => ({
  temperature,
  topK: rule === "top-k" ? k : null,
  topP: rule === "top-p" ? p : null,
});

/** The numbers that choose the letters after the start, the first, the second, ... @param {number} seed @param {number} count */
export function diceOf(seed, count) {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => random.uniform(0, 1));
}

/**
 * The letters by the likeliest, with what the model says and with what the rule draws.
 * @param {Float64Array} logP
 * @param {Rule} rule
 */
export function candidates(logP, rule) {
  const drawn = probabilities(logP, rule);
  return Array.from(logP, (value, code) => ({ code, share: Math.exp(value), drawn: drawn[code] })).sort(
    (a, b) => logP[b.code] - logP[a.code] || a.code - b.code,
  );
}

/** @param {import("../microscope/reading.js").LanguageModel} model @param {number} longest */
export function handOf(model, longest) {
  const reading = new Reading(model, longest);
  return {
    reading,
    /**
     * Codes with as many more as `count`: each is chosen by the rule, and read before the next.
     * @param {number[]} codes  at least one
     * @param {number} count
     * @param {Rule} rule
     * @param {ArrayLike<number>} dice  of the letters to come
     */
    write(codes, count, rule, dice) {
      const text = codes.slice();
      for (let k = 0; k < count; k++) {
        reading.read(text.slice());
        text.push(choice(probabilities(reading.after(text.length).slice(), rule), dice[k]));
      }
      return text;
    },
  };
}
