// Workers, from the text that the bundle brings: `import code from "./x.js?worker-text"`.

/**
 * A worker that ends when `signal` aborts; `fail` hears of what it throws.
 * @param {string} code
 * @param {AbortSignal} signal
 * @param {(error: Error) => void} fail
 */
export function startWorker(code, signal, fail) {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  worker.addEventListener("error", (event) => fail(new Error(event.message)), { signal });
  signal.addEventListener("abort", () => worker.terminate(), { once: true });
  return worker;
}
