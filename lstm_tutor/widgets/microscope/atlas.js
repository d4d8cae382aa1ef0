// The atlas: a row for each unit, a column for each character; pointing looks, pressing chooses.

import { clamp, computed, heatMap, kindOf, named } from "../js/kit/index.js";

/**
 * @param {import("../js/kit/widget.js").View} view
 * @param {import("./study.js").Study} study
 * @param {{
 *   H: number, hover: (character: number | null, unit: number | null) => void,
 *   turn: (traits: Record<string, unknown>) => void, state: import("./study.js").State,
 * }} options
 */
export function atlasOf(view, study, { H, hover, turn, state }) {
  const map = heatMap(view);
  view.listen(map.el, "pointerleave", () => {
    if (state.hovered !== null) hover(null, null);
  });
  const rowHeight = () => clamp(Math.round((view.isWide ? 128 : 192) / H), 2, 24);
  const rows = computed(
    () => [study.units(), study.order(), view.get("quantity"), study.read()],
    (units, order, quantity, { typed }) => {
      const kind = kindOf(quantity);
      return typed.length
        ? order.map((k) => ({
            ...{ label: String(k), name: `unit ${k}, ${quantity}`, kind },
            ...{ limit: units[k].limit, values: units[k].series },
          }))
        : [];
    },
  );
  /** Painted once the atlas has its place, and again when what it shows has changed. */
  const paint = computed(
    () => [rows(), study.order(), study.unit(), view.theme.dark, view.width, rowHeight(), map.el.isConnected],
    (shown, order, unit, _dark, _width, height, _isConnected) => {
      const sorted = study.orderNow() === "similarity" ? ", sorted so that neighbors are alike" : "";
      map.update({
        label: `All ${H} units, ${named(view.get("quantity"))}, over the text${sorted}; unit ${unit} is framed`,
        rows: shown,
        cursor: { row: order.indexOf(unit) },
        rowHeight: height,
        minColumn: 1.5,
        maxColumn: 24,
        columnName: "character",
        onCursor({ row, column }, how) {
          if (how === "hover") hover(column, order[row]);
          else turn({ unit: order[row], caret: column + 1 });
        },
      });
    },
  );
  return { el: map.el, paint };
}
