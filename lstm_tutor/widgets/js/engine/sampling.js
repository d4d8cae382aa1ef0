// From what a model expects next to what it writes: lstm_tutor.sampling, one row of scores at a time.

import { softmax } from "./activations.js";

/**
 * How a symbol is chosen: the temperature comes first, then the k likeliest are kept, then of those the nucleus.
 * @typedef {{temperature?: number, topK?: number | null, topP?: number | null}} Rule
 */

/**
 * The probabilities that a rule draws from, (K).
 * @param {Float64Array} scores  logits, or logarithms of probabilities, (K)
 * @param {Rule} rule
 */
export function probabilities(scores, { temperature = 1, topK = null, topP = null } = {}) {
  const K = scores.length;
  const order = Array.from(scores, (_, k) => k).sort((a, b) => scores[b] - scores[a] || a - b);
  const top = scores[order[0]];
  if (temperature === 0) return scores.map((_, k) => (k === order[0] ? 1 : 0));
  const p = softmax(
    scores.map((score) => (score - top) / temperature),
    K,
  );
  const keep = (/** @type {(rank: number, before: number) => boolean} */ stays) => {
    let before = 0;
    let sum = 0;
    order.forEach((k, rank) => {
      const share = p[k];
      if (stays(rank, before)) sum += share;
      else p[k] = 0;
      before += share;
    });
    for (let k = 0; k < K; k++) p[k] /= sum;
  };
  if (topK !== null) keep((rank) => rank < topK);
  if (topP !== null) keep((_, before) => before < topP);
  return p;
}

/**
 * The symbol that a number from 0 to 1 draws: the first at which the sum of the probabilities passes it.
 * @param {Float64Array} p  (K)
 * @param {number} u
 */
export function choice(p, u) {
  const all = p.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  const found = p.findIndex((share) => {
    sum += share;
    return sum > u * all;
  });
  return found < 0 ? p.indexOf(Math.max(...p)) : found;
}
