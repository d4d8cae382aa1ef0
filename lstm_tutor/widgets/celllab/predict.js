// The panel of the questions: a guess, and then the value with what makes it.

import { html, nothing } from "lit-html";
import { button, clamp, MEANINGS, number, slider } from "../js/kit/index.js";
import { scoreInWords, verdict, whyOf } from "./guess.js";
import { parameterOf, place } from "./state.js";
import { symbol } from "./symbols.js";
import { termsOf } from "./terms.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./guess.js").Question} Question */
/** @typedef {import("./guess.js").Score} Score */

/**
 * The panel.
 * @param {State} state
 * @param {{question: Question, guess: number, answered: boolean, score: Score}} game
 * @param {{onGuess: (value: number) => void, onSee: () => void, onNext: () => void}} actions
 */
export function predictPanel(state, { question, guess, answered, score }, { onGuess, onSee, onNext }) {
  const { letter, time } = question;
  const { D, H, T, x, record } = state;
  const isGate = "ifroz".includes(letter);
  const words = /** @type {Record<string, string>} */ (MEANINGS)[letter];
  const truth = record[letter][place(state, time)];
  const { terms, sum, op } = whyOf(state, question);
  const largest = Math.max(...terms.map(({ value }) => Math.abs(value)), 1e-9);
  const sign = op === "sigmoid" ? "σ" : op;
  return html`<div class="lt-lab-predict" style="--hue:var(--lt-${letter})">
    <p>Step ${time + 1} of ${T}${
      D === 1
        ? html`, where ${symbol("x")} = <span
      class="lt-value">${number(x[time])}</span>`
        : nothing
    }.
      How ${isGate ? "far open is" : "large is"} the ${words} ${symbol(letter)}?</p>
    ${H === 1 && D === 1 ? html`<p class="lt-lab-formula">${equation(state, letter, sign)}</p>` : nothing}
    ${slider({
      label: html`${symbol(letter)}, my
  guess`,
      name: `your guess of the ${words} ${letter}`,
      value: guess,
      min: isGate ? 0 : -1,
      max: 1,
      step: 0.01,
      letter,
      disabled: answered,
      onInput: onGuess,
    })}
    <div class="lt-row">${
      answered
        ? button({
            text: "Next question",
            onClick: onNext,
          })
        : button({ text: "See the value", onClick: onSee })
    }
      <span class="lt-hint lt-value" role="status">${scoreInWords(score)}</span></div>
    <div class="lt-lab-why" aria-live="polite">${
      answered
        ? html`<p>${symbol(letter)} = <b class="lt-value">${number(truth)}</b>, you said <span
          class="lt-value">${number(guess)}</span>: ${verdict(guess, truth)}</p>
        <ul>${terms.map(
          ({ id, value }) => html`<li><span>${id
            .split(" ")
            .map((name, k) => (name === "⊙" ? " ⊙" : html`${k ? " " : ""}${symbol(name)}`))}</span>
          <span class="lt-lab-bar" aria-hidden="true"><i class=${value < 0 ? "is-negative" : ""}
            style="--share:${clamp(Math.abs(value) / largest, 0, 1)}"></i></span>
          <span class="lt-value">${number(value)}</span></li>`,
        )}</ul>
        <p class="lt-value">${sign}(${number(sum)}) = ${number(truth)}</p>`
        : nothing
    }</div>
  </div>`;
}

/**
 * The equation of a block with its weights filled in and nothing multiplied yet.
 * @param {State} state
 * @param {string} letter
 * @param {string} sign
 */
function equation(state, letter, sign) {
  const before = letter === "n" && state.resetAfter ? html`${symbol("r")} (` : nothing;
  const past = letter === "n" && !state.resetAfter ? html`${symbol("r")} ${symbol("h_prev")}` : symbol("h_prev");
  const [W_x, W_h, b, extra] = termsOf(state, letter).map((term) => (term ? parameterOf(term.id, state)[0] : null));
  const plus = (/** @type {number} */ value) =>
    number(value).startsWith("−") ? ` − ${number(-value)}` : ` + ${number(value)}`;
  const tap =
    state.cell === "PeepholeLSTM" && extra != null
      ? html`${plus(extra)} ${letter === "o" ? symbol("c") : symbol("c_prev")}`
      : nothing;
  const inner = before === nothing ? nothing : html`${plus(extra ?? 0)})`;
  const link = before === nothing ? plus(W_h ?? 0) : html` + ${before}${number(W_h ?? 0)}`;
  return html`${symbol(letter)} = ${sign}(${number(W_x ?? 0)} ${symbol("x")}${link}
    ${past}${inner}${tap}${plus(b ?? 0)})`;
}
