// The text microscope's own functions, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asRanges, asSample } from "../../microscope/links.js";
import { follow, maskOf, means, places, runs, scoreMark, tidy } from "../../microscope/marks.js";
import { correlations, similarityOrder } from "../../microscope/order.js";
import { gradientScale, roundLimit, surpriseScale } from "../../microscope/scales.js";
import { knownSign, pointsAt, readable, unitsAt } from "../../microscope/signs.js";
import { Random } from "../engine/index.js";
import { asInteger, asText } from "../kit/address.js";

const known = { alphabet: "\n abe\"?'", signs: { "“": '"', "\t": " " } };

test("a sign outside the alphabet is read as one inside, a text keeps its length", () => {
  assert.deepEqual(
    ["a", "“", "é", "\u00a0", "漢", "𝐚", "ﬀ"].map((sign) => knownSign(sign, known)),
    ["a", '"', "e", " ", "?", "a", "?"],
  );
  const { typed, codes, replaced } = readable("aé𝐚", known);
  assert.deepEqual(typed, ["a", "é", "𝐚"]);
  assert.deepEqual(codes, [2, 4, 2]);
  assert.deepEqual(
    [...replaced],
    [
      ["é", "e"],
      ["𝐚", "a"],
    ],
  );
});

test("places in a field are counted in characters, not in UTF-16 units", () => {
  assert.equal(pointsAt("a𝐚b", 3), 2);
  assert.equal(unitsAt("a𝐚b", 2), 3);
});

test("ranges are sorted, cut to the text and joined", () => {
  assert.deepEqual(
    tidy(
      [
        [7, 9],
        [1, 3],
        [3, 5],
        [20, 30],
        [9, 99],
      ],
      12,
    ),
    [
      [1, 5],
      [7, 12],
    ],
  );
  assert.deepEqual([...maskOf([[1, 3]], 4)], [0, 1, 1, 0]);
});

test("marks follow an edit", () => {
  const mark = [[4, 8]];
  const edit = (/** @type {string} */ after) => follow(mark, Array.from("abcdefghijkl"), Array.from(after));
  assert.deepEqual(edit("XXabcdefghijkl"), [[6, 10]], "typed before");
  assert.deepEqual(edit("abcdXefghijkl"), [[5, 9]], "typed at its start");
  assert.deepEqual(edit("abcdeXfghijkl"), [[4, 9]], "typed within");
  assert.deepEqual(edit("abcdefghXijkl"), [[4, 8]], "typed at its end");
  assert.deepEqual(edit("abcdefghijklX"), [[4, 8]], "typed behind");
  assert.deepEqual(edit("abghijkl"), [[2, 4]], "its beginning cut out");
  assert.deepEqual(edit("abijkl"), [], "all of it cut out");
});

test("runs come longest first, of equals the first", () => {
  assert.deepEqual(runs([0, 1, 1, 0, 1, 0, 1, 1]), [
    { start: 1, length: 2 },
    { start: 6, length: 2 },
    { start: 4, length: 1 },
  ]);
});

/** Three kinds of units, noise on them, shuffled. */
function planted() {
  const random = new Random(3);
  const T = 200;
  const waves = [
    (/** @type {number} */ t) => Math.sin(t / 5),
    (/** @type {number} */ t) => (t % 17 < 6 ? 1 : 0),
    (/** @type {number} */ t) => t / T,
  ];
  const kinds = [0, 1, 2, 0, 1, 2, 0, 1, 2];
  const values = new Float64Array(T * kinds.length);
  for (let t = 0; t < T; t++)
    kinds.forEach((kind, unit) => (values[t * kinds.length + unit] = waves[kind](t) + 0.2 * random.normal()));
  return { values, H: kinds.length, kinds };
}

test("units of one kind stand together, and a constant unit is like no other", () => {
  const { values, H, kinds } = planted();
  const order = similarityOrder(values, H);
  assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const inOrder = order.map((unit) => kinds[unit]);
  assert.equal(inOrder.filter((kind, k) => k && kind !== inOrder[k - 1]).length, 2, inOrder.join(""));
  assert.ok(order[0] <= order[H - 1]);
  const still = correlations(
    Float64Array.from({ length: 12 }, (_, k) => (k % 2 ? 5 : k)),
    2,
  );
  assert.deepEqual([...still[1]], [0, 0]);
  assert.ok(Math.abs(still[0][0] - 1) < 1e-12);
});

test("a mark that a unit follows is told from one that chance explains", () => {
  const { values, H } = planted();
  const T = 200;
  const wave = Array.from({ length: 4 }, (_, k) => [17 * k, 17 * k + 6]);
  const good = scoreMark(values, H, maskOf(wave, T));
  const best = good.correlation.indexOf(Math.max(...good.correlation));
  assert.ok([1, 4, 7].includes(best));
  assert.equal(good.shifts, T - 12 + 1);
  const none = scoreMark(
    values,
    H,
    maskOf(
      [
        [60, 75],
        [120, 131],
      ],
      T,
    ),
  );
  assert.ok(none.bestAsGood > none.shifts / 20);
  for (const { shifts, chance } of [
    scoreMark(values, H, maskOf([[0, 100]], T)),
    scoreMark(values, H, maskOf([], T)),
    scoreMark(values, H, maskOf([[0, T]], T)),
  ]) {
    assert.equal(shifts, 0);
    assert.ok(Number.isNaN(chance));
  }
});

test("other places are where the unit is as much on, or as much off", () => {
  const mask = maskOf([[1, 3]], 8);
  assert.deepEqual(means([0, 1, 3, 2, 2, 0, 5, 0], mask), { inside: 2, outside: 1.5 });
  assert.deepEqual(places([0, 1, 3, 2, 2, 0, 5, 0], mask), [
    { start: 3, length: 2 },
    { start: 6, length: 1 },
  ]);
  assert.deepEqual(places([3, 0, 0, 0, 3, 3, 0, 0], mask), [
    { start: 6, length: 2 },
    { start: 3, length: 1 },
  ]);
  assert.deepEqual(places([1, 1], maskOf([[0, 2]], 2)), []);
});

test("sizes become shares of a printed limit", () => {
  assert.deepEqual(Array.from(surpriseScale(Float64Array.of(5, 20)).values), [0.5, 2]);
  assert.equal(roundLimit(Float64Array.of(0.3, 4)), 5);
  assert.equal(roundLimit(Float64Array.of()), 1);
  const log = gradientScale(Float64Array.of(1e-9, 1e-2, 10), 4, true);
  assert.deepEqual(
    Array.from(log.values, (value) => Number(value.toFixed(6))),
    [0, 0.5, 1, Number.NaN],
  );
  assert.deepEqual(log.ends, ["10⁻⁵", "10"]);
  assert.deepEqual(gradientScale(Float64Array.of(1, 4), 2, false).ends, ["0", "5.00"]);
});

test("links carry marks and samples, and nothing else", () => {
  const field = asRanges(100);
  assert.deepEqual(field.parse("4-10_20-31"), [
    [4, 10],
    [20, 31],
  ]);
  assert.equal(
    field.format([
      [4, 10],
      [20, 31],
    ]),
    "4-10_20-31",
  );
  assert.deepEqual(field.parse(""), []);
  for (const bad of ["10-4", "1-101", "x", "1-2_", "-1-2", "1-2-3"]) assert.equal(field.parse(bad), undefined, bad);
  const text = asSample({ one: "two lines" }, asText(9));
  assert.equal(text.parse("@one"), "two lines");
  assert.equal(text.format("two lines"), "@one");
  for (const name of ["@other", "@toString"]) assert.equal(text.parse(name), undefined);
  assert.equal(text.parse(text.format("@one")), "@one");
  assert.equal(text.parse("0123456789"), undefined);
  assert.equal(asInteger(0, 3).parse("4"), undefined);
});
