// The attention lab: type a date, see a trained network write it in the norm's form, and where it looks meanwhile.

import { html, nothing } from "lit-html";
import {
  asChoice,
  asInteger,
  asText,
  asToggle,
  button,
  choice,
  clamp,
  defineWidget,
  heatMap,
  linkState,
  mapKey,
  pack,
  percent,
  select,
  textField,
  timeBar,
  toggle,
  visible,
} from "../js/kit/index.js";
import { arcKey, arcPicture } from "./arcs.js";
import { dateText, fromNorm, judged, verdictOn } from "./dates.js";
import { changesOf, pieces, readOf, without } from "./reading.js";
import { translate, translatorOf, weightsOf } from "./translator.js";
import { limitText, partsOf, walk } from "./walk.js";
import { pointedAt, shownAs, symbolName } from "./words.js";

const KINDS = ["additive", "dot"];
const VIEWS = ["arcs", "heat map"];
const LAST = 5; // the last part of a step
const FORMULAS = /** @type {Record<string, string>} */ ({
  AdditiveAttention: "e = v · tanh(W s + U h)",
  DotAttention: "e = s · h",
  GeneralAttention: "e = s · W h",
});
const NAMES = /** @type {Record<string, string>} */ ({ additive: "additive scores", dot: "dot scores" });

/** @typedef {import("./translator.js").Translation} Translation */

export default defineWidget("attentionlab", (view) => {
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
  /** @type {Record<string, ReturnType<typeof translatorOf>>} */
  let models = {};
  const load = () => {
    models = Object.fromEntries(KINDS.map((kind) => [kind, translatorOf(about.models[kind], view.array(kind).data)]));
  };
  load();
  const pictures = Object.fromEntries(KINDS.map((kind) => [kind, { arcs: arcPicture(view), heat: heatMap(view) }]));
  const cards = walk(view);
  const bar = timeBar(view, { label: "decoding, part by part", onSeek: (index) => seek(index) });

  /** @type {ReturnType<typeof pieces>} */
  let typed = [];
  let text = "";
  /** @type {Map<string, Translation>} */
  const translations = new Map();
  /** @type {{step: number, place: number} | null} */
  let hover = null;
  let walking = false; // what is not written yet is hidden
  let surprises = 0;
  let tall = 0; // px, of the last view that showed something
  let seen = 0; // the step whose parts are shown

  const think = () => {
    typed = pieces(view.get("text"), about);
    text = readOf(typed);
    translations.clear();
    hover = null;
  };
  /**
   * What a translator makes of the text, made when it is first asked for. The text must not be empty.
   * @param {string} kind
   */
  const translated = (kind) => {
    const known = translations.get(kind) ?? translate(models[kind], text, about);
    translations.set(kind, known);
    return known;
  };
  const tell = () => {
    const now = text ? translated(view.get("scores")) : null;
    const [T_out, T_in] = now ? [now.steps.length, text.length] : [0, 0];
    view.set({
      translation: now?.written ?? "",
      weights: pack(now ? weightsOf(now) : new Float64Array(0), [T_out, T_in]),
    });
  };
  think();
  view.on("text", () => {
    think();
    tell();
  });
  view.on("scores", tell);
  view.on(KINDS.join(" "), () => {
    load();
    think();
    tell();
  });

  const write = (/** @type {string} */ wanted) => {
    walking = false;
    bar.pause();
    view.set({ text: wanted.slice(0, about.typed), step: -1, place: -1, phase: LAST });
    const now = text ? translated(view.get("scores")) : null;
    view.announce(
      now
        ? `It writes ${now.written}: ${judged(now.written, verdictOn(text, about)).text}.`
        : "There is nothing to read.",
    );
  };
  const surprise = () => {
    const days = about.days.length;
    const form = about.forms[(7 * surprises + 3) % about.forms.length];
    write(
      dateText(
        fromNorm(about.days[surprises % days]),
        form,
        about.cases[surprises % 5 === 4 ? 1 : surprises % 5 === 2 ? 2 : 0],
        about,
      ),
    );
    surprises++;
  };
  const erase = (/** @type {number} */ place) => {
    view.set({ text: without(typed, place) });
    view.set({ step: -1, place: Math.min(place, text.length - 1) });
  };
  const point = (
    /** @type {Partial<{step: number, place: number}>} */ at,
    /** @type {"hover" | "press" | "key"} */ how,
  ) => {
    const focus = { step: at.step ?? -1, place: at.place ?? -1 };
    if (how === "hover") {
      if (walking || (hover && hover.step === focus.step && hover.place === focus.place)) return;
      hover = focus;
      return view.repaint();
    }
    walking = false;
    hover = null;
    bar.pause();
    view.set({ ...focus, phase: LAST });
  };
  const leave = () => {
    if (!hover) return;
    hover = null;
    view.repaint();
  };
  const focusNow = (/** @type {Translation} */ { steps }) => {
    const { step, place } = hover ?? { step: view.get("step"), place: view.get("place") };
    return { step: step < steps.length ? step : -1, place: place < text.length ? place : -1 };
  };
  const partsAt = (/** @type {number} */ step) => {
    const kind = view.get("scores");
    return partsOf(translated(kind), step, models[kind].attention?.kind ?? "", stop);
  };
  const seek = (/** @type {number} */ index) => {
    const count = partsAt(0).length;
    walking = true;
    hover = null;
    const phase = index % count;
    view.set({ step: Math.floor(index / count), place: -1, phase: phase === count - 1 ? LAST : phase });
  };
  const all = () => {
    bar.pause();
    walking = false;
    view.set({ step: -1, place: -1, phase: LAST });
  };

  const controls = () => {
    const known = verdictOn(text, about);
    const day = fromNorm(known.answer || "2011-03-03");
    const forms = about.forms.map((form) => ({
      value: dateText(day, form, "usual", about),
      text: dateText(day, form, "usual", about),
    }));
    const options = [
      { value: "", text: "choose …" },
      ...forms,
      ...about.outside.map((value) => ({ value, text: `not in its training: ${value}` })),
    ];
    return html`${textField({
      label: "Type a date, in any form",
      value: view.get("text"),
      maxLength: about.typed,
      hint: "3 March 2011",
      onInput: write,
    })}
    <div class="al-forms">
      ${select({
        label: "or take a form",
        value: options.some(({ value }) => value === text) ? text : "",
        options,
        onChange: (value) => value && write(value),
      })}
      ${button({ text: "Surprise me", onClick: surprise })}
    </div>
    <div class="al-noted">${reading()}${
      text
        ? html`<p class="lt-hint">${
            known.same
              ? html`This is one of its ${about.forms.length}
                forms${about.days.includes(known.answer) ? "; it never saw this day" : ""}.`
              : html`<b>Not as in its training.</b> ${known.why}.`
          }</p>`
        : nothing
    }</div>`;
  };
  const reading = () => {
    const said = changesOf(typed, about.longest);
    if (!said) return text ? nothing : html`<p class="lt-hint">Nothing to read yet: type a date, or take a form.</p>`;
    return html`<p class="lt-hint"><span class="lt-mono al-typed">${typed.map(({ typed: sign, read, why }) =>
      why ? html`<s>${visible(sign)}</s>${why === "replaced" ? html`<ins>${read}</ins>` : nothing}` : visible(sign),
    )}</span> ${said}</p>`;
  };

  const heading = (/** @type {string} */ kind) => {
    const now = translated(kind);
    const verdict = judged(now.written, verdictOn(text, about));
    const hidden = walking && kind === view.get("scores");
    return html`<div class="al-heading"><h4>${NAMES[kind]} <span
      class="lt-hint">${FORMULAS[models[kind].attention?.kind ?? ""]}</span></h4>
      <p class="al-said"><b class="lt-mono">${hidden ? "…" : now.written || "nothing"}</b> <span
        class="al-verdict ${verdict.right === null ? "" : verdict.right ? "al-right" : "al-wrong"}">${
          hidden ? "" : `${verdict.right === null ? "" : verdict.right ? "✓ " : "✗ "}${verdict.text}`
        }</span>
        <span class="lt-hint">${
          hidden
            ? ""
            : html`probability
          ${percent(Math.exp(now.logProbability))}${now.finished ? "" : "; it never stopped"}`
        }</span></p></div>`;
  };

  /**
   * How far the chosen translator is shown: symbols, and where they look.
   * @param {number} step
   * @param {number} phase
   * @param {import("./walk.js").Part[]} parts
   */
  const shownSo = (step, phase, parts) => ({
    symbols: step + Number(phase === parts.length - 1),
    looks: step + Number(phase >= parts.findIndex(({ id }) => id === "weights")),
  });
  const paintPicture = (/** @type {string} */ kind, /** @type {{symbols: number, looks: number} | null} */ so) => {
    const translation = translated(kind);
    const own = kind === view.get("scores");
    const { symbols: shown, looks } = (own && so) || {
      symbols: translation.steps.length,
      looks: translation.steps.length,
    };
    const focus = own || !so ? focusNow(translation) : { step: -1, place: -1 };
    const label = `Attention with ${NAMES[kind]}`;
    if (view.get("view") === "arcs") {
      pictures[kind].arcs.update({
        translation,
        focus,
        shown,
        looks,
        label,
        stop,
        onFocus: point,
        onLeave: leave,
        onErase: erase,
      });
      return;
    }
    const { step, place } = focus;
    pictures[kind].heat.update({
      label,
      columnName: "character",
      columns: Array.from(text, visible),
      rowHeight: 22,
      minColumn: 11,
      maxColumn: 44,
      rows: translation.steps.map(({ symbol, shares, weights }, i) => ({
        label:
          i < shown
            ? `${shownAs(symbol, stop)}\u2002${percent(Math.max(...shares))
                .replace(" %", "")
                .padStart(3, "\u2007")}`
            : "·",
        name: i < shown ? `step ${i + 1} writes ${symbolName(symbol, stop)}` : `step ${i + 1}`,
        kind: /** @type {const} */ ("gate"),
        values: i < looks ? weights : weights.map(() => Number.NaN),
      })),
      cursor:
        step < 0 && place < 0 ? null : { row: step < 0 ? undefined : step, column: place < 0 ? undefined : place },
      onCursor: ({ row, column }, how) => point({ step: row, place: column }, how),
      onEdge: ({ row, column }, how) => point({ step: row, place: column }, how),
      onLeave: leave,
    });
  };

  return () => {
    const { dark } = view.theme;
    const scores = view.get("scores");
    const arcs = view.get("view") === "arcs";
    const kinds = view.get("compare") ? [scores, ...KINDS.filter((kind) => kind !== scores)] : [scores];
    const choices = html`<div class="lt-row al-choices">
      ${choice({
        id: view.id("scores"),
        label: "scores",
        value: scores,
        options: [
          { value: "additive", text: "additive" },
          { value: "dot", text: "dot" },
        ],
        onChange: (chosen) => {
          bar.pause();
          view.set({ scores: chosen });
        },
      })}
      ${choice({
        id: view.id("view"),
        label: "picture",
        value: view.get("view"),
        options: VIEWS.map((value) => ({ value, text: value })),
        onChange: (chosen) => view.set({ view: chosen }),
      })}
      ${toggle({
        label: "both scores at once",
        value: view.get("compare"),
        onChange: (compare) => view.set({ compare }),
      })}
    </div>`;
    if (!text) {
      bar.pause();
      if (tall === 0) tall = view.body.offsetHeight; // the page stays where it is while a text is typed anew
      view.render(
        html`<div class="lt-stack al-empty" style="min-height:${tall}px">${controls()}${choices}<div
          class="lt-row">${link.buttons()}</div></div>`,
      );
      return;
    }
    tall = 0;
    const translation = translated(scores);
    const focus = focusNow(translation);
    const step = clamp(focus.step >= 0 ? focus.step : seen, 0, translation.steps.length - 1);
    seen = step;
    const parts = partsAt(step);
    const phase = Math.min(hover ? LAST : view.get("phase"), parts.length - 1);
    const so = walking ? shownSo(step, phase, parts) : null;
    bar.update({
      step: step * parts.length + phase,
      steps: translation.steps.length * parts.length,
      speed: 2.5,
      text: `step ${step + 1} of ${translation.steps.length}: ${parts[phase].title}`,
    });
    view.render(html`<div class="lt-stack">
      ${controls()}${choices}
      ${kinds.map(
        (kind) => html`<section class="al-picture" aria-label=${NAMES[kind]}>${heading(kind)}
        <div class="al-frame">${arcs ? pictures[kind].arcs.el : pictures[kind].heat.el}</div></section>`,
      )}
      <div class="al-pointed">${
        so && so.symbols === step
          ? html`<p>Step ${step + 1} of ${translation.steps.length}: ${parts[phase].title}.</p>`
          : (so ? [scores] : kinds).map(
              (kind) =>
                html`<p>${
                  kinds.length > 1
                    ? html`<b>${NAMES[kind]}:</b>
                  `
                    : nothing
                }${pointedAt(translated(kind), focusNow(translated(kind)), symbols, stop)}</p>`,
            )
      }</div>
      <div class="lt-row lt-apart"><span class="lt-row">${
        arcs
          ? arcKey()
          : mapKey({
              kind: "gate",
              dark,
              label: "weight",
            })
      }
          <span class="lt-key">number: probability in %</span><span class="lt-key">■ stop</span></span>
        ${button({
          text: "Erase this character",
          quiet: true,
          disabled: hover !== null || focus.place < 0,
          onClick: () => erase(view.get("place")),
        })}</div>
      <div class="al-steps">
        <div class="lt-row lt-apart"><h4>Step ${step + 1} of ${translation.steps.length}, part by part</h4>
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
    for (const kind of kinds) paintPicture(kind, so);
    const limit = cards.update({ translation, step, parts, place: focus.place });
    const scale = view.body.querySelector(".al-scale");
    if (scale) scale.textContent = `scores e: ±${limitText(limit)}`;
  };
});
