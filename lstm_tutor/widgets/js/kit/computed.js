// State that follows from other state: computed when it is asked for, and again only when its inputs have changed.

/**
 * A function that returns what `compute` makes of the inputs, and keeps it as long as all of them are the same.
 *
 *     const text = computed(() => [view.get("text")], (typed) => readable(typed));
 *     const reading = computed(() => [model(), text()], (model, text) => read(model, text));
 *
 * @template {readonly unknown[]} I
 * @template V
 * @param {() => readonly [...I]} inputs  what it depends on, traits and what is computed
 * @param {(...inputs: I) => V} compute
 * @returns {() => V}
 */
export function computed(inputs, compute) {
  /** @type {{inputs: readonly [...I], value: V} | undefined} */
  let known;
  return () => {
    const now = inputs();
    if (!known || !isSame(known.inputs, now)) known = { inputs: now, value: compute(...now) };
    return known.value;
  };
}

/**
 * The same for what a worker computes: its last answer, with the question that it answers; null before the first one.
 * A question is asked when it is another object than before, and each answer paints the view again. The worker takes
 * the newest question only (`answerNewest`), so an answer may come late, but never out of order.
 * @template Q, A, K
 * @param {import("./widget.js").View} view
 * @param {string} code  of the worker
 * @param {() => Q} question
 * @param {{known?: K, onAnswer?: (question: Q, value: A) => void}} [options]  `known`: what every answer needs, such as
 *     weights, sent once; `onAnswer` hears every answer, in order, for answers that say only what is new
 * @returns {() => {question: Q, value: A} | null}
 */
export function computedByWorker(view, code, question, { known, onAnswer } = {}) {
  const worker = view.worker(code);
  if (known !== undefined) worker.postMessage({ known });
  /** @type {Map<number, Q>} */
  const open = new Map();
  /** @type {Q | undefined} */
  let last;
  let count = 0;
  /** @type {{question: Q, value: A} | null} */
  let answer = null;
  worker.onmessage = ({ data: { number, value } }) =>
    view.guard(() => {
      for (const older of open.keys()) if (older < number) open.delete(older);
      const asked = /** @type {Q} */ (open.get(number));
      answer = { question: asked, value };
      onAnswer?.(asked, value);
      view.repaint();
    });
  return () => {
    const now = question();
    if (now !== last) {
      last = now;
      open.set(++count, now);
      worker.postMessage({ number: count, question: now });
    }
    return answer;
  };
}

/** @param {readonly unknown[]} one @param {readonly unknown[]} two */
const isSame = (one, two) => one.length === two.length && one.every((value, k) => Object.is(value, two[k]));
