// Brings the book's widgets to life in the built page, without a kernel and without any other script.
//
// myst-nb leaves two kinds of script in a page: one with the state of all widget models, and one per view, standing
// where the widget belongs. An anywidget's state has its code (`_esm`, `_css`), or for a widget of the book the name of
// a bundle, a script that the page loads before this one. The code is loaded from a Blob URL and given the model. Views
// of one model share it, so they stay in step. Other ipywidgets need Python to do anything; in their place stands a
// sentence that says so.
// A classic script, not a module, because a page opened straight from the disk may not load modules.

(() => {
  "use strict";

  const STATE = "application/vnd.jupyter.widget-state+json";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const NEEDS_PYTHON = "This control needs a running notebook: open the chapter in JupyterLab to use it.";

  // --- the state ------------------------------------------------------------------------------------------------------

  function decodeBase64(text) {
    const letters = atob(text);
    const bytes = new Uint8Array(letters.length);
    for (let k = 0; k < bytes.length; k += 1) bytes[k] = letters.charCodeAt(k); // Uint8Array.from takes several times as long
    return new DataView(bytes.buffer);
  }

  const decodeHex = (text) =>
    new DataView(Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer);

  /** Put the binary values, which JSON cannot hold, back where they belong in the state. */
  function withBuffers(state, buffers = []) {
    for (const { path, data, encoding } of buffers) {
      const owner = path.slice(0, -1).reduce((value, key) => value[key], state);
      owner[path.at(-1)] = encoding === "hex" ? decodeHex(data) : decodeBase64(data);
    }
    return state;
  }

  /** Give the state of a widget of the book the code that its bundle has put into `bookBundles`. */
  const withCode = (state) => ({ ...state, ...window.bookBundles?.[state._esm] });

  /** Models' states with their binary values and their code, by model id. */
  const whole = (stored) =>
    Object.entries(stored).map(([id, model]) => [id, { ...model, state: withCode(withBuffers(model.state, model.buffers)) }]);

  /** All models' states of the page: a map from model id to what myst-nb stored, with all code. */
  function readStates(root = document) {
    const scripts = [...root.querySelectorAll(`script[type="${STATE}"]`)];
    return new Map(scripts.flatMap((script) => whole(JSON.parse(script.textContent).state)));
  }

  // --- the model: what anywidget's code expects, with no Python behind it ---------------------------------------------

  class Model {
    #state;
    #changed = new Set();
    #listeners = new Map();

    constructor(state, widgetManager) {
      this.#state = state;
      this.widget_manager = widgetManager;
    }

    get(name) {
      return this.#state[name];
    }

    set(name, value) {
      const values = typeof name === "object" ? name : { [name]: value };
      const changed = Object.keys(values).filter((key) => this.#state[key] !== values[key]);
      for (const key of changed) {
        this.#state[key] = values[key];
        this.#changed.add(key);
        this.#emit(`change:${key}`, values[key]);
      }
      if (changed.length) this.#emit("change");
    }

    /** In a notebook this sends the changes to Python. Here everyone who listens has already heard of them. */
    save_changes() {
      this.#changed.clear();
    }

    send() {} // messages go to Python; there is none

    on(names, callback) {
      for (const name of names.split(/\s+/)) {
        this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), callback]);
      }
    }

    off(names, callback) {
      for (const name of names ? names.split(/\s+/) : [...this.#listeners.keys()]) {
        const kept = (this.#listeners.get(name) ?? []).filter((other) => callback && other !== callback);
        this.#listeners.set(name, kept);
      }
    }

    #emit(name, ...details) {
      for (const callback of this.#listeners.get(name) ?? []) callback(...details);
    }
  }

  // --- the widget's own code and style ------------------------------------------------------------------------------

  const isAnywidget = (stored) => stored?.model_module === "anywidget" && typeof stored.state._esm === "string";

  /** Import a module from its text. */
  async function importText(text) {
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    try {
      return await import(url);
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  /** A module may offer its functions as such, or as its default export, or as a function that returns them. */
  async function widgetOf(module) {
    const widget = module.default ?? module;
    return typeof widget === "function" ? await widget() : widget;
  }

  function addStyle(css) {
    const known = [...document.head.querySelectorAll("style[data-widget]")].some((style) => style.textContent === css);
    if (!css || known) return;
    const style = document.createElement("style");
    style.dataset.widget = "";
    style.textContent = css;
    document.head.append(style);
  }

  const never = () => new AbortController().signal; // a stored page's widgets live as long as the page

  const experimental = { invoke: () => Promise.reject(new Error("there is no Python behind this page")) };

  /** Loads each module once, and makes each model once, however many views it has. */
  class WidgetManager {
    #modules = new Map();
    #models = new Map();

    constructor(states) {
      this.states = states;
    }

    #module(text) {
      if (!this.#modules.has(text)) this.#modules.set(text, importText(text));
      return this.#modules.get(text);
    }

    async #start(id) {
      const { state } = this.states.get(id);
      const model = new Model(state, this);
      addStyle(state._css);
      const widget = await widgetOf(await this.#module(state._esm));
      await widget.initialize?.({ model, signal: never(), experimental });
      return { model, widget };
    }

    instance(id) {
      if (!this.#models.has(id)) this.#models.set(id, this.#start(id));
      return this.#models.get(id);
    }

    async get_model(id) {
      return (await this.instance(id)).model;
    }
  }

  // --- the page -------------------------------------------------------------------------------------------------------

  function placeFor(script) {
    const place = document.createElement("div");
    place.className = "lt-widget";
    script.after(place);
    return place;
  }

  /** The still picture that stands where a view will be, for readers without scripts. */
  function stillOf(script, id) {
    const output = script.closest(".cell_output") ?? script.parentElement;
    return output?.querySelector(`[data-still-of="${CSS.escape(id)}"]`);
  }

  function say(place, sentence) {
    const note = document.createElement("p");
    note.className = "lt-static-note";
    note.textContent = sentence;
    place.replaceChildren(note);
  }

  /** Draw a view, and return whether that succeeded. */
  async function draw(place, id, manager, signal = never()) {
    if (!isAnywidget(manager.states.get(id))) {
      say(place, NEEDS_PYTHON);
      return false;
    }
    try {
      const { model, widget } = await manager.instance(id);
      await widget.render?.({ model, el: place, signal, experimental });
      return true;
    } catch (error) {
      say(place, "This widget could not be started.");
      console.error(error);
      return false;
    }
  }

  async function showView(script, manager) {
    const place = placeFor(script);
    const id = JSON.parse(script.textContent).model_id;
    if (await draw(place, id, manager)) stillOf(script, id)?.remove();
  }

  const isInSight = (script) => {
    const { top } = (script.closest(".cell") ?? script.parentElement).getBoundingClientRect();
    return top < innerHeight;
  };

  /** What the reader sees comes to life first, and is painted before the others begin. */
  async function showWidgets(root = document) {
    const manager = new WidgetManager(readStates(root));
    const views = [...root.querySelectorAll(`script[type="${VIEW}"]`)];
    const inSight = views.filter(isInSight);
    const show = (script) => showView(script, manager);
    await Promise.all(inSight.map(show));
    if (inSight.length) await new Promise((resolve) => setTimeout(resolve));
    await Promise.all(views.filter((view) => !inSight.includes(view)).map(show));
    document.documentElement.dataset.widgets = "ready";
  }

  /** For Python in the page: draw a widget that a cell has made, from models' states as in a stored page. */
  window.bookWidgets = {
    show: (place, id, stored, signal) => draw(place, id, new WidgetManager(new Map(whole(stored))), signal),
  };

  showWidgets();
})();
