// A flipbook: frames of one size, a slider that turns them, and a sentence for each.

import { html, nothing } from "lit-html";
import { asInteger, defineWidget, linkState, timeBar } from "../js/kit/index.js";
import { frameAt, speedOf, withIds } from "./turning.js";

const RESTS = 500; // ms without another frame: then its sentence is said

export default defineWidget("flipbook", (view) => {
  const doc = view.root.ownerDocument;
  /** @type {string[]} */
  const frames = view.get("_frames");
  /** @type {string[]} */
  const captions = view.get("_captions");
  const [label, values, start] = ["_label", "_values", "_start"].map((name) => view.get(name));
  const last = frames.length - 1;
  linkState(view, { frame: asInteger(0, last) });
  view.root.classList.toggle("lt-wide", view.get("_wide"));

  const make = (/** @type {number} */ k, /** @type {string} */ name) => {
    const template = doc.createElement("template");
    template.innerHTML = withIds(frames[k], view.id(name));
    return /** @type {Element} */ (template.content.firstElementChild);
  };
  const picture = doc.createElement("div");
  picture.className = "fb-picture";
  picture.role = "img";
  picture.ariaLabel = view.get("_alt");
  const style = doc.createElement("style");
  style.textContent = view.get("_style");
  const paper = make(start, "paper"); // what a printed page shows, whatever the reader has turned to
  paper.classList.add("fb-paper");
  picture.append(style, paper); // once: a style sheet that comes and goes makes the browser style the whole page anew
  /** @type {(Element | undefined)[]} */
  const made = [];
  let shown = -1;
  const show = (/** @type {number} */ k) => {
    if (k === shown) return;
    made[k] ??= make(k, `frame-${k}`);
    made[shown]?.remove();
    paper.before(made[k]);
    shown = k;
  };

  const bar = timeBar(view, { label, onSeek: (frame) => view.set({ frame }), onPlaying: () => rest() });
  const said = (/** @type {number} */ k) => `${label} ${values[k]}`;
  const longest = Math.max(...values.map((/** @type {string} */ value) => `${label} ${value}`.length));
  bar.el.style.setProperty("--longest", `${longest}ch`);

  let byHand = false;
  let saying = 0;
  for (const act of ["pointerdown", "keydown", "click", "input"])
    view.listen(view.root, act, () => {
      byHand = true;
    });
  const speak = () => {
    if (bar.playing || !byHand) return;
    const k = view.get("frame");
    view.announce(`${said(k)}. ${captions[k] ?? ""}`);
  };
  const rest = () => {
    window.clearTimeout(saying);
    saying = window.setTimeout(speak, RESTS);
  };
  view.on("frame", rest);
  view.onDispose(() => window.clearTimeout(saying));

  view.listen(picture, "pointerdown", (event) => {
    const { button, clientX, pointerId } = /** @type {PointerEvent} */ (event);
    if (button !== 0) return;
    bar.pause();
    const [from, { width }] = [view.get("frame"), picture.getBoundingClientRect()];
    const drag = new AbortController();
    const { signal } = drag;
    picture.setPointerCapture(pointerId);
    const move = (/** @type {PointerEvent} */ { clientX: x }) => {
      const frame = frameAt(from, x - clientX, width, frames.length);
      if (frame !== view.get("frame")) view.set({ frame });
    };
    picture.addEventListener("pointermove", move, { signal });
    for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => drag.abort(), { signal });
  });

  if (view.get("frame") === start) bar.autoplay();
  return () => {
    const k = view.get("frame");
    show(k);
    bar.update({ step: k, steps: frames.length, text: said(k), value: said(k), speed: speedOf(frames.length) });
    view.render(
      html`${picture}${bar.el}${
        captions.length
          ? html`<div class="fb-captions">${captions.map(
              (caption, j) =>
                html`<p class="${j === k ? "fb-now" : ""} ${j === start ? "fb-start" : ""}">${caption}</p>`,
            )}</div>`
          : nothing
      }`,
    );
  };
});
