// Two directions: edit a sentence, and see what a forward reader, a backward reader and one of both directions know.

import { html, render } from "lit-html";
import {
  asChoice,
  asInteger,
  choice,
  clamp,
  defineWidget,
  heatMap,
  linkState,
  mapKey,
  number,
  select,
  textField,
} from "../js/kit/index.js";
import { sentenceEditor } from "./editor.js";
import { changePanel, shareTable } from "./panels.js";
import { CHAINS, chains, seenBy } from "./picture.js";
import { answered, masked, newGame, next, predictPanel } from "./predict.js";
import { gathered, largest, modelOf, READERS, readAll, sizeOf, swapAll } from "./reading.js";
import { LONGEST, parse, replaced } from "./sentence.js";

/** @typedef {import("./reading.js").Reader} Reader */

const ROW = 8; // px of a unit in the strips
const NARROW = 80; // px of a word's column, at least
const UNSURE = 0.6; // a likeliest tag below this stands out
const WAIT = 90; // ms without an edit, then the other words are tried
const NAMES = /** @type {Record<Reader, string>} */ ({
  forward: "the forward reader",
  backward: "the backward reader",
  both: "the reader of both directions",
});

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const [vocabulary, tags] = [view.get("_words"), view.get("_tags")];
  const { presets, questions } = { presets: view.get("_presets"), questions: view.get("_questions") };
  const doc = view.root.ownerDocument;
  const isKnown = (/** @type {string} */ text) =>
    text.split(" ").every((word) => vocabulary.includes(word)) && text.split(" ").length <= LONGEST;
  const link = linkState(view, {
    text: { parse: (text) => (isKnown(text) ? text : undefined), format: String },
    token: asInteger(0, LONGEST - 1),
    reader: asChoice(["both", "forward", "backward"]),
    mode: asChoice(["edit", "predict"]),
  });

  // --- what the models say ------------------------------------------------------------------------------------------

  const makeModels = () => {
    const made = READERS.map((reader) => [
      reader,
      modelOf(reader, view.array(`_${reader}`).data, {
        H: view.get("_sizes")[reader],
        D: vocabulary.length,
        K: tags.length,
      }),
    ]);
    return /** @type {Record<Reader, import("./reading.js").Model>} */ (Object.fromEntries(made));
  };
  let models = makeModels();
  const codesOf = (/** @type {string[]} */ words) => words.map((word) => vocabulary.indexOf(word));
  /** @type {{text: string, reading: ReturnType<typeof readAll>} | null} */
  let known = null;
  const readingOf = (/** @type {string[]} */ words) => {
    const text = words.join(" ");
    if (known?.text !== text) known = { text, reading: readAll(models, codesOf(words)) };
    return known.reading;
  };
  /** @type {{key: string, swaps: import("./reading.js").Swaps} | null} */
  let tried = null;
  let timer = 0;
  let waitingFor = "";
  view.onDispose(() => window.clearTimeout(timer));
  /** @param {string[]} words @param {Reader} reader */
  const swapsOf = (words, reader) => {
    const key = `${reader} ${words.join(" ")}`;
    if (tried?.key === key) return tried.swaps;
    if (waitingFor !== key) {
      waitingFor = key;
      window.clearTimeout(timer);
      timer = window.setTimeout(
        () =>
          view.guard(() => {
            tried = { key, swaps: swapAll(models[reader], reader, codesOf(words)) };
            view.repaint();
          }),
        WAIT,
      );
    }
    return null;
  };
  view.on("_forward _backward _both", () => {
    models = makeModels();
    known = tried = null;
    waitingFor = "";
  });

  // --- what the reader does -----------------------------------------------------------------------------------------

  let draft = view.get("text");
  let refused = "";
  let game = newGame();
  /** @type {number | null} */
  let hovered = null;
  /** @type {{row: number, column: number, way: "forward" | "backward"} | null} */
  let pointed = null;

  const change = (/** @type {string[]} */ words, /** @type {number} */ token) => {
    refused = "";
    view.set({ text: words.join(" "), token });
  };
  const choose = (/** @type {number} */ token) => {
    if (token !== view.get("token")) view.set({ token });
  };
  view.on("text", () => {
    const text = view.get("text");
    if (parse(draft, vocabulary).words.join(" ") !== text) draft = text;
    hovered = pointed = null;
  });
  view.on("mode", () => {
    game = newGame();
  });
  const editor = sentenceEditor(view, {
    change,
    choose,
    hover(token) {
      if (token === hovered) return;
      hovered = token;
      view.repaint();
    },
  });
  const onText = (/** @type {string} */ typed) => {
    const { words, unknown, tooMany } = parse(typed, vocabulary);
    const said = [];
    if (unknown.length) said.push(`The models do not know ${unknown.join(", ")}; they read on without.`);
    if (tooMany) said.push(`${LONGEST} words are the most.`);
    draft = typed;
    if (words.length) change(words, clamp(view.get("token"), 0, words.length - 1));
    else view.repaint();
    refused = said.join(" ");
    if (refused) view.announce(refused);
  };

  // --- the picture --------------------------------------------------------------------------------------------------

  const frame = doc.createElement("div");
  frame.className = "td-frame";
  const strips = { forward: heatMap(view), backward: heatMap(view) };
  let pitch = NARROW;

  /**
   * @param {string[]} words
   * @param {number} token
   * @param {Reader} reader
   * @param {boolean} hidden
   * @param {ReturnType<typeof readAll>} reading
   */
  const paintPicture = (words, token, reader, hidden, reading) => {
    const T = words.length;
    const room = frame.clientWidth || view.width - 130;
    pitch = Math.max(NARROW, Math.min(Math.floor(room / T), 118));
    const blank = (/** @type {ArrayLike<number>} */ row) => (hidden ? Array.from(row, () => Number.NaN) : row);
    for (const way of /** @type {const} */ (["forward", "backward"])) {
      const states = reading[way].map(blank);
      strips[way].update({
        label: `The ${way} state at each word, ${reading.H} units`,
        rowHeight: ROW,
        minColumn: pitch,
        maxColumn: pitch,
        columnName: "word",
        rows: Array.from({ length: reading.H }, (_, unit) => ({
          label: `${way} h, unit ${unit}`,
          letter: "h",
          kind: /** @type {"signed"} */ ("signed"),
          values: states.map((state) => state[unit]),
        })),
        cursor: pointed?.way === way ? { row: pointed.row, column: pointed.column } : { column: token },
        onCursor(place, how) {
          pointed = { ...place, way };
          if (how === "hover") view.repaint();
          else {
            view.set({ token: place.column });
            view.repaint();
          }
        },
        onLeave() {
          pointed = null;
          view.repaint();
        },
      });
    }
    const seen = seenBy(words, token, reader);
    const told = `Two chains of cells over ${T} words, one to the right, one to the left. At word ${token + 1}, ${words[token]}, ${NAMES[reader]} has seen: ${seen.join(" ")}`;
    const sizes = {
      forward: reading.forward.map((h) => (hidden ? 0 : sizeOf(h))),
      backward: reading.backward.map((h) => (hidden ? 0 : sizeOf(h))),
    };
    render(
      html`<div class="td-sheet" style="width:${T * pitch}px">
      <div class="td-now" style="width:${pitch}px;transform:translateX(${token * pitch}px)"></div>
      ${READERS.map(
        (who) => html`<div class=${who === reader ? "td-tags is-reader" : "td-tags"} role="img"
        aria-label="${NAMES[who]}: ${hidden ? "hidden until you answer" : words.map((word, t) => `${word} ${tags[largest(reading.shares[who][t])]} ${number(Math.max(...reading.shares[who][t]))}`).join(", ")}">
        ${words.map((_, t) => {
          const row = reading.shares[who][t];
          const best = largest(row);
          const differs = !hidden && best !== largest(reading.shares.both[t]);
          return html`<span class=${differs || (!hidden && row[best] < UNSURE) ? "is-other" : ""}
            style="width:${pitch}px"><b>${hidden ? "?" : tags[best]}</b>
            <i style="--share:${hidden ? 0 : row[best].toFixed(4)}"></i><small
              class="lt-value">${hidden ? "" : differs ? `≠ ${number(row[best])}` : number(row[best])}</small></span>`;
        })}</div>`,
      )}
      <div class="td-strips">${strips.forward.el}${strips.backward.el}</div>
      ${chains({ words, pitch, token, reader, label: told, sizes, onPress: choose })}
    </div>`,
      frame,
    );
    const start = token * pitch;
    if (frame.scrollWidth > frame.clientWidth && frame.clientWidth && shown !== `${token}/${T}`) {
      if (start < frame.scrollLeft) frame.scrollLeft = start;
      if (start + pitch > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = start + pitch - frame.clientWidth;
    }
    if (frame.clientWidth) shown = `${token}/${T}`;
  };
  let shown = "";

  /**
   * What stands under the picture: the value pointed at, or how the strips are read.
   * @param {string[]} words
   * @param {boolean} hidden
   * @param {ReturnType<typeof readAll>} reading
   */
  const readout = (words, hidden, reading) => {
    if (!pointed || hidden || pointed.column >= words.length)
      return "A thin row for each unit. “both” reads the two strips, joined.";
    const { way, row, column } = pointed;
    return `${way} h of unit ${row} at “${words[column]}”: ${number(reading[way][column][row])}`;
  };

  return () => {
    const { dark } = view.theme;
    const mode = view.get("mode");
    const reader = /** @type {Reader} */ (view.get("reader"));
    const predicting = mode === "predict";
    const question = questions[game.number];
    const hidden = predicting && !game.guess;
    const words = (predicting ? question.text : view.get("text")).split(" ");
    const token = predicting ? question.token : clamp(view.get("token"), 0, words.length - 1);
    const reading = readingOf(words);
    const about = hovered !== null && hovered < words.length && !predicting ? hovered : token;
    const swaps = hidden ? null : swapsOf(words, reader);
    const visibleWords = hidden ? masked(words, token, reader) : words;
    paintPicture(visibleWords, token, reader, hidden, reading);
    const point = presets.find((/** @type {{text: string}} */ preset) => preset.text === view.get("text"));
    const said = Object.fromEntries(
      READERS.map((who) => {
        const row = reading.shares[who][token];
        return [who, { tag: tags[largest(row)], share: Math.max(...row) }];
      }),
    );
    const guess = (/** @type {string} */ tag) => {
      game = answered(game, tag, question.tag, Object.fromEntries(READERS.map((who) => [who, said[who].tag])));
      view.repaint();
    };
    const { row, tools } = editor.template({
      words,
      token,
      vocabulary,
      influence: swaps?.influence[about] ?? null,
      about,
    });
    if (!predicting) render(row, editor.list);
    const modes = choice({
      id: view.id("mode"),
      label: "What to do",
      hideLabel: true,
      value: mode,
      options: [
        { value: "edit", text: "Edit" },
        { value: "predict", text: "Predict" },
      ],
      onChange: (value) => view.set({ mode: value }),
    });
    const readers = choice({
      id: view.id("reader"),
      label: predicting ? "Read like" : "Take apart the answer of",
      value: reader,
      options: ["forward", "backward", "both"].map((value) => ({
        value,
        text: value,
        name: `${value === "both" ? "both directions" : `the ${value} reader`}`,
      })),
      onChange(value) {
        if (predicting) game = { ...newGame(), number: game.number };
        view.set({ reader: value });
      },
    });
    const choices = presets.map((/** @type {{text: string}} */ { text }) => ({ value: text, text }));
    view.render(html`<div class="lt-stack">
      <div class="lt-row lt-apart">${modes}${readers}</div>
      ${
        predicting
          ? predictPanel({
              game,
              question,
              reader,
              said,
              onGuess: guess,
              onNext() {
                game = next(game, questions.length);
                view.repaint();
              },
              onOpen: () => view.set({ mode: "edit", text: question.text, token: question.token }),
            })
          : html`<div class="lt-stack">
          <div class="td-example">${select({
            label: "Example",
            value: point?.text ?? "",
            options: point ? choices : [{ value: "", text: "your own sentence" }, ...choices],
            onChange: (text) =>
              text &&
              change(
                text.split(" "),
                presets.find((/** @type {{text: string}} */ preset) => preset.text === text).token,
              ),
          })}</div>
          <p class="td-point">${point?.point ?? "Your own sentence. No grammar is asked for: the readers tag whatever comes."}</p>
          <div class="td-editor"><div role="group"
            aria-label="The sentence. Arrow keys choose a word, Shift with an arrow moves it, Delete removes it.">${editor.list}</div>
            <p class="lt-hint">The bars: how far the probability of the tag of “${words[about]}” falls, on average, for
              ${NAMES[reader]}, if this word is
              another. Drag a word to move it.</p></div>
          ${tools}
          ${textField({ label: "Or type a sentence", value: draft, maxLength: 200, onInput: onText })}
          <p class="lt-hint td-refused">${refused || `The models know ${vocabulary.length} words; a word that they do not know is left out.`}</p>
        </div>`
      }
      <div class="td-picture"><div class="td-names" aria-hidden="true">
          ${READERS.map((who) => html`<span class="td-name-tag ${who === reader ? "is-reader" : ""}">${who}</span>`)}
          <span class="td-name-strip" style="height:${ROW * reading.H}px">forward h</span><span class="td-name-strip"
            style="height:${ROW * reading.H}px">backward h</span>
          <span class="td-name-chain" style="top:${CHAINS.forward}px">LSTM →</span><span class="td-name-chain"
            style="top:${CHAINS.backward}px">← LSTM</span></div>
        ${frame}</div>
      <div class="lt-row lt-apart"><span
        class="lt-hint td-readout">${readout(visibleWords, hidden, reading)}</span>${mapKey({
          kind: "signed",
          dark,
          label: "h",
        })}</div>
      <div class="td-below">
        ${shareTable({
          word: words[token],
          tags,
          shares: Object.fromEntries(READERS.map((who) => [who, reading.shares[who][token]])),
          hidden,
        })}
        ${
          hidden
            ? html`<div></div>`
            : changePanel({
                word: words[token],
                who: NAMES[reader],
                words,
                vocabulary,
                tags,
                groups: swaps && gathered(swaps.changes[token]),
                onTry: (at, word) =>
                  predicting
                    ? view.set({ mode: "edit", text: replaced(words, at, word).join(" "), token })
                    : change(replaced(words, at, word), token),
              })
        }
      </div>
      <div class="lt-row">${link.buttons(() => {
        game = newGame();
        refused = "";
        draft = view.get("text");
      })}</div>
    </div>`);
  };
}

export default defineWidget("twodirections", setup);
