// The ablation switchboard: switch a part of the LSTM off, and see how it learned without. Every curve is a stored run.

import { html, nothing, render, svg } from "lit-html";
import { asChoice, asToggle, choice, defineWidget, linePlot, linkState, stage, toggle } from "../js/kit/index.js";
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
  let guess = "";
  const flip = (/** @type {string} */ code) => {
    const variant = switched(view.get("variant"), code);
    view.set({ variant });
    view.announce(variant === FULL ? "The whole cell" : variant);
  };
  drawing.onPress((part) => {
    const code = codeOfPart(part);
    if (code) flip(code);
  });

  /** @param {string[]} codes */
  const paintStage = (codes) => {
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
    render(svg`${gates ? [arc(i, f, 50), arc(i, o, 70), arc(f, o, 150)] : coupled ? arc(i, f, -30) : nothing}`, behind);
  };

  return () => {
    const variant = view.get("variant");
    const task = view.get("task");
    const codes = codesOf(variant);
    const limit = limits[task];
    const measure = task === "adding" ? view.get("measure") : "wrong";
    paintStage(codes);
    const whole = runs[task][FULL] ?? [];
    const own = variant === FULL ? null : (runs[task][variant] ?? []);
    const here = linesOf(whole, measure, limit, { label: "whole cell", model: "peepholelstm" });
    const there = own
      ? linesOf(own, measure, limit, { label: variant, color: "currentColor" })
      : { lines: [], marks: [] };
    const ofVariant = own ? ` ${variant}: ${own.length ? solvedOf(own) : "no stored run"}.` : "";
    const counts = `Whole cell: ${solvedOf(whole)}.${ofVariant}`;
    plot.update({
      label: `${MEASURES[/** @type {keyof typeof MEASURES} */ (measure)]} on ${titles[task]}. ${counts}`,
      height: 280,
      lines: [...here.lines, ...there.lines],
      marks: [...here.marks, ...there.marks],
      x: { label: "sequences presented", domain: [0, limit.most], format: thousands },
      y:
        measure === "error"
          ? { label: "mean squared error", log: true, domain: [1e-4, 0.1] }
          : { label: "share wrong", domain: [0, 1] },
    });
    const shown = view.get("shown");
    view.render(html`<div class="lt-stack">
      <div class="lt-row lt-apart">
        ${choice({
          id: view.id("task"),
          label: "Task",
          value: task,
          options: tasks.map((value) => ({ value, text: titles[value].replace(/^the /, "") })),
          onChange: (value) => view.set({ task: value }),
        })}
        <div class=${task === "adding" ? "" : "ab-hidden"}>${choice({
          id: view.id("measure"),
          label: "Curve",
          value: measure,
          disabled: task !== "adding",
          options: [
            { value: "wrong", text: "share wrong" },
            { value: "error", text: "squared error" },
          ],
          onChange: (value) => view.set({ measure: value }),
        })}</div>
      </div>
      <div class="ab-board">
        <div class="ab-left">${drawing.el}</div>
        <fieldset class="ab-switches"><legend class="lt-label">Parts of the cell</legend>${CODES.map((code) => {
          const { label, letter, adds } = SWITCHES[code];
          const on = codes.includes(code) === Boolean(adds);
          return toggle({
            label: html`${label} <span class="ab-code">${code}</span>`,
            value: on,
            letter,
            onChange: () => flip(code),
          });
        })}</fieldset>
      </div>
      <div class="ab-board">
        <div class="ab-equations" role="group" aria-label="Equations">${equations(codes).map(
          (line) => html`<p aria-label=${spoken(line)} role="img"><span
            style="--hue:var(--lt-${line.letter})"><i>${line.name}</i></span>
          = ${line.terms.map(({ text, how }) =>
            how === "gone"
              ? html`<del>${typeset(text)}</del>`
              : how === "new"
                ? html`<ins>${typeset(text)}</ins>`
                : html`<span>${typeset(text)}</span>`,
          )}</p>`,
        )}</div>
        ${verdictPanel({ variant, codes, meanings, titles, paper, ours, claims })}
      </div>
      <div class="ab-curves"><p class="lt-label">${counts}</p>${plot.el}
        <p class="lt-hint">Each thin line is a run of its own seed, the thick line their median. ● met the criterion and
          stopped; ✕ never did within
          ${thousands(limit.most)} sequences. A run that has stopped counts on in the median with its last value.
          Criterion: ${limit.criterion}.</p></div>
      ${
        shown
          ? html`<div class="lt-stack">${guessVerdict({ tables, titles, guess })}
            ${variantTable({
              rows: tables[task],
              title: titles[task],
              most: limit.most,
              variant,
              guess,
              meanings,
              ours,
              paper,
              task,
              onChoose: (name) => view.set({ variant: name }),
            })}
            <p class="lt-hint">The median counts a run that failed as longer than all others. “✕”: not all runs are in
              this column. ${view.get("_deviations")}</p></div>`
          : guessPanel({
              meanings,
              onShow: () => view.set({ shown: true }),
              onGuess(code) {
                guess = code;
                view.set({ shown: true });
              },
            })
      }
      <div class="lt-row">${link.buttons(() => {
        guess = "";
      })}</div>
    </div>`);
  };
}

export default defineWidget("ablation", setup);
