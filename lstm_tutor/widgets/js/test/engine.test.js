// What of the engine needs neither PyTorch nor a browser to be checked: parameters stay live, records stay as they are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { backward, forward, loadParameters, makeLayer, makeModel, Random, SGD, update } from "../engine/index.js";

const fresh = () =>
  makeLayer("LSTM", { input_size: 2, hidden_size: 3, bidirectional: true }, { random: new Random(1) });

test("writing into a parameter changes the layer", () => {
  const layer = fresh();
  const x = Float64Array.of(1, -1);
  const before = forward(layer, x).output.slice();
  layer.parameters.bias_l0.fill(2);
  assert.notDeepEqual(forward(layer, x).output, before);
});

test("given parameters are copied", () => {
  const { parameters } = fresh();
  const layer = makeLayer("LSTM", { input_size: 2, hidden_size: 3, bidirectional: true }, { parameters });
  parameters.bias_l0.fill(9);
  assert.notDeepEqual(layer.parameters.bias_l0, parameters.bias_l0);
});

test("a refused load changes nothing", () => {
  const layer = fresh();
  const before = structuredClone(layer.parameters);
  const bad = {
    ...layer.parameters,
    bias_l0: new Float64Array(12).fill(1),
    bias_l0_reverse: new Float64Array(12).fill(NaN),
  };
  assert.throws(() => loadParameters(layer, bad), /expected bias_l0_reverse to be finite, got NaN/);
  assert.deepEqual(layer.parameters, before);
});

test("going backward changes neither the trace nor what it was given", () => {
  const layer = fresh();
  const trace = forward(layer, Float64Array.of(1, -1, 0.5, 2), { lengths: [1] });
  const before = structuredClone([trace.at(0, "forward"), trace.at(0, "reverse"), trace.output, trace.finalState]);
  const dOutput = new Float64Array(12).fill(1);
  const dFinal = { h: new Float64Array(6).fill(1), c: new Float64Array(6).fill(1) };
  const first = backward(layer, trace, dOutput, dFinal);
  const second = backward(layer, trace, dOutput, dFinal);
  assert.deepEqual(second, first);
  assert.deepEqual([trace.at(0, "forward"), trace.at(0, "reverse"), trace.output, trace.finalState], before);
  assert.deepEqual(dOutput, new Float64Array(12).fill(1));
  assert.deepEqual(dFinal.c, new Float64Array(6).fill(1));
});

test("an update writes into the layer that the model was made of", () => {
  const layer = fresh();
  const model = makeModel(layer, 1, "mean_squared_error", { random: new Random(2) });
  const before = layer.parameters.weight_hh_l0.slice();
  const batch = { N: 1, x: Float64Array.of(1, -1, 0.5, 2), targets: [1, 1] };
  const { loss } = update(model, batch, new SGD(0.1));
  assert.notDeepEqual(layer.parameters.weight_hh_l0, before);
  assert.ok(update(model, batch, new SGD(0.1)).loss < loss);
});

test("a trace does not change when the caller's array does", () => {
  const layer = fresh();
  const x = Float64Array.of(1, -1, 0.5, 2);
  const trace = forward(layer, x);
  const before = backward(layer, trace, new Float64Array(12).fill(1)).parameters;
  x.fill(0);
  assert.deepEqual(backward(layer, trace, new Float64Array(12).fill(1)).parameters, before);
});
