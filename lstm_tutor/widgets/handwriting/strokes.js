// Strokes as state: how they are written in a link, cut to their first points, and written for the reader.

/** @typedef {import("./raster.js").Stroke} Stroke */

export const [RIGHT, BOTTOM] = [1200, 600]; // the largest coordinates
export const [MOST_STROKES, MOST_POINTS] = [60, 1500];
const [HIGH, TOP, LEFT, GAP] = [190, 55, 60, 55]; // of a number written for the reader

/** @param {Stroke[]} strokes */
export const countPoints = (strokes) => strokes.reduce((sum, { length }) => sum + length / 2, 0);

/** The first points of all, in the order of writing. @param {Stroke[]} strokes @param {number} points @returns {Stroke[]} */
export function firstPoints(strokes, points) {
  const shown = [];
  let left = points;
  for (const stroke of strokes) {
    if (left <= 0) break;
    shown.push(stroke.length / 2 <= left ? stroke : stroke.slice(0, 2 * left));
    left -= stroke.length / 2;
  }
  return shown;
}

/**
 * In a link, `60_55_60_245.120_55`: a stroke's numbers between underscores, strokes between points.
 * @returns {import("../js/kit/address.js").Field}
 */
export const asStrokes = () => ({
  parse(text) {
    if (text === "") return [];
    const strokes = text.split(".").map((part) => part.split("_"));
    const fits =
      strokes.length <= MOST_STROKES &&
      strokes.every(
        (numbers) =>
          numbers.length % 2 === 0 &&
          numbers.every((one, k) => /^\d{1,4}$/.test(one) && Number(one) <= (k % 2 ? BOTTOM : RIGHT)),
      );
    const read = fits ? strokes.map((numbers) => numbers.map(Number)) : undefined;
    return read && countPoints(read) <= MOST_POINTS ? read : undefined;
  },
  format: (strokes) => strokes.map((/** @type {Stroke} */ stroke) => stroke.join("_")).join("."),
});

/**
 * A number's strokes from stored examples, 1000 high; a digit that comes again is written in its other form, and a number that is
 * wider than the field is made smaller. `Handwriting.number` in Python, for numbers that fit.
 * @param {string} text
 * @param {Record<string, Stroke[][]>} examples  1000 high
 * @param {number} [width]  of the field
 * @returns {Stroke[]}
 */
export function written(text, examples, width = RIGHT) {
  let left = LEFT;
  /** @type {Stroke[]} */
  const strokes = [];
  [...text].forEach((digit, k) => {
    const form = examples[digit][(text.slice(0, k).split(digit).length - 1) % 2];
    const low = Math.min(...form.flatMap((stroke) => stroke.filter((_, j) => j % 2 === 0)));
    let right = left;
    for (const stroke of form) {
      const moved = stroke.map((value, j) => {
        const place = j % 2 ? TOP + (value * HIGH) / 1000 : left + ((value - low) * HIGH) / 1000;
        return Math.floor(place + 0.5);
      });
      right = Math.max(right, ...moved.filter((_, j) => j % 2 === 0));
      strokes.push(moved);
    }
    left = right + GAP;
  });
  const fit = Math.min((width - 20) / (left - GAP + LEFT / 2), 1);
  return fit === 1 ? strokes : strokes.map((stroke) => stroke.map((value) => Math.floor(value * fit + 0.5)));
}
