// The worker's end of `computedByWorker`: it answers the newest question, in steps between which it listens.

const PAUSE = 150; // ms at least between two answers to one question that are not the last

/**
 * Answer what the page asks. `answersOf(question)` is a generator: after each step it yields what can be shown, or null,
 * and it returns the whole answer. A newer question waits until the present one has its first answer, so that the
 * picture follows a drag, and then takes its place.
 * @template Q, A, K
 * @param {(question: Q, known: K) => Generator<A | null, A, void>} answersOf  `known`: what the page has sent once
 * @param {(answer: A) => Transferable[]} [given]  what of an answer the worker has no more use for: it is not copied
 * @returns {() => void}  ends it; in a page the end of the worker does
 */
export function answerNewest(answersOf, given = () => []) {
  /** @type {{number: number, question: Q} | undefined} */
  let newest;
  /** @type {{number: number, steps: Generator<A | null, A, void>, postedAt: number} | undefined} */
  let present;
  /** @type {any} */
  let known;
  const turns = new MessageChannel(); // to come back soon, after what the page has sent meanwhile
  turns.port1.onmessage = () => {
    if (newest && (!present || present.postedAt)) {
      present = { number: newest.number, steps: answersOf(newest.question, known), postedAt: 0 };
      newest = undefined;
    }
    if (!present) return;
    const { value, done } = present.steps.next();
    if (value && (done || performance.now() - present.postedAt > PAUSE || !present.postedAt)) {
      postMessage({ number: present.number, value }, { transfer: given(value) });
      present.postedAt = performance.now();
    }
    if (done) present = undefined;
    if (present || newest) turns.port2.postMessage(0);
  };
  self.onmessage = ({ data }) => {
    if ("known" in data) {
      known = data.known;
      return;
    }
    const idle = !present && !newest;
    newest = data;
    if (idle) turns.port2.postMessage(0);
  };
  return () => turns.port1.close();
}
