// Light on a symbol: point at f in an equation, a listing, a diagram or a widget, and every f of the section lights up,
// also in a widget that stands beside it. With the keyboard, Tab stops at an equation or a diagram, and the arrow keys
// go from symbol to symbol. Nothing here runs before a reader points or tabs, and nothing where motion is unwelcome.

(() => {
  "use strict";

  const CANDIDATES = "[data-symbol], mjx-mi, pre :is(.n, .s1, .s2), code > .pre:only-child";
  const STOPS = "mjx-container[display='true'], figure.lt-diagram[tabindex], figure.lt-diagram:not([tabindex]) svg.lt-svg";
  const NAME = /^(d?[ifogchrznx])(_prev)?$/; // df, the gradient of f, is a symbol of its own; c_prev is a c
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const article = document.querySelector(".bd-article");
  if (!article) return; // a page of search results
  let lit = []; // the elements
  let what = { name: "", section: null, how: "" };

  /** The letter of one of MathJax's italics; its indices and exponents are no symbols. */
  function letterOf(italic) {
    const code = /\bmjx-c(1D4[4-6]\w|210E)\b/.exec(italic.firstElementChild?.className ?? "")?.[1];
    if (!code || italic.children.length > 1 || italic.closest("mjx-script, mjx-under, mjx-over")) return "";
    return code === "210E" ? "h" : String.fromCharCode(Number.parseInt(code, 16) - 0x1d44e + 97);
  }

  /** A name in a listing: f, c_prev, or "f" in trace["f"]; a name that counts in a loop is no symbol. */
  function nameInListing({ className, textContent, previousElementSibling }, listing) {
    if (/^s[12]$/.test(className)) return previousElementSibling?.textContent.endsWith("[") ? textContent.slice(1, -1) : "";
    if (className !== "n" || !NAME.test(textContent)) return "";
    const loops = [...listing.textContent.matchAll(/\bfor ([\w, ]+?) in\b/g)];
    return loops.some(([, names]) => names.split(/, */).includes(textContent)) ? "" : textContent;
  }

  /** The symbol that a candidate shows, or "". */
  function nameOf(element) {
    const listing = element.closest("pre");
    const text =
      element.dataset.symbol ??
      (element.localName === "mjx-mi" ? letterOf(element) : listing ? nameInListing(element, listing) : element.textContent);
    return NAME.exec(text)?.[1] ?? "";
  }

  /** What lights up: of f_t the index, too. */
  const wholeOf = (element) =>
    /^mjx-msub/.test(element.parentElement.localName) && !element.previousElementSibling ? element.parentElement : element;

  /** The nearest ancestor with a heading of the second level; null above the first of them. */
  function sectionOf(element) {
    const docked = element.closest(".lt-docked"); // it stands beside the sentence whose link has set it
    const from = docked && [...document.links].find(({ hash }) => hash && hash === location.hash);
    let place = from || element;
    while (place && !place.querySelector(":scope > h2, :scope > summary > h2")) place = place.parentElement;
    return place;
  }

  const symbolsIn = (place) => [...place.querySelectorAll(CANDIDATES)].filter(nameOf);

  function clear() {
    for (const element of lit) delete element.dataset.lit;
    [lit, what] = [[], { name: "", section: null, how: "" }];
  }

  function light(name, from, how) {
    const section = sectionOf(from);
    if (name === what.name && section === what.section) return;
    clear();
    const near = symbolsIn(section ?? article).filter((element) => section || !sectionOf(element));
    const atHand = [...document.querySelectorAll(".lt-docked")].flatMap(symbolsIn);
    lit = [...near, ...atHand].filter((element) => nameOf(element) === name).map(wholeOf);
    for (const element of lit) element.dataset.lit = name;
    what = { name, section, how };
  }

  /** Light what is pointed at, or clear. */
  function point({ target }, how) {
    const index = target.closest("mjx-script");
    const element = (index?.previousElementSibling ?? target).closest(CANDIDATES);
    const name = element && article.contains(element) ? nameOf(element) : "";
    if (name) light(name, element, how);
    else if (what.name) clear();
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch" && !still.matches) point(event, "mouse");
  });
  document.addEventListener("click", (event) => {
    if (event.pointerType === "touch" && !still.matches) point(event, "touch");
  });
  document.addEventListener("pointerout", ({ pointerType, relatedTarget }) => {
    if (pointerType !== "touch" && !relatedTarget) clear();
  });

  // --- keyboard: one stop for each equation and diagram ---------------------------------------------------------------

  const goTo = (stop, name) => {
    light(name, stop, "key");
    lit.find((element) => stop.contains(element))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const namesIn = (stop) => [...new Set(symbolsIn(stop).map(nameOf))];

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (still.matches) return;
    if (key === "Tab") {
      for (const stop of article.querySelectorAll(STOPS)) if (stop.tabIndex < 0 && symbolsIn(stop).length) stop.tabIndex = 0;
    } else if (key === "Escape") clear();
    else if (/^Arrow(Left|Right)$/.test(key) && target.matches(STOPS)) {
      const names = namesIn(target);
      if (!names.length) return;
      const next = names.indexOf(what.name) + (key === "ArrowRight" ? 1 : -1);
      event.preventDefault();
      goTo(target, names.at(next % names.length));
    }
  });
  document.addEventListener("focusin", ({ target }) => {
    if (still.matches || !article.contains(target) || !target.matches(":focus-visible")) return;
    if (target.matches(STOPS)) {
      const [first] = namesIn(target);
      if (first) goTo(target, first);
    } else if (target.closest("[data-symbol]")) point({ target }, "key");
  });
  document.addEventListener("focusout", () => what.how === "key" && clear());
})();
