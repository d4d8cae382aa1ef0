// The attention lab: type a date, see a trained network write it in the norm's form, and where it looks meanwhile.

import { html, nothing } from "lit-html";
import {
  asChoice,
  asInteger,
  asText,
  asToggle,
  button,
  clamp,
  computed,
  defineWidget,
  heatMap,
  linkState,
  mapKey,
  pack,
  timeBar,
} from "../js/kit/index.js";
import { arcKey, arcPicture } from "./arcs.js";
import { judged, verdictOn } from "./dates.js";
import { heatOf } from "./heat.js";
import { pieces, readOf, without } from "./reading.js";
import { choices, controls, heading, KINDS, NAMES, surpriseOf, VIEWS } from "./templates.js";
import { translate, translatorOf, weightsOf } from "./translator.js";
import { limitText, partsOf, walk } from "./walk.js";
import { pointedAt } from "./words.js";

/** @typedef {import("./translator.js").Translation} Translation */
/** @typedef {import("./words.js").Focus} Focus */
/** @typedef {{symbols: number, looks: number}} Shown  how far a translator is shown: symbols, and where they look */

const LAST = 5; // the last part of a step
const NOWHERE = { step: -1, place: -1 };

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

  // --- what the translators make of the text ------------------------------------------------------------------------

  const typed = computed(
    () => [view.get("text")],
    (text) => pieces(text, about),
  );
  const text = computed(() => [typed()], readOf);
  const translators = Object.fromEntries(
    KINDS.map((kind) => {
      const model = computed(
        () => [view.array(kind)],
        ({ data }) => translatorOf(about.models[kind], data),
      );
      const translation = computed(
        () => [model(), text()],
        (made, read) => translate(made, read, about),
      );
      return [kind, { model, translation, attention: () => model().attention?.kind ?? "" }];
    }),
  );
  /** What a translator makes of the text, which must not be empty. @param {string} kind */
  const translated = (kind) => translators[kind].translation();
  const chosen = () => translated(view.get("scores"));
  const partsAt = (/** @type {number} */ step) =>
    partsOf(chosen(), step, translators[view.get("scores")].attention(), stop);
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
  let tall = 0; // px, of the last view that showed something
  let seen = 0; // the step whose parts are shown

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
    view.set({ text: wanted.slice(0, about.typed), ...NOWHERE, phase: LAST });
    const written = text() ? chosen().written : "";
    view.announce(
      text() ? `It writes ${written}: ${judged(written, verdictOn(text(), about)).text}.` : "There is nothing to read.",
    );
  };
  const surprise = () => write(surpriseOf(surprises++, about));
  const erase = (/** @type {number} */ place) => {
    view.set({ text: without(typed(), place) });
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

  /** One translator's picture; while decoding is walked through, the chosen one's as far as it is shown. */
  const paintPicture = (/** @type {string} */ kind, /** @type {Shown | null} */ walked) => {
    const translation = translated(kind);
    const { length } = translation.steps;
    const isChosen = kind === view.get("scores");
    const { symbols: shown, looks } = (isChosen && walked) || { symbols: length, looks: length };
    const props = {
      translation,
      focus: isChosen || !walked ? focusOn(translation) : NOWHERE,
      shown,
      looks,
      label: `Attention with ${NAMES[kind]}`,
      stop,
      onFocus: point,
      onLeave: leave,
      onErase: erase,
    };
    if (view.get("view") === "arcs") pictures[kind].arcs.update(props);
    else pictures[kind].heat.update(heatOf(props));
  };
  const head = () => [
    controls({ about, typed: view.get("text"), pieces: typed(), text: text(), onWrite: write, onSurprise: surprise }),
    choices(view, () => bar.pause()),
  ];
  const paintEmpty = () => {
    bar.pause();
    if (tall === 0) tall = view.body.offsetHeight; // the page stays where it is while a text is typed anew
    view.render(
      html`<div class="lt-stack al-empty" style="min-height:${tall}px">${head()}<div
          class="lt-row">${link.buttons()}</div></div>`,
    );
  };

  return function paint() {
    if (!text()) {
      paintEmpty();
      return;
    }
    tall = 0;
    const { dark } = view.theme;
    const scores = view.get("scores");
    const arcs = view.get("view") === "arcs";
    const kinds = view.get("compare") ? [scores, ...KINDS.filter((kind) => kind !== scores)] : [scores];
    const translation = chosen();
    const focus = focusOn(translation);
    const steps = translation.steps.length;
    const step = clamp(focus.step >= 0 ? focus.step : seen, 0, steps - 1);
    seen = step;
    const parts = partsAt(step);
    const phase = Math.min(hover ? LAST : view.get("phase"), parts.length - 1);
    const walked = walking ? shownAt(step, phase, parts) : null;
    bar.update({
      step: step * parts.length + phase,
      steps: steps * parts.length,
      speed: 2.5,
      text: `step ${step + 1} of ${steps}: ${parts[phase].title}`,
    });
    view.render(html`<div class="lt-stack">
      ${head()}
      ${kinds.map(
        (kind) => html`<section class="al-picture" aria-label=${NAMES[kind]}>${heading({
          kind,
          translation: translated(kind),
          attention: translators[kind].attention(),
          text: text(),
          about,
          hidden: walking && kind === scores,
        })}
        <div class="al-frame">${arcs ? pictures[kind].arcs.el : pictures[kind].heat.el}</div></section>`,
      )}
      <div class="al-pointed">${
        walked && walked.symbols === step
          ? html`<p>Step ${step + 1} of ${steps}: ${parts[phase].title}.</p>`
          : (walked ? [scores] : kinds).map((kind) => pointed(kind, kinds.length > 1))
      }</div>
      <div class="lt-row lt-apart"><span class="lt-row">${
        arcs ? arcKey() : mapKey({ kind: "gate", dark, label: "weight" })
      }
          <span class="lt-key">number: probability in %</span><span class="lt-key">■ stop</span></span>
        ${button({
          text: "Erase this character",
          quiet: true,
          disabled: hover !== null || focus.place < 0,
          onClick: () => erase(view.get("place")),
        })}</div>
      <div class="al-steps">
        <div class="lt-row lt-apart"><h4>Step ${step + 1} of ${steps}, part by part</h4>
          ${button({
            text: "Show all steps",
            quiet: true,
            disabled: !walking && focus.step < 0 && focus.place < 0,
            onClick: all,
          })}</div>
        ${bar.el}
        ${cards.template({ translation, step, phase, parts, symbols, stop })}
      </div>
      <div class="lt-row lt-apart"><span class="lt-row">${mapKey({
        kind: "gate",
        dark,
        label: "r, z, α",
      })} ${mapKey({ kind: "signed", dark, label: "s, n, context" })}
        <span class="al-scale"></span></span>${link.buttons(all)}</div>
    </div>`);
    for (const kind of kinds) paintPicture(kind, walked);
    const limit = cards.update({ translation, step, parts, place: focus.place });
    const scale = view.body.querySelector(".al-scale");
    if (scale) scale.textContent = `scores e: ±${limitText(limit)}`;
  };

  /** What is pointed at, in words. @param {string} kind @param {boolean} isNamed */
  function pointed(kind, isNamed) {
    const translation = translated(kind);
    const name = isNamed ? html`<b>${NAMES[kind]}:</b> ` : nothing;
    return html`<p>${name}${pointedAt(translation, focusOn(translation), symbols, stop)}</p>`;
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
