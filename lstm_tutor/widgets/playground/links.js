// Lengths and lists of names in links: `task=reber&length=2&cells=LSTM.GRU`.

import { asInteger } from "../js/kit/address.js";

/** @typedef {import("../js/kit/address.js").Field} Field */
/** @typedef {import("./settings.js").Task} Task */

/**
 * A length that the task of the link has, or without one the task that is set.
 * @param {Record<string, Task>} tasks
 * @param {() => string} task  the one that is set
 * @returns {Field}
 */
export const asLength = (tasks, task) => ({
  parse: (text, all) => {
    const named = all?.get("task") ?? "";
    const { least, most } = tasks[Object.hasOwn(tasks, named) ? named : task()];
    return asInteger(least, most).parse(text);
  },
  format: String,
});

/**
 * Names out of a list, as links write them.
 * @param {readonly string[]} known
 * @param {number} [least]  how many there must be
 * @returns {Field}
 */
export const asNames = (known, least = 0) => ({
  parse: (text) => {
    const names = text ? text.split(".") : [];
    const fits = names.length >= least && names.every((name) => known.includes(name));
    return fits ? [...new Set(names)] : undefined;
  },
  format: (names) => names.join("."),
});
