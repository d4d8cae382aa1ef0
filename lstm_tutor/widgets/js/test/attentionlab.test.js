// The attention lab's pure functions: what is read, which date is meant, where things stand, what is said.

import assert from "node:assert/strict";
import test from "node:test";
import { arcsOf, columnAt, layout, litOf, middle } from "../../attentionlab/arcs.js";
import { dateText, dayIn, judged, ordinal, verdictOn, weekdayOf } from "../../attentionlab/dates.js";
import { dayReadIn, isNear, monthOf } from "../../attentionlab/person.js";
import { changesOf, named, pieces, readOf, without } from "../../attentionlab/reading.js";
import { indexed, partsOf } from "../../attentionlab/walk.js";
import { lookersOf, looksOf, picture, placed, pointedAt } from "../../attentionlab/words.js";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const ABOUT = {
  characters: " ,-./0123456789MTadehrsuyoft",
  stand_ins: { "—": "-", "\t": " " },
  longest: 12,
  months: MONTHS,
  weekdays: WEEKDAYS,
  forms: [
    "{d} {month} {y}",
    "{weekday}, {nth} of {month} {y}",
    "{y}.{m}.{d}",
    "{dd}.{mm}.{y}",
    "{m}/{d}/{y}",
    "{y}{mm}{dd}",
    "{dd}-{mon}-{y}",
  ],
  cases: ["usual", "upper", "lower"],
  years: /** @type {[number, number]} */ ([1900, 2099]),
};

test("unknown characters are read as what stands in for them, as what they are made of, or not at all", () => {
  const all = pieces("3—á☂\t³q", ABOUT);
  assert.equal(readOf(all), "3-a 3");
  assert.deepEqual(
    all.map(({ why }) => why),
    ["", "replaced", "replaced", "unknown", "replaced", "replaced", "unknown"],
  );
  assert.equal(
    changesOf(all, 12),
    "Read as another: “—” as “-”, “á” as “a”, a tab as a space, “³” as “3”. " +
      "Left out, because no date of its training had them: “☂”, “q”.",
  );
  assert.equal(changesOf(pieces("3 May"[0], ABOUT), 12), "");
});

test("only the first characters are read, and it is said", () => {
  const all = pieces("1234567890123q", ABOUT);
  assert.equal(readOf(all), "123456789012");
  assert.deepEqual(
    all.slice(12).map(({ why }) => why),
    ["too long", "unknown"],
  );
  assert.match(changesOf(all, 12), /Only the first 12 characters are read\.$/);
});

test("a character is erased where it was typed, even behind one that is not read", () => {
  const all = pieces("3☂4☂5", ABOUT);
  assert.equal(without(all, 1), "3☂☂5");
  assert.equal(without(all, 0), "☂4☂5");
  assert.equal(without(pieces("½", ABOUT), 1), "");
});

test("characters without a look are named", () => {
  assert.deepEqual([" ", "\n", "\u0301", "\u200b", "<"].map(named), [
    "space",
    "a line break",
    "U+0301",
    "U+200B",
    "“<”",
  ]);
});

test("ordinals and weekdays", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31].map(ordinal), [
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "22nd",
    "23rd",
    "31st",
  ]);
  assert.equal(weekdayOf({ year: 2011, month: 3, day: 3 }, WEEKDAYS), "Thursday");
  assert.equal(weekdayOf({ year: 1900, month: 1, day: 1 }, WEEKDAYS), "Monday");
});

test("a date in a form is found again in it", () => {
  const day = { year: 2011, month: 9, day: 3 };
  for (const form of ABOUT.forms) {
    for (const style of ABOUT.cases) {
      const text = dateText(day, form, style, ABOUT);
      assert.deepEqual(dayIn(text, form, ABOUT), day, text);
      assert.deepEqual(
        { ...verdictOn(text, ABOUT), form: "" },
        { form: "", answer: "2011-09-03", same: true, why: "" },
        text,
      );
    }
  }
  assert.equal(dayIn("2011x9x3", "{y}.{m}.{d}", ABOUT), null);
});

for (const [text, answer, why] of [
  ["3 March 1492", "1492-03-03", /years 1900 to 2099 only/],
  ["31 February 2011", "", /no such day/],
  ["Monday, 3rd of March 2011", "2011-03-03", /a Thursday/],
  ["Thursday, 3th of March 2011", "2011-03-03", /had 3rd/],
  ["3 mArCh 2011", "2011-03-03", /mixture/],
  ["2011.03.03", "2011-03-03", /no zero/],
  ["2011-03-03", "2011-03-03", /None of its 7 forms, but it reads as 2011-03-03$/],
  ["march 3 2011", "2011-03-03", /None of its 7 forms, but it reads as 2011-03-03$/],
  ["2011-02-30", "", /None of its 7 forms$/],
  ["hello", "", /None of its 7 forms$/],
  ["", "", /None of its 7 forms$/],
]) {
  test(`“${text}” is not as in the training`, () => {
    const verdict = verdictOn(/** @type {string} */ (text), ABOUT);
    assert.equal(verdict.same, false);
    assert.equal(verdict.answer, answer);
    assert.match(verdict.why, /** @type {RegExp} */ (why));
  });
}

test("slashes put the month first, dots the day", () => {
  assert.equal(verdictOn("3/12/2011", ABOUT).answer, "2011-03-12");
  assert.equal(verdictOn("03.12.2011", ABOUT).answer, "2011-12-03");
});

test("a person reads a date in more forms than the training had, and none where there is none", () => {
  const read = (/** @type {string} */ text) => {
    const day = dayReadIn(text, ABOUT);
    return day && [day.year, day.month, day.day].join(" ");
  };
  for (const text of [
    "march 3 2011",
    "March 3rd, 2011",
    "MAR 3 2011",
    "the 3rd of march, 2011",
    "Thu 3 Mach 2011",
    "3 arch 2011",
    "Marchh 3, 2011",
    "2011-03-03",
    "2011-3-3",
    "2011 March 3",
    "2011.03.03",
    "3-3-2011",
    "03/03/2011",
  ])
    assert.equal(read(text), "2011 3 3", text);
  assert.equal(read("3 januari 2011"), "2011 1 3");
  assert.equal(read("13-12-2011"), "2011 12 13");
  assert.equal(read("12-13-2011"), "2011 12 13");
  assert.equal(read("3.12.2011"), "2011 12 3");
  assert.equal(read("3/12/2011"), "2011 3 12");
  for (const text of [
    "",
    "hello",
    "3-12-2011",
    "3 March 11",
    "March 2011",
    "3 March",
    "3 4 March 2011",
    "3 Jule 2011",
    "3 Ma 2011",
    "3 March May 2011",
    "3 cats 2011",
    "20110303",
    "3.3.11",
  ])
    assert.equal(read(text), null, text);
});

test("one letter that is missing, too many or wrong is near, two are not", () => {
  for (const word of ["march", "mach", "maarch", "marcj", "arch", "marc"]) assert.ok(isNear(word, "march"), word);
  for (const word of ["mah", "april", "hcram", "marchhh", ""]) assert.ok(!isNear(word, "march"), word);
  assert.deepEqual(
    ["sep", "sept", "mai", "ja", "juny", "decembre"].map((word) => monthOf(word, MONTHS)),
    [9, 9, 0, 0, 0, 0],
  );
});

test("what was written is judged by what is known of the text", () => {
  const of = (/** @type {string} */ text, written = "2011-03-03", before = /** @type {string | null} */ (null)) =>
    judged(written, verdictOn(text, ABOUT), before);
  assert.deepEqual(of("3 March 2011"), { right: true, text: "right" });
  assert.deepEqual(of("3 March 2011", "2011-03-13"), { right: false, text: "wrong: it should be 2011-03-03" });
  assert.deepEqual(of("march 3 2011"), { right: true, text: "right: it reads as 2011-03-03" });
  assert.deepEqual(of("2011-03-03"), { right: true, text: "right: it reads as 2011-03-03" });
  assert.deepEqual(of("2011-03-03", "2011-03-13"), { right: false, text: "wrong: it reads as 2011-03-03" });
  assert.deepEqual(of("hello"), { right: null, text: "no right answer" });
  assert.deepEqual(of("31 February 2011"), { right: null, text: "no such day" });
  assert.deepEqual(of("rd of March 2011", "2011-03-03", "2011-03-03"), { right: null, text: "as before the erasing" });
  assert.deepEqual(of("Mach", "2011-01-03", "2011-03-03"), { right: null, text: "before the erasing: 2011-03-03" });
  assert.deepEqual(of("3 March 2011", "2011-03-03", "2011-03-13"), { right: true, text: "right" });
});

for (const form of ABOUT.forms)
  test(`whatever is erased of “${form}”, it is judged`, () => {
    const text = dateText({ year: 2011, month: 3, day: 23 }, form, "usual", ABOUT);
    for (let place = 0; place < text.length; place++) {
      const rest = text.slice(0, place) + text.slice(place + 1);
      const { text: words } = judged("2011-03-23", verdictOn(rest, ABOUT), "2011-03-23");
      assert.match(words, /^(right|wrong: it should be .*|as before the erasing)$/, rest);
    }
  });

const step = (/** @type {string} */ symbol, /** @type {number[]} */ weights, /** @type {number[]} */ shares) => ({
  symbol,
  weights: Float64Array.from(weights),
  shares: Float64Array.from(shares),
});
const TRANSLATION = /** @type {any} */ ({
  text: "a b",
  written: "1",
  before: true,
  directions: 2,
  finished: true,
  logProbability: -0.1,
  steps: [step("1", [0.9, 0.04, 0.06], [0.1, 0.8, 0.05, 0.05]), step("$", [0.01, 0.96, 0.03], [0, 0, 0.25, 0.75])],
});

test("what is pointed at is said, both ways", () => {
  const say = (/** @type {number} */ at, /** @type {number} */ place) =>
    pointedAt(TRANSLATION, { step: at, place }, "$");
  assert.equal(say(0, -1), "Step 1 writes “1” (80 % sure) and looks at “a” at 1 (0.90) and “b” at 3 (0.06).");
  assert.equal(say(1, -1), "Step 2 writes the stop sign (75 % sure) and looks at space at 2 (0.96).");
  assert.equal(
    say(-1, 1),
    "Space at 2, character 2 of 3, is looked at by step 2, which writes the stop sign (0.96); " +
      "all steps together give it 1.00.",
  );
  assert.equal(say(1, 2), "Step 2, which writes the stop sign, gives “b” at 3 the weight 0.03.");
  assert.match(say(-1, -1), /^Point at a symbol/);
  assert.equal(
    lookersOf({ ...TRANSLATION, steps: [step("1", [0.04, 0.9, 0.06], [])] }, 0, "$"),
    "“a” at 1, character 1 of 3: no step gives it a weight of 0.05 or more",
  );
  assert.equal(
    looksOf({ ...TRANSLATION, steps: [step("1", [0.04, 0.03, 0.02], [])] }, 0),
    "looks at nothing in particular: no character gets more than 0.04",
  );
  assert.match(
    picture(TRANSLATION, "$"),
    /2 symbols written, 3 characters read.*“1” most at “a” at 1 \(0\.90\); the stop sign most at space at 2/,
  );
});

test("a character is said with its word, and which of several it is", () => {
  const text = "3rd of March 2011";
  assert.equal(placed(text, text.indexOf("M")), "“M” in “March”");
  assert.equal(placed(text, text.length - 1), "the second “1” in “2011”");
  assert.equal(placed(text, 3), "space at 4");
  assert.equal(placed("20110303", 3), "the second “1”");
});

test("arcs: none below 0.02, none of what is not shown yet, and those of what is pointed at", () => {
  const places = (/** @type {{i: number, j: number}[]} */ arcs) => arcs.map(({ i, j }) => [i, j]);
  const all = arcsOf(TRANSLATION, 2);
  assert.equal(all.length, 5);
  assert.equal(arcsOf(TRANSLATION, 1).length, 3);
  assert.deepEqual(litOf(all, { step: -1, place: -1 }), []);
  assert.deepEqual(places(litOf(all, { step: 0, place: -1 })), [
    [0, 0],
    [0, 1],
    [0, 2],
  ]);
  assert.deepEqual(places(litOf(all, { step: -1, place: 2 })), [
    [0, 2],
    [1, 2],
  ]);
  assert.deepEqual(places(litOf(all, { step: 1, place: 2 })), [[1, 2]]);
});

test("columns stand in the middle, or begin at the left where there are too many", () => {
  const { width, read, written } = layout(660, 20, 11);
  assert.equal(width, 660);
  assert.deepEqual([read.size, read.start, written.size, written.start], [30, 30, 52, 44]);
  assert.equal(columnAt(read, middle(read, 7)), 7);
  assert.equal(columnAt(read, -50), 0);
  assert.equal(columnAt(read, 5000), 19);
  const phone = layout(288, 40, 11);
  assert.deepEqual([phone.width, phone.read.start, phone.read.size], [288, 0, 7.2], "all 40 fit a screen of 320 px");
  const narrow = layout(200, 40, 11);
  assert.deepEqual([narrow.width, narrow.read.start, narrow.read.size], [288, 0, 7.2]);
});

test("additive attention asks before the decoder's step, dot attention after it", () => {
  const ids = (/** @type {boolean} */ before) =>
    partsOf({ ...TRANSLATION, before }, 1, "GeneralAttention", "$").map(({ id }) => id);
  assert.deepEqual(ids(true), ["query", "scores", "weights", "context", "state", "symbol"]);
  assert.deepEqual(ids(false), ["state", "scores", "weights", "context", "symbol"]);
  const text = (/** @type {boolean} */ before, /** @type {string} */ kind) =>
    partsOf({ ...TRANSLATION, before }, 1, kind, "$").find(({ id }) => id === "scores")?.text ?? "";
  assert.match(text(true, "AdditiveAttention"), /tanh\(W s₁ \+ U h\)/);
  assert.match(text(false, "GeneralAttention"), /e = s₂ · W h/);
  assert.equal(indexed("s", 10), "s₁₀");
});
