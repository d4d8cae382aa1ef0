// Widgets that a cell has made, drawn by the page's own loader.

const { search } = new URL(import.meta.url); // the version of the site's scripts

const load = (address) =>
  new Promise((done, fail) => {
    const script = document.createElement("script");
    script.addEventListener("load", done, { once: true });
    script.addEventListener("error", () => fail(new Error(`${address} could not be loaded`)), { once: true });
    script.src = address;
    document.head.append(script);
  });

const loading = new Map();

/** Load a script of the site, unless the page has it. */
function need(address, isThere) {
  if (isThere) return Promise.resolve();
  if (!loading.has(address)) loading.set(address, load(address));
  return loading.get(address);
}

/**
 * Draw a widget.
 * @param {HTMLElement} place
 * @param {{ model: string, states: Record<string, object> }} output the id of its model, and all that it refers to
 * @param {URL} folder the site's `_static`
 * @param {AbortSignal} signal ends it
 */
export async function showWidget(place, { model, states }, folder, signal) {
  try {
    const bundles = new Set(Object.values(states).map(({ state: { _esm } }) => /^bundle:(\w+)$/.exec(_esm ?? "")?.[1]));
    bundles.delete(undefined);
    await Promise.all(
      [...bundles].map((name) => need(new URL(`bundles/${name}.js${search}`, folder).href, window.bookBundles?.[`bundle:${name}`])),
    );
    await need(new URL(`widget-loader.js${search}`, folder).href, window.bookWidgets);
    await window.bookWidgets.show(place, model, states, signal);
  } catch (error) {
    place.textContent = "This widget could not be drawn.";
    console.error(error);
  }
}
