// A widget's state in a link: `#lt:celllab?preset=latch&unit=3`. Such a link in the prose sets the widget; the reader's
// own state can be copied as one. In a notebook the same links work where prose and widget share a page, and harm
// nowhere.

import { html } from "lit-html";
import { button } from "./controls.js";
import { docking } from "./dock.js";
import { recall, remember } from "./memory.js";

const KEEP_AFTER = 250; // ms; a drag is kept when it rests

/**
 * How a trait is written in a link, and read from it. `parse` returns undefined for what is not valid; it also gets all
 * words of the link, since the limits of one trait may depend on another.
 * @typedef {{parse: (text: string, all?: URLSearchParams) => any, format: (value: any) => string}} Field
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

/**
 * A text; with `alphabet`, of its characters only.
 * @param {number} longest
 * @param {{shortest?: number, alphabet?: string}} limits
 * @returns {Field}
 */
export const asText = (longest, { shortest = 0, alphabet } = {}) => ({
  parse: (text) =>
    text.length >= shortest &&
    text.length <= longest &&
    (!alphabet || [...text].every((sign) => alphabet.includes(sign)))
      ? text
      : undefined,
  format: String,
});

/** @param {readonly string[]} options @returns {Field} */
export const asChoice = (options) => ({ parse: (text) => (options.includes(text) ? text : undefined), format: String });

/** @returns {Field} */
export const asToggle = () => ({
  parse: (text) => (text === "yes" ? true : text === "no" ? false : undefined),
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
    const numbers = text.split("_").map((one) => asNumber(min, max).parse(one));
    return numbers.length <= longest && !numbers.includes(undefined) ? numbers : undefined;
  },
  format: (values) => Array.from(values, asNumber(min, max).format).join("_"),
});

/**
 * The traits that a fragment sets in the widget of that name, and what it asks for in vain, in words; null if the
 * fragment is not meant for the widget.
 * @param {string} fragment
 * @param {string} name
 * @param {Record<string, Field>} fields
 */
export function readFragment(fragment, name, fields) {
  const [, head, query = ""] = /^#?([^?]*)(?:\?(.*))?$/su.exec(fragment) ?? [];
  if (head !== `lt:${encodeURIComponent(name)}` && head !== `lt:${name}`) return null;
  const all = new URLSearchParams(query);
  /** @type {Map<string, unknown>} */
  const values = new Map();
  /** @type {Set<string>} */
  const refused = new Set();
  for (const [key, text] of all) {
    const value = Object.hasOwn(fields, key) ? fields[key].parse(text, all) : undefined;
    if (value !== undefined) values.set(key, value);
    else if (!Object.hasOwn(fields, key)) refused.add(`“${cut(key)}” is no setting of this widget`);
    else refused.add(text ? `“${key}” cannot be “${cut(text)}”` : `“${key}” cannot be empty`);
  }
  return { values: Object.fromEntries(values), refused: [...refused] };
}

/** A text for a sentence: at most 30 characters of it. @param {string} text */
const cut = (text) => ([...text].length > 30 ? `${[...text].slice(0, 29).join("")}…` : text);

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
  return `#lt:${encodeURIComponent(name)}${query.size ? `?${query}` : ""}`;
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
  const dock = docking(view);

  const apply = (/** @type {string} */ fragment) => {
    const read = readFragment(fragment, name, fields);
    if (!read) return false;
    view.set({ ...start, ...read.values });
    view.say(read.refused.length ? `Left out of the link: ${read.refused.join("; ")}.` : "");
    return true;
  };
  const showIt = () => {
    const tall = view.root.getBoundingClientRect().height > doc.documentElement.clientHeight; // then its head counts
    view.root.scrollIntoView({ block: tall ? "start" : "nearest", behavior: view.theme.still ? "auto" : "smooth" });
  };
  view.listen(/** @type {Window} */ (doc.defaultView), "hashchange", () => {
    if (apply(location.hash)) showIt();
    else dock.close({ back: true });
  });
  view.listen(doc, "click", (event) => {
    const link = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (event.target)?.closest?.("a[href*='#lt:']")
    );
    const href = link?.getAttribute("href") ?? "";
    if (!link || !href.startsWith("#") || !readFragment(href, name, fields)) return; // a link to another page goes there
    event.preventDefault();
    apply(href);
    if (!view.isInBook) return showIt();
    if (href !== location.hash) history.pushState(history.state, "", href); // Back returns to the sentence
    dock.open(link);
    view.announce("The link has set the widget. Escape returns to the text.");
  });
  if (view.isInBook && apply(location.hash))
    requestAnimationFrame(() => view.guard(showIt)); // when it is painted
  else apply(recall(view, "state"));
  const fragment = () => writeFragment(name, fields, now(), start);
  let keeping = 0;
  view.on(Object.keys(fields).join(" "), () => {
    view.say(""); // what was said of a link is no longer of this state
    window.clearTimeout(keeping);
    keeping = window.setTimeout(() => {
      const asItCame = writeFragment(name, fields, start, start);
      remember(view, "state", fragment() === asItCame ? "" : fragment());
    }, KEEP_AFTER);
  });
  view.onDispose(() => window.clearTimeout(keeping));

  const link = () => new URL(fragment(), location.href).href;
  return {
    /** Back to how the page came; the traits in `fields` only. */
    reset() {
      view.set(start);
      view.say("");
      remember(view, "state", "");
      if (view.isInBook && readFragment(location.hash, name, fields))
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
        view.say("The link is copied.");
      } catch {
        view.say("The link is in the address bar.");
      }
    },
    /** The two buttons: reset, always; the link, in the book. @param {() => void} [alsoReset] */
    buttons(alsoReset) {
      const reset = () => {
        this.reset();
        alsoReset?.();
      };
      return html`<span class="lt-state">${
        view.isInBook
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
