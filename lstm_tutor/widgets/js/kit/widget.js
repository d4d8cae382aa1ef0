// The life of a widget: one view of a model, painted when something has changed, gone without a trace.

import { nothing, render } from "lit-html";
import { unpack } from "./arrays.js";
import { readTheme, watchTheme } from "./theme.js";
import { startWorker } from "./worker.js";

/**
 * @typedef {{
 *   get: (name: string) => any, set: (name: string, value: unknown) => void, save_changes: () => void,
 *   on: (names: string, callback: (...details: any[]) => void) => void,
 *   off: (names: string, callback: (...details: any[]) => void) => void,
 * }} Model  what anywidget gives, with Python behind it or without
 * @typedef {{model: Model, el: HTMLElement, signal?: AbortSignal}} RenderProps
 * @typedef {{passive?: boolean, capture?: boolean, once?: boolean}} ListenOptions
 */

const WIDE = 780; // px of width from which controls and pictures stand beside each other
const SAVE_AFTER = 30; // ms; a drag sends Python some thirty messages a second, not one per movement
let views = 0;

/**
 * A widget for anywidget: `export default defineWidget("celllab", (view) => { ...; return paint; })`.
 *
 * `setup` is called once per view. It returns the function that paints; that is called once per animation frame in
 * which a trait, the theme or the width has changed, or `view.repaint()` was called.
 * @param {string} name
 * @param {(view: View) => () => void} setup
 */
export function defineWidget(name, setup) {
  return {
    /** @param {RenderProps} props */
    render({ model, el, signal }) {
      const view = new View(name, model, el);
      signal?.addEventListener("abort", () => view.dispose(), { once: true, signal: view.signal });
      view.start(setup);
      return () => view.dispose();
    },
  };
}

export class View {
  #abort = new AbortController();
  #frame = 0;
  #saving = 0;
  /** @type {() => void} */
  #paint = () => {};
  /** @type {Map<string, {raw: unknown, array: import("./arrays.js").NDArray}>} */
  #arrays = new Map();
  #number = ++views;

  /** @param {string} name @param {Model} model @param {HTMLElement} el */
  constructor(name, model, el) {
    const { ownerDocument: doc } = el;
    this.name = name;
    this.model = model;
    this.theme = readTheme(doc);
    /** Aborts when the view goes: hand it to whatever can be aborted. */
    this.signal = this.#abort.signal;
    this.root = doc.createElement("div");
    this.root.className = `lt-w lt-w-${name}`;
    this.root.tabIndex = -1; // a link that sets the widget moves the focus here
    this.root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves the keys to the widget
    this.body = this.root.appendChild(doc.createElement("div"));
    this.body.className = "lt-w-body";
    this.status = this.root.appendChild(doc.createElement("p"));
    this.status.className = "lt-w-status";
    this.status.role = "status";
    this.live = this.root.appendChild(doc.createElement("div"));
    this.live.className = "lt-sr";
    this.live.ariaLive = "polite";
    el.append(this.root);
    /** Whether this is a page of the book, without Python behind it. */
    this.isInBook = doc.querySelector('script[type="application/vnd.jupyter.widget-view+json"]') !== null;
    /** Width of the widget in px, kept current. */
    this.width = this.root.clientWidth;
  }

  /** Whether the controls stand beside the pictures. */
  get isWide() {
    return this.width >= WIDE;
  }

  /** Height in px that the whole widget may take where it is wide: one screen, and at most 700 px on one of 900. */
  get tall() {
    const { innerHeight } = /** @type {Window} */ (this.root.ownerDocument.defaultView);
    if (this.root.classList.contains("lt-docked")) return Math.round(0.55 * innerHeight);
    return Math.min(Math.max(innerHeight - 208, 560), 960);
  }

  // --- the model
  // ------------------------------------------------------------------------------------------------------

  /** The value of a trait. @param {string} name */
  get(name) {
    return this.model.get(name);
  }

  /** Set traits; Python hears of it soon, every view of the model at once. @param {Record<string, unknown>} values */
  set(values) {
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.#saving ||= window.setTimeout(() => this.#save(), SAVE_AFTER);
  }

  #save() {
    window.clearTimeout(this.#saving);
    this.#saving = 0;
    this.model.save_changes();
  }

  /** The array in a binary trait, unpacked once for each value the trait takes. @param {string} name */
  array(name) {
    const raw = this.get(name);
    const known = this.#arrays.get(name);
    if (known && known.raw === raw) return known.array;
    const array = unpack(raw);
    this.#arrays.set(name, { raw, array });
    return array;
  }

  /** Hear of changes of traits: `view.on("text unit", update)`. @param {string} names @param {() => void} callback */
  on(names, callback) {
    const guarded = () => this.guard(callback);
    const events = names.split(/\s+/).map((name) => `change:${name}`);
    for (const event of events) this.model.on(event, guarded);
    this.onDispose(() => {
      for (const event of events) this.model.off(event, guarded);
    });
  }

  // --- painting
  // -------------------------------------------------------------------------------------------------------

  /** @param {(view: View) => () => void} setup */
  start(setup) {
    const changed = () => this.repaint();
    this.guard(() => {
      this.showTheme();
      this.listen(this.root, "keydown", (event) => {
        const { ctrlKey, metaKey, altKey, key } = /** @type {KeyboardEvent} */ (event);
        if (!(ctrlKey || metaKey || altKey || key === "Tab")) event.stopPropagation(); // the page has its own shortcuts
      });
      watchTheme(() => this.showTheme(), this.signal, this.root.ownerDocument);
      const sizes = new ResizeObserver(() => {
        if (this.width === this.root.clientWidth) return;
        this.width = this.root.clientWidth;
        this.repaint();
      });
      sizes.observe(this.root);
      const win = /** @type {Window} */ (this.root.ownerDocument.defaultView);
      this.listen(win, "resize", changed, { passive: true });
      this.onDispose(() => sizes.disconnect());
      this.#paint = setup(this);
      this.model.on("change", changed);
      this.onDispose(() => this.model.off("change", changed));
      this.#paint();
      this.repaint(); // now that all parts stand in the page and know their width
    });
  }

  /** Read the theme anew; repaint if it is another. */
  showTheme() {
    const { dark, still } = this.theme;
    this.theme = readTheme(this.root.ownerDocument);
    this.root.dataset.ltTheme = this.theme.dark ? "dark" : "light";
    if (dark !== this.theme.dark || still !== this.theme.still) this.repaint();
  }

  /** Paint in the next frame; many calls make one paint. */
  repaint() {
    if (this.signal.aborted) return;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.guard(this.#paint);
    });
  }

  /** Show a template in the widget's body. @param {unknown} template */
  render(template) {
    render(template, this.body);
  }

  /** Say it under the widget, for all to read; "" takes it back. @param {string} sentence */
  say(sentence) {
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
  }

  /** Say it to those who do not see the picture. @param {string} sentence */
  announce(sentence) {
    this.live.textContent = sentence;
  }

  /** An id for use within this view, such as a radio group's name. @param {string} name */
  id(name) {
    return `lt-${this.name}-${this.#number}-${name}`;
  }

  // --- what has to end with the view
  // ----------------------------------------------------------------------------------

  /** @param {() => void} callback called once, when the view goes */
  onDispose(callback) {
    if (this.signal.aborted) callback();
    else this.signal.addEventListener("abort", callback, { once: true });
  }

  /**
   * Listen as long as the view lives.
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: Event) => void} handler
   * @param {ListenOptions} options
   */
  listen(target, type, handler, options = {}) {
    target.addEventListener(type, (event) => this.guard(() => handler(event)), { ...options, signal: this.signal });
  }

  /**
   * Call `tick(seconds since the last call)` in every frame until it returns false or the returned function is called.
   * @param {(seconds: number) => boolean | void} tick
   */
  animate(tick) {
    let before = performance.now();
    let frame = 0;
    let running = true;
    const stop = () => {
      running = false;
      cancelAnimationFrame(frame);
      this.signal.removeEventListener("abort", stop);
    };
    const next = (/** @type {number} */ now) => {
      const seconds = Math.max(0, now - before) / 1000;
      before = now;
      this.guard(() => {
        if (tick(Math.min(seconds, 0.25)) === false) stop();
      });
      if (running && !this.signal.aborted) frame = requestAnimationFrame(next);
    };
    frame = requestAnimationFrame(next);
    this.onDispose(stop);
    return stop;
  }

  /** A worker from its text (`import code from "./x.js?worker-text"`) that ends with the view. @param {string} code */
  worker(code) {
    return startWorker(code, this.signal, (error) => this.fail(error));
  }

  // --- when something goes wrong
  // --------------------------------------------------------------------------------------

  /** Run `callback`; if it throws, the widget says so instead of freezing. @param {() => void} callback */
  guard(callback) {
    if (this.signal.aborted) return;
    try {
      callback();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Stop, and say so in a sentence. @param {unknown} error */
  fail(error) {
    if (this.signal.aborted) return;
    const place = this.root.parentElement;
    const note = this.root.ownerDocument.createElement("p");
    note.className = "lt-w-failed";
    note.role = "alert";
    const reason = error instanceof Error ? error.message : error;
    note.textContent = `This widget stopped: ${reason}. Load the page again to restart it.`;
    this.dispose();
    place?.append(note);
    console.error(error);
  }

  /** End everything that belongs to the view. */
  dispose() {
    if (this.signal.aborted) return;
    if (this.#saving) this.#save();
    cancelAnimationFrame(this.#frame);
    this.#abort.abort();
    this.#arrays.clear();
    this.#paint = () => {};
    render(nothing, this.body);
    this.root.remove();
  }
}
