// One step of decoding, part by part: who asks, the scores, the softmax, the context, the gates, the symbol.

import { html } from "lit-html";
import { bars, heatMap, named, number, symmetricLimit, visible } from "../js/kit/index.js";
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
      text: "The states h, mixed in these shares: what the encoder knew there, read forward → and backward ←.",
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
 * @param {import("../js/kit/widget.js").View} view
 */
export function walk(view) {
  const maps = Object.fromEntries(["query", "scores", "weights", "context", "state"].map((id) => [id, heatMap(view)]));

  return {
    /**
     * The cards; those after `phase` are still to come.
     * @param {{
     *   translation: Translation, step: number, phase: number, parts: Part[], symbols: string, stop: string,
     * }} props
     */
    template({ translation, step, phase, parts, symbols, stop }) {
      const items = likeliest(translation.steps[step], symbols, 4).map(({ symbol, share }) => ({
        text: shownAs(symbol, stop),
        share,
        name: symbolName(symbol, stop),
        right: symbol === translation.steps[step].symbol,
      }));
      return html`<ol class="al-walk">${parts.map(
        (
          { id, title, text },
          k,
        ) => html`<li class=${k > phase ? "al-later" : k === phase ? "al-now" : ""} data-part=${id}>
          <div class="al-part" ?inert=${k > phase}><h4><span class="al-count">${k + 1}</span> ${title}</h4><p
            class="lt-hint">${text}</p>
          ${id === "symbol" ? bars({ label: "probability", items }) : maps[id].el}</div></li>`,
      )}</ol>`;
    },
    /**
     * Paint the maps, after the template is in the page.
     * @param {{translation: Translation, step: number, parts: Part[], place: number}} props
     */
    update({ translation, step, parts, place }) {
      const { steps, text } = translation;
      const now = steps[step];
      const limit = symmetricLimit(steps.flatMap(({ scores }) => Array.from(scores)));
      const columns = Array.from(text, visible);
      const cursor = place >= 0 ? { column: place } : null;
      const ids = parts.map(({ id }) => id);
      const units = { minColumn: 5, maxColumn: 28, rowHeight: 22, columnName: "unit" };
      const signs = { minColumn: 8, maxColumn: 28, columns, cursor, rowHeight: 28, columnName: "character" };
      const row = (
        /** @type {string} */ label,
        /** @type {Float64Array} */ values,
        letter = "",
        kind = /** @type {"gate" | "signed"} */ ("signed"),
      ) => ({
        label,
        name: letter ? named(letter) : label,
        letter: letter || undefined,
        kind,
        values,
      });
      const half = now.context.length / 2;
      const after = indexed("s", step + 1);
      if (ids.includes("query")) {
        maps.query.update({
          ...units,
          label: `State of the decoder before step ${step + 1}`,
          rows: [row(indexed("s", step), now.query, "h")],
        });
      }
      maps.scores.update({
        ...signs,
        label: `Scores of step ${step + 1}`,
        rows: [{ ...row("e", now.scores), limit, name: "score e" }],
      });
      maps.weights.update({
        ...signs,
        label: `Weights of step ${step + 1}`,
        rows: [{ ...row("α", now.weights, "", "gate"), name: "weight α" }],
      });
      maps.context.update({
        ...units,
        label: `Context of step ${step + 1}`,
        rows:
          translation.directions === 2
            ? [row("→", now.context.subarray(0, half)), row("←", now.context.subarray(half))].map((each, k) => ({
                ...each,
                name: `context, read ${k ? "backward" : "forward"}`,
              }))
            : [{ ...row("ctx", now.context), name: "context" }],
      });
      maps.state.update({
        ...units,
        label: `Gates and state of the decoder at step ${step + 1}`,
        rows: [
          row("r", now.r, "r", "gate"),
          row("z", now.z, "z", "gate"),
          row("n", now.n, "n"),
          row(after, now.h, "h"),
        ],
      });
      return limit;
    },
  };
}

/** @param {number} limit */
export const limitText = (limit) => number(limit, limit % 1 ? 1 : 0);
