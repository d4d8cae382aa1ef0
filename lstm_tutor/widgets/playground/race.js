// The race: several cells, each with a read-out of its own, trained side by side on the same batches. No page, no
// clock.

import { Adam, lossAndGradients, makeLayer, makeModel, predict, Random, update } from "../js/engine/index.js";
import { weightsOfCell } from "../js/engine/layers.js";
import { certainty, likeliest, makeProblem } from "./problems.js";
import { CELLS, unitsOf } from "./settings.js";

/** @typedef {import("../js/engine/model.js").Batch} Batch */
/** @typedef {import("../js/engine/model.js").Model} Model */
/** @typedef {import("./settings.js").Settings} Settings */

/**
 * @typedef {object} Runner
 * @property {string} kind
 * @property {Model} model
 * @property {Adam} optimizer
 * @property {number[]} losses  one per update, of the batch before the update learned from it
 * @property {number[]} rights  share of right answers, of the same batches: no sequence has been seen before
 */

/** @typedef {Record<string, Record<string, Float64Array>>} Reach  by kind, then by state: see `reach` */

export const PROBE = 16; // sequences that no cell is trained on: what is looked at
const STREAMS = CELLS.length + 2; // random streams of a seed: the weights of each cell, the batches, the probe

export class Race {
  /** @param {Settings} settings */
  constructor(settings) {
    const { task, length, cells, seed, learning_rate, forget_bias } = settings;
    const stream = (/** @type {number} */ k) => new Random(seed * STREAMS + k);
    this.settings = settings;
    this.problem = makeProblem(task, length);
    const { D, K, loss } = this.problem;
    this.units = unitsOf(settings, D, K);
    this.batches = stream(CELLS.length);
    this.probe = this.problem.draw(PROBE, stream(CELLS.length + 1));
    this.step = 0;
    /** @type {Runner[]} */
    this.runners = cells.map((kind) => {
      const random = stream(CELLS.indexOf(kind));
      const layer = makeLayer(kind, { input_size: D, hidden_size: this.units[kind], forget_bias }, { random });
      weightsOfCell(layer, layer.parameters, "_l0").b.z?.fill(forget_bias); // the engine sees to the LSTM's f
      const model = makeModel(layer, K, loss, { random });
      return { kind, model, optimizer: new Adam(learning_rate), losses: [], rights: [] };
    });
  }

  /** The next batch; each is drawn once. */
  draw() {
    return this.problem.draw(this.settings.batch_size, this.batches);
  }

  /** One update of every cell, from one batch. */
  update() {
    const batch = this.draw();
    for (const { model, optimizer, losses, rights } of this.runners) {
      const { loss, predictions } = update(model, batch, optimizer, { clip: this.settings.clip });
      losses.push(loss);
      rights.push(this.problem.right(batch, predictions));
    }
    this.step += 1;
  }

  /**
   * How far back the answer reaches. The loss at the question's step alone is traced back: the size of its gradient
   * with respect to each state, `lag` steps before, as a share of that at the question. The mean over the probe's
   * sequences.
   * @returns {Reach}
   */
  reach() {
    const { problem, probe } = this;
    const asked = problem.question(probe);
    const mask = new Uint8Array(probe.targets.length / (problem.signs.length ? 1 : problem.K));
    asked.forEach((t, n) => (mask[t * probe.N + n] = 1));
    return Object.fromEntries(
      this.runners.map(({ kind, model }) => {
        const states = lossAndGradients(model, { ...probe, mask }).through.at();
        return [
          kind,
          Object.fromEntries(
            Object.entries(states).map(([name, d]) => [name, shareByLag(d, probe.N, model.layer.H, asked)]),
          ),
        ];
      }),
    );
  }

  /**
   * What the cells make of one sequence of the probe.
   * @param {number} n
   */
  look(n) {
    const { problem, probe } = this;
    const { D, K, signs } = problem;
    const T = probe.lengths ? probe.lengths[n] : probe.targets.length / probe.N;
    const of = (/** @type {ArrayLike<number>} */ array, /** @type {number} */ size) =>
      column(array, probe.N, size, n, T);
    return {
      T,
      asked: problem.question(probe)[n],
      x: of(probe.x, D),
      targets: Array.from(of(probe.targets, 1)),
      cells: Object.fromEntries(
        this.runners.map(({ kind, model }) => {
          const { predictions, trace } = predict(model, probe.x, { N: probe.N, lengths: probe.lengths });
          const said = signs.length
            ? Array.from({ length: T }, (_, t) => likeliest(predictions, t * probe.N + n, K))
            : Array.from(of(predictions, 1));
          const shown = signs.length ? certainty(probe, predictions, K, n) : of(predictions, 1);
          const H = model.layer.H;
          const record = Object.fromEntries(Object.entries(trace.at()).map(([name, array]) => [name, of(array, H)]));
          return [kind, { said, shown, H, record }];
        }),
      ),
    };
  }
}

/**
 * One sequence's part of an array (T, N, size): (T, size).
 * @param {ArrayLike<number>} array
 * @param {number} N
 * @param {number} size
 * @param {number} n
 * @param {number} T
 */
function column(array, N, size, n, T) {
  return Float64Array.from({ length: T * size }, (_, k) => array[(Math.floor(k / size) * N + n) * size + (k % size)]);
}

/**
 * The mean length of the gradient `lag` steps before the question, divided by that at lag 0; as far as all sequences
 * go.
 * @param {Float64Array} d  (T, N, H)
 * @param {number} N
 * @param {number} H
 * @param {number[]} asked  each sequence's question
 */
export function shareByLag(d, N, H, asked) {
  const lags = Math.min(...asked) + 1;
  const sizes = Float64Array.from({ length: lags }, (_, lag) => {
    let sum = 0;
    asked.forEach((last, n) => {
      const from = ((last - lag) * N + n) * H;
      let squares = 0;
      for (let k = from; k < from + H; k++) squares += d[k] * d[k];
      sum += Math.sqrt(squares);
    });
    return sum;
  });
  return sizes.map((size) => size / sizes[0]);
}
