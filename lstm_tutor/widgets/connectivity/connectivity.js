// Connectivity: how much the guess of an RNN, an LSTM and a GRU answers to each earlier letter of the reader's text.

import { html } from "lit-html";
import {
  asChoice,
  asInteger,
  asText,
  bench,
  choice,
  clamp,
  computed,
  computedByWorker,
  defineWidget,
  heatMap,
  linePlot,
  linkState,
  mapKey,
  number,
  select,
  slider,
  textField,
  tour,
  visible,
} from "../js/kit/index.js";
import { curvesOf, medianOf } from "./measure.js";
import { AXIS, ENDS, KINDS, linesOf, rowsOf } from "./pictures.js";
import code from "./worker.js?worker-text";

/** @typedef {import("./worker.js").Question} Question */
/** @typedef {{question: Question, value: import("./worker.js").Results}} Answer */

const LONGEST = 300;
const SEEDS = ["median", "0", "1", "2"];

export default defineWidget("connectivity", (view) => {
  const alphabet = view.get("_alphabet");
  const H = view.get("_networks")[0].config.hidden_size;
  const gates = ["mean", ...Array.from({ length: H }, (_, unit) => String(unit))];
  const link = linkState(view, {
    text: asText(LONGEST, { shortest: 2, alphabet }),
    place: asInteger(0, LONGEST - 1),
    seed: asChoice(SEEDS),
    gate: asChoice(gates),
  });
  const map = heatMap(view);
  const plot = linePlot(view);
  const tasks = tour(view);
  let draft = view.get("text");
  let refused = "";
  let pinned = false; // the pointer no longer moves the place

  const keep = (/** @type {string} */ typed) => [...typed].filter((sign) => alphabet.includes(sign)).join("");
  view.on("text", () => {
    if (keep(draft) !== view.get("text")) draft = view.get("text");
    pinned = false;
  });
  const onText = (/** @type {string} */ typed) => {
    const known = keep(typed);
    const unknown = [...new Set([...typed].filter((sign) => !alphabet.includes(sign)))];
    refused = unknown.length
      ? `The networks do not know ${unknown.join(" ")}; they read on without ${unknown.length > 1 ? "them" : "it"}.`
      : "";
    if (known.length < 2) refused = "The networks need two letters or more. The previous text stays.";
    if (refused) view.announce(refused);
    draft = typed;
    if (known.length >= 2) view.set({ text: known, place: known.length - 1 });
    else view.repaint();
  };
  const point = (/** @type {number} */ place, /** @type {"hover" | "press" | "key"} */ how) => {
    if (how === "press") pinned = !pinned || place !== placeNow();
    else if (how === "hover" && pinned) return;
    view.set({ place });
    view.repaint(); // what is pinned may have changed alone
  };
  const placeNow = () => clamp(view.get("place"), 0, view.get("text").length - 1);

  const question = computed(
    () => [view.get("text"), placeNow(), view.get("gate")],
    (text, place, gate) => ({ text, codes: Array.from(text, (sign) => alphabet.indexOf(sign)), place, gate }),
  );
  const measured = /** @type {() => Answer | null} */ (
    computedByWorker(view, code, question, {
      known: { networks: view.get("_networks"), weights: Float64Array.from(view.array("_weights").data) },
    })
  );
  /** What is known of the present text: at its place and gate, or until the worker has come there at others. */
  const answer = () => {
    const last = measured();
    return last && last.question.text === view.get("text") ? last : null;
  };
  /** Whose measures the pictures show: the present text, or the one before it until the worker has come there. */
  const shownText = () => measured()?.question.text ?? view.get("text");
  const shownPlace = () => (answer() ? placeNow() : (measured()?.question.place ?? placeNow()));
  const curves = computed(
    () => [measured(), view.get("seed")],
    (known, seed) => known && curvesOf(known.value, seed),
  );
  const rows = computed(
    () => [curves(), shownText(), view.width < 600, pinned],
    (known, text, short, isPinned) => rowsOf(known, text.length, short, isPinned),
  );
  const signs = computed(
    () => [shownText()],
    (text) => Array.from(/** @type {string} */ (text), visible),
  );
  let mapped = view.get("text"); // whose rows the map shows
  const paintMap = computed(
    () => [rows(), signs(), shownPlace(), view.theme.dark, view.width],
    (shown, columns, column, ..._) =>
      map.update({
        label: `How much the guess after letter ${column + 1} answers to each letter`,
        rows: shown,
        columns,
        columnName: "letter",
        cursor: measured() ? { column } : null,
        rowHeight: 30,
        minColumn: 9,
        maxColumn: 22,
        onCursor: ({ column: place }, how) => point(place, how),
      }),
  );
  const paintPlot = computed(
    () => [curves(), shownText().length, view.width, view.tall, view.theme.dark],
    (known, length, ..._) =>
      plot.update({
        label: "Size of the gradient against distance: thin lines are seeds",
        lines: known ? linesOf(known) : [],
        x: { label: "letters back", domain: [0, Math.max(length - 1, 10)] },
        y: { label: "size of the gradient", log: true, domain: AXIS, ticks: [1e-6, 1e-4, 1e-2, 1, 100] },
        height: view.isWide ? clamp(view.tall - 330, 220, 460) : 250,
      }),
  );

  return () => {
    const text = view.get("text");
    const place = placeNow();
    const [seed, gate] = [view.get("seed"), view.get("gate")];
    tasks.update({ text, place, seed, gate });
    view.render(
      bench({
        lead: tasks.el,
        pictures: html`${map.el}
          <div class="lt-row">${mapKey({ kind: "gate", dark: view.theme.dark, label: "size", ends: ENDS })}
            <span class="lt-hint">${pinned ? "Pinned. Press the letter again to let go." : "Point at a letter under the rows; press to pin it."}</span></div>
          ${plot.el}`,
        thumb: slider({
          label: "letter",
          value: place,
          min: 0,
          max: text.length - 1,
          step: 1,
          format: (v) => number(v + 1, 0),
          onInput: (next) => view.set({ place: next }),
        }),
        controls: html`${textField({
          label: "Text that the networks read",
          value: draft,
          lines: view.isWide ? 5 : 3,
          maxLength: LONGEST,
          onInput: onText,
        })}
          ${refused ? html`<p class="lt-hint">${refused}</p>` : ""}
          ${guessTable(answer(), text, alphabet)}
          ${choice({
            id: view.id("seed"),
            label: "Rows and thick lines: median or seed",
            value: seed,
            options: SEEDS.map((value) => ({ value, text: value, name: value === "median" ? value : `seed ${value}` })),
            onChange: (value) => view.set({ seed: value }),
          })}
          ${select({
            label: "Forget gates multiplied",
            value: gate,
            options: gates.map((value) => ({ value, text: value === "mean" ? `mean of ${H} units` : `unit ${value}` })),
            onChange: (value) => view.set({ gate: value }),
          })}
          <p class="lt-hint">The stronger a letter’s color, the more the guess depends on it: the length of the gradient of
            the guess’s log-probability with respect to that letter’s input. Thin lines are the three seeds of each cell.</p>
          <div class="lt-row">${link.buttons(() => {
            draft = view.get("text");
            refused = "";
            pinned = false;
          })}</div>`,
      }),
    );
    paintMap();
    if (mapped === shownText()) paintPlot();
    else view.repaint(); // of a new text the plot comes in the next frame: both in one are too much for a phone
    mapped = shownText();
  };
});

/**
 * What is guessed after the place, with the median probability of each cell's seeds.
 * @param {Answer | null} answer
 * @param {string} text
 * @param {string} alphabet
 */
function guessTable(answer, text, alphabet) {
  const place = answer?.question.place ?? 0;
  const atEnd = place + 1 >= text.length;
  const said = (/** @type {string} */ kind) => {
    const runs = answer?.value.filter((run) => run.kind === kind) ?? [];
    if (!runs.length) return "";
    const percent = number(100 * medianOf(runs.map(({ probability }) => Float64Array.of(probability)))[0], 0);
    const letters = [...new Set(runs.map(({ code }) => visible(alphabet[code])))].join(" ");
    return html`${atEnd ? html`<b class="lt-mono">${letters}</b> ` : ""}${percent} %`;
  };
  return html`<div><p class="lt-label">Guess after <b class="lt-mono">${visible(text[place])}</b>: ${
    atEnd ? "each seed’s likeliest" : html`the chance of <b class="lt-mono">${visible(text[place + 1])}</b>`
  }</p>
    <dl class="cn-guesses" data-place=${answer ? place : -1}>${KINDS.map((kind) => html`<div><dt>${kind}</dt><dd class="lt-value">${said(kind)}</dd></div>`)}</dl>
  </div>`;
}
