// The written forms that the translators were trained on: a date in such a form, and the date in a text of such a form.

import { dayReadIn } from "./person.js";

/** @typedef {import("./reading.js").About} About */
/** @typedef {{year: number, month: number, day: number}} Day */
/**
 * What is known of a text: `answer`, the date it means, as the norm has it; `""` if it means none. `form`: of the
 * training, null if it is another. `same`: exactly as in the training, but for the day itself; else `why` says what is
 * different.
 * @typedef {{form: string | null, answer: string, same: boolean, why: string}} Verdict
 */

const two = (/** @type {number} */ n) => String(n).padStart(2, "0");

/** @param {Day} day */
export const norm = ({ year, month, day }) => `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;

/** @param {string} iso @returns {Day} */
export function fromNorm(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return { year, month, day };
}

/** The day of a date that exists, as JavaScript has it; null for 31 February. @param {Day} day */
function existing({ year, month, day }) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : null;
}

/** @param {Day} day @param {readonly string[]} weekdays */
export const weekdayOf = (day, weekdays) => weekdays[((existing(day)?.getUTCDay() ?? 0) + 6) % 7]; // from Sunday on

/** @param {number} n */
export function ordinal(n) {
  const ending = n >= 11 && n <= 13 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th");
  return `${n}${ending}`;
}

/**
 * A date in one of the forms and cases: lstm_tutor.tasks.date_text.
 * @param {Day} date
 * @param {string} form
 * @param {string} style  "usual", "upper" or "lower"
 * @param {Pick<About, "months" | "weekdays">} names
 */
export function dateText(date, form, style, { months, weekdays }) {
  const { year, month, day } = date;
  const [name, weekday] = [months[month - 1], weekdayOf(date, weekdays)];
  /** @type {Record<string, string>} */
  const parts = {
    y: String(year).padStart(4, "0"),
    m: String(month),
    d: String(day),
    mm: two(month),
    dd: two(day),
    month: name,
    mon: name.slice(0, 3),
    weekday,
    day: weekday.slice(0, 3),
    nth: ordinal(day),
  };
  const text = form.replace(/\{(\w+)\}/g, (_, part) => parts[part]);
  return style === "upper" ? text.toUpperCase() : style === "lower" ? text.toLowerCase() : text;
}

/**
 * What in a text stands for each part of a form, whatever its case; null if it is not of the form.
 * @param {string} text
 * @param {string} form
 * @param {Pick<About, "months" | "weekdays">} names
 * @returns {Day | null}
 */
export function dayIn(text, form, { months, weekdays }) {
  const short = (/** @type {readonly string[]} */ list) => list.map((name) => name.slice(0, 3)).join("|");
  /** @type {Record<string, string>} */
  const patterns = {
    y: "(?<year>\\d{4})",
    m: "(?<month>\\d\\d?)",
    d: "(?<day>\\d\\d?)",
    mm: "(?<month>\\d\\d)",
    dd: "(?<day>\\d\\d)",
    month: `(?<name>${months.join("|")})`,
    mon: `(?<name>${short(months)})`,
    weekday: `(?:${weekdays.join("|")})`,
    day: `(?:${short(weekdays)})`,
    nth: "(?<day>\\d\\d?)(?:st|nd|rd|th)",
  };
  const pattern = form.replace(/[.]/g, "\\.").replace(/\{(\w+)\}/g, (_, part) => patterns[part]);
  const found = new RegExp(`^${pattern}$`, "i").exec(text)?.groups;
  if (!found) return null;
  const named = months.findIndex((name) => name.slice(0, 3).toLowerCase() === found.name?.slice(0, 3).toLowerCase());
  return { year: Number(found.year), month: found.name ? named + 1 : Number(found.month), day: Number(found.day) };
}

/**
 * Which date a text means, and whether it is written as those of the training were.
 * @param {string} text
 * @param {Pick<About, "forms" | "cases" | "months" | "weekdays" | "years">} about
 * @returns {Verdict}
 */
export function verdictOn(text, about) {
  /** @type {Verdict} */
  let best = { form: null, answer: "", same: false, why: "" };
  for (const form of about.forms) {
    const day = dayIn(text, form, about);
    if (!day) continue;
    if (!existing(day)) {
      if (!best.form) best = { form, answer: "", same: false, why: "There is no such day" };
      continue;
    }
    const answer = norm(day);
    const texts = about.cases.map((style) => dateText(day, form, style, about));
    const inRange = day.year >= about.years[0] && day.year <= about.years[1];
    if (texts.includes(text) && inRange) return { form, answer, same: true, why: "" };
    const why = !texts.some((each) => each.toLowerCase() === text.toLowerCase())
      ? mistake(day, form, text, about)
      : !inRange
        ? `It was trained on the years ${about.years[0]} to ${about.years[1]} only`
        : "It was trained on all upper case, all lower case and the usual, not on this mixture";
    if (!best.answer) best = { form, answer, same: false, why };
  }
  if (best.form) return best;
  const day = dayReadIn(text, about);
  const answer = day && existing(day) ? norm(day) : "";
  const why = `None of its ${about.forms.length} forms${answer ? `, but it reads as ${answer}` : ""}`;
  return { form: null, answer, same: false, why };
}

/**
 * What a text has different from a date in its form.
 * @param {Day} day
 * @param {string} form
 * @param {string} text
 * @param {Pick<About, "months" | "weekdays">} about
 */
function mistake(day, form, text, about) {
  if (form.includes("{nth}") && !text.toLowerCase().includes(ordinal(day.day)))
    return `The training had ${ordinal(day.day)}`;
  if (/\{(week)?day\}/.test(form)) return `That day is a ${weekdayOf(day, about.weekdays)}`;
  return "The training had no zero here before a single digit";
}

/**
 * What was written is judged where something is known of the text.
 * @param {string} written
 * @param {Verdict} verdict
 * @param {string | null} [before]  what was written before the reader erased characters
 * @returns {{right: boolean | null, text: string}}  null: neither right nor wrong
 */
export function judged(written, { form, answer }, before = null) {
  const right = written === answer;
  if (form && answer) return { right, text: right ? "right" : `wrong: it should be ${answer}` };
  if (before !== null)
    return { right: null, text: written === before ? "as before the erasing" : `before the erasing: ${before}` };
  if (answer) return { right, text: right ? `right: it reads as ${answer}` : `wrong: it reads as ${answer}` };
  return { right: null, text: form ? "no such day" : "no right answer" };
}
