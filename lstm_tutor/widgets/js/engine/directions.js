// The output of a layer in one direction or two, put together and taken apart.

import { inInputOrder } from "./trace.js";

/**
 * The output of one layer's cells side by side, (T, N, H * directions).
 * @param {import("./cells/base.js").Steps[]} cells
 */
export function sideBySide(cells) {
  const { H } = cells[0];
  const hs = cells.map((s) => inInputOrder(s.record.h, s));
  if (hs.length === 1) return hs[0];
  const out = new Float64Array(hs.length * hs[0].length);
  hs.forEach((h, j) => {
    for (let row = 0; row * H < h.length; row++) {
      out.set(h.subarray(row * H, (row + 1) * H), (row * hs.length + j) * H);
    }
  });
  return out;
}

/**
 * One direction's part of the output's gradient: (T, N, H * directions) to (T, N, H).
 * @param {Float64Array} dOutput
 * @param {number} H
 * @param {number} j
 * @param {number} directions
 */
export function partOf(dOutput, H, j, directions) {
  if (directions === 1) return dOutput;
  const part = new Float64Array(dOutput.length / directions);
  for (let row = 0; row * H < part.length; row++) {
    const from = (row * directions + j) * H;
    part.set(dOutput.subarray(from, from + H), row * H);
  }
  return part;
}
