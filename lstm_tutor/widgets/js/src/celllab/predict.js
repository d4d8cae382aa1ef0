// Guess the next gate, then see: the questions, what to say of an answer, and what makes the true value.

import { html, nothing } from "lit-html";
import { button, clamp, MEANINGS, number, slider } from "../kit/index.js";
import { place } from "./state.js";
import { symbol } from "./symbols.js";
import { walk } from "./walk.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {{time: number, letter: string}} Question */
/** @typedef {{asked: number, near: number, off: number}} Score  how many, how many within 0.1, the distances added up */

export const NEAR = 0.1;

/** Which letters are asked about. @param {State} state */
export const askable = ({ trace }) => trace.names.filter((name) => name !== "c" && (name !== "h" || trace.names.length === 1));

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

/** @param {Score} score @param {number} guess @param {number} truth @returns {Score} */
export function counted({ asked, near, off }, guess, truth) {
  const distance = Math.abs(guess - truth);
  return { asked: asked + 1, near: near + (distance <= NEAR ? 1 : 0), off: off + distance };
}

/** @param {number} guess @param {number} truth */
export function verdict(guess, truth) {
  const distance = Math.abs(guess - truth);
  const side = guess < truth ? "below" : "above";
  if (distance < 0.005) return "To the hundredth.";
  if (distance <= NEAR) return `Near: ${number(distance)} ${side}.`;
  return `${number(distance)} ${side}. Here is what makes it:`;
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

/** The quantities that must not be seen before the answer: the letter and all that follows from it. @param {State} state @param {Question} question */
export function hiddenBy({ trace }, { letter }) {
  const after = /** @type {Record<string, string[]>} */ ({ o: ["h"], r: ["n", "h", "reset", "past"], h: ["h"] });
  const follows = after[letter] ?? trace.names.filter((name) => name === "c" || name === "h");
  const tapped = trace.names.includes("c") && letter !== "o" ? ["o"] : []; // with peepholes o sees the new memory
  return [letter, ...follows, ...tapped, "kept", "write", "squashed"];
}

/**
 * The panel.
 * @param {State} state
 * @param {{question: Question, guess: number, answered: boolean, score: Score}} game
 * @param {{onGuess: (value: number) => void, onSee: () => void, onNext: () => void}} actions
 */
export function predictPanel(state, { question, guess, answered, score }, { onGuess, onSee, onNext }) {
  const { letter, time } = question;
  const { D, T, x, record } = state;
  const isGate = "ifroz".includes(letter);
  const words = /** @type {Record<string, string>} */ (MEANINGS)[letter];
  const truth = record[letter][place(state, time)];
  const { terms, sum, op } = whyOf(state, question);
  const largest = Math.max(...terms.map(({ value }) => Math.abs(value)), 1e-9);
  const sign = op === "sigmoid" ? "σ" : op;
  return html`<div class="lt-lab-predict" style="--hue:var(--lt-${letter})">
    <p>Step ${time + 1} of ${T}${D === 1 ? html`, where ${symbol("x")} = <span class="lt-value">${number(x[time])}</span>` : nothing}.
      How ${isGate ? "far open is" : "large is"} the ${words} ${symbol(letter)}?</p>
    ${slider({ label: html`${symbol(letter)}, my guess`, name: `your guess of the ${words} ${letter}`, value: guess, min: isGate ? 0 : -1, max: 1, step: 0.01, letter, disabled: answered, onInput: onGuess })}
    <div class="lt-row">${answered ? button({ text: "Next question", onClick: onNext }) : button({ text: "See", label: "See the value", onClick: onSee })}
      <span class="lt-hint lt-value" role="status">${scoreInWords(score)}</span></div>
    <div class="lt-lab-why" aria-live="polite">${answered
      ? html`<p>${symbol(letter)} = <b class="lt-value">${number(truth)}</b>, you said <span class="lt-value">${number(guess)}</span>. ${verdict(guess, truth)}</p>
        <ul>${terms.map(({ id, value }) => html`<li><span>${id.split(" ").map((name, k) => html`${k ? " " : ""}${name === "⊙" ? "⊙" : symbol(name)}`)}</span>
          <span class="lt-lab-bar" aria-hidden="true"><i class=${value < 0 ? "is-negative" : ""} style="--share:${clamp(Math.abs(value) / largest, 0, 1)}"></i></span>
          <span class="lt-value">${number(value)}</span></li>`)}</ul>
        <p class="lt-value">${sign}(${number(sum)}) = ${number(truth)}</p>`
      : nothing}</div>
  </div>`;
}
