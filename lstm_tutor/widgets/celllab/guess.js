// Guess the next gate, then see: the questions, what to say of an answer, and what makes the true value.

import { number } from "../js/kit/values.js";
import { walk } from "./operations.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {{time: number, letter: string}} Question */
/**
 * @typedef {{asked: number, near: number, off: number}} Score  how many, how many within 0.1, the distances added up
 */

/** @typedef {{question: Question, guess: number, answered: boolean, score: Score}} Round */

export const NEAR = 0.1;
const NOTHING_YET = { asked: 0, near: 0, off: 0 };

/** Which letters are asked about. @param {State} state */
export const askable = ({ trace }) =>
  trace.names.filter((name) => name !== "c" && (name !== "h" || trace.names.length === 1));

/**
 * The question after one: the next step, the next letter; from the last step on to the first.
 * @param {State} state
 * @param {Question | null} last
 * @returns {Question}
 */
export function nextQuestion(state, last) {
  const letters = askable(state);
  const time = last ? (last.time + 1) % state.T : state.time;
  const letter = letters[(letters.indexOf(last?.letter ?? "") + 1) % letters.length];
  return { time, letter };
}

/** Where the slider of a guess starts. @param {string} letter */
const middle = (letter) => ("ifroz".includes(letter) ? 0.5 : 0);

/**
 * A new round, with the question after that of the last.
 * @param {State} state
 * @param {Round | null} last
 * @returns {Round}
 */
export function newRound(state, last = null) {
  const question = nextQuestion(state, last?.question ?? null);
  return { question, guess: middle(question.letter), answered: false, score: last?.score ?? NOTHING_YET };
}

/**
 * The round at the step that is shown; the one before where nothing is guessed.
 * @param {State} state
 * @param {Round | null} round  the one before
 * @returns {Round | null}
 */
export function roundAt(state, round) {
  if (state.mode !== "predict") return round;
  if (!round?.question || !state.trace.names.includes(round.question.letter)) {
    return { ...newRound(state), score: round?.score ?? NOTHING_YET };
  }
  const { letter, time } = round.question;
  if (time === state.time) return round;
  return { ...round, question: { letter, time: state.time }, guess: middle(letter), answered: false };
}

/** The round with its question answered. @param {Round} round @param {number} truth @returns {Round} */
export const answered = (round, truth) => ({
  ...round,
  answered: true,
  score: counted(round.score, round.guess, truth),
});

/** @param {Score} score @param {number} guess @param {number} truth @returns {Score} */
export function counted({ asked, near, off }, guess, truth) {
  const distance = Math.abs(guess - truth);
  return { asked: asked + 1, near: near + (distance <= NEAR ? 1 : 0), off: off + distance };
}

/** @param {number} guess @param {number} truth */
export function verdict(guess, truth) {
  const distance = Math.abs(guess - truth);
  const side = guess < truth ? "too low" : "too high";
  if (distance < 0.005) return "to the hundredth. What makes it:";
  if (distance <= NEAR) return `near, ${number(distance)} ${side}. What makes it:`;
  return `${number(distance)} ${side}. What makes it:`;
}

/** @param {Score} score */
export function scoreInWords({ asked, near, off }) {
  if (!asked) return "No question answered yet.";
  return `${near} of ${asked} within ${number(NEAR, 1)}; on average ${number(off / asked)} away.`;
}

/**
 * The terms of the sum that a gate squashes, at a time.
 * @param {State} state
 * @param {Question} question
 * @returns {{terms: {id: string, value: number}[], sum: number, op: string}}
 */
export function whyOf(state, { time, letter }) {
  const steps = walk({ ...state, time });
  const squash = steps.find(({ id }) => id === letter);
  const sum = steps.find(({ id }) => id === squash?.inputs[0]);
  const known = new Map(steps.map(({ id, result }) => [id, result]));
  const terms = (sum?.inputs ?? []).map((id) => ({ id, value: known.get(id) ?? biasOf(state, id, letter) }));
  return { terms, sum: sum?.result ?? 0, op: squash?.op ?? "sigmoid" };
}

/** @param {State} state @param {string} id @param {string} letter */
function biasOf({ layer, H, unit }, id, letter) {
  if (id === "b_hn") return layer.parameters.bias_hn_l0[unit];
  return layer.parameters.bias_l0[layer.cell.blocks.indexOf(letter) * H + unit];
}

/**
 * The quantities that must not be seen before the answer: the letter and all that follows from it.
 * @param {State} state
 * @param {Question} question
 */
export function hiddenBy({ trace }, { letter }) {
  const after = /** @type {Record<string, string[]>} */ ({ o: ["h"], r: ["n", "h", "reset", "past"], h: ["h"] });
  const follows = after[letter] ?? trace.names.filter((name) => name === "c" || name === "h");
  const tapped = trace.names.includes("c") && letter !== "o" ? ["o"] : []; // with peepholes o sees the new memory
  return [letter, ...follows, ...tapped, "kept", "write", "squashed"];
}
