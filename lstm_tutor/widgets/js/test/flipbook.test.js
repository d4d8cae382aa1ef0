// The flipbook's pure functions: drags, speed, ids.

import assert from "node:assert/strict";
import { test } from "node:test";
import { frameAt, speedOf, withIds } from "../../flipbook/turning.js";

test("a drag over four fifths of the picture passes all frames, and no more than there are", () => {
  assert.deepEqual(
    [0, 40, 200, 400, 900, -10].map((way) => frameAt(0, way, 500, 9)),
    [0, 1, 4, 8, 8, 0],
  );
  assert.deepEqual(
    [-50, 50, -900].map((way) => frameAt(4, way, 500, 9)),
    [3, 5, 0],
  );
  assert.equal(frameAt(1, 10, 0, 3), 2, "a picture without width is no division by zero");
});

test("a few frames are shown one after the other, many within five seconds", () => {
  assert.deepEqual([2, 8, 20, 60, 600].map(speedOf), [1.5, 1.6, 4, 12, 12]);
});

test("ids get a prefix wherever they stand", () => {
  const frame = '<g id="\ue0000"/><use href="#\ue0000"/><path fill="url(#\ue0001)"/>';
  assert.equal(withIds(frame, "one"), '<g id="one-0"/><use href="#one-0"/><path fill="url(#one-1)"/>');
});
