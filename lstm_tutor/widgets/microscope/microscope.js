// The text microscope: a trained character model reads what the reader types, and every unit can be watched and held.

import { html, nothing } from "lit-html";
import { asHeld } from "../js/kit/holding.js";
import {
  asChoice,
  asInteger,
  asText,
  asToggle,
  bench,
  choice,
  clamp,
  defineWidget,
  linkState,
  tour,
} from "../js/kit/index.js";
import { atlasOf } from "./atlas.js";
import { ink } from "./ink.js";
import { asRanges, asSample } from "./links.js";
import { follow, means, places, tidy } from "./marks.js";
import { holdControls, writing } from "./operations.js";
import { elsewhere, followers, guesses, largest, markControls } from "./panels.js";
import { modelOf } from "./reading.js";
import { sceneOf } from "./scene.js";
import { studyOf } from "./study.js";
import { atlasPanel, colorsInWords, controls, gradientControls, head, notes, samplePicker } from "./templates.js";

/** @typedef {import("./templates.js").Scene} Scene */

const LONGEST = 1000;
const GATES = ["i", "f", "o", "r", "z"];
const AROUND = 526; // px of the widget's height for all but the text, where the widget is wide
const ON_A_PHONE = 260; // px for the text

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const described = view.get("_model");
  const known = { alphabet: view.get("_alphabet"), signs: view.get("_signs") };
  const samples = /** @type {Record<string, string>} */ (view.get("_samples"));
  const { names, states, hidden_size: H, num_layers: layers } = described;
  const gates = names.filter((/** @type {string} */ name) => GATES.includes(name));
  const link = linkState(view, {
    text: asSample(samples, asText(LONGEST)),
    quantity: asChoice(names),
    unit: asInteger(0, H - 1),
    layer: asInteger(0, layers - 1),
    color: asChoice(["unit", "surprise", "gradient"]),
    gradient_of: asChoice(["prediction", ...states]),
    log: asToggle(),
    order: asChoice(["similarity", "number", "mark"]),
    caret: asInteger(0, LONGEST),
    marked: asRanges(LONGEST),
    held: asHeld(gates, H, layers),
  });
  const tasks = tour(view);

  // --- what the reader does -----------------------------------------------------------------------------------------

  /** What is of this view alone. */
  const state = {
    settled: 0, // grows when the hand rests: the units are sorted anew
    hovered: /** @type {number | null} */ (null), // a character
    hoveredUnit: /** @type {number | null} */ (null),
  };
  let typedLast = view.get("text");
  let add = false; // a new mark does not replace the others
  let growing = false;
  let panel = gates.length && view.get("held").length ? "hold" : "mark";
  let silentTyped = /** @type {string | null} */ (null);
  /** The marks before the one that is being drawn. @type {import("./marks.js").Range[]} */
  let before = [];

  const model = modelOf(described, view.array("_weights").data);
  const study = studyOf(view, model, known, { longest: LONGEST, H, state, described });
  const { read, typed, ranges, mask, scores, whole, plain } = study;

  const turn = (/** @type {Record<string, unknown>} */ traits) => view.set(traits);
  const hover = (/** @type {number | null} */ character, /** @type {number | null} */ unit) => {
    if (state.hovered === character && state.hoveredUnit === unit) return;
    [state.hovered, state.hoveredUnit] = [character, unit];
    view.repaint();
  };
  const onText = (/** @type {string} */ text, /** @type {number} */ caret) => {
    typedLast = text;
    growing = false;
    turn({ text, caret, marked: follow(ranges(), typed().typed, Array.from(text)) });
  };
  const sheet = ink(view, {
    label: "Text that the model reads: type your own; select a phrase to mark it",
    longest: LONGEST,
    describedBy: view.id("told"),
    onText,
    onSelect(start, end) {
      if (start === end) growing = false;
      else {
        if (!growing) before = add ? ranges() : [];
        turn({ marked: add ? tidy([...before, [start, end]], typed().typed.length) : [[start, end]] });
        growing = true;
      }
      turn({ caret: end });
    },
    onHover: (character) => character !== state.hovered && hover(character, null),
    onSettled() {
      state.settled++;
      view.repaint();
    },
  });
  /** Write what the model expects at the caret. @param {number[]} codes */
  const write = (codes) => {
    const now = typed().typed;
    const caret = clamp(view.get("caret"), 0, now.length);
    const signs = codes.map((code) => known.alphabet[code]);
    onText([...now.slice(0, caret), ...signs, ...now.slice(caret)].join(""), caret + signs.length);
    view.announce(`Written: ${signs.join("")}`);
  };
  view.on("text", () => {
    if (view.get("text") !== typedLast) state.settled++;
    state.hovered = null;
  });
  view.on("marked", () => {
    if (view.get("marked").length) panel = "mark";
  });
  view.on("held", () => {
    if (view.get("held").length) panel = "hold";
  });
  /** Let Python know the units that follow the mark. @param {import("./marks.js").Scores | null} now */
  const tellFound = (now) => {
    const found = now ? closest(now).map((k) => [k, now.correlation[k]]) : [];
    if (JSON.stringify(found) !== JSON.stringify(view.get("found"))) turn({ found });
  };
  const closest = (/** @type {import("./marks.js").Scores} */ { correlation }) => largest(correlation.map(Math.abs), 5);

  // --- what is shown ------------------------------------------------------------------------------------------------

  const atlas = atlasOf(view, study, { H, hover, turn, state });
  const paintSheet = (/** @type {Scene} */ { text, shades, dark, marked }) => {
    const now = typed();
    const caret = clamp(view.get("caret"), 0, now.typed.length);
    const more = (text.length >= LONGEST ? 34 : 0) + (marked && whole() !== plain ? 18 : 0); // px of further lines
    const tall = view.isWide ? Math.max(view.tall - AROUND - more, 110) : ON_A_PHONE;
    const isRead = shades.values.length === now.typed.length;
    sheet.update({
      ...{ text, typed: now.typed, replaced: now.replaced, shades: isRead ? shades : null, dark },
      ...{ mask: study.sheetMask(), looked: study.looked() - 1, caret, tall },
    });
    sheet.el.dataset.worked = String(study.worked());
  };
  let stop = () => {};
  /** @type {unknown} */
  let latest;
  /** What a frame need not wait for: the atlas of a text that was just read, and letters out of sight. */
  const paintRest = () => {
    const isFresh = read() !== latest && sheet.el.isConnected;
    latest = read();
    if (!isFresh) atlas.paint();
    const tellBusy = (/** @type {boolean} */ isMore) => {
      sheet.el.ariaBusy = String(isMore || study.isBusy());
      return isMore;
    };
    stop();
    if (!tellBusy(isFresh || sheet.isLate())) return;
    stop = view.animate(() => {
      atlas.paint();
      return tellBusy(sheet.tintMore());
    });
  };
  const guessesAt = (/** @type {Scene} */ { at, typed, text }) =>
    guesses({
      logP: at ? whole().after(at) : null,
      untouched: at && whole() !== plain ? plain.after(at) : null,
      alphabet: known.alphabet,
      next: typed[at],
      code: read().codes[at] ?? -1,
      before: typed.slice(Math.max(0, at - 12), at).join(""),
      full: text.length >= LONGEST,
      onWrite: (code) => write([code]),
    });
  const writingAt = (/** @type {Scene} */ { T, text }) => {
    const caret = clamp(view.get("caret"), 0, T);
    return writing({
      canWrite: caret > 0 && text.length < LONGEST,
      cost: study.cost(),
      untouched: study.plainCost(),
      onWrite: (count) => write(whole().written(caret, Math.min(count, LONGEST - text.length))),
    });
  };
  /** Where else the unit does as it does in the mark. @param {Scene} scene */
  const otherPlaces = ({ T, unit, series, typed, marked }) => {
    const inside = mask().reduce((sum, value) => sum + value, 0);
    if (!marked || inside === T) return nothing;
    const mean = means(series, mask());
    const onPlace = (/** @type {number} */ caret) => {
      turn({ caret });
      sheet.goTo(caret);
    };
    const off = mean.inside < mean.outside;
    return elsewhere({ found: places(series, mask()), typed, unit, unmarked: T - inside, off, onPlace });
  };
  const markPanel = (/** @type {Scene} */ { T, unit, quantity, series, marked }) => {
    const inside = mask().reduce((sum, value) => sum + value, 0);
    const onAdd = (/** @type {boolean} */ value) => {
      add = value;
      view.repaint();
    };
    const onUnit = (/** @type {number} */ k) => turn({ unit: k, color: "unit" });
    return html`<div class="tm-mark">
        ${markControls({ add, any: marked, onAdd, onClear: () => turn({ marked: [] }) })}
        ${followers({ scores: scores(), inside, length: T, unit, quantity, series, mask: mask(), onUnit })}
      </div>`;
  };
  const holdPanel = (/** @type {Scene} */ { unit, layer }) => {
    const now = scores();
    return holdControls({
      ...{ held: view.get("held"), gates, unit, layer, H, layers, typed: silentTyped, id: (name) => view.id(name) },
      followers: now ? closest(now) : [],
      onHeld: (held) => turn({ held }),
      onTyped(text) {
        silentTyped = text;
        view.repaint();
      },
    });
  };
  const panels = (/** @type {Scene} */ scene) => {
    if (!gates.length) return markPanel(scene);
    const onChange = (/** @type {string} */ value) => {
      panel = value;
      view.repaint();
    };
    const options = [
      { value: "mark", text: "Mark a phrase" },
      { value: "hold", text: "Hold gates" },
    ];
    return html`<div class="tm-panel">
        ${choice({ id: view.id("panel"), label: "What to do", hideLabel: true, value: panel, options, onChange })}
        ${panel === "mark" ? markPanel(scene) : holdPanel(scene)}
      </div>`;
  };
  const reset = () => {
    add = false;
    silentTyped = null;
    state.settled++;
  };

  return function paint() {
    const scene = sceneOf(view, study, { known, described, state });
    const id = (/** @type {string} */ name) => view.id(name);
    tellFound(scores());
    paintSheet(scene);
    view.render(
      bench({
        lead: html`<div class="tm-lead">${tasks.el}${link.buttons(reset)}</div>`,
        pictures: html`${head(scene)}
          ${sheet.el}
          ${notes(scene, LONGEST)}
          <p class="lt-sr" id=${id("told")}>${colorsInWords(scene)}</p>
          <div class="tm-panels">${guessesAt(scene)}<div class="tm-beside">${writingAt(scene)} ${otherPlaces(scene)}</div></div>
          ${atlasPanel(scene, atlas.el, study.unitAt, turn, id)}`,
        controls: html`${samplePicker(samples, scene.text, turn)}
          ${controls(scene, turn, id)}
          ${gradientControls(scene, turn, id)}
          ${panels(scene)}`,
      }),
    );
    paintRest();
    tasks.update(study.facts(scene));
  };
}

export default defineWidget("microscope", setup);
