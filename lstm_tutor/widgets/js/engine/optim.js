// Gradient descent, with momentum or adaptive steps, and clipping: lstm_tutor.optim.

import { power } from "./elementary.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */

/**
 * All gradients scaled together so that their joint length is at most `threshold`: if ||g|| > theta then
 * g <- theta g / ||g||. Pascanu, Mikolov & Bengio (2013), algorithm 1.
 * @param {Arrays} gradients
 * @param {number} threshold
 * @returns {{clipped: Arrays, norm: number}}  the norm is that before clipping
 */
export function clipByGlobalNorm(gradients, threshold) {
  if (!(threshold > 0)) throw new Error(`clipByGlobalNorm: expected threshold > 0, got ${threshold}`);
  let squares = 0;
  for (const g of Object.values(gradients)) for (const value of g) squares += value * value;
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm)) throw new Error(`clipByGlobalNorm: expected finite gradients, their length is ${norm}`);
  if (norm <= threshold) return { clipped: gradients, norm };
  const scale = threshold / norm;
  return {
    clipped: Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.map((v) => v * scale)])),
    norm,
  };
}

/** What the optimizers share: a learning rate, and memory of the size of each parameter. */
class Optimizer {
  steps = 0;
  /** @type {Record<string, Float64Array[]>} */
  #memory = {};

  /** @param {number} learningRate @param {number} memories  arrays per parameter */
  constructor(learningRate, memories) {
    if (!(learningRate > 0)) throw new Error(`expected a learning rate > 0, got ${learningRate}`);
    /** May be changed between steps. */
    this.learningRate = learningRate;
    this.memories = memories;
  }

  /**
   * Update every parameter in place.
   * @param {Arrays} parameters
   * @param {Arrays} gradients  of the same names
   */
  step(parameters, gradients) {
    for (const [name, { length }] of Object.entries(parameters)) {
      const given = gradients[name]?.length ?? 0;
      if (given !== length) throw new Error(`expected ${length} gradients of ${name}, got ${given}`);
    }
    this.steps += 1;
    for (const [name, parameter] of Object.entries(parameters)) {
      this.#memory[name] ??= Array.from({ length: this.memories }, () => new Float64Array(parameter.length));
      this.update(parameter, gradients[name], this.#memory[name]);
    }
  }

  /** @param {Float64Array} _parameter @param {Float64Array} _gradient @param {Float64Array[]} _memory */
  update(_parameter, _gradient, _memory) {
    throw new Error("an optimizer needs its update");
  }
}

/** v = momentum v + g; w = w - learning_rate v (PyTorch's form). */
export class SGD extends Optimizer {
  /** @param {number} learningRate @param {{ momentum?: number }} [options] */
  constructor(learningRate, { momentum = 0 } = {}) {
    super(learningRate, 1);
    if (!(momentum >= 0 && momentum < 1)) throw new Error(`SGD: expected momentum in [0, 1), got ${momentum}`);
    this.momentum = momentum;
  }

  /** @override @param {Float64Array} w @param {Float64Array} g @param {Float64Array[]} memory */
  update(w, g, [v]) {
    for (let k = 0; k < w.length; k++) {
      v[k] = this.momentum * v[k] + g[k];
      w[k] -= this.learningRate * v[k];
    }
  }
}

/**
 * m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = w - learning_rate m^ / (sqrt(v^) + eps), with m^ = m / (1 - b1^t)
 * and v^ = v / (1 - b2^t). Kingma & Ba (2015), algorithm 1.
 */
export class Adam extends Optimizer {
  /** @param {number} [learningRate] @param {{ betas?: [number, number], eps?: number }} [options] */
  constructor(learningRate = 1e-3, { betas = [0.9, 0.999], eps = 1e-8 } = {}) {
    super(learningRate, 2);
    if (!betas.every((beta) => beta >= 0 && beta < 1)) throw new Error(`Adam: expected betas in [0, 1), got ${betas}`);
    this.betas = betas;
    this.eps = eps;
  }

  /** @override @param {Float64Array} w @param {Float64Array} g @param {Float64Array[]} memory */
  update(w, g, [m, v]) {
    const [b1, b2] = this.betas;
    const m_scale = 1 - power(b1, this.steps);
    const v_scale = 1 - power(b2, this.steps);
    for (let k = 0; k < w.length; k++) {
      m[k] = b1 * m[k] + (1 - b1) * g[k];
      v[k] = b2 * v[k] + (1 - b2) * g[k] * g[k];
      const m_hat = m[k] / m_scale;
      const v_hat = v[k] / v_scale;
      w[k] -= (this.learningRate * m_hat) / (Math.sqrt(v_hat) + this.eps);
    }
  }
}
