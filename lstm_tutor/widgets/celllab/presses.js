// The drawing's nodes as buttons that lie on it: for mouse, touch and keyboard, in the order of the computation.

import { html, nothing, render } from "lit-html";
import { MEANINGS } from "../js/kit/index.js";
import { called, isDone, missingFor } from "./nodes.js";
import { waitsFor } from "./walk.js";

/** @typedef {import("./nodes.js").Node} Node */
/** @typedef {import("./operations.js").Step} Step */
/** @typedef {import("./progress.js").Progress} Progress */
/** @typedef {ReturnType<typeof import("../js/kit/index.js").stage>} Stage */

const ROOM = 5; // units of the drawing around a part
const LEAST = 50; // units that a finger needs: 24 px where the drawing is small

/** @param {Node} node */
const nameOf = ({ id }) => {
  const meaning = /** @type {Record<string, string>} */ (MEANINGS)[id];
  return meaning ? `${meaning} ${id}` : called(id);
};

/**
 * Buttons over a drawing.
 * @param {Stage} stage
 */
export function presses(stage) {
  const layer = stage.el.ownerDocument.createElement("div");
  layer.className = "lt-lab-presses";
  stage.el.append(layer);
  /** @type {Map<string, string>} */
  const places = new Map();

  /** Where a part stands, in percent of the drawing; it never moves. @param {string} part */
  const placeOf = (part) => {
    const known = places.get(part);
    if (known) return known;
    const { x, y, width, height } = stage.svg.viewBox.baseVal;
    const found = /** @type {SVGGraphicsElement} */ (stage.svg.querySelector(`[data-part="${part}"]`));
    const box = found.getBBox();
    const share = (/** @type {number} */ length, /** @type {number} */ of) => `${((100 * length) / of).toFixed(2)}%`;
    const [w, h] = [box.width, box.height].map((length) => Math.max(length + 2 * ROOM, LEAST));
    const place = [
      `left:${share(box.x + (box.width - w) / 2 - x, width)}`,
      `top:${share(box.y + (box.height - h) / 2 - y, height)}`,
      `width:${share(w, width)}`,
      `height:${share(h, height)}`,
    ].join(";");
    places.set(part, place);
    return place;
  };
  return {
    /**
     * @param {Node[]} nodes  none: nothing can be pressed
     * @param {Step[]} steps
     * @param {Progress | null} progress
     * @param {(node: Node) => void} onPress
     */
    update(nodes, steps, progress, onPress) {
      const done = progress?.done ?? new Set();
      render(
        nodes.map((node) => {
          const ids = missingFor(node, nodes, steps, done);
          const how = isDone(node, done) ? "is-done" : ids.length ? "is-early" : "is-ready";
          const words = { "is-done": "computed", "is-early": waitsFor({ node, ids }), "is-ready": "compute it" }[how];
          return html`<button type="button" class="lt-lab-press ${how}" data-node=${node.id}
            style="${placeOf(node.part)};--hue:var(--lt-${steps[node.operations[node.operations.length - 1]].part})"
            aria-label="${nameOf(node)}: ${words}" title=${how === "is-early" ? words : nothing}
            data-lm-suppress-shortcuts="true" @click=${() => onPress(node)}></button>`;
        }),
        layer,
      );
    },
  };
}
