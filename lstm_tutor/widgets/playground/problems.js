// The three tasks of the race: how a batch is drawn, what counts as right, and what one gets without any memory.

import { adding, copy, exp, log, Random, REBER_SYMBOLS, reberBatch, reberString } from "../js/engine/index.js";

/** @typedef {import("../js/engine/model.js").Batch} Batch */

/**
 * @typedef {object} Problem
 * @property {number} D  numbers read at each step
 * @property {number} K  numbers said at each step
 * @property {string} loss  a key of the engine's LOSSES
 * @property {(N: number, random: Random) => Batch} draw
 * @property {(batch: Batch) => number[]} question  for each sequence, the step at which memory is asked for
 * @property {(batch: Batch, predictions: Float64Array) => number} right  share of answers that are right
 * @property {number} chance  what `right` is without memory
 * @property {number} baseline  what the loss is without memory
 * @property {number} best  what it is at best
 * @property {number} longest  the largest number of steps before the question
 * @property {[number, number]} needed  how many steps before the question that was shown which it asks for
 * @property {string[]} signs  what the K classes are called; none for numbers
 */

export const TASKS = ["adding", "copying", "reber"];
export const ROW = 3; // symbols to copy
export const SYMBOLS = 4; // to tell apart in copying
export const CLOSE = 0.04; // an answer in adding this close is right: Hochreiter & Schmidhuber (1997), section 5.4

/** @param {Batch} batch */
const stepsOf = ({ N, targets }, K = 1) => targets.length / K / N;

/** @param {Float64Array} predictions @param {number} step @param {number} K */
export function likeliest(predictions, step, K) {
  let best = 0;
  for (let k = 1; k < K; k++) if (predictions[step * K + k] > predictions[step * K + best]) best = k;
  return best;
}

/**
 * @param {Batch} batch
 * @param {(step: number, n: number) => boolean} isRight
 * @param {(n: number) => [number, number]} asked  the steps asked, from and to (not included)
 */
function share({ N }, isRight, asked) {
  let right = 0;
  let all = 0;
  for (let n = 0; n < N; n++) {
    const [from, to] = asked(n);
    for (let t = from; t < to; t++, all++) right += Number(isRight(t * N + n, n));
  }
  return right / all;
}

/** @param {number} length @returns {Problem} */
function addingProblem(length) {
  const last = (/** @type {Batch} */ { lengths }) => (lengths ?? []).map((steps) => steps - 1);
  const places = Math.floor(length / 2) - 2; // of the second mark, but for the one already taken
  const counted = 2 - 1 / 10 - 9 / 10 / places; // a mark on the first step does not count
  const near0 = sharesNear(2 * CLOSE, counted);
  return {
    D: 2,
    K: 1,
    loss: "mean_squared_error",
    signs: [],
    question: last,
    draw: (N, random) => adding(length, N, random),
    right: (batch, predictions) => {
      const steps = last(batch);
      return share(
        batch,
        (step) => Math.abs(predictions[step] - batch.targets[step]) < CLOSE,
        (n) => [steps[n], steps[n] + 1],
      );
    },
    chance: near0,
    best: 0,
    longest: length + Math.floor(length / 10) - 1,
    baseline: counted / 48, // the variance of 0.5 + (X1 + X2) / 4: each number that counts adds (1 / 3) / 16
    needed: [length - 1 - places, length + Math.floor(length / 10) - 2],
  };
}

/**
 * How often |X1 + X2| < 2 x, with X from U(-1, 1), if on average `counted` of the two numbers are not zero.
 * @param {number} x
 * @param {number} counted
 */
function sharesNear(x, counted) {
  const both = counted - 1; // never do both fail to count
  return both * (1 - (1 - x) ** 2) + (1 - both) * 2 * x;
}

/** @param {number} lag @returns {Problem} */
function copyingProblem(lag) {
  const K = SYMBOLS + 1;
  return {
    D: SYMBOLS + 2,
    K,
    loss: "softmax_cross_entropy",
    signs: [..."abcdefgh".slice(0, SYMBOLS), "·"],
    draw: (N, random) => copy(lag, N, random, { length: ROW, symbols: SYMBOLS }),
    question: (batch) => new Array(batch.N).fill(stepsOf(batch) - 1),
    right: (batch, predictions) => {
      const T = stepsOf(batch);
      return share(
        batch,
        (step) => likeliest(predictions, step, K) === batch.targets[step],
        () => [T - ROW, T],
      );
    },
    chance: 1 / SYMBOLS,
    baseline: (ROW * log(SYMBOLS)) / (lag + 2 * ROW),
    best: 0,
    longest: lag + 2 * ROW - 1,
    needed: [lag + ROW, lag + ROW],
  };
}

/**
 * A letter, `inner` strings of Reber's grammar, the letter again; with one it is the classic embedded string.
 * @param {number} inner
 * @param {Random} random
 */
export function embeddedStrings(inner, random) {
  const letter = "TP"[random.below(2)];
  const strings = Array.from({ length: inner }, () => reberString(random));
  const legal = strings.flatMap((string) => ["B", ...string.legal]);
  return {
    text: `B${letter}${strings.map(({ text }) => text).join("")}${letter}E`,
    legal: ["TP", ...legal, letter, "E"],
  };
}

/** @param {number} inner @returns {Problem} */
function reberProblem(inner) {
  const K = REBER_SYMBOLS.length;
  const letter = (/** @type {Batch} */ { lengths }) => (lengths ?? []).map((steps) => steps - 2);
  return {
    D: K,
    K,
    loss: "softmax_cross_entropy",
    signs: [...REBER_SYMBOLS],
    draw: (N, random) => reberBatch(Array.from({ length: N }, () => embeddedStrings(inner, random))),
    question: letter,
    right: (batch, predictions) => {
      const steps = letter(batch);
      return share(
        batch,
        (step) => likeliest(predictions, step, K) === batch.targets[step],
        (n) => [steps[n], steps[n] + 1],
      );
    },
    chance: 1 / 2,
    ...grammarAlone(inner),
    longest: 8 * inner,
    needed: [5 * inner + 1, Infinity],
  };
}

/**
 * The loss of who knows the grammar: ln 2 at each fair coin; and one ln 2 more, at the closing letter, of who has
 * forgotten the opening one. The mean over 4000 strings, always the same.
 * @param {number} inner
 */
function grammarAlone(inner) {
  const random = new Random(0);
  let coins = 0;
  let symbols = 0;
  for (let k = 0; k < 4000; k++) {
    const { legal } = embeddedStrings(inner, random);
    coins += legal.filter((choices) => choices.length === 2).length;
    symbols += legal.length;
  }
  return { baseline: ((coins + 4000) * log(2)) / symbols, best: (coins * log(2)) / symbols };
}

/** @type {Record<string, (length: number) => Problem>} */
const PROBLEMS = { adding: addingProblem, copying: copyingProblem, reber: reberProblem };

/** @param {string} task @param {number} length */
export function makeProblem(task, length) {
  if (!Object.hasOwn(PROBLEMS, task)) throw new Error(`expected a task of ${TASKS.join(", ")}, got ${task}`);
  return PROBLEMS[task](length);
}

/**
 * The probability given to the right symbol at each step of one sequence.
 * @param {Batch} batch
 * @param {Float64Array} predictions
 * @param {number} K
 * @param {number} n
 */
export function certainty({ N, targets, lengths }, predictions, K, n) {
  const T = lengths ? lengths[n] : targets.length / N;
  return Float64Array.from({ length: T }, (_, t) => {
    const step = t * N + n;
    const logits = predictions.subarray(step * K, (step + 1) * K);
    const top = Math.max(...logits);
    return exp(logits[targets[step]] - top) / logits.reduce((sum, a) => sum + exp(a - top), 0);
  });
}
