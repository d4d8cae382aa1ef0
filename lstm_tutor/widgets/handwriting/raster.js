// Strokes of a pen as a grey picture, and the picture as strips of two columns: lstm_tutor.tasks.handwriting.

export const [ROWS, WIDE, MARGIN, INK] = [20, 2, 2, 0.3];

/**
 * @typedef {number[]} Stroke  x, y, x, y, ...
 * @typedef {{ink: Float64Array, rows: number, columns: number, scale: number, left: number}} Picture  a place x of the
 *     strokes is column `(x - left) * scale`
 * @typedef {{x: Float64Array, T: number, left: number, step: number}} Strips  `x`: (T, 40); strip t begins at
 *     `left + t * step` of the strokes' units
 */

/** The smallest box around strokes: [left, top, right, bottom]. @param {Stroke[]} strokes */
export function boxOf(strokes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let k = 0; k < stroke.length; k += 2) {
      left = Math.min(left, stroke[k]);
      right = Math.max(right, stroke[k]);
      top = Math.min(top, stroke[k + 1]);
      bottom = Math.max(bottom, stroke[k + 1]);
    }
  }
  return [left, top, right, bottom];
}

/**
 * Strokes drawn `rows` high; a pixel at distance d from the nearest line has ink clip(w/2 - d + 1/2, 0, 1).
 * @param {Stroke[]} strokes
 * @param {{rows: number, thickness: number, leastHeight: number}} options
 * @returns {Picture}
 */
export function pictureOf(strokes, { rows, thickness, leastHeight }) {
  const [x0, y0, x1, y1] = boxOf(strokes);
  const width = thickness * rows;
  const scale = (rows - width) / (Math.max(y1 - y0, leastHeight) || x1 - x0 || 1);
  const top = (rows - (y1 - y0) * scale) / 2;
  const columns = Math.ceil((x1 - x0) * scale + width) + 2;
  const ink = new Float64Array(rows * columns);
  const reach = width / 2 + 0.5; // what is farther from a line has none of its ink
  for (const stroke of strokes) {
    for (let k = 0; k < stroke.length; k += 2) {
      const next = Math.min(k + 2, stroke.length - 2);
      const ax = (stroke[k] - x0) * scale + (1 + width / 2);
      const ay = (stroke[k + 1] - y0) * scale + top;
      const bx = (stroke[next] - x0) * scale + (1 + width / 2);
      const by = (stroke[next + 1] - y0) * scale + top;
      const [dx, dy] = [bx - ax, by - ay];
      const length = dx * dx + dy * dy || 1;
      const firstRow = Math.max(Math.floor(Math.min(ay, by) - reach), 0);
      const lastRow = Math.min(Math.ceil(Math.max(ay, by) + reach), rows);
      const firstColumn = Math.max(Math.floor(Math.min(ax, bx) - reach), 0);
      const lastColumn = Math.min(Math.ceil(Math.max(ax, bx) + reach), columns);
      for (let row = firstRow; row < lastRow; row++) {
        const y = row + 0.5;
        for (let column = firstColumn; column < lastColumn; column++) {
          const x = column + 0.5;
          const along = Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1);
          const [fromX, fromY] = [x - ax - along * dx, y - ay - along * dy];
          const here = Math.min(reach - Math.sqrt(fromX * fromX + fromY * fromY), 1);
          const at = row * columns + column;
          if (here > ink[at]) ink[at] = here;
        }
      }
    }
  }
  return { ink, rows, columns, scale, left: x0 - (1 + width / 2) / scale };
}

/** The first and the last of `count` lines that a function finds ink on. @param {number} count @param {(k: number) => boolean} hasInk */
function extent(count, hasInk) {
  let [first, last] = [0, count - 1];
  while (!hasInk(first)) first++;
  while (!hasInk(last)) last--;
  return [first, last];
}

/**
 * The shares of old pixels in `count` new ones, from `start` on: for each, its first old pixel and the shares from there.
 * @param {number} size  old pixels
 * @param {number} count
 * @param {number} start
 * @param {number} scale
 */
function areas(size, count, start, scale) {
  return Array.from({ length: count }, (_, k) => {
    const [from, to] = [start + k / scale, start + (k + 1) / scale];
    const first = Math.max(Math.floor(from), 0);
    const end = Math.min(Math.ceil(to), size);
    const shares = [];
    for (let old = first; old < end; old++) shares.push((Math.min(to, old + 1) - Math.max(from, old)) * scale);
    return { first, shares };
  });
}

/**
 * A picture cut to its ink and scaled to 20 rows, as strips of two columns, with two of paper at either end.
 * @param {Picture} picture  with ink in it
 * @param {number} leastRows  a flatter one gets paper above and below
 * @returns {Strips}
 */
export function stripsOf({ ink, rows, columns, scale, left: origin }, leastRows) {
  const [top, bottom] = extent(rows, (row) => {
    for (let column = 0; column < columns; column++) if (ink[row * columns + column] > INK) return true;
    return false;
  });
  const [left, right] = extent(columns, (column) => {
    for (let row = 0; row < rows; row++) if (ink[row * columns + column] > INK) return true;
    return false;
  });
  const [height, width] = [bottom - top + 1, right - left + 1];
  const tall = Math.max(height, leastRows);
  const shrink = ROWS / tall;
  const steps = Math.ceil((width * shrink) / WIDE);
  const byRow = areas(rows, ROWS, top - (tall - height) / 2, shrink);
  const byColumn = areas(columns, steps * WIDE, left, shrink);
  const T = steps + 2 * MARGIN;
  const x = new Float64Array(T * ROWS * WIDE);
  byColumn.forEach(({ first: column, shares: across }, k) => {
    byRow.forEach(({ first: row, shares: down }, r) => {
      let sum = 0;
      for (let i = 0; i < down.length; i++) {
        for (let j = 0; j < across.length; j++) sum += down[i] * across[j] * ink[(row + i) * columns + column + j];
      }
      x[(k + WIDE * MARGIN) * ROWS + r] = sum;
    });
  });
  const step = WIDE / shrink / scale;
  return { x, T, left: origin + left / scale - MARGIN * step, step };
}
