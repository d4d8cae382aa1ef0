// What a network and three baselines foretell from a cut, and how wrong they are: lstm_tutor.widgets.forecast.

import { makeLayer, makeModel, predict } from "../js/engine/index.js";

export const [FIRST, FARTHEST, LONGEST] = [240, 72, 240]; // the first cut, the longest horizon and window, in months
const [CYCLE, YEAR, START, SEASON] = [132, 12, 1749, 3];
const MONTHS = "January February March April May June July August September October November December".split(" ");

/** @typedef {import("../js/engine/model.js").Model} Model */
/** @typedef {{series: ArrayLike<number>, linear: ArrayLike<number>, model: Model, scale: number[], parts: number[]}} Sun */
/** @typedef {"lstm" | "linear" | "cycle" | "persistence"} Method */
/** @typedef {Record<Method, number[]>} ByMethod */

/** In the order of the legend. @type {Method[]} */
export const METHODS = ["lstm", "linear", "cycle", "persistence"];
export const WORDS = { lstm: "LSTM", linear: "linear", cycle: "a cycle ago", persistence: "as last month" };

/** "January 1984" of 2820, or "Jan 1984" with three letters. @param {number} index @param {number} [letters] */
export const monthOf = (index, letters) =>
  `${MONTHS[index % YEAR].slice(0, letters)} ${START + Math.floor(index / YEAR)}`;

/** The year as a number, for an axis. @param {number} index */
export const yearOf = (index) => START + index / YEAR;

/**
 * Weights in a row to a model of one input and one output.
 * @param {ArrayLike<number>} weights
 * @param {number} H
 */
export function modelOf(weights, H) {
  const layer = makeLayer("LSTM", { input_size: 1, hidden_size: H }, { parameters: zeros(H) });
  const model = makeModel(layer, 1, "mean_squared_error", { parameters: { ...prefixed(zeros(H)), ...readout(H) } });
  let at = 0;
  for (const array of Object.values(model.parameters)) {
    for (let k = 0; k < array.length; k++) array[k] = weights[at++];
  }
  if (at !== weights.length) throw new Error(`expected ${at} weights, got ${weights.length}`);
  return model;
}

const zeros = (/** @type {number} */ H) => ({
  weight_ih_l0: new Float64Array(4 * H),
  weight_hh_l0: new Float64Array(4 * H * H),
  bias_l0: new Float64Array(4 * H),
});
const readout = (/** @type {number} */ H) => ({
  "readout.weight": new Float64Array(H),
  "readout.bias": new Float64Array(1),
});
const prefixed = (/** @type {Record<string, Float64Array>} */ arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`layer.${name}`, array]));

/** The series as numbers of one decimal, as they were counted. @param {ArrayLike<number>} data */
export const countsOf = (data) => Float64Array.from(data, (value) => Math.round(10 * value) / 10);

/**
 * What a network says after the last `window` months before each cut, going on from its own answers: (ahead) by cut.
 * @param {Sun} sun
 * @param {number[]} cuts
 * @param {number} window
 * @param {number} ahead
 */
export function recursive({ series, model, scale: [center, spread] }, cuts, window, ahead) {
  const N = cuts.length;
  const x = new Float64Array(window * N);
  for (let t = 0; t < window; t++) {
    for (let n = 0; n < N; n++) x[t * N + n] = (series[cuts[n] - window + t] - center) / spread;
  }
  let { predictions, trace } = predict(model, x, { N });
  let y = predictions.slice((window - 1) * N);
  const said = cuts.map(() => /** @type {number[]} */ ([]));
  for (let k = 0; k < ahead; k++) {
    for (let n = 0; n < N; n++) said[n].push(y[n] * spread + center);
    if (k + 1 < ahead) ({ predictions, trace } = predict(model, y, { N, state: trace.finalState }));
    y = predictions.slice(-N);
  }
  return said;
}

/**
 * A weighted sum of the last months, each answer read as if it had come.
 * @param {Sun} sun
 * @param {number} cut
 * @param {number} ahead
 */
export function linear({ series, linear: weights }, cut, ahead) {
  const lags = weights.length - 1;
  const past = Array.from({ length: lags }, (_, k) => series[cut - lags + k]);
  for (let k = 0; k < ahead; k++) {
    let sum = weights[lags];
    for (let lag = 0; lag < lags; lag++) sum += weights[lag] * past[past.length - 1 - lag];
    past.push(sum);
  }
  return past.slice(lags);
}

/**
 * All forecasts from each of several cuts.
 * @param {Sun} sun
 * @param {number[]} cuts
 * @param {number} window
 * @param {number} ahead
 * @returns {ByMethod[]}
 */
export function forecastsFrom(sun, cuts, window, ahead) {
  const said = recursive(sun, cuts, window, ahead);
  const steps = Array.from({ length: ahead }, (_, k) => k);
  return cuts.map((cut, n) => ({
    lstm: said[n],
    linear: linear(sun, cut, ahead),
    cycle: steps.map((k) => sun.series[cut - CYCLE + (k % CYCLE)]),
    persistence: steps.map(() => sun.series[cut - 1]),
  }));
}

/**
 * The root mean squared error from one cut, by method; NaN where nothing of the future is known.
 * @param {Sun} sun
 * @param {number} cut
 * @param {ByMethod} forecasts
 */
export function errorsOf({ series }, cut, forecasts) {
  const known = Math.min(forecasts.lstm.length, series.length - cut);
  const error = (/** @type {number[]} */ said) => {
    let sum = 0;
    for (let k = 0; k < known; k++) sum += (said[k] - series[cut + k]) ** 2;
    return Math.sqrt(sum / known); // NaN of nothing
  };
  return /** @type {Record<Method, number>} */ (
    Object.fromEntries(METHODS.map((method) => [method, error(forecasts[method])]))
  );
}

/** Every third month of the test part from which the longest horizon is known. @param {Sun} sun */
export function cutsOf({ series, parts }) {
  const cuts = [];
  for (let cut = parts[1]; cut + FARTHEST <= series.length; cut += SEASON) cuts.push(cut);
  return cuts;
}

/**
 * The error of each month ahead over all of those cuts, by method.
 * @param {Sun} sun
 * @param {number} window
 */
export function meanErrors(sun, window) {
  const cuts = cutsOf(sun);
  const all = forecastsFrom(sun, cuts, window, FARTHEST);
  const error = (/** @type {Method} */ method) =>
    Array.from({ length: FARTHEST }, (_, k) => {
      const squares = cuts.map((cut, n) => (all[n][method][k] - sun.series[cut + k]) ** 2);
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / cuts.length);
    });
  return /** @type {ByMethod} */ (Object.fromEntries(METHODS.map((method) => [method, error(method)])));
}

/** The error over the first `horizon` months ahead together. @param {number[]} errors @param {number} horizon */
export const overall = (errors, horizon) =>
  Math.sqrt(errors.slice(0, horizon).reduce((sum, error) => sum + error ** 2, 0) / horizon);
