// One code cell of the page: its bar of buttons, its editor, and what it shows in place of the stored output.

import { edit } from "./editor.js";
import { element } from "./elements.js";
import { addOutput } from "./outputs.js";

const RUNNING = ["waiting", "running"];

export class Cell {
  #editor = null;
  #live = null; // what the last run has shown
  #pending = null; // what this run shows, until there is something to see
  #ending = new AbortController(); // of the widgets that it shows
  hasRun = false;
  phase = "idle";

  /**
   * @param {HTMLElement} root the cell in the page
   * @param {object} about what the build says about it, see `running.py`
   * @param {object} page the page's script: `run`, `runAbove`, `stop`, `changed`, `folder`
   */
  constructor(root, about, page) {
    Object.assign(this, { root, about, page, bar: root.querySelector(".lt-run") });
    this.stored = root.querySelector(".cell_output");
  }

  get name() {
    return this.about.id;
  }

  get code() {
    return this.#editor?.text ?? this.about.code;
  }

  get isEdited() {
    return !this.about.own && this.code !== this.about.code;
  }

  get isBusy() {
    return RUNNING.includes(this.phase);
  }

  // --- the bar ----------------------------------------------------------------------------------------------------------

  /** Give a visible cell all its buttons. */
  open() {
    if (!this.bar || this.isOpen) return;
    this.isOpen = true;
    this.bar.dataset.open = "";
    this.runButton = this.bar.querySelector("[data-does='run']");
    this.runWord = this.runButton.textContent;
    this.editButton = this.bar.querySelector("[data-does='edit']");
    this.aboveButton = this.#button("above", "Run all above");
    this.resetButton = this.#button("reset", this.about.own ? "Clear output" : "Reset");
    this.edited = element("span", "lt-run-edited", "edited");
    this.progress = element("progress");
    this.progress.setAttribute("aria-label", "Loading");
    this.loading = element("span", "lt-run-loading");
    this.loading.setAttribute("aria-hidden", "true"); // changes too often to be read aloud
    this.status = element("span", "lt-run-status");
    this.status.setAttribute("role", "status");
    this.bar.append(this.aboveButton, this.resetButton, this.edited, this.status, this.progress, this.loading);
    this.bar.addEventListener("click", ({ target, detail }) => {
      if (detail < 2) this.press(target.closest("button")); // the second click of a double click is no Stop
    });
    this.refresh();
  }

  #button(does, word) {
    const button = element("button", "", word);
    Object.assign(button, { type: "button" });
    button.dataset.does = does;
    return button;
  }

  press(button) {
    const does = button?.dataset.does;
    if (does === "edit") this.edit(true);
    else if (does === "above") this.page.runAbove(this);
    else if (does === "reset") this.reset();
    else if (does === "run" && !this.isBusy) this.page.run(this);
    else if (does === "run") this.page.stop(this);
  }

  refresh() {
    this.root.classList.toggle("lt-edited", this.isEdited);
    if (!this.isOpen) return;
    this.runButton.textContent = this.isBusy ? "Stop" : this.runWord;
    this.editButton.hidden = this.#editor !== null;
    this.aboveButton.hidden = this.isBusy || !this.page.hasAbove(this);
    this.resetButton.hidden = this.isBusy || !(this.isEdited || this.#live);
    this.edited.hidden = !this.isEdited;
    if (!this.isBusy) this.showLoading(null);
  }

  setPhase(phase, words = "") {
    this.phase = phase;
    this.root.dataset.phase = phase;
    this.say(words);
    this.refresh();
  }

  /** Say something in the bar, and to those who listen. `parts` may be text, and elements such as a link. */
  say(...parts) {
    this.status?.replaceChildren(...parts);
  }

  /** Show what is loaded and how far: { text, fraction }; a fraction of null is not known. */
  showLoading(what) {
    if (!this.isOpen) return;
    this.progress.hidden = this.loading.hidden = !what;
    this.loading.textContent = what?.text ?? "";
    if (what?.fraction == null) this.progress.removeAttribute("value");
    else this.progress.value = what.fraction;
  }

  // --- the editor -------------------------------------------------------------------------------------------------------

  edit(isFocused = false, text = this.about.code) {
    if (!this.bar) return;
    this.open();
    if (!this.#editor) {
      const pre = this.bar.parentElement.querySelector(".highlight pre");
      this.#editor = edit(pre, {
        text,
        label: this.about.label ?? `Code of the cell ${this.name}`,
        onChange: () => {
          this.page.changed(this);
          this.refresh();
        },
        onRun: () => this.isBusy || this.page.run(this),
      });
      this.refresh();
    }
    if (isFocused) this.#editor.area.focus();
  }

  reset() {
    const isFocusLost = document.activeElement === this.resetButton;
    if (this.#editor && !this.about.own) this.#editor.text = this.about.code;
    this.#clear();
    this.page.changed(this);
    this.setPhase("idle", this.about.own ? "" : "As it was.");
    if (isFocusLost) this.runButton.focus();
  }

  // --- outputs ----------------------------------------------------------------------------------------------------------

  #clear() {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#live?.remove();
    this.#live = this.#pending = null;
    for (const part of this.root.querySelectorAll(".lt-kept")) part.classList.remove("lt-kept");
    this.#editor?.markLine(0);
  }

  /** From now on, outputs are those of a new run; the old ones stay until there is something to see. */
  begin() {
    this.#pending = element("div", this.stored ? "lt-live" : "cell_output lt-live");
  }

  show(output) {
    if (output.kind === "widget" && !this.bar) return; // the page's own widget, as the reader has set it
    this.#reveal(output.kind === "torch");
    if (output.kind === "error") {
      this.#editor?.markLine(output.line);
      this.failed = output;
    }
    const isBeside = this.stored !== null;
    addOutput(this.#live, output, { alt: this.#alt, folder: this.page.folder, signal: this.#ending.signal, isBeside });
  }

  /** The run is over: what it has not shown again is gone. After one that was stopped, what it has shown stays. */
  finish(isStopped = false) {
    if (this.bar && !isStopped) this.#reveal();
    this.#pending = null;
    this.refresh();
  }

  get #alt() {
    const alt = this.stored?.querySelector("img")?.alt;
    return alt && !this.isEdited ? alt : "A figure drawn by the code above it.";
  }

  /** Put the new outputs where the stored one stands; a figure keeps its place, its number and its caption. */
  #reveal(isBesideStored = false) {
    if (!this.#pending) return;
    const live = this.#pending;
    this.#clear();
    this.#live = live;
    const figure = this.stored?.querySelector("figure:has(> figcaption)");
    const place = figure ?? this.stored;
    if (!isBesideStored) {
      const hidden = figure ? [...this.stored.children, ...figure.children] : (this.stored?.children ?? []);
      for (const part of hidden) if (part !== figure && part.localName !== "figcaption") part.classList.add("lt-kept");
    }
    if (place) place.prepend(live);
    else this.root.append(live);
  }
}
