// Asking the worker: one place at a time, the latest that is wanted, and each only once per text.

import code from "./worker.js?worker-text";

/** @typedef {import("./worker.js").Answer} Answer */

/**
 * @param {import("../js/kit/widget.js").View} view
 * @returns {(text: string, place: number) => Answer | null}  what is known of a place, or null until the worker has
 *     answered; then the view is painted again
 */
export function asking(view) {
  const worker = view.worker(code);
  const alphabet = view.get("_alphabet");
  worker.postMessage({ networks: view.get("_networks"), weights: Float64Array.from(view.array("_weights").data) });
  /** Of the present text, by place. @type {Map<number, Answer>} */
  const answers = new Map();
  let known = "";
  let busy = false;
  view.listen(worker, "message", (event) => {
    const { data } = /** @type {MessageEvent<Answer>} */ (event);
    busy = false;
    if (data.text === known) answers.set(data.place, data);
    view.repaint();
  });
  return (text, place) => {
    if (text !== known) answers.clear();
    known = text;
    const answer = answers.get(place) ?? null;
    if (!answer && !busy) {
      busy = true;
      worker.postMessage({ text, codes: Array.from(text, (sign) => alphabet.indexOf(sign)), place });
    }
    return answer;
  };
}
