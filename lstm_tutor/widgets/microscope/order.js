// Which units are alike: correlations of their values over a text, and an order in which neighbors do the same.

const FLAT = 1e-12;

/**
 * Each unit's values, moved to mean 0 and scaled to mean square 1; zeros for a constant: (H) arrays (T).
 * @param {Float64Array} values (T, H)
 * @param {number} H
 */
export function standardized(values, H) {
  const T = values.length / H;
  return Array.from({ length: H }, (_, unit) => {
    const series = Float64Array.from({ length: T }, (_, t) => values[t * H + unit]);
    const mean = series.reduce((sum, value) => sum + value, 0) / T;
    const deviation = Math.sqrt(series.reduce((sum, value) => sum + (value - mean) ** 2, 0) / T);
    return deviation > FLAT ? series.map((value) => (value - mean) / deviation) : new Float64Array(T);
  });
}

/**
 * Pearson's correlations of all pairs of units, (H) arrays (H).
 * @param {Float64Array} values (T, H)
 * @param {number} H
 */
export function correlations(values, H) {
  const units = standardized(values, H);
  const T = values.length / H;
  const table = units.map(() => new Float64Array(H));
  for (let a = 0; a < H; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let t = 0; t < T; t++) sum += units[a][t] * units[b][t];
      table[a][b] = table[b][a] = sum / T;
    }
  }
  return table;
}

/**
 * The units in an order in which neighbors are alike. Average linkage: the two chains whose units are, on average, most
 * correlated are joined, again and again, turned so that the likest of their ends meet. Of equals the first is taken,
 * and at last the lower-numbered end is put first.
 * @param {Float64Array} values (T, H)
 * @param {number} H
 * @returns {number[]}
 */
export function similarityOrder(values, H) {
  const likeness = correlations(values, H);
  const between = likeness.map((row) => Float64Array.from(row));
  /** @type {(number[] | null)[]} */
  const chains = Array.from({ length: H }, (_, unit) => [unit]);
  for (let left = H; left > 1; left--) {
    let best = { a: -1, b: -1, mean: Number.NEGATIVE_INFINITY };
    for (let a = 0; a < H; a++) {
      if (!chains[a]) continue;
      for (let b = a + 1; b < H; b++) if (chains[b] && between[a][b] > best.mean) best = { a, b, mean: between[a][b] };
    }
    const { a, b } = best;
    const [one, two] = [/** @type {number[]} */ (chains[a]), /** @type {number[]} */ (chains[b])];
    for (let k = 0; k < H; k++) {
      between[a][k] = (one.length * between[a][k] + two.length * between[b][k]) / (one.length + two.length);
    }
    for (let k = 0; k < H; k++) between[k][a] = between[a][k];
    chains[a] = join(one, two, likeness);
    chains[b] = null;
  }
  const chain = chains[0] ?? [];
  return chain[0] <= chain[chain.length - 1] ? chain : chain.reverse();
}

/** @param {number[]} one @param {number[]} two @param {Float64Array[]} likeness */
function join(one, two, likeness) {
  const [back, kcab] = [one.slice().reverse(), two.slice().reverse()];
  const turned = [
    [one, two],
    [back, two],
    [one, kcab],
    [back, kcab],
  ];
  const meeting = turned.map(([first, second]) => likeness[first[first.length - 1]][second[0]]);
  return turned[meeting.indexOf(Math.max(...meeting))].flat();
}
