// Letters with their indices, and the cells' names.

import { html, nothing } from "lit-html";
import { MEANINGS } from "../js/kit/index.js";

export const CELL_NAMES = /** @type {Record<string, string>} */ ({
  RNN: "RNN",
  LSTM1997: "LSTM 1997",
  LSTM: "LSTM",
  PeepholeLSTM: "peephole",
  GRU: "GRU",
});

export const CELL_WORDS = /** @type {Record<string, string>} */ ({
  LSTM1997: "LSTM of 1997",
  PeepholeLSTM: "peephole LSTM",
});

/** What each cell brings. */
export const ADDS = /** @type {Record<string, string>} */ ({
  rnn: "One squashing, no gate: all that is remembered passes through W_h and tanh at every step.",
  lstm1997: "New: the memory c on a rail of its own, the gate i before it and the gate o behind it.",
  lstm: "New: the gate f on the rail, through which the memory can leave again.",
  peephole: "New: the taps p, through which the gates see the memory that they guard.",
  gru: "New: one rail, and z, which opens one way as it shuts the other (z = 1 − i); r has f’s weights, n those of g.",
  gru_before: "New: the reset gate comes before the product with W_hn, as the GRU was published.",
});

const NAME = /([A-Za-z]+(?:_[a-z]+)?)/;
const WORDS = ["kept", "write", "squashed", "reset", "new", "tanh", "relu"];

/** "W_xf", "h_prev", "c" as a template: italics with an index. @param {string} name */
export function symbol(name) {
  const [letter, index = ""] = name.split("_");
  if (WORDS.includes(name)) return html`${name}`;
  const below = index === "prev" ? "t−1" : index;
  const known = letter in MEANINGS && (!index || index === "prev") ? letter : nothing; // W_xf is no f
  return html`<i class="lt-sym" data-symbol=${known}>${letter}</i>${below ? html`<sub>${below}</sub>` : nothing}`;
}

/** A formula of the engine, "a_f = W_xf x + b_f", as a template. @param {string} formula */
export const typeset = (formula) => formula.split(NAME).map((part, k) => (k % 2 ? symbol(part) : part));

/** Letters of the cells within a sentence, in italics. @param {string} text */
export const prose = (text) =>
  text.split(/(?<!\w)([Wbp]_[a-z]+|[cfghinorxzp])(?!\w)/).map((part, k) => (k % 2 ? symbol(part) : part));
