// Two directions: edit a sentence, and see what a forward reader, a backward reader and one of both directions know.

import { html, render } from "lit-html";
import {
  asChoice,
  asInteger,
  choice,
  clamp,
  computed,
  computedLater,
  defineWidget,
  linkState,
  mapKey,
  select,
  textField,
} from "../js/kit/index.js";
import { sentenceEditor } from "./editor.js";
import { NAMES, ROW, sentenceFrame } from "./frame.js";
import { changePanel, shareTable } from "./panels.js";
import { CHAINS } from "./picture.js";
import { answered, masked, newGame, next, predictPanel } from "./predict.js";
import { gathered, largest, modelOf, READERS, readAll, swapAll } from "./reading.js";
import { asSentence, LONGEST, parse, refusal, replaced } from "./sentence.js";

/** @typedef {import("./reading.js").Reader} Reader */
/** @typedef {import("./reading.js").Model} Model */
/** @typedef {{text: string, token: number, point: string}} Preset */

const WAIT = 90; // ms without an edit, then the other words are tried

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const [vocabulary, tags] = [view.get("_words"), view.get("_tags")];
  const presets = /** @type {Preset[]} */ (view.get("_presets"));
  const questions = view.get("_questions");
  const link = linkState(view, {
    text: asSentence(vocabulary),
    token: asInteger(0, LONGEST - 1),
    reader: asChoice(["both", "forward", "backward"]),
    mode: asChoice(["edit", "predict"]),
  });
  let draft = view.get("text");
  let refused = "";
  let game = newGame();
  /** @type {number | null} */
  let hovered = null;

  // --- what the models say ------------------------------------------------------------------------------------------

  const models = computed(
    () => READERS.map((reader) => view.array(`_${reader}`)),
    (...weights) => {
      const sizes = { D: vocabulary.length, K: tags.length };
      const made = READERS.map((reader, k) => [
        reader,
        modelOf(reader, weights[k].data, { H: view.get("_sizes")[reader], ...sizes }),
      ]);
      return /** @type {Record<Reader, Model>} */ (Object.fromEntries(made));
    },
  );
  const codesOf = (/** @type {string} */ text) => text.split(" ").map((word) => vocabulary.indexOf(word));
  const textNow = () => (view.get("mode") === "predict" ? questions[game.number].text : view.get("text"));
  const reading = computed(
    () => [models(), textNow()],
    (made, text) => readAll(made, codesOf(text)),
  );
  const swaps = computedLater(
    view,
    WAIT,
    () => [models(), /** @type {Reader} */ (view.get("reader")), textNow()],
    (made, reader, text) => swapAll(made[reader], reader, codesOf(text)),
  );

  // --- what the reader does -----------------------------------------------------------------------------------------

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
    hovered = null;
    frame.forget();
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
  const frame = sentenceFrame(view, { tags, onChoose: choose });
  const onText = (/** @type {string} */ typed) => {
    const parsed = parse(typed, vocabulary);
    draft = typed;
    if (parsed.words.length) change(parsed.words, clamp(view.get("token"), 0, parsed.words.length - 1));
    refused = refusal(parsed);
    view.repaint(); // also if the known words are as before, and only what is said of the others is new
    if (refused) view.announce(refused);
  };
  const choosePreset = (/** @type {string} */ text) => {
    const preset = presets.find((one) => one.text === text);
    if (preset) change(text.split(" "), preset.token);
  };
  const tryWord = (/** @type {string[]} */ words, /** @type {number} */ token) => {
    if (view.get("mode") === "predict") view.set({ mode: "edit", text: words.join(" "), token });
    else change(words, token);
  };
  const reset = () => {
    game = newGame();
    refused = "";
    draft = view.get("text");
  };

  return () => {
    const predicting = view.get("mode") === "predict";
    const reader = /** @type {Reader} */ (view.get("reader"));
    const question = questions[game.number];
    const hidden = predicting && !game.guess;
    const words = textNow().split(" ");
    const token = predicting ? question.token : clamp(view.get("token"), 0, words.length - 1);
    const { shares, H } = reading();
    const about = hovered !== null && hovered < words.length && !predicting ? hovered : token;
    const others = hidden ? null : swaps();
    const visibleWords = hidden ? masked(words, token, reader) : words;
    frame.update({ words: visibleWords, token, reader, hidden, reading: reading() });
    const { row, tools } = editor.template({
      words,
      token,
      vocabulary,
      influence: others?.influence[about] ?? null,
      about,
    });
    if (!predicting) render(row, editor.list);
    const panel = predicting ? quiz(token) : editing(words[about], tools);
    view.render(html`<div class="lt-stack">
      <div class="lt-row lt-apart">${modes(view)}${readers(reader, predicting)}</div>
      ${panel}
      <div class="td-picture">${pictureNames(reader, H)}${frame.el}</div>
      <div class="lt-row lt-apart"><span
        class="lt-hint td-readout">${frame.readout(visibleWords, hidden, reading())}</span>${mapKey({
          kind: "signed",
          dark: view.theme.dark,
          label: "h",
        })}</div>
      <div class="td-below">
        ${shareTable({
          word: words[token],
          tags,
          shares: Object.fromEntries(READERS.map((who) => [who, shares[who][token]])),
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
                groups: others && gathered(others.changes[token]),
                onTry: (at, word) => tryWord(replaced(words, at, word), token),
              })
        }
      </div>
      <div class="lt-row">${link.buttons(reset)}</div>
    </div>`);
  };

  // --- templates ----------------------------------------------------------------------------------------------------

  /** @param {Reader} reader @param {boolean} predicting */
  function readers(reader, predicting) {
    return choice({
      id: view.id("reader"),
      label: predicting ? "Read like" : "Take apart the answer of",
      value: reader,
      options: ["forward", "backward", "both"].map((value) => ({
        value,
        text: value,
        name: value === "both" ? "both directions" : `the ${value} reader`,
      })),
      onChange(value) {
        if (predicting) game = { ...newGame(), number: game.number };
        view.set({ reader: value });
      },
    });
  }

  /** The question, and what the readers say. @param {number} token */
  function quiz(token) {
    const question = questions[game.number];
    const said = Object.fromEntries(
      READERS.map((who) => {
        const row = reading().shares[who][token];
        return [who, { tag: tags[largest(row)], share: Math.max(...row) }];
      }),
    );
    return predictPanel({
      game,
      question,
      reader: view.get("reader"),
      said,
      onGuess(tag) {
        game = answered(game, tag, question.tag, Object.fromEntries(READERS.map((who) => [who, said[who].tag])));
        view.repaint();
      },
      onNext() {
        game = next(game, questions.length);
        view.repaint();
      },
      onOpen: () => view.set({ mode: "edit", text: question.text, token: question.token }),
    });
  }

  /** The sentence and its tools. @param {string} about  the word whose bars are shown @param {unknown} tools */
  function editing(about, tools) {
    const reader = /** @type {Reader} */ (view.get("reader"));
    const point = presets.find((preset) => preset.text === view.get("text"));
    const choices = presets.map(({ text }) => ({ value: text, text }));
    const known = `The models know ${vocabulary.length} words; a word that they do not know is left out.`;
    return html`<div class="lt-stack">
      <div class="td-example">${select({
        label: "Example",
        value: point?.text ?? "",
        options: point ? choices : [{ value: "", text: "your own sentence" }, ...choices],
        onChange: choosePreset,
      })}</div>
      <p class="td-point">${
        point?.point ?? "Your own sentence. No grammar is asked for: the readers tag whatever comes."
      }</p>
      <div class="td-editor"><div role="group"
        aria-label="The sentence. Arrow keys choose a word, Shift with an arrow moves it, Delete removes it."
        >${editor.list}</div>
        <p class="lt-hint">The bars: how far the probability of the tag of “${about}” falls, on average, for
          ${NAMES[reader]}, if this word is another. Drag a word to move it.</p></div>
      ${tools}
      ${textField({ label: "Or type a sentence", value: draft, maxLength: 200, onInput: onText })}
      <p class="lt-hint td-refused">${refused || known}</p>
    </div>`;
  }
}

/** @param {import("../js/kit/widget.js").View} view */
const modes = (view) =>
  choice({
    id: view.id("mode"),
    label: "What to do",
    hideLabel: true,
    value: view.get("mode"),
    options: [
      { value: "edit", text: "Edit" },
      { value: "predict", text: "Predict" },
    ],
    onChange: (value) => view.set({ mode: value }),
  });

/** What stands beside the picture's rows. @param {Reader} reader @param {number} H */
const pictureNames = (reader, H) =>
  html`<div class="td-names" aria-hidden="true">
    ${READERS.map((who) => html`<span class="td-name-tag ${who === reader ? "is-reader" : ""}">${who}</span>`)}
    <span class="td-name-strip" style="height:${ROW * H}px">forward h</span><span class="td-name-strip"
      style="height:${ROW * H}px">backward h</span>
    <span class="td-name-chain" style="top:${CHAINS.forward}px">LSTM →</span><span class="td-name-chain"
      style="top:${CHAINS.backward}px">← LSTM</span></div>`;

export default defineWidget("twodirections", setup);
