// Splits Python into tokens and names their kinds as Pygments does, so that what is typed looks like the rest of the page.

const KEYWORDS = new Set(
  ("and as assert async await break class continue def del elif else except finally for from global if import in is lambda " +
    "nonlocal not or pass raise return try while with yield").split(" "),
);
const CONSTANTS = new Set(["True", "False", "None"]);
const WORD_OPERATORS = new Set(["and", "in", "is", "not", "or"]);
const BUILTINS = new Set(
  ("__import__ abs aiter all any bin bool bytearray breakpoint bytes callable chr classmethod compile complex delattr dict " +
    "dir divmod enumerate eval filter float format frozenset getattr globals hasattr hash hex id input int isinstance " +
    "issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr reversed " +
    "round set setattr slice sorted staticmethod str sum super tuple type vars zip").split(" "),
);
const SELF = new Set(["self", "Ellipsis", "NotImplemented", "cls"]);
const ERRORS = /^(?:[A-Z]\w*(?:Error|Warning|Exception)|BaseException|Exception|GeneratorExit|KeyboardInterrupt|StopIteration|StopAsyncIteration|SystemExit|Warning|ExceptionGroup|BaseExceptionGroup)$/;

const RULES = [
  ["comment", /#.*/y],
  ["string", /(?:[rRuUbBfF]{0,2})("""|'''|"|')/y],
  ["number", /(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][+-]?\d+)?[jJ]?|\d[\d_]*\.(?:[eE][+-]?\d+)?[jJ]?|\d[\d_]*[eE][+-]?\d+[jJ]?|\d[\d_]*[jJ]?)/y],
  ["name", /[\p{L}_][\p{L}\p{N}_]*/uy],
  ["decorator", /@(?=[\p{L}_])[\p{L}\p{N}_.]+/uy],
  ["operator", /!=|==|<<|>>|:=|[-~+/*%=<>&^|.@]/y],
  ["punctuation", /[\]{}:(),;[]/y],
  ["space", /[^\S\n]+/y],
  ["newline", /\n/y],
];

const numberKind = (text) => {
  if (/^0[xX]/.test(text)) return "mh";
  if (/^0[bB]/.test(text)) return "mb";
  if (/^0[oO]/.test(text)) return "mo";
  return /[.eE]/.test(text) ? "mf" : "mi";
};

const matchAt = (pattern, text, at) => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/**
 * The tokens of a text in order, each [kind, text]; together they are the text. What cannot be Python is a token, too.
 * @param {string} text
 * @returns {[string, string][]}
 */
export function tokens(text) {
  const found = [];
  const add = (kind, part) => part && found.push([kind, part]);
  let at = 0;
  let before = { kind: "newline", text: "", word: "" }; // what came last, but for spaces
  while (at < text.length) {
    const [rule, match] = RULES.map(([name, pattern]) => [name, matchAt(pattern, text, at)]).find(([, m]) => m) ?? [];
    let part = match?.[0] ?? text[at];
    const startsLine = before.kind === "newline";
    if (rule === "string") {
      at = addString(text, at, match, startsLine, add);
      before = { kind: "string", text: "", word: "" };
      continue;
    }
    let kind = "";
    if (rule === "comment") kind = "c1";
    else if (rule === "number") kind = numberKind(part);
    else if (rule === "decorator" && startsLine) kind = "nd";
    else if (rule === "decorator") [kind, part] = ["o", "@"];
    else if (rule === "operator") kind = part === "." && before.word ? "nn" : "o";
    else if (rule === "punctuation") kind = "p";
    else if (rule === "name") kind = nameKind(part, before, text.slice(at + part.length));
    else if (!rule) kind = "err";
    add(kind, part);
    if (rule !== "space") before = { kind: rule === "newline" ? "newline" : kind, text: part, word: nextWord(part, before, rule) };
    at += part.length;
  }
  return found;
}

/** The word after which names are those of modules: `from`, or an `import` without it. */
function nextWord(part, { kind, word }, rule) {
  if (rule === "newline") return "";
  if (kind === "newline" && ["import", "from"].includes(part)) return part;
  return part === "import" ? "" : word;
}

function nameKind(name, before, after) {
  if (before.text === "def") return "nf";
  if (before.text === "class") return "nc";
  if (before.kind === "newline" && (name === "import" || name === "from")) return "kn";
  if (before.word === "from" && name === "import") return "kn";
  if (before.word && name !== "as") return "nn";
  if (/^__\w+__$/.test(name)) return after.startsWith("(") ? "fm" : "vm";
  if (before.text === ".") return "n";
  if (CONSTANTS.has(name)) return "kc";
  if (WORD_OPERATORS.has(name)) return "ow";
  if (KEYWORDS.has(name)) return "k";
  if (SELF.has(name)) return "bp";
  if (BUILTINS.has(name)) return "nb";
  if (ERRORS.test(name)) return "ne";
  return "n";
}

/** Add the tokens of a string, with what an f-string holds, and return where it ends. */
function addString(text, at, [opening, quote], startsLine, add) {
  const prefix = opening.slice(0, -quote.length);
  const isRaw = /r/i.test(prefix);
  const isFormat = /f/i.test(prefix);
  const end = endOfString(text, at + opening.length, quote);
  const body = text.slice(at + opening.length, end);
  const closing = text.startsWith(quote, end) ? quote : "";
  const kind = quote[0] === '"' ? "s2" : "s1";
  if (startsLine && !isFormat && quote.length === 3 && !prefix) {
    add("sd", opening + body + closing);
  } else {
    add("sa", prefix);
    add(kind, quote);
    addBody(body, { kind, isRaw, isFormat }, add);
    add(kind, closing);
  }
  return end + closing.length;
}

function endOfString(text, start, quote) {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text.startsWith(quote, at)) return at;
    else if (text[at] === "\n" && quote.length === 1) return at;
  }
  return text.length;
}

const ESCAPE = String.raw`\\(?:[\\abfnrtv"'\n]|N\{[^}]*\}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|[0-7]{1,3})`;
const OLD_FIELD = String.raw`%(?:\(\w+\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?[E-GXc-giorsaux%]`;
const NEW_FIELD = String.raw`\{(?:\w+(?:\.\w+|\[[^\]]+\])*)?(?:![sra])?(?::(?:.?[<>=^])?[-+ ]?#?0?\d*,?(?:\.\d+)?[E-GXb-gnosx%]?)?\}`;
const PIECES = {
  plain: new RegExp(`${ESCAPE}|${OLD_FIELD}|${NEW_FIELD}`, "g"),
  raw: new RegExp(`${OLD_FIELD}|${NEW_FIELD}`, "g"),
  format: new RegExp(`${ESCAPE}|\\{\\{|\\}\\}|\\{`, "g"),
  rawFormat: /\{\{|\}\}|\{/g,
};

function addBody(body, { kind, isRaw, isFormat }, add) {
  const pattern = isFormat ? (isRaw ? PIECES.rawFormat : PIECES.format) : isRaw ? PIECES.raw : PIECES.plain;
  let at = 0;
  while (at < body.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(body);
    if (!match) break;
    add(kind, body.slice(at, match.index));
    at = match.index + match[0].length;
    if (isFormat && match[0] === "{") at = addField(body, match.index, { kind, isRaw, isFormat }, add);
    else add(/^\\|^\{\{|^\}\}/.test(match[0]) ? "se" : "si", match[0]);
  }
  add(kind, body.slice(at));
}

/** Add a replacement field of an f-string, `{value:.2f}`, and return where it ends. */
function addField(body, start, context, add) {
  let depth = 0;
  let end = start + 1;
  let colon = -1;
  for (; end < body.length; end += 1) {
    const sign = body[end];
    if ("([{".includes(sign)) depth += 1;
    else if (depth && ")]}".includes(sign)) depth -= 1;
    else if (sign === "}") break;
    else if (!depth && colon < 0 && (sign === ":" || (sign === "!" && body[end + 1] !== "="))) colon = end;
  }
  add("si", "{");
  const value = body.slice(start + 1, colon < 0 ? end : colon);
  for (const [kind, part] of tokens(value)) add(kind, part);
  if (colon >= 0) addFormat(body.slice(colon, end), context, add);
  add("si", body.slice(end, end + 1));
  return end + 1;
}

/** What follows a value in its field: a conversion, and a format that may hold fields of its own. */
function addFormat(text, context, add) {
  const [conversion] = /^!\w/.exec(text) ?? [""];
  const rest = text.slice(conversion.length);
  if (conversion) add("si", conversion);
  if (!rest) return;
  add("si", ":");
  addBody(rest.slice(1), context, add);
}
