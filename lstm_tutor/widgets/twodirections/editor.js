// The sentence as a row of words: chosen, dragged, moved, put in and taken out, by pointer, touch or keys.

import { html } from "lit-html";
import { button, clamp, number, select } from "../js/kit/index.js";
import { inserted, LONGEST, moved, placeFor, removed, replaced } from "./sentence.js";

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {{
 *   change: (words: string[], token: number) => void, choose: (token: number) => void,
 *   hover: (token: number | null) => void,
 * }} actions
 */
export function sentenceEditor(view, { change, choose, hover }) {
  const list = view.root.ownerDocument.createElement("div");
  list.className = "td-words";
  /** @type {string[]} */
  let words = [];
  let token = 0;
  /** @type {{from: number, x: number, y: number, on: boolean} | null} */
  let drag = null;
  let focusNext = false;

  const chips = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("button")]);
  const chipOf = (/** @type {Event} */ event) =>
    chips().indexOf(/** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("button")));
  const edit = (/** @type {string[]} */ now, /** @type {number} */ at) => change(now, clamp(at, 0, now.length - 1));

  view.listen(list, "pointerdown", (event) => {
    const { clientX: x, clientY: y, button: which, pointerId } = /** @type {PointerEvent} */ (event);
    const from = chipOf(event);
    if (from < 0 || which !== 0) return;
    drag = { from, x, y, on: false };
    list.setPointerCapture(pointerId);
  });
  view.listen(list, "pointermove", (event) => {
    const { clientX: x, clientY: y, pointerType } = /** @type {PointerEvent} */ (event);
    if (!drag) {
      const at = chipOf(event);
      if (pointerType === "mouse") hover(at < 0 ? null : at);
      return;
    }
    if (!drag.on && Math.hypot(x - drag.x, y - drag.y) < 7) return;
    if (!drag.on) choose(drag.from);
    drag.on = true;
    const to = placeFor(
      chips().map((chip) => chip.getBoundingClientRect()),
      drag.from,
      x,
      y,
    );
    if (to === drag.from) return view.repaint();
    edit(moved(words, drag.from, to), to);
    drag = { ...drag, from: to };
  });
  view.listen(list, "pointerup", () => {
    if (drag && !drag.on) {
      choose(drag.from);
      chips()[drag.from]?.focus();
    }
    drag = null;
    view.repaint();
  });
  view.listen(list, "pointercancel", () => {
    drag = null;
    view.repaint();
  });
  view.listen(list, "pointerleave", () => hover(null));
  view.listen(list, "keydown", (event) => {
    const { key, shiftKey } = /** @type {KeyboardEvent} */ (event);
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -LONGEST, End: LONGEST }[key];
    if (step !== undefined) {
      event.preventDefault();
      focusNext = true;
      const to = clamp(token + step, 0, words.length - 1);
      if (shiftKey) {
        edit(moved(words, token, to), to);
        view.announce(`${words[token]} is now word ${to + 1}`);
      } else choose(to);
    }
    if (key === "Delete" || key === "Backspace") {
      event.preventDefault();
      focusNext = true;
      edit(removed(words, token), Math.min(token, words.length - 2));
    }
  });

  return {
    list,
    /**
     * @param {{
     *   words: string[], token: number, vocabulary: string[], influence: ArrayLike<number> | null, about: number,
     * }} props  `influence`: of each word on the tag of word `about`
     */
    template(props) {
      ({ words, token } = props);
      const { vocabulary, influence, about } = props;
      const row = words.map((word, k) => {
        const size = influence && k !== about ? clamp(influence[k], 0, 1) : 0;
        const told = k === about ? "the word looked at" : influence ? `matters ${number(influence[k])}` : "";
        return html`<button type="button" class=${drag?.on && k === drag.from ? "td-chip is-dragged" : "td-chip"}
          aria-pressed=${k === token}
          tabindex=${k === token ? 0 : -1} data-lm-suppress-shortcuts="true"
          aria-label="word ${k + 1}, ${word}${told ? `, ${told}` : ""}"
          @click=${() => choose(k)}><span>${word}</span><i class=${k === about ? "td-about" : ""}
          style="--share:${size.toFixed(3)}"></i>
          <small class="lt-value">${k === about ? "▲" : influence ? number(influence[k]) : ""}</small></button>`;
      });
      if (focusNext) {
        focusNext = false;
        queueMicrotask(() => chips()[token]?.focus());
      }
      const tools = html`<div class="lt-row td-tools">
        ${select({
          label: `Word ${token + 1} is`,
          value: words[token],
          options: [...vocabulary].sort().map((word) => ({ value: word, text: word })),
          onChange: (word) => edit(replaced(words, token, word), token),
        })}
        <span class="lt-row td-buttons">
        ${button({
          text: "←",
          label: "Move the word left",
          disabled: token === 0,
          onClick: () => edit(moved(words, token, token - 1), token - 1),
        })}
        ${button({
          text: "→",
          label: "Move the word right",
          disabled: token === words.length - 1,
          onClick: () => edit(moved(words, token, token + 1), token + 1),
        })}
        ${button({
          text: "Insert",
          label: "Insert a word behind it",
          disabled: words.length >= LONGEST,
          onClick: () => edit(inserted(words, token, words[token]), token + 1),
        })}
        ${button({
          text: "Delete",
          label: "Delete the word",
          disabled: words.length === 1,
          onClick: () => edit(removed(words, token), token),
        })}
        ${button({
          text: "Cut off here",
          label: "Cut the sentence off behind the word",
          disabled: token === words.length - 1,
          onClick: () => edit(words.slice(0, token + 1), token),
        })}</span>
      </div>`;
      return { row, tools };
    },
  };
}
