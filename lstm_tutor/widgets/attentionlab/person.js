// A date as a person reads it, in more forms than the translators were trained on: March 3 2011, 2011-03-03, 3 Mach 2011.

/** @typedef {import("./dates.js").Day} Day */
/** @typedef {Pick<import("./reading.js").About, "months" | "weekdays">} Names */

const LITTLE = ["of", "the", "on"];

/**
 * Whether a word is another but for one letter that is missing, too many or wrong.
 * @param {string} a
 * @param {string} b
 */
export function isNear(a, b) {
  let k = 0;
  while (k < a.length && a[k] === b[k]) k++;
  const [restA, restB] = [a.slice(k), b.slice(k)];
  return restA.slice(1) === restB.slice(1) || restA === restB.slice(1) || restA.slice(1) === restB;
}

/**
 * The month that a word means, from 1: its name, how that begins, or its name with one letter wrong; 0 for none.
 * @param {string} word  in lower case
 * @param {readonly string[]} months
 */
export function monthOf(word, months) {
  const names = months.map((name) => name.toLowerCase());
  if (word.length < 3) return 0;
  const begins = names.findIndex((name) => name.startsWith(word));
  if (begins >= 0 || word.length === 3) return begins + 1;
  const near = names.filter((name) => isNear(word, name));
  return near.length === 1 ? names.indexOf(near[0]) + 1 : 0;
}

/** Three numbers without a month's name: with slashes the month comes first, with dots the day, as in the training. */
function dayOf(/** @type {string[]} */ numbers, /** @type {string} */ text) {
  const [a, b, c] = numbers.map(Number);
  const [first, , last] = numbers.map(({ length }) => length);
  if (first === 4 && last <= 2) return { year: a, month: b, day: c };
  if (last !== 4 || first > 2) return null;
  const [monthFirst, dayFirst] = [
    { year: c, month: a, day: b },
    { year: c, month: b, day: a },
  ];
  if (text.includes("/") !== text.includes(".")) return text.includes("/") ? monthFirst : dayFirst;
  if (a > 12 || a === b) return dayFirst;
  return b > 12 ? monthFirst : null; // 3-12-2011 may mean either
}

/**
 * The day that a person reads in a text; null where that is no day, or more than one.
 * @param {string} text
 * @param {Names} names
 * @returns {Day | null}
 */
export function dayReadIn(text, { months, weekdays }) {
  const plain = text.toLowerCase().replace(/(\d)(?:st|nd|rd|th)(?![a-z])/g, "$1");
  const isWeekday = (/** @type {string} */ word) =>
    word.length >= 3 && weekdays.some((name) => name.toLowerCase().startsWith(word));
  const words = (plain.match(/[a-z]+/g) ?? []).filter((word) => !LITTLE.includes(word) && !isWeekday(word));
  const numbers = plain.match(/\d+/g) ?? [];
  if (!words.length && numbers.length === 3 && numbers[1].length <= 2) return dayOf(numbers, plain);
  const month = words.length === 1 ? monthOf(words[0], months) : 0;
  const year = numbers.find(({ length }) => length === 4);
  const day = numbers.find(({ length }) => length <= 2);
  return month && year && day && numbers.length === 2 ? { year: Number(year), month, day: Number(day) } : null;
}
