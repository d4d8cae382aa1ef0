// The worker's end: trains in short turns, so that it hears at once what the page asks, and reports no faster than it
// shows.

import { Race } from "./race.js";

/** @typedef {import("./settings.js").Settings} Settings */
/**
 * @typedef {{do: "start", run: number, settings: Settings}
 *   | {do: "go", wish: number, playing: boolean, until: number, speed: number}
 *   | {do: "step"} | {do: "look", sample: number} | {do: "seen"}} Order
 * @typedef {{kind: string, losses: Float64Array, rights: Float64Array}} News  of the updates since the last report
 * @typedef {{
 *   run: number, step: number, news: News[], reach: import("./race.js").Reach, sequence: ReturnType<Race["look"]>,
 *   stopped: number,
 * }} Report  `stopped`: the number of the wish to go on that has come to its end
 */

const TURN = 8; // ms of training before it listens again
const PAUSE = 90; // ms at least between reports

/** @type {Race | undefined} */
let race;
let run = 0;
let reported = 0; // updates
let reportedAt = 0;
let owed = false; // something has changed that the page has not heard of
let awaited = false; // the page has not yet shown the last report
let sample = 0;
let playing = false;
let wish = 0;
let stopped = 0;
let until = 0;
let speed = 0; // updates per second; 0: as fast as it goes
let startedAt = 0;
let doneThen = 0;

const turns = new MessageChannel(); // to come back soon, after what the page has sent meanwhile
turns.port1.onmessage = () => turn();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let coming = false; // a turn

function again(wait = 0) {
  if (coming) return;
  coming = true;
  if (wait > 4) timer = setTimeout(turn, wait);
  else turns.port2.postMessage(0);
}

function update() {
  race?.update();
  owed = true;
}

function turn() {
  coming = false;
  timer = undefined;
  if (!race) return;
  const start = performance.now();
  /** ms until the next update is due */
  let wait = 0;
  while (playing && race.step < until && performance.now() - start < TURN) {
    wait = speed ? startedAt + ((race.step - doneThen) * 1000) / speed - performance.now() : 0;
    if (wait > 0) break;
    update();
  }
  if (playing && race.step >= until) {
    [playing, stopped, owed] = [false, wish, true];
  }
  if (!playing || performance.now() - reportedAt > PAUSE) report();
  if (playing) again(wait);
}

/** Tell the page how things stand, unless it has yet to show the last report. */
function report() {
  if (!race || awaited || !owed) return;
  const since = (/** @type {number[]} */ values) => Float64Array.from(values.slice(reported));
  /** @type {Report} */
  const told = {
    run,
    step: race.step,
    reach: race.reach(),
    sequence: race.look(sample),
    stopped,
    news: race.runners.map(({ kind, losses, rights }) => ({ kind, losses: since(losses), rights: since(rights) })),
  };
  reported = race.step;
  [owed, awaited, reportedAt] = [false, true, performance.now()];
  postMessage(told);
}

/** @type {{ [K in Order["do"]]: (order: Extract<Order, { do: K }>) => void }} */
const ACTS = {
  start({ run: next, settings }) {
    race = new Race(settings);
    [run, reported, playing, stopped, owed, awaited] = [next, 0, false, 0, true, false];
    report();
  },
  go(order) {
    ({ until, speed, wish } = order);
    if (timer) {
      clearTimeout(timer);
      coming = false;
    }
    playing = order.playing;
    [startedAt, doneThen] = [performance.now(), race?.step ?? 0];
    if (playing) again();
    else report();
  },
  step() {
    update();
    report();
  },
  look(order) {
    sample = order.sample;
    owed = true;
    report();
  },
  seen() {
    awaited = false;
    if (!playing) report();
  },
};

self.onmessage = ({ data }) => /** @type {(order: Order) => void} */ (ACTS[/** @type {Order} */ (data).do])(data);
