// The kit's pure functions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { completed } from "../engine/ledger.js";
import { asChoice, asInteger, asNumbers, asText, asToggle, readFragment, writeFragment } from "../kit/address.js";
import { half, pack, unpack } from "../kit/arrays.js";
import { asHeld, heldInWords, phrase, silentUnits, stateOf, withGate, withSilent } from "../kit/holding.js";
import { apart, exitsOf, fan, pathOf } from "../kit/lineplot.js";
import { isDone } from "../kit/tour.js";
import { logarithmic, number, parseNumber, placeInMap, short, symmetricLimit, ticks, visible } from "../kit/values.js";

test("numbers read as in the book, and what is typed is understood", () => {
  assert.deepEqual(
    [-0.417, -0.001, 2, Number.NaN].map((value) => number(value)),
    ["−0.42", "0.00", "2.00", "?"],
  );
  assert.deepEqual(["−1,5", " 2 ", ".5", "1e-3"].map(parseNumber), [-1.5, 2, 0.5, 0.001]);
  for (const text of ["", "one", "1-2", "1.2.3", "0x10"]) assert.ok(Number.isNaN(parseNumber(text)), text);
  assert.deepEqual([2e-7, 1e5, -1e-4].map(short), ["2·10⁻⁷", "10⁵", "−10⁻⁴"]);
  assert.deepEqual([..." \n\u0000a"].map(visible), ["␣", "↵", "\ufffd", "a"]);
});

test("gates have limits 0 and 1, signed values are centered", () => {
  assert.deepEqual(
    [-1, 0, 1, 2].map((value) => placeInMap(value, "gate")),
    [0, 0, 255, 255],
  );
  assert.deepEqual(
    [-4, 4].map((value) => placeInMap(value, "signed", 4)),
    [0, 255],
  );
  assert.equal(placeInMap(2, "signed", 4), Math.round(255 * 0.75));
  assert.equal(placeInMap(Number.NaN, "gate"), -1);
  assert.deepEqual(
    [[0.2], [1.1], [3], [12]].map((values) => symmetricLimit(values)),
    [1, 2, 5, 20],
  );
});

test("axes have round ticks and logarithms invert", () => {
  assert.deepEqual(ticks(0, 1, 4), [0, 0.25, 0.5, 0.75, 1]);
  const scale = logarithmic([1e-4, 1], [0, 100]);
  assert.ok(Math.abs(scale(1e-2) - 50) < 1e-9 && Math.abs(scale.invert(25) - 1e-3) < 1e-9);
  assert.equal(scale(0), 0);
});

test("half precision is what IEEE says", () => {
  const known = /** @type {const} */ ([
    [0x3c00, 1],
    [0xc000, -2],
    [0x0001, 2 ** -24],
    [0x3555, 0.333251953125],
    [0x7c00, Infinity],
  ]);
  for (const [bits, value] of known) assert.equal(half(bits), value);
  assert.deepEqual(unpack(pack(Float64Array.of(1, 2, 3, 4), [2, 2])), {
    shape: [2, 2],
    data: Float64Array.of(1, 2, 3, 4),
  });
  assert.throws(
    () => unpack({ dtype: "<f8", shape: [3], data: new DataView(new ArrayBuffer(16)) }),
    /expected 3 numbers/,
  );
});

test("a link sets what it says, refuses what is not valid, and comes back as it was", () => {
  const fields = { unit: asInteger(0, 9), text: asText(20), cell: asChoice(["rnn", "lstm"]), x: asNumbers(-1, 1, 3) };
  const start = { unit: 1, text: "a", cell: "lstm", x: [0] };
  const values = { unit: 3, text: "x = 1 & <b>?#", cell: "lstm", x: [0.5, -1] };
  const link = writeFragment("lab", fields, values, start);
  assert.ok(!link.includes("cell"));
  const read = { values: { unit: 3, text: "x = 1 & <b>?#", x: [0.5, -1] }, refused: [] };
  assert.deepEqual(readFragment(link, "lab", fields), read);
  assert.equal(readFragment(link, "other", fields), null);
  assert.equal(readFragment("#heading", "lab", fields), null);
  assert.deepEqual(readFragment("#lt:lab?unit=12&cell=gru&x=2&evil=1", "lab", fields)?.values, {});
  assert.equal(writeFragment("lab", fields, start, start), "#lt:lab");
});

test("what a link asks for in vain is left out and said, whatever it is called", () => {
  const fields = { unit: asInteger(0, 9), text: asText(9, { shortest: 1, alphabet: "abc " }), on: asToggle() };
  const read = (/** @type {string} */ query) => readFragment(`#lt:lab?${query}`, "lab", fields);
  for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty", "valueOf", "evil", ""]) {
    const expected = { values: { unit: 2 }, refused: [`“${name}” is no setting of this widget`] };
    assert.deepEqual(read(`${name}=x&unit=2`), expected);
    assert.deepEqual(read(`on=${name}&text=${name || "d"}&unit=${name}`)?.values, {}, name);
  }
  assert.deepEqual(read("text="), { values: {}, refused: ["“text” cannot be empty"] });
  assert.deepEqual(read("text=ab你&on=yes"), { values: { on: true }, refused: ["“text” cannot be “ab你”"] });
  assert.deepEqual(read(`text=${"a".repeat(99)}`)?.refused, [`“text” cannot be “${"a".repeat(29)}…”`]);
  assert.deepEqual(read("unit=3&unit=99"), { values: { unit: 3 }, refused: ["“unit” cannot be “99”"] });
  assert.deepEqual(read("%E0%A4%A&=&&unit=%"), {
    values: {},
    refused: ["“\ufffd%A” is no setting of this widget", "“” is no setting of this widget", "“unit” cannot be “%”"],
  });
});

test("a link keeps a question mark in a value, and finds a widget whose name is written in signs", () => {
  const fields = { text: asText(20) };
  assert.deepEqual(readFragment("#lt:lab?text=why?", "lab", fields)?.values, { text: "why?" });
  const link = writeFragment("my lab? é", fields, { text: "b" }, { text: "a" });
  assert.deepEqual(readFragment(link, "my lab? é", fields)?.values, { text: "b" });
  assert.equal(new URL(link, "http://localhost/").hash, link);
});

test("values of a stage are completed by the equations of the cell", () => {
  const lstm = completed({ i: 0.5, f: 0.25, g: -0.8, o: 0.5, c_prev: 2 });
  assert.deepEqual([lstm.kept, lstm.write], [0.5, -0.4]);
  assert.ok(Math.abs(lstm.c - 0.1) < 1e-12 && Math.abs(lstm.h - 0.5 * Math.tanh(0.1)) < 1e-12);
  assert.equal(completed({ i: 1, g: 0.5, c_prev: 2 }).c, 2.5, "the cell of 1997 has no forget gate");
  const gru = completed({ z: 0.75, r: 0.5, n: -1, h_prev: 0.4 });
  assert.ok(Math.abs(gru.h - (0.75 * 0.4 - 0.25)) < 1e-12 && gru.reset === 0.2);
});

test("a line leaves its plot where it first falls below the axis", () => {
  assert.deepEqual(exitsOf([1, 1e-9, 1e-10, 0.1, 0, Number.NaN, 1e-9], 1e-8), [1, 4, 6]);
  assert.deepEqual(exitsOf([1e-9, 1], 1e-8), [0]);
  assert.deepEqual(exitsOf([], 1e-8), []);
});

test("labels stand apart, gaps stay gaps, the median is the middle", () => {
  assert.deepEqual(apart([10, 11, 50], 15, 0, 100), [10, 25, 50]);
  assert.deepEqual(apart([98, 99], 15, 0, 100), [85, 100]);
  assert.equal(
    pathOf([
      [0, 1],
      [1, Number.NaN],
      [2, 3],
    ]),
    "M0.0 1.0M2.0 3.0",
  );
  const median = fan(
    [
      [1, 5],
      [3, 6],
      [2, 9],
    ],
    { label: "m" },
  ).at(-1);
  assert.deepEqual([median?.label, median?.values], ["m", [2, 6]]);
});

test("a task is done when every fact is as it asks for, and not before", () => {
  const facts = { unit: 16, f: 0.02, text: "ab", playing: false };
  assert.ok(isDone({ unit: 16, f: { max: 0.05 } }, facts));
  assert.ok(isDone({ text: { not: "" }, playing: false }, facts));
  assert.ok(isDone({ unit: { min: 16, max: 16 } }, facts));
  assert.ok(!isDone({ unit: 16, f: { min: 0.05 } }, facts));
  assert.ok(!isDone({ text: { not: "ab" } }, facts));
  assert.ok(!isDone({ playing: true }, facts));
  assert.ok(!isDone({ missing: { min: 0 } }, facts), "what is not known is not done");
});

test("a link says which gates are held, in which layer, and nothing that the network lacks", () => {
  const field = asHeld(["f", "o"], 20, 2);
  const link = "f16-open_o3.4-shut_f0-shut-1";
  const held = field.parse(link);
  assert.deepEqual(held, [
    ["f", 16, 1, 0],
    ["o", 3, 0, 0],
    ["o", 4, 0, 0],
    ["f", 0, 0, 1],
  ]);
  assert.equal(field.format(held), link);
  assert.deepEqual(field.parse(""), []);
  for (const bad of ["f16", "f20-shut", "g1-shut", "f1-half", "f1-shut-2", "f1-shut_f1-open", "o3.3-shut", "f1-shut_"])
    assert.equal(field.parse(bad), undefined, bad);
});

test("a gate is held, let go and silenced without a change to the others", () => {
  const one = withGate([], "o", 3, "open");
  assert.deepEqual([stateOf(one, "o", 3), stateOf(one, "o", 3, 1), stateOf(one, "o", 4)], ["open", "free", "free"]);
  const two = withGate(one, "f", 5, "shut", 1);
  assert.deepEqual(withSilent(two, [3, 1]), [
    ["o", 1, 0, 0],
    ["o", 3, 0, 0],
    ["f", 5, 0, 1],
  ]);
  assert.deepEqual(silentUnits(withSilent(two, [3, 1])), [1, 3]);
  assert.deepEqual(withSilent(withSilent(two, [1, 2]), []), two, "what is open stays");
  assert.deepEqual(withGate(two, "o", 3, "free"), [["f", 5, 0, 1]]);
  assert.deepEqual(heldInWords(two, { layers: 2 }), [
    "o of unit 3 in layer 0 held open",
    "f of unit 5 in layer 1 held shut",
  ]);
  assert.equal(phrase(["a", "b", "c"]), "a, b, c");
  assert.equal(phrase(["a", "b", "c", "d"]), "a, b and 2 more changes");
});
