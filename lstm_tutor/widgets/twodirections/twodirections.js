// Two directions: edit a sentence, and see what a forward reader, a backward reader and one of both directions know.

import { html, nothing, render } from "lit-html";
import {
  asChoice,
  asInteger,
  bench,
  button,
  choice,
  clamp,
  computed,
  computedByWorker,
  defineWidget,
  linkState,
  mapKey,
  number,
  select,
  textField,
  tour,
} from "../js/kit/index.js";
import { sentenceEditor } from "./editor.js";
import { NAMES, ROW, sentenceFrame } from "./frame.js";
import { changePanel, shareTable } from "./panels.js";
import { CHAINS } from "./picture.js";
import { answered, masked, newGame, next, predictPanel, scoreLine } from "./predict.js";
import { gathered, largest, modelOf, READERS, readAll } from "./reading.js";
import { asSentence, LONGEST, parse, refusal, replaced } from "./sentence.js";
import code from "./worker.js?worker-text";

/** @typedef {import("./reading.js").Reader} Reader */
/** @typedef {import("./reading.js").Model} Model */
/** @typedef {{text: string, token: number, point: string}} Preset */

/** What may stand under the tags. */
const SHOWS = { picture: "Picture", states: "States", probabilities: "Probabilities", changes: "Changes" };
const ARROWS = { forward: "→ forward", backward: "← backward", both: "both" };
const WAYS = { forward: "→ left only", backward: "← right only", both: "both" };

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const [vocabulary, tags] = /** @type {string[][]} */ ([view.get("_words"), view.get("_tags")]);
  const wordList = [...vocabulary].sort().join(", ");
  const presets = /** @type {Preset[]} */ (view.get("_presets"));
  const questions = view.get("_questions");
  const link = linkState(view, {
    text: asSentence(vocabulary),
    token: asInteger(0, LONGEST - 1),
    reader: asChoice(["both", "forward", "backward"]),
    mode: asChoice(["edit", "predict"]),
    show: asChoice(Object.keys(SHOWS)),
  });
  const tasks = tour(view);
  let draft = view.get("text");
  let refused = "";
  let toolsOpen = false;
  const onToggle = (/** @type {Event} */ event) => {
    toolsOpen = /** @type {HTMLDetailsElement} */ (event.currentTarget).open;
  };
  let game = newGame();
  /** @type {number | null} */
  let hovered = null;

  // --- what the models say ------------------------------------------------------------------------------------------

  const sizesOf = (/** @type {Reader} */ reader) => ({
    H: view.get("_sizes")[reader],
    D: vocabulary.length,
    K: tags.length,
  });
  const models = computed(
    () => READERS.map((reader) => view.array(`_${reader}`)),
    (...weights) => {
      const made = READERS.map((reader, k) => [reader, modelOf(reader, weights[k].data, sizesOf(reader))]);
      return /** @type {Record<Reader, Model>} */ (Object.fromEntries(made));
    },
  );
  const codesOf = (/** @type {string} */ text) => text.split(" ").map((word) => vocabulary.indexOf(word));
  const textNow = () => (view.get("mode") === "predict" ? questions[game.number].text : view.get("text"));
  const reading = computed(
    () => [models(), textNow()],
    (made, text) => readAll(made, codesOf(text)),
  );
  const question = computed(
    () => [/** @type {Reader} */ (view.get("reader")), textNow()],
    (reader, text) => ({ reader, codes: codesOf(text) }),
  );
  const known = Object.fromEntries(
    READERS.map((reader) => [reader, { weights: view.array(`_${reader}`).data, sizes: sizesOf(reader) }]),
  );
  const tried = /** @type {() => {question: unknown, value: import("./worker.js").Swaps} | null} */ (
    computedByWorker(view, code, question, { known })
  );
  /** What all other words would have made of the sentence; null until the worker has tried them. */
  const swaps = () => {
    const answer = tried();
    return answer && answer.question === question() ? answer.value : null;
  };

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
    const differ =
      !hidden && READERS.some((who) => shares[who].some((row, t) => largest(row) !== largest(shares.both[t])));
    const others = hidden ? null : swaps();
    const visibleWords = hidden ? masked(words, token, reader) : words;
    const show = /** @type {keyof typeof SHOWS} */ (view.get("show"));
    frame.update({ words: visibleWords, token, reader, hidden, reading: reading(), show });
    tasks.update({ text: view.get("text"), token, reader, mode: view.get("mode"), show });
    const { row, tools } = editor.template({
      words,
      token,
      vocabulary,
      influence: others?.influence[about] ?? null,
      about,
    });
    if (!predicting) render(row, editor.list);
    const below = {
      picture: () => nothing,
      states: () =>
        html`<div class="lt-row lt-apart"><span class="lt-hint td-readout">${frame.readout(visibleWords, hidden, reading())}</span>
          ${mapKey({ kind: "signed", dark: view.theme.dark, label: "h" })}</div>`,
      probabilities: () =>
        shareTable({
          word: words[token],
          tags,
          shares: Object.fromEntries(READERS.map((who) => [who, shares[who][token]])),
          hidden,
        }),
      changes: () =>
        hidden
          ? html`<p class="lt-hint">Answer first.</p>`
          : changePanel({
              word: words[token],
              who: NAMES[reader],
              words,
              vocabulary,
              tags,
              groups: others && gathered(others.changes[token]),
              onTry: (at, word) => tryWord(replaced(words, at, word), token),
            }),
    }[show];
    view.render(
      bench({
        lead: html`<div class="td-lead">${tasks.el}${ask(words[token], reader, shares[reader][token], hidden)}</div>`,
        pictures: html`
          ${predicting ? quiz(token) : sentence(words[about])}
          <div class="td-picture">${pictureNames(reader, H, show)}${frame.el}</div>
          <div class="lt-row lt-apart">${choice({
            id: view.id("show"),
            label: "What stands under the tags",
            hideLabel: true,
            value: show,
            options: Object.entries(SHOWS).map(([value, text]) => ({ value, text })),
            onChange: (value) => view.set({ show: value }),
          })}${differ ? html`<span class="lt-hint td-marks">≠ differs from “both”</span>` : nothing}</div>
          <div class="td-below">${below()}</div>`,
        controls: html`${modes(view)}${predicting ? [scoreLine(game.score), game.guess ? openIt(question) : nothing] : editing(tools)}
          <div class="lt-row">${link.buttons(reset)}</div>`,
      }),
    );
  };

  // --- templates ----------------------------------------------------------------------------------------------------

  /**
   * The one question, who is asked, and the answer.
   * @param {string} word @param {Reader} reader @param {ArrayLike<number>} row @param {boolean} hidden
   */
  function ask(word, reader, row, hidden) {
    const order = tags.map((tag, k) => ({ tag, share: row[k] })).sort((a, b) => b.share - a.share);
    const said = order.filter(({ share }, k) => k === 0 || (k === 1 && share >= 0.005));
    return html`<div class="td-ask">
      <h4>What is “${word}” here? Read</h4>
      ${choice({
        id: view.id("reader"),
        label: "Read the sentence",
        hideLabel: true,
        value: reader,
        options: READERS.map((value) => ({
          value,
          text: WAYS[value],
          name: value === "both" ? "both directions" : `the ${value} reader`,
        })),
        onChange(value) {
          if (view.get("mode") === "predict") game = { ...newGame(), number: game.number };
          view.set({ reader: value });
        },
      })}
      <p class="td-answer">${hidden ? "?" : said.map(({ tag, share }, k) => html`${k ? ", " : ""}<b>${tag}</b> <span class="lt-value">${number(share)}</span>`)}</p>
    </div>`;
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
    });
  }

  /** The sentence of the game, to be edited. @param {{text: string, token: number}} question */
  function openIt({ text, token }) {
    return html`<div class="lt-row">${button({
      text: "Open it in the editor",
      quiet: true,
      onClick: () => view.set({ mode: "edit", text, token }),
    })}</div>`;
  }

  /** The words, with what matters for one of them. @param {string} about */
  function sentence(about) {
    return html`<div class="td-editor"><div role="group"
      aria-label="The sentence. Arrow keys choose a word, Shift with an arrow moves it, Delete removes it."
      >${editor.list}</div>
      <p class="lt-hint">Bars: how much each word matters for the tag of “${about}”. Press a word, or drag it.</p></div>`;
  }

  /** Other sentences. @param {unknown} tools */
  function editing(tools) {
    const point = presets.find((preset) => preset.text === view.get("text"));
    const choices = presets.map(({ text }) => ({ value: text, text }));
    return html`
      <div class="td-example">${select({
        label: "Example",
        value: point?.text ?? "",
        options: point ? choices : [{ value: "", text: "your own sentence" }, ...choices],
        onChange: choosePreset,
      })}</div>
      <p class="td-point">${
        point?.point ?? "Your own sentence. It need not be grammatical: the readers tag whatever comes."
      }</p>
      ${textField({ label: "Or type a sentence", value: draft, maxLength: 200, onInput: onText })}
      <p class=${refused ? "td-refused is-refused" : "td-refused"} ?hidden=${!refused}>${refused}</p>
      <details class="td-known"><summary>The models know only ${vocabulary.length} words</summary>
        <p class="lt-hint">${wordList}</p></details>
      <details class="td-words-tools" ?open=${toolsOpen} @toggle=${onToggle}><summary>Change, move or remove the
        word</summary>${tools}</details>`;
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

/** What stands beside the picture's rows. @param {Reader} reader @param {number} H @param {string} show */
const pictureNames = (reader, H, show) =>
  html`<div class="td-names" aria-hidden="true">
    ${READERS.map((who) => html`<span class="td-name-tag ${who === reader ? "is-reader" : ""}">${ARROWS[who]}</span>`)}
    ${
      show === "states"
        ? html`<span class="td-name-strip" style="height:${ROW * H}px">forward h</span><span class="td-name-strip"
      style="height:${ROW * H}px">backward h</span>`
        : nothing
    }
    ${
      show === "picture"
        ? html`<span class="td-name-chain" style="top:${CHAINS.forward}px">LSTM →</span><span class="td-name-chain"
      style="top:${CHAINS.backward}px">← LSTM</span>`
        : nothing
    }</div>`;

export default defineWidget("twodirections", setup);
