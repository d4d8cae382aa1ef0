// The text microscope: a trained character model reads what the reader types, and every unit can be watched.

import { html, nothing } from "lit-html";
import {
  asChoice,
  asInteger,
  asText,
  asToggle,
  clamp,
  colorOf,
  computed,
  defineWidget,
  heatMap,
  inkOn,
  kindOf,
  linkState,
  named,
} from "../js/kit/index.js";
import { ink } from "./ink.js";
import { asRanges, asSample } from "./links.js";
import { follow, maskOf, means, places, scoreMark, tidy } from "./marks.js";
import { similarityOrder } from "./order.js";
import { elsewhere, followers, guesses, largest, markControls, said } from "./panels.js";
import { modelOf, Reading } from "./reading.js";
import { gradientScale, surpriseScale } from "./scales.js";
import { readable } from "./signs.js";
import {
  atlasPanel,
  colorsInWords,
  controls,
  gradientControls,
  head,
  samplePicker,
  unknownSigns,
} from "./templates.js";

/** @typedef {import("./templates.js").Scene} Scene */

const LONGEST = 1000;

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const described = view.get("_model");
  const known = { alphabet: view.get("_alphabet"), signs: view.get("_signs") };
  const samples = /** @type {Record<string, string>} */ (view.get("_samples"));
  const { names, states, hidden_size: H, num_layers: layers } = described;
  const limits = /** @type {Record<string, number>} */ ({ c: 4, h: described.config.nonlinearity === "relu" ? 4 : 1 });
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
  });

  // --- what the reader does -----------------------------------------------------------------------------------------

  let typedLast = view.get("text");
  let settled = 0; // grows when the hand rests: the units are sorted anew
  let hovered = /** @type {number | null} */ (null); // a character
  let hoveredUnit = /** @type {number | null} */ (null);
  let add = false; // a new mark does not replace the others
  let growing = false;
  /** The marks before the one that is being drawn. @type {import("./marks.js").Range[]} */
  let kept = [];

  const turn = (/** @type {Record<string, unknown>} */ traits) => view.set(traits);
  const hover = (/** @type {number | null} */ character, /** @type {number | null} */ unit) => {
    if (hovered === character && hoveredUnit === unit) return;
    [hovered, hoveredUnit] = [character, unit];
    view.repaint();
  };
  const sheet = ink(view, {
    label: "Text that the model reads: type your own; select a phrase to mark it",
    longest: LONGEST,
    describedBy: view.id("told"),
    onText(typed, caret) {
      typedLast = typed;
      growing = false;
      turn({ text: typed, caret, marked: follow(ranges(), read().typed, Array.from(typed)) });
    },
    onSelect(start, end) {
      if (start === end) growing = false;
      else {
        if (!growing) kept = add ? ranges() : [];
        turn({ marked: add ? tidy([...kept, [start, end]], read().typed.length) : [[start, end]] });
        growing = true;
      }
      turn({ caret: end });
    },
    onHover: (character) => character !== hovered && hover(character, null),
    onSettled() {
      settled++;
      view.repaint();
    },
  });
  view.on("text", () => {
    if (view.get("text") !== typedLast) settled++;
    hovered = null;
  });

  // --- what the model makes of the text -----------------------------------------------------------------------------

  const whole = new Reading(modelOf(described, view.array("_weights").data), LONGEST);
  const read = computed(
    () => [view.get("text")],
    (text) => {
      const now = readable(text, known);
      whole.read(now.codes);
      return now;
    },
  );
  const chosen = () => /** @type {const} */ ([view.get("quantity"), view.get("layer")]);
  const unitNow = () => clamp(view.get("unit"), 0, H - 1);
  /** How many characters are read where the reader looks. */
  const at = () => (hovered === null ? clamp(view.get("caret"), 0, read().typed.length) : hovered + 1);
  const ranges = computed(
    () => [view.get("marked"), read()],
    (marked, { typed }) => tidy(marked, typed.length),
  );
  const mask = computed(
    () => [ranges(), read()],
    (marked, { typed }) => maskOf(marked, typed.length),
  );
  const scores = computed(
    () => [mask(), read(), ...chosen()],
    (marks, _, quantity, layer) => (marks.includes(1) ? scoreMark(whole.values(quantity, layer), H, marks) : null),
  );
  const surprise = computed(
    () => [read()],
    (_) => whole.surprise(),
  );
  const gradient = computed(
    () => {
      const of = view.get("gradient_of");
      return [read(), at(), of, view.get("layer"), of === "prediction" ? 0 : unitNow()];
    },
    (_, place, of, layer, unit) => (place ? whole.gradientSizes(place, of, layer, unit) : new Float64Array(0)),
  );
  /** The units from the top of the atlas down: while the reader types, they stay where they are. */
  const order = computed(
    () => {
      const by = view.get("order");
      return [by, by === "mark" ? scores() : null, settled, read().typed.length > 0, ...chosen()];
    },
    (by, marks, _, any, quantity, layer) => {
      if (by === "mark" && marks) return largest(marks.correlation, H);
      if (!any) return [];
      return by === "similarity"
        ? similarityOrder(whole.values(quantity, layer), H)
        : Array.from({ length: H }, (_unit, k) => k);
    },
  );
  /** Let Python know the units that follow the mark. @param {import("./marks.js").Scores | null} now */
  const tellFound = (now) => {
    const found = now ? largest(now.correlation.map(Math.abs), 5).map((k) => [k, now.correlation[k]]) : [];
    if (JSON.stringify(found) !== JSON.stringify(view.get("found"))) turn({ found });
  };

  // --- what is shown ------------------------------------------------------------------------------------------------

  const atlas = heatMap(view);
  view.listen(atlas.el, "pointerleave", () => {
    if (hovered !== null) hover(null, null);
  });
  const sceneNow = () => {
    const { typed, replaced } = read();
    const [quantity, layer] = chosen();
    const [unit, color, T] = [unitNow(), view.get("color"), typed.length];
    const [kind, limit] = [kindOf(quantity), limits[quantity] ?? 1];
    const series = whole.series(quantity, layer, unit);
    const target = T && at() ? said(known.alphabet[whole.expected(at())]) : "next";
    const log = view.get("log");
    const shades =
      color === "unit"
        ? { values: series, kind, limit }
        : color === "surprise"
          ? surpriseScale(surprise())
          : gradientScale(gradient(), T, log);
    /** @type {Scene} */
    const scene = {
      ...{ text: view.get("text"), typed, replaced, T, H, layers, names, states, quantity, layer, unit, color, log },
      ...{ of: view.get("gradient_of"), order: view.get("order"), dark: view.theme.dark, surprise: surprise() },
      ...{ kind, limit, at: at(), target, series, shades, hoveredUnit },
    };
    return scene;
  };
  const paintSheet = (/** @type {Scene} */ { text, typed, replaced, T, shades, dark }) => {
    const { values, kind, limit } = shades;
    sheet.update({
      text,
      typed,
      mask: mask(),
      caret: clamp(view.get("caret"), 0, T),
      looked: at() - 1,
      grounds: Array.from(values, (value) => colorOf(value, kind, dark, limit)),
      inks: Array.from(values, (value) => inkOn(value, kind, dark, limit)),
      unknown: typed.map((sign) => replaced.has(sign)),
    });
    sheet.el.dataset.worked = String(whole.worked);
  };
  /** Painted once the atlas has its place, and again when what it shows has changed. */
  const paintAtlas = computed(
    () => [order(), read(), unitNow(), view.theme.dark, atlas.el.clientWidth, ...chosen()],
    (units, { typed }, unit, _dark, _width, quantity, layer) => {
      const sorted = view.get("order") === "similarity" ? ", sorted so that neighbors are alike" : "";
      const kind = kindOf(quantity);
      const limit = limits[quantity] ?? 1;
      atlas.update({
        label: `All ${H} units, ${named(quantity)}, over the text${sorted}; unit ${unit} is framed`,
        rows: typed.length
          ? units.map((k) => ({
              label: String(k),
              name: `unit ${k}, ${quantity}`,
              kind,
              limit,
              values: whole.series(quantity, layer, k),
            }))
          : [],
        cursor: { row: units.indexOf(unit) },
        rowHeight: clamp(Math.round(384 / H), 2, 24),
        minColumn: 1.5,
        maxColumn: 24,
        onCursor({ row, column }, how) {
          if (how === "hover") hover(column, units[row]);
          else turn({ unit: units[row], caret: column + 1 });
        },
      });
    },
  );
  /** The marks, the units that follow them, and where else the unit does as it does there. @param {Scene} scene */
  const markPanels = ({ T, unit, quantity, series, typed }) => {
    const marks = mask();
    const inside = marks.reduce((sum, value) => sum + value, 0);
    const mean = means(series, marks);
    const off = mean.inside < mean.outside;
    const onAdd = (/** @type {boolean} */ value) => {
      add = value;
      view.repaint();
    };
    const onPlace = (/** @type {number} */ caret) => {
      turn({ caret });
      sheet.goTo(caret);
    };
    const onUnit = (/** @type {number} */ k) => turn({ unit: k, color: "unit" });
    const found = inside && inside < T ? places(series, marks) : null;
    return html`<div class="tm-mark lt-stack">
          ${markControls({ add, any: inside > 0, onAdd, onClear: () => turn({ marked: [] }) })}
          ${followers({ scores: scores(), inside, length: T, unit, quantity, series, mask: marks, onUnit })}
        </div>
        ${found ? elsewhere({ found, typed, unit, unmarked: T - inside, off, onPlace }) : nothing}`;
  };
  const reset = () => {
    add = false;
    settled++;
  };

  return function paint() {
    const scene = sceneNow();
    const { typed, quantity, layer } = scene;
    const id = (/** @type {string} */ name) => view.id(name);
    tellFound(scores());
    paintSheet(scene);
    view.render(html`<div class="lt-stack">
      <div class="lt-row lt-apart">${samplePicker(samples, scene.text, turn)} ${link.buttons(reset)}</div>
      ${head(scene)}
      ${sheet.el}
      ${unknownSigns(scene.replaced)}
      <p class="lt-sr" id=${view.id("told")}>${colorsInWords(scene)}</p>
      ${controls(scene, turn, id)}
      ${gradientControls(scene, turn, id)}
      <div class="tm-panels">
        ${guesses({
          logP: scene.at ? whole.after(scene.at) : null,
          alphabet: known.alphabet,
          next: typed[scene.at],
          code: read().codes[scene.at] ?? -1,
          before: typed.slice(Math.max(0, scene.at - 12), scene.at).join(""),
        })}
        ${markPanels(scene)}
      </div>
      ${atlasPanel(scene, atlas.el, (k) => whole.values(quantity, layer)[(scene.at - 1) * H + k], turn, id)}
    </div>`);
    paintAtlas();
  };
}

export default defineWidget("microscope", setup);
