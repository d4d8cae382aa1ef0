// What columns were read as when the pen had passed them, beside what they are read as now.

const BIN = 10; // units; columns grow and shrink with the writing, places do not
const BEHIND = 3; // columns between the pen and what counts as past

/** @typedef {import("./reading.js").Seen} Seen */

/** A memory of first readings. */
export function past() {
  /** @type {Map<number, number>} */
  const firsts = new Map();
  let points = 0;
  return {
    /**
     * A new reading, of so many points; what is shorter than the last one begins anew.
     * @param {Seen | null} seen @param {number} count @param {number} right  where the ink ends, in units
     */
    hear(seen, count, right) {
      if (count < points || !seen) firsts.clear();
      points = count;
      if (!seen) return;
      const { T, left, step, greedy } = seen;
      const until = Math.min(right - BEHIND * step, left + T * step);
      for (let bin = Math.max(Math.ceil(left / BIN), 0); (bin + 0.5) * BIN < until; bin++) {
        const t = Math.floor(((bin + 0.5) * BIN - left) / step);
        if (t >= 0 && !firsts.has(bin)) firsts.set(bin, greedy.path[t]);
      }
    },
    /** The columns that say something else now, and what they said first. @param {Seen} seen */
    revised({ T, left, step, greedy }) {
      /** @type {Map<number, number>} */
      const found = new Map();
      for (let t = 0; t < T; t++) {
        const first = firsts.get(Math.floor((left + (t + 0.5) * step) / BIN));
        if (first !== undefined && first !== greedy.path[t]) found.set(t, first);
      }
      return found;
    },
  };
}
