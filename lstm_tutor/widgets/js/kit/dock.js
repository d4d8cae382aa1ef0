// Beside the sentence: where a link in the prose sets a widget that is out of sight, the widget comes to the reader. It
// stands at the lower edge of the window until the reader closes it or scrolls to its own place.

import { html, render } from "lit-html";
import { button } from "./controls.js";

const ENOUGH = 0.8; // of the widget, or of the window if that is smaller: then it is in sight

/** @param {import("./widget.js").View} view */
export function docking(view) {
  const { root } = view;
  const doc = root.ownerDocument;
  const win = /** @type {Window} */ (doc.defaultView);
  const bar = doc.createElement("div");
  bar.className = "lt-dock-bar";
  root.prepend(bar);
  /** @type {{place: HTMLElement, from: HTMLElement} | undefined} */
  let docked;

  const isInSight = (/** @type {HTMLElement} */ element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    const shown = Math.min(bottom, win.innerHeight) - Math.max(top, 0);
    return shown >= ENOUGH * Math.min(height, win.innerHeight);
  };
  /** @param {{back?: boolean}} options  `back`: to the sentence that the reader came from */
  const close = ({ back = false } = {}) => {
    if (!docked) return;
    const { place, from } = docked;
    docked = undefined;
    root.classList.remove("lt-docked");
    place.style.minHeight = "";
    if (back) from.focus({ preventScroll: true });
    view.repaint();
  };
  /** Bring the widget to a link, unless it is in sight. @param {HTMLElement} from */
  const open = (from) => {
    const place = root.parentElement;
    if (!place || (!docked && isInSight(root))) return;
    place.style.minHeight = docked ? place.style.minHeight : `${root.offsetHeight}px`;
    docked = { place, from };
    root.classList.add("lt-docked");
    view.body.scrollTop = 0;
    const { top, bottom } = from.getBoundingClientRect();
    const room = win.innerHeight - root.offsetHeight;
    if (bottom > room - 24)
      win.scrollBy({ top: top - Math.max(room / 3, 72), behavior: view.theme.still ? "auto" : "smooth" });
    root.focus({ preventScroll: true });
    view.repaint();
  };

  render(
    html`<span>The text goes on above.</span>
    ${button({ text: "Back to the text", quiet: true, onClick: () => close({ back: true }) })}`,
    bar,
  );
  view.listen(root, "keydown", (event) => {
    if (/** @type {KeyboardEvent} */ (event).key === "Escape") close({ back: true });
  });
  view.listen(win, "scroll", () => docked && isInSight(docked.place) && close(), { passive: true });
  view.onDispose(() => close());
  return { open, close };
}
