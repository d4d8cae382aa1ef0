// The cell lab's pure functions: which weights a cell takes, the walk through a step, the questions, the links.

import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, hiddenBy, nextQuestion, scoreInWords, verdict, whyOf } from "../../celllab/guess.js";
import { asWeights, fieldsOf } from "../../celllab/link.js";
import { added, joined, partsOf, walk } from "../../celllab/operations.js";
import { seenBefore, stepTicks } from "../../celllab/series.js";
import { BLOCKS, changedWeights, limitOf, parameterOf, parametersOf, stateOf, valuesAt } from "../../celllab/state.js";
import { termsOf } from "../../celllab/terms.js";
import { ceiling, difference, torchOf } from "../../celllab/torch.js";
import { Random } from "../engine/index.js";

const NAMES = [
  "W_xi",
  "W_hi",
  "b_i",
  "W_xf",
  "W_hf",
  "b_f",
  "W_xg",
  "W_hg",
  "b_g",
  "W_xo",
  "W_ho",
  "b_o",
  "p_i",
  "p_f",
  "p_o",
  "b_hn",
];

/** @param {Record<string, any>} changes @param {number} D @param {number} H */
function lab(changes = {}, D = 1, H = 1) {
  const random = new Random(3);
  const draw = () => random.uniform(-1, 1);
  const rows = (/** @type {number} */ width) => Array.from({ length: H }, () => Array.from({ length: width }, draw));
  const weights = Object.fromEntries(
    NAMES.map((name) => {
      if (D === 1 && H === 1) return [name, draw()];
      return [
        name,
        name.startsWith("W_x") ? rows(D) : name.startsWith("W_h") ? rows(H) : Array.from({ length: H }, draw),
      ];
    }),
  );
  const x = Array.from({ length: 6 }, () => Array.from({ length: D }, draw));
  const preset = {
    name: "one",
    title: "one",
    cell: "LSTM",
    time: 0,
    weights,
    x,
    point: "",
    seen: {},
    torch: {},
    tasks: [],
  };
  return {
    presets: [preset],
    sizes: { D, H },
    cells: Object.keys(BLOCKS),
    preset: "one",
    cell: "LSTM",
    resetAfter: true,
    nonlinearity: "tanh",
    changes: {},
    inputs: [],
    time: 3,
    unit: H - 1,
    mode: "move",
    operation: 0,
    display: "lines",
    said: {},
    ...changes,
  };
}

/** @type {[string, boolean][]} */
const EVERY = [
  ["RNN", true],
  ["LSTM1997", true],
  ["LSTM", true],
  ["PeepholeLSTM", true],
  ["GRU", true],
  ["GRU", false],
];

test("the GRU's update gate takes the input gate's weights with the other sign", () => {
  const {
    presets: [{ weights }],
  } = lab();
  const { weight_ih_l0, bias_hn_l0 } = parametersOf("GRU", weights, true);
  assert.deepEqual(weight_ih_l0, [weights.W_xf, -(/** @type {number} */ (weights.W_xi)), weights.W_xg]);
  assert.deepEqual(bias_hn_l0, [weights.b_hn]);
  assert.equal(parametersOf("GRU", weights, false).bias_hn_l0, undefined);
  assert.deepEqual(parametersOf("RNN", weights, true).weight_hh_l0, [weights.W_hg]);
});

for (const [cell, resetAfter] of EVERY) {
  for (const [D, H] of [
    [1, 1],
    [2, 3],
  ]) {
    const name = `${cell}${resetAfter ? "" : " before"}, D = ${D}, H = ${H}`;

    test(`${name}: the walk ends with the step's own numbers`, () => {
      const state = stateOf(lab({ cell, resetAfter }, D, H));
      const steps = walk(state);
      const values = valuesAt(state);
      const made = Object.fromEntries(steps.map(({ id, result }) => [id, result]));
      for (const letter of state.trace.names) assert.equal(made[letter], values[letter], letter);
      if (cell === "GRU")
        assert.ok(Math.abs(made.reset - (resetAfter ? values.r * values.past : values.reset)) < 1e-15);
      assert.ok(
        steps.every(({ op, id }) => op !== "given" && (op !== "sum" || !id.includes(" + ") || id.includes("b_hn"))),
      );
    });

    test(`${name}: the terms of a question add up to what is squashed`, () => {
      const state = stateOf(lab({ cell, resetAfter }, D, H));
      for (const letter of Object.keys(BLOCKS[cell])) {
        const { terms, sum } = whyOf(state, { time: 4, letter });
        const total = terms.reduce((all, { value }) => all + value, 0);
        assert.ok(Math.abs(total - sum) < 1e-14, `${letter}: ${total} is not ${sum}`);
        assert.ok(terms.length >= 2);
      }
    });

    test(`${name}: every weight that is shown changes the layer when it is moved`, () => {
      const traits = lab({ cell, resetAfter }, D, H);
      const state = stateOf(traits);
      for (const letter of Object.keys(BLOCKS[cell])) {
        for (const term of termsOf(state, letter)) {
          if (
            !term ||
            parameterOf(term.id, state).length !== 1 ||
            Array.isArray(/** @type {any} */ (state.weights[term.shared])[0])
          )
            continue;
          const changes = changedWeights(state, term.shared, term.sign * 0.625);
          const moved = stateOf({ ...traits, changes });
          assert.deepEqual(Object.keys(changes), [term.shared]);
          assert.equal(parameterOf(term.id, moved)[0], 0.625);
          assert.notDeepEqual(moved.layer.parameters, state.layer.parameters);
          assert.ok(moved.changed && !state.changed);
        }
      }
    });
  }
}

test("a weight that is moved back is no change", () => {
  const state = stateOf(lab());
  const moved = stateOf(lab({ changes: changedWeights(state, "b_f", 5) }));
  assert.deepEqual(changedWeights(moved, "b_f", /** @type {number} */ (state.preset.weights.b_f)), {});
});

test("sums of sums are one sum, and products keep theirs", () => {
  const none = new Float64Array(1);
  const op = (/** @type {string} */ id, /** @type {any} */ kind, /** @type {string[]} */ inputs) => ({
    id,
    op: kind,
    inputs,
    part: "n",
    formula: id,
    value: none,
  });
  const list = [
    op("x", "given", []),
    op("W_xn x + b_n", "sum", ["W_xn x", "b_n"]),
    op("W_hn h_prev + b_hn", "sum", ["W_hn h_prev", "b_hn"]),
    op("reset", "product", ["r", "W_hn h_prev + b_hn"]),
    op("a_n", "sum", ["W_xn x + b_n", "reset"]),
  ];
  assert.deepEqual(
    joined(list).map(({ id }) => id),
    ["W_hn h_prev + b_hn", "reset", "a_n"],
  );
  assert.equal(joined(list)[2].formula, "a_n = W_xn x + b_n + reset");
});

test("terms are added with real minus signs and never with two", () => {
  assert.equal(added(["1.00", "−6.00", "0.00", "0.00"]), "1.00 − 6.00 + 0.00 + 0.00");
  assert.equal(added(["−2.00", "3.00 · −1.00"]), "−2.00 + 3.00 · −1.00");
});

test("an operation lights its own gate and no other", () => {
  const state = stateOf(lab({ cell: "PeepholeLSTM" }));
  for (const step of walk(state)) {
    const gates = partsOf(step)
      .filter((part) => /^(valve|box|wire|peep)-[ifgo]$/.test(part))
      .map((part) => part.split("-")[1]);
    const allowed = { kept: ["f"], write: ["g", "i"], h: ["o"] }[step.id] ?? [step.part];
    assert.ok(
      gates.every((gate) => allowed.includes(gate)),
      `${step.id}: ${gates}`,
    );
  }
});

test("questions go on to the next step and the next letter, and around", () => {
  const state = stateOf(lab({ time: 4 }));
  let question = nextQuestion(state, null);
  const asked = [question];
  for (let k = 0; k < 5; k++) {
    question = nextQuestion(state, question);
    asked.push(question);
  }
  assert.deepEqual(asked.map(({ letter }) => letter).join(""), "ifgoif");
  assert.deepEqual(
    asked.map(({ time }) => time),
    [4, 5, 0, 1, 2, 3],
  );
  assert.equal(nextQuestion(stateOf(lab({ cell: "RNN" })), null).letter, "h");
});

test("a question hides its answer and what follows from it", () => {
  for (const [cell, resetAfter] of EVERY) {
    const state = stateOf(lab({ cell, resetAfter }));
    for (const letter of Object.keys(BLOCKS[cell])) {
      const hidden = hiddenBy(state, { time: 1, letter });
      assert.ok(hidden.includes(letter) && hidden.includes("h"), `${cell} ${letter}`);
      if (letter !== "o" && "c" in state.record) assert.ok(hidden.includes("c"));
    }
  }
});

test("the score counts what is near and how far the rest was", () => {
  let score = { asked: 0, near: 0, off: 0 };
  assert.equal(scoreInWords(score), "No question answered yet.");
  score = counted(counted(score, 0.5, 0.58), 0.1, 0.9);
  assert.equal(scoreInWords(score), "1 of 2 within 0.1; on average 0.44 away.");
  assert.match(verdict(0.5, 0.501), /^to the hundredth/);
  assert.match(verdict(0.5, 0.45), /^near, 0.05 too high/);
  assert.match(verdict(0.2, 0.9), /^0.70 too low/);
});

test("PyTorch's values count only for what it was asked about", () => {
  const traits = lab();
  traits.presets[0].torch = /** @type {any} */ ({ LSTM: { c: [1] } });
  assert.deepEqual(torchOf(stateOf(traits)), { c: [1] });
  assert.equal(torchOf(stateOf({ ...traits, cell: "RNN" })), null);
  assert.equal(torchOf(stateOf({ ...traits, changes: { b_f: 2 } })), null);
  const said = { preset: "one", cell: "LSTM", reset_after: true, inputs: [], weights: { b_f: 2 }, values: { c: [9] } };
  assert.deepEqual(torchOf(stateOf({ ...traits, changes: { b_f: 2 }, said })), { c: [9] });
  assert.equal(torchOf(stateOf({ ...traits, changes: { b_f: 2.5 }, said })), null);
  assert.equal(difference({ c: [1, 2] }, { c: [1.5, 1] }), 1);
  for (const value of [3.1e-16, 2e-15, 0.019]) assert.ok(ceiling(value) >= value && ceiling(value) < 2 * value);
});

test("links carry changed weights and drawn inputs, and nothing that is not a number", () => {
  const { weights, inputs, unit } = fieldsOf(lab());
  assert.deepEqual(weights.parse("b_f:2~W_xi:-1.5"), { b_f: 2, W_xi: -1.5 });
  assert.equal(weights.format({ b_f: 2, W_xi: -1.5 }), "b_f:2~W_xi:-1.5");
  for (const bad of ["b_q:1", "b_f:x", "b_f", "b_f:1e9", "__proto__:1", "toString:1", "b_f:1_2", "b_f:"])
    assert.equal(weights.parse(bad), undefined, bad);
  const packed = inputs.parse("1_0_-0.5");
  assert.deepEqual(packed.shape, [3, 1]);
  assert.equal(inputs.format(packed), "1_0_-0.5");
  assert.equal(inputs.parse("1_<b>"), undefined);
  assert.deepEqual(weights.parse(weights.format({})), {});
  assert.deepEqual(inputs.parse("").shape, [0, 1]);
  const several = asWeights({
    b_f: [1, 2],
    W_hg: [
      [1, 2],
      [3, 4],
    ],
  });
  const changed = {
    b_f: [0.5, 2],
    W_hg: [
      [1, 2],
      [3, -4],
    ],
  };
  assert.deepEqual(several.parse(several.format(changed)), changed);
  assert.equal(unit.parse("1"), undefined);
});

test("the drawing's limit holds for every step", () => {
  const state = stateOf(lab({ cell: "LSTM1997", changes: { b_i: 9, W_xg: 0, W_hg: 0, b_g: 9 } }));
  assert.equal(limitOf(state), Math.max(...state.record.c));
  assert.ok(limitOf(state) > 5);
});

test("what is not to be seen yet is no number, and the axis names whole steps", () => {
  assert.deepEqual(seenBefore([1, 2, 3], 2).map(String), ["1", "2", "NaN"]);
  assert.deepEqual(stepTicks(20), [0, 4, 9, 14, 19]);
});
