// What the cell lab shows, from its traits: the weights as they are, the layer that the cell makes of them, its trace.

import { forward, makeLayer } from "../js/engine/index.js";

/** @typedef {number | number[] | number[][]} Weight  a number for one unit and one input, else rows */
/** @typedef {Record<string, Weight>} Weights */
/**
 * @typedef {{
 *   name: string, title: string, cell: string, time: number, weights: Weights, x: number[][], point: string,
 *   seen: Record<string, string>, torch: Record<string, Record<string, number[]>>,
 *   tasks: import("../js/kit/tour.js").Task[],
 * }} Preset
 * @typedef {ReturnType<typeof stateOf>} State
 */

/**
 * Each cell's blocks, in the order of the package's rows: the block whose weights it takes, and their sign. As in
 * weights.py, where the choice is explained.
 * @type {Record<string, Record<string, [string, 1 | -1]>>}
 */
export const BLOCKS = {
  RNN: { h: ["g", 1] },
  LSTM1997: { i: ["i", 1], g: ["g", 1], o: ["o", 1] },
  LSTM: { i: ["i", 1], f: ["f", 1], g: ["g", 1], o: ["o", 1] },
  PeepholeLSTM: { i: ["i", 1], f: ["f", 1], g: ["g", 1], o: ["o", 1] },
  GRU: { r: ["f", 1], z: ["i", -1], n: ["g", 1] },
};
const PEEPING = ["i", "f", "o"];

/**
 * The name under which a weight of a cell's block is shared, and its sign.
 * @param {string} cell
 * @param {"W_x" | "W_h" | "b_"} kind
 * @param {string} letter
 * @returns {[string, 1 | -1]}
 */
export const shared = (cell, kind, letter) => [kind + BLOCKS[cell][letter][0], BLOCKS[cell][letter][1]];

/** Numbers of a weight, flat. @param {Weight} weight @returns {number[]} */
const flat = (weight) => /** @type {number[]} */ ([weight].flat(2));

/**
 * The parameters that a cell makes of the shared weights, by their names in the package.
 * @param {string} cell
 * @param {Weights} weights
 * @param {boolean} resetAfter
 */
export function parametersOf(cell, weights, resetAfter) {
  const blocks = Object.keys(BLOCKS[cell]);
  const joined = (/** @type {"W_x" | "W_h" | "b_"} */ kind) =>
    blocks.flatMap((letter) => {
      const [name, sign] = shared(cell, kind, letter);
      return flat(weights[name]).map((value) => sign * value);
    });
  /** @type {Record<string, number[]>} */
  const parameters = { weight_ih_l0: joined("W_x"), weight_hh_l0: joined("W_h"), bias_l0: joined("b_") };
  if (cell === "PeepholeLSTM") parameters.weight_peephole_l0 = PEEPING.flatMap((gate) => flat(weights[`p_${gate}`]));
  if (cell === "GRU" && resetAfter) parameters.bias_hn_l0 = flat(weights.b_hn);
  return parameters;
}

/**
 * A parameter as an operation calls it ("W_xf", "b_f", "p_i", "W_h" of the RNN), of one unit.
 * @param {string} id
 * @param {State} state
 */
export function parameterOf(id, { cell, weights, D, H, unit }) {
  if (id.startsWith("p_") || id === "b_hn") return [flat(weights[id])[unit]];
  const kind = /** @type {"W_x" | "W_h" | "b_"} */ (id.startsWith("b") ? "b_" : id.slice(0, 3));
  const letter = id.slice(kind === "b_" ? 2 : 3) || "h";
  const [name, sign] = shared(cell, kind, letter);
  const width = { W_x: D, W_h: H, b_: 1 }[kind];
  return flat(weights[name])
    .slice(unit * width, (unit + 1) * width)
    .map((value) => sign * value);
}

/**
 * The weights with one number of a unit's changed: what the trait holds then, the difference from the preset.
 * @param {State} state
 * @param {string} name  shared
 * @param {number} value
 */
export function changedWeights({ preset, weights, changes, unit }, name, value) {
  const now = weights[name];
  const next = Array.isArray(now)
    ? now.map((old, k) => (k !== unit ? old : Array.isArray(old) ? [value] : value))
    : value;
  const { [name]: _, ...others } = changes;
  return JSON.stringify(next) === JSON.stringify(preset.weights[name])
    ? others
    : { ...others, [name]: /** @type {Weight} */ (next) };
}

/** The drawing of a cell. @param {string} cell @param {boolean} resetAfter */
export const drawingOf = (cell, resetAfter) =>
  ({
    RNN: "rnn",
    LSTM1997: "lstm1997",
    LSTM: "lstm",
    PeepholeLSTM: "peephole",
    GRU: resetAfter ? "gru" : "gru_before",
  })[cell] ?? "lstm";

/** The name of a cell in the presets' tables. @param {string} cell @param {boolean} resetAfter */
export const keyOf = (cell, resetAfter) => (cell === "GRU" && !resetAfter ? "GRU before" : cell);

/**
 * All that is shown, from the traits.
 * @param {{
 *   presets: Preset[], sizes: {D: number, H: number}, cells: string[], preset: string, cell: string,
 *   resetAfter: boolean, nonlinearity: string, changes: Weights, inputs: ArrayLike<number>, time: number,
 *   unit: number, mode: string, operation: number, display: string, said: Record<string, any>,
 * }} traits
 */
export function stateOf(traits) {
  const { presets, sizes, resetAfter, nonlinearity, changes } = traits;
  const { D, H } = sizes;
  const preset = presets.find(({ name }) => name === traits.preset) ?? presets[0];
  const cell = traits.cells.includes(traits.cell) ? traits.cell : preset.cell;
  const ownInputs = traits.inputs.length > 0;
  const x = ownInputs ? Float64Array.from(traits.inputs) : Float64Array.from(preset.x.flat());
  const T = x.length / D;
  const weights = { ...preset.weights, ...changes };
  const options = { input_size: D, hidden_size: H, nonlinearity, reset_after: resetAfter };
  const layer = makeLayer(cell, options, { parameters: parametersOf(cell, weights, resetAfter) });
  const trace = forward(layer, x);
  return {
    ...traits,
    preset,
    cell,
    D,
    H,
    T,
    x,
    weights,
    layer,
    trace,
    record: trace.at(),
    before: trace.before(),
    time: Math.min(Math.max(traits.time, 0), T - 1),
    unit: Math.min(traits.unit, H - 1),
    key: keyOf(cell, resetAfter),
    drawing: drawingOf(cell, resetAfter),
    changed: ownInputs || Object.keys(changes).length > 0,
  };
}

/** Names of the gates and the candidate of a cell, and of its states. @param {State} state */
export function lettersOf({ trace }) {
  const states = ["c", "h"].filter((name) => trace.names.includes(name));
  return { gates: trace.names.filter((name) => !states.includes(name)), states };
}

/** One unit's values over time. @param {ArrayLike<number>} array  (T, H) @param {State} state @returns {number[]} */
export const overTime = (array, { T, H, unit }) => Array.from({ length: T }, (_, t) => array[t * H + unit]);

/**
 * Where a letter is recorded at the time that is shown, of the unit that is shown.
 * @param {State} state
 * @param {number} [time]
 */
export const place = ({ H, unit, time: now }, time = now) => time * H + unit;

/**
 * What the drawing shows: gates and states of one unit at one time, the states before, and the GRU's way back.
 * @param {State} state
 * @param {number} [time]
 * @returns {Record<string, number>}
 */
export function valuesAt(state, time = state.time) {
  const { cell, record, before, H, resetAfter } = state;
  const at = place(state, time);
  const values = Object.fromEntries(Object.entries(record).map(([name, array]) => [name, array[at]]));
  for (const [name, array] of Object.entries(before)) values[`${name}_prev`] = array[at];
  if (cell !== "GRU") return values;
  const row = parameterOf("W_hn", state);
  const sees = (/** @type {number} */ k) => before.h[time * H + k] * (resetAfter ? 1 : record.r[time * H + k]);
  const past = row.reduce((sum, weight, k) => sum + weight * sees(k), 0);
  if (resetAfter) return { ...values, past: past + parameterOf("b_hn", state)[0] };
  return { ...values, past, reset: values.r * values.h_prev };
}

/** The size that fills the memory's rail, one for the whole sequence. @param {State} state */
export function limitOf(state) {
  let most = 1;
  const look = (/** @type {number} */ value) => {
    most = Math.max(most, Math.abs(value));
  };
  for (let t = 0; t < state.T; t++) {
    if ("c" in state.record) look(state.record.c[place(state, t)]);
    else if (state.cell === "GRU") look(valuesAt(state, t).past);
  }
  return most;
}

/** The values of one time in words. @param {State} state @param {(value: number) => string} number */
export function told(state, number) {
  const { T, time, D, x, trace, record } = state;
  const input = D === 1 ? `x ${number(x[time])}, ` : "";
  const values = trace.names.map((name) => `${name} ${number(record[name][place(state)])}`);
  return `step ${time + 1} of ${T}: ${input}${values.join(", ")}`;
}
