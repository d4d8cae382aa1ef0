// The kit: import from here. README.md says what each is for.
export * from "./address.js";
export { half, pack, rows as rowsOf, unpack } from "./arrays.js";
export * from "./bars.js";
export * from "./computed.js";
export * from "./controls.js";
export { heatMap, mapKey, valueAt } from "./heatmap.js";
export { bench, widthOf } from "./layout.js";
export { apart, fan, linePlot, pen } from "./lineplot.js";
export { recall, remember } from "./memory.js";
export * from "./palette.js";
export { dragSeries } from "./series.js";
export { stage } from "./stage.js";
export { readTheme } from "./theme.js";
export { timeBar } from "./timebar.js";
export { isDone, tour } from "./tour.js";
export * from "./values.js";
export { defineWidget, View } from "./widget.js";
export { startWorker } from "./worker.js";
