// Values over time as a heat map: one row per quantity or unit, one column per step, the text aligned under the
// columns.

import { html, nothing, render } from "lit-html";
import { computed } from "./computed.js";
import { widthOf } from "./layout.js";
import { clamp, colorOf, colorTable, inkOn, number } from "./values.js";

/**
 * @typedef {{
 *   label: string, name?: string, letter?: string, kind: "gate" | "signed", limit?: number,
 *   values: ArrayLike<number>, say?: (column: number) => string, height?: number, signs?: string[],
 * }} Row  `name`: the label in words; `kind`: which map; `limit`: of a signed map; `say`: a value in words, where it is
 *   not the number that gives the color; `height`: if not `rowHeight`; `signs`: written on the row, one per step
 * @typedef {{row: number, column: number}} Place
 * @typedef {{
 *   rows: Row[], columns?: string[], label: string, cursor?: Partial<Place> | null, rowHeight?: number,
 *   minColumn?: number, maxColumn?: number, showValues?: boolean,
 *   onCursor?: (place: Place, how: "hover" | "press" | "key") => void,
 *   onEdge?: (edge: Partial<Place>, how: "hover" | "press") => void, onLeave?: () => void, columnName?: string,
 * }} HeatMap  `columns`: one sign per step; `cursor`: what is marked, a whole row or column if only one is
 * given;
 *   `onEdge`: a row's label or a column's sign is pointed at; `columnName`: what a column is, if not a step
 */

const TEXT_HEIGHT = 24;
/** Signs that stay within their column. */
const NARROW = /^[!-~␣↵]*$/;
const FONT = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace';

/** The text alternative of a map: what it shows, and what stands at the cursor. @param {HeatMap} props */
export function describe({ label, rows, columns, cursor, columnName = "step" }) {
  const steps = rows[0]?.values.length ?? 0;
  const extent = `${label}. ${rows.length} ${rows.length === 1 ? "row" : "rows"}, ${steps} ${columnName}s.`;
  return cursor?.row === undefined || cursor.column === undefined
    ? extent
    : `${extent} ${valueAt(rows, columns, /** @type {Place} */ (cursor), columnName)}.`;
}

/** One value in words. @param {Row[]} rows @param {string[] | undefined} columns @param {Place} place */
export function valueAt(rows, columns, { row, column }, columnName = "step") {
  const { name, label, values, say = (k) => number(values[k]) } = rows[row];
  const signs = columns ?? rows.find((other) => other.signs)?.signs;
  const sign = signs ? ` (${signs[column]})` : "";
  return `${name ?? label}, ${columnName} ${column + 1}${sign}: ${say(column)}`;
}

/**
 * The key of a value map, its limits printed; `ends` says them where a map for gates shows other sizes.
 * @param {{kind: "gate" | "signed", limit?: number, dark: boolean, label?: string, ends?: [string, string]}} options
 */
export function mapKey({
  kind,
  limit = 1,
  dark,
  label,
  ends = kind === "gate" ? ["0", "1"] : [number(-limit, limit % 1 ? 1 : 0), `+${number(limit, limit % 1 ? 1 : 0)}`],
}) {
  const colors = Array.from({ length: 9 }, (_, k) => colorOf(kind === "gate" ? k / 8 : k / 4 - 1, kind, dark));
  return html`<span class="lt-key">${label ? html`<span>${label}</span>` : nothing}<span>${ends[0]}</span>
    <i style="background:linear-gradient(90deg,${colors.join(",")})"></i><span>${ends[1]}</span></span>`;
}

/** @type {Map<string, Uint32Array>} */
const pixelTables = new Map();

/** The 256 colors of a map, each as the four bytes of a pixel. @param {"gate" | "signed"} kind @param {boolean} dark */
function pixelsOf(kind, dark) {
  const name = `${kind} ${dark}`;
  let found = pixelTables.get(name);
  if (!found) {
    const table = colorTable(kind, dark);
    const bytes = Uint8Array.from({ length: 1024 }, (_, k) => (k % 4 === 3 ? 255 : table[3 * (k >> 2) + (k % 4)]));
    found = new Uint32Array(bytes.buffer);
    pixelTables.set(name, found);
  }
  return found;
}

/**
 * A heat map that is drawn on a canvas and read with pointer, touch or arrow keys.
 * @param {import("./widget.js").View} view
 */
export function heatMap(view) {
  const doc = view.root.ownerDocument;
  const el = doc.createElement("div");
  el.className = "lt-heat";
  const labels = el.appendChild(doc.createElement("div"));
  labels.className = "lt-heat-labels";
  labels.ariaHidden = "true";
  const frame = el.appendChild(doc.createElement("div"));
  frame.className = "lt-heat-frame";
  frame.tabIndex = 0;
  frame.role = "group";
  frame.dataset.lmSuppressShortcuts = "true";
  const canvas = frame.appendChild(doc.createElement("canvas"));
  canvas.role = "img";
  const context = canvas.getContext("2d");
  const tipPlace = el.appendChild(doc.createElement("div"));
  tipPlace.className = "lt-tip-place";
  const tip = tipPlace.appendChild(doc.createElement("span"));
  tip.className = "lt-tip";
  tip.ariaHidden = "true"; // for ears, what an arrow key reaches is announced
  tip.hidden = true;
  view.onDispose(() => {
    canvas.width = canvas.height = 0;
  });

  /** @type {HeatMap} */
  let props = { rows: [], label: "" };
  let column = 1;
  let tops = [0]; // of the rows, and the lower edge of the last
  /** @type {ImageData | undefined} */
  let pixels;
  /** What stands in `small`. @type {{rows: Row[], dark: boolean} | undefined} */
  let stored;
  /** What stands in `strip`. @type {{look: string, marked: number}} */
  let written = { look: "", marked: -1 };
  /** @type {Place | undefined} */
  let keyed;
  let scrolled = 0; // px, kept current: to ask for it in the midst of a paint costs a layout

  const placeOf = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const steps = props.rows[0]?.values.length ?? 0;
    const inside = (/** @type {number} */ place, /** @type {number} */ count) => clamp(place, 0, count - 1);
    const below = tops.filter((top) => top <= event.clientY - box.top).length;
    return {
      row: inside(below - 1, props.rows.length),
      column: inside(Math.floor((event.clientX - box.left) / column), steps),
    };
  };
  /**
   * The value at a place, in words, above it. The style sheet centers the tip in a strip around the place that ends
   * where the map ends, and keeps it inside: so that no one has to ask how wide it is.
   * @param {Place} place
   */
  const showTip = (place) => {
    const width = el.clientWidth;
    const x = canvas.offsetLeft + (place.column + 0.5) * column - frame.scrollLeft;
    const isLeft = 2 * x < width;
    const bottom = `calc(100% - ${canvas.offsetTop + tops[place.row] - 4}px)`;
    const [left, right] = isLeft ? [0, width - 2 * x] : [2 * x - width, 0];
    const flexDirection = isLeft ? "row" : "row-reverse";
    Object.assign(tipPlace.style, { left: `${left}px`, right: `${right}px`, bottom, flexDirection });
    tip.textContent = valueAt(props.rows, props.columns, place, props.columnName);
    tip.hidden = false;
  };
  const hideTip = () => {
    tip.hidden = true;
  };
  const tell = (/** @type {Place} */ place, /** @type {"hover" | "press" | "key"} */ how) => {
    if (!props.rows.length) return;
    keyed = place;
    showTip(place);
    props.onCursor?.(place, how);
  };
  /**
   * The row whose label, or the column whose sign an event points at, if the widget wants to know.
   * @param {PointerEvent} event
   */
  const edgeOf = (event) => {
    const place = placeOf(event);
    if (!props.onEdge || !props.rows.length) return null;
    if (event.currentTarget === labels) return { row: place.row };
    return event.clientY - canvas.getBoundingClientRect().top > tops[props.rows.length]
      ? { column: place.column }
      : null;
  };
  for (const [type, how] of /** @type {const} */ ([
    ["pointerdown", "press"],
    ["pointermove", "hover"],
  ])) {
    view.listen(labels, type, (event) => {
      const pointer = /** @type {PointerEvent} */ (event);
      const edge = edgeOf(pointer);
      if (edge && (how === "press" || pointer.pointerType === "mouse")) props.onEdge?.(edge, how);
    });
  }
  view.listen(el, "pointerleave", () => {
    hideTip();
    props.onLeave?.();
  });
  view.listen(frame, "blur", hideTip);
  view.listen(
    frame,
    "scroll",
    () => {
      scrolled = frame.scrollLeft;
    },
    { passive: true },
  );
  let down = false;
  view.listen(canvas, "pointerdown", (event) => {
    const pointer = /** @type {PointerEvent} */ (event);
    if (pointer.pointerType === "touch") return; // it may be the beginning of a scroll: a tap comes as a click
    const edge = edgeOf(pointer);
    if (edge) return props.onEdge?.(edge, "press");
    down = true;
    canvas.setPointerCapture(pointer.pointerId);
    tell(placeOf(pointer), "press");
  });
  view.listen(canvas, "click", (event) => {
    const pointer = /** @type {PointerEvent} */ (event);
    if (pointer.pointerType !== "touch") return;
    const edge = edgeOf(pointer);
    if (edge) props.onEdge?.(edge, "press");
    else tell(placeOf(pointer), "press");
  });
  view.listen(canvas, "pointermove", (event) => {
    const pointer = /** @type {PointerEvent} */ (event);
    const edge = down ? null : edgeOf(pointer);
    if (edge && pointer.pointerType === "mouse") props.onEdge?.(edge, "hover");
    else if (down || pointer.pointerType === "mouse") tell(placeOf(pointer), down ? "press" : "hover");
  });
  for (const type of ["pointerup", "pointercancel"]) {
    view.listen(canvas, type, () => {
      down = false;
    });
  }
  view.listen(frame, "keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    const moves = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      Home: [0, Number.NEGATIVE_INFINITY],
      End: [0, Number.POSITIVE_INFINITY],
    });
    const move = moves[key];
    if (!move || !props.rows.length) return;
    event.preventDefault();
    const from = { row: props.cursor?.row ?? keyed?.row ?? 0, column: props.cursor?.column ?? keyed?.column ?? 0 };
    const inside = (/** @type {number} */ place, /** @type {number} */ count) =>
      Math.min(Math.max(place, 0), count - 1);
    const place = {
      row: inside(from.row + move[0], props.rows.length),
      column: inside(from.column + move[1], props.rows[0].values.length),
    };
    tell(place, "key");
    view.announce(valueAt(props.rows, props.columns, place, props.columnName));
  });

  const frameWidth = widthOf(view, frame, draw);
  /** The text's color, read once for a theme: to ask for it lays out what has changed so far. */
  const ink = computed(
    () => [view.theme.dark, el.isConnected],
    (..._) => getComputedStyle(el).color,
  );

  function draw() {
    const { rows, columns, cursor, rowHeight = 24, minColumn = 11, maxColumn = 28, showValues } = props;
    const steps = rows[0]?.values.length ?? 0;
    const dark = view.theme.dark;
    const room = frameWidth() || view.width;
    column = Math.min(Math.max(room / Math.max(steps, 1), minColumn), maxColumn);
    tops = [0];
    for (const row of rows) tops.push(tops[tops.length - 1] + (row.height ?? rowHeight));
    const lowest = tops[rows.length];
    const [width, tall] = [column * steps, lowest + (columns ? TEXT_HEIGHT : 0)];
    const ratio = doc.defaultView?.devicePixelRatio ?? 1;
    const [across, down] = [Math.max(Math.round(width * ratio), 1), Math.max(Math.round(tall * ratio), 1)];
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    Object.assign(canvas.style, { width: `${width}px`, height: `${tall}px` });
    if (!context || !steps) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, tall);
    paintCells(rows, steps, dark, ratio);
    if (showValues) paintValues(rows, dark);
    rows.forEach((row, r) => {
      if (row.signs) paintSignsOn(row, r, dark, cursor?.column);
    });
    if (columns) paintSigns(columns, lowest, ratio, cursor?.column);
    if (cursor) paintCursor(cursor, rows.length, steps, ink());
  }

  /**
   * One pixel per cell, then scaled up: fast, however many cells there are. While only the cursor moves, the rows are the
   * same array, and their pixels stay.
   * @param {Row[]} rows
   * @param {number} steps
   * @param {boolean} dark
   * @param {number} ratio
   */
  function paintCells(rows, steps, dark, ratio) {
    if (!context) return;
    if (stored?.rows !== rows || stored.dark !== dark) storePixels(rows, steps, dark);
    context.imageSmoothingEnabled = false;
    if (rows.every(({ height }) => height === undefined)) {
      context.drawImage(small, 0, 0, column * steps, tops[rows.length]);
    } else {
      for (let r = 0; r < rows.length; r++) {
        context.drawImage(small, 0, r, steps, 1, 0, tops[r], column * steps, tops[r + 1] - tops[r]);
      }
    }
    const line = Math.max(1 / ratio, 1);
    for (let r = 1; r < rows.length; r++) {
      if (tops[r + 1] - tops[r] < 14) continue; // many thin rows touch; a few broad ones stand apart
      context.clearRect(0, tops[r] - line, column * steps, line);
    }
  }

  /** @param {Row[]} rows @param {number} steps @param {boolean} dark */
  function storePixels(rows, steps, dark) {
    if (pixels?.width !== steps || pixels.height !== rows.length) pixels = new ImageData(steps, rows.length);
    const four = new Uint32Array(pixels.data.buffer); // the four bytes of a pixel at once
    for (let r = 0, at = 0; r < rows.length; r++) {
      const { kind, limit = 1, values } = rows[r];
      const colors = pixelsOf(kind, dark);
      for (let t = 0; t < steps; t++, at++) {
        const share = kind === "gate" ? values[t] : (values[t] / limit + 1) / 2; // as `placeInMap`
        four[at] = share <= 0 ? colors[0] : share >= 1 ? colors[255] : share >= 0 ? colors[(255 * share + 0.5) | 0] : 0;
      }
    }
    small.width = steps;
    small.height = rows.length;
    small.getContext("2d")?.putImageData(pixels, 0, 0);
    stored = { rows, dark };
  }

  /** @param {Row[]} rows @param {boolean} dark */
  function paintValues(rows, dark) {
    if (!context || column < 34) return;
    Object.assign(context, { font: `12px system-ui, sans-serif`, textAlign: "center", textBaseline: "middle" });
    for (let r = 0; r < rows.length; r++) {
      const { kind, limit, values } = rows[r];
      for (let t = 0; t < values.length; t++) {
        context.fillStyle = inkOn(values[t], kind, dark, limit);
        context.fillText(number(values[t]), (t + 0.5) * column, (tops[r] + tops[r + 1]) / 2);
      }
    }
  }

  /** @param {Row} row @param {number} r @param {boolean} dark @param {number | undefined} marked */
  function paintSignsOn({ signs = [], values, kind, limit }, r, dark, marked) {
    if (!context) return;
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    const size = Math.min(0.62 * (tops[r + 1] - tops[r]), column * 1.45);
    for (const bold of [false, true]) {
      context.font = `${bold ? "700 " : ""}${size}px ${FONT}`;
      signs.forEach((sign, t) => {
        if ((t === marked) !== bold) return;
        context.fillStyle = inkOn(values[t], kind, dark, limit);
        context.fillText(sign, (t + 0.5) * column, (tops[r] + tops[r + 1]) / 2 + 1);
      });
    }
  }

  /**
   * The signs under the columns. They are written on a canvas out of the page, since to set a font on one in the page
   * lays out what has changed so far, and they stay there as long as only the cursor moves.
   * @param {string[]} signs
   * @param {number} top
   * @param {number} ratio
   * @param {number} [marked]
   */
  function paintSigns(signs, top, ratio, marked = -1) {
    const pen = strip.getContext("2d");
    if (!context || !pen) return;
    const text = signs.join("");
    const edge = Math.floor(top * ratio); // in pixels of the canvas
    const look = [text, column, canvas.width, canvas.height, edge, ratio, ink()].join();
    const isSame = look === written.look && NARROW.test(text);
    if (!isSame) {
      const [width, height] = [canvas.width, Math.max(canvas.height - edge, 1)];
      if (strip.width < width || strip.height < height) Object.assign(strip, { width, height });
      pen.resetTransform();
      pen.clearRect(0, 0, strip.width, strip.height);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, top * ratio - edge);
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", fillStyle: ink() });
    const moved = written.marked === marked ? [] : [written.marked, marked];
    const changed = (isSame ? moved : [...signs.keys()]).filter((t) => t >= 0 && t < signs.length);
    if (isSame) for (const t of changed) pen.clearRect(t * column, -1, column, TEXT_HEIGHT + 2);
    const size = Math.min(15, column * 1.45);
    for (const bold of [false, true]) {
      pen.font = `${bold ? "700 " : ""}${size}px ${FONT}`;
      for (const t of changed) {
        if ((t === marked) === bold) pen.fillText(signs[t], (t + 0.5) * column, TEXT_HEIGHT / 2 + 1);
      }
    }
    written = { look, marked };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(strip, 0, edge);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** @param {Partial<Place>} cursor @param {number} count @param {number} steps @param {string} ink */
  function paintCursor(cursor, count, steps, ink) {
    if (!context) return;
    const [x, wide] = cursor.column === undefined ? [0, column * steps] : [cursor.column * column, column];
    const [y, tall] =
      cursor.row === undefined ? [0, tops[count]] : [tops[cursor.row], tops[cursor.row + 1] - tops[cursor.row]];
    context.lineWidth = 2;
    context.strokeStyle = ink;
    context.strokeRect(x + 1, y + 1, wide - 2, tall - 2);
  }

  /** Scroll the frame sideways until a column shows. @param {number} start */
  function keepInSight(start) {
    const room = frameWidth();
    const most = column * (props.rows[0]?.values.length ?? 0) - room;
    if (most <= 0) return;
    const margin = Math.min(4 * column, room / 4);
    let to = scrolled;
    if (start < to + margin) to = start - margin;
    if (start + column > to + room - margin) to = start + column + margin - room;
    to = clamp(to, 0, most);
    if (Math.abs(to - scrolled) < 1) return;
    frame.scrollLeft = to;
    scrolled = frame.scrollLeft;
  }

  const small = doc.createElement("canvas");
  const strip = doc.createElement("canvas");

  return {
    el,
    /** Show these rows. @param {HeatMap} next */
    update(next) {
      const moved = next.cursor?.column !== props.cursor?.column;
      props = next;
      frame.ariaLabel = `${props.label}: the arrow keys move from value to value`;
      canvas.ariaLabel = describe(props);
      canvas.style.cursor = props.onCursor ? "crosshair" : "";
      const rowHeight = props.rowHeight ?? 24;
      const words = rowHeight >= 13 ? props.rows : [];
      render(
        words.map(
          ({ label, letter, height = rowHeight }) =>
            html`<div data-symbol=${letter ?? nothing} style="height:${height}px;line-height:${height}px">${
              letter ? html`<i class="lt-dot" style="--hue:var(--lt-${letter})"></i>` : nothing
            }${label}</div>`,
        ),
        labels,
      );
      draw();
      if (moved && props.cursor?.column !== undefined) keepInSight(props.cursor.column * column);
    },
  };
}
