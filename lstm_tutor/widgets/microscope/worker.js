// The worker's end: reads, so that the page stays free.

import { answerNewest } from "../js/kit/answers.js";
import { answersOf, buffersOf } from "./answers.js";
import { modelOf } from "./reading.js";

/** @typedef {import("./answers.js").Question} Question */
/** @typedef {import("./answers.js").Answer} Answer */
/** @typedef {{described: import("./reading.js").Described, weights: Float64Array, longest: number}} Known */

/** @type {((question: Question) => Answer) | undefined} */
let answer;

answerNewest(
  /** @param {Question} question @param {Known} known @returns {Generator<null, Answer, void>} */
  // biome-ignore lint/correctness/useYield: it answers in one step
  function* (question, { described, weights, longest }) {
    answer ??= answersOf(modelOf(described, weights), longest);
    return answer(question);
  },
  ({ plain, whole }) => [...buffersOf(plain), ...buffersOf(whole)],
);
