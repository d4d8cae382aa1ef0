// Two directions' pure functions: edits of a sentence, what a reader has seen, the game.

import assert from "node:assert/strict";
import { test } from "node:test";
import { reaches, seenBy } from "../../twodirections/picture.js";
import { answered, HIDDEN, masked, newGame, next } from "../../twodirections/predict.js";
import { gathered, largest, modelOf, sizeOf } from "../../twodirections/reading.js";
import { inserted, LONGEST, moved, parse, placeFor, removed, replaced } from "../../twodirections/sentence.js";

const WORDS = ["they", "split", "the", "bread"];

test("known words are read, unknown ones named once, case and punctuation left out", () => {
  assert.deepEqual(parse("They split, atoms; THE atoms!", WORDS), {
    words: ["they", "split", "the"],
    unknown: ["atoms"],
    tooMany: 0,
  });
  assert.deepEqual(parse("  ", WORDS), { words: [], unknown: [], tooMany: 0 });
  assert.equal(parse("the ".repeat(20), WORDS).words.length, LONGEST);
  assert.equal(parse("the ".repeat(20), WORDS).tooMany, 20 - LONGEST);
});

test("each edit is a new list and respects the limits", () => {
  assert.deepEqual(replaced(WORDS, 1, "cut"), ["they", "cut", "the", "bread"]);
  assert.deepEqual(inserted(WORDS, 1, "a"), ["they", "split", "a", "the", "bread"]);
  assert.deepEqual(removed(WORDS, 0), ["split", "the", "bread"]);
  assert.deepEqual(removed(["one"], 0), ["one"]);
  assert.equal(inserted(Array(LONGEST).fill("a"), 0, "b").length, LONGEST);
  assert.deepEqual(moved(WORDS, 3, 1), ["they", "bread", "split", "the"]);
  assert.deepEqual(moved(WORDS, 0, 2), ["split", "the", "they", "bread"]);
  assert.deepEqual(moved(WORDS, 0, -1), WORDS);
  assert.deepEqual(moved(WORDS, 3, 4), WORDS);
  assert.deepEqual(WORDS, ["they", "split", "the", "bread"]);
});

test("a dragged word changes places once the pointer has passed the middle, not before", () => {
  const boxes = [0, 50, 100].map((left) => ({ left, right: left + 50, top: 0, bottom: 20 }));
  assert.equal(placeFor(boxes, 0, 60, 10), 0);
  assert.equal(placeFor(boxes, 0, 80, 10), 1);
  assert.equal(placeFor(boxes, 2, 80, 10), 2);
  assert.equal(placeFor(boxes, 2, 60, 10), 1);
  assert.equal(placeFor(boxes, 1, 500, 10), 1);
  const below = [...boxes, { left: 0, right: 50, top: 30, bottom: 50 }];
  assert.equal(placeFor(below, 0, 10, 40), 3, "in another line, at once");
});

test("what a reader has seen ends or begins at the word", () => {
  assert.deepEqual(seenBy(WORDS, 1, "forward"), ["they", "split"]);
  assert.deepEqual(seenBy(WORDS, 1, "backward"), ["split", "the", "bread"]);
  assert.deepEqual(seenBy(WORDS, 1, "both"), WORDS);
  assert.deepEqual(masked(WORDS, 1, "forward"), ["they", "split", HIDDEN, HIDDEN]);
  assert.deepEqual(masked(WORDS, 1, "backward"), [HIDDEN, "split", "the", "bread"]);
  assert.deepEqual(masked(WORDS, 1, "both"), WORDS);
  assert.deepEqual(
    [0, 1, 2].map((link) => reaches("forward", link, 1, "both")),
    [true, true, false],
  );
  assert.deepEqual(
    [0, 1, 2].map((link) => reaches("backward", link, 1, "both")),
    [false, true, true],
  );
  assert.equal(reaches("backward", 2, 1, "forward"), false);
});

test("the game counts who was right, and goes round", () => {
  const said = { forward: "past", backward: "noun", both: "noun" };
  const game = answered(newGame(), "noun", "noun", said);
  assert.deepEqual(game.score, { asked: 1, right: { you: 1, forward: 0, backward: 1, both: 1 } });
  assert.deepEqual(newGame().score.right.you, 0);
  assert.equal(next(game, 24).number, 1);
  assert.equal(next({ ...game, number: 23 }, 24).number, 0);
  assert.equal(next(game, 24).guess, "");
});

test("changes are gathered by place and tag, the most words first", () => {
  const changes = [
    { at: 1, code: 4, tag: 2, share: 0.6 },
    { at: 0, code: 9, tag: 2, share: 0.9 },
    { at: 0, code: 8, tag: 2, share: 0.95 },
    { at: 0, code: 7, tag: 1, share: 0.7 },
  ];
  assert.deepEqual(gathered(changes), [
    { at: 0, tag: 2, codes: [8, 9], best: 0.95 },
    { at: 0, tag: 1, codes: [7], best: 0.7 },
    { at: 1, tag: 2, codes: [4], best: 0.6 },
  ]);
});

test("a model with too few or too many parameters is refused", () => {
  const sizes = { H: 2, D: 3, K: 2 };
  const right = 8 * 3 + 8 * 2 + 8 + 2 * 2 + 2;
  assert.equal(modelOf("forward", new Float64Array(right), sizes).K, 2);
  assert.throws(() => modelOf("forward", new Float64Array(right + 1), sizes), /expected 54 parameters, got 55/);
  assert.throws(() => modelOf("both", new Float64Array(right), sizes), /expected|got/);
});

test("the largest of equals is the first; a state's size is between 0 and 1", () => {
  assert.equal(largest([1, 3, 3]), 1);
  assert.equal(sizeOf([1, -1]), 1);
  assert.ok(Math.abs(sizeOf([0.6, 0.8]) - Math.sqrt(0.5)) < 1e-12);
});
