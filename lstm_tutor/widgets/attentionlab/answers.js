// What the page knows of the text: how it is read, which date it means, and what each translator makes of it.

import { computed } from "../js/kit/index.js";
import { verdictOn } from "./dates.js";
import { pieces, readOf } from "./reading.js";
import { KINDS } from "./templates.js";
import { translate, translatorOf } from "./translator.js";

/**
 * Each answer is computed when it is asked for, and again only when the text or the translator has changed.
 * @param {import("../js/kit/widget.js").View} view
 * @param {import("./reading.js").About} about
 */
export function answers(view, about) {
  const typed = computed(
    () => [view.get("text")],
    (text) => pieces(text, about),
  );
  const text = computed(() => [typed()], readOf);
  const verdict = computed(
    () => [text()],
    (read) => verdictOn(read, about),
  );
  const translators = Object.fromEntries(
    KINDS.map((kind) => {
      const model = computed(
        () => [view.array(kind)],
        ({ data }) => translatorOf(about.models[kind], data),
      );
      const translation = computed(
        () => [model(), text()],
        (made, read) => translate(made, read, about),
      );
      return [kind, { model, translation }];
    }),
  );
  return {
    typed,
    text,
    verdict,
    /** What a translator makes of the text, which must not be empty. @param {string} kind */
    translated: (kind) => translators[kind].translation(),
    /** The class of its attention in Python. @param {string} kind */
    attentionOf: (kind) => translators[kind].model().attention?.kind ?? "",
  };
}
