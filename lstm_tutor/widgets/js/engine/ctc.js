// Reading what a network trained with CTC says: lstm_tutor.losses, one sequence at a time.

import { logSoftmax } from "./activations.js";
import { exp, log } from "./elementary.js";

/** @typedef {{labels: number[], logP: number}} Reading */

/** The place of the largest of K numbers from `row` on. @param {ArrayLike<number>} a @param {number} row @param {number} K */
function largest(a, row, K) {
  let best = 0;
  for (let k = 1; k < K; k++) if (a[row + k] > a[row + best]) best = k;
  return best;
}

/**
 * The likeliest path, (T), what it reads as, and its probability alone.
 * @param {Float64Array} logits  (T, K)
 * @param {number} K
 * @param {number} blank
 * @returns {Reading & {path: number[]}}
 */
export function ctcGreedyDecode(logits, K, blank) {
  const logY = logSoftmax(logits, K);
  const path = Array.from({ length: logits.length / K }, (_, t) => largest(logits, t * K, K));
  const labels = path.filter((k, t) => k !== blank && k !== path[t - 1]);
  return { path, labels, logP: path.reduce((sum, k, t) => sum + logY[t * K + k], 0) };
}

/** log(e^a + e^b). @param {number} a @param {number} b */
function logAdd(a, b) {
  const top = Math.max(a, b);
  return top === -Infinity ? top : top + log(exp(a - top) + exp(b - top));
}

/**
 * The labels whose paths are likeliest together, the likeliest first: a search that keeps `width` prefixes.
 * @param {Float64Array} logits  (T, K)
 * @param {number} K
 * @param {number} blank
 * @param {number} [width]
 * @returns {Reading[]}
 */
export function ctcBeamDecode(logits, K, blank, width = 8) {
  const logY = logSoftmax(logits, K);
  /** @typedef {{labels: number[], name: string, b: number, n: number}} Prefix  b: paths that end with a blank, n: with the last label */
  /** @type {Prefix[]} */
  let beam = [{ labels: [], name: "", b: 0, n: -Infinity }];
  for (let row = 0; row < logY.length; row += K) {
    const all = beam.map(({ b, n }) => logAdd(b, n));
    const stays = beam.map(({ labels, name, n }, k) => ({
      labels,
      name,
      b: all[k] + logY[row + blank],
      n: labels.length ? n + logY[row + labels[labels.length - 1]] : -Infinity,
    }));
    const longer = beam.map(({ labels, b }, k) => {
      const last = labels.at(-1);
      return Array.from({ length: K }, (_, label) =>
        label === blank ? -Infinity : (label === last ? b : all[k]) + logY[row + label],
      );
    });
    const places = new Map(beam.map(({ name }, k) => [name, k]));
    beam.forEach(({ labels }, k) => {
      const shorter = labels.length ? places.get(labels.slice(0, -1).join(" ")) : undefined;
      if (shorter === undefined) return;
      const last = labels[labels.length - 1];
      stays[k].n = logAdd(stays[k].n, longer[shorter][last]);
      longer[shorter][last] = -Infinity;
    });
    /** @type {{score: number, prefix: () => Prefix}[]} */
    const candidates = stays.map((stay) => ({ score: logAdd(stay.b, stay.n), prefix: () => stay }));
    longer.forEach((scores, k) => {
      scores.forEach((score, label) => {
        if (score === -Infinity) return;
        const labels = () => [...beam[k].labels, label];
        candidates.push({
          score,
          prefix: () => ({ labels: labels(), name: labels().join(" "), b: -Infinity, n: score }),
        });
      });
    });
    beam = candidates
      .filter(({ score }) => score > -Infinity)
      .sort((one, other) => other.score - one.score)
      .slice(0, width)
      .map(({ prefix }) => prefix());
  }
  return beam.map(({ labels, b, n }) => ({ labels, logP: logAdd(b, n) })).sort((one, other) => other.logP - one.logP);
}
