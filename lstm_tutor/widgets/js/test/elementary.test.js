// Numbers that every browser computes alike: exp, log, tanh and whole powers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { exp, log, power, Random, tanh } from "../engine/index.js";

test("exp, log and tanh are those of Math, to rounding", () => {
  const random = new Random(1);
  const close = (/** @type {number} */ ours, /** @type {number} */ theirs) =>
    Math.abs(ours - theirs) <= 6e-16 * Math.abs(theirs);
  for (let k = 0; k < 20_000; k++) {
    const a = random.uniform(-1, 1) * [1e-8, 1, 20, 700][k % 4];
    assert.ok(close(exp(a), Math.exp(a)), `exp ${a}`);
    assert.ok(close(tanh(a), Math.tanh(a)), `tanh ${a}`);
    assert.ok(close(log(Math.exp(a)), Math.log(Math.exp(a))), `log of exp ${a}`);
  }
  assert.deepEqual(
    [exp(-800), exp(800), exp(0), log(0), log(1), tanh(0), tanh(90), tanh(-90)],
    [0, Infinity, 1, -Infinity, 0, 0, 1, -1],
  );
  assert.ok([exp(NaN), log(NaN), log(-1), tanh(NaN)].every(Number.isNaN));
  for (const n of [0, 1, 2, 7, 5000]) assert.ok(Math.abs(power(0.999, n) / 0.999 ** n - 1) < 1e-12);
});
