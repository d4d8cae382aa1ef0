// One time step, an operation at a time: what the cell lab steps through.
//
// The last value is the step's own h, bit for bit: each operation is done on the same numbers in the same order as in
// ./cells/. A test holds the two together.

import { weightsOfCell } from "./layers.js";
import { Ledger, memory, mixed, shown } from "./ledger.js";
import { addProduct } from "./matrix.js";

/** @typedef {import("./cells/base.js").Arrays} Arrays */
/** @typedef {import("./cells/base.js").Weights} Weights */
/** @typedef {import("./ledger.js").Operation} Operation */

/** A ledger with the weights of a cell. */
class Step extends Ledger {
  /** @param {Weights} w @param {boolean} single  whether the cell has one block, whose weights need no index */
  constructor(w, single) {
    super();
    this.w = w;
    this.single = single;
  }

  /** A parameter, to be used as a value; not an operation. @param {string} id @param {Float64Array} value */
  parameter(id, value) {
    this.values.set(id, value);
    return id;
  }

  /** W_x or W_h of a block, times a value. @param {"W_x" | "W_h"} which @param {string} block @param {string} of */
  matrix(which, block, of) {
    const name = this.single ? which : `${which}${block}`;
    const W = this.w[which][block];
    const x = this.value(of);
    const out = new Float64Array(W.length / x.length);
    addProduct(out, x, W, x.length);
    const id = `${name} ${of}`;
    return this.add("matrix", block, id, [name, of], id, out);
  }

  /** W_x x + b of a block. @param {string} block */
  input(block) {
    const b = this.parameter(this.single ? "b" : `b_${block}`, this.w.b[block]);
    return this.sum(block, null, this.matrix("W_x", block, "x"), b);
  }

  /**
   * a = W_x x + b + W_h h_prev of a block, and what else is in its sum.
   * @param {string} block
   * @param {string[]} more
   */
  net(block, ...more) {
    const input = this.input(block);
    return this.sum(block, this.single ? "a" : `a_${block}`, input, this.matrix("W_h", block, "h_prev"), ...more);
  }
}

/** @type {Record<string, (_: Step, options: { relu: boolean, resetAfter: boolean }) => void>} */
const STEPS = {
  RNN(_, options) {
    _.squash(options.relu ? "relu" : "tanh", "h", "h", _.net("h"));
  },
  LSTM1997(_) {
    _.squash("sigmoid", "i", "i", _.net("i"));
    _.squash("tanh", "g", "g", _.net("g"));
    _.squash("sigmoid", "o", "o", _.net("o"));
    memory(_, "c_prev");
    shown(_);
  },
  LSTM(_) {
    _.squash("sigmoid", "i", "i", _.net("i"));
    _.squash("sigmoid", "f", "f", _.net("f"));
    _.squash("tanh", "g", "g", _.net("g"));
    _.squash("sigmoid", "o", "o", _.net("o"));
    memory(_, _.product("f", "kept", "f", "c_prev"));
    shown(_);
  },
  PeepholeLSTM(_) {
    /** @param {string} gate @param {string} c */
    const peeping = (gate, c) => {
      const p = _.parameter(`p_${gate}`, /** @type {Arrays} */ (_.w.p)[gate]);
      _.squash("sigmoid", gate, gate, _.net(gate, _.product(gate, null, p, c)));
    };
    peeping("i", "c_prev");
    peeping("f", "c_prev");
    _.squash("tanh", "g", "g", _.net("g"));
    memory(_, _.product("f", "kept", "f", "c_prev"));
    peeping("o", "c");
    shown(_);
  },
  GRU(_, { resetAfter }) {
    _.squash("sigmoid", "r", "r", _.net("r"));
    _.squash("sigmoid", "z", "z", _.net("z"));
    const input = _.input("n");
    if (resetAfter) {
      const b_hn = _.parameter("b_hn", /** @type {Float64Array} */ (_.w.b_hn));
      const inner = _.sum("n", null, _.matrix("W_h", "n", "h_prev"), b_hn);
      _.sum("n", "a_n", input, _.product("r", "reset", "r", inner));
    } else {
      _.product("r", "reset", "r", "h_prev");
      _.sum("n", "a_n", input, _.matrix("W_h", "n", "reset"));
    }
    _.squash("tanh", "n", "n", "a_n");
    mixed(_);
  },
};

/**
 * One step of a layer's first cell as a list of operations, in an order in which they can be done.
 * @param {import("./layers.js").Layer} layer
 * @param {Float64Array} x  (D)
 * @param {Arrays} state  by name, (H)
 * @returns {Operation[]}
 */
export function operations(layer, x, state) {
  const ledger = new Step(weightsOfCell(layer, layer.parameters, "_l0"), layer.cell.blocks.length === 1);
  ledger.given("x", "x", x);
  for (const name of layer.cell.state) ledger.given(`${name}_prev`, name, state[name]);
  STEPS[layer.kind](ledger, {
    relu: layer.config.nonlinearity === "relu",
    resetAfter: layer.config.reset_after ?? true,
  });
  return ledger.list;
}
