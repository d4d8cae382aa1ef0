// The text itself: a text field whose characters lie on grounds of their own colors.
//
// The field is the reader's own, with its caret, its selection and its keys; its letters are transparent. Under it lies
// a sheet with the same letters, broken into the same lines, each on its ground. A letter is touched only when it, its
// color or its frame has changed, and each line of the text is a block of its own, so that the browser lays out and
// paints only those that have. Where many change at once, those in sight get their colors first and the others in the
// frames that follow.

import { computed, paletteOf, placeInMap } from "../js/kit/index.js";
import { changeOf } from "./marks.js";
import { pointsAt, unitsAt } from "./signs.js";

/**
 * @typedef {{
 *   text: string, typed: string[], shades: import("./scales.js").Shades | null, dark: boolean,
 *   replaced: Map<string, string>, mask: Uint8Array, looked: number, caret: number, tall: number,
 * }} Sheet  `shades`: null while the text is being read: the letters stay as they are; `looked`: the character that is looked at, -1 for none; `caret`: characters before it; `tall`: px, at most
 * @typedef {{
 *   onText: (text: string, caret: number) => void, onSelect: (start: number, end: number) => void,
 *   onHover: (character: number | null) => void, onSettled: () => void,
 * }} Heard  places are numbers of characters
 * @typedef {{span: HTMLElement, name: string, color: string, tone: {ground: string, on: string}}} Letter  `color`: of
 *     its ground as it is; `tone`: as it is to be
 */

const LINE = 24; // px
const AT_ONCE = 200; // letters out of sight that get their colors in one frame
const NO_TONE = { ground: "transparent", on: "inherit" };

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {{label: string, longest: number, describedBy: string} & Heard} options
 */
export function ink(view, { label, longest, describedBy, onText, onSelect, onHover, onSettled }) {
  const doc = view.root.ownerDocument;
  const el = doc.createElement("div");
  el.className = "tm-ink";
  const page = el.appendChild(doc.createElement("div")); // both sheets scroll with it
  page.className = "tm-page";
  const sheet = page.appendChild(doc.createElement("div"));
  sheet.className = "tm-sheet";
  sheet.ariaHidden = "true";
  const field = page.appendChild(doc.createElement("textarea"));
  field.className = "tm-field";
  Object.assign(field, { spellcheck: false, autocapitalize: "off", autocomplete: "off", maxLength: longest, rows: 1 });
  field.ariaLabel = label;
  field.setAttribute("aria-describedby", describedBy);
  field.setAttribute("autocorrect", "off");
  field.dataset.lmSuppressShortcuts = "true";
  /** @type {Letter[]} */
  const letters = [];
  const lineAfter = (/** @type {Element | null} */ line) => {
    const next = doc.createElement("div");
    next.className = "tm-line";
    sheet.insertBefore(next, line?.nextSibling ?? null);
    return next;
  };
  lineAfter(null);
  /** @type {string[]} */
  let shown = [];
  /** @type {WeakMap<Element, Letter>} */
  const letterOf = new WeakMap();
  let last = "";
  let height = 0; // px, at most
  let told = -1; // the caret that field and widget agree on

  const tellSelection = () => {
    if (doc.activeElement !== field) return;
    const place = `${field.selectionStart} ${field.selectionEnd}`;
    if (place === last) return;
    last = place;
    told = pointsAt(field.value, field.selectionEnd);
    onSelect(pointsAt(field.value, field.selectionStart), told);
  };
  view.listen(field, "input", () => {
    last = `${field.selectionStart} ${field.selectionEnd}`;
    told = pointsAt(field.value, field.selectionEnd);
    onText(field.value, told);
  });
  for (const type of ["select", "keyup", "pointerup", "focus"]) view.listen(field, type, tellSelection);
  view.listen(doc, "selectionchange", tellSelection);
  view.listen(field, "change", onSettled);
  view.listen(field, "pointermove", (event) => {
    const { clientX, clientY, pointerType, buttons } = /** @type {PointerEvent} */ (event);
    if (pointerType !== "mouse" || buttons) return;
    const under = doc.elementsFromPoint(clientX, clientY).find((found) => letterOf.has(found));
    onHover(under ? letters.indexOf(/** @type {Letter} */ (letterOf.get(under))) : null);
  });
  view.listen(field, "pointerleave", () => onHover(null));

  /** Take away and put in the letters that an edit has changed; the others stay. @param {string[]} typed */
  const edit = (typed) => {
    if (typed === shown) return;
    const { head, cutEnd, newEnd } = changeOf(shown, typed);
    const fresh = typed.slice(head, newEnd).map((sign) => {
      const span = doc.createElement("span");
      span.textContent = sign;
      const letter = { span, name: "", color: "", tone: NO_TONE };
      letterOf.set(span, letter);
      return letter;
    });
    const behind = letters[cutEnd]?.span ?? null;
    const lineOf = (/** @type {HTMLElement | undefined | null} */ span) =>
      /** @type {Element} */ (span?.parentElement ?? sheet.lastElementChild);
    const [first, last] = [lineOf(letters[head]?.span), lineOf(behind)];
    const rest = []; // of the last line
    for (let node = /** @type {Node | null} */ (behind); node; node = node.nextSibling) rest.push(node);
    for (const { span } of letters.splice(head, cutEnd - head, ...fresh)) span.remove();
    for (let line = last; line !== first; ) {
      const before = /** @type {Element} */ (line.previousElementSibling);
      line.remove();
      line = before;
    }
    let line = first;
    fresh.forEach(({ span }, k) => {
      line.insertBefore(span, line === last ? behind : null);
      if (typed[head + k] === "\n") line = lineAfter(line);
    });
    if (line !== last) line.append(...rest);
    shown = typed;
  };
  const tint = (/** @type {Letter} */ letter) => {
    const { span, tone } = letter;
    letter.color = tone.ground;
    span.style.backgroundColor = tone.ground;
    span.style.color = tone.on;
  };
  let scrolled = 0; // px
  view.listen(el, "scroll", () => {
    scrolled = el.scrollTop;
  });
  /** The letters that can be seen: to ask for their places lays out what has changed so far. */
  const seen = computed(
    () => [shown, scrolled, view.width, height, el.isConnected],
    (_shown, top, _width, tall, _isConnected) => {
      const firstFrom = (/** @type {number} */ y) => {
        let [low, high] = [0, letters.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (letters[middle].span.offsetTop < y) low = middle + 1;
          else high = middle;
        }
        return low;
      };
      return new Set(letters.slice(firstFrom(top - 2 * LINE), firstFrom(top + tall)));
    },
  );
  /** Letters that are out of sight and have the colors of before. @type {Letter[]} */
  let late = [];
  /** @param {Letter[]} changed */
  const tintAll = (changed) => {
    late = [];
    if (changed.length <= AT_ONCE || !el.isConnected) return changed.forEach(tint);
    const now = seen();
    for (const letter of changed) {
      if (now.has(letter)) tint(letter);
      else late.push(letter);
    }
  };
  /** Scroll the field, not the page, until a character shows. @param {number} character */
  const scrollTo = (character) => {
    const span = letters[Math.min(Math.max(character, 0), letters.length - 1)]?.span;
    if (!span || el.scrollHeight <= el.clientHeight) return;
    const { offsetTop, offsetHeight } = span;
    if (offsetTop < el.scrollTop) el.scrollTop = offsetTop - offsetHeight;
    else if (offsetTop + offsetHeight > el.scrollTop + el.clientHeight)
      el.scrollTop = offsetTop + 2 * offsetHeight - el.clientHeight;
  };

  return {
    el,
    field,
    /** @param {Sheet} next */
    update({ text, typed, shades, dark, replaced, mask, looked, caret, tall }) {
      height = tall;
      el.style.setProperty("--tall", `${tall}px`);
      edit(typed);
      if (field.value !== text) {
        field.value = text;
        told = -1;
      }
      const changed = [];
      const palette = shades && paletteOf(shades.kind, dark);
      for (let t = 0; t < typed.length; t++) {
        const letter = letters[t];
        const mark = mask[t] ? ` tm-marked${mask[t - 1] ? "" : " tm-first"}${mask[t + 1] ? "" : " tm-last"}` : "";
        const end = typed[t] === "\n" ? "tm-end" : "";
        const name = `${end}${replaced.has(typed[t]) ? " tm-unknown" : ""}${mark}${t === looked ? " tm-looked" : ""}`;
        if (letter.name !== name) letter.span.className = letter.name = name;
        if (!shades || !palette) continue;
        const place = placeInMap(shades.values[t], shades.kind, shades.limit);
        letter.tone = palette[place] ?? NO_TONE;
        if (letter.color !== letter.tone.ground) changed.push(letter);
      }
      if (shades) tintAll(changed);
      if (told !== caret) {
        told = el.isConnected ? caret : -1; // it can scroll only in the page
        const units = unitsAt(text, caret);
        field.setSelectionRange(units, units);
        last = `${units} ${units}`;
        scrollTo(caret - 1);
      }
    },
    /** Whether letters out of sight have the colors of before. */
    isLate: () => late.length > 0,
    /** Give more of them their colors; whether there are others still. */
    tintMore() {
      late.splice(0, AT_ONCE).forEach(tint);
      return late.length > 0;
    },
    /** Put the reader's caret there, and the reader with it. @param {number} caret */
    goTo(caret) {
      field.focus({ preventScroll: true });
      const units = unitsAt(field.value, caret);
      field.setSelectionRange(units, units);
      scrollTo(caret - 1);
    },
  };
}
