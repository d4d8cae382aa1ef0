// Parameters as Python sends them: one array behind the other, in a row.

/**
 * The arrays in a row of numbers, by name, each a copy.
 * @param {ArrayLike<number>} row
 * @param {Iterable<[string, number[]]>} shapes  of the arrays, in their order
 * @returns {Record<string, Float64Array>}
 */
export function partsOf(row, shapes) {
  const numbers = Float64Array.from(row);
  let at = 0;
  /** @type {Record<string, Float64Array>} */
  const parts = {};
  for (const [name, shape] of shapes) {
    const size = shape.reduce((product, length) => product * length, 1);
    parts[name] = numbers.slice(at, at + size);
    at += size;
  }
  if (at !== numbers.length) throw new Error(`expected ${at} parameters, got ${numbers.length}`);
  return parts;
}
