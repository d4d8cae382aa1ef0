// One step of decoding, part by part: who asks, the scores, the softmax, the context, the gates, the symbol.

import { html, nothing } from "lit-html";
import { bars, choice, computed, heatMap, mapKey, named, symmetricLimit, visible } from "../js/kit/index.js";
import { likeliest } from "./translator.js";
import { shownAs, symbolName } from "./words.js";

/** @typedef {import("./translator.js").Translation} Translation */
/**
 * @typedef {{id: "query" | "scores" | "weights" | "context" | "state" | "symbol", title: string, text: string}} Part
 */

const SUB = "₀₁₂₃₄₅₆₇₈₉";
/** s with its index, as s₁₂. @param {string} letter @param {number} k */
export const indexed = (letter, k) => letter + String(k).replace(/\d/g, (digit) => SUB[Number(digit)]);

/**
 * The parts of a step in the order in which they are computed.
 * @param {Translation} translation
 * @param {number} i  the step, from 0
 * @param {string} kind  of attention, its class in Python
 * @param {string} stop
 * @returns {Part[]}
 */
export function partsOf({ before, steps }, i, kind, stop) {
  const [last, now] = [indexed("s", i), indexed("s", i + 1)];
  const past = i ? symbolName(steps[i - 1].symbol, stop) : "the start sign";
  const asks = before ? last : now;
  const formula =
    kind === "AdditiveAttention"
      ? `e = v · tanh(W ${asks} + U h)`
      : kind === "GeneralAttention"
        ? `e = ${asks} · W h`
        : `e = ${asks} · h`;
  /** @type {Part} */
  const state = {
    id: "state",
    title: `The decoder's step to ${now}`,
    text: before
      ? `The GRU reads ${past} and the context. Gates: r and z; candidate: n.`
      : `The GRU reads ${past}, no context. Gates: r and z; candidate: n. ${now} asks.`,
  };
  /** @type {Part[]} */
  const looking = [
    { id: "scores", title: "Scores", text: `Each character's state h is compared with it: ${formula}.` },
    { id: "weights", title: "Softmax", text: "The scores become shares: the weights α, which add up to 1." },
    {
      id: "context",
      title: "Context",
      text: "The states h, mixed in these shares: as read forward → and backward ←.",
    },
  ];
  /** @type {Part} */
  const symbol = {
    id: "symbol",
    title: "The next symbol",
    text: `From context and ${now}, a probability for each symbol. The likeliest is written.`,
  };
  /** @type {Part} */
  const query = {
    id: "query",
    title: `${last} asks`,
    text: i
      ? `The decoder's state after ${i} ${i === 1 ? "step" : "steps"}.`
      : "The decoder's state before its first step, made from what the encoder read.",
  };
  return before ? [query, ...looking, state, symbol] : [state, ...looking, symbol];
}

/**
 * @typedef {{
 *   translation: Translation, step: number, phase: number, parts: Part[], place: number, symbols: string, stop: string,
 *   onPart: (phase: number) => void,
 * }} Props  `phase`: which part is shown
 */

/**
 * One part of a step on a card, and a switch between the parts.
 * @param {import("../js/kit/widget.js").View} view
 */
export function walk(view) {
  const map = heatMap(view);
  /** @type {Props | undefined} */
  let props;
  const limit = computed(
    () => [props?.translation],
    (translation) => symmetricLimit((translation?.steps ?? []).flatMap(({ scores }) => Array.from(scores))),
  );
  // The map is painted when it shows something else, not whenever the widget is.
  const painted = computed(
    () => [props?.translation, props?.step, partOf(props)?.id, props?.place, view.theme.dark, view.width],
    (..._inputs) => {
      const shown = props && mapOf(props, limit());
      if (shown) map.update(shown);
    },
  );

  return {
    /** The switch between the parts, and the card of one. @param {Props} given */
    templates(given) {
      props = given;
      const { translation, step, phase, parts, symbols, stop, onPart } = given;
      const { id, title, text } = parts[phase];
      const { dark } = view.theme;
      const now = translation.steps[step];
      const tabs = choice({
        id: view.id("part"),
        label: "part of the step",
        hideLabel: true,
        value: phase,
        options: parts.map((part, k) => ({ value: k, text: k + 1, name: part.title })),
        onChange: onPart,
      });
      const keys = [
        ["weights", "state"].includes(id) ? mapKey({ kind: "gate", dark }) : nothing,
        ["query", "context", "state"].includes(id) ? mapKey({ kind: "signed", dark }) : nothing,
        id === "scores" ? mapKey({ kind: "signed", dark, limit: limit() }) : nothing,
      ];
      const guesses = () =>
        likeliest(now, symbols, 3).map(({ symbol, share }) => ({
          text: shownAs(symbol, stop),
          share,
          name: symbolName(symbol, stop),
          right: symbol === now.symbol,
        }));
      const card = html`<div class="al-card" data-part=${id}>
        <div class="lt-row lt-apart">
          <h4>Step ${step + 1} of ${translation.steps.length}, part ${phase + 1}: ${title}</h4>
          <span class="lt-row">${keys}</span>
        </div>
        <p class="lt-hint">${text}</p>
        ${id === "symbol" ? bars({ label: "probability", items: guesses() }) : map.el}
      </div>`;
      return { tabs, card };
    },
    /** Paint the map, when the card is in the page. */
    paint() {
      painted();
    },
  };
}

/** @param {Props | undefined} props */
const partOf = (props) => props?.parts[props.phase];

/**
 * The map of a part; none for the last, which is shown as bars.
 * @param {Props} props
 * @param {number} limit  of the scores
 */
function mapOf(props, limit) {
  const { translation, step, place } = props;
  const now = translation.steps[step];
  const row = (
    /** @type {string} */ label,
    /** @type {Float64Array} */ values,
    letter = "",
    kind = /** @type {"gate" | "signed"} */ ("signed"),
  ) => ({ label, name: letter ? named(letter) : label, letter: letter || undefined, kind, values });
  const units = { minColumn: 5, maxColumn: 28, rowHeight: 18, columnName: "unit" };
  const signs = {
    minColumn: 7,
    maxColumn: 28,
    columns: Array.from(translation.text, visible),
    cursor: place >= 0 ? { column: place } : null,
    rowHeight: 28,
    columnName: "character",
  };
  const half = now.context.length / 2;
  switch (partOf(props)?.id) {
    case "query":
      return {
        ...units,
        label: `State of the decoder before step ${step + 1}`,
        rows: [row(indexed("s", step), now.query, "h")],
      };
    case "scores":
      return {
        ...signs,
        label: `Scores of step ${step + 1}`,
        rows: [{ ...row("e", now.scores), limit, name: "score e" }],
      };
    case "weights":
      return {
        ...signs,
        label: `Weights of step ${step + 1}`,
        rows: [{ ...row("α", now.weights, "", "gate"), name: "weight α" }],
      };
    case "context":
      return {
        ...units,
        label: `Context of step ${step + 1}`,
        rows:
          translation.directions === 2
            ? [row("→", now.context.subarray(0, half)), row("←", now.context.subarray(half))].map((each, k) => ({
                ...each,
                name: `context, read ${k ? "backward" : "forward"}`,
              }))
            : [{ ...row("ctx", now.context), name: "context" }],
      };
    case "state":
      return {
        ...units,
        label: `Gates and state of the decoder at step ${step + 1}`,
        rows: [
          row("r", now.r, "r", "gate"),
          row("z", now.z, "z", "gate"),
          row("n", now.n, "n"),
          row(indexed("s", step + 1), now.h, "h"),
        ],
      };
    default:
      return null;
  }
}
