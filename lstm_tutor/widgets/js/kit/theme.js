// Light or dark, moving or still: what the page around a widget asks for, in every host that shows one.

/** @typedef {{dark: boolean, still: boolean}} Theme  `still`: the reader prefers reduced motion */

/**
 * Light or dark as the host says it (the book, JupyterLab, VS Code, Colab), else as the system prefers.
 * @param {Document} doc
 * @returns {Theme}
 */
export function readTheme(doc = document) {
  const { documentElement: html, body } = doc;
  const prefers = (/** @type {string} */ query) => doc.defaultView?.matchMedia(query).matches ?? false;
  const said =
    html.dataset.theme ?? // the book
    html.getAttribute("theme") ?? // Colab
    { true: "light", false: "dark" }[body?.dataset.jpThemeLight ?? ""] ?? // JupyterLab
    (body?.matches(".vscode-dark, .vscode-high-contrast:not(.vscode-high-contrast-light)") ? "dark" : undefined) ??
    (body?.matches(".vscode-light, .vscode-high-contrast-light") ? "light" : undefined);
  const dark = said === "dark" || (said !== "light" && prefers("(prefers-color-scheme: dark)"));
  return { dark, still: prefers("(prefers-reduced-motion: reduce)") };
}

/**
 * Call `changed` whenever the theme may have changed, until `signal` aborts.
 * @param {() => void} changed
 * @param {AbortSignal} signal
 */
export function watchTheme(changed, signal, doc = document) {
  const observer = new MutationObserver(changed);
  const attributeFilter = ["class", "theme", "data-theme", "data-jp-theme-light"];
  for (const element of [doc.documentElement, doc.body]) {
    if (element) observer.observe(element, { attributes: true, attributeFilter });
  }
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"]) {
    doc.defaultView?.matchMedia(query).addEventListener("change", changed, { signal });
  }
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
