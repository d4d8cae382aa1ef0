// Unrolled cells, stacked, run in one direction or two, on N sequences side by side: whatever the cell.
//
// A layer is described by the package's own words: the name of its class, and what layer.config() returns in Python.

import { CELLS, shapesOf, weightsOf } from "./cells.js";
import { partOf, sideBySide } from "./directions.js";
import { Gradients, inInputOrder, Trace } from "./trace.js";
import { joined, joinedSteps, unroll, unrollBackward } from "./unrolling.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */
/** @typedef {import("./cells/base.js").Cell} Cell */
/** @typedef {import("./cells/base.js").Weights} Weights */
/** @typedef {import("./random.js").Random} Random */

/**
 * @typedef {object} Config
 * @property {number} input_size
 * @property {number} hidden_size
 * @property {number} [num_layers]
 * @property {boolean} [bidirectional]
 * @property {string} [nonlinearity]  of an RNN: "tanh" or "relu"
 * @property {boolean} [reset_after]  of a GRU
 * @property {number} [forget_bias]  of an LSTM: the forget gate's bias in a fresh layer
 */

/**
 * @typedef {object} Layer
 * @property {string} kind  "RNN", "LSTM1997", "LSTM", "PeepholeLSTM" or "GRU"
 * @property {Config} config
 * @property {Cell} cell
 * @property {number} D
 * @property {number} H
 * @property {number} numLayers
 * @property {number} directions  1 or 2
 * @property {Record<string, number[]>} shapes  of the parameters, by name
 * @property {Arrays} parameters  by name, flat; live: writing into an array changes the layer
 */

/**
 * A layer with fresh weights: U(-1/sqrt(H), 1/sqrt(H)) and biases of zero, but for the LSTM's forget gate; or with
 * given parameters, which are copied.
 * @param {string} kind
 * @param {Config} config
 * @param {{random: Random} | {parameters: Record<string, ArrayLike<number>>}} weights
 * @returns {Layer}
 */
export function makeLayer(kind, config, weights) {
  if (!Object.hasOwn(CELLS, kind)) throw new Error(`expected a layer of ${Object.keys(CELLS).join(", ")}, got ${kind}`);
  const { input_size: D, hidden_size: H, num_layers: numLayers = 1, bidirectional = false } = config;
  for (const [name, size] of Object.entries({ input_size: D, hidden_size: H, num_layers: numLayers })) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw new Error(`${kind}: expected ${name} to be a positive int, got ${size}`);
  }
  const cell = CELLS[kind](config);
  const directions = bidirectional ? 2 : 1;
  /** @type {Record<string, number[]>} */
  const shapes = {};
  for (const { suffix, inputs } of cellsOf({ D, H, numLayers, directions })) {
    for (const [name, shape] of Object.entries(shapesOf(cell, inputs, H))) shapes[name + suffix] = shape;
  }
  const parameters = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, new Float64Array(product(shape))]),
  );
  const layer = { kind, config, cell, D, H, numLayers, directions, shapes, parameters };
  if ("parameters" in weights) loadParameters(layer, weights.parameters);
  else drawParameters(layer, config, weights.random);
  return layer;
}

/** @param {readonly number[]} factors */
const product = (factors) => factors.reduce((a, b) => a * b, 1);

/**
 * The cells of a layer in PyTorch's order: the suffix of their parameters, their number of inputs, their place.
 * @param {{D: number, H: number, numLayers: number, directions: number}} layer
 */
function cellsOf({ D, H, numLayers, directions }) {
  return Array.from({ length: numLayers * directions }, (_, row) => {
    const k = Math.floor(row / directions);
    const j = row % directions;
    return { row, k, j, suffix: `_l${k}${j ? "_reverse" : ""}`, inputs: k === 0 ? D : H * directions };
  });
}

/**
 * @param {Layer} layer
 * @param {Config} config
 * @param {Random} random
 */
function drawParameters(layer, { forget_bias = 1 }, random) {
  const bound = 1 / Math.sqrt(layer.H);
  for (const [name, array] of Object.entries(layer.parameters)) {
    if (name.startsWith("weight")) array.forEach((_, k) => (array[k] = random.uniform(-bound, bound)));
  }
  for (const { suffix } of cellsOf(layer)) weightsOfCell(layer, layer.parameters, suffix).b.f?.fill(forget_bias);
}

/**
 * Copy parameters, by name, into a layer, or any arrays into others: all of them, or none and an error that says why.
 * @param {{kind: string, parameters: Arrays}} into
 * @param {Record<string, ArrayLike<number>>} given
 */
export function loadParameters({ kind, parameters }, given) {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  const missing = Object.keys(parameters).filter((name) => !Object.hasOwn(given, name));
  if (unknown.length || missing.length) {
    throw new Error(`${kind}: unknown parameters [${unknown.join(", ")}], missing [${missing.join(", ")}]`);
  }
  for (const [name, array] of Object.entries(parameters)) {
    checkNumbers(kind, name, given[name], array.length);
  }
  for (const [name, array] of Object.entries(parameters)) array.set(given[name]);
}

/**
 * @param {string} what
 * @param {string} name
 * @param {ArrayLike<number>} array
 * @param {number} size
 */
function checkNumbers(what, name, array, size) {
  if (array.length !== size) throw new Error(`${what}: expected ${size} numbers of ${name}, got ${array.length}`);
  for (let k = 0; k < size; k++) {
    if (!Number.isFinite(array[k])) throw new Error(`${what}: expected ${name} to be finite, got ${array[k]}`);
  }
}

/**
 * Views of one cell's parameters, or of the gradients named as they are.
 * @param {Layer} layer
 * @param {Arrays} arrays
 * @param {string} suffix
 */
export function weightsOfCell(layer, arrays, suffix) {
  const own = Object.fromEntries(
    Object.keys(shapesOf(layer.cell, 1, layer.H)).map((name) => [name, arrays[name + suffix]]),
  );
  return weightsOf(layer.cell, own, layer.H);
}

/**
 * A state of zeros: by name, (layers * directions, N, H).
 * @param {Layer} layer
 * @param {number} N
 * @returns {Arrays}
 */
export function initialState(layer, N) {
  const size = layer.numLayers * layer.directions * N * layer.H;
  return Object.fromEntries(layer.cell.state.map((name) => [name, new Float64Array(size)]));
}

/**
 * @param {Layer} layer
 * @param {Arrays | null | undefined} state
 * @param {number} N
 * @param {string} what
 * @returns {Arrays}
 */
function checkState(layer, state, N, what) {
  const zeros = initialState(layer, N);
  if (!state) return zeros;
  for (const [name, { length }] of Object.entries(zeros)) {
    if (!state[name]) throw new Error(`${layer.kind}: expected ${what} with ${layer.cell.state.join(", ")}`);
    checkNumbers(layer.kind, `${what}.${name}`, state[name], length);
  }
  return state;
}

/**
 * The row of a state that belongs to one cell, (N, H).
 * @param {Arrays} state
 * @param {number} row
 * @param {number} NH
 * @returns {Arrays}
 */
const rowOf = (state, row, NH) =>
  Object.fromEntries(Object.entries(state).map(([name, array]) => [name, array.subarray(row * NH, (row + 1) * NH)]));

/**
 * Run a layer over N sequences side by side.
 * @param {Layer} layer
 * @param {Float64Array} x  (T, N, D), flat; T is what its length says
 * @param {object} [options]
 * @param {number} [options.N]
 * @param {Arrays | null} [options.state]  before the first step, by name, (layers * directions, N, H); zeros if absent
 * @param {readonly number[] | null} [options.lengths]  N ints from 1 to T; past its length a sequence's output is zero,
 *     its final state is that of its last valid step, and the reverse direction starts there
 * @returns {Trace}
 */
export function forward(layer, x, { N = 1, state = null, lengths = null } = {}) {
  const { kind, cell, D, H } = layer;
  const T = x.length / (N * D);
  if (!Number.isInteger(T) || T < 1) throw new Error(`${kind}: expected x of T * ${N} * ${D} numbers, got ${x.length}`);
  checkNumbers(kind, "x", x, x.length);
  if (lengths && (lengths.length !== N || !lengths.every((n) => Number.isInteger(n) && n >= 1 && n <= T))) {
    throw new Error(`${kind}: expected ${N} lengths from 1 to ${T}, got ${lengths.join(", ")}`);
  }
  const start = checkState(layer, state, N, "state");
  const finalState = initialState(layer, N);
  /** @type {import("./cells/base.js").Steps[][]} */
  const steps = [];
  const own = x.slice(); // the trace must not change when the caller's array does
  /** @type {Float64Array} */
  let inputs = own;
  for (const { row, k, j, suffix, inputs: size } of cellsOf(layer)) {
    if (j === 0) steps.push([]);
    const w = weightsOfCell(layer, layer.parameters, suffix);
    const s = unroll(cell, w, { T, N, D: size, H }, inputs, rowOf(start, row, N * H), lengths, j === 1);
    steps[k].push(s);
    for (const name of cell.state) finalState[name].set(s.final[name], row * N * H);
    if (j === layer.directions - 1) inputs = sideBySide(steps[k]);
  }
  return new Trace(cell, steps, own, inputs, finalState, lengths);
}

/**
 * Read on: the trace of what was read and of x, number for number that of both in one run.
 * @param {Layer} layer  of one direction
 * @param {Trace} trace  without lengths; the parameters must not have changed since
 * @param {Float64Array} x  (T, N, D), the steps that follow
 * @returns {Trace}
 */
export function extend(layer, trace, x) {
  const { kind, cell, directions } = layer;
  if (directions !== 1 || trace.lengths) throw new Error(`${kind}: expected one direction and no lengths to read on`);
  const next = forward(layer, x, { N: trace.N, state: trace.finalState });
  const steps = trace.steps.map(([s], k) => [joinedSteps(cell, s, next.steps[k][0])]);
  return new Trace(cell, steps, joined(trace.x, next.x), steps[steps.length - 1][0].record.h, next.finalState, null);
}

/**
 * Backpropagate through time, from the gradients of a loss L with respect to what `forward` returned.
 * @param {Layer} layer
 * @param {Trace} trace  what `forward` returned; the parameters must not have changed since
 * @param {Float64Array} dOutput  (T, N, H * directions), dL/d(output)
 * @param {Arrays | null} [dFinalState]  shaped as the final state; zeros if absent
 * @param {object} [options]
 * @param {boolean} [options.weights]  false leaves the parameters' gradients out: half of the work
 * @returns {Gradients}
 */
export function backward(layer, trace, dOutput, dFinalState = null, { weights = true } = {}) {
  const { kind, cell, H, directions } = layer;
  const { N } = trace;
  checkNumbers(kind, "dOutput", dOutput, trace.output.length);
  const dFinal = checkState(layer, dFinalState, N, "dFinalState");
  const dInitial = initialState(layer, N);
  const parameters = weights ? zerosLike(layer.parameters) : {};
  /** @type {Arrays[][]} */
  const throughTime = trace.steps.map(() => []);
  let dOut = dOutput;
  let dIn = dOutput;
  for (const { row, k, j, suffix } of cellsOf(layer).reverse()) {
    const s = trace.steps[k][j];
    const {
      dx,
      dInitial: d0,
      gradients,
    } = unrollBackward(
      cell,
      weightsOfCell(layer, layer.parameters, suffix),
      s,
      partOf(dOut, H, j, directions),
      rowOf(dFinal, row, N * H),
      weights ? weightsOfCell(layer, parameters, suffix) : null,
    );
    for (const name of cell.state) dInitial[name].set(d0[name], row * N * H);
    throughTime[k][j] = Object.fromEntries(cell.state.map((name) => [name, inInputOrder(gradients.after[name], s)]));
    dIn = j === directions - 1 ? dx : dIn.map((value, i) => value + dx[i]);
    if (j === 0) dOut = dIn;
  }
  return new Gradients(dIn, dInitial, parameters, throughTime);
}

/**
 * Arrays of zeros of the same names and sizes.
 * @param {Arrays} arrays
 * @returns {Arrays}
 */
export const zerosLike = (arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, new Float64Array(array.length)]));
