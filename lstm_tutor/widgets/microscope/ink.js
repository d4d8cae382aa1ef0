// The text itself: a text field whose characters lie on grounds of their own colors.
//
// The field is the reader's own, with its caret, its selection and its keys; its letters are transparent. Under it lies
// a sheet with the same letters, broken into the same lines, each on its ground.

import { pointsAt, unitsAt } from "./signs.js";

/**
 * @typedef {{
 *   text: string, typed: string[], grounds: string[], inks: string[], unknown: boolean[], mask: Uint8Array,
 *   looked: number, caret: number,
 * }} Sheet  `looked`: the character that is looked at, -1 for none; `caret`: characters before it
 * @typedef {{
 *   onText: (text: string, caret: number) => void, onSelect: (start: number, end: number) => void,
 *   onHover: (character: number | null) => void, onSettled: () => void,
 * }} Heard  places are numbers of characters
 */

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {{label: string, longest: number, describedBy: string} & Heard} options
 */
export function ink(view, { label, longest, describedBy, onText, onSelect, onHover, onSettled }) {
  const doc = view.root.ownerDocument;
  const el = doc.createElement("div");
  el.className = "tm-ink";
  const sheet = el.appendChild(doc.createElement("div"));
  sheet.className = "tm-sheet";
  sheet.ariaHidden = "true";
  const field = el.appendChild(doc.createElement("textarea"));
  field.className = "tm-field";
  Object.assign(field, { spellcheck: false, autocapitalize: "off", autocomplete: "off", maxLength: longest, rows: 1 });
  field.ariaLabel = label;
  field.setAttribute("aria-describedby", describedBy);
  field.setAttribute("autocorrect", "off");
  field.dataset.lmSuppressShortcuts = "true";
  /** @type {HTMLElement[]} */
  const spans = [];
  /** @type {string[]} */
  const shown = [];
  let last = "";
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
    const under = doc.elementsFromPoint(clientX, clientY).find((found) => found.parentElement === sheet);
    onHover(under ? spans.indexOf(/** @type {HTMLElement} */ (under)) : null);
  });
  view.listen(field, "pointerleave", () => onHover(null));

  return {
    el,
    field,
    /** @param {Sheet} next */
    update({ text, typed, grounds, inks, unknown, mask, looked, caret }) {
      if (field.value !== text) {
        field.value = text;
        told = -1;
      }
      if (told !== caret) {
        told = caret;
        const units = unitsAt(text, caret);
        field.setSelectionRange(units, units);
        last = `${units} ${units}`;
      }
      while (spans.length > typed.length) spans.pop()?.remove();
      shown.length = Math.min(shown.length, typed.length);
      while (spans.length < typed.length) spans.push(sheet.appendChild(doc.createElement("span")));
      for (let t = 0; t < typed.length; t++) {
        const mark = mask[t] ? ` tm-marked${mask[t - 1] ? "" : " tm-first"}${mask[t + 1] ? "" : " tm-last"}` : "";
        const end = typed[t] === "\n" ? "tm-end" : "";
        const name = `${end}${unknown[t] ? " tm-unknown" : ""}${mark}${t === looked ? " tm-looked" : ""}`;
        const now = `${typed[t]}|${name}|${grounds[t]}|${inks[t]}`;
        if (shown[t] === now) continue;
        shown[t] = now;
        const span = spans[t];
        if (span.textContent !== typed[t]) span.textContent = typed[t];
        if (span.className !== name) span.className = name;
        span.style.setProperty("--ground", grounds[t]);
        span.style.setProperty("--on", inks[t]);
      }
    },
    /** Put the reader's caret there, and the reader with it. @param {number} caret */
    goTo(caret) {
      field.focus({ preventScroll: true });
      const units = unitsAt(field.value, caret);
      field.setSelectionRange(units, units);
    },
  };
}
