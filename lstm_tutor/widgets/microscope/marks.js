// Marks on a text: which units follow them, what chance would do, and where else a unit does the same.

const FLAT = 1e-12;
const FEWEST_SHIFTS = 20;
const ROUNDING = 1e-9;

/** @typedef {[number, number]} Range  [start, end), in characters */
/** @typedef {{start: number, length: number}} Run */

/**
 * Ranges sorted, cut to the text, and joined where they touch.
 * @param {readonly (readonly number[])[]} ranges
 * @param {number} length
 * @returns {Range[]}
 */
export function tidy(ranges, length) {
  const cut = ranges.map(([start, end]) => /** @type {Range} */ ([Math.max(start, 0), Math.min(end, length)]));
  /** @type {Range[]} */
  const joined = [];
  for (const [start, end] of cut.filter(([a, b]) => a < b).sort((a, b) => a[0] - b[0])) {
    const last = joined[joined.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** 1 for marked characters, else 0. @param {readonly (readonly number[])[]} ranges @param {number} length */
export function maskOf(ranges, length) {
  const mask = new Uint8Array(length);
  for (const [start, end] of ranges) mask.fill(1, start, end);
  return mask;
}

/**
 * What an edit has changed: from `head` on, up to `cutEnd` before it and `newEnd` after it.
 * @param {readonly unknown[]} before the characters before the edit
 * @param {readonly unknown[]} after
 */
export function changeOf(before, after) {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { head, cutEnd: before.length - tail, newEnd: after.length - tail };
}

/**
 * Ranges after an edit: what stands behind it moves along, what was cut out is gone.
 * @param {readonly (readonly number[])[]} ranges
 * @param {readonly unknown[]} before the characters before the edit
 * @param {readonly unknown[]} after
 * @returns {Range[]}
 */
export function follow(ranges, before, after) {
  const { head, cutEnd } = changeOf(before, after);
  const shift = after.length - before.length;
  const moved = (/** @type {boolean} */ stays, /** @type {number} */ place, /** @type {number} */ inside) =>
    stays ? place : place >= cutEnd ? place + shift : inside;
  const behind = ranges.map(([start, end]) => [
    moved(start < head, start, cutEnd + shift),
    moved(end <= head, end, head),
  ]);
  return tidy(behind, after.length);
}

/** Runs of what is true, the longest first, of equals the first. @param {ArrayLike<unknown>} flags @returns {Run[]} */
export function runs(flags) {
  /** @type {Run[]} */
  const found = [];
  for (let t = 0; t < flags.length; t++) {
    if (!flags[t]) continue;
    const start = t;
    while (t < flags.length && flags[t]) t++;
    found.push({ start, length: t - start });
  }
  return found.sort((a, b) => b.length - a.length || a.start - b.start);
}

/**
 * @typedef {object} Scores
 * @property {Float64Array} correlation  (H), Pearson's, between a unit's values and the mark
 * @property {number} shifts  how many other places the mark was shifted to; 0 if there were too few
 * @property {Int32Array} asGood  (H), at how many of them the unit follows at least as closely, by size
 * @property {number} bestAsGood  at how many of them any unit follows as closely as the best one does here
 * @property {number} chance  the size that the best of all units stays under at 95 % of them; NaN without shifts
 */

/**
 * Hold each unit against a mark, and against the same mark shifted around the text, its end joined to its beginning: by
 * all shifts by which no marked run covers a part of itself. lstm_tutor.widgets.microscope.measures says why.
 * @param {Float64Array} values (T, H)
 * @param {number} H
 * @param {Uint8Array} mask (T)
 * @returns {Scores}
 */
export function scoreMark(values, H, mask) {
  const T = mask.length;
  const none = { shifts: 0, asGood: new Int32Array(H), bestAsGood: 0, chance: Number.NaN };
  const correlation = new Float64Array(H);
  const marked = runs(mask);
  const inside = marked.reduce((sum, { length }) => sum + length, 0);
  if (inside === 0 || inside === T) return { correlation, ...none };
  const share = inside / T;
  const spread = Math.sqrt(share * (1 - share));
  // Sums over the first t characters, twice around, so that a shifted run is one difference.
  const sums = Array.from({ length: H }, (_, unit) => prefixSums(values, H, unit));
  const scale = sums.map(({ mean, deviation }) => ({ mean, by: deviation > FLAT ? 1 / (deviation * spread) : 0 }));
  const at = (/** @type {number} */ unit, /** @type {number} */ shift) => {
    const { total } = sums[unit];
    let sum = 0;
    for (const { start, length } of marked) sum += total[start + shift + length] - total[start + shift];
    return (sum / T - scale[unit].mean * share) * scale[unit].by;
  };
  for (let unit = 0; unit < H; unit++) correlation[unit] = at(unit, 0);
  const longest = marked[0].length;
  const shifts = T - 2 * longest + 1;
  if (shifts < FEWEST_SHIFTS) return { correlation, ...none };
  const size = correlation.map((r) => Math.abs(r) - ROUNDING);
  const most = Math.max(...size);
  const asGood = new Int32Array(H);
  const best = new Float64Array(shifts);
  for (let s = 0; s < shifts; s++) {
    for (let unit = 0; unit < H; unit++) {
      const r = Math.abs(at(unit, longest + s));
      if (r >= size[unit]) asGood[unit]++;
      if (r > best[s]) best[s] = r;
    }
  }
  const bestAsGood = best.reduce((count, r) => count + (r >= most ? 1 : 0), 0);
  const chance = best.sort()[Math.ceil(0.95 * shifts - ROUNDING) - 1];
  return { correlation, shifts, asGood, bestAsGood, chance };
}

/** @param {Float64Array} values @param {number} H @param {number} unit */
function prefixSums(values, H, unit) {
  const T = values.length / H;
  let mean = 0;
  for (let t = 0; t < T; t++) mean += values[t * H + unit] / T;
  let square = 0;
  const total = new Float64Array(2 * T + 1);
  for (let t = 0; t < 2 * T; t++) {
    const value = values[(t % T) * H + unit];
    if (t < T) square += (value - mean) ** 2 / T;
    total[t + 1] = total[t] + value;
  }
  return { total, mean, deviation: Math.sqrt(square) };
}

/** Means of a series inside and outside a mark. @param {ArrayLike<number>} series @param {Uint8Array} mask */
export function means(series, mask) {
  const sum = [0, 0];
  const count = [0, 0];
  for (let t = 0; t < mask.length; t++) {
    sum[mask[t]] += series[t];
    count[mask[t]]++;
  }
  return { inside: sum[1] / count[1], outside: sum[0] / count[0] };
}

/**
 * Where else a unit is as much on as it is inside the mark (off, if it is lower inside than outside).
 * @param {ArrayLike<number>} series (T)
 * @param {Uint8Array} mask (T)
 */
export function places(series, mask) {
  const { inside, outside } = means(series, mask);
  if (!Number.isFinite(inside) || !Number.isFinite(outside)) return [];
  const reached = Array.from(
    mask,
    (marked, t) => !marked && (inside >= outside ? series[t] >= inside : series[t] <= inside),
  );
  return runs(reached);
}
