// The forecast: drag the cut between past and future, and see what a network and three baselines foretell from there.

import { html } from "lit-html";
import {
  asInteger,
  bench,
  COLORS,
  clamp,
  computed,
  computedByWorker,
  defineWidget,
  linePlot,
  linkState,
  number,
  slider,
  tour,
} from "../js/kit/index.js";
import {
  countsOf,
  errorsOf,
  FARTHEST,
  FIRST,
  forecastsFrom,
  LONGEST,
  METHODS,
  modelOf,
  monthOf,
  overall,
  WORDS,
  yearOf,
} from "./forecasts.js";
import code from "./worker.js?worker-text";

/** @typedef {import("./forecasts.js").ByMethod} ByMethod */

const SPAN = 216; // months in the picture
const CYCLE = 132; // of them before the first cut
const BEFORE = 48; // that stay in sight before the cut
/** @type {Record<import("./forecasts.js").Method, {color?: string, dash?: string}>} */
const PENS = {
  lstm: { color: COLORS.h },
  linear: { color: COLORS.f, dash: "8 3 2 3" },
  cycle: { color: COLORS.o, dash: "2 4" },
  persistence: { dash: "6 4" },
};

export default defineWidget("forecast", (view) => {
  const length = view.get("_length");
  const link = linkState(view, {
    cut: asInteger(FIRST, length),
    horizon: asInteger(1, FARTHEST),
    window: asInteger(1, LONGEST),
  });
  const tasks = tour(view);
  const picture = linePlot(view);
  const curve = linePlot(view);
  let left = view.get("cut") - CYCLE;
  let held = false; // while the cut is dragged, the picture stays where it is

  const weights = Float64Array.from(view.array("_model").data);
  const known = {
    series: countsOf(view.array("_series").data),
    linear: Float64Array.from(view.array("_linear").data),
    scale: view.get("_scale"),
    parts: view.get("_parts"),
  };
  const sun = { ...known, model: modelOf(weights, view.get("_size")) };
  const forecasts = computed(
    () => [view.get("cut"), view.get("window"), view.get("horizon")],
    (cut, window, horizon) => forecastsFrom(sun, [cut], window, horizon)[0],
  );
  const errors = computed(
    () => [view.get("cut"), forecasts()],
    (cut, said) => errorsOf(sun, cut, said),
  );
  const question = computed(
    () => [view.get("window")],
    (window) => ({ window }),
  );
  const means = /** @type {() => {question: {window: number}, value: ByMethod} | null} */ (
    computedByWorker(view, code, question, { known: { ...known, weights, H: view.get("_size") } })
  );

  /** Moves the picture only as far as the cut asks for. @param {number} cut */
  const scrolled = (cut) => {
    left = clamp(left, cut + FARTHEST + 6 - SPAN, cut - BEFORE);
    left = clamp(left, 0, length + FARTHEST - SPAN);
    return left;
  };
  const drag = (/** @type {number} */ year, /** @type {"hover" | "press"} */ how) => {
    const month = clamp(Math.round((year - yearOf(0)) * 12), left, left + SPAN);
    if (how === "press") view.set({ cut: clamp(month, FIRST, length) });
  };
  const hold = (/** @type {boolean} */ now) => {
    if (held === now) return;
    held = now;
    view.repaint();
  };
  view.listen(picture.el, "pointerdown", (event) => {
    picture.el.querySelector("svg")?.setPointerCapture(/** @type {PointerEvent} */ (event).pointerId);
    hold(true);
  });
  view.listen(picture.el, "lostpointercapture", () => hold(false));
  const reach = (/** @type {number} */ months, /** @type {"hover" | "press"} */ how) => {
    if (how === "press") view.set({ horizon: clamp(Math.round(months), 1, FARTHEST) });
  };
  const paintPicture = computed(
    () => [view.get("cut"), forecasts(), held, view.width, view.tall, view.theme.dark],
    (cut, said, still, ..._) => {
      const from = still ? left : scrolled(cut);
      const inSight = from + SPAN - cut + 1;
      const months = Array.from({ length: SPAN + 1 }, (_, k) => from + k);
      const x = months.map(yearOf);
      const count = (/** @type {number} */ month) => (month < length ? sun.series[month] : Number.NaN);
      const ahead = said.lstm.slice(0, inSight).map((_, k) => yearOf(cut + k));
      picture.update({
        label: `Sunspots a month, and four forecasts from ${monthOf(cut)}`,
        lines: [
          { color: "#8a8f98", x, values: months.map(count) },
          ...[...METHODS]
            .reverse()
            .map((method) => ({ ...PENS[method], x: ahead, values: said[method].slice(0, inSight) })),
        ],
        x: { label: "year", domain: [yearOf(from), yearOf(from + SPAN)], format: (v) => String(v) },
        y: { label: "sunspots", domain: [0, 260] },
        cursor: yearOf(cut),
        height: view.isWide ? clamp(view.tall - 420, 210, 340) : 230,
        onCursor: drag,
      });
    },
  );
  const paintCurve = computed(
    () => [means()?.value ?? null, view.get("horizon"), view.width, view.tall, view.theme.dark],
    (found, horizon, ..._) =>
      curve.update({
        label: "Error of each month ahead, over a cut in every third month from 1970 to 2003",
        lines: found
          ? METHODS.map((method) => ({
              ...PENS[method],
              x: Array.from({ length: FARTHEST }, (_, k) => k + 1),
              values: found[method],
              label: WORDS[method],
            }))
          : [],
        x: { label: "months ahead", domain: [1, FARTHEST], ticks: [1, 12, 24, 36, 48, 60, 72] },
        y: { label: "mean error", domain: [0, 110] },
        cursor: horizon,
        height: view.isWide ? clamp(view.tall - 480, 190, 280) : 220,
        onCursor: reach,
      }),
  );

  /** @param {"cut" | "horizon" | "window"} name @param {string} label @param {number} min @param {number} max @param {(value: number) => string} format */
  const control = (name, label, min, max, format) =>
    slider({
      label,
      value: view.get(name),
      min,
      max,
      step: 1,
      format,
      onInput: (value) => view.set({ [name]: value }),
    });
  const count = (/** @type {number} */ months) => number(months, 0);

  return () => {
    const [cut, horizon, window] = [view.get("cut"), view.get("horizon"), view.get("window")];
    const answer = means();
    const current = answer && answer.question.window === window ? answer.value : null;
    tasks.update({ cut, horizon, window });
    view.render(
      bench({
        lead: tasks.el,
        pictures: html`${picture.el}
          <p class="lt-hint">Gray: what was counted. ${place(cut, sun.parts)} Press or drag to move the cut.</p>
          ${curve.el}`,
        thumb: control("cut", "cut", FIRST, length, (cut) => monthOf(cut, 3)),
        controls: html`${control("horizon", "horizon, months", 1, FARTHEST, count)}
          ${control("window", "LSTM reads, months", 1, LONGEST, count)}
          ${table(errors(), current, horizon)}
          <p class="lt-hint">Errors are root mean squares, in sunspots. “All cuts” are 133, one every third month
            from 1970 to 2003. The linear formula always reads 132 months. “A cycle ago” repeats the month 11 years
            before, “as last month” the last one known.</p>
          <div class="lt-row">${link.buttons()}</div>`,
      }),
    );
    paintPicture();
    paintCurve();
  };
});

/** What the networks know of this place. @param {number} cut @param {number[]} parts */
const place = (cut, [train, validation]) =>
  cut < train
    ? `${monthOf(cut)} is in the part that was learned: too easy.`
    : cut < validation
      ? `${monthOf(cut)} is in the part that choices were made with.`
      : `${monthOf(cut)} is in the test part, which training never saw.`;

/**
 * The errors from this cut, and over all.
 * @param {Record<string, number>} here
 * @param {ByMethod | null} means
 * @param {number} horizon
 */
function table(here, means, horizon) {
  const shown = (/** @type {number} */ value) => (Number.isFinite(value) ? number(value, 1) : "–");
  const least = Math.min(...METHODS.map((method) => here[method]));
  return html`<table class="fc-errors" data-ready=${means ? "yes" : "no"}>
    <thead><tr><th scope="col">error of</th><th scope="col">this cut</th><th scope="col">all cuts</th></tr></thead>
    <tbody>${METHODS.map(
      (method) => html`<tr class=${here[method] === least ? "is-best" : ""}>
        <th scope="row"><i class="fc-key fc-${method}"></i>${WORDS[method]}</th>
        <td class="lt-value">${shown(here[method])}</td>
        <td class="lt-value">${means ? shown(overall(means[method], horizon)) : "…"}</td>
      </tr>`,
    )}</tbody>
  </table>`;
}
