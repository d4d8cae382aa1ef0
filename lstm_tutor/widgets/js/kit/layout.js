// Where the parts of a widget stand: beside each other where there is room, below each other on a phone.

import { html, nothing } from "lit-html";

/**
 * A widget's body. From 780 px on the controls stand left of the pictures that they move; on a phone the pictures come
 * first, and `thumb` stays at the lower edge of the screen as long as the widget is in sight.
 * @param {{lead?: unknown, pictures: unknown, thumb?: unknown, controls: unknown}} parts  `lead`: one line above all,
 * with the tasks; `thumb`: what a reader moves most, such as the time bar
 */
export const bench = ({ lead = nothing, pictures, thumb = nothing, controls }) => html`<div class="lt-bench">
    <div class="lt-bench-lead">${lead}</div>
    <div class="lt-bench-pictures lt-stack">${pictures}</div>
    <div class="lt-bench-thumb">${thumb}</div>
    <div class="lt-bench-controls lt-stack">${controls}</div>
  </div>`;

/**
 * The width of an element in px, kept current: to ask for it costs no layout in the midst of a paint.
 * @param {import("./widget.js").View} view
 * @param {Element} el
 * @param {() => void} changed  called when the width is another than the last one that was asked for
 */
export function widthOf(view, el, changed) {
  let width = 0;
  const sizes = new ResizeObserver(() => {
    const now = el.clientWidth;
    if (!now || now === width) return; // out of the page, it keeps its width
    const isFirst = !width;
    width = now;
    if (!isFirst) view.guard(changed);
  });
  sizes.observe(el);
  view.onDispose(() => sizes.disconnect());
  return () => {
    width ||= el.clientWidth; // it has only just come into the page
    return width;
  };
}
