// What the pictures of a run show: plain data from plain data.

import { kindOf, named, number, short, symmetricLimit } from "../js/kit/index.js";

/** @typedef {import("./problems.js").Problem} Problem */
/** @typedef {import("./worker.js").Report} Report */
/** @typedef {Record<string, { losses: number[], rights: number[] }>} History */
/** @typedef {import("../js/kit/lineplot.js").Line} Line */

const POINTS = 120; // of a curve, at most
const RECENT = 50; // updates that "now" is the mean of

/**
 * How each cell is drawn: color by the palette, and a style of its own.
 * @type {Record<string, { model: string, dash: string }>}
 */
export const PENS = {
  RNN: { model: "rnn", dash: "9 4" },
  LSTM: { model: "lstm", dash: "" },
  GRU: { model: "gru", dash: "2 2.4" },
};

/** @type {Record<string, string>} */
export const ANSWERS = { adding: "answers within 0.04", copying: "symbols copied", reber: "closing letters" };

/**
 * Updates that one point of a curve is the mean of: a power of 2, fixed by how long the run may be.
 * @param {number} until
 */
export const binOf = (until) => 2 ** Math.max(0, Math.ceil(Math.log2(until / POINTS)));

/**
 * Means of `size` neighbors; the last of what is left.
 * @param {ArrayLike<number>} values
 * @param {number} size
 */
export function binned(values, size) {
  const count = Math.ceil(values.length / size);
  const x = new Float64Array(count);
  const means = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const end = Math.min((k + 1) * size, values.length);
    let sum = 0;
    for (let at = k * size; at < end; at++) sum += values[at];
    means[k] = sum / (end - k * size);
    x[k] = (k * size + 1 + end) / 2; // updates count from 1
  }
  return { x, means };
}

/** The mean of the last `RECENT`. @param {number[]} values */
export function recent(values) {
  const last = values.slice(-RECENT);
  return last.length ? last.reduce((sum, value) => sum + value, 0) / last.length : Number.NaN;
}

/** @param {History} history @param {"losses" | "rights"} what @param {number} until @returns {Line[]} */
function curves(history, what, until) {
  return Object.entries(history).map(([kind, series]) => {
    const { x, means } = binned(series[what], binOf(until));
    return { ...PENS[kind], label: kind, values: means, x };
  });
}

/** @param {number} until */
const updates = (until) => ({ label: "updates", domain: /** @type {[number, number]} */ ([0, until]) });

/** @type {Record<string, { domain: [number, number], ticks: number[] }>} */
const LOSS_AXES = {
  adding: { domain: [1e-4, 1], ticks: [1e-4, 1e-3, 0.01, 0.1, 1] },
  copying: { domain: [1e-3, 3], ticks: [1e-3, 0.01, 0.1, 1] },
  reber: { domain: [0.42, 2.2], ticks: [0.5, 0.7, 1, 2] },
};

/** A loss on an axis. @param {number} value */
export const plain = (value) => (value < 0.001 ? short(value) : String(Number(value.toPrecision(2))));

/** @param {string} task @param {Problem} problem @param {History} history @param {number} until */
export function lossPlot(task, problem, history, until) {
  const unit = problem.signs.length ? "loss at each step" : "mean squared error";
  const rules = [{ y: problem.baseline }];
  if (problem.best) rules.push({ y: problem.best });
  return {
    label: "Loss of each cell, lower is better",
    lines: curves(history, "losses", until),
    x: updates(until),
    rules,
    y: { label: unit, log: true, ...LOSS_AXES[task], format: plain },
  };
}

/** @param {string} task @param {Problem} problem @param {History} history @param {number} until */
export function rightPlot(task, problem, history, until) {
  return {
    label: "Share of right answers of each cell, on sequences it has not seen before",
    lines: curves(history, "rights", until),
    x: updates(until),
    rules: [{ y: problem.chance }],
    y: {
      label: "share right",
      domain: /** @type {[number, number]} */ ([0, 1]),
      ticks: [0, 0.25, 0.5, 0.75, 1],
      format: (/** @type {number} */ share) => `${number(100 * share, 0)} %`,
    },
  };
}

/** @param {Report | undefined} report @param {number} longest  the largest lag that these settings can have */
export function reachPlot(report, longest) {
  /** @type {Line[]} */
  const lines = [];
  for (const [kind, { h, c }] of Object.entries(report?.reach ?? {})) {
    lines.push({ ...PENS[kind], label: c ? `${kind} h` : kind, values: h, ...(c ? { dash: "6 2 1 2" } : {}) });
    if (c) lines.push({ ...PENS[kind], label: `${kind} c`, values: c });
  }
  const low = longest > 40 ? 1e-12 : 1e-8;
  return {
    label: "How much of the answer's gradient reaches each state, by steps before the question",
    lines,
    x: { label: "steps before the question", domain: /** @type {[number, number]} */ ([0, longest]) },
    y: {
      label: "size of the gradient",
      log: true,
      domain: /** @type {[number, number]} */ ([low, 10]),
      ticks: low < 1e-8 ? [1e-12, 1e-8, 1e-4, 1] : [1e-8, 1e-6, 1e-4, 1e-2, 1],
    },
  };
}

/** What a cell records, in the order shown. @type {Record<string, string[]>} */
export const QUANTITIES = { RNN: ["h"], LSTM: ["f", "i", "o", "g", "c", "h"], GRU: ["z", "r", "n", "h"] };

/**
 * The signs of what is read, one per step.
 * @param {string} task
 * @param {Problem} problem
 * @param {Report["sequence"]} sequence
 */
export function signsRead(task, problem, { x, T }) {
  const { D } = problem;
  if (task === "adding")
    return Array.from({ length: T }, (_, t) => (x[t * D + 1] > 0 ? "●" : x[t * D + 1] < 0 ? "|" : "·"));
  const signs = task === "copying" ? [...problem.signs, "?"] : problem.signs;
  return Array.from({ length: T }, (_, t) => signs[x.subarray(t * D, (t + 1) * D).indexOf(1)]);
}

/**
 * What the cells say at every step of a sequence.
 * @param {string} task
 * @param {Problem} problem
 * @param {Report["sequence"]} sequence
 */
export function answerMap(task, problem, sequence) {
  const { x, T, targets, cells } = sequence;
  /** @type {import("../js/kit/heatmap.js").Row[]} */
  const given =
    task === "adding"
      ? [
          {
            label: "x, ±1",
            name: "number read",
            kind: "signed",
            values: Float64Array.from({ length: T }, (_, t) => x[2 * t]),
          },
        ]
      : [];
  const what = problem.signs.length ? "probability of what is right" : "answer so far";
  return {
    label: problem.signs.length
      ? "A sequence; for each cell the probability that it gives at each step to what is right there"
      : "A sequence of numbers; for each cell what it would answer at each step",
    rows: [
      ...given,
      ...Object.entries(cells).map(([kind, { shown }]) => ({
        label: kind,
        name: `${kind}, ${what}`,
        kind: /** @type {const} */ ("gate"),
        values: shown,
      })),
    ],
    minColumn: 9,
    columns: problem.signs.length ? targets.map((k) => problem.signs[k]) : signsRead(task, problem, sequence),
  };
}

/**
 * One recorded quantity of all units of a cell.
 * @param {string} task
 * @param {Problem} problem
 * @param {Report["sequence"]} sequence
 * @param {string} kind
 * @param {string} letter
 */
export function gateMap(task, problem, sequence, kind, letter) {
  const { H, record } = sequence.cells[kind];
  const values = record[letter];
  const map = kindOf(letter);
  const limit = letter === "c" ? symmetricLimit(values) : 1;
  return {
    label: `${kind}: ${named(letter)}, of every unit over the sequence`,
    limit,
    map,
    rows: Array.from({ length: H }, (_, unit) => ({
      label: String(unit),
      name: `${letter} of unit ${unit}`,
      kind: map,
      limit,
      values: Float64Array.from({ length: sequence.T }, (_, t) => values[t * H + unit]),
    })),
    columns: signsRead(task, problem, sequence),
    minColumn: 8,
  };
}

/**
 * How the sequence ends, in a sentence.
 * @param {string} task
 * @param {Problem} problem
 * @param {Report["sequence"]} sequence
 */
export function verdict(task, problem, { x, asked, targets, cells, T }) {
  const each = (/** @type {(said: number[]) => string} */ tell) =>
    Object.entries(cells)
      .map(([kind, { said }]) => `${kind} ${tell(said)}`)
      .join(", ");
  if (task === "adding") {
    const marked = Array.from({ length: T }, (_, t) => t).filter((t) => x[2 * t + 1] > 0);
    const sum = marked
      .map((t) => number(x[2 * t]))
      .join(" + ")
      .replace("+ −", "− ");
    return `Right: 0.5 + (${sum}) / 4 = ${number(targets[asked])}. ${each((said) => number(said[asked]))}.`;
  }
  const from = task === "copying" ? T - 3 : asked;
  const word = (/** @type {number[]} */ codes) =>
    codes
      .slice(from, asked + 1)
      .map((k) => problem.signs[k])
      .join("");
  return `${task === "copying" ? "The row" : "The closing letter"}: ${word(targets)}. ${each(word)}.`;
}

/**
 * The cell that first had three of four answers right over `RECENT` updates; "" if none has yet.
 * @param {History} history
 */
export function firstToLearn(history) {
  const sums = Object.entries(history).map(([kind, { rights }]) => ({ kind, rights, sum: 0 }));
  const updates = sums[0]?.rights.length ?? 0;
  for (let k = 0; k < updates; k++) {
    for (const run of sums) run.sum += run.rights[k] - (k < RECENT ? 0 : run.rights[k - RECENT]);
    const first = k + 1 < RECENT ? undefined : sums.find(({ sum }) => sum >= 0.75 * RECENT);
    if (first) return first.kind;
  }
  return "";
}

/** Where the race stands, in words. @param {number} step @param {History} history */
export function summary(step, history) {
  if (!step) return "At the start: no update yet.";
  const each = Object.entries(history).map(
    ([kind, { losses, rights }]) =>
      `${kind}: loss ${plain(recent(losses))}, ${number(100 * recent(rights), 0)} % right`,
  );
  return `After ${step} ${step === 1 ? "update" : "updates"}. ${each.join("; ")}.`;
}
