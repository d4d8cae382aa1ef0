// Handwriting: write a number, and a bidirectional LSTM with CTC reads along, column by column.

import { html } from "lit-html";
import {
  asInteger,
  bench,
  button,
  clamp,
  computed,
  computedByWorker,
  defineWidget,
  dragNumber,
  linkState,
  mapKey,
  number,
  textField,
  timeBar,
  tour,
} from "../js/kit/index.js";
import { fieldOf, pad } from "./pad.js";
import { decoders, textOf, unitTable } from "./panels.js";
import { past } from "./past.js";
import { columnInWords, GUTTER, readingPicture } from "./picture.js";
import { boxOf } from "./raster.js";
import { isLegible } from "./reading.js";
import { asStrokes, countPoints, firstPoints, MOST_POINTS, MOST_STROKES, written } from "./strokes.js";
import code from "./worker.js?worker-text";

/** @typedef {import("./raster.js").Stroke} Stroke */
/** @typedef {import("./worker.js").Question} Question */
/** @typedef {import("./worker.js").Answer} Answer */

const SPEED = 45; // points a second, when writing is played
const LONGEST = 5; // digits written on request
const OTHER_ROWS = 316; // px of a wide widget that are neither field nor rows of classes

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const H = view.get("_size");
  const link = linkState(view, { strokes: asStrokes(), unit: asInteger(0, H - 1), column: asInteger(0, 399) });
  const tasks = tour(view);
  /** @type {Stroke | null} the one that the pen is writing */
  let pen = null;
  let shown = Number.POSITIVE_INFINITY; // points, while writing is played
  let typed = "";
  let note = "";
  let announced = "";
  /** @type {number | null} */
  let hovered = null;

  // --- what is written, and what is read ----------------------------------------------------------------------------

  const stored = () => /** @type {Stroke[]} */ (view.get("strokes"));
  const strokes = computed(
    () => [stored(), pen],
    (all, more) => (more ? [...all, more] : all),
  );
  const visible = computed(
    () => [strokes(), shown],
    (all, points) => (points < countPoints(all) ? firstPoints(all, points) : all),
  );
  const question = computed(
    () => [visible(), /** @type {number} */ (view.get("unit"))],
    (now, unit) => ({ strokes: now, unit }),
  );
  const memory = past();
  const known = { weights: view.array("_model").data, H };
  const answer = /** @type {() => {question: Question, value: Answer} | null} */ (
    computedByWorker(view, code, question, {
      known,
      onAnswer({ strokes: asked }, { seen }) {
        memory.hear(seen, countPoints(asked), boxOf(asked)[2]);
      },
    })
  );
  const firsts = computed(
    () => [answer()],
    (last) => (last?.value.seen ? memory.revised(last.value.seen) : new Map()),
  );
  const ink = computed(
    () => [view.theme.dark, view.root.isConnected],
    (..._) => getComputedStyle(view.root).getPropertyValue("--lt-ink"), // also where the system forces its colors
  );

  // --- what the reader does -----------------------------------------------------------------------------------------

  const write = (/** @type {Stroke[]} */ all) => {
    bar.pause();
    shown = Number.POSITIVE_INFINITY;
    note = "";
    view.set({ strokes: all });
  };
  const field = pad(view, {
    onStart() {
      bar.pause();
      const all = stored();
      if (all.length >= MOST_STROKES || countPoints(all) >= MOST_POINTS) {
        note = "The field is full. Undo a stroke, or clear it.";
        view.repaint();
        return false;
      }
      shown = Number.POSITIVE_INFINITY;
      note = "";
      return true;
    },
    onMove(stroke) {
      pen = stroke.slice(0, 2 * (MOST_POINTS - countPoints(stored())));
      view.repaint();
    },
    onEnd(stroke, left) {
      const room = 2 * (MOST_POINTS - countPoints(stored()));
      pen = null;
      write([...stored(), stroke.slice(0, room)]);
      if (left) note = "The pen left the field. Its line stays at the edge.";
      if (stroke.length > room) note = "The field is full. The end of this stroke is missing.";
    },
  });
  const bar = timeBar(view, {
    label: "points written",
    onSeek(points) {
      shown = points;
      view.repaint();
    },
    onPlaying: () => view.repaint(),
  });
  const picture = readingPicture(view, {
    onHover(column) {
      if (column === hovered) return;
      hovered = column;
      view.repaint();
    },
    onChoose: (column) => view.set({ column }),
  });
  const writeForMe = () => {
    const digits = typed.replace(/\D/g, "").slice(0, LONGEST);
    if (!digits) {
      note = "Type one to five digits first.";
      return view.repaint();
    }
    const width = fieldOf(field.width, view.isWide, []).units;
    write(written(digits, view.get("_examples"), width));
    if (view.theme.still) return;
    shown = 0;
    bar.update({ step: 0, steps: countPoints(stored()) + 1, speed: SPEED, hold: false }); // it was empty perhaps
    bar.play();
  };
  view.on("strokes", () => {
    hovered = null;
  });
  const reset = () => {
    bar.pause();
    shown = Number.POSITIVE_INFINITY;
    note = "";
    typed = "";
    view.repaint();
  };
  bar.autoplay();

  return () => {
    const all = strokes();
    const total = countPoints(all);
    const points = Math.min(shown, total);
    const last = answer();
    const seen = last?.value.seen ?? null;
    const isCurrent = last?.question === question();
    const rests = isCurrent && !pen && points === total;
    const column = seen ? clamp(hovered ?? view.get("column"), 0, seen.T - 1) : 0;
    const read = seen ? textOf(seen.greedy.labels) : "";
    const { dark } = view.theme;
    const { scale, height } = fieldOf(field.width, view.isWide, all);
    const row = view.isWide ? clamp(Math.floor((view.tall - OTHER_ROWS - height) / 11), 8, 16) : 13;
    const wrong = visible().length
      ? isLegible(visible())
        ? ""
        : "Too little to read. Write about as high as the field."
      : "";
    const hint = all.length
      ? firsts().size
        ? "▾ a column first read as something else"
        : ""
      : "Finger, mouse or pen.";
    const said = sayAll(read, seen, wrong, all.length);

    field.update({
      strokes: visible(),
      faint: points < total ? all : [],
      label: `The field: ${all.length} ${all.length === 1 ? "stroke" : "strokes"}. ${said}`,
      ink: ink(),
      scale,
      height,
      band: seen ? [seen.left + column * seen.step, seen.left + (column + 1) * seen.step] : null,
    });
    picture.update({
      seen,
      scale,
      row,
      column,
      firsts: firsts(),
      ink: ink(),
      dark,
      label: `The reading, column by column. ${said}${seen ? ` ${columnInWords(seen, column, firsts().get(column))}` : ""}`,
    });
    bar.update({
      step: points,
      steps: total + 1,
      speed: SPEED,
      hold: total === 0 || pen !== null,
      text: `${points} of ${total} points written`,
      value: `${points} / ${total}`,
    });
    tasks.update({
      read: rests ? read : "",
      revised: firsts().size,
      unit: view.get("unit"),
      column: view.get("column"),
    });
    if (rests && !bar.playing && said !== announced) {
      if (announced) view.announce(said);
      announced = said;
    }
    view.render(
      bench({
        lead: tasks.el,
        pictures: html`
          <div class="hw-head">
            <p class="hw-read" data-settled=${isCurrent && !pen ? "yes" : "no"}><span>read as</span> <output>${read || "–"}</output></p>
            <p class="hw-word">${note || wrong || hint}</p>
            <span class="hw-buttons">
              ${button({ text: "Undo", disabled: !stored().length, onClick: () => write(stored().slice(0, -1)) })}
              ${button({ text: "Clear", disabled: !stored().length, onClick: () => write([]) })}
            </span>
          </div>
          <div class="hw-place" style="padding-left:${GUTTER}px">${field.el}</div>
          ${picture.el}`,
        thumb: bar.el,
        controls: html`
          <form class="hw-ask" @submit=${(/** @type {Event} */ event) => {
            event.preventDefault();
            writeForMe();
          }}>
            ${textField({
              label: "Or have a number written",
              value: typed,
              maxLength: LONGEST,
              hint: "2026",
              onInput(text) {
                typed = text;
                view.repaint();
              },
            })}
            ${button({ text: "Write", onClick: writeForMe })}
          </form>
          ${decoders(seen)}
          <div class="hw-column">
            <p class="hw-words">${seen ? columnInWords(seen, column, firsts().get(column)) : "No column yet."}</p>
            <label class="hw-number"><span class="lt-label">unit</span>${dragNumber({
              label: "unit",
              value: view.get("unit"),
              min: 0,
              max: H - 1,
              step: 1,
              digits: 0,
              onInput: (unit) => view.set({ unit }),
            })}<span class="lt-hint">of ${H}</span></label>
            ${unitTable(seen, column, dark)}
          </div>
          <div class="lt-row hw-keys">${mapKey({ kind: "gate", dark, label: "probability, gate" })}
            ${mapKey({ kind: "signed", dark, label: "state" })}</div>
          <div class="lt-row">${link.buttons(reset)}</div>`,
      }),
    );
  };
}

/**
 * What is read, in a sentence.
 * @param {string} read @param {import("./reading.js").Seen | null} seen @param {string} wrong @param {number} strokes
 */
function sayAll(read, seen, wrong, strokes) {
  if (!strokes) return "The field is empty.";
  if (wrong) return wrong;
  if (!seen) return "Not read yet.";
  const best = seen.beam[0];
  return `Read as ${read || "nothing"}; the beam reads ${textOf(best.labels) || "nothing"}, ${number(Math.exp(best.logP))}.`;
}

export default defineWidget("handwriting", setup);
