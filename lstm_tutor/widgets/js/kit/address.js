// A widget's state in a link: `#lt:celllab?preset=latch&unit=3`. Such a link in the prose sets the widget; the reader's
// own state can be copied as one. In a notebook the same links work where prose and widget share a page, and harm
// nowhere.

import { html } from "lit-html";
import { button } from "./controls.js";

/**
 * How a trait is written in a link, and read from it; `parse` returns undefined for what is not valid.
 * @typedef {{parse: (text: string) => any, format: (value: any) => string}} Field
 */

/** @param {number} min @param {number} max @returns {Field} */
export const asInteger = (min, max) => ({
  parse: (text) => (/^-?\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined),
  format: String,
});

/** @param {number} min @param {number} max @returns {Field} */
export const asNumber = (min, max) => ({
  parse: (text) =>
    /^-?\d*\.?\d+(e-?\d+)?$/i.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined,
  format: (value) => String(Number(value.toPrecision(6))),
});

/** @param {number} longest @returns {Field} */
export const asText = (longest) => ({ parse: (text) => (text.length <= longest ? text : undefined), format: String });

/** @param {readonly string[]} options @returns {Field} */
export const asChoice = (options) => ({ parse: (text) => (options.includes(text) ? text : undefined), format: String });

/** @returns {Field} */
export const asToggle = () => ({
  parse: (text) => /** @type {Record<string, boolean>} */ ({ yes: true, no: false })[text],
  format: (value) => (value ? "yes" : "no"),
});

/**
 * A list of numbers, as of a drawn sequence.
 * @param {number} min
 * @param {number} max
 * @param {number} longest
 * @returns {Field}
 */
export const asNumbers = (min, max, longest) => ({
  parse: (text) => {
    const numbers = text.split("_").map(asNumber(min, max).parse);
    return numbers.length <= longest && !numbers.includes(undefined) ? numbers : undefined;
  },
  format: (values) => Array.from(values, asNumber(min, max).format).join("_"),
});

/**
 * The traits that a fragment sets in the widget of that name; null if it is not meant for it.
 * @param {string} fragment
 * @param {string} name
 * @param {Record<string, Field>} fields
 */
export function readFragment(fragment, name, fields) {
  const [head, query = ""] = fragment.replace(/^#/, "").split("?");
  if (head !== `lt:${name}`) return null;
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const [key, text] of new URLSearchParams(query)) {
    const value = fields[key]?.parse(text);
    if (value !== undefined) values[key] = value;
  }
  return values;
}

/**
 * The fragment for these values; what is as at the start is left out.
 * @param {string} name
 * @param {Record<string, Field>} fields
 * @param {Record<string, unknown>} values
 * @param {Record<string, unknown>} start
 */
export function writeFragment(name, fields, values, start) {
  const query = new URLSearchParams();
  for (const [key, { format }] of Object.entries(fields)) {
    const text = format(values[key]);
    if (text !== format(start[key])) query.set(key, text);
  }
  return `#lt:${name}${query.size ? `?${query}` : ""}`;
}

/**
 * Let links set traits of a widget. The trait `name` says how links call it.
 * @param {import("./widget.js").View} view
 * @param {Record<string, Field>} fields trait -> how it is written
 */
export function linkState(view, fields) {
  const doc = view.root.ownerDocument;
  const { location, history } = /** @type {Window} */ (doc.defaultView);
  const name = view.get("name");
  const now = () => Object.fromEntries(Object.keys(fields).map((key) => [key, view.get(key)]));
  const start = now();
  const isBook = doc.querySelector('script[type="application/vnd.jupyter.widget-view+json"]') !== null;

  const apply = (/** @type {string} */ fragment) => {
    const values = readFragment(fragment, name, fields);
    if (!values) return false;
    view.set({ ...start, ...values });
    const tall = view.root.getBoundingClientRect().height > doc.documentElement.clientHeight; // then its head counts
    view.root.scrollIntoView({ block: tall ? "start" : "nearest", behavior: view.theme.still ? "auto" : "smooth" });
    return true;
  };
  view.listen(/** @type {Window} */ (doc.defaultView), "hashchange", () => void apply(location.hash));
  view.listen(doc, "click", (event) => {
    const link = /** @type {Element} */ (event.target)?.closest?.("a[href*='#lt:']");
    const href = link?.getAttribute("href") ?? "";
    if (!href.startsWith("#") || !apply(href)) return; // a link to another page goes there
    event.preventDefault();
    if (isBook) history.replaceState(history.state, "", href);
    view.announce("The link has set the widget above or below.");
  });
  if (isBook) apply(location.hash);

  const link = () => new URL(writeFragment(name, fields, now(), start), location.href).href;
  return {
    /** Back to how the page came; the traits in `fields` only. */
    reset() {
      view.set(start);
      if (isBook && readFragment(location.hash, name, fields))
        history.replaceState(history.state, "", location.pathname + location.search);
    },
    /** Whether nothing has changed. */
    get isAtStart() {
      const values = now();
      return Object.entries(fields).every(([key, { format }]) => format(values[key]) === format(start[key]));
    },
    link,
    /** Put the state into the address, and the address into the clipboard. */
    async share() {
      history.replaceState(history.state, "", link());
      try {
        await navigator.clipboard.writeText(link());
        view.announce("The link is copied.");
      } catch {
        view.announce("The link is in the address bar.");
      }
    },
    /** The two buttons: reset, always; the link, in the book. @param {() => void} [alsoReset] */
    buttons(alsoReset) {
      const reset = () => {
        this.reset();
        alsoReset?.();
      };
      return html`<span class="lt-state">${
        isBook
          ? button({
              text: "Copy link",
              quiet: true,
              onClick: () => void this.share(),
            })
          : ""
      }
        ${button({ text: "Reset", quiet: true, onClick: reset })}</span>`;
    },
  };
}
