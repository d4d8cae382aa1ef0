// The search page: finds sections, shows a line around what was found. What the reader types is text, never markup.

(() => {
  "use strict";

  const FIRST = 20; // hits shown at once
  const AROUND = 90; // characters of an excerpt on either side
  const input = document.querySelector(".bd-search-container input");
  const count = document.getElementById("search-count");
  const list = document.getElementById("search-results");
  const more = document.getElementById("search-more");
  const sections = window.bookSections.map((section, id) => ({ ...section, id }));

  const index = new MiniSearch({
    fields: ["heading", "page", "text"],
    searchOptions: {
      boost: { heading: 4, page: 2 },
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 5 ? 0.2 : false),
    },
  });
  index.addAll(sections);

  /** Sections that hold all the words, or any of them if none does; those with the very phrase come first. */
  function find(query) {
    const all = index.search(query, { combineWith: "AND" });
    const hits = all.length ? all : index.search(query);
    const phrase = query.toLowerCase();
    const holds = ({ heading, text }) => `${heading}\n${text}`.toLowerCase().includes(phrase);
    return hits
      .map(({ id, score, match }) => ({ section: sections[id], words: Object.keys(match), score }))
      .map((hit) => ({ ...hit, score: hit.score * (holds(hit.section) ? 3 : 1) }))
      .sort((a, b) => b.score - a.score);
  }

  /** Text around the first of the words, with each of them marked. */
  function excerpt(text, phrase, words) {
    const lower = text.toLowerCase();
    const places = [phrase.toLowerCase(), ...words].map((word) => lower.indexOf(word)).filter((place) => place >= 0);
    const found = places[0] ?? 0;
    const start = found > AROUND ? text.indexOf(" ", found - AROUND) + 1 : 0;
    const stop = text.length > found + AROUND ? text.lastIndexOf(" ", found + AROUND) : text.length;
    const shown = `${start ? "… " : ""}${text.slice(start, Math.max(stop, found))}${stop < text.length ? " …" : ""}`;
    const line = document.createElement("p");
    const escaped = [phrase, ...words].map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    for (const piece of shown.split(new RegExp(`(${escaped.join("|")})`, "i"))) {
      const marked = [phrase.toLowerCase(), ...words].includes(piece.toLowerCase());
      line.append(marked ? Object.assign(document.createElement("mark"), { textContent: piece }) : piece);
    }
    return line;
  }

  function item({ section, words }, query) {
    const entry = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: section.url, textContent: section.heading });
    entry.append(link);
    if (!section.page.endsWith(section.heading)) {
      entry.append(Object.assign(document.createElement("span"), { textContent: section.page }));
    }
    entry.append(excerpt(section.text, query, words));
    return entry;
  }

  function show() {
    const query = input.value.trim();
    const hits = query ? find(query) : [];
    const draw = (some) => list.replaceChildren(...some.map((hit) => item(hit, query)));
    draw(hits.slice(0, FIRST));
    more.hidden = hits.length <= FIRST;
    more.onclick = () => {
      draw(hits);
      more.hidden = true;
      list.children[FIRST].querySelector("a").focus();
    };
    const found = hits.length === 1 ? "1 section" : `${hits.length} sections`;
    count.textContent = query ? (hits.length ? found : "No section has these words. Try fewer, or other ones.") : "";
    const address = new URL(location.href);
    address.searchParams.set("q", query);
    history.replaceState(history.state, "", address);
  }

  input.value = new URLSearchParams(location.search).get("q") ?? "";
  input.addEventListener("input", show);
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  input.focus();
  if (input.value) show();
})();
