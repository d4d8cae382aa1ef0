// The eight changes: their switches, which parts of the drawing they concern, and what they do to the equations.

/** In the order of lstm_tutor.cells.variants.VARIANTS. */
export const CODES = ["NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR"];
export const FULL = "LSTM";

/** @type {Record<string, {label: string, letter?: string, adds?: boolean}>} `adds`: switching it on changes the cell */
export const SWITCHES = {
  NIG: { label: "input gate i", letter: "i" },
  NFG: { label: "forget gate f", letter: "f" },
  NOG: { label: "output gate o", letter: "o" },
  NIAF: { label: "tanh of the candidate g", letter: "g" },
  NOAF: { label: "tanh of the output", letter: "h" },
  CIFG: { label: "i and f coupled", adds: true },
  NP: { label: "peepholes", letter: "c" },
  FGR: { label: "gates see the gates", adds: true },
};

/** The changes that a variant names. @param {string} variant */
export const codesOf = (variant) => (variant === FULL ? [] : CODES.filter((code) => variant.split("+").includes(code)));

/** The variant with these changes. @param {string[]} codes */
export const variantOf = (codes) => CODES.filter((code) => codes.includes(code)).join("+") || FULL;

/** With one change more, or one less. @param {string} variant @param {string} code */
export function switched(variant, code) {
  const codes = codesOf(variant);
  return variantOf(codes.includes(code) ? codes.filter((one) => one !== code) : [...codes, code]);
}

/** Which change a part of the drawing belongs to. @param {string} part */
export function codeOfPart(part) {
  const found = /** @type {Record<string, string>} */ ({
    "valve-i": "NIG",
    "valve-f": "NFG",
    "valve-o": "NOG",
    "box-g": "NIAF",
    "box-tanh": "NOAF",
  })[part];
  return found ?? (part.startsWith("peep-") ? "NP" : null);
}

/** What fades in the drawing, which gates stand open, and what is crossed out. @param {string[]} codes */
export function drawn(codes) {
  const has = (/** @type {string} */ code) => codes.includes(code);
  const gone = [has("NIG") && "i", (has("NFG") || has("CIFG")) && "f", has("NOG") && "o"].filter(
    (gate) => gate !== false,
  );
  const open = gone.filter((gate) => gate !== "f" || has("NFG"));
  const faded = [
    ...gone.flatMap((gate) => [`wire-${gate}`, `peep-${gate}`]),
    ...open.map((gate) => `valve-${gate}`),
    ...(has("NIAF") ? ["box-g"] : []),
    ...(has("NOAF") ? ["box-tanh"] : []),
    ...(has("NP") ? ["peep-i", "peep-f", "peep-o"] : []),
  ];
  const crossed = [
    ...open.map((gate) => `valve-${gate}`),
    ...(has("NIAF") ? ["box-g"] : []),
    ...(has("NOAF") ? ["box-tanh"] : []),
  ];
  return { faded: [...new Set(faded)], open, crossed, coupled: has("CIFG") && !has("NFG"), gates: has("FGR") };
}

/**
 * @typedef {{text: string, how?: "gone" | "new"}} Term  `_` begins a subscript
 * @typedef {{name: string, letter: string, terms: Term[]}} Line
 */

/** The cell's equations with what the changes strike out and put in. @param {string[]} codes @returns {Line[]} */
export function equations(codes) {
  const has = (/** @type {string} */ code) => codes.includes(code);
  /** @param {string} text @param {boolean} gone @returns {Term} */
  const term = (text, gone) => (gone ? { text, how: "gone" } : { text });
  /** @param {string} text @param {boolean} on @returns {Term[]} */
  const added = (text, on) => (on ? [{ text, how: "new" }] : []);
  /** @param {string} k @param {string} memory @param {boolean} gone @param {string} instead @returns {Line} */
  const gate = (k, memory, gone, instead) => ({
    name: k,
    letter: k,
    terms: [
      term(`σ(W_x${k} x + W_h${k} h_t−1`, gone),
      term(` + p_${k} ⊙ ${memory}`, gone || has("NP")),
      ...added(` + W_g${k} (i, f, o)_t−1`, has("FGR") && !gone),
      term(` + b_${k})`, gone),
      ...added(` ${instead}`, gone),
    ],
  });
  return [
    gate("i", "c_t−1", has("NIG"), "1"),
    gate("f", "c_t−1", has("NFG") || has("CIFG"), has("NFG") ? "1" : "1 − i"),
    { name: "g", letter: "g", terms: [term("tanh", has("NIAF")), term("(W_xg x + W_hg h_t−1 + b_g)", false)] },
    { name: "c", letter: "c", terms: [term("f ⊙ c_t−1 + i ⊙ g", false)] },
    gate("o", "c", has("NOG"), "1"),
    { name: "h", letter: "h", terms: [term("o ⊙ ", false), term("tanh", has("NOAF")), term("(c)", false)] },
  ];
}

/** An equation in words for the ears: what is struck is said to be gone. @param {Line} line */
export const spoken = ({ name, terms }) =>
  `${name} = ${terms
    .map(({ text, how }) =>
      how === "gone" ? ` (gone: ${text.trim()})` : how === "new" ? ` (new: ${text.trim()})` : text,
    )
    .join("")}`;
