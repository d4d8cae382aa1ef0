// The first page: a trained LSTM reads a line; the reader operates on its cells and lets it write on.

import { html, nothing } from "lit-html";
import { Random } from "../js/engine/index.js";
import { choice as drawn, probabilities } from "../js/engine/sampling.js";
import {
  asHeld,
  CHOICES,
  likeliest,
  operated,
  silentUnits,
  stateOf,
  withGate,
  withSilent,
  writeOn,
} from "../js/kit/holding.js";
import {
  asInteger,
  asText,
  bench,
  button,
  choice,
  clamp,
  colorOf,
  computed,
  defineWidget,
  heatMap,
  kindOf,
  linkState,
  mapKey,
  named,
  number,
  slider,
  stage,
  symmetricLimit,
  textField,
  timeBar,
  tour,
  visible,
} from "../js/kit/index.js";
import { asMemory, change, deeds, FURTHEST } from "./operations.js";
import { cells, guessBars } from "./parts.js";
import { modelOf, placeAt, reader, series, sharesAt, valuesAt, withMemory } from "./reading.js";

const LONGEST = 120;
const AT_ONCE = 12; // characters of one "Write on"
const GUESSES = 5;
const GATES = ["f", "i", "o"];
const WEIGHTS = /** @type {const} */ (["weight_ih", "weight_hh", "bias", "readout_weight", "readout_bias"]);
const ROWS = ["f", "i", "g", "o", "h"];
const NAMES = /** @type {Record<string, string>} */ ({ " ": "a space", "\n": "a line break", "\t": "a tab" });
const nameOf = (/** @type {string} */ character) => NAMES[character] ?? character;

export default defineWidget("welcome", (view) => {
  const alphabet = view.get("alphabet");
  const units = view.array("bias").shape[0] / 4;
  const link = linkState(view, {
    text: asText(LONGEST, { shortest: 1, alphabet }),
    unit: asInteger(0, units - 1),
    step: asInteger(0, LONGEST - 1),
    held: asHeld(GATES, units),
    c: asMemory(units - 1, LONGEST),
  });
  const drawing = stage(view, view.get("drawing"));
  drawing.atOnce(true); // no transition of strokes: each would be laid out anew
  const strip = heatMap(view);
  const bar = timeBar(view, { label: "character", onSeek: (step) => view.set({ step }) });
  const tasks = tour(view);
  const model = computed(
    () => WEIGHTS.map((name) => view.array(name)),
    (/** @type {unknown[]} */ ..._) => modelOf(view),
  );
  const whole = computed(() => [model(), view.get("held")], operated);
  const readFree = computed(
    () => [model()],
    (made) => reader(made, alphabet),
  );
  const readHeld = computed(
    () => [whole(), model()],
    (made, free) => (made === free ? null : reader(made, alphabet)),
  );
  const freeRun = computed(
    () => [readFree(), view.get("text")],
    (read, text) => read(text),
  );
  const heldRun = computed(
    () => [readHeld(), freeRun(), view.get("text")],
    (read, free, text) => (read ? read(text) : free),
  );
  const runNow = computed(() => [whole(), heldRun(), view.get("c")], withMemory);

  let draft = view.get("text");
  let refused = "";
  let mode = "show";
  let temperature = 0;
  let isOpen = false;
  let random = new Random(1);
  /** What the text was before the network wrote. @type {{text: string, step: number, c: number[]}[]} */
  let written = [];
  let expected = ""; // the text as this view set it last

  const keep = (/** @type {string} */ typed) => [...typed].filter((sign) => alphabet.includes(sign)).join("");
  view.on("text", () => {
    const text = view.get("text");
    if (text !== expected) written = [];
    if (keep(draft) !== text) draft = text;
    if (view.get("step") >= text.length) view.set({ step: text.length - 1 });
  });
  /** A memory set after the first `same` characters goes. @param {string} text @param {number} same */
  const setText = (text, same = text.length, step = text.length - 1) => {
    expected = text;
    view.set({ text, step, ...(view.get("c")[1] >= same ? { c: [] } : {}) });
  };
  const onText = (/** @type {string} */ typed) => {
    const known = keep(typed);
    const unknown = [...new Set([...typed].filter((sign) => !alphabet.includes(sign)))];
    refused = unknown.length
      ? `The model does not know ${unknown.join(" ")}; it reads on without ${unknown.length > 1 ? "them" : "it"}.`
      : "";
    if (refused) view.announce(refused);
    draft = typed;
    written = [];
    bar.pause();
    if (known) setText(known);
    else {
      if (!refused) refused = "It needs at least one character. The previous line stays.";
      view.repaint();
    }
  };
  /** What the reader does while it plays is done to the whole line. @param {Record<string, unknown>} values */
  const operate = (values) => {
    const step = bar.playing ? view.get("text").length - 1 : view.get("step");
    bar.pause();
    view.set({ ...values, step });
  };
  const now = () => clamp(view.get("step"), 0, view.get("text").length - 1);
  const append = (/** @type {(room: number) => string} */ signs) => {
    const step = now();
    const text = view.get("text").slice(0, step + 1);
    bar.pause();
    written.push({ text: view.get("text"), step, c: view.get("c") });
    setText(text + signs(LONGEST - text.length), text.length);
    draft = view.get("text");
    view.announce(`It reads “${draft}”.`);
  };
  const goOn = () =>
    append((room) => {
      const pick = (/** @type {Float64Array} */ shares) =>
        drawn(probabilities(shares.map(Math.log), { temperature }), random.uniform(0, 1));
      return writeOn(whole(), placeAt(whole(), runNow(), now()), Math.min(AT_ONCE, room), pick)
        .map((code) => alphabet[code])
        .join("");
    });
  const takeBack = () => {
    const last = written.pop();
    if (!last) return;
    setText(last.text, LONGEST, last.step);
    view.set({ c: last.c });
    draft = last.text;
    view.repaint();
  };
  const reset = () => {
    draft = view.get("text");
    refused = "";
    written = [];
    mode = "show";
    random = new Random(1);
    view.repaint();
  };

  bar.autoplay();
  return () => {
    const { dark } = view.theme;
    const [text, held, c] = ["text", "held", "c"].map((name) => view.get(name));
    const silence = silentUnits(held);
    const unit = clamp(view.get("unit"), 0, units - 1);
    const [free, unset, reading] = [freeRun(), heldRun(), runNow()];
    const step = now();
    const isOperated = reading !== free;
    const at = step * units + unit;
    const memory = reading.record.c[at];
    const [cNow, cFree] = [series(reading, "c", unit), series(free, "c", unit)];
    const limit = Math.min(symmetricLimit([...series(unset, "c", unit), ...cFree], 2), FURTHEST);
    const character = text[step];

    if (isOpen) {
      drawing.setLabel("x", visible(character));
      drawing.setValues(valuesAt(reading, unit, step), limit);
    }
    bar.update({ step, steps: text.length, speed: 6, text: `${nameOf(character)}, ${step + 1} of ${text.length}` });
    const wide = view.isWide;
    strip.update({
      label: `Gates and states of cell ${unit} while it reads “${text}”`,
      rows: [
        {
          letter: "c",
          label: wide ? "c, memory" : "c",
          name: "c, what the cell holds",
          kind: "signed",
          limit,
          values: cNow,
          height: 38,
          signs: Array.from(text, visible),
        },
        {
          label: wide ? "c untouched" : "was",
          name: "c of the untouched network",
          kind: "signed",
          limit,
          values: cFree,
          height: 16,
        },
        ...ROWS.map((letter) => ({
          letter,
          label: wide ? named(letter) : letter,
          name: named(letter),
          kind: kindOf(letter),
          values: series(reading, letter, unit),
        })),
      ],
      cursor: { column: step },
      rowHeight: 18,
      minColumn: 13,
      maxColumn: 30,
      onCursor: ({ column }, how) => {
        if (how === "hover") return;
        bar.pause();
        view.set({ step: column });
      },
    });

    const shares = sharesAt(whole(), reading, step);
    const before = isOperated ? sharesAt(model(), free, step) : shares;
    const height = (/** @type {number} */ k) => Math.max(shares[k], before[k]);
    const guesses = Array.from(shares, (_, k) => k)
      .sort((a, b) => height(b) - height(a))
      .slice(0, GUESSES)
      .map((k) => ({
        text: visible(alphabet[k]),
        name: nameOf(alphabet[k]),
        share: shares[k],
        before: before[k],
        right: alphabet[k] === text[step + 1],
        onPress: () => append(() => alphabet[k]),
      }));
    const isFull = step + 1 >= LONGEST;
    const done = deeds({ held, c }, text);
    const best = alphabet[likeliest(shares)];
    const sentence = done
      ? html`<b>With ${done}:</b> ${change(before, shares, alphabet)}`
      : html`After <b class="lt-mono">${visible(character)}</b> cell ${unit} holds <b class="lt-value">${number(memory)}</b>. The
        untouched network expects <b class="lt-mono">${visible(best)}</b> first. Hold a gate, or drag c.`;
    const own = written.length ? written[0].step + 1 : text.length;
    tasks.update({
      unit,
      step,
      text,
      ...Object.fromEntries(GATES.map((gate) => [gate, stateOf(held, gate, unit)])),
      c: c[0] === unit && c[1] === step ? memory : null,
      silent: silence.length,
      written: Math.max(text.length - own, 0),
    });
    const all = Array.from({ length: units }, (_, k) => reading.record.c[step * units + k]);

    const memorySlider = html`<div class="wc-memory" style="--mark:${(clamp(unset.record.c[at], -limit, limit) / limit + 1) / 2}">
      ${slider({
        label: "c",
        name: `memory c of cell ${unit} after ${nameOf(character)}`,
        letter: "c",
        value: memory,
        min: -limit,
        max: limit,
        step: 0.05,
        onInput: (value) =>
          operate({ c: [unit, bar.playing ? text.length - 1 : step, clamp(value, -FURTHEST, FURTHEST)] }),
      })}</div>`;
    const pictures = html`${strip.el}
      <div class="lt-row">${mapKey({ kind: "signed", dark, limit, label: "c" })} ${mapKey({ kind: "gate", dark, label: "gates" })}
        ${mapKey({ kind: "signed", dark, label: "g, h" })}</div>
      <p class="wc-said">${sentence}</p>
      <div><span class="lt-label">What it expects next: press a guess to write it</span>
        ${guessBars({ items: guesses, isOperated, disabled: isFull })}</div>
      <div class="lt-row wc-write">${button({ text: "Write on", disabled: isFull, onClick: goOn })}
        ${choice({
          id: view.id("temperature"),
          label: "how it chooses",
          hideLabel: true,
          value: temperature,
          options: [
            { value: 0, text: "likeliest" },
            { value: 0.5, text: "T = 0.5", name: "drawn with temperature 0.5" },
            { value: 1, text: "T = 1", name: "drawn with temperature 1" },
          ],
          onChange: (chosen) => {
            temperature = chosen;
            view.repaint();
          },
        })}
        ${button({ text: "Take back", quiet: true, disabled: !written.length, onClick: takeBack })}
        ${isFull ? html`<span class="lt-hint">${LONGEST} characters: it writes no further.</span>` : nothing}</div>
      <details ?open=${isOpen} @toggle=${(/** @type {Event} */ event) => {
        isOpen = /** @type {HTMLDetailsElement} */ (event.currentTarget).open;
        view.repaint();
      }}><summary>The cell as a drawing</summary>${drawing.el}</details>`;
    const controls = html`
      ${textField({ label: "It reads: type a line of your own", value: draft, maxLength: LONGEST, onInput: onText })}
      ${refused ? html`<p class="lt-hint">${refused}</p>` : nothing}
      <div class="wc-held">${GATES.map(
        (gate) =>
          html`<span class="lt-label">${named(gate)}</span>${choice({
            id: view.id(`hold-${gate}`),
            label: `${named(gate)} of cell ${unit}`,
            hideLabel: true,
            value: stateOf(held, gate, unit),
            options: CHOICES,
            onChange: (state) => operate({ held: withGate(view.get("held"), gate, unit, state) }),
          })}`,
      )}</div>
      <div><span class="lt-row lt-apart"><span class="lt-label">What cell ${unit} holds after “${visible(character)}”</span>
        ${button({ text: "let go", quiet: true, disabled: !c.length, onClick: () => view.set({ c: [] }) })}</span>
        ${wide ? memorySlider : nothing}</div>
      <div>${cells({
        id: view.id("unit"),
        label: `${units} cells, colored by tanh(c): press one`,
        colors: all.map((value) => colorOf(Math.tanh(value), "signed", dark)),
        names: all.map((value, k) => `cell ${k}, holds ${number(value)}`),
        shown: unit,
        silence,
        isSilencing: mode === "silence",
        onShow: (chosen) => view.set({ unit: chosen }),
        onSilence: (pressed) =>
          operate({
            held: withGate(view.get("held"), "o", pressed, silence.includes(pressed) ? "free" : "shut"),
          }),
      })}</div>
      <div class="lt-row wc-held">${choice({
        id: view.id("mode"),
        label: "a press on a square",
        hideLabel: true,
        value: mode,
        options: [
          { value: "show", text: "show" },
          { value: "silence", text: "silence" },
        ],
        onChange: (chosen) => {
          mode = chosen;
          view.repaint();
        },
      })}${
        silence.length
          ? button({ text: "Hear all", onClick: () => operate({ held: withSilent(view.get("held"), []) }) })
          : button({
              text: "Silence the others",
              label: `Silence the others, all but cell ${unit}`,
              onClick: () =>
                operate({
                  held: withSilent(
                    view.get("held"),
                    all.map((_, k) => k).filter((k) => k !== unit),
                  ),
                }),
            })
      }</div>
      ${link.buttons(reset)}`;
    view.render(
      bench({
        lead: tasks.el,
        pictures: wide ? pictures : html`${pictures}${bar.el}`,
        thumb: wide ? bar.el : memorySlider,
        controls,
      }),
    );
  };
});
