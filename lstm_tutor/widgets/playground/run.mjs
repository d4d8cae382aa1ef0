// Races without a page: settings come in as JSON, one object of task to settings and a list of seeds; what happened
// goes out as JSON. `python -m lstm_tutor.widgets._stored playground` asks.

import { stdin, stdout } from "node:process";
import { text } from "node:stream/consumers";
import { binned } from "./pictures.js";
import { Race } from "./race.js";

const { settings, seeds, updates, bin } = JSON.parse(await text(stdin));
const digits = (/** @type {Float64Array} */ values) => Array.from(values, (value) => Number(value.toPrecision(3)));
const runs = seeds.map((/** @type {number} */ seed) => {
  const race = new Race({ ...settings, seed });
  while (race.step < updates) race.update();
  const cells = Object.fromEntries(
    race.runners.map(({ kind, losses, rights }) => [
      kind,
      {
        first: losses[0],
        losses: digits(binned(losses, bin).means),
        rights: digits(binned(rights, bin).means),
      },
    ]),
  );
  return { seed, cells, baseline: race.problem.baseline, best: race.problem.best, chance: race.problem.chance };
});
stdout.write(JSON.stringify(runs));
