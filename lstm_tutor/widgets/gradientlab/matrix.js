// The panel of the RNN's recurrent matrix: its eigenvalues, and the path on which it takes the state.

import { html } from "lit-html";
import { number, timeBar } from "../js/kit/index.js";
import { eigenPicture, inWords, pathInWords, pathPicture } from "./pictures.js";
import { W_h } from "./words.js";

/** @typedef {import("./networks.js").Options} Options */

/** @param {import("../js/kit/index.js").View} view */
export function matrixPanel(view) {
  let step = Number.POSITIVE_INFINITY; // of the path; the last one until the reader moves it
  const time = timeBar(view, {
    label: "step of the path",
    onSeek: (next) => {
      step = next;
      view.repaint();
    },
  });
  time.update({ speed: 12 });
  return {
    /** Back to the whole path, at rest. */
    reset() {
      step = Number.POSITIVE_INFINITY;
      time.pause();
      view.repaint();
    },
    /**
     * The ring and the eigenvalues follow the radius at once; the path comes with the answer.
     * @param {import("./results.js").Answer | undefined} answer
     * @param {Options} options
     * @param {(radius: number) => void} onRadius
     */
    template(answer, { spectral_radius: radius, nonlinearity }, onRadius) {
      if (!answer) return "";
      const { path } = answer;
      const eigen = answer.eigen.map(({ re, im }) => ({ re: re * radius, im: im * radius }));
      const scale = radius / Math.hypot(path.value.re, path.value.im);
      const value = { re: path.value.re * scale, im: path.value.im * scale };
      const last = path.x.length - 1;
      const at = Math.min(step, last);
      const size = Math.hypot(path.x[at], path.y[at]);
      time.update({ steps: last + 1, step: at, text: `step ${at} of ${last}: ${number(size)} from the middle` });
      return html`<div class="gl-planes">
        ${eigenPicture({ eigen, value, radius, onRadius })}
        ${pathPicture({ ...path, step: at, label: pathInWords(path) })}
        <div class="gl-planes-text">
          <p class="lt-hint"><b>Eigenvalues of ${W_h}.</b> Drag the knob: its distance from the middle is ρ.</p>
          <p class="lt-hint"><b>Path of the state</b> without inputs: each step ${inWords(path.value)}; then
            ${nonlinearity}.</p>
          ${time.el}
        </div>
      </div>`;
    },
  };
}
