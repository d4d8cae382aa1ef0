// A small editor: a plain text area, which every keyboard, phone and screen reader knows, over a listing that shows the
// same text in color. Tab indents; Escape, then Tab, leaves; Shift+Enter runs.

import { element } from "./elements.js";
import { tokens } from "./tokens.js";

const INDENT = "    ";

/** The text as spans in the page's colors, a span per line around them; only ever text, whatever a reader stored. */
export function colored(text, badLine = 0) {
  const lines = [[]];
  for (const [kind, part] of tokens(text)) {
    part.split("\n").forEach((piece, number) => {
      if (number) lines.push([]);
      const line = lines.at(-1);
      if (kind && line.at(-1)?.className === kind) line.at(-1).append(piece);
      else if (piece) line.push(kind ? element("span", kind, piece) : piece);
    });
  }
  return lines.flatMap((parts, number) => {
    const line = element("span", number + 1 === badLine ? "lt-line lt-bad" : "lt-line");
    line.append(...parts);
    return [line, "\n"]; // with the last one, an empty last line has its height
  });
}

/** Replace the selection as if it were typed, so that it can be undone. */
function type(area, text) {
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
}

const lineStart = (text, at) => text.lastIndexOf("\n", at - 1) + 1;

/** Indent the lines of the selection, or take an indent away; without a selection, indent at the cursor. */
function indent(area, isLess) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  if (!isLess && from === to) return type(area, INDENT.slice((from - lineStart(value, from)) % INDENT.length));
  const start = lineStart(value, from);
  const block = value.slice(start, to);
  const changed = isLess ? block.replace(/^ {1,4}/gm, "") : block.replace(/^(?=.)/gm, INDENT);
  if (changed === block) return;
  const first = changed.split("\n")[0].length - block.split("\n")[0].length;
  area.setSelectionRange(start, to);
  if (changed) type(area, changed);
  else document.execCommand("delete");
  area.setSelectionRange(Math.max(start, from + first), start + changed.length);
}

/** Start a line with the indent of this one, and with one more after a colon. */
function breakLine(area) {
  const before = area.value.slice(lineStart(area.value, area.selectionStart), area.selectionStart);
  const [own] = /^ */.exec(before);
  type(area, `\n${own}${/:\s*(#.*)?$/.test(before) ? INDENT : ""}`);
}

/** Delete a whole indent before the cursor, if only spaces stand there. */
function deleteIndent(area) {
  const { selectionStart: at, selectionEnd, value } = area;
  const before = value.slice(lineStart(value, at), at);
  if (at !== selectionEnd || !before || /[^ ]/.test(before)) return false;
  area.setSelectionRange(at - (before.length % INDENT.length || INDENT.length), at);
  document.execCommand("delete");
  return true;
}

/**
 * Turn a listing into an editor.
 * @param {HTMLPreElement} pre the listing, which stays and shows what is typed
 * @param {{ text: string, label: string, onChange: (text: string) => void, onRun: () => void }} options
 */
export function edit(pre, { text, label, onChange, onRun }) {
  const frame = element("div", "lt-editor");
  const area = element("textarea");
  const hint = element("p", "lt-editor-keys", "Shift+Enter runs. Tab indents; Escape, then Tab, leaves.");
  hint.id = `${label.replace(/\W+/g, "-")}-keys`;
  Object.assign(area, { value: text, spellcheck: false, autocapitalize: "off", autocomplete: "off", rows: 1 });
  area.setAttribute("autocorrect", "off");
  area.setAttribute("aria-label", label);
  area.setAttribute("aria-describedby", hint.id);
  pre.replaceWith(frame);
  pre.inert = true; // it is for the eyes
  frame.append(pre, area);
  frame.after(hint);

  let badLine = 0;
  let isLeaving = false; // after Escape, Tab goes on as everywhere
  const paint = () => pre.replaceChildren(...colored(area.value, badLine));

  area.addEventListener("input", () => {
    badLine = 0;
    paint();
    onChange(area.value);
  });
  area.addEventListener("blur", () => {
    isLeaving = false;
  });
  area.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey, isComposing } = event;
    if (isComposing) return;
    const isPlain = !(ctrlKey || metaKey || altKey);
    if (key === "Enter" && (shiftKey || ctrlKey || metaKey)) onRun();
    else if (key === "Enter" && isPlain) breakLine(area);
    else if (key === "Tab" && isPlain && !isLeaving) indent(area, shiftKey);
    else if (key === "Backspace" && isPlain && !shiftKey && deleteIndent(area)) event.preventDefault();
    else {
      if (key === "Escape") isLeaving = true;
      else if (key !== "Tab" && key !== "Shift") isLeaving = false;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  paint();

  return {
    area,
    get text() {
      return area.value;
    },
    set text(value) {
      area.value = value;
      badLine = 0;
      paint();
    },
    /** Mark a line, from 1; 0 marks none. */
    markLine(number) {
      badLine = number ?? 0;
      paint();
    },
  };
}
