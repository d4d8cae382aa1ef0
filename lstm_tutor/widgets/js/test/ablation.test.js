// The switchboard's pure functions: combinations, equations, the drawing, curves, places.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CODES, codeOfPart, codesOf, drawn, equations, spoken, switched, variantOf } from "../../ablation/changes.js";
import { linesOf, medianCurve, middle, solvedOf, thousands, valueAt } from "../../ablation/curves.js";
import { medianInWords, placeOf, spreadInWords } from "../../ablation/panels.js";

test("switching twice changes nothing, and order does not matter", () => {
  assert.equal(switched("LSTM", "NFG"), "NFG");
  assert.equal(switched("NFG", "NIG"), "NIG+NFG");
  assert.equal(switched("NIG+NFG", "NIG"), "NFG");
  assert.equal(switched("NFG", "NFG"), "LSTM");
  assert.equal(variantOf(["NP", "NIG"]), "NIG+NP");
  assert.deepEqual(codesOf("LSTM"), []);
});

/** @param {string[]} codes @param {"gone" | "new"} how */
const texts = (codes, how) =>
  equations(codes).flatMap(({ name, terms }) =>
    terms.filter((term) => term.how === how).map(({ text }) => `${name}:${text.trim()}`),
  );

test("each change strikes its own term and no other", () => {
  assert.deepEqual(texts([], "gone"), []);
  assert.deepEqual(texts(["NIAF"], "gone"), ["g:tanh"]);
  assert.deepEqual(texts(["NOAF"], "gone"), ["h:tanh"]);
  assert.deepEqual(texts(["NP"], "gone"), ["i:+ p_i ⊙ c_t−1", "f:+ p_f ⊙ c_t−1", "o:+ p_o ⊙ c"]);
  assert.deepEqual(texts(["NIG"], "new"), ["i:1"]);
  assert.deepEqual(texts(["NFG"], "new"), ["f:1"]);
  assert.deepEqual(texts(["NOG"], "new"), ["o:1"]);
  assert.deepEqual(texts(["CIFG"], "new"), ["f:1 − i"]);
  assert.deepEqual(
    texts(["FGR"], "new"),
    ["i", "f", "o"].map((k) => `${k}:+ W_g${k} (i, f, o)_t−1`),
  );
  for (const code of ["NIG", "NFG", "NOG", "CIFG"])
    assert.ok(texts([code], "gone").every((text) => text[0] === texts([code], "new")[0][0]));
  assert.equal(spoken(equations(["NIG"])[0]).includes("(new: 1)"), true);
});

test("the drawing shows what is gone", () => {
  assert.deepEqual(drawn([]), { faded: [], open: [], crossed: [], coupled: false, gates: false });
  assert.deepEqual(drawn(["NFG"]).open, ["f"]);
  assert.deepEqual(drawn(["CIFG"]), {
    faded: ["wire-f", "peep-f"],
    open: [],
    crossed: [],
    coupled: true,
    gates: false,
  });
  assert.deepEqual(drawn(["NP"]).faded, ["peep-i", "peep-f", "peep-o"]);
  assert.deepEqual(drawn(["NIAF", "NOAF"]).crossed, ["box-g", "box-tanh"]);
  for (const [part, code] of [
    ["valve-i", "NIG"],
    ["peep-f", "NP"],
    ["box-tanh", "NOAF"],
    ["rail-c", null],
  ])
    assert.equal(codeOfPart(/** @type {string} */ (part)), code);
  assert.equal(CODES.length, 8);
});

/** @param {boolean} solved @param {number[]} wrong */
const run = (solved, wrong) => ({
  seed: 0,
  solved,
  sequences: null,
  presented: 0,
  wrong: 0,
  parameters: 0,
  curve: { sequences: wrong.map((_, k) => 10 * (k + 1)), wrong },
});

test("a run that has stopped counts on, so that no failure drops out of the median", () => {
  const runs = [run(true, [0.5, 0]), run(false, [0.9, 0.8, 0.7, 0.6]), run(false, [0.9, 0.9, 0.9, 0.9])];
  assert.equal(valueAt(runs[0], "wrong", 40), 0);
  assert.ok(Number.isNaN(valueAt(runs[0], "wrong", 5)));
  assert.deepEqual(medianCurve(runs, "wrong", { most: 40, every: 10, criterion: "" }), {
    x: [10, 20, 30, 40],
    values: [0.9, 0.8, 0.7, 0.6],
  });
  assert.equal(middle([4, 1, 3, 2]), 2.5);
  const { lines, marks } = linesOf(runs, "wrong", { most: 40, every: 10, criterion: "" }, { label: "x" });
  assert.equal(lines.filter((line) => line.thin).length, 3);
  assert.deepEqual(
    marks.map(({ x, y, cross }) => [x, y, cross]),
    [
      [20, 0, false],
      [40, 0.6, true],
      [40, 0.9, true],
    ],
  );
  assert.equal(solvedOf(runs), "1 of 3 solved");
  assert.deepEqual(linesOf([], "wrong", { most: 40, every: 10, criterion: "" }, { label: "x" }), {
    lines: [],
    marks: [],
  });
});

test("figures in words", () => {
  const row = { variant: "NIG", median: null, low: null, high: null, solved: 0, runs: 5, parameters: 1303 };
  assert.equal(medianInWords(row, 24000), "> 24,000");
  assert.equal(spreadInWords(row), "none solved");
  assert.equal(spreadInWords({ ...row, low: 800, high: 800, solved: 1 }), "800 ✕");
  assert.equal(spreadInWords({ ...row, low: 800, high: 12800, solved: 5 }), "800–12,800");
  assert.deepEqual([999, 1000, 1234567].map(thousands), ["999", "1,000", "1,234,567"]);
  assert.deepEqual(placeOf([{ ...row, variant: "NP" }, row], "NP").place, 2);
});
