// Characters: how a typed text becomes what the model can read, and where its places are in a text field.

/**
 * @typedef {{alphabet: string, signs: Record<string, string>}} Known  `signs`: what stands for one of the alphabet's
 */

/**
 * The sign that the model reads in place of a typed one: of the alphabet always.
 * @param {string} sign one code point
 * @param {Known} known
 */
export function knownSign(sign, { alphabet, signs }) {
  if (alphabet.includes(sign)) return sign;
  if (Object.hasOwn(signs, sign)) return signs[sign];
  const first = String.fromCodePoint(/** @type {number} */ (sign.normalize("NFKD").codePointAt(0)));
  if (alphabet.includes(first)) return first;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python's isspace has them
  return /[\p{White_Space}\x1c-\x1f]/u.test(sign) ? " " : "?";
}

/**
 * A text as the model reads it.
 * @param {string} text
 * @param {Known} known
 */
export function readable(text, known) {
  const typed = Array.from(text);
  const read = typed.map((sign) => knownSign(sign, known));
  /** @type {Map<string, string>} */
  const replaced = new Map();
  typed.forEach((sign, t) => {
    if (sign !== read[t]) replaced.set(sign, read[t]);
  });
  return { typed, codes: read.map((sign) => known.alphabet.indexOf(sign)), replaced };
}

/**
 * A place in a text field, counted in UTF-16 units, as a number of characters.
 * @param {string} text
 * @param {number} units
 */
export const pointsAt = (text, units) => Array.from(text.slice(0, units)).length;

/** A number of characters as a place in a text field. @param {string} text @param {number} points */
export const unitsAt = (text, points) => Array.from(text).slice(0, points).join("").length;
