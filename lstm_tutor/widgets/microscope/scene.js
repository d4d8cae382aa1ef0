// All that one paint shows, put together from the traits and from what the model makes of the text.

import { kindOf } from "../js/kit/index.js";
import { said } from "./panels.js";
import { gradientScale, surpriseScale } from "./scales.js";

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {import("./study.js").Study} study
 * @param {{
 *   known: import("./signs.js").Known, state: import("./study.js").State,
 *   described: {names: string[], states: string[], hidden_size: number, num_layers: number},
 * }} about
 * @returns {import("./templates.js").Scene}
 */
export function sceneOf(view, study, { known, described, state }) {
  const { names, states, hidden_size: H, num_layers: layers } = described;
  const { typed } = study.read();
  const { replaced } = study.typed();
  const [quantity, layer] = study.chosen();
  const [unit, at, T, color, log] = [study.unit(), study.at(), typed.length, view.get("color"), view.get("log")];
  const kind = kindOf(quantity);
  const { series, limit } = study.shown();
  const shades =
    color === "unit"
      ? { values: series, kind, limit }
      : color === "surprise"
        ? surpriseScale(study.surprise())
        : gradientScale(study.gradient(), T, log);
  return {
    ...{ text: view.get("text"), typed, replaced, T, H, layers, names, states, quantity, layer, unit, color, log },
    ...{ of: view.get("gradient_of"), order: study.orderNow(), dark: view.theme.dark, surprise: study.surprise() },
    ...{ kind, limit, at, series, shades, hoveredUnit: state.hoveredUnit, limited: study.isBounded(quantity) },
    target: T && at ? said(known.alphabet[study.whole().expected(at)]) : "next",
    plain: study.whole() === study.plain ? null : study.plain.series(quantity, layer, unit),
    marked: study.mask().includes(1),
  };
}
