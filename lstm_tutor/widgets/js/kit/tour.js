// Tasks that stand in a widget, wait for the reader's act, and are ticked when it is done.

import { html, nothing, render } from "lit-html";
import { button } from "./controls.js";
import { recall, remember } from "./memory.js";

/**
 * @typedef {string | number | boolean | null} Fact
 * @typedef {Fact | {min?: number, max?: number, not?: Fact}} Condition
 * @typedef {{task: string, when: Record<string, Condition>, shows?: string}} Task  `when`: what has to be so, by the name
 * of a fact; `shows`: what the reader has seen then
 */

/** Whether all that a task asks for is so. @param {Task["when"]} when @param {Record<string, Fact>} facts */
export const isDone = (when, facts) =>
  Object.entries(when).every(([name, wanted]) => {
    const fact = facts[name];
    if (wanted === null || typeof wanted !== "object") return fact === wanted;
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = wanted;
    if ("not" in wanted && fact === wanted.not) return false;
    return !("min" in wanted || "max" in wanted) || (typeof fact === "number" && fact >= min && fact <= max);
  });

/**
 * The tasks in the trait `tasks`, or others, which then need a name of their own. `update(facts)` on every paint says how
 * things are; a task is done when its conditions hold after the reader has changed something while it was shown.
 * @param {import("./widget.js").View} view
 * @param {Task[]} tasks
 * @param {string} name  under which the page remembers what is done
 */
export function tour(view, tasks = view.get("tasks") ?? [], name = "tasks") {
  const el = view.root.ownerDocument.createElement("div");
  el.className = "lt-tour";
  el.role = "group";
  el.ariaLabel = "Try it";
  const done = new Set(recall(view, name).split(" ").filter(Boolean).map(Number));
  let current = Math.max(
    tasks.findIndex((_, k) => !done.has(k)),
    0,
  );
  let before = "";

  const draw = () => {
    const { task, shows } = tasks[current];
    const next = tasks.findIndex((_, k) => !done.has(k));
    render(
      html`<span class="lt-tour-steps">${tasks.map(
        (_, k) => html`<button type="button" class=${done.has(k) ? "lt-tour-done" : ""}
          aria-current=${k === current ? "step" : nothing} @click=${() => show(k)}
          aria-label="Task ${k + 1} of ${tasks.length}${done.has(k) ? ", done" : ""}">${done.has(k) ? "✓" : k + 1}</button>`,
      )}</span>
      <p><b>${done.has(current) ? "Done." : "Try:"}</b> ${done.has(current) && shows ? shows : task}</p>
      ${done.has(current) && next >= 0 ? button({ text: "Next", onClick: () => show(next) }) : nothing}`,
      el,
    );
  };
  const show = (/** @type {number} */ k) => {
    current = k;
    draw();
  };
  if (tasks.length) draw();

  return {
    /** The tasks' line; nothing where there are none. */
    get el() {
      return tasks.length ? el : nothing;
    },
    /** @param {Record<string, Fact>} facts */
    update(facts) {
      if (!tasks.length) return;
      const now = JSON.stringify(facts);
      const acted = before !== "" && before !== now;
      before = now;
      if (!acted || done.has(current) || !isDone(tasks[current].when, facts)) return;
      done.add(current);
      remember(view, name, [...done].join(" "));
      view.announce(`Task ${current + 1} is done. ${tasks[current].shows ?? ""}`);
      draw();
    },
  };
}
