// What a page of the book remembers of a widget until its tab is closed: a reload or a step back loses nothing.

/** @param {import("./widget.js").View} view @param {string} what */
const keyOf = (view, what) => `lt:${view.root.ownerDocument.location.pathname}:${view.get("name")}:${what}`;

/**
 * Keep a text; "" forgets it. A browser that stores nothing for this page is no error.
 * @param {import("./widget.js").View} view
 * @param {string} what
 * @param {string} text
 */
export function remember(view, what, text) {
  if (!view.isInBook) return;
  try {
    if (text) sessionStorage.setItem(keyOf(view, what), text);
    else sessionStorage.removeItem(keyOf(view, what));
  } catch {
    // storage is off or full
  }
}

/** The text kept last, or "". @param {import("./widget.js").View} view @param {string} what */
export function recall(view, what) {
  if (!view.isInBook) return "";
  try {
    return sessionStorage.getItem(keyOf(view, what)) ?? "";
  } catch {
    return "";
  }
}
