// What differs between the equations of two members, word by word.

import { MEMBERS, ROWS } from "./members.js";

/**
 * Which words of each are not in the other: true for a word that differs. The longest words that both have in their
 * order stay unlit, and so do commas.
 * @param {string[]} one
 * @param {string[]} two
 * @returns {[boolean[], boolean[]]}
 */
export function differing(one, two) {
  const [m, n] = [one.length, two.length];
  const common = Array.from({ length: m + 1 }, () => new Array(n + 1).fill(0)); // of the words from here to the end
  for (let p = m - 1; p >= 0; p--) {
    for (let q = n - 1; q >= 0; q--) {
      common[p][q] = one[p] === two[q] ? common[p + 1][q + 1] + 1 : Math.max(common[p + 1][q], common[p][q + 1]);
    }
  }
  /** @type {[boolean[], boolean[]]} */
  const lit = [new Array(m).fill(true), new Array(n).fill(true)];
  for (let p = 0, q = 0; p < m && q < n; ) {
    if (one[p] === two[q]) lit[0][p++] = lit[1][q++] = false;
    else if (common[p + 1][q] >= common[p][q + 1]) p++;
    else q++;
  }
  for (const [words, marks] of /** @type {const} */ ([
    [one, lit[0]],
    [two, lit[1]],
  ])) {
    words.forEach((word, k) => {
      if (word === ",") marks[k] = false;
    });
  }
  return lit;
}

const wordsOf = (/** @type {string} */ line) => line.split(" ");

/**
 * The rows of two members side by side, word by word, with what differs lit. A whole row is compared, so that a line
 * more lights only itself.
 * @param {string} left
 * @param {string} right
 */
export const compared = (left, right) =>
  ROWS.map((row, r) => {
    const sides = [left, right].map((kind) => MEMBERS[kind].equations[r].map(wordsOf));
    const lit = differing(sides[0].flat(), sides[1].flat());
    return {
      row,
      sides: sides.map((lines, side) => {
        let at = 0;
        return lines.map((words) => words.map((word) => ({ word, lit: lit[side][at++] })));
      }),
    };
  });
