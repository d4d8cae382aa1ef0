// The guessing game: a part of a sentence is hidden, the reader says what a word is, and so do the three taggers.

import { html, nothing } from "lit-html";
import { button, number } from "../js/kit/index.js";
import { READERS } from "./reading.js";

/**
 * @typedef {{text: string, token: number, tag: string, decides: string}} Question
 * @typedef {{asked: number, right: Record<string, number>}} Score  `right`: by "you" and reader
 * @typedef {{number: number, guess: string, score: Score}} Game  `guess`: "" before the answer
 */

export const CHOICES = ["past", "present", "noun"];
export const HIDDEN = "•••";

/** @returns {Game} */
export const newGame = () => ({
  number: 0,
  guess: "",
  score: { asked: 0, right: { you: 0, forward: 0, backward: 0, both: 0 } },
});

/** The words that may be seen. @param {string[]} words @param {number} token @param {string} reader */
export const masked = (words, token, reader) =>
  words.map((word, k) => ((reader === "forward" && k > token) || (reader === "backward" && k < token) ? HIDDEN : word));

/**
 * A game after an answer.
 * @param {Game} game
 * @param {string} guess
 * @param {string} truth
 * @param {Record<string, string>} said by reader
 * @returns {Game}
 */
export function answered(game, guess, truth, said) {
  const right = { ...game.score.right };
  for (const [who, tag] of Object.entries({ you: guess, ...said })) right[who] += tag === truth ? 1 : 0;
  return { ...game, guess, score: { asked: game.score.asked + 1, right } };
}

/** The next question; after the last the first. @param {Game} game @param {number} count @returns {Game} */
export const next = (game, count) => ({ ...game, number: (game.number + 1) % count, guess: "" });

const WHY = /** @type {Record<string, string>} */ ({
  before: "What stands before it decides.",
  after: "What comes after it decides.",
  both: "Only both sides together decide.",
});

/**
 * @param {{
 *   game: Game, question: Question, reader: string, said: Record<string, {tag: string, share: number}>,
 *   onGuess: (tag: string) => void, onNext: () => void,
 * }} props
 */
export function predictPanel({ game, question, reader, said, onGuess, onNext }) {
  const words = question.text.split(" ");
  const word = words[question.token];
  const part = { forward: "the words up to it", backward: "the words from it on", both: "the whole sentence" }[reader];
  return html`<section class="td-predict" aria-label="Guess the tag">
    <p class="td-question">You see ${part}: ${masked(words, question.token, reader).map((seen, k) =>
      k === question.token ? html`<b>${seen}</b> ` : `${seen} `,
    )}</p>
    <div class="lt-row">${CHOICES.map((tag) =>
      button({
        text: tag,
        pressed: game.guess === tag,
        disabled: game.guess !== "",
        onClick: () => onGuess(tag),
      }),
    )}
      ${game.guess ? button({ text: "Next question", onClick: onNext }) : nothing}</div>
    <div class="td-verdict" aria-live="polite">${
      game.guess
        ? html`<p><strong>${game.guess === question.tag ? "Right." : "Not quite."}</strong> Here “${word}” is
          <b>${question.tag}</b>.
          ${WHY[question.decides]}</p>
        <p>${READERS.map(
          (who, k) => html`${k ? "; " : ""}${who}: ${said[who].tag}, <span
          class="lt-value">${number(said[who].share)}</span>`,
        )}.</p>`
        : nothing
    }</div>
  </section>`;
}

/** Who was right how often. @param {Score} score */
export const scoreLine = ({ asked, right }) =>
  html`<p class="lt-hint td-score">${
    asked
      ? `Right so far, of ${asked}: you ${right.you}, forward reader ${right.forward}, backward reader ${right.backward}, both ${right.both}.`
      : "No question answered yet. The three readers answer the same questions."
  }</p>`;
