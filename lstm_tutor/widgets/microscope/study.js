// What the model makes of the text, each part computed when it is asked for and only when what it depends on has changed.

import { heldInLink, operated } from "../js/kit/holding.js";
import { clamp, computed, computedByWorker } from "../js/kit/index.js";
import { answersOf } from "./answers.js";
import { maskOf, scoreMark, tidy } from "./marks.js";
import { similarityOrder } from "./order.js";
import { largest } from "./panels.js";
import { Findings } from "./reading.js";
import { limitOf } from "./scales.js";
import { readable } from "./signs.js";
import code from "./worker.js?worker-text";

/** @typedef {ReturnType<typeof studyOf>} Study */
/** @typedef {import("./answers.js").Held} Held */
/** @typedef {import("./answers.js").Question & {typed: Readable, settled: number}} Question */
/** @typedef {ReturnType<typeof readable>} Readable */
/** @typedef {{settled: number, hovered: number | null, hoveredUnit: number | null}} State */

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {import("./reading.js").LanguageModel} model
 * @param {import("./signs.js").Known} known
 * @param {{longest: number, H: number, state: State, described: import("./reading.js").Described}} options
 */
export function studyOf(view, model, known, { longest, H, state, described }) {
  /** The text as it stands in the field; the worker may not have read all of it yet. */
  const typed = computed(
    () => [view.get("text")],
    (text) => readable(text, known),
  );
  const unit = () => clamp(view.get("unit"), 0, H - 1);
  /** How many characters stand before the place where the reader looks. */
  const looked = () => {
    const T = typed().typed.length;
    return state.hovered === null ? clamp(view.get("caret"), 0, T) : Math.min(state.hovered + 1, T);
  };
  const target = computed(
    () => {
      const of = view.get("gradient_of");
      return [view.get("color") === "gradient", looked(), of, view.get("layer"), of === "prediction" ? 0 : unit()];
    },
    (isShown, caret, of, layer, k) => (isShown && caret ? { caret, of, layer, unit: k } : null),
  );
  const question = computed(
    () => [typed(), view.get("held"), target(), state.settled],
    (now, held, gradient, settled) => ({ codes: now.codes, held, gradient, typed: now, settled }),
  );

  // --- what has been read -------------------------------------------------------------------------------------------

  /** What the network as it is makes of the text, whatever is held; and what it makes of it with what is held. */
  const [plain, changed] = [new Findings(model, longest), new Findings(model, longest)];
  /** @type {{question: Question, read: Readable, whole: Findings, gradient: Float64Array, worked: number}} */
  let last;
  const take = (/** @type {Question} */ asked, /** @type {import("./answers.js").Answer} */ answer) => {
    const { held } = asked;
    plain.take(answer.plain);
    if (answer.whole) {
      changed.take(answer.whole);
      if (held !== last?.question.held) changed.model = operated(model, held);
    }
    const isSame = last && last.question.typed === asked.typed && last.question.held === held;
    last = {
      question: asked,
      read: isSame ? last.read : { ...asked.typed },
      whole: answer.whole ? changed : plain,
      gradient: answer.gradient ?? new Float64Array(0),
      worked: isSame ? last.worked : asked.codes.length - (answer.whole ?? answer.plain).same,
    };
  };
  take(question(), answersOf(model, longest)(question())); // the first one here, so that the first paint is whole
  const ask = computedByWorker(view, code, question, {
    known: { described, weights: Float64Array.from(view.array("_weights").data), longest },
    onAnswer: take,
  });
  /** The text that has been read; another object whenever what was made of it is new. */
  const read = () => {
    ask();
    return last.read;
  };
  const whole = () => last.whole;
  const at = () => Math.min(looked(), read().typed.length);

  // --- what follows from it -----------------------------------------------------------------------------------------

  const chosen = () => /** @type {const} */ ([view.get("quantity"), view.get("layer")]);
  const ranges = computed(
    () => [view.get("marked"), typed()],
    (marked, now) => tidy(marked, now.typed.length),
  );
  /** The marked characters, of the text in the field, and of that which has been read. */
  const [sheetMask, mask] = [typed, read].map((text) =>
    computed(
      () => [view.get("marked"), text().typed.length],
      (marked, length) => maskOf(tidy(marked, length), length),
    ),
  );
  const scores = computed(
    () => [mask(), read(), ...chosen()],
    (marks, _, quantity, layer) => (marks.includes(1) ? scoreMark(whole().values(quantity, layer), H, marks) : null),
  );
  const surprise = computed(
    () => [read()],
    (_) => whole().surprise(),
  );
  const isBounded = (/** @type {string} */ quantity) =>
    quantity !== "c" && !(quantity === "h" && model.layer.config.nonlinearity === "relu");
  const scaled = (/** @type {Float64Array} */ series) => ({
    series,
    limit: limitOf(series, isBounded(view.get("quantity"))),
  });
  /** The unit's values over the text, and where its color is full. */
  const shown = computed(
    () => [read(), unit(), ...chosen()],
    (_, k, quantity, layer) => scaled(whole().series(quantity, layer, k)),
  );
  /** The same of every unit. */
  const units = computed(
    () => [read(), ...chosen()],
    (_, quantity, layer) => whole().allSeries(quantity, layer).map(scaled),
  );
  const orderNow = () => (view.get("order") === "mark" && !scores() ? "similarity" : view.get("order"));
  /** The units from the top of the atlas down: while the reader types, they stay where they are. */
  const order = computed(
    () => {
      const by = orderNow();
      return [by, by === "mark" ? scores() : null, last.question.settled, read().typed.length > 0, ...chosen()];
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
    typed,
    read,
    /** Whether the worker is still at what has changed last. */
    isBusy: () => last.question !== question(),
    /** Characters that it took to read the last change, for those who watch the work. */
    worked: () => last.worked,
    looked,
    chosen,
    unit,
    at,
    ranges,
    mask,
    sheetMask,
    scores,
    surprise,
    gradient: () => last.gradient,
    shown,
    units,
    order,
    orderNow,
    isBounded,
    cost,
    plainCost,
    /** One unit where the reader looks. @param {number} k */
    unitAt(k) {
      const { series, limit } = k === unit() ? shown() : units()[k];
      return { value: series[at() - 1], limit };
    },
    /** What tasks can ask for: of the text in the field. @param {import("./templates.js").Scene} scene */
    facts({ quantity, color }) {
      const signs = typed().typed;
      const caret = clamp(view.get("caret"), 0, signs.length);
      return {
        ...{ unit: unit(), quantity, color, caret, held: heldInLink(view.get("held")), read: signs[caret - 1] ?? "" },
        marked: sheetMask().reduce((sum, value) => sum + value, 0),
      };
    },
  };
}
