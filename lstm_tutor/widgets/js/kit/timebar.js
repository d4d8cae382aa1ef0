// Time: play, pause, step, back, scrub. It moves when the reader asks, and by itself only where motion is welcome.

import { html, render, svg } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { button } from "./controls.js";
import { clamp } from "./values.js";

const icon = (/** @type {string} */ d) =>
  html`<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">${svg`<path d=${d} fill="currentColor"
    />`}</svg>`;
const ICONS = {
  play: icon("M7 4v16l13-8z"),
  pause: icon("M6 4h4v16H6zm8 0h4v16h-4z"),
  back: icon("M16 5v14l-9-7zM5 5h2v14H5z"),
  next: icon("M8 5v14l9-7zm9 0h2v14h-2z"),
};

/**
 * A bar for the steps 0 to steps - 1.
 *
 * `update({step, steps, text, value, speed, hold})` shows a step: `text` says it in words, `value` stands beside the slider
 * in place of the step's number; `speed` is steps per second; with `hold` it does not play.
 * `onSeek(step)` is called when the reader or the clock wants another step; whoever owns the step then updates the bar.
 * On the bar's slider: arrow keys step, Home and End jump, space plays or pauses.
 * @param {import("./widget.js").View} view
 * @param {{
 *   label?: string, onSeek: (step: number) => void, loop?: boolean, onPlaying?: (playing: boolean) => void,
 * }} options
 */
export function timeBar(view, { label = "step", onSeek, loop = false, onPlaying }) {
  const el = view.root.ownerDocument.createElement("div");
  el.className = "lt-timebar";
  let state = { step: 0, steps: 1, text: "", value: "", speed: 6, hold: false };
  /** @type {(() => void) | undefined} */
  let stop;
  let due = 0;
  let asked = 0; // the step asked for last, which may not be shown yet
  let inSight = false;
  let wanted = false; // to play by itself, as soon as it is in sight
  const sight = new IntersectionObserver((entries) => {
    inSight = entries.some((entry) => entry.isIntersecting);
    if (inSight && wanted) play({ once: true });
    else if (!inSight && stop) pause(); // nothing moves that nobody sees
  });
  sight.observe(el);
  view.onDispose(() => sight.disconnect());

  const seek = (/** @type {number} */ step) => {
    const next = clamp(step, 0, state.steps - 1);
    if (next === asked) return;
    asked = next;
    onSeek(next);
  };
  const pause = () => {
    wanted = false;
    if (!stop) return;
    stop();
    stop = undefined;
    onPlaying?.(false);
    draw();
  };
  const play = ({ once = false } = {}) => {
    wanted = false;
    if (stop || state.hold) return;
    if (state.step >= state.steps - 1) seek(0);
    due = 0;
    stop = view.animate((seconds) => {
      due += seconds * state.speed;
      const whole = Math.floor(due);
      if (!whole) return;
      due -= whole;
      const next = state.step + whole;
      if (next < state.steps) seek(next);
      else if (loop && !once) seek(0);
      else {
        seek(state.steps - 1);
        pause();
      }
    });
    onPlaying?.(true);
    draw();
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    stop ? pause() : play();
  };
  const byHand = (/** @type {number} */ step) => {
    pause();
    seek(step);
  };
  const onSlide = (/** @type {Event} */ event) =>
    byHand(/** @type {HTMLInputElement} */ (event.currentTarget).valueAsNumber);
  const draw = () => {
    const { step, steps, text, value } = state;
    const last = steps - 1;
    render(
      html`${button({
        text: ICONS.back,
        label: "one step back",
        disabled: step <= 0,
        onClick: () => byHand(asked - 1),
      })}
        ${button({
          text: stop ? ICONS.pause : ICONS.play,
          label: stop ? "pause" : "play",
          disabled: state.hold,
          onClick: () => (stop ? pause() : play()),
        })}
        ${button({ text: ICONS.next, label: "one step on", disabled: step >= last, onClick: () => byHand(asked + 1) })}
        <input type="range" min="0" max=${last} step="1" .value=${live(String(step))} aria-label=${label}
          style="--share:${last > 0 ? step / last : 0}" aria-valuetext=${text || `${step + 1} of ${steps}`}
          data-lm-suppress-shortcuts="true" @keydown=${onKey}
          @input=${onSlide} />
        <span class="lt-value" aria-hidden="true">${value || `${step + 1} / ${steps}`}</span>`,
      el,
    );
  };

  return {
    el,
    play,
    pause,
    get playing() {
      return stop !== undefined;
    },
    /** Play once, when it comes into sight, unless the reader prefers reduced motion. */
    autoplay() {
      wanted = !view.theme.still;
    },
    /** @param {{step?: number, steps?: number, text?: string, value?: string, speed?: number, hold?: boolean}} changes */
    update(changes) {
      state = { ...state, ...changes };
      asked = state.step;
      if (state.hold) pause();
      draw();
    },
  };
}
