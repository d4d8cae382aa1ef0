// The playground: cells race on one task, in the page. What trains is a worker; here is what one sees and sets.

import { html, nothing } from "lit-html";
import {
  asChoice,
  asInteger,
  asNumber,
  bench,
  choice,
  computed,
  defineWidget,
  linePlot,
  linkState,
  number,
  pen,
  tour,
} from "../js/kit/index.js";
import { asLength, asNames } from "./links.js";
import { MOST, pace, restart, settingsPanel, transport } from "./panel.js";
import { ANSWERS, firstToLearn, lossPlot, PENS, reachPlot, recent, rightPlot, summary } from "./pictures.js";
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
  const guide = tour(view);
  let said = 0;
  let saidStep = 0;
  const shows = (/** @type {string} */ name) => !view.get("hide").includes(name);
  const problemNow = computed(() => [trainer.settings.task, trainer.settings.length], makeProblem);
  /** Of the run that is shown. */
  const problemShown = computed(
    () => [(trainer.shown?.settings ?? trainer.settings).task, (trainer.shown?.settings ?? trainer.settings).length],
    makeProblem,
  );
  /** Height in px of one picture of the four. */
  const height = () => (view.isWide ? Math.max(Math.round((view.tall - 352) / 2), 120) : 190);
  const sequence = sequencePanel(view, trainer, problemShown, height);
  const until = () => Math.max(view.get("until"), trainer.steps);
  const first = computed(
    () => [trainer.curves, trainer.settings],
    (..._) => firstToLearn(trainer.history),
  );
  /** Which pictures stand in the page: only there do they know their width. */
  const placed = () => [...Object.values(plots), ...sequence.maps].map(({ el }) => el.isConnected).join();
  const look = () => /** @type {const} */ ([height(), view.width, view.theme.dark, placed()]);
  const curvesNow = computed(
    () => [trainer.curves, trainer.settings.task, problemNow(), until(), ...look()],
    (_, task, problem, most, tall, ..._look) => {
      plots.loss.update({ ...lossPlot(task, problem, trainer.history, most), height: tall });
      plots.right.update({ ...rightPlot(task, problem, trainer.history, most), height: tall });
    },
  );
  const reachNow = computed(
    () => [trainer.shown, problemShown(), ...look()],
    (shown, problem, tall, ..._look) =>
      plots.reach.update({ ...reachPlot(shown?.report, problem.longest), height: tall }),
  );

  /** A summary for those who do not see the pictures: now and then, and when the run stands still. */
  const say = () => {
    const now = performance.now();
    if (trainer.steps === saidStep || (view.get("playing") && now - said < SAY_EVERY)) return;
    [said, saidStep] = [now, trainer.steps];
    if (trainer.steps) view.announce(summary(trainer.steps, trainer.history));
  };
  const picture = (/** @type {keyof typeof plots} */ name, /** @type {string} */ title, /** @type {unknown} */ note) =>
    shows(name)
      ? html`<section class="lt-pg-plot"><h4>${title} <span class="lt-hint">${note}</span></h4>${plots[name].el}
        </section>`
      : nothing;

  return () => {
    const { task, length, seed, forget_bias } = trainer.settings;
    const tasks = view.get("_tasks");
    const problem = problemNow();
    const steps = trainer.steps;
    curvesNow();
    reachNow();
    say();
    guide.update({ task, length, seed, forget_bias, step: steps, playing: view.get("playing"), first: first() });
    const { asks } = tasks[trainer.shown?.settings.task ?? task];
    const before = placed();
    const controls = transport(view, trainer, shows);
    view.render(
      bench({
        lead: guide.el,
        pictures: html`<div class="lt-pg-pictures">
          ${shows("sequence") ? sequence.example(asks) : html`<p class="lt-pg-example">${asks}</p>`}
          ${picture("loss", "Loss", lossNote(problem))}
          ${picture("right", "Right", ANSWERS[task])}
          ${picture("reach", "How far back", reachNote(problemShown()))}
          ${shows("sequence") ? sequence.inside() : nothing}
        </div>`,
        thumb: view.isWide ? nothing : controls,
        controls: html`
          ${view.isWide ? controls : nothing}
          ${pace(view, trainer, shows)}
          ${table(trainer, problem)}
          ${shows("task") ? taskChoice(view, task) : html`<b>${tasks[task].text}</b>`}
          ${settingsPanel(view, trainer, shows)}
          ${shows("link") ? link.buttons(() => restart(view, trainer)) : nothing}`,
      }),
    );
    if (placed() !== before) view.repaint();
  };
});

/** Which task. @param {import("../js/kit/widget.js").View} view @param {string} task */
const taskChoice = (view, task) =>
  choice({
    id: view.id("task"),
    label: "task",
    hideLabel: true,
    value: task,
    options: TASKS.map((value) => ({ value, text: view.get("_tasks")[value].text })),
    onChange: (value) => view.set({ task: value, ...view.get("_tasks")[value].usual }),
  });

/** What the dashed lines are. @param {Problem} problem */
const lossNote = ({ best }) => html`<svg width="22" height="8" aria-hidden="true"><line x1="0" x2="22" y1="4" y2="4"
  class="lt-rule" /></svg> without memory${best ? "; below it: at best" : ""}`;

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
  return `needed: ${steps} steps`;
}

/** A cell's line, as in the plots. @param {string} kind */
const stroke = (kind) =>
  html`<svg width="20" height="8" aria-hidden="true" class="lt-pg-stroke" style="--hue:${pen(PENS[kind]).color}">
    <line x1="0" x2="20" y1="4" y2="4" stroke-dasharray=${PENS[kind].dash} /></svg>`;
