// The text microscope: a trained character model reads what the reader types, and every unit can be watched.

import { html, nothing } from "lit-html";
import {
  asChoice,
  asInteger,
  asText,
  asToggle,
  choice,
  clamp,
  colorOf,
  defineWidget,
  dragNumber,
  heatMap,
  inkOn,
  kindOf,
  linkState,
  mapKey,
  named,
  number,
  select,
  short,
  toggle,
  visible,
} from "../js/kit/index.js";
import { ink } from "./ink.js";
import { asRanges, asSample } from "./links.js";
import { follow, maskOf, means, places, scoreMark, tidy } from "./marks.js";
import { similarityOrder } from "./order.js";
import { elsewhere, followers, guesses, largest, markControls, said } from "./panels.js";
import { modelOf, Reading } from "./reading.js";
import { gradientScale, surpriseScale } from "./scales.js";
import { readable } from "./signs.js";

const LONGEST = 1000;

export default defineWidget("microscope", (view) => {
  const described = view.get("_model");
  const known = { alphabet: view.get("_alphabet"), signs: view.get("_signs") };
  const samples = /** @type {Record<string, string>} */ (view.get("_samples"));
  const { names, states, hidden_size: H, num_layers: layers } = described;
  const reading = new Reading(modelOf(described, view.array("_weights").data), LONGEST);
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

  const atlas = heatMap(view);
  let text = /** @type {string | undefined} */ (undefined);
  let read = readable("", known);
  let typedLast = "";
  let settled = 0;
  let hovered = /** @type {number | null} */ (null);
  let hoveredUnit = /** @type {number | null} */ (null);
  let add = false;
  let growing = false;
  const memo = memory();
  let pictured = "";

  const ranges = () => tidy(view.get("marked"), read.typed.length);
  const sheet = ink(view, {
    label: "Text that the model reads: type your own; select a phrase to mark it",
    longest: LONGEST,
    describedBy: view.id("told"),
    onText(typed, caret) {
      hovered = null;
      typedLast = typed;
      growing = false;
      view.set({ text: typed, caret, marked: follow(ranges(), read.typed, Array.from(typed)) });
    },
    onSelect(start, end) {
      if (start === end) growing = false;
      else {
        const others = add ? ranges().slice(0, growing ? -1 : undefined) : [];
        if (!growing) kept = others;
        view.set({
          marked: add ? tidy([...kept, [start, end]], read.typed.length) : [[start, end]],
        });
        growing = true;
      }
      view.set({ caret: end });
    },
    onHover(character) {
      if (character === hovered) return;
      hovered = character;
      hoveredUnit = null;
      view.repaint();
    },
    onSettled() {
      settled++;
      view.repaint();
    },
  });
  view.listen(atlas.el, "pointerleave", () => {
    if (hovered === null) return;
    hovered = hoveredUnit = null;
    view.repaint();
  });
  /** The marks before the one that is being drawn. @type {import("./marks.js").Range[]} */
  let kept = [];

  return () => {
    if (text !== view.get("text")) {
      text = view.get("text");
      read = readable(view.get("text"), known);
      reading.read(read.codes);
      if (text !== typedLast) settled++;
      hovered = null;
      memo.forget();
    }
    const { dark } = view.theme;
    const { typed, replaced } = read;
    const T = typed.length;
    const [quantity, layer, color] = [view.get("quantity"), view.get("layer"), view.get("color")];
    const unit = clamp(view.get("unit"), 0, H - 1);
    const caret = clamp(view.get("caret"), 0, T);
    const at = hovered === null ? caret : hovered + 1; // how many characters are read where the reader looks
    const kind = kindOf(quantity);
    const limit = limits[quantity] ?? 1;
    const series = reading.series(quantity, layer, unit);
    const marked = ranges();
    const mask = maskOf(marked, T);
    const inside = mask.reduce((sum, value) => sum + value, 0);
    const place = `${quantity} ${layer}`;
    const values = reading.values(quantity, layer);
    const scores = inside ? memo.of("scores", `${place} ${marked.join(";")}`, () => scoreMark(values, H, mask)) : null;
    tellFound(scores);

    // --- the text's colors
    const { gradient_of: of, log } = { gradient_of: view.get("gradient_of"), log: view.get("log") };
    const shades =
      color === "unit"
        ? { values: series, kind, limit }
        : color === "surprise"
          ? surpriseScale(reading.surprise())
          : gradientScale(
              at
                ? memo.of("gradient", `${at} ${of} ${layer} ${of === "prediction" ? "" : unit}`, () =>
                    reading.gradientSizes(at, of, layer, unit),
                  )
                : new Float64Array(0),
              T,
              log,
            );
    sheet.update({
      text: view.get("text"),
      typed,
      mask,
      caret,
      looked: at - 1,
      grounds: Array.from(shades.values, (value) => colorOf(value, shades.kind, dark, shades.limit)),
      inks: Array.from(shades.values, (value) => inkOn(value, shades.kind, dark, shades.limit)),
      unknown: typed.map((sign) => replaced.has(sign)),
    });
    sheet.el.dataset.worked = String(reading.worked);

    // --- the order of the units
    const sorting = view.get("order");
    const similar = () =>
      sorting === "similarity" ? similarityOrder(values, H) : Array.from({ length: H }, (_, k) => k);
    const order =
      sorting === "mark" && scores
        ? largest(scores.correlation, H)
        : T
          ? memo.keep("order", `${settled} ${place} ${sorting}`, similar)
          : [];
    const target = T && at ? reading.expected(at) : -1;
    const subject = {
      unit: `unit ${unit}, ${named(quantity)}`,
      surprise: "surprise",
      gradient:
        of === "prediction"
          ? `gradient of log P(${target < 0 ? "next" : said(known.alphabet[target])})`
          : `gradient of ${of} of unit ${unit}`,
    }[/** @type {string} */ (color)];
    const key =
      color === "unit"
        ? mapKey({ kind, limit, dark, label: `${subject}: limits` })
        : mapKey({ kind: "gate", dark, label: `${subject}: limits`, ends: shades.ends });
    const now = at
      ? color === "unit"
        ? `${quantity} = ${number(series[at - 1])}`
        : color === "surprise"
          ? at > 1
            ? `cost ${number(reading.surprise()[at - 1], 1)} bits`
            : "nothing was expected yet"
          : `size ${short(shades.sizes?.[at - 1] ?? 0)} here`
      : "";
    const { inside: within, outside } = means(series, mask);
    const turn = (/** @type {Record<string, unknown>} */ traits) => view.set(traits);

    view.render(html`<div class="lt-stack">
      <div class="lt-row lt-apart">
        ${select({
          label: "Read",
          value: Object.keys(samples).find((name) => samples[name] === text) ?? "",
          options: [
            ...Object.keys(samples).map((name) => ({ value: name, text: TITLES[name] ?? name })),
            { value: "", text: "your own text" },
          ],
          onChange: (name) =>
            turn({ text: samples[name] ?? "", caret: Array.from(samples[name] ?? "").length, marked: [] }),
        })}
        ${link.buttons(() => {
          add = false;
          settled++;
        })}
      </div>
      <div class="tm-head">${key}<span class="tm-now lt-value">${
        at
          ? html`${said(typed[at - 1])}, character ${at} of
        ${T}: ${now}`
          : T
            ? `before the first of ${T} characters`
            : "no text yet"
      }</span></div>
      ${sheet.el}
      ${
        replaced.size
          ? html`<p class="tm-told">The model has no sign for ${[...replaced].slice(0, 6).map(
              ([sign, stands], k) =>
                html`${k ? ", " : ""}<span class="lt-mono">${visible(sign)}</span> (reads <span
                    class="lt-mono">${visible(stands)}</span>)`,
            )}${replaced.size > 6 ? " and others" : ""}.</p>`
          : nothing
      }
      <p class="lt-sr" id=${view.id("told")}>${tell()}</p>
      <div class="lt-row tm-controls">
        ${choice({
          id: view.id("color"),
          label: "Color by",
          value: color,
          onChange: (value) => turn({ color: value }),
          options: [
            { value: "unit", text: "a unit" },
            { value: "surprise", text: "surprise" },
            { value: "gradient", text: "gradient" },
          ],
        })}
        ${choice({
          id: view.id("quantity"),
          label: "What of the unit",
          value: quantity,
          onChange: (value) => turn({ quantity: value }),
          options: names.map((/** @type {string} */ name) => ({
            value: name,
            text: name,
            letter: name,
            name: named(name),
          })),
        })}
        <span class="tm-number"><span class="lt-label" aria-hidden="true">Unit</span>
          ${dragNumber({
            label: "unit",
            value: unit,
            min: 0,
            max: H - 1,
            step: 1,
            digits: 0,
            letter: quantity,
            onInput: (value) => turn({ unit: value }),
          })}</span>
        ${
          layers > 1
            ? select({
                label: "Layer",
                value: layer,
                options: Array.from({ length: layers }, (_, k) => ({ value: k, text: String(k) })),
                onChange: (value) => turn({ layer: value }),
              })
            : nothing
        }
      </div>
      ${
        color === "gradient"
          ? html`<div class="lt-row tm-controls">
        ${choice({
          id: view.id("of"),
          label: "Gradient of",
          value: of,
          onChange: (value) => turn({ gradient_of: value }),
          options: [
            { value: "prediction", text: "next character" },
            ...states.map((/** @type {string} */ name) => ({
              value: name,
              text: name,
              letter: name,
              name: `${name} of the unit`,
            })),
          ],
        })}
        ${toggle({ label: "logarithmic", value: log, onChange: (value) => turn({ log: value }) })}
      </div>`
          : nothing
      }
      <div class="tm-panels">
        ${guesses({
          logP: at ? reading.after(at) : null,
          alphabet: known.alphabet,
          next: typed[at],
          code: read.codes[at] ?? -1,
          before: typed.slice(Math.max(0, at - 12), at).join(""),
        })}
        <div class="tm-mark lt-stack">
          ${markControls({
            add,
            any: inside > 0,
            onAdd: (value) => {
              add = value;
              view.repaint();
            },
            onClear: () => turn({ marked: [] }),
          })}
          ${followers({
            scores,
            inside,
            length: T,
            unit,
            quantity,
            series,
            mask,
            onUnit: (k) => turn({ unit: k, color: "unit" }),
          })}
        </div>
        ${
          inside && inside < T
            ? elsewhere({
                found: places(series, mask),
                typed,
                unit,
                unmarked: T - inside,
                off: within < outside,
                onPlace: (to) => {
                  turn({ caret: to });
                  sheet.goTo(to);
                },
              })
            : nothing
        }
      </div>
      <div class="lt-stack tm-atlas">
        <div class="lt-row lt-apart">
          ${choice({
            id: view.id("order"),
            label: `All ${H} units, ${named(quantity)}: press one`,
            value: sorting,
            onChange: (value) => turn({ order: value }),
            options: [
              { value: "similarity", text: "alike" },
              { value: "mark", text: "by mark" },
              { value: "number", text: "by number" },
            ],
          })}
          <span class="tm-over"><span class="tm-now lt-value">${
            hoveredUnit === null || !at
              ? `unit ${unit} is framed`
              : `unit ${hoveredUnit}, ${said(typed[at - 1])}: ${quantity} = ${number(reading.values(quantity, layer)[(at - 1) * H + hoveredUnit])}`
          }</span>
            ${mapKey({ kind, limit, dark, label: quantity })}</span>
        </div>
        ${atlas.el}
      </div>
    </div>`);

    // --- the atlas, once its place is there
    const rowHeight = clamp(Math.round(384 / H), 2, 24);
    const picture = [view.get("text"), place, order, unit, dark, atlas.el.clientWidth].join("|");
    if (picture !== pictured)
      atlas.update({
        label: `All ${H} units, ${named(quantity)}, over the text${sorting === "similarity" ? ", sorted so that neighbors are alike" : ""}; unit ${unit} is framed`,
        rows: T
          ? order.map((k) => ({
              label: String(k),
              name: `unit ${k}, ${quantity}`,
              kind,
              limit,
              values: reading.series(quantity, layer, k),
            }))
          : [],
        cursor: { row: order.indexOf(unit) },
        rowHeight,
        minColumn: 1.5,
        maxColumn: 24,
        onCursor: ({ row, column }, how) => {
          if (how !== "hover") view.set({ unit: order[row], caret: column + 1 });
          else if (hovered !== column || hoveredUnit !== order[row]) {
            [hovered, hoveredUnit] = [column, order[row]];
            view.repaint();
          }
        },
      });
    pictured = picture;

    /** What the colors say, in words. */
    function tell() {
      if (!T) return "No text yet.";
      if (color !== "unit") return `The text is colored by ${subject}.`;
      const top = largest(series.map(Math.abs), 1)[0];
      return `The text is colored by ${subject}: ${number(Math.min(...series))} to ${number(Math.max(...series))}, strongest at character ${top + 1}, ${said(typed[top])}.`;
    }
  };

  /** Let Python know the units that follow the mark. @param {import("./marks.js").Scores | null} scores */
  function tellFound(scores) {
    const found = scores ? largest(scores.correlation.map(Math.abs), 5).map((k) => [k, scores.correlation[k]]) : [];
    if (JSON.stringify(found) !== JSON.stringify(view.get("found"))) view.set({ found });
  }
});

const TITLES = /** @type {Record<string, string>} */ ({
  comments: "a program with comments",
  strings: "a program with strings",
  brackets: "a program with brackets",
  "unseen-1": "unseen source, tomllib",
  "unseen-2": "unseen source, graphlib",
});

/** What has been computed once and needs not be again. */
function memory() {
  /** @type {Map<string, {key: string, value: any, lasts: boolean}>} */
  const known = new Map();
  const get =
    (/** @type {boolean} */ lasts) =>
    /** @template V @param {string} name @param {string} key @param {() => V} make @returns {V} */
    (name, key, make) => {
      const entry = known.get(name);
      if (entry?.key === key) return entry.value;
      const value = make();
      known.set(name, { key, value, lasts });
      return value;
    };
  return {
    /** As long as the text stays. */
    of: get(false),
    /** As long as its key does. */
    keep: get(true),
    forget() {
      for (const [name, { lasts }] of known) if (!lasts) known.delete(name);
    },
  };
}
