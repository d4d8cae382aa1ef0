// The playground: cells race on one task, in the page. What trains is a worker; here is what one sees and sets.

import { html, nothing } from "lit-html";
import {
  asChoice,
  asInteger,
  asNumber,
  choice,
  computed,
  defineWidget,
  linePlot,
  linkState,
  number,
  pen,
} from "../js/kit/index.js";
import { asLength, asNames } from "./links.js";
import { MOST, restart, settingsPanel, transport } from "./panel.js";
import { ANSWERS, lossPlot, PENS, reachPlot, recent, rightPlot, summary } from "./pictures.js";
import { makeProblem, TASKS } from "./problems.js";
import { sequencePanel } from "./sequence.js";
import { CELLS, parametersOf, unitsOf } from "./settings.js";
import { trainerOf } from "./trainer.js";

/** @typedef {import("./problems.js").Problem} Problem */

const SAY_EVERY = 6000; // ms, to those who listen

export default defineWidget("playground", (view) => {
  const link = linkState(view, {
    task: asChoice(TASKS),
    cells: asNames(CELLS, 1),
    equal: asChoice(["units", "parameters"]),
    length: asLength(view.get("_tasks"), () => view.get("task")),
    hidden_size: asInteger(2, 32),
    learning_rate: asNumber(1e-4, 0.3),
    batch_size: asInteger(1, 64),
    clip: asNumber(0.01, 100),
    forget_bias: asNumber(-6, 6),
    seed: asInteger(0, 9999),
    until: asInteger(1, MOST),
    speed: asInteger(0, 1000),
    hide: asNames(view.get("_controls")),
  });
  const plots = { loss: linePlot(view), right: linePlot(view), reach: linePlot(view) };
  const trainer = trainerOf(view);
  const sequence = sequencePanel(view, trainer);
  let said = 0;
  let saidStep = 0;
  const problemNow = computed(() => [trainer.settings.task, trainer.settings.length], makeProblem);

  /** A summary for those who do not see the pictures: now and then, and when the run stands still. */
  const say = () => {
    const now = performance.now();
    if (trainer.steps === saidStep || (view.get("playing") && now - said < SAY_EVERY)) return;
    [said, saidStep] = [now, trainer.steps];
    if (trainer.steps) view.announce(summary(trainer.steps, trainer.history));
  };

  return () => {
    const hidden = view.get("hide");
    const shows = (/** @type {string} */ name) => !hidden.includes(name);
    const { task } = trainer.settings;
    const tasks = view.get("_tasks");
    const problem = problemNow();
    const until = Math.max(view.get("until"), trainer.steps);
    plots.loss.update({ ...lossPlot(task, problem, trainer.history, until), height: 230 });
    plots.right.update({ ...rightPlot(task, problem, trainer.history, until), height: 230 });
    plots.reach.update({ ...reachPlot(trainer.report, problem.longest), height: 210 });
    say();
    const picture = (
      /** @type {keyof typeof plots} */ name,
      /** @type {string} */ title,
      /** @type {string} */ note,
    ) =>
      shows(name)
        ? html`<section class="lt-pg-plot"><h4>${title}</h4>${plots[name].el}<p class="lt-hint">${note}</p></section>`
        : nothing;
    view.render(html`<div class="lt-stack">
      <div class="lt-row lt-apart">
        ${
          shows("task")
            ? choice({
                id: view.id("task"),
                label: "task",
                hideLabel: true,
                value: task,
                options: TASKS.map((value) => ({ value, text: tasks[value].text })),
                onChange: (value) => view.set({ task: value, ...tasks[value].usual }),
              })
            : html`<b>${tasks[task].text}</b>`
        }
        ${shows("link") ? link.buttons(() => restart(view, trainer)) : nothing}
      </div>
      <p class="lt-hint">${tasks[task].asks}</p>
      ${transport(view, trainer, shows)}
      ${table(trainer, problem)}
      ${settingsPanel(view, trainer, shows)}
      <div class="lt-grid-2">
        ${picture(
          "loss",
          "Loss",
          problem.best
            ? "Every batch is new. The lower line is the best there is, with memory."
            : "Every batch is new to the cells; a point is the mean of a few updates.",
        )}
        ${picture("right", "Right", `Share of ${ANSWERS[task]}, in the same batches.`)}
      </div>
      ${picture("reach", "How far back the answer reaches", reachNote(problem))}
      ${shows("sequence") ? sequence(task, problem) : nothing}
    </div>`);
  };
});

/** Where each cell stands now. @param {import("./trainer.js").Trainer} trainer @param {Problem} problem */
function table({ settings, history }, { D, K }) {
  const units = unitsOf(settings, D, K);
  const row = (/** @type {[string, { losses: number[], rights: number[] }]} */ [kind, { losses, rights }]) =>
    html`<tr><th scope="row">${stroke(kind)}${kind}</th><td>${units[kind]}</td>
      <td>${parametersOf(kind, units[kind], D, K)}</td><td>${losses.length ? recent(losses).toFixed(4) : "–"}</td>
      <td>${rights.length ? `${number(100 * recent(rights), 0)} %` : "–"}</td></tr>`;
  const heads = ["cell", "units", "parameters", "loss", "right"].map((name) => html`<th scope="col">${name}</th>`);
  return html`<table class="lt-pg-table"><thead><tr>${heads}</tr></thead>
    <tbody>${Object.entries(history).map(row)}</tbody></table>`;
}

/** @param {Problem} problem */
function reachNote({ needed: [least, most] }) {
  const steps = least === most ? `${least}` : Number.isFinite(most) ? `${least} to ${most}` : `${least} or more`;
  const path = "How the gradient of the answer changes on its way back, from 1 at the question.";
  return `${path} What the answer needs was shown ${steps} steps before.`;
}

/** A cell's line, as in the plots. @param {string} kind */
const stroke = (kind) =>
  html`<svg width="28" height="8" aria-hidden="true" class="lt-pg-stroke" style="--hue:${pen(PENS[kind]).color}">
    <line x1="1" x2="27" y1="4" y2="4" stroke-dasharray=${PENS[kind].dash} /></svg>`;
