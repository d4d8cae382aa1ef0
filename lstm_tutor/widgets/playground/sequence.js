// One sequence that no cell learns from: what each answers, and what the gates of one do meanwhile.

import { html, nothing } from "lit-html";
import { button, computed, heatMap, mapKey, named, select } from "../js/kit/index.js";
import { answerMap, gateMap, QUANTITIES, verdict } from "./pictures.js";
import { PROBE } from "./race.js";

/** @typedef {import("./problems.js").Problem} Problem */

const AROUND = 62; // px of a gate's picture that are not the map: the line above it, the signs and the key below it

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {import("./trainer.js").Trainer} trainer
 * @param {() => Problem} problemOf  of the run that is shown
 * @param {() => number} height  of the gates' picture, px
 */
export function sequencePanel(view, trainer, problemOf, height) {
  const answers = heatMap(view);
  const gates = heatMap(view);
  let looked = "LSTM f";
  const other = (/** @type {number} */ by) => trainer.look((trainer.sample + by + PROBE) % PROBE);
  const lookAt = (/** @type {string} */ value) => {
    looked = value;
    view.repaint();
  };

  const optionsOf = computed(
    () => [trainer.shown?.settings],
    (settings) =>
      (settings?.cells ?? []).flatMap((kind) =>
        QUANTITIES[kind].map((letter) => ({ value: `${kind} ${letter}`, text: `${kind}: ${named(letter)}` })),
      ),
  );
  const lookedAt = () => {
    const options = optionsOf().map(({ value }) => value);
    return options.includes(looked) ? looked : options[0];
  };
  const answersNow = computed(
    () => [trainer.shown, problemOf(), view.width, view.theme.dark, answers.el.isConnected],
    (shown, problem, ..._look) => {
      if (!shown) return "";
      const { task } = shown.settings;
      answers.update({ ...answerMap(task, problem, shown.report.sequence), rowHeight: 18 });
      return verdict(task, problem, shown.report.sequence);
    },
  );
  const gatesNow = computed(
    () => [trainer.shown, problemOf(), lookedAt(), height(), view.width, view.theme.dark, gates.el.isConnected],
    (shown, problem, which, tall, ..._look) => {
      if (!shown) return null;
      const [kind, letter] = which.split(" ");
      const map = gateMap(shown.settings.task, problem, shown.report.sequence, kind, letter);
      gates.update({ ...map, rowHeight: Math.max(Math.min(Math.floor((tall - AROUND) / map.rows.length), 24), 4) });
      return map;
    },
  );

  return {
    maps: [answers, gates],
    /** The question, one example of it, and each cell's answer. @param {unknown} question */
    example: (question) => {
      const said = answersNow();
      const ofClasses = problemOf().signs.length > 0;
      const { dark } = view.theme;
      return html`<section class="lt-pg-example" aria-label="An example">
        <div class="lt-row lt-apart"><p>${question}</p>
          <div><span class="lt-row lt-pg-turn">${button({
            text: "‹",
            label: "the sequence before",
            onClick: () => other(-1),
          })}
            <span class="lt-value lt-hint">example ${trainer.sample + 1} of ${PROBE}</span>
            ${button({ text: "›", label: "the next sequence", onClick: () => other(1) })}</span>
            ${mapKey({ kind: "gate", dark, label: ofClasses ? "probability" : "answer" })}</div></div>
        ${answers.el}
        <p class="lt-value lt-pg-verdict">${said}</p>
      </section>`;
    },
    /** What goes on inside one of the cells. */
    inside: () => {
      const map = gatesNow();
      if (!map) return nothing;
      const { dark } = view.theme;
      return html`<section class="lt-pg-plot lt-pg-inside">
        ${select({ label: "inside", value: lookedAt(), options: optionsOf(), onChange: lookAt })}
        ${gates.el}
        ${mapKey({ kind: map.map, limit: map.limit, dark, label: "a row per unit" })}
      </section>`;
    },
  };
}
