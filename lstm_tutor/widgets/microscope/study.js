// What the model makes of the text, each part computed when it is asked for and only when what it depends on has changed.

import { heldInLink, operated } from "../js/kit/holding.js";
import { clamp, computed } from "../js/kit/index.js";
import { maskOf, scoreMark, tidy } from "./marks.js";
import { similarityOrder } from "./order.js";
import { largest } from "./panels.js";
import { Reading } from "./reading.js";
import { limitOf } from "./scales.js";
import { readable } from "./signs.js";

/** @typedef {ReturnType<typeof studyOf>} Study */
/** @typedef {{settled: number, hovered: number | null, hoveredUnit: number | null}} State */

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {import("./reading.js").LanguageModel} model
 * @param {import("./signs.js").Known} known
 * @param {{longest: number, H: number, state: State}} options
 */
export function studyOf(view, model, known, { longest, H, state }) {
  /** The network as it is, whatever is held. */
  const plain = new Reading(model, longest);
  /** The network with what is held; where nothing is, the same. */
  const whole = computed(
    () => [view.get("held")],
    (held) => (held.length ? new Reading(operated(model, held), longest) : plain),
  );
  const read = computed(
    () => [view.get("text"), whole()],
    (text, reading) => {
      const now = readable(text, known);
      plain.read(now.codes);
      if (reading !== plain) reading.read(now.codes);
      return now;
    },
  );
  const chosen = () => /** @type {const} */ ([view.get("quantity"), view.get("layer")]);
  const unit = () => clamp(view.get("unit"), 0, H - 1);
  /** How many characters are read where the reader looks. */
  const at = () => (state.hovered === null ? clamp(view.get("caret"), 0, read().typed.length) : state.hovered + 1);
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
    (marks, _, quantity, layer) => (marks.includes(1) ? scoreMark(whole().values(quantity, layer), H, marks) : null),
  );
  const surprise = computed(
    () => [read()],
    (_) => whole().surprise(),
  );
  const gradient = computed(
    () => {
      const of = view.get("gradient_of");
      return [read(), at(), of, view.get("layer"), of === "prediction" ? 0 : unit()];
    },
    (_, place, of, layer, k) => (place ? whole().gradientSizes(place, of, layer, k) : new Float64Array(0)),
  );
  const isBounded = (/** @type {string} */ quantity) =>
    quantity !== "c" && !(quantity === "h" && model.layer.config.nonlinearity === "relu");
  /** Every unit's values over the text, and where its color is full. */
  const units = computed(
    () => [read(), ...chosen()],
    (_, quantity, layer) =>
      Array.from({ length: H }, (_unit, k) => {
        const series = whole().series(quantity, layer, k);
        return { series, limit: limitOf(series, isBounded(quantity)) };
      }),
  );
  const orderNow = () => (view.get("order") === "mark" && !scores() ? "similarity" : view.get("order"));
  /** The units from the top of the atlas down: while the reader types, they stay where they are. */
  const order = computed(
    () => {
      const by = orderNow();
      return [by, by === "mark" ? scores() : null, state.settled, read().typed.length > 0, ...chosen()];
    },
    (by, marks, _, any, quantity, layer) => {
      if (by === "mark" && marks) return largest(marks.correlation, H);
      if (!any) return [];
      return by === "similarity"
        ? similarityOrder(whole().values(quantity, layer), H)
        : Array.from({ length: H }, (_unit, k) => k);
    },
  );
  const cost = computed(
    () => [read()],
    (_) => whole().meanSurprise(),
  );
  const plainCost = computed(
    () => [read(), whole()],
    (_, reading) => (reading === plain ? null : plain.meanSurprise()),
  );
  return {
    plain,
    whole,
    read,
    chosen,
    unit,
    at,
    ranges,
    mask,
    scores,
    surprise,
    gradient,
    units,
    order,
    orderNow,
    isBounded,
    cost,
    plainCost,
    /** One unit where the reader looks. @param {number} k */
    unitAt: (k) => ({ value: units()[k].series[at() - 1], limit: units()[k].limit }),
    /** What tasks can ask for. @param {import("./templates.js").Scene} scene */
    facts({ T, typed, quantity, color }) {
      const caret = clamp(view.get("caret"), 0, T);
      const held = /** @type {import("../js/kit/holding.js").Held[]} */ (view.get("held"));
      return {
        ...{ unit: unit(), quantity, color, caret, held: heldInLink(held), read: typed[caret - 1] ?? "" },
        marked: mask().reduce((sum, value) => sum + value, 0),
      };
    },
  };
}
