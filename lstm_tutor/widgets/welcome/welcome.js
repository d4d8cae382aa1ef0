// The living cell of the first page: one unit of a trained LSTM reads a line that the reader may change.

import { html } from "lit-html";
import {
  asInteger,
  asText,
  bars,
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
  stage,
  symmetricLimit,
  textField,
  timeBar,
  tour,
  unitPicker,
  visible,
} from "../js/kit/index.js";
import { modelOf, readText } from "./reading.js";

const LONGEST = 120;
const WEIGHTS = /** @type {const} */ (["weight_ih", "weight_hh", "bias", "readout_weight", "readout_bias"]);
const ROWS = ["c", "f", "i", "g", "o", "h"];
const NAMES = /** @type {Record<string, string>} */ ({ " ": "space", "\n": "line break", "\t": "tab" });

export default defineWidget("welcome", (view) => {
  const alphabet = view.get("alphabet");
  const link = linkState(view, {
    text: asText(LONGEST, { shortest: 1, alphabet }),
    unit: asInteger(0, view.array("bias").shape[0] / 4 - 1),
  });
  const drawing = stage(view, view.get("drawing"));
  const strip = heatMap(view);
  const bar = timeBar(view, { label: "character", loop: true, onSeek: (step) => view.set({ step }) });
  const tasks = tour(view);
  const model = computed(
    () => WEIGHTS.map((name) => view.array(name)),
    (/** @type {unknown[]} */ ..._) => modelOf(view),
  );
  const readingNow = computed(
    () => [model(), view.get("text")],
    (made, text) => readText(made, text, alphabet),
  );
  let draft = view.get("text");
  let refused = "";

  view.on("text", () => {
    const text = view.get("text");
    if (keep(draft) !== text) draft = text;
    if (view.get("step") >= text.length) view.set({ step: text.length - 1 });
  });

  const keep = (/** @type {string} */ typed) => [...typed].filter((sign) => alphabet.includes(sign)).join("");
  const onText = (/** @type {string} */ typed) => {
    const known = keep(typed);
    const unknown = [...new Set([...typed].filter((sign) => !alphabet.includes(sign)))];
    refused = unknown.length ? `The model does not know ${unknown.join(" ")}; it reads on without.` : "";
    if (refused) view.announce(refused);
    draft = typed;
    bar.pause();
    if (known) view.set({ text: known, step: known.length - 1 });
    else view.repaint();
  };

  const reset = () => {
    draft = view.get("text");
    refused = "";
    view.set({ step: 0 });
  };

  bar.autoplay();
  return () => {
    const { dark } = view.theme;
    const reading = readingNow();
    const step = clamp(view.get("step"), 0, reading.steps - 1);
    const unit = clamp(view.get("unit"), 0, reading.H - 1);
    const character = reading.text[step];
    const c = reading.series("c", unit);
    const limit = symmetricLimit(c);
    const values = reading.values(unit, step);
    drawing.setLabel("x", visible(character));
    drawing.setValues(values, limit);
    bar.update({
      step,
      steps: reading.steps,
      speed: 5,
      text: `${NAMES[character] ?? character}, ${step + 1} of ${reading.steps}`,
    });
    strip.update({
      label: `Gates and states of unit ${unit} while it reads “${reading.text}”`,
      rows: ROWS.map((letter) => ({
        letter,
        label: view.width > 600 ? named(letter) : letter,
        name: named(letter),
        kind: kindOf(letter),
        limit: letter === "c" ? limit : 1,
        values: letter === "c" ? c : reading.series(letter, unit),
      })),
      columns: Array.from(reading.text, visible),
      cursor: { column: step },
      minColumn: 12,
      onCursor: ({ column }, how) => {
        if (how === "hover") return;
        bar.pause();
        view.set({ step: column });
      },
    });
    const next = reading.text[step + 1];
    const guesses = reading.guesses(step, 5).map(({ character: guess, share }) => ({
      text: visible(guess),
      share,
      name: NAMES[guess],
      right: guess === next,
    }));
    const states = Array.from(reading.all("c", step));
    tasks.update({ unit, step, text: reading.text });
    view.render(html`<div class="lt-stack">
      ${tasks.el}
      <div class="wc-top">
        ${drawing.el}
        <div class="wc-side">
          <p class="wc-said">Memory cell ${unit} has read <b class="lt-mono">${visible(character)}</b>. It kept
            ${number(100 * values.f, 0)} % of ${number(values.c_prev)}, and now holds <b
            class="lt-value">${number(values.c)}</b>.</p>
          ${bars({ label: "What the network expects next", letter: "h", items: guesses })}
        </div>
      </div>
      ${strip.el}
      <div class="lt-row">${mapKey({
        kind: "gate",
        dark,
        label: "gates f, i, o",
      })} ${mapKey({ kind: "signed", dark, limit, label: "c" })}
        ${mapKey({ kind: "signed", dark, label: "g, h" })}</div>
      ${bar.el}
      ${textField({ label: "Let it read a line of your own", value: draft, maxLength: LONGEST, onInput: onText })}
      ${refused ? html`<p class="lt-hint">${refused}</p>` : ""}
      ${unitPicker({
        id: view.id("unit"),
        label: `Look into another of the ${reading.H} cells: each square is what one holds now, ±4`,
        value: unit,
        colors: states.map((value) => colorOf(value, "signed", dark, 4)),
        names: states.map((value, k) => `cell ${k}, holds ${number(value)}`),
        onChange: (chosen) => view.set({ unit: chosen }),
      })}
      <div class="lt-row">${link.buttons(reset)}</div>
    </div>`);
  };
});
