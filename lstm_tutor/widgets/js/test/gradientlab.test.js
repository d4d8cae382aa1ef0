// The gradient lab's arithmetic: matrices whose numbers are known, gates that multiply, runs that arrive one by one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AXIS, inPicture, lines, table, verdict } from "../../gradientlab/lines.js";
import { clipFactor, measure, median, normsByLag, powers, productsByLag } from "../../gradientlab/measure.js";
import { inputs, KINDS, lookout, network, orthogonal, start } from "../../gradientlab/networks.js";
import { directions, freePath, leading } from "../../gradientlab/path.js";
import { inWords, limitOf } from "../../gradientlab/pictures.js";
import { answers, countOf, keyOf } from "../../gradientlab/results.js";
import { backward, clipByGlobalNorm, forward, Random } from "../engine/index.js";
import { eigenvalues, leftEigenvector, size, spectralNorm, spectralRadius } from "../engine/linalg.js";
import { answerNewest } from "../kit/answers.js";

const OPTIONS = {
  hidden_size: 5,
  length: 12,
  spectral_radius: 0.9,
  forget_bias: 1,
  update_bias: -0.5,
  nonlinearity: "tanh",
  matrix: "random",
  input_scale: 1,
  seed: 3,
};
const near = (/** @type {number} */ a, /** @type {number} */ b, within = 1e-12) =>
  assert.ok(Math.abs(a - b) <= within, `${a}, ${b} expected`);

test("a turn by 30 degrees, stretched by 2, has the eigenvalues 2 exp(±i 30°) and the norm 2", () => {
  const [c, s] = [Math.sqrt(3), 1];
  const values = eigenvalues([c, -s, s, c], 2).sort((a, b) => a.im - b.im);
  near(values[0].im, -1);
  near(values[1].re, Math.sqrt(3));
  near(spectralNorm([c, -s, s, c], 2), 2);
});

test("radius and norm are two things: a shear has radius 1 and a larger norm, a nilpotent matrix has radius 0", () => {
  near(spectralRadius([1, 1, 0, 1], 2), 1, 1e-7);
  near(spectralNorm([1, 1, 0, 1], 2), (1 + Math.sqrt(5)) / 2);
  near(spectralRadius([0, 3, 0, 0], 2), 0);
  near(spectralNorm([0, 3, 0, 0], 2), 3);
});

test("norms of tiny, huge and zero matrices neither vanish nor overflow", () => {
  near(spectralNorm([3e-200, 0, 0, 1e-200], 2) / 3e-200, 1);
  near(spectralNorm([3e200, 0, 0, 1e200], 2) / 3e200, 1);
  assert.equal(spectralNorm([0, 0, 0, 0], 2), 0);
  near(spectralNorm([-7], 1), 7);
});

test("a matrix that only permutes needs the exceptional shift and converges", () => {
  const cycle = [0, 0, 1, 1, 0, 0, 0, 1, 0];
  for (const value of eigenvalues(cycle, 3)) near(size(value), 1);
});

test("left eigenvectors are taken from the left", () => {
  const [u] = [leftEigenvector([2, 0, 5, 3], 2, { re: 3, im: 0 })]; // u A = 3 u: (5, 1), not (0, 1)
  near(u[0].re / u[1].re, 5, 1e-9);
});

test("an orthogonal matrix keeps lengths", () => {
  const Q = orthogonal(new Random(1), 7);
  near(spectralNorm(Q, 7), 1);
  for (const value of eigenvalues(Q, 7)) near(size(value), 1);
});

test("each block of each cell has the radius that is asked for", () => {
  for (const kind of /** @type {const} */ (["RNN", "LSTM", "GRU"])) {
    const W = network(kind, OPTIONS, 2).parameters.weight_hh_l0;
    for (let at = 0; at < W.length; at += 25) near(spectralRadius(W.subarray(at, at + 25), 5), 0.9, 1e-11);
  }
});

test("the biases are those of the keeping gates, and no others", () => {
  assert.deepEqual(
    [...network("LSTM", OPTIONS, 0).parameters.bias_l0],
    [...Array(5).fill(0), ...Array(5).fill(1), ...Array(10).fill(0)],
  );
  assert.deepEqual(
    [...network("GRU", OPTIONS, 0).parameters.bias_l0],
    [...Array(5).fill(0), ...Array(5).fill(-0.5), ...Array(5).fill(0)],
  );
  assert.deepEqual([...network("RNN", OPTIONS, 0).parameters.bias_l0], Array(5).fill(0));
});

test("runs and cells differ in their weights; the cells of a run read the same inputs", () => {
  assert.notDeepEqual(start("RNN", OPTIONS, 0).W_h, start("RNN", OPTIONS, 1).W_h);
  assert.notDeepEqual(start("RNN", OPTIONS, 0).W_h[0], start("LSTM", OPTIONS, 0).W_h[0]);
  assert.notDeepEqual(inputs(OPTIONS, 0), inputs(OPTIONS, 1));
  near(Math.hypot(...lookout(OPTIONS, 0)), 1);
});

test("a longer sequence begins with the shorter one", () => {
  assert.deepEqual(inputs({ ...OPTIONS, length: 20 }, 0).slice(0, 48), inputs(OPTIONS, 0));
});

test("lag 0 is the state itself, and products leave out the gate of step t", () => {
  const run = measure("LSTM", OPTIONS, 0, ["sizes", "memory", "gates"]);
  near(run.sizes[0], 1);
  near(run.memory[0], 1);
  assert.deepEqual([...productsByLag(Float64Array.of(0.1, 0.2, 0.5, 0.25, 0.4, 0.8), 2)], [1, 0.8, 0.2]);
});

test("norms are read from the last step backward", () => {
  assert.deepEqual([...normsByLag(Float64Array.of(4, 2, 1), 1)], [1, 2, 4]);
  assert.deepEqual([...powers(2, 4)], [1, 2, 4, 8]);
});

test("without inputs and squashing to speak of, the Jacobian is a power of W_h", () => {
  const { sizes, bound } = measure("RNN", { ...OPTIONS, matrix: "orthogonal", input_scale: 0 }, 0, ["sizes", "bound"]);
  sizes.forEach((value, lag) => near(value, 0.9 ** lag));
  bound.forEach((value, lag) => near(value, 0.9 ** lag));
});

test("clipping multiplies by what the engine's own clipping multiplies by", () => {
  for (const threshold of [0.01, 1, 100]) {
    const { norm } = measure("GRU", OPTIONS, 0, ["norm"]);
    const layer = network("GRU", OPTIONS, 0);
    const trace = forward(layer, inputs(OPTIONS, 0));
    const dOutput = new Float64Array(trace.output.length);
    dOutput.set(lookout(OPTIONS, 0), dOutput.length - 5);
    const { parameters } = backward(layer, trace, dOutput);
    const { clipped, norm: full } = clipByGlobalNorm(parameters, threshold);
    near(norm[0], full);
    near(clipped.weight_hh_l0[7], parameters.weight_hh_l0[7] * clipFactor(norm[0], threshold));
  }
});

test("the path is drawn for the largest eigenvalue, and of equals for the one that turns least but turns", () => {
  assert.deepEqual(
    leading([
      { re: 0.5, im: 0 },
      { re: -1, im: 0 },
    ]),
    { re: -1, im: 0 },
  );
  assert.deepEqual(
    leading([
      { re: 1, im: 0 },
      { re: 0, im: 1 },
      { re: 0, im: -1 },
      { re: 0.6, im: 0.8 },
    ]),
    { re: 0.6, im: 0.8 },
  );
});

test("a small path turns and shrinks by the eigenvalue at each step", () => {
  const options = { ...OPTIONS, matrix: "orthogonal" };
  const { value, x, y } = freePath(options);
  near(Math.hypot(x[0], y[0]), 0.5);
  near(size(value), 0.9);
  near(Math.atan2(y[9], x[9]) - Math.atan2(y[8], x[8]), Math.atan2(value.im, value.re), 0.02);
  assert.ok(Math.hypot(x[1], y[1]) < 0.9 * Math.hypot(x[0], y[0]), "tanh takes a little more");
  const { across, up } = directions(options);
  near(Math.hypot(...across), 1, 1e-9);
  near(
    across.reduce((sum, a, k) => sum + a * up[k], 0),
    0,
    1e-9,
  );
});

test("a network whose leading eigenvalue is real has a path all the same", () => {
  const seeds = Array.from({ length: 30 }, (_, seed) => ({ ...OPTIONS, seed })).filter(
    (o) => leading(start("RNN", o, 0).eigen).im === 0,
  );
  assert.ok(seeds.length > 3);
  for (const options of seeds)
    for (const v of [...freePath(options).x, ...freePath(options).y]) assert.ok(Number.isFinite(v));
  assert.ok(freePath({ ...OPTIONS, hidden_size: 2, seed: 1 }).x.every(Number.isFinite));
});

test("what W_h does is said in words", () => {
  assert.equal(inWords({ re: 0, im: 0.5 }), "turns by 90°, its length × 0.50");
  assert.equal(inWords({ re: -1.1, im: 0 }), "flips, its length × 1.10");
  assert.equal(inWords({ re: 1, im: 0 }), "keeps its direction, its length × 1.00");
  assert.equal(limitOf(Float64Array.of(0.1), Float64Array.of(-1e9)), 5);
});

test("dragging one cell's bias measures no other cell again", () => {
  const moved = { ...OPTIONS, forget_bias: 2 };
  assert.notEqual(keyOf("LSTM", OPTIONS, ["sizes"]), keyOf("LSTM", moved, ["sizes"]));
  assert.equal(keyOf("RNN", OPTIONS, ["sizes"]), keyOf("RNN", moved, ["sizes"]));
  assert.equal(keyOf("GRU", OPTIONS, ["sizes"]), keyOf("GRU", moved, ["sizes"]));
  assert.notEqual(keyOf("RNN", OPTIONS, ["sizes"]), keyOf("RNN", OPTIONS, ["sizes", "norm"]));
});

test("an answer begins with one run of each cell and ends with all of them", () => {
  const question = { options: { ...OPTIONS, seed: 11 }, compare: "cells", cells: KINDS.slice(1), runs: 3 };
  const steps = answers(question);
  const counts = [];
  let step = steps.next();
  while (!step.done) {
    counts.push(step.value && countOf(step.value));
    step = steps.next();
  }
  assert.deepEqual(counts, [null, 1, 1, 2, 2, 3]);
  assert.deepEqual(Object.keys(step.value.results), ["LSTM", "GRU"]);
  assert.deepEqual(step.value.results.GRU?.[2], measure("GRU", question.options, 2, ["sizes"]));
  assert.deepEqual(step.value.path, freePath(question.options));
  const again = answers({ ...question, runs: 2 }).next();
  assert.ok(again.done && countOf(again.value) === 2, "what is known is not measured again");
  assert.equal(countOf(undefined), 0);
});

test("a worker answers the newest question, and each once at least before it is left", async () => {
  const posted = /** @type {{number: number, value: string}[]} */ ([]);
  const worker = /** @type {any} */ ({});
  const before = /** @type {any} */ (globalThis);
  [before.self, before.postMessage] = [worker, (/** @type {any} */ answer) => posted.push(answer)];
  /** @type {(value?: unknown) => void} */
  let resolve = () => {};
  const promise = new Promise((done) => {
    resolve = done;
  });
  const end = answerNewest(
    /** @param {string} question @returns {Generator<string | null, string, void>} */
    function* (question) {
      yield null;
      if (question === "first")
        for (const number of [2, 3]) worker.onmessage({ data: { number, question: `${number}` } });
      yield `${question}, in part`;
      for (let k = 0; question === "first" && k < 5; k++) yield null; // left here
      if (question === "3") resolve(undefined);
      return `${question}, whole`;
    },
  );
  worker.onmessage({ data: { number: 1, question: "first" } });
  await promise;
  while (posted.length < 3) await new Promise((done) => setTimeout(done));
  end();
  assert.deepEqual(posted, [
    { number: 1, value: "first, in part" },
    { number: 3, value: "3, in part" },
    { number: 3, value: "3, whole" },
  ]);
});

test("a line is said to explode, to stay or to vanish by where it ends", () => {
  assert.deepEqual([1e7, 11, 10, 0.1, 0.09, 0].map(verdict), [
    "explodes",
    "explodes",
    "stays",
    "stays",
    "vanishes",
    "vanishes",
  ]);
});

test("the thick line is the median of the runs, and what leaves the picture is not drawn", () => {
  const runs = [
    [1, 1e-3],
    [1, 1e-5],
    [1, 1e9],
  ].map((sizes) => ({ sizes: Float64Array.from(sizes), norm: Float64Array.of(4) }));
  const drawn = lines("cells", { RNN: runs }, 1);
  assert.deepEqual(
    drawn.map(({ thin, label }) => [thin, label]),
    [
      [true, undefined],
      [true, undefined],
      [true, undefined],
      [undefined, "RNN vanishes"],
    ],
  );
  assert.deepEqual(drawn[3].values, [1, 1e-3]);
  assert.deepEqual(drawn[2].values, [1, Number.NaN]);
  assert.ok(Number.isNaN(inPicture(AXIS[1] * 2)) && Number.isNaN(inPicture(0)));
  assert.deepEqual(table("cells", { RNN: runs }, 1, 1)[0].cells, ["10⁻³", "10⁻⁵ … 10⁹", "× 0.00", "1 of 3"]);
  const [before, after] = lines("clipping", { RNN: runs }, 1);
  assert.deepEqual([before.thin, before.values, after.values], [true, [1, 1e-3], [0.25, 0.25e-3]]);
  assert.deepEqual(table("clipping", { RNN: runs }, 1, 1)[0].cells, ["10⁻³", "4.00", "× 0.25", "3·10⁻⁴"]);
  assert.deepEqual(table("cells", { RNN: runs }, 1, 0)[0].cells[2], "–");
});

test("the median of an even number is the mean of the middle two", () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([9, 1, 3]), 3);
});
