// The attention lab: type a date, see a trained network write it in the norm's form, and where it looks meanwhile.

import { html, nothing } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import {
  asChoice,
  asInteger,
  asText,
  asToggle,
  bench,
  button,
  clamp,
  defineWidget,
  heatMap,
  linkState,
  mapKey,
  pack,
  timeBar,
  tour,
} from "../js/kit/index.js";
import { answers } from "./answers.js";
import { arcKey, arcPicture } from "./arcs.js";
import { judged } from "./dates.js";
import { heatOf } from "./heat.js";
import { without } from "./reading.js";
import { choices, field, formNote, forms, heading, KINDS, NAMES, readNote, surpriseOf, VIEWS } from "./templates.js";
import { weightsOf } from "./translator.js";
import { partsOf, walk } from "./walk.js";
import { pointedAt } from "./words.js";

/** @typedef {import("./translator.js").Translation} Translation */
/** @typedef {import("./words.js").Focus} Focus */
/** @typedef {{symbols: number, looks: number}} Shown  how far a translator is shown: symbols, and where they look */

const LAST = 5; // the last part of a step
const NOWHERE = { step: -1, place: -1 };
const AROUND = { one: 458, two: 350 }; // px of a wide widget that are not its pictures

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  /** @type {import("./reading.js").About} */
  const about = view.get("about");
  const { symbols } = about;
  const stop = symbols[about.stop];
  const link = linkState(view, {
    text: asText(about.typed),
    scores: asChoice(KINDS),
    compare: asToggle(),
    view: asChoice(VIEWS),
    step: asInteger(-1, about.most - 1),
    place: asInteger(-1, about.longest - 1),
    phase: asInteger(0, LAST),
  });
  const tasks = tour(view);

  const { typed, text, verdict, translated, attentionOf } = answers(view, about);
  const chosen = () => translated(view.get("scores"));
  const attention = () => attentionOf(view.get("scores"));
  const partsAt = (/** @type {number} */ step) => partsOf(chosen(), step, attention(), stop);
  const tell = () => {
    const now = text() ? chosen() : null;
    const [T_out, T_in] = now ? [now.steps.length, text().length] : [0, 0];
    view.set({
      translation: now?.written ?? "",
      weights: pack(now ? weightsOf(now) : new Float64Array(0), [T_out, T_in]),
    });
  };

  // --- what the reader does -----------------------------------------------------------------------------------------

  /** @type {Focus | null} */
  let hover = null;
  let walking = false; // what is not written yet is hidden
  let surprises = 0;
  let seen = 0; // the step whose parts are shown
  /** What is walked through; without a text it keeps its room. @type {import("./walk.js").Props | null} */
  let last = null;
  /** What was written before characters were erased. @type {{text: string, written: Record<string, string>}} */
  let erased = { text: "", written: {} };
  const before = (/** @type {string} */ kind) =>
    erased.text === view.get("text") ? (erased.written[kind] ?? null) : null;

  view.on(["text", ...KINDS].join(" "), () => {
    hover = null;
  });
  view.on(["text", "scores", ...KINDS].join(" "), tell);

  const rest = () => {
    bar.pause();
    walking = false;
  };
  const write = (/** @type {string} */ wanted) => {
    rest();
    view.set({ text: wanted.slice(0, about.typed), place: -1, phase: LAST });
    const written = text() ? chosen().written : "";
    view.announce(text() ? `It writes ${written}: ${judged(written, verdict()).text}.` : "There is nothing to read.");
  };
  const surprise = () => write(surpriseOf(surprises++, about));
  const erase = (/** @type {number} */ place) => {
    const first = erased.text !== view.get("text") || !erased.text;
    const written = first ? Object.fromEntries(KINDS.map((kind) => [kind, translated(kind).written])) : erased.written;
    erased = { text: without(typed(), place), written };
    view.set({ text: erased.text });
    view.set({ step: -1, place: Math.min(place, text().length - 1) });
  };
  const point = (/** @type {Focus} */ focus, /** @type {"hover" | "press" | "key"} */ how) => {
    if (how === "hover") {
      if (walking || (hover && hover.step === focus.step && hover.place === focus.place)) return;
      hover = focus;
      view.repaint();
      return;
    }
    hover = null;
    rest();
    view.set({ ...focus, phase: LAST });
  };
  const leave = () => {
    if (!hover) return;
    hover = null;
    view.repaint();
  };
  const seek = (/** @type {number} */ index) => {
    const count = partsAt(0).length;
    walking = true;
    hover = null;
    const phase = index % count;
    view.set({ step: Math.floor(index / count), place: -1, phase: phase === count - 1 ? LAST : phase });
  };
  const all = () => {
    rest();
    view.set({ ...NOWHERE, phase: LAST });
  };
  const focusOn = (/** @type {Translation} */ { steps }) => {
    const { step, place } = hover ?? { step: view.get("step"), place: view.get("place") };
    return { step: step < steps.length ? step : -1, place: place < text().length ? place : -1 };
  };

  // --- what is shown ------------------------------------------------------------------------------------------------

  const pictures = Object.fromEntries(KINDS.map((kind) => [kind, { arcs: arcPicture(view), heat: heatMap(view) }]));
  const cards = walk(view);
  const bar = timeBar(view, { label: "decoding, part by part", onSeek: seek });

  /** Height of one of `count` pictures in px. */
  const tallOf = (/** @type {number} */ count) => {
    if (!view.isWide) return 232;
    return clamp(Math.floor((view.tall - (count > 1 ? AROUND.two : AROUND.one)) / count), 170, 330);
  };

  /** One translator's picture; while decoding is walked through, the chosen one's as far as it is shown. */
  const paintPicture = (/** @type {string} */ kind, /** @type {Shown | null} */ walked, /** @type {number} */ tall) => {
    const translation = translated(kind);
    const { length } = translation.steps;
    const isChosen = kind === view.get("scores");
    const { symbols: shown, looks } = (isChosen && walked) || { symbols: length, looks: length };
    const props = {
      translation,
      focus: isChosen || !walked ? focusOn(translation) : NOWHERE,
      shown,
      looks,
      tall,
      label: `Attention with ${NAMES[kind]}`,
      stop,
      onFocus: point,
      onLeave: leave,
      onErase: erase,
    };
    if (view.get("view") === "arcs") pictures[kind].arcs.update(props);
    else pictures[kind].heat.update(heatOf(props));
  };
  /** One translator's answer and its picture; without a text its room. */
  const section = (/** @type {string} */ kind, /** @type {boolean} */ isNamed, /** @type {number} */ tall) => {
    const isEmpty = !text();
    const picture = view.get("view") === "arcs" ? pictures[kind].arcs : pictures[kind].heat;
    return html`<section class="al-picture" aria-label=${NAMES[kind]}>
      ${
        isEmpty
          ? html`<div class="al-heading"><p class="al-said">&nbsp;</p></div>`
          : heading({
              kind,
              translation: translated(kind),
              verdict: verdict(),
              before: before(kind),
              isNamed,
              hidden: walking && kind === view.get("scores"),
            })
      }
      <div class="al-frame" style="min-height:${tall + 6}px">${
        isEmpty ? html`<p class="lt-hint">Nothing to read, nothing to write.</p>` : picture.el
      }</div></section>`;
  };
  /** Whether the field stays at the lower edge of a phone; beside a sentence there is no room for it. */
  const isFieldApart = () => !(view.isWide || view.root.classList.contains("lt-docked"));
  const input = () => field({ typed: view.get("text"), about, onWrite: write });
  const side = () =>
    guard([typed(), view.get("scores"), view.get("view"), view.get("compare"), attention(), isFieldApart()], () => [
      isFieldApart() ? nothing : input(),
      html`<div class="al-form">${formNote(text(), verdict(), about)}${readNote(typed(), about)}</div>`,
      forms({ about, text: text(), verdict: verdict(), onWrite: write, onSurprise: surprise }),
      choices(view, attention(), rest),
      html`<div class="lt-row">${link.buttons(rest)}</div>`,
    ]);
  const keys = () =>
    html`<span class="lt-row">${
      view.get("view") === "arcs" ? arcKey() : mapKey({ kind: "gate", dark: view.theme.dark, label: "weight" })
    }<span class="lt-key">number: % sure</span><span class="lt-key">■ stop</span></span>`;

  return function paint() {
    const scores = view.get("scores");
    const kinds = view.get("compare") ? [scores, ...KINDS.filter((kind) => kind !== scores)] : [scores];
    const tall = tallOf(kinds.length);
    const now = text() ? stepNow() : null;
    if (!now) bar.pause();
    const focus = now ? now.focus : NOWHERE;
    const walked = now && walking ? shownAt(now.step, now.phase, now.parts) : null;
    bar.update({
      step: now ? now.step * now.parts.length + now.phase : 0,
      steps: now ? now.steps * now.parts.length : 1,
      speed: 2.5,
      text: now ? `step ${now.step + 1} of ${now.steps}: ${now.parts[now.phase].title}` : "nothing to walk through",
    });
    last = now ?? last;
    const { tabs, card } = last ? cards.templates(last) : { tabs: nothing, card: html`<div class="al-card"></div>` };
    view.render(
      bench({
        lead: tasks.el,
        pictures: html`<div class="al-pictures">
          ${kinds.map((kind) => section(kind, kinds.length > 1, tall))}
          <div class="al-pointed">${
            !now
              ? nothing
              : walked && walked.symbols === now.step
                ? html`<p>Step ${now.step + 1} of ${now.steps}: ${now.parts[now.phase].title}.</p>`
                : (walked ? [scores] : kinds).map((kind) => pointed(kind, kinds.length > 1))
          }</div>
          <div class="lt-row lt-apart al-legend">${keys()}<span class="lt-row">${button({
            text: "Show all steps",
            quiet: true,
            disabled: !walking && focus.step < 0 && focus.place < 0,
            onClick: all,
          })}${button({
            text: "Erase this character",
            quiet: true,
            disabled: hover !== null || focus.place < 0,
            onClick: () => erase(view.get("place")),
          })}</span></div>
          ${kinds.length > 1 ? nothing : html`<div class="al-steps ${now ? "" : "al-none"}"><div class="al-bar">${bar.el}${tabs}</div>${card}</div>`}
        </div>`,
        thumb: isFieldApart() ? input() : nothing,
        controls: side(),
      }),
    );
    tasks.update({ ...focus, text: text(), scores, compare: kinds.length > 1 });
    if (!now) return;
    for (const kind of kinds) paintPicture(kind, walked, tall);
    if (kinds.length === 1) cards.paint();
  };

  /** Which step and which of its parts are shown now. */
  function stepNow() {
    const translation = chosen();
    const focus = focusOn(translation);
    const steps = translation.steps.length;
    const step = clamp(focus.step >= 0 ? focus.step : seen, 0, steps - 1);
    seen = step;
    const parts = partsAt(step);
    const phase = Math.min(view.get("phase"), parts.length - 1);
    const onPart = (/** @type {number} */ part) => view.set({ step, phase: part === parts.length - 1 ? LAST : part });
    return { translation, focus, place: focus.place, steps, step, parts, phase, symbols, stop, onPart };
  }

  /** What is pointed at, in words. @param {string} kind @param {boolean} isNamed */
  function pointed(kind, isNamed) {
    const translation = translated(kind);
    const name = isNamed ? html`<b>${NAMES[kind]}:</b> ` : nothing;
    return html`<p>${name}${pointedAt(translation, focusOn(translation), stop)}</p>`;
  }
}

/**
 * How far the chosen translator is shown.
 * @param {number} step
 * @param {number} phase
 * @param {import("./walk.js").Part[]} parts
 * @returns {Shown}
 */
const shownAt = (step, phase, parts) => ({
  symbols: step + Number(phase === parts.length - 1),
  looks: step + Number(phase >= parts.findIndex(({ id }) => id === "weights")),
});

export default defineWidget("attentionlab", setup);
