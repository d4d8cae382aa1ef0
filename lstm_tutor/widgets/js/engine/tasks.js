// The classic tasks, made in the page: lstm_tutor.tasks, with this engine's random numbers.

/** @typedef {import("./model.js").Batch} Batch */
/** @typedef {import("./random.js").Random} Random */

/**
 * Remember two marked numbers among noise, then say their sum, scaled into [0, 1]. Each step shows a number X, drawn
 * from U(-1, 1), and a marker: 1 at one of the first ten steps and at another one of the first length / 2 - 1, -1 at
 * the two ends, 0 elsewhere. The target is 0.5 + (X1 + X2) / 4; only each sequence's last step counts. A mark that
 * falls on the first step gives way to the -1 there, and its number counts as zero. Hochreiter & Schmidhuber (1997),
 * section 5.4.
 * @param {number} length  at least 22; each sequence has `length` to 1.1 `length` steps
 * @param {number} N
 * @param {Random} random
 * @returns {Batch}  x (T, N, 2), zero past a sequence's length; targets (T, N, 1)
 */
export function adding(length, N, random) {
  if (!(length >= 22)) throw new Error(`adding: expected length >= 22, got ${length}`);
  const lengths = Array.from({ length: N }, () => length + random.below(Math.floor(length / 10) + 1));
  const T = Math.max(...lengths);
  const x = new Float64Array(T * N * 2);
  const targets = new Float64Array(T * N);
  const mask = new Uint8Array(T * N);
  lengths.forEach((steps, n) => {
    const first = random.below(10);
    let second = random.below(Math.floor(length / 2) - 2);
    if (second >= first) second += 1; // over the one already marked
    let total = 0;
    for (let t = 0; t < steps; t++) {
      const number = random.uniform(-1, 1);
      const marked = t === first || t === second;
      const marker = t === 0 || t === steps - 1 ? -1 : Number(marked);
      if (marker === 1) total += number;
      x.set([number, marker], 2 * (t * N + n));
    }
    for (let t = 0; t < T; t++) targets[t * N + n] = 0.5 + total / 4;
    mask[(steps - 1) * N + n] = 1;
  });
  return { N, x, targets, mask, lengths };
}

/**
 * Remember a whole row of symbols across `lag` steps, then say it. The input is `length` symbols, then lag - 1 blanks,
 * a sign to begin, and `length` more blanks; the target is a blank at every step but the last `length`, which say the
 * row.
 * Hochreiter & Schmidhuber (1997) for the idea; Arjovsky, Shah & Bengio (2016) for this form.
 * @param {number} lag  at least 1
 * @param {number} N
 * @param {Random} random
 * @param {{length?: number, symbols?: number}} [options]
 * @returns {Batch}  x (T, N, symbols + 2) one-hot: symbols, blank, sign; targets (T, N) of symbols and blank
 */
export function copy(lag, N, random, { length = 10, symbols = 8 } = {}) {
  if (!(lag >= 1 && length >= 1 && symbols >= 2)) {
    throw new Error(`copy: expected lag >= 1, length >= 1, symbols >= 2, got ${lag}, ${length}, ${symbols}`);
  }
  const T = lag + 2 * length;
  const D = symbols + 2;
  const x = new Float64Array(T * N * D);
  const targets = new Int32Array(T * N).fill(symbols);
  for (let n = 0; n < N; n++) {
    for (let t = 0; t < T; t++) {
      let code = t === T - length - 1 ? symbols + 1 : symbols;
      if (t < length) {
        code = random.below(symbols);
        targets[(T - length + t) * N + n] = code;
      }
      x[(t * N + n) * D + code] = 1;
    }
  }
  return { N, x, targets, mask: null, lengths: null };
}

export const REBER_SYMBOLS = "BTPSXVE";

/**
 * Node -> symbol -> next node; each choice is a fair coin. Reber (1967), as drawn by Hochreiter & Schmidhuber (1997),
 * figure 3.
 * @type {Record<string, number>[]}
 */
export const REBER_GRAMMAR = [
  { T: 1, P: 2 },
  { S: 1, X: 3 },
  { T: 2, V: 4 },
  { X: 2, S: 5 },
  { P: 3, V: 5 },
];

/**
 * A string and, for each of its symbols but the last, which symbols may follow it.
 * @typedef {{text: string, legal: string[]}} ReberString
 */

/**
 * A string of the inner grammar, from B to E.
 * @param {Random} random
 * @returns {ReberString}
 */
export function reberString(random) {
  let node = 0;
  let text = "B";
  const legal = [];
  while (node !== REBER_GRAMMAR.length) {
    const choices = Object.keys(REBER_GRAMMAR[node]);
    legal.push(choices.join(""));
    const symbol = choices[random.below(2)];
    text += symbol;
    node = REBER_GRAMMAR[node][symbol];
  }
  return { text: `${text}E`, legal: [...legal, "E"] };
}

/**
 * B, T or P, a Reber string, the same T or P, E.
 * @param {Random} random
 * @returns {ReberString}
 */
export function embeddedReberString(random) {
  const letter = "TP"[random.below(2)];
  const inner = reberString(random);
  return { text: `B${letter}${inner.text}${letter}E`, legal: ["TP", "B", ...inner.legal, letter, "E"] };
}

/**
 * Strings as a batch: predict each next symbol.
 * @param {readonly ReberString[]} strings
 * @returns {Batch & { legal: Uint8Array }}  x (T, N, 7) one-hot, targets (T, N), mask and lengths for the strings'
 *     unequal lengths; legal (T, N, 7), 1 for symbols that may come next
 */
export function reberBatch(strings) {
  const N = strings.length;
  const D = REBER_SYMBOLS.length;
  const lengths = strings.map(({ text }) => text.length - 1);
  const T = Math.max(...lengths);
  const x = new Float64Array(T * N * D);
  const targets = new Int32Array(T * N);
  const mask = new Uint8Array(T * N);
  const legal = new Uint8Array(T * N * D);
  strings.forEach((string, n) => {
    for (let t = 0; t < lengths[n]; t++) {
      const step = t * N + n;
      x[step * D + REBER_SYMBOLS.indexOf(string.text[t])] = 1;
      targets[step] = REBER_SYMBOLS.indexOf(string.text[t + 1]);
      mask[step] = 1;
      for (const symbol of string.legal[t]) legal[step * D + REBER_SYMBOLS.indexOf(symbol)] = 1;
    }
  });
  return { N, x, targets, mask, lengths, legal };
}

/**
 * N embedded Reber strings as a batch.
 * @param {number} N
 * @param {Random} random
 */
export const embeddedReber = (N, random) => reberBatch(Array.from({ length: N }, () => embeddedReberString(random)));
