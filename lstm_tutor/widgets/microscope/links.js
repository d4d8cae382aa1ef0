// Texts and marks in links: `text=@strings` for a sample, `marked=4-10_20-31`.

/** @typedef {import("../js/kit/address.js").Field} Field */

/**
 * A sample by its name, @strings, or any text; a text that begins with @ has it twice.
 * @param {Record<string, string>} samples
 * @param {Field} field
 * @returns {Field}
 */
export const asSample = (samples, field) => ({
  parse(text) {
    if (!text.startsWith("@")) return field.parse(text);
    const name = text.slice(1);
    if (name.startsWith("@")) return field.parse(name);
    return Object.hasOwn(samples, name) ? samples[name] : undefined;
  },
  format(value) {
    const name = Object.keys(samples).find((known) => samples[known] === value);
    if (name) return `@${name}`;
    return field.format(value.startsWith("@") ? `@${value}` : value);
  },
});

/** Ranges [start, end). @param {number} longest @returns {Field} */
export const asRanges = (longest) => ({
  parse(text) {
    const found =
      text === "" ? [] : text.split("_").map((part) => /^(\d{1,5})-(\d{1,5})$/.exec(part)?.slice(1).map(Number));
    const fits = found.every((range) => range && range[0] < range[1] && range[1] <= longest);
    return fits ? found : undefined;
  },
  format: (value) => value.map((/** @type {number[]} */ range) => range.join("-")).join("_"),
});
