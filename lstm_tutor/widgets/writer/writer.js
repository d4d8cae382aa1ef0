// The writer: the network goes on from what the reader types, by the rule that the reader sets, and its gates move.

import { html, nothing } from "lit-html";
import {
  asChoice,
  asInteger,
  asNumber,
  asText,
  bench,
  button,
  choice,
  clamp,
  colorOf,
  computed,
  defineWidget,
  dragNumber,
  heatMap,
  linkState,
  number,
  slider,
  symmetricLimit,
  textField,
  timeBar,
  tour,
  unitPicker,
  visible,
} from "../js/kit/index.js";
import { modelOf } from "../microscope/reading.js";
import { readable } from "../microscope/signs.js";
import { candidates, diceOf, handOf, ruleOf } from "./hand.js";
import { list } from "./list.js";
import { paper } from "./paper.js";

const LONGEST_START = 200;
const LONGEST = 300;
const SPEED = 8; // letters a second
const LAST = 30; // letters of which the gates are shown
const AROUND = 507; // px of the widget's height for all but the paper, where the widget is wide
const LIST = 368; // px of those for the letters that may come, which an empty paper has not
const ON_A_PHONE = 150; // px for the paper
const GATES = ["f", "i", "o"];
const RULES = ["all", "top-k", "top-p"];

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const described = view.get("_model");
  const known = { alphabet: view.get("_alphabet"), signs: view.get("_signs") };
  const { alphabet } = known;
  const H = described.hidden_size;
  const link = linkState(view, {
    start: asText(LONGEST_START),
    written: asText(LONGEST, { alphabet }),
    place: asInteger(-1, LONGEST),
    temperature: asNumber(0, 2),
    rule: asChoice(RULES),
    k: asInteger(1, alphabet.length),
    p: asNumber(0.05, 1),
    seed: asInteger(0, 9999),
    unit: asInteger(0, H - 1),
  });
  const tasks = tour(view);
  const hand = handOf(modelOf(described, view.array("_weights").data), LONGEST_START + LONGEST);
  const { reading } = hand;
  const strip = heatMap(view);

  // --- what follows from the traits ---------------------------------------------------------------------------------

  const typed = computed(
    () => [view.get("start")],
    (/** @type {string} */ start) => readable(start, known),
  );
  const codes = computed(
    () => [typed(), view.get("written")],
    (/** @type {ReturnType<typeof readable>} */ start, /** @type {string} */ written) => [
      ...start.codes,
      ...Array.from(written, (sign) => alphabet.indexOf(sign)),
    ],
  );
  const costs = computed(
    () => [codes()],
    (/** @type {number[]} */ all) => {
      reading.read(all);
      return reading.surprise();
    },
  );
  const dice = computed(
    () => [view.get("seed")],
    (/** @type {number} */ seed) => diceOf(seed, LONGEST),
  );
  const rule = () =>
    ruleOf({ rule: view.get("rule"), temperature: view.get("temperature"), k: view.get("k"), p: view.get("p") });
  const place = () => {
    const count = view.get("written").length;
    return view.get("place") < 0 ? count : clamp(view.get("place"), 0, count);
  };
  const limit = computed(
    () => [codes(), view.get("unit")],
    (/** @type {number[]} */ all, /** @type {number} */ unit) =>
      all.length ? symmetricLimit(reading.series("c", 0, unit)) : 1,
  );

  // --- what the reader does -----------------------------------------------------------------------------------------

  let fresh = 0; // letters that were written since the rule or the start changed
  let chosen = false;

  const keep = (/** @type {string} */ written) => view.set({ written, place: -1 });
  const set = (/** @type {Record<string, unknown>} */ traits) => {
    fresh = 0;
    view.set(traits);
  };
  /** Show a place; past the end, write until there. @param {number} step */
  const goTo = (step) => {
    const written = view.get("written");
    if (step < written.length) return view.set({ place: step });
    const count = Math.min(step, LONGEST) - written.length;
    if (!count) return view.set({ place: -1 });
    const longer = hand.write(codes(), count, rule(), dice().subarray(written.length));
    fresh += count;
    keep(
      written +
        longer
          .slice(-count)
          .map((code) => alphabet[code])
          .join(""),
    );
  };
  const bar = timeBar(view, { label: "letters written", onSeek: goTo });
  const onStart = (/** @type {string} */ start) => {
    bar.pause();
    set({ start, written: "", place: -1 });
  };
  const takeBack = () => {
    bar.pause();
    keep(view.get("written").slice(0, Math.max(place() - 1, 0)));
  };
  const startOver = () => {
    bar.pause();
    fresh = 0;
    keep("");
  };
  const onChoose = (/** @type {number} */ code) => {
    bar.pause();
    chosen = true;
    keep(view.get("written").slice(0, place()) + alphabet[code]);
    view.announce(`Written: ${alphabet[code]}`);
  };

  // --- what is shown ------------------------------------------------------------------------------------------------

  const controls = () => {
    const name = view.get("rule");
    const T = view.get("temperature");
    return html`
      ${textField({
        label: "It reads first",
        value: view.get("start"),
        lines: 3,
        maxLength: LONGEST_START,
        onInput: onStart,
      })}
      ${notes()}
      ${slider({
        label: "temperature T",
        value: T,
        min: 0,
        max: 2,
        step: 0.05,
        format: (value) => (value === 0 ? "0, greedy" : number(value)),
        onInput: (temperature) => set({ temperature }),
      })}
      ${choice({
        id: view.id("rule"),
        label: "Drawn from",
        value: name,
        options: [
          { value: "all", text: "all letters" },
          { value: "top-k", text: "top-k" },
          { value: "top-p", text: "top-p" },
        ],
        onChange: (value) => set({ rule: value }),
      })}
      ${
        name === "top-k"
          ? slider({
              ...{ label: "k, letters kept", value: view.get("k"), min: 1, max: 40, step: 1 },
              format: (value) => number(value, 0),
              onInput: (k) => set({ k }),
            })
          : name === "top-p"
            ? slider({
                ...{ label: "p, probability kept", value: view.get("p"), min: 0.05, max: 1, step: 0.05 },
                onInput: (p) => set({ p }),
              })
            : nothing
      }
      <div class="lt-row">
        ${button({ text: "Take back", label: "Take the letter before the pen back", disabled: !place(), onClick: takeBack })}
        ${button({ text: "Start over", disabled: !view.get("written"), onClick: startOver })}
        <span class="wr-dice"><span class="lt-label" aria-hidden="true">Seed</span>
        ${dragNumber({
          ...{ label: "seed of the dice", value: view.get("seed"), min: 0, max: 9999, step: 1, digits: 0 },
          onInput: (seed) => set({ seed }),
        })}</span></div>
      ${view.isWide ? html`<p class="lt-hint">The stronger a letter’s tint, the less the network expected it.</p>` : nothing}`;
  };
  const notes = () => {
    const { replaced } = typed();
    if (!view.get("start"))
      return html`<p class="wr-told">Type at least one letter: the network guesses what follows what it has read.</p>`;
    if (!replaced.size) return nothing;
    const words = [...replaced].slice(0, 5).map(([sign, stands]) => `${visible(sign)} (reads ${visible(stands)})`);
    return html`<p class="wr-told">The network has no sign for ${words.join(", ")}${replaced.size > 5 ? " and others" : ""}.</p>`;
  };
  const gates = (/** @type {number} */ at, /** @type {string[]} */ signs) => {
    const unit = view.get("unit");
    const from = Math.max(at - LAST, 0);
    const part = (/** @type {string} */ letter) => reading.series(letter, 0, unit).subarray(from, at);
    strip.update({
      label: `Gates and memory of unit ${unit} at the last ${at - from} letters`,
      rows: [
        ...GATES.map((letter) => ({
          letter,
          label: letter,
          kind: /** @type {const} */ ("gate"),
          values: part(letter),
          height: 20,
        })),
        { letter: "c", label: "c", kind: "signed", limit: limit(), values: part("c"), height: 26 },
      ],
      columns: signs.slice(from, at).map(visible),
      cursor: { column: at - from - 1 },
      minColumn: 8,
      maxColumn: 22,
      columnName: "letter",
    });
    const now = reading.values("c", 0).subarray((at - 1) * H, at * H);
    const most = symmetricLimit(now);
    return html`<div class="wr-gates"><span class="lt-label">Gates f, i, o and memory c of unit ${unit}</span>${strip.el}
      ${unitPicker({
        id: view.id("unit"),
        label: `c of all ${H} units after ${visible(signs[at - 1])}`,
        value: unit,
        colors: Array.from(now, (value) => colorOf(value, "signed", view.theme.dark, most)),
        onChange: (value) => view.set({ unit: value }),
      })}</div>`;
  };

  return function paint() {
    const all = codes();
    const bits = costs();
    const written = view.get("written");
    const at = place();
    const count = typed().codes.length;
    const end = count + at;
    const full = written.length >= LONGEST;
    const now = rule();
    const signs = all.map((code) => alphabet[code]);
    bar.update({
      ...{ step: at, steps: (count ? LONGEST : 0) + 1, speed: SPEED, hold: !count, value: `${at} / ${LONGEST}` },
      text: `after ${at} of ${written.length} written letters`,
    });
    view.render(
      bench({
        lead: html`<div class="wr-lead">${tasks.el}${link.buttons()}</div>`,
        pictures: html`${paper({
          ...{ start: typed().typed, written, costs: bits, place: at, dark: view.theme.dark },
          tall: view.isWide ? Math.max(view.tall - AROUND + (end ? 0 : LIST), 96) : ON_A_PHONE,
          onPlace: (to) => {
            bar.pause();
            goTo(to);
          },
        })}
        ${
          end
            ? html`<div class="wr-panels">${list({
                ...{ items: candidates(reading.after(end).slice(), now), alphabet, came: written[at] },
                ...{ before: signs.slice(Math.max(end - 8, 0), end).join(""), full: full && at >= LONGEST, onChoose },
                plain: now.temperature === 1 && now.topK === null && now.topP === null,
              })}${gates(end, signs)}</div>`
            : nothing
        }`,
        thumb: bar.el,
        controls: controls(),
      }),
    );
    tasks.update({ temperature: now.temperature ?? 1, rule: view.get("rule"), fresh, chosen });
  };
}

export default defineWidget("writer", setup);
