// Python in the page, before anyone asks for it: this waits for the first press of a Run or Edit button and then brings
// the rest (running/page.js). It also shows what the reader has solved, which needs no Python.
// A page opened as a file may start no worker: there the buttons stay hidden, and nothing here does anything.

(() => {
  "use strict";

  const { src, dataset } = document.currentScript;
  const page = { name: dataset.page, folder: new URL("./", src), exercises: Number(dataset.exercises) };
  const addressOf = (file) => new URL(`running/${file}?v=${dataset.version}`, page.folder).href;
  const SOLVED = "lt:solved";
  const EDITS = `lt:edits:${page.name}`;
  if (!("python" in document.documentElement.dataset)) return;

  /** What the reader's browser has kept under a name, or `otherwise`; whatever else stands there is not ours. */
  function kept(name, otherwise) {
    try {
      const value = JSON.parse(localStorage.getItem(name));
      return value?.constructor === otherwise.constructor ? value : otherwise;
    } catch {
      return otherwise;
    }
  }

  /** Keep a value. A browser that stores nothing for this page is no error: then it lasts as long as the page. */
  function keep(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // storage is off or full
    }
  }

  // --- what is solved -------------------------------------------------------------------------------------------------

  const solved = new Set(kept(SOLVED, []).filter((label) => typeof label === "string"));

  function tick() {
    const mark = document.createElement("span");
    mark.className = "lt-solved";
    mark.textContent = "✓ solved";
    return mark;
  }

  /** Put a mark where it belongs, or take it away. */
  function mark(place, isSolved, before = null) {
    const there = place.querySelector(":scope > .lt-solved");
    if (isSolved && !there) place.insertBefore(tick(), before);
    if (!isSolved) there?.remove();
  }

  function showSolved() {
    for (const exercise of document.querySelectorAll(".exercise.admonition[id]")) {
      const isSolved = solved.has(exercise.id);
      mark(exercise.querySelector(".admonition-title"), isSolved);
      exercise.querySelector(".lt-solve button")?.setAttribute("aria-pressed", String(isSolved));
    }
    for (const link of document.querySelectorAll("[data-solved='marks'] a[href*='#']")) {
      mark(link.parentElement, solved.has(link.hash.slice(1)), link.nextSibling);
    }
    for (const place of document.querySelectorAll("[data-solved='count']")) {
      place.textContent = solved.size ? ` You have solved ${solved.size} of ${page.exercises}.` : "";
    }
  }

  function setSolved(label, isSolved = true) {
    if (isSolved) solved.add(label);
    else solved.delete(label);
    keep(SOLVED, [...solved].sort());
    showSolved();
  }

  // --- the first press --------------------------------------------------------------------------------------------------

  const help = { ...page, kept, keep, edits: EDITS, setSolved };
  let rest; // the page's own script, once it is asked for

  /** Bring the rest of the script, once. */
  function open() {
    if (!rest) {
      const style = document.createElement("link");
      Object.assign(style, { rel: "stylesheet", href: addressOf("running.css") });
      document.head.append(style);
      const styled = new Promise((done) => style.addEventListener("load", done, { once: true }));
      const script = import(addressOf("page.js"));
      rest = Promise.all([script, styled]).then(([{ openPage }]) => openPage(help));
      rest.catch(() => (rest = undefined)); // the next press tries again
    }
    return rest;
  }

  document.addEventListener("click", async ({ target, detail }) => {
    const solve = target.closest(".lt-solve button");
    if (solve) setSolved(solve.closest(".exercise").id, solve.getAttribute("aria-pressed") !== "true");
    const button = target.closest(".lt-run button");
    if (!button || detail > 1 || button.closest("[data-open]")) return; // an open cell answers for itself
    (await open()).press(button);
  });

  showSolved();
  if (document.querySelector("#lt-scratch") || Object.keys(kept(EDITS, {})).length) open();
})();
