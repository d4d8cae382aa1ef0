// What of a typed text is read: lstm_tutor.widgets.attentionlab.reading.readable, and what became of each character.

/**
 * @typedef {{
 *   characters: string, symbols: string, start: number, stop: number, most: number, longest: number, typed: number,
 *   stand_ins: Record<string, string>, years: [number, number], forms: string[], cases: string[], months: string[],
 *   weekdays: string[], days: string[], outside: string[], models: Record<string, any>,
 * }} About  what Python says of the task
 * @typedef {{typed: string, read: string, why: "" | "replaced" | "unknown" | "too long"}} Piece
 */

/**
 * Each typed character, and what is read of it.
 * @param {string} text
 * @param {Pick<About, "characters" | "stand_ins" | "longest">} about
 * @returns {Piece[]}
 */
export function pieces(text, { characters, stand_ins, longest }) {
  let room = longest;
  return Array.from(text, (typed) => {
    const parts = Array.from((stand_ins[typed] ?? typed).normalize("NFKD"));
    const known = parts.filter((part) => characters.includes(part));
    const read = known.slice(0, room).join("");
    room -= read.length;
    const why = read === typed ? "" : read ? "replaced" : known.length ? "too long" : "unknown";
    return { typed, read, why };
  });
}

/** @param {Piece[]} all */
export const readOf = (all) => all.map(({ read }) => read).join("");

/** The text without the character that was read at a place. @param {Piece[]} all @param {number} place */
export function without(all, place) {
  let at = 0;
  return all
    .filter(({ read }) => {
      const here = place >= at && place < at + read.length;
      at += read.length;
      return !here;
    })
    .map(({ typed }) => typed)
    .join("");
}

/**
 * What was replaced or left out, in words; "" if all is read as it was typed.
 * @param {Piece[]} all
 * @param {number} longest
 */
export function changesOf(all, longest) {
  const said = [];
  const first = (/** @type {string} */ why) => [
    ...new Map(all.filter((piece) => piece.why === why).map((piece) => [piece.typed, piece])).values(),
  ];
  const replaced = first("replaced");
  const unknown = first("unknown");
  if (replaced.length) {
    said.push(
      `Read as another: ${replaced.map(({ typed, read }) => `${named(typed)} as ${quoted(read)}`).join(", ")}.`,
    );
  }
  if (unknown.length) {
    const several = unknown.length > 1;
    said.push(
      `Left out, because no date of its training had ${several ? "them" : "it"}: ${unknown
        .map(({ typed }) => named(typed))
        .join(", ")}.`,
    );
  }
  if (all.some(({ why }) => why === "too long")) {
    said.push(`Only the first ${longest} characters are read.`);
  }
  return said.join(" ");
}

const NAMES = /** @type {Record<string, string>} */ ({
  " ": "space",
  "\t": "a tab",
  "\n": "a line break",
  "\r": "a line break",
});

/** A character in quotes, or its name where it has no look. @param {string} sign */
export function named(sign) {
  if (NAMES[sign]) return NAMES[sign];
  if (/^[\p{C}\p{Z}\p{M}]$/u.test(sign))
    return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return quoted(sign);
}

/** @param {string} text */
const quoted = (text) => (text === " " ? "a space" : `“${text}”`);
