// One sequence that no cell learns from: what each answers, and what the gates of one do meanwhile.

import { html, nothing } from "lit-html";
import { button, choice, heatMap, mapKey, named } from "../js/kit/index.js";
import { answerMap, gateMap, QUANTITIES, verdict } from "./pictures.js";
import { PROBE } from "./race.js";

/** @typedef {import("./problems.js").Problem} Problem */

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {import("./trainer.js").Trainer} trainer
 */
export function sequencePanel(view, trainer) {
  const answers = heatMap(view);
  const gates = heatMap(view);
  let looked = { kind: "LSTM", letter: "f" };
  const lookAt = (/** @type {Partial<typeof looked>} */ change) => {
    looked = { ...looked, ...change };
    view.repaint();
  };
  const other = (/** @type {number} */ by) => trainer.look((trainer.sample + by + PROBE) % PROBE);

  /** The panel for the last report. @param {string} task @param {Problem} problem */
  return (task, problem) => {
    const sequence = trainer.report?.sequence;
    if (!sequence) return nothing;
    const { dark } = view.theme;
    const kinds = Object.keys(sequence.cells);
    const kind = kinds.includes(looked.kind) ? looked.kind : kinds[0];
    const letter = QUANTITIES[kind].includes(looked.letter) ? looked.letter : QUANTITIES[kind][0];
    const map = gateMap(task, problem, sequence, kind, letter);
    const letters = QUANTITIES[kind].map((value) => ({ value, text: value, letter: value, name: named(value) }));
    const ofClasses = problem.signs.length > 0;
    answers.update(answerMap(task, problem, sequence));
    gates.update(map);
    return html`<section class="lt-stack" aria-label="One sequence">
      <div class="lt-row lt-apart"><h4>A sequence that no cell learns from</h4>
        <span class="lt-row">${button({ text: "‹", label: "the sequence before", onClick: () => other(-1) })}
          <span class="lt-value lt-hint">${trainer.sample + 1} of ${PROBE}</span>
          ${button({ text: "›", label: "the next sequence", onClick: () => other(1) })}</span></div>
      ${answers.el}
      <div class="lt-row lt-apart"><p class="lt-value lt-pg-verdict">${verdict(task, problem, sequence)}</p>
        <span class="lt-row">${ofClasses ? nothing : mapKey({ kind: "signed", dark, label: "x" })}
          ${mapKey({ kind: "gate", dark, label: ofClasses ? "probability" : "answer" })}</span></div>
      <div class="lt-row lt-pg-look">
        ${choice({
          id: view.id("kind"),
          label: "cell",
          hideLabel: true,
          value: kind,
          options: kinds.map((value) => ({ value, text: value })),
          onChange: (value) => lookAt({ kind: value }),
        })}
        ${choice({
          id: view.id("letter"),
          label: "what it records",
          hideLabel: true,
          value: letter,
          options: letters,
          onChange: (value) => lookAt({ kind, letter: value }),
        })}
        ${mapKey({ kind: map.map, limit: map.limit, dark, label: named(letter) })}
      </div>
      ${gates.el}
    </section>`;
  };
}
