// The values of the lines at a lag, as a table and as a line of text.

import { html } from "lit-html";
import { pen, short } from "../js/kit/index.js";
import { curves, table } from "./lines.js";
import { median } from "./measure.js";
import { countOf } from "./results.js";

const POINT = "Point at the plot to see the values there. Press to move the upright line.";

/** @typedef {{question: import("./results.js").Question, value: import("./results.js").Answer} | null} Answered */

/**
 * @param {Answered} answer
 * @param {{clip: number, lag: number, runs: number}} options
 */
export function valueTable(answer, { clip, lag, runs }) {
  const count = countOf(answer?.value);
  const heads =
    answer?.question.compare === "clipping"
      ? [`at lag ${lag}`, "length of g", "clipping", `then at lag ${lag}`]
      : [`at lag ${lag}`, "least … most", "per step", "above 1"];
  const rows = answer ? table(answer.question.compare, answer.value.results, clip, lag) : [];
  return html`<div class="gl-table" tabindex="0" role="region" aria-label="the values at this lag"><table>
    <thead><tr><th scope="col">${count < runs ? `${count} of ${runs}` : count} networks</th>${heads.map(
      (head) => html`<th scope="col">${head}</th>`,
    )}</tr></thead>
    <tbody>${rows.map(
      ({ name, pens, cells }) => html`<tr><th scope="row"><i class="lt-dot"
        style="--hue:${pen({ ...pens, values: [] }).color}"></i>${name}</th>
      ${cells.map((value) => html`<td>${value}</td>`)}</tr>`,
    )}</tbody>
  </table></div>`;
}

/**
 * The medians where the pointer is, or how to see them.
 * @param {Answered} answer
 * @param {number} clip
 * @param {number | null} pointed
 */
export function readout(answer, clip, pointed) {
  if (!answer) return POINT;
  const { compare, options } = answer.question;
  if (pointed === null) {
    const rests = answer.value.results.RNN && options.nonlinearity === "relu" && options.input_scale === 0;
    return rests ? "Without inputs a relu RNN stays at 0, where its slope is 0: no gradient at all." : POINT;
  }
  const at = Math.min(pointed, options.length - 1);
  const values = curves(compare, answer.value.results, clip).map(
    ({ name, of, runs }) => `${name} ${short(median(runs.map((run) => of(run)[at])))}`,
  );
  return `${at} steps back: ${values.join(" · ")}`;
}
