// The playground's race and what its pictures show, without a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asLength, asNames } from "../../playground/links.js";
import {
  binned,
  binOf,
  firstToLearn,
  gateMap,
  lossPlot,
  reachPlot,
  recent,
  rightPlot,
  signsRead,
  summary,
  verdict,
} from "../../playground/pictures.js";
import { embeddedStrings, likeliest, makeProblem, TASKS } from "../../playground/problems.js";
import { Race, shareByLag } from "../../playground/race.js";
import { CELLS, parametersOf, unitsOf } from "../../playground/settings.js";
import { Random } from "../engine/index.js";

/** @typedef {import("../../playground/settings.js").Settings} Settings */

const LENGTHS = /** @type {Record<string, number>} */ ({ adding: 22, copying: 4, reber: 2 });

/** @param {Partial<Settings>} changes @returns {Settings} */
const settings = (changes = {}) => {
  const task = changes.task ?? "adding";
  return {
    task,
    cells: CELLS,
    equal: "units",
    hidden_size: 4,
    learning_rate: 0.02,
    batch_size: 5,
    length: LENGTHS[task],
    seed: 3,
    clip: 1,
    forget_bias: 1,
    ...changes,
  };
};

/** @param {Partial<Settings>} changes @param {number} updates */
function raced(changes, updates) {
  const race = new Race(settings(changes));
  while (race.step < updates) race.update();
  return race;
}

/** @param {Race} race */
const lossesOf = (race) => Object.fromEntries(race.runners.map(({ kind, losses }) => [kind, losses]));

for (const task of TASKS) {
  test(`${task}: the same settings make the same run, another seed another`, () => {
    const first = raced({ task }, 6);
    assert.deepEqual(lossesOf(raced({ task }, 6)), lossesOf(first));
    assert.notDeepEqual(lossesOf(raced({ task, seed: 4 }, 6)), lossesOf(first));
    assert.deepEqual(
      first.runners.map(({ losses }) => losses.length),
      [6, 6, 6],
    );
  });

  test(`${task}: looking changes nothing`, () => {
    const race = new Race(settings({ task }));
    for (let k = 0; k < 4; k++) {
      race.update();
      race.reach();
      race.look(k);
    }
    assert.deepEqual(lossesOf(race), lossesOf(raced({ task }, 4)));
  });

  test(`${task}: a cell's run does not depend on who else is in the race`, () => {
    const { LSTM } = lossesOf(raced({ task, cells: ["LSTM"] }, 4));
    assert.deepEqual(LSTM, lossesOf(raced({ task }, 4)).LSTM);
  });

  test(`${task}: nothing is computed whose last digits are the browser's own`, () => {
    const open = /** @type {const} */ ([
      "exp",
      "log",
      "tanh",
      "pow",
      "sin",
      "cos",
      "tan",
      "log1p",
      "expm1",
      "log2",
      "log10",
      "cbrt",
      "hypot",
      "random",
      "sinh",
      "cosh",
    ]);
    const math = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (Math));
    const kept = Object.fromEntries(open.map((name) => [name, math[name]]));
    for (const name of open) math[name] = () => assert.fail(`Math.${name} was asked`);
    try {
      const race = raced({ task }, 2);
      race.reach();
      race.look(0);
    } finally {
      Object.assign(math, kept);
    }
  });

  test(`${task}: a probe that nobody is trained on`, () => {
    const race = new Race(settings({ task }));
    const { T, asked, cells } = race.look(2);
    assert.equal(T, race.probe.lengths ? race.probe.lengths[2] : race.probe.targets.length / race.probe.N);
    assert.equal(asked, race.problem.question(race.probe)[2]);
    for (const { said, shown, record, H } of Object.values(cells)) {
      assert.equal(said.length, T);
      assert.equal(shown.length, T);
      assert.equal(record.h.length, T * H);
    }
    assert.match(verdict(task, race.problem, race.look(2)), /RNN .*, LSTM .*, GRU /);
    assert.equal(signsRead(task, race.problem, race.look(2)).length, T);
    assert.ok(!signsRead(task, race.problem, race.look(2)).includes(/** @type {any} */ (undefined)));
  });
}

test("both gates that keep start with the bias that is set", () => {
  const race = new Race(settings({ forget_bias: 2.5 }));
  const bias = Object.fromEntries(
    race.runners.map(({ kind, model }) => [kind, Array.from(model.parameters["layer.bias_l0"])]),
  );
  assert.deepEqual(bias.RNN, [0, 0, 0, 0]);
  assert.deepEqual(bias.LSTM, [0, 0, 0, 0, 2.5, 2.5, 2.5, 2.5, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(bias.GRU, [0, 0, 0, 0, 2.5, 2.5, 2.5, 2.5, 0, 0, 0, 0]);
});

test("parameters are counted as the models have them, and made equal as far as units go", () => {
  for (const equal of /** @type {const} */ (["units", "parameters"])) {
    const race = new Race(settings({ task: "reber", equal, hidden_size: 9 }));
    const { D, K } = race.problem;
    const sizes = race.runners.map(({ kind, model }) => {
      const size = Object.values(model.parameters).reduce((sum, array) => sum + array.length, 0);
      assert.equal(size, parametersOf(kind, race.units[kind], D, K));
      return size;
    });
    const wanted = parametersOf("LSTM", 9, D, K);
    if (equal === "units") assert.deepEqual(race.units, { RNN: 9, LSTM: 9, GRU: 9 });
    else
      assert.ok(
        sizes.every((size) => Math.abs(size / wanted - 1) < 0.06),
        String(sizes),
      );
  }
  assert.equal(unitsOf({ cells: ["LSTM"], hidden_size: 7, equal: "parameters" }, 2, 1).LSTM, 7);
});

// --- what one gets without memory -----------------------------------------------------------------------------------

test("adding: who always says 0.5 has the baseline's loss, and is right as often as chance says", () => {
  for (const length of [22, 40]) {
    const problem = makeProblem("adding", length);
    const batch = problem.draw(60_000, new Random(1));
    const half = new Float64Array(batch.targets.length).fill(0.5);
    const steps = problem.question(batch);
    const errors = steps.map((t, n) => (batch.targets[t * batch.N + n] - 0.5) ** 2);
    const loss = errors.reduce((sum, error) => sum + error, 0) / batch.N;
    assert.ok(Math.abs(loss / problem.baseline - 1) < 0.02, `${loss} ${problem.baseline}`);
    assert.ok(
      Math.abs(problem.right(batch, half) / problem.chance - 1) < 0.03,
      `${problem.right(batch, half)} ${problem.chance}`,
    );
    const exact = Float64Array.from(batch.targets);
    assert.equal(problem.right(batch, exact), 1);
  }
});

test("copying: who knows when to speak has the baseline's loss", () => {
  const problem = makeProblem("copying", 5);
  assert.ok(Math.abs(problem.baseline - (3 * Math.log(4)) / 11) < 1e-15);
  const batch = problem.draw(3000, new Random(1));
  const always = new Float64Array(batch.targets.length * problem.K);
  for (let step = 0; step < batch.targets.length; step++) always[step * problem.K] = 1; // says "a"
  assert.ok(Math.abs(problem.right(batch, always) - problem.chance) < 0.02);
});

test("embedded strings: the letters match, what may follow is told, the losses are those of the grammar", () => {
  const random = new Random(5);
  for (const inner of [1, 3]) {
    const problem = makeProblem("reber", inner);
    let [forgetful, knowing, symbols] = [0, 0, 0];
    for (let k = 0; k < 3000; k++) {
      const { text, legal } = embeddedStrings(inner, random);
      assert.equal(legal.length, text.length - 1);
      assert.equal(text[1], text[text.length - 2]);
      assert.equal(text.match(/E/g)?.length, inner + 1);
      legal.forEach((choices, t) => assert.ok(choices.includes(text[t + 1]), `${text} ${t}`));
      const bits = legal.reduce((sum, choices) => sum + Math.log(choices.length), 0);
      knowing += bits;
      forgetful += bits + Math.LN2;
      symbols += legal.length;
    }
    assert.ok(Math.abs(forgetful / symbols / problem.baseline - 1) < 0.01);
    assert.ok(Math.abs(knowing / symbols / problem.best - 1) < 0.01);
  }
});

test("a task that is not there is refused", () => {
  assert.throws(() => makeProblem("parity", 3), /expected a task of adding, copying, reber, got parity/);
});

// --- pictures
// ---------------------------------------------------------------------------------------------------------

test("the size of a gradient by lag is counted from each sequence's own question", () => {
  const d = Float64Array.of(3, 4, 0, 1, 0, 2, 5, 12, 0, 4, 8, 0); // T = 3, N = 2, H = 2
  assert.deepEqual(Array.from(shareByLag(d, 2, 2, [2, 1])), [1, (2 + 1) / 17]);
});

test("curves are means of neighbors, whose number is fixed by how long a run may be", () => {
  assert.deepEqual([100, 120, 121, 1500, 50_000].map(binOf), [1, 1, 2, 16, 512]);
  const { x, means } = binned([1, 3, 5, 7, 9], 2);
  assert.deepEqual(
    [Array.from(means), Array.from(x)],
    [
      [2, 6, 9],
      [1.5, 3.5, 5],
    ],
  );
  assert.equal(recent([...new Array(50).fill(9), ...new Array(50).fill(1)]), 1);
});

test("first to learn is who first has three of four right over fifty updates", () => {
  const after = (/** @type {number} */ learned) => ({
    losses: [],
    rights: Array.from({ length: 200 }, (_, k) => Number(k >= learned)),
  });
  assert.equal(firstToLearn({ RNN: after(200), LSTM: after(100), GRU: after(60) }), "GRU");
  assert.equal(firstToLearn({ RNN: after(200), LSTM: after(170), GRU: after(163) }), "");
  assert.equal(firstToLearn({ RNN: after(200), LSTM: after(162), GRU: after(163) }), "LSTM");
  assert.equal(firstToLearn({ LSTM: { losses: [], rights: [1, 1, 1] } }), "");
});

test("the example says how its answer comes about", () => {
  const race = new Race(settings());
  const { x, T, targets, asked } = race.look(0);
  const said = verdict("adding", race.problem, race.look(0));
  const [, sum, answer] = /0\.5 \+ \((.*)\) \/ 4 = (\S+)\. RNN/.exec(said) ?? assert.fail(said);
  const marked = Array.from({ length: T }, (_, t) => x[2 * t] * Number(x[2 * t + 1] > 0)).filter(Boolean);
  assert.equal(sum.split(/ [+−] /u).length, marked.length);
  assert.equal(answer, targets[asked].toFixed(2));
  assert.ok(Math.abs(0.5 + marked.reduce((total, value) => total + value, 0) / 4 - targets[asked]) < 1e-12);
});

test("pictures keep their axes while a run goes on", () => {
  for (const task of TASKS) {
    const race = new Race(settings({ task }));
    const history = () =>
      Object.fromEntries(race.runners.map(({ kind, losses, rights }) => [kind, { losses, rights }]));
    const axes = () =>
      [lossPlot(task, race.problem, history(), 900), rightPlot(task, race.problem, history(), 900)].map(({ x, y }) => [
        x.domain,
        y.domain,
      ]);
    const before = axes();
    for (let k = 0; k < 3; k++) race.update();
    assert.deepEqual(axes(), before);
    const [low, high] = /** @type {[number, number]} */ (lossPlot(task, race.problem, history(), 900).y.domain);
    for (const { losses } of race.runners) assert.ok(losses.every((loss) => loss > low && loss < high));
  }
});

test("every line has a label, a color and a style of its own", () => {
  const race = raced({}, 2);
  const report = /** @type {any} */ ({ reach: race.reach() });
  const { lines } = reachPlot(report, race.problem.longest);
  assert.deepEqual(
    lines.map(({ label }) => label),
    ["RNN", "LSTM h", "LSTM c", "GRU"],
  );
  assert.equal(new Set(lines.map(({ model, dash }) => `${model} ${dash}`)).size, 4);
  for (const { values } of lines) assert.equal(values[0], 1);
});

test("a heat map has a row per unit and a column per step", () => {
  const race = raced({ task: "copying" }, 1);
  const map = gateMap("copying", race.problem, race.look(0), "GRU", "z");
  assert.equal(map.rows.length, 4);
  assert.equal(map.columns.length, 10);
  assert.match(map.columns.join(""), /^[a-d]{3}·{3}\?·{3}$/);
  assert.equal(map.rows[1].values[2], race.look(0).cells.GRU.record.z[2 * 4 + 1]);
});

test("the summary says it in words", () => {
  assert.equal(summary(0, {}), "At the start: no update yet.");
  assert.equal(summary(1, { RNN: { losses: [0.25], rights: [0.5] } }), "After 1 update. RNN: loss 0.25, 50 % right.");
});

test("lists of names in links", () => {
  const field = asNames(["a", "b_c"]);
  assert.deepEqual(field.parse("b_c.a.a"), ["b_c", "a"]);
  for (const bad of ["a.x", "toString", "a."]) assert.equal(field.parse(bad), undefined, bad);
  assert.equal(asNames(["a"], 1).parse(""), undefined);
  assert.deepEqual(field.parse(""), []);
  assert.equal(field.parse("x"), undefined);
  assert.equal(field.format(["a", "b_c"]), "a.b_c");
});

test("a length in a link is one of the task that the link names, else of the task that is set", () => {
  const task = (/** @type {number} */ least, /** @type {number} */ most) => /** @type {any} */ ({ least, most });
  const field = asLength({ adding: task(22, 60), reber: task(1, 4) }, () => "adding");
  const read = (/** @type {string} */ text, query = "") => field.parse(text, new URLSearchParams(query));
  assert.deepEqual(
    [read("30"), read("3"), read("3", "task=reber"), read("30", "task=reber")],
    [30, undefined, 3, undefined],
  );
  assert.equal(read("30", "task=toString"), 30);
});

test("the likeliest class", () => assert.equal(likeliest(Float64Array.of(9, 0, 1, 3, 2), 1, 2), 1));
