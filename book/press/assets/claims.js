// The claims lab: a vote before each card is opened, a score that this browser keeps, and filters.
// Nothing here is needed to read the page: without this script all cards are open.

(() => {
  "use strict";

  const KEY = "claims-lab"; // name of the claim -> the vote, or "" where the card was opened without one
  const VERDICTS = ["true", "partly", "false", "not a thing"];

  const cards = [...document.querySelectorAll(".lt-ballot")].map((ballot) => {
    const section = ballot.closest("section");
    const { claim: name, page, chapter } = ballot.dataset;
    return { name, page, chapter, ballot, section, verdict: section.querySelector(".lt-judgment").dataset.verdict };
  });
  const bar = document.querySelector(".lt-claims-bar");
  const votes = stored();
  let closedToo = false; // whether the filter by verdict may give closed cards away

  function stored() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      return {}; // nothing can be kept here
    }
  }

  function store() {
    try {
      localStorage.setItem(KEY, JSON.stringify(votes));
    } catch {
      // the votes last until the page is left
    }
  }

  /** An element with attributes, and children that are elements or plain text. */
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  const isOpen = ({ name }) => name in votes;
  const upper = (word) => word[0].toUpperCase() + word.slice(1);
  const button = (text, onclick) => element("button", { type: "button", onclick }, text);

  // --- the cards -----------------------------------------------------------------------------------------------------

  function addVote(card) {
    card.options = VERDICTS.map((verdict) => button(upper(verdict), () => vote(card, verdict)));
    card.skip = button("Open it without a vote", () => vote(card, ""));
    card.skip.className = "lt-skip";
    card.mark = element("p", { class: "lt-mark", role: "status" });
    const group = element("div", { class: "lt-vote", role: "group", "aria-label": "Your vote" }, ...card.options);
    card.ballot.append(group, card.mark, card.skip);
  }

  function vote(card, verdict) {
    if (isOpen(card)) return;
    votes[card.name] = verdict;
    store();
    show(card);
    showScore();
    if (verdict === "") card.mark.focus();
  }

  function show(card) {
    const open = isOpen(card);
    const mine = votes[card.name];
    card.section.classList.toggle("lt-open", open);
    card.skip.hidden = open;
    card.options.forEach((option, k) => {
      option.setAttribute("aria-pressed", String(open && mine === VERDICTS[k]));
      option.setAttribute("aria-disabled", String(open)); // it keeps the focus
    });
    card.mark.tabIndex = -1;
    card.mark.className = !mine ? "lt-mark" : mine === card.verdict ? "lt-mark right" : "lt-mark wrong";
    const word = !mine ? "Opened without a vote." : mine === card.verdict ? "Right." : "Not quite.";
    card.mark.textContent = open ? `${word} The verdict is “${card.verdict}”.` : "";
  }

  // --- score and filters ---------------------------------------------------------------------------------------------

  const score = element("p", { class: "lt-score", role: "status" });
  const count = element("p", { class: "lt-count", role: "status" });
  const all = (label) => element("option", { value: "" }, label);
  const chapters = new Map(cards.map(({ page, chapter }) => [page, chapter]));
  const chapter = element("select", { onchange: filter }, all("all chapters"),
    ...[...chapters].map(([value, words]) => element("option", { value }, words)));
  const verdict = element("select", { onchange: filter }, all("any verdict"),
    ...VERDICTS.map((value) => element("option", { value }, value)));
  const include = button("Look among the closed cards, too", () => ask(
    "This gives away the verdicts of cards that you have not opened.", "Look among them", () => {
      closedToo = true;
      filter();
    }));
  const clear = button("Clear my votes", () => ask("All your votes are forgotten, and all cards closed.", "Clear", () => {
    for (const name of Object.keys(votes)) delete votes[name];
    closedToo = false;
    store();
    cards.forEach(show);
    showScore();
  }));

  /** Do something only after a second thought. */
  function ask(consequence, yes, action) {
    const dialog = element("dialog", { class: "lt-ask", "aria-label": yes }, element("p", {}, consequence));
    const answer = (agreed) => () => {
      dialog.close();
      if (agreed) action();
    };
    dialog.append(button(yes, answer(true)), button("Go back", answer(false)));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function showScore() {
    const opened = cards.filter(isOpen);
    const voted = opened.filter(({ name }) => votes[name] !== "");
    const right = voted.filter(({ name, verdict }) => votes[name] === verdict).length;
    score.textContent = voted.length
      ? `Your score: ${right} of ${voted.length} ${voted.length === 1 ? "vote" : "votes"} right.`
      : "No votes yet.";
    score.textContent += ` ${cards.length - opened.length} of ${cards.length} cards are closed.`;
    clear.hidden = opened.length === 0;
    filter();
  }

  function filter() {
    const fits = (card) => !chapter.value || card.page === chapter.value;
    const known = (card) => !verdict.value || ((closedToo || isOpen(card)) && card.verdict === verdict.value);
    const shown = cards.filter((card) => fits(card) && known(card));
    for (const card of cards) card.section.classList.toggle("lt-away", !shown.includes(card));
    for (const theme of new Set(cards.map(({ section }) => section.parentElement))) {
      theme.classList.toggle("lt-away", cards.every((card) => card.section.parentElement !== theme || !shown.includes(card)));
    }
    const left = verdict.value && !closedToo ? cards.filter((card) => fits(card) && !isOpen(card)).length : 0;
    count.textContent = chapter.value || verdict.value ? `Shown: ${shown.length} of ${cards.length} cards.` : "";
    if (left) count.textContent += ` ${left} closed ${left === 1 ? "card is" : "cards are"} left out, to give nothing away.`;
    include.hidden = left === 0;
  }

  /** A link into a closed card opens it, and one to a card that is filtered away ends the filter. */
  function goToTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const card = target && cards.find(({ section }) => section.contains(target));
    if (!card) return;
    chapter.value = verdict.value = "";
    if (target !== card.section && target.checkVisibility?.() === false) card.section.classList.add("lt-open");
    filter();
    target.scrollIntoView();
  }

  for (const card of cards) {
    addVote(card);
    show(card);
  }
  bar?.append(score, element("div", { class: "lt-filters" }, element("label", {}, "Chapter ", chapter),
    element("label", {}, "Verdict ", verdict), clear), count, include);
  showScore();
  if (location.hash) goToTarget();
  window.addEventListener("hashchange", goToTarget);
})();
