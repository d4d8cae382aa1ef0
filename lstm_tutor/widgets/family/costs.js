// What a cell costs: multiply-adds, and numbers to keep from step to step, of d inputs and d units.
//
// Counted are the products, of weights and of gates; not the sums, squashing functions and biases, which are fewer.

/**
 * @typedef {{square: number, linear: number, one?: number, past?: number}} Count  square d^2 + linear d + one, + past d
 * for every step so far
 */

/** Multiply-adds of one step, and numbers kept after it. @type {Record<string, {work: Count, state: Count}>} */
export const COSTS = {
  RNN: { work: { square: 2, linear: 0 }, state: { square: 0, linear: 1 } },
  LSTM1997: { work: { square: 6, linear: 2 }, state: { square: 0, linear: 2 } },
  LSTM: { work: { square: 8, linear: 3 }, state: { square: 0, linear: 2 } },
  PeepholeLSTM: { work: { square: 8, linear: 6 }, state: { square: 0, linear: 2 } },
  GRU: { work: { square: 6, linear: 3 }, state: { square: 0, linear: 1 } },
  MinGRU: { work: { square: 2, linear: 2 }, state: { square: 0, linear: 1 } },
  MinLSTM: { work: { square: 3, linear: 3 }, state: { square: 0, linear: 1 } },
  SLSTM: { work: { square: 8, linear: 5 }, state: { square: 0, linear: 4 } },
  MLSTM: { work: { square: 7, linear: 8 }, state: { square: 1, linear: 1, one: 1 } },
  LinearAttention: { work: { square: 5, linear: 2 }, state: { square: 1, linear: 1 } },
  DeltaRule: { work: { square: 6, linear: 6 }, state: { square: 1, linear: 0 } },
  GatedDeltaRule: { work: { square: 7, linear: 7 }, state: { square: 1, linear: 0 } },
  LRU: { work: { square: 5, linear: 6 }, state: { square: 0, linear: 2 } },
  Attention: { work: { square: 3, linear: 1, past: 2 }, state: { square: 0, linear: 0, past: 2 } },
};

/** Multiply-adds of a whole sequence of T steps. @param {string} kind @param {number} T @param {number} d */
export function work(kind, T, d) {
  const { square, linear, past = 0 } = COSTS[kind].work;
  return T * (square * d * d + linear * d) + (past * d * T * (T + 1)) / 2;
}

/** Numbers kept after step T, to go on. @param {string} kind @param {number} T @param {number} d */
export function kept(kind, T, d) {
  const { square, linear, one = 0, past = 0 } = COSTS[kind].state;
  return square * d * d + linear * d + one + past * d * T;
}

/** A count in letters: "8 d² + 3 d". @param {Count} count @param {string} steps  how the number of steps is called */
export function inLetters({ square, linear, one = 0, past = 0 }, steps) {
  const term = (/** @type {number} */ many, /** @type {string} */ of) =>
    many ? [many === 1 ? of : `${many} ${of}`] : [];
  return [...term(square, "d²"), ...term(linear, "d"), ...term(past, `d ${steps}`), ...(one ? [String(one)] : [])].join(
    " + ",
  );
}

/**
 * The shortest sequence, of at most `longest` steps, for which one costs more than the other though not before; null if
 * there is none.
 * @param {(kind: string, T: number, d: number) => number} cost
 * @param {string} one
 * @param {string} other
 * @param {number} d
 * @param {number} longest
 * @returns {{T: number, more: string} | null}
 */
export function crossing(cost, one, other, d, longest) {
  const signOf = (/** @type {number} */ T) => Math.sign(cost(one, T, d) - cost(other, T, d));
  const [start, end] = [signOf(1), signOf(longest)];
  if (end === 0 || start === end) return null;
  let [low, high] = [1, longest]; // the sign changes once: costs are straight lines, or parabolas through 0
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (signOf(middle) === end) high = middle;
    else low = middle;
  }
  return { T: high, more: end > 0 ? one : other };
}
