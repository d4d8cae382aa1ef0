// A cell's drawing as a stage: its valves, flows and numbers follow the values. The drawing is lstm_tutor.diagrams';
// what a script may do with it stands in that module's docstring.

import { completed } from "../engine/ledger.js";
import { clamp, number } from "./values.js";

/** @typedef {Record<string, number>} Values  by quantity: i, f, o, g, c, h, c_prev, h_prev, ... */

/**
 * Put a drawing into the page, live.
 * @param {import("./widget.js").View} view
 * @param {string} drawing the SVG text of a `lstm_tutor.diagrams.Diagram`
 */
export function stage(view, drawing) {
  const doc = view.root.ownerDocument;
  const parsed = new DOMParser().parseFromString(drawing, "image/svg+xml");
  if (parsed.querySelector("parsererror") || parsed.documentElement.localName !== "svg") {
    throw new Error("expected a drawing as SVG text");
  }
  for (const script of parsed.querySelectorAll("script, foreignObject")) script.remove();
  const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (doc.importNode(parsed.documentElement, true)));
  renameIds(svg, view.id("stage"));
  const el = doc.createElement("div");
  el.className = "lt-stage";
  el.append(svg);

  const desc = svg.querySelector("desc");
  const told = (desc?.textContent ?? "").split("Values of one unit:")[0].trim();
  /** @param {string} selector @returns {SVGElement[]} */
  const all = (selector) => [...svg.querySelectorAll(selector)].map((found) => /** @type {SVGElement} */ (found));
  const parts = new Map(all("[data-part]").map((part) => [part.dataset.part ?? "", part]));
  const streams = all(".stream[data-flow]");
  const texts = all("text[data-value]");
  const bodies = all(".body[data-valve]");

  return {
    el,
    svg,
    /** The names of the drawing's parts. */
    parts: [...parts.keys()],
    /**
     * Show the values of one unit. `limit` is the size that fills the memory's rail; keep it for a whole sequence.
     * What is not given stays as it was.
     * @param {Values} given
     */
    setValues(given, limit = 1) {
      const values = Object.fromEntries(Object.entries(completed(given)).filter(([, value]) => Number.isFinite(value)));
      svg.dataset.limit = String(limit);
      for (const body of bodies) {
        const [, rest, name] = /^(1-)?(.*)$/.exec(body.dataset.valve ?? "") ?? [];
        if (!(name in values)) continue;
        const open = clamp(values[name], 0, 1);
        body.style.setProperty("--open", (rest ? 1 - open : open).toFixed(4));
      }
      for (const stream of streams) {
        const value = values[stream.dataset.flow ?? ""];
        if (value === undefined) continue;
        const size = Math.min(Math.abs(value) / ("scaled" in stream.dataset ? limit : 1), 1);
        stream.style.setProperty("--size", size.toFixed(4));
        stream.dataset.sign = value < 0 ? "-" : "+";
      }
      for (const text of texts) {
        const value = values[text.dataset.value ?? ""];
        if (value !== undefined) text.textContent = number(value);
      }
      const words = Object.entries(given).map(
        ([name, value]) => `${name.replace("_prev", " before")} ${number(value)}`,
      );
      if (desc) desc.textContent = `${told} Values of one unit: ${words.join(", ")}.`;
    },
    /**
     * Write a plain text in place of the symbol of x, h, c, h-prev or c-prev.
     * @param {string} name
     * @param {string} words
     */
    setLabel(name, words) {
      const label = parts.get(`label-${name}`)?.querySelector(".label");
      if (!label)
        throw new Error(
          `expected a label of ${[...parts.keys()].filter((part) => part.startsWith("label-"))}, got ${name}`,
        );
      const span = doc.createElementNS("http://www.w3.org/2000/svg", "tspan");
      span.setAttribute("class", "mono");
      span.textContent = words;
      label.replaceChildren(span);
    },
    /** Light these parts (names, or letters for all their parts) and no others. @param {string[]} names */
    light(names) {
      for (const [name, part] of parts) {
        part.classList.toggle(
          "lit",
          names.includes(name) || names.some((letter) => letter.length === 1 && part.classList.contains(letter)),
        );
      }
    },
    /** Fade all but these parts; none: fade nothing. @param {string[]} names */
    fadeAllBut(names) {
      for (const [name, part] of parts) part.classList.toggle("is-faded", names.length > 0 && !names.includes(name));
    },
    /** While the reader drags, values follow at once; else they glide. @param {boolean} on */
    atOnce(on) {
      el.classList.toggle("lt-at-once", on);
    },
    /** Call `callback` with the name of the part that is pressed. @param {(name: string) => void} callback */
    onPress(callback) {
      el.classList.add("lt-reads");
      view.listen(svg, "click", (event) => {
        const part = /** @type {Element} */ (event.target).closest("[data-part]");
        if (part) callback(/** @type {SVGElement} */ (part).dataset.part ?? "");
      });
    },
  };
}

/** One page may show a drawing twice; ids must not be. @param {SVGElement} svg @param {string} prefix */
function renameIds(svg, prefix) {
  const renamed = new Map();
  for (const element of svg.querySelectorAll("[id]")) {
    renamed.set(element.id, `${prefix}-${element.id}`);
    element.id = `${prefix}-${element.id}`;
  }
  for (const element of [svg, ...svg.querySelectorAll("[aria-labelledby]")]) {
    const ids = element
      .getAttribute("aria-labelledby")
      ?.split(" ")
      .map((id) => renamed.get(id) ?? id);
    if (ids) element.setAttribute("aria-labelledby", ids.join(" "));
  }
}
