// The scratch page: cells of the reader's own, kept in the reader's browser, and a network from the reader's own disk.

import { Cell } from "./cell.js";
import { element } from "./elements.js";

const KEPT = "lt:scratch";
const FIRST = [
  "import numpy as np\n\nimport lstm_tutor as lt",
  `layer = lt.LSTM(3, 8, rng=0)  # or your own network: choose its file above
x = np.random.default_rng(1).standard_normal((20, 1, 3))  # 20 steps of 1 sequence
trace = layer.forward(x)
lt.plots.gate_heatmap(trace, "f");  # the forget gate, a row per unit`,
];

/** What shows a gate of the network in a file; its letter follows from the shape of the weights. */
const reading = (name, letter) => `import numpy as np

import lstm_tutor as lt

# if the file holds several networks, say which: prefix="encoder.lstm"
layer = lt.from_torch(np.load(${JSON.stringify(name)}))
x = np.random.default_rng(0).standard_normal((20, 1, layer.input_size))
trace = layer.forward(x.astype(layer.dtype))  # put your own x here: (T, N, D)
lt.plots.gate_heatmap(trace, "${letter}");`;

const LETTERS = { 1: "h", 3: "z", 4: "f" }; // by how many blocks the weights have: RNN, GRU, LSTM

/** The letter for arrays such as "weight_hh_l0 (20, 5)"; without such an array, that of an LSTM. */
function letterOf(arrays) {
  const [, rows, units] = arrays.map((line) => /weight_hh_l0 \((\d+), (\d+)\)/.exec(line)).find(Boolean) ?? [];
  return LETTERS[rows / units] ?? "f";
}

/** What says which arrays are in a file; NumPy refuses pickles, which could run code. */
const listing = (name) => `import numpy as np

with np.load(${JSON.stringify(name)}, allow_pickle=False) as _arrays:
    for _name in _arrays.files:
        print(_name, _arrays[_name].shape)`;

const PICKLE = "it holds a pickle, which may run any program when it is read. Save plain arrays, as the lines below do";

class Scratch {
  #count = 0;

  constructor(page, place) {
    Object.assign(this, { page, place });
    page.onChange = () => this.keep();
    this.list = element("div", "lt-scratch-cells");
    const add = element("button", "", "Add a cell");
    add.type = "button";
    add.addEventListener("click", () => this.add("", { isFocused: true }));
    const buttons = element("div", "lt-scratch-buttons");
    buttons.append(add);
    place.replaceChildren(this.#chooser(), this.list, buttons);
    const kept = page.help.kept(KEPT, []).filter((code) => typeof code === "string");
    for (const code of kept.length ? kept : FIRST) this.add(code);
  }

  keep() {
    this.page.help.keep(KEPT, this.page.cells.map(({ code }) => code));
  }

  // --- cells --------------------------------------------------------------------------------------------------------

  add(code, { isFocused = false } = {}) {
    this.#count += 1;
    const id = `scratch-${this.#count}`;
    const root = element("div", "cell docutils container");
    root.id = `cell-${id}`;
    const input = element("div", "cell_input docutils container");
    const frame = element("div", "highlight-ipython3 notranslate");
    const highlight = element("div", "highlight");
    const bar = element("div", "lt-run");
    highlight.append(element("pre"));
    frame.append(highlight);
    for (const [does, word] of [["run", "Run"], ["edit", "Edit"]]) bar.append(this.#button(does, word));
    input.append(frame, bar);
    root.append(input);
    this.list.append(root);
    const about = { id, code: "", uses: [], defines: [], imports: {}, own: true, label: `Cell ${this.#count}` };
    const cell = new Cell(root, about, this.page);
    this.page.cells.push(cell);
    cell.edit(isFocused, code);
    for (const [word, label, act] of [
      ["↑", "Move this cell up", () => this.#move(cell, -1)],
      ["↓", "Move this cell down", () => this.#move(cell, 1)],
      ["Delete", "Delete this cell", () => this.#delete(cell)],
    ]) {
      const button = this.#button("", word);
      button.setAttribute("aria-label", label);
      button.addEventListener("click", act);
      bar.insertBefore(button, cell.status);
    }
    this.keep();
    return cell;
  }

  #button(does, word) {
    const button = element("button", "", word);
    Object.assign(button, { type: "button" });
    if (does) button.dataset.does = does;
    return button;
  }

  #move(cell, by) {
    const { cells } = this.page;
    const from = cells.indexOf(cell);
    if (!cells[from + by] || cell.isBusy) return;
    cells.splice(from, 1);
    cells.splice(from + by, 0, cell);
    const focused = document.activeElement;
    if (by < 0) cells[from].root.before(cell.root);
    else cells[from].root.after(cell.root);
    focused?.focus();
    this.page.refresh();
    this.keep();
  }

  #delete(cell) {
    if (cell.isBusy) this.page.stop(cell);
    const { cells } = this.page;
    const at = cells.indexOf(cell);
    cells.splice(at, 1);
    cell.root.remove();
    if (!cells.length) this.add("");
    cells[Math.min(at, cells.length - 1)].runButton.focus();
    this.page.refresh();
    this.keep();
  }

  // --- a file ---------------------------------------------------------------------------------------------------------

  #chooser() {
    const box = element("div", "lt-drop");
    const label = element("label", "", "Your network, saved as an .npz: choose the file, or drop it here. ");
    const input = element("input");
    Object.assign(input, { type: "file", accept: ".npz" });
    this.said = element("p", "lt-drop-said", "It stays in your browser: nothing is sent anywhere.");
    this.said.setAttribute("role", "status");
    label.append(input);
    box.append(label, this.said);
    input.addEventListener("change", () => input.files.length && this.#take(input.files[0]));
    box.addEventListener("dragover", (event) => {
      event.preventDefault();
      box.dataset.over = "";
    });
    box.addEventListener("dragleave", () => delete box.dataset.over);
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      delete box.dataset.over;
      if (event.dataTransfer.files.length) this.#take(event.dataTransfer.files[0]);
    });
    return box;
  }

  /** Read a file of arrays, say what is in it, and add the lines that show its gates. */
  async #take(file) {
    const { name } = file;
    const words = await this.#refusalOf(file);
    if (words) return this.say(words);
    this.say(`Reading ${name} …`);
    try {
      const found = await this.page.give(file, listing(name));
      if (found.error) {
        const { name: kind, message } = found.error;
        return this.say(`${name} was refused: ${/pickle/.test(message) ? PICKLE : `${kind}: ${message}`}.`);
      }
      const arrays = found.text.trim().split("\n");
      this.say(`${name} holds ${arrays.length} arrays: ${arrays.slice(0, 4).join(", ")}${arrays.length > 4 ? ", …" : ""}.`);
      const cell = this.add(reading(name, letterOf(arrays)));
      this.page.run(cell);
    } catch (error) {
      this.say(`${name} could not be read: ${error.message.replace(/\.$/, "")}.`);
    }
  }

  /** Why a file is not taken, or "". A .pt or .pth is a pickle, which could run code when it is read. */
  async #refusalOf(file) {
    const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    if (!/\.npz$/i.test(file.name)) return `${file.name} was refused: an .npz is expected. The lines below save one.`;
    if (start[0] !== 0x50 || start[1] !== 0x4b) return `${file.name} was refused: it is no .npz, which is an archive of arrays.`;
    return "";
  }

  say(words) {
    this.said.textContent = words;
  }
}

export const openScratch = (page, place) => new Scratch(page, place);
