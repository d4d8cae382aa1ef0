// A sentence as the reader edits it: lists of words, each edit a new list.

export const LONGEST = 14;

/**
 * What a typed line means: the words that are known, and those that are not.
 * @param {string} typed
 * @param {readonly string[]} vocabulary
 */
export function parse(typed, vocabulary) {
  const found = typed
    .toLowerCase()
    .split(/[^\p{L}\p{N}<>&'"-]+/u)
    .filter(Boolean);
  const words = found.filter((word) => vocabulary.includes(word));
  return {
    words: words.slice(0, LONGEST),
    unknown: [...new Set(found.filter((word) => !vocabulary.includes(word)))],
    tooMany: Math.max(words.length - LONGEST, 0),
  };
}

/** What is said of a typed line: "" if all of it is read. @param {ReturnType<typeof parse>} parsed */
export function refusal({ unknown, tooMany }) {
  const reasons = [];
  if (unknown.length)
    reasons.push(`The models do not know ${unknown.join(", ")}, and leave ${unknown.length > 1 ? "them" : "it"} out.`);
  if (tooMany) reasons.push(`${LONGEST} words are the most.`);
  return reasons.join(" ");
}

/** A sentence in a link. @param {readonly string[]} vocabulary @returns {import("../js/kit/address.js").Field} */
export const asSentence = (vocabulary) => ({
  parse(text) {
    const words = text.split(" ");
    return words.length <= LONGEST && words.every((word) => vocabulary.includes(word)) ? text : undefined;
  },
  format: String,
});

/** @param {readonly string[]} words @param {number} at @param {string} word */
export const replaced = (words, at, word) => words.map((old, k) => (k === at ? word : old));

/** A word put in behind another. @param {readonly string[]} words @param {number} at @param {string} word */
export const inserted = (words, at, word) =>
  words.length < LONGEST ? [...words.slice(0, at + 1), word, ...words.slice(at + 1)] : [...words];

/** One word stays at least. @param {readonly string[]} words @param {number} at */
export const removed = (words, at) => (words.length > 1 ? words.filter((_, k) => k !== at) : [...words]);

/**
 * A word taken from one place and put at another.
 * @param {readonly string[]} words
 * @param {number} from
 * @param {number} to
 */
export function moved(words, from, to) {
  if (to < 0 || to >= words.length) return [...words];
  const rest = words.filter((_, k) => k !== from);
  return [...rest.slice(0, to), words[from], ...rest.slice(to)];
}

/**
 * Where a dragged word goes: the word under the pointer, once the pointer has passed its middle.
 * @param {{left: number, right: number, top: number, bottom: number}[]} boxes
 * @param {number} from
 * @param {number} x
 * @param {number} y
 */
export function placeFor(boxes, from, x, y) {
  const at = boxes.findIndex(({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom);
  if (at < 0 || at === from) return from;
  const middle = (boxes[at].left + boxes[at].right) / 2;
  return at > from === x > middle || boxes[at].top !== boxes[from].top ? at : from;
}
