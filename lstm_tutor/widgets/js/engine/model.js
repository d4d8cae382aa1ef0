// A recurrent layer with a linear read-out at every step, and the loss that fits what is predicted: lstm_tutor.models.

import { backward, forward, loadParameters } from "./layers.js";
import { LOSSES } from "./losses.js";
import { addProduct, addToBias, addToInput, addToRows, addToWeight } from "./matrix.js";
import { clipByGlobalNorm } from "./optim.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */
/** @typedef {import("./layers.js").Layer} Layer */
/** @typedef {import("./random.js").Random} Random */
/** @typedef {import("./trace.js").Trace} Trace */

/**
 * y = W h + b.
 * @typedef {object} Linear
 * @property {Float64Array} weight  (outputs, inputs)
 * @property {Float64Array} bias  (outputs)
 */

/**
 * Inputs and targets of N sequences side by side.
 * @typedef {object} Batch
 * @property {number} N
 * @property {Float64Array} x  (T, N, D)
 * @property {ArrayLike<number>} targets  (T, N) for classes, (T, N, K) for numbers
 * @property {Uint8Array | null} [mask]  (T, N), 1 where a step counts in the loss
 * @property {number[] | null} [lengths]  N ints
 */

/**
 * @typedef {object} Model
 * @property {string} kind
 * @property {Layer} layer
 * @property {Linear} readout
 * @property {number} K  values read out at each step
 * @property {string} loss  a key of LOSSES
 * @property {Arrays} parameters  "layer.*" and "readout.*", live
 */

/**
 * A read-out with fresh weights: U(-1/sqrt(inputs), 1/sqrt(inputs)), biases of zero.
 * @param {number} inputs
 * @param {number} outputs
 * @param {Random | null} random  null leaves zeros
 * @returns {Linear}
 */
export function makeLinear(inputs, outputs, random) {
  const bound = 1 / Math.sqrt(inputs);
  const weight = new Float64Array(outputs * inputs);
  if (random) weight.forEach((_, k) => (weight[k] = random.uniform(-bound, bound)));
  return { weight, bias: new Float64Array(outputs) };
}

/**
 * h (R, inputs) to y (R, outputs).
 * @param {Linear} linear
 * @param {Float64Array} h
 */
export function applyLinear({ weight, bias }, h) {
  const inputs = weight.length / bias.length;
  const y = new Float64Array((h.length / inputs) * bias.length);
  addProduct(y, h, weight, inputs);
  addToRows(y, bias);
  return y;
}

/**
 * dL/dh, and dL/d(weight and bias), from dL/dy.
 * @param {Linear} linear
 * @param {Float64Array} h
 * @param {Float64Array} dy
 */
export function linearBackward({ weight, bias }, h, dy) {
  const inputs = weight.length / bias.length;
  const dh = new Float64Array(h.length);
  const d = { weight: new Float64Array(weight.length), bias: new Float64Array(bias.length) };
  addToInput(dh, dy, weight, inputs);
  addToWeight(d.weight, dy, h, inputs);
  addToBias(d.bias, dy);
  return { dh, ...d };
}

/** @param {string} prefix @param {Arrays} arrays @returns {Arrays} */
const named = (prefix, arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${prefix}.${name}`, array]));

/**
 * @param {Layer} layer
 * @param {number} outputSize  K
 * @param {string} loss  "softmax_cross_entropy", "binary_cross_entropy" or "mean_squared_error"
 * @param {{random: Random} | {parameters: Record<string, ArrayLike<number>>}} weights  of the read-out alone with
 *     `random`; of the layer too, as "layer.*" and "readout.*", with `parameters`
 * @returns {Model}
 */
export function makeModel(layer, outputSize, loss, weights) {
  const losses = Object.keys(LOSSES);
  if (!losses.includes(loss)) throw new Error(`expected a loss of ${losses.join(", ")}, got ${loss}`);
  const random = "random" in weights ? weights.random : null;
  const readout = makeLinear(layer.H * layer.directions, outputSize, random);
  const parameters = { ...named("layer", layer.parameters), ...named("readout", { ...readout }) };
  const model = { kind: "SequenceModel", layer, readout, K: outputSize, loss, parameters };
  if ("parameters" in weights) loadParameters(model, weights.parameters);
  return model;
}

/**
 * Predictions (T, N, K) and the layer's trace; options as those of the layer's `forward`.
 * @param {Model} model
 * @param {Float64Array} x
 * @param {Parameters<typeof forward>[2]} [options]
 */
export function predict(model, x, options) {
  const trace = forward(model.layer, x, options);
  return { predictions: applyLinear(model.readout, trace.output), trace };
}

/**
 * The loss on a batch, and its gradients, named as the parameters; `through` has those of the states, dL/dh_t.
 * @param {Model} model
 * @param {Batch} batch
 * @param {Arrays | null} [state]  before the first step; zeros if absent
 * @returns {{
 *   loss: number, gradients: Arrays, trace: Trace, predictions: Float64Array,
 *   through: import("./trace.js").Gradients,
 * }}
 */
export function lossAndGradients(model, batch, state = null) {
  const { N, x, targets, mask = null, lengths = null } = batch;
  const { predictions, trace } = predict(model, x, { N, state, lengths });
  const { loss, gradient } = LOSSES[model.loss](predictions, targets, model.K, mask);
  const { dh, ...d_readout } = linearBackward(model.readout, trace.output, gradient);
  const through = backward(model.layer, trace, dh);
  const gradients = { ...named("layer", through.parameters), ...named("readout", d_readout) };
  return { loss, gradients, trace, predictions, through };
}

/**
 * One update from one batch, in place.
 * @param {Model} model
 * @param {Batch} batch
 * @param {import("./optim.js").SGD | import("./optim.js").Adam} optimizer
 * @param {object} [options]
 * @param {number} [options.clip]  the largest joint length of the gradients
 * @param {Arrays | null} [options.state]
 * @returns {{loss: number, norm: number, trace: Trace, predictions: Float64Array}}  the norm is that of the gradients
 *     before clipping; trace and predictions are those before the update
 */
export function update(model, batch, optimizer, { clip = Infinity, state = null } = {}) {
  const { loss, gradients, trace, predictions } = lossAndGradients(model, batch, state);
  const { clipped, norm } = clipByGlobalNorm(gradients, clip);
  optimizer.step(model.parameters, clipped);
  return { loss, norm, trace, predictions };
}
