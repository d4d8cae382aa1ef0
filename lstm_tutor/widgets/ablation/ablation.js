// The ablation switchboard: switch a part of the LSTM off, and see how it learned without. Every curve is a stored run.

import { html, nothing, render, svg } from "lit-html";
import {
  asChoice,
  asToggle,
  bench,
  choice,
  computed,
  defineWidget,
  linePlot,
  linkState,
  recall,
  remember,
  stage,
  toggle,
  tour,
} from "../js/kit/index.js";
import {
  CODES,
  codeOfPart,
  codesOf,
  drawn,
  equations,
  FULL,
  SWITCHES,
  spoken,
  switched,
  variantOf,
} from "./changes.js";
import { linesOf, solvedOf, thousands } from "./curves.js";
import { guessPanel, guessVerdict, variantTable, verdictPanel } from "./panels.js";

const MEASURES = { wrong: "share of unseen sequences wrong", error: "mean squared error" };

/** "W_xi x + b_i" with its subscripts set low. @param {string} text */
const typeset = (text) =>
  text.split(/(_[a-z]+(?:−1)?)/).map((part) => (part.startsWith("_") ? html`<sub>${part.slice(1)}</sub>` : part));

/** @param {import("../js/kit/widget.js").View} view */
function setup(view) {
  const [meanings, titles, runs, limits] = ["_meanings", "_titles", "_runs", "_limits"].map((name) => view.get(name));
  const [tables, paper, ours, claims] = ["_tables", "_paper", "_ours", "_claims"].map((name) => view.get(name));
  const tasks = Object.keys(titles);
  const link = linkState(view, {
    variant: {
      parse: (text) => {
        const variant = variantOf(codesOf(text));
        return text === FULL || codesOf(text).length === text.split("+").length ? variant : undefined;
      },
      format: String,
    },
    task: asChoice(tasks),
    measure: asChoice(Object.keys(MEASURES)),
    shown: asToggle(),
  });
  const drawing = stage(view, view.get("_drawing"));
  const plot = linePlot(view);
  const group = () => {
    const made = view.root.ownerDocument.createElementNS("http://www.w3.org/2000/svg", "g");
    made.setAttribute("class", "ab-marks");
    return made;
  };
  const marks = drawing.svg.appendChild(group());
  const behind = drawing.svg.insertBefore(group(), drawing.svg.querySelector("[data-part]"));
  const bodies = /** @type {SVGElement[]} */ ([...drawing.svg.querySelectorAll(".body[data-valve]")]);
  const halfOpen = new Map(bodies.map((body) => [body, body.style.getPropertyValue("--open")]));
  const center = (/** @type {string} */ part) => {
    const [knob, box] = [".knob", "rect"].map((shape) => drawing.svg.querySelector(`[data-part="${part}"] ${shape}`));
    const found = part.startsWith("valve") ? knob : box;
    const at = (/** @type {string} */ name) => Number(found?.getAttribute(name) ?? 0);
    return found?.tagName === "circle" ? [at("cx"), at("cy")] : [at("x") + at("width") / 2, at("y") + at("height") / 2];
  };
  for (const line of drawing.svg.querySelectorAll('[data-part^="peep-"] .line')) {
    const wide = /** @type {SVGElement} */ (line.cloneNode());
    wide.setAttribute("class", "ab-touch"); // a thin line is easy to miss
    line.before(wide);
  }
  const tasksOfTour = tour(view);
  let guess = recall(view, "guess");
  let pane = "drawing";
  const flip = (/** @type {string} */ code) => {
    const variant = switched(view.get("variant"), code);
    view.set({ variant });
    view.announce(variant === FULL ? "The whole cell" : variant);
  };
  drawing.onPress((part) => {
    const code = codeOfPart(part);
    if (code) flip(code);
  });

  const paintStage = computed(
    () => [view.get("variant")],
    (/** @type {string} */ variant) => {
      const codes = codesOf(variant);
      const { faded, open, crossed, coupled, gates } = drawn(codes);
      drawing.fadeAllBut(faded.length ? drawing.parts.filter((part) => !faded.includes(part)) : []);
      for (const body of bodies) {
        const is = open.includes(body.dataset.valve ?? "");
        body.style.setProperty("--open", is ? "1" : (halfOpen.get(body) ?? ""));
      }
      const cross = (/** @type {number[]} */ [x, y]) => svg`<path d="M${x - 24} ${y - 24}l48 48m0 -48l-48 48" />`;
      const [i, f, o] = ["valve-i", "valve-f", "valve-o"].map(center);
      const arc = (/** @type {number[]} */ from, /** @type {number[]} */ to, /** @type {number} */ bend) =>
        svg`<path class="ab-new"
        d="M${from[0]} ${from[1]}Q${(from[0] + to[0]) / 2} ${(from[1] + to[1]) / 2 + bend} ${to[0]} ${to[1]}" />`;
      render(
        svg`${crossed.map((part) => cross(center(part)))}
      ${coupled ? svg`<text x=${f[0] + 64} y=${f[1] - 16} class="word">f = 1 − i</text>` : nothing}`,
        marks,
      );
      render(
        svg`${gates ? [arc(i, f, 50), arc(i, o, 70), arc(f, o, 150)] : coupled ? arc(i, f, -30) : nothing}`,
        behind,
      );
    },
  );

  const measureNow = () => (view.get("task") === "adding" ? view.get("measure") : "wrong");
  const counts = computed(
    () => [view.get("task"), view.get("variant")],
    (task, variant) => {
      const own = runs[task][variant] ?? [];
      const ofVariant = variant === FULL ? "" : ` ${variant}: ${own.length ? solvedOf(own) : "no stored run"}.`;
      return `Whole cell: ${solvedOf(runs[task][FULL] ?? [])}.${ofVariant}`;
    },
  );
  const whole = computed(
    () => [view.get("task"), measureNow()],
    (task, measure) =>
      linesOf(runs[task][FULL] ?? [], measure, limits[task], { label: "whole cell", model: "peepholelstm" }),
  );
  const own = computed(
    () => [view.get("task"), measureNow(), view.get("variant")],
    (task, measure, variant) =>
      variant === FULL
        ? { lines: [], marks: [] }
        : linesOf(runs[task][variant] ?? [], measure, limits[task], { label: variant, color: "currentColor" }),
  );
  const paintCurves = computed(
    () => [whole(), own(), counts(), measureNow(), view.get("task"), plotHeight(view), view.width, plot.el.isConnected],
    (here, there, told, measure, task, height, ..._room) =>
      plot.update({
        label: `${MEASURES[/** @type {keyof typeof MEASURES} */ (measure)]} on ${titles[task]}. ${told}`,
        height,
        lines: [...here.lines, ...there.lines],
        marks: [...here.marks, ...there.marks],
        x: { label: "sequences presented", domain: [0, limits[task].most], format: thousands },
        y:
          measure === "error"
            ? { label: "mean squared error", log: true, domain: [1e-4, 0.1] }
            : { label: "share wrong", domain: [0, 1] },
      }),
  );
  const show = (/** @type {string} */ next) => {
    if (next !== "all") pane = next;
    view.set({ shown: next === "all" });
    view.repaint();
  };

  return () => {
    const [variant, task, shown] = [view.get("variant"), view.get("task"), view.get("shown")];
    const codes = codesOf(variant);
    paintStage();
    paintCurves();
    tasksOfTour.update({ variant, task, shown });
    const verdict = verdictPanel({ variant, codes, meanings, titles, paper, ours, claims });
    const lead = html`<div class="ab-lead">${tasksOfTour.el}<div class="ab-ask">${
      guess || shown
        ? guessVerdict({ tables, titles, meanings, guess })
        : guessPanel({
            meanings,
            onGuess(code) {
              guess = code;
              remember(view, "guess", code);
              show("all");
            },
          })
    }</div></div>`;
    const panes = choice({
      id: view.id("pane"),
      label: "What to look at",
      hideLabel: true,
      value: shown ? "all" : pane,
      options: [
        { value: "drawing", text: "Drawing" },
        { value: "equations", text: "Equations" },
        { value: "all", text: "All variants" },
      ],
      onChange: show,
    });
    const top = shown
      ? html`<div class="ab-all">${variantTable({
          rows: tables[task],
          title: titles[task],
          most: limits[task].most,
          variant,
          guess,
          meanings,
          ours,
          paper,
          task,
          onChoose: (name) => view.set({ variant: name }),
        })}</div>${view.isWide ? "" : verdict}`
      : html`<div class="ab-board"><div>${pane === "drawing" ? drawing.el : equationsPanel(codes)}</div>${verdict}</div>`;
    view.render(
      bench({
        lead,
        pictures: html`${panes}${top}
          <div class="ab-curves"><p class="lt-label">${counts()}</p>${plot.el}
            <p class="lt-hint">Thin: a run; thick: the median. ● met the criterion, ✕ did not within
              ${thousands(limits[task].most)} sequences.</p></div>`,
        controls: html`
          ${choice({
            id: view.id("task"),
            label: "Task",
            value: task,
            options: tasks.map((value) => ({ value, text: titles[value].replace(/^the (embedded )?/, "") })),
            onChange: (value) => view.set({ task: value }),
          })}
          <fieldset class="ab-switches"><legend class="lt-label">Parts of the cell</legend>${CODES.map((code) => {
            const { label, letter, adds } = SWITCHES[code];
            return toggle({
              label: html`${label} <span class="ab-code">${code}</span>`,
              value: codes.includes(code) === Boolean(adds),
              letter,
              onChange: () => flip(code),
            });
          })}</fieldset>
          <div class=${task === "adding" ? "" : "ab-hidden"}>${choice({
            id: view.id("measure"),
            label: "Curve",
            value: measureNow(),
            disabled: task !== "adding",
            options: [
              { value: "wrong", text: "share wrong" },
              { value: "error", text: "squared error" },
            ],
            onChange: (value) => view.set({ measure: value }),
          })}</div>
          <details class="ab-how"><summary>How the runs were made and judged</summary>
            <p class="lt-hint">Criterion: ${limits[task].criterion}. A run that has stopped counts on in the median with
              its last value; in the table one that failed counts as longer than all others, and “✕” says that not all
              runs are in the column. ${view.get("_deviations")}</p></details>
          <div class="lt-row">${link.buttons(() => {
            guess = "";
            remember(view, "guess", "");
            pane = "drawing";
          })}</div>`,
      }),
    );
  };
}

/** Height of the curves in px: what the screen has left for them. @param {import("../js/kit/widget.js").View} view */
const plotHeight = (view) => (view.isWide ? Math.max(view.tall - 548, 140) : 250);

/** @param {string[]} codes */
const equationsPanel = (codes) =>
  html`<div class="ab-equations" role="group" aria-label="Equations">${equations(codes).map(
    (line) => html`<p aria-label=${spoken(line)} role="img"><span
            style="--hue:var(--lt-${line.letter})"><i>${line.name}</i></span>
          = ${line.terms.map(({ text, how }) =>
            how === "gone"
              ? html`<del>${typeset(text)}</del>`
              : how === "new"
                ? html`<ins>${typeset(text)}</ins>`
                : html`<span>${typeset(text)}</span>`,
          )}</p>`,
  )}</div>`;

export default defineWidget("ablation", setup);
