// Line plots as SVG: letters in their colors and dashes, labels at the lines' ends, seeds thin and their median thick.

import { nothing, render, svg } from "lit-html";
import { widthOf } from "./layout.js";
import { COLORS, DASHES, MODELS } from "./palette.js";
import { linear, logarithmic, number, short, superscript } from "./values.js";

/**
 * @typedef {{
 *   label?: string, letter?: string, model?: string, color?: string, dash?: string, values: ArrayLike<number>,
 *   x?: ArrayLike<number>, thin?: boolean, points?: boolean,
 * }} Line  `letter` or `model` give color and dashes; `points`: open circles and no line, as PyTorch's values are drawn
 * @typedef {{x: number, y: number, cross?: boolean, letter?: string, model?: string, color?: string}} Mark
 * @typedef {{
 *   label: string, domain?: [number, number], log?: boolean, ticks?: number[], format?: (value: number) => string, bare?: boolean,
 * }} Axis  `bare`: no numbers and no name, since a picture that stands below in line has them
 * @typedef {{
 *   label: string, lines: Line[], x: Axis, y: Axis, height?: number, cursor?: number | null, signs?: string[],
 *   rules?: ({y: number, label?: string})[], marks?: Mark[], onCursor?: (x: number, how: "hover" | "press") => void,
 * }} LinePlot  `label`: the text alternative's first sentence; `signs`: one per step, in place of numbers; `rules`:
 * level lines;
 *   `marks`: how runs ended, a dot or a cross each
 */

const PAD = { top: 10, bottom: 42, bare: 8, left: 64 };

/** Color and dashes of a line. @param {Partial<Omit<Line, "x">>} line */
export function pen({ letter, model, color, dash }) {
  const known = model ? /** @type {Record<string, {color: string, dash: string}>} */ (MODELS)[model] : undefined;
  return {
    color: color ?? known?.color ?? /** @type {Record<string, string>} */ (COLORS)[letter ?? ""] ?? "currentColor",
    dash: dash ?? known?.dash ?? /** @type {Record<string, string>} */ (DASHES)[letter ?? ""] ?? "",
  };
}

/**
 * Thin lines for the seeds and a thick one for their median.
 * @param {ArrayLike<number>[]} seeds
 * @param {Omit<Line, "values">} line
 * @returns {Line[]}
 */
export function fan(seeds, line) {
  const length = Math.max(0, ...seeds.map((seed) => seed.length));
  const median = Array.from({ length }, (_, t) => {
    const at = seeds
      .map((seed) => seed[t])
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    if (!at.length) return Number.NaN;
    return (at[(at.length - 1) >> 1] + at[at.length >> 1]) / 2;
  });
  const { label, ...pens } = line;
  return [...seeds.map((values) => ({ ...pens, values, thin: true })), { ...pens, label, values: median }];
}

/** Path data through points; a gap where a value is missing. @param {(readonly [number, number])[]} points */
export function pathOf(points) {
  let drawing = false;
  let data = "";
  for (const [x, y] of points) {
    if (Number.isFinite(y)) data += `${drawing ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    drawing = Number.isFinite(y);
  }
  return data;
}

/**
 * Heights of labels, moved apart to `gap`, within [low, high].
 * @param {number[]} wanted
 * @param {number} gap
 * @param {number} low
 * @param {number} high
 */
export function apart(wanted, gap, low, high) {
  const order = wanted.map((_, k) => k).sort((a, b) => wanted[a] - wanted[b]);
  const spots = [...wanted];
  let floor = low;
  for (const k of order) {
    spots[k] = Math.max(spots[k], floor);
    floor = spots[k] + gap;
  }
  let ceiling = high;
  for (const k of order.reverse()) {
    spots[k] = Math.min(spots[k], ceiling);
    ceiling = spots[k] - gap;
  }
  return spots;
}

/**
 * Where values fall below the lowest of an axis: the first of each stretch.
 * @param {ArrayLike<number>} values
 * @param {number} lowest
 */
export const exitsOf = (values, lowest) =>
  Array.from(values, (_, t) => t).filter((t) => values[t] < lowest && !(t > 0 && values[t - 1] < lowest));

/** The text alternative: each named line's first, least, most and last value. @param {LinePlot} plot */
export function describe({ label, lines, x, y }) {
  const told = lines
    .filter((line) => line.label && !line.thin)
    .map(({ label: name, values }) => {
      const finite = Array.from(values).filter(Number.isFinite);
      if (!finite.length) return `${name}: no values`;
      const [least, most] = finite.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [finite[0], finite[0]]);
      const ends = `from ${short(finite[0])} to ${short(finite[finite.length - 1])}`;
      return `${name}: ${ends}, least ${short(least)}, most ${short(most)}`;
    });
  return [`${label}. ${y.label} against ${x.label}`, ...told].join(". ");
}

/**
 * @param {Line[]} lines
 * @param {(line: Line) => ArrayLike<number>} of
 * @param {boolean | undefined} log
 * @returns {[number, number]}
 */
function extent(lines, of, log) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const line of lines) {
    for (const value of Array.from(of(line))) {
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return log ? [0.1, 1] : [0, 1];
  return low === high ? (log ? [low / 2, high * 2] : [low - 0.5, high + 0.5]) : [low, high];
}

const steps = (/** @type {Line} */ { x, values }) => x ?? Array.from({ length: values.length }, (_, t) => t);

/**
 * A line plot as wide as its place.
 * @param {import("./widget.js").View} view
 */
export function linePlot(view) {
  const el = view.root.ownerDocument.createElement("div");
  el.className = "lt-plot";
  /** @type {LinePlot | undefined} */
  let props;
  let right = 8;
  let left = PAD.left;

  const draw = () => {
    if (!props) return;
    const { lines, x, y, height = 220, cursor, signs, rules = [], marks = [], onCursor } = props;
    const width = Math.max(room() || view.width, 200);
    const named = lines.filter((line) => line.label && line.values.length);
    right = named.length ? 22 + 7.4 * Math.max(...named.map(({ label }) => label?.length ?? 0)) : 12;
    const bottom = x.bare ? PAD.bare : PAD.bottom;
    /** @type {[number, number]} */
    const up = [height - bottom, PAD.top];
    const sy = (y.log ? logarithmic : linear)(
      y.domain ?? extent(lines, (line) => line.values, y.log),
      up,
      Math.max(2, Math.floor(height / 50)),
    );
    const lowest = y.domain?.[0] ?? Number.MIN_VALUE; // what is below has no place on a logarithmic axis
    const say = (/** @type {Axis} */ axis) =>
      axis.format ??
      (axis.log
        ? (/** @type {number} */ v) => (v === 1 ? "1" : `10${superscript(Math.round(Math.log10(v)))}`)
        : (/** @type {number} */ v) => (Number.isInteger(v) ? number(v, 0) : short(v)));
    const longest = Math.max(0, ...(y.ticks ?? sy.ticks).map((mark) => say(y)(mark).length));
    left = Math.max(PAD.left, 18 + 7 * longest);
    /** @type {[number, number]} */
    const across = [left, width - right];
    const sx = (x.log ? logarithmic : linear)(
      x.domain ?? extent(lines, steps, x.log),
      across,
      Math.max(2, Math.floor(width / 110)),
    );
    const heights = apart(
      named.map(({ values }) => sy(lastOf(values))),
      15,
      PAD.top + 4,
      height - bottom,
    );
    const move = (/** @type {PointerEvent} */ event) => {
      const { pointerType, buttons, type } = event;
      if (pointerType !== "mouse" && !buttons && type !== "click") return;
      if (pointerType === "touch" && type === "pointerdown") return; // it may be a scroll: a tap comes as a click
      const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
      const how = type === "pointermove" && !buttons ? "hover" : "press";
      onCursor?.(sx.invert(((event.clientX - box.left) / box.width) * width), how);
    };
    render(
      svg`<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${describe(props)}
        class=${onCursor ? "lt-reads" : ""} @pointermove=${onCursor ? move : nothing}
        @pointerdown=${onCursor ? move : nothing} @click=${onCursor ? move : nothing}>
        <g class="lt-axis">
          ${(y.ticks ?? sy.ticks).map(
            (mark) => svg`<line x1=${across[0]} x2=${across[1]} y1=${sy(mark)} y2=${sy(mark)} class="lt-grid" />
            <text x=${across[0] - 7} y=${sy(mark)} dy="0.32em" text-anchor="end">${say(y)(mark)}</text>`,
          )}
          <line x1=${across[0]} x2=${across[1]} y1=${up[0]} y2=${up[0]} />
          ${
            signs
              ? signs.map(
                  (sign, t) =>
                    svg`<text x=${sx(t)} y=${up[0] + 17} text-anchor="middle" class="lt-sign">${sign}</text>`,
                )
              : (x.bare ? [] : (x.ticks ?? sx.ticks)).map(
                  (mark) => svg`<line x1=${sx(mark)} x2=${sx(mark)} y1=${up[0]} y2=${up[0] + 4} />
                <text x=${sx(mark)} y=${up[0] + 17} text-anchor="middle">${say(x)(mark)}</text>`,
                )
          }
          <text x=${(across[0] + across[1]) / 2} y=${height - 7} text-anchor="middle">${x.bare ? "" : x.label}</text>
          <text transform="translate(13 ${(up[0] + up[1]) / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>
        </g>
        ${rules.map(
          (rule) => svg`<line x1=${across[0]} x2=${across[1]} y1=${sy(rule.y)} y2=${sy(rule.y)} class="lt-rule" />
          <text x=${across[1]} y=${sy(rule.y) - 5} text-anchor="end" class="lt-note">${rule.label ?? ""}</text>`,
        )}
        ${
          cursor === null || cursor === undefined
            ? nothing
            : svg`<line x1=${sx(cursor)} x2=${sx(cursor)} y1=${up[0]}
          y2=${up[1]} class="lt-cursor" />`
        }
        ${lines.map((line) => {
          const { color, dash } = pen(line);
          const at = steps(line);
          const points = Array.from(
            line.values,
            (value, t) => /** @type {const} */ ([sx(at[t]), y.log && value < lowest ? Number.NaN : sy(value)]),
          );
          const exits = y.log ? exitsOf(line.values, lowest) : [];
          if (line.points) return points.map(([px, py]) => svg`<circle cx=${px} cy=${py} r="4" class="lt-torch" />`);
          return svg`<path d=${pathOf(points)} class=${line.thin ? "lt-line lt-thin" : "lt-line"} stroke=${color}
            stroke-dasharray=${line.thin ? "" : dash} />
            ${exits.map((t) => svg`<path d="M${sx(at[t]) - 4} ${up[0] - 7}h8l-4 7z" fill=${color} class="lt-exit" />`)}`;
        })}
        ${marks.map((mark) =>
          mark.cross
            ? svg`<path d="M${sx(mark.x) - 5} ${sy(mark.y) - 5}l10 10m0 -10l-10 10" class="lt-mark"
              stroke=${pen(mark).color} />`
            : svg`<circle cx=${sx(mark.x)} cy=${sy(mark.y)} r="4" fill=${pen(mark).color} />`,
        )}
        ${named.map(
          (
            line,
            k,
          ) => svg`<g data-symbol=${line.letter ?? nothing}><line x1=${across[1] + 3} x2=${across[1] + 13} y1=${heights[k]} y2=${heights[k]} class="lt-line"
            stroke=${pen(line).color} stroke-dasharray=${pen(line).dash} />
          <text x=${across[1] + 16} y=${heights[k]} dy="0.32em" class="lt-end">${line.label}</text></g>`,
        )}
      </svg>`,
      el,
    );
  };
  const room = widthOf(view, el, draw);
  return {
    el,
    /** In px. */
    get width() {
      return room();
    },
    /** Room left and right of the axes in px, so that other pictures with a column per step can stand in line. */
    get margins() {
      return { left, right };
    },
    /** @param {LinePlot} next */
    update(next) {
      props = next;
      draw();
    },
  };
}

/** @param {ArrayLike<number>} values */
function lastOf(values) {
  for (let t = values.length - 1; t >= 0; t--) if (Number.isFinite(values[t])) return values[t];
  return 0;
}
