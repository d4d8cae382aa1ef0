// Small helps that need the page to be laid out. Nothing here is needed to read the book.

(() => {
  "use strict";

  const MAY_SCROLL = "mjx-container[display='true'], div.math, .cell_output .output, .pst-scrollable-table-container, .lt-scroll";

  const scrolls = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
    scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;

  /** What scrolls within itself can be reached, and so scrolled, from the keyboard. */
  function letKeyboardScroll() {
    for (const element of document.querySelectorAll(MAY_SCROLL)) {
      if (scrolls(element)) element.tabIndex = 0;
    }
  }

  /** A link to a folded section opens it; the browser opens folds by itself only for what is inside. */
  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target?.closest("section")?.querySelector(":scope > details.lt-deeper");
    if (fold && !fold.open) {
      fold.open = true;
      target.scrollIntoView();
    }
  }

  /** The theme's arrows in the list of pages have no name for those who listen. */
  function nameArrows() {
    for (const arrow of document.querySelectorAll("nav summary:has(> .toctree-toggle)")) {
      const page = arrow.closest("li").querySelector("a").textContent.trim();
      arrow.setAttribute("aria-label", `Pages of ${page}`);
    }
  }

  nameArrows();
  openTarget();
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("load", () => {
    const mathIsReady = window.MathJax?.startup?.promise ?? Promise.resolve();
    mathIsReady.then(letKeyboardScroll);
  });
  window.addEventListener("resize", letKeyboardScroll);
  document.addEventListener("toggle", letKeyboardScroll, true); // what unfolds may scroll
})();
