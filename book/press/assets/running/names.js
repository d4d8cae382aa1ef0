// Which names a cell takes from others.

import { tokens } from "./tokens.js";

/** The names in a text, without what stands after a dot. */
export function namesIn(text) {
  const names = new Set();
  let before = "";
  for (const [kind, part] of tokens(text)) {
    if (/^[\p{L}_]/u.test(part) && !/^[sc]/.test(kind) && !before.endsWith(".")) names.add(part);
    if (part.trim()) before = part;
  }
  return names;
}

/**
 * What a cell needs of those before it that have not run: `names` that they define, and `imports`, name -> statement,
 * which may run by themselves. What the build says of the cell holds for as much of it as the reader has left.
 */
export function missing(cell, before, imported) {
  const words = cell.isEdited ? namesIn(cell.code) : new Set(cell.about.uses);
  const uses = cell.about.uses.filter((name) => words.has(name));
  const gives = ({ about }, name) => about.defines.includes(name) || name in about.imports;
  const names = [];
  const imports = {};
  for (const name of words) {
    const givers = before.filter((other) => gives(other, name));
    if (!givers.length || imported.has(name) || givers.some(({ hasRun }) => hasRun)) continue;
    const line = givers.findLast(({ about }) => name in about.imports)?.about.imports[name];
    if (line) imports[name] = line;
    else if (uses.includes(name)) names.push(name);
  }
  return { names, imports };
}
