// What a cell shows, as elements of the page.

import { colored } from "./editor.js";
import { element } from "./elements.js";
import { showWidget } from "./widgets.js";

const FORBIDDEN = "script, iframe, object, embed, link, meta, base, form";

/** HTML that a cell has made, without what could run by itself. */
function harmless(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const forbidden of body.querySelectorAll(FORBIDDEN)) forbidden.remove();
  for (const part of body.querySelectorAll("*")) {
    for (const { name, value } of [...part.attributes]) {
      const isLink = ["href", "src", "action", "xlink:href", "formaction"].includes(name);
      if (/^on/i.test(name) || (isLink && /^\s*(?:javascript|vbscript)/i.test(value))) part.removeAttribute(name);
    }
  }
  return [...body.childNodes];
}

/** A block as the site shows printed text. */
function printed(className, text) {
  const block = element("div", `output ${className}`);
  const inner = element("div", "highlight");
  inner.append(element("pre", "", text));
  block.append(inner);
  return block;
}

function picture(address, alt, { width, height } = {}) {
  const image = element("img");
  Object.assign(image, { src: address, alt });
  if (width) Object.assign(image, { width, height });
  return image;
}

function svgPicture(svg, alt) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  const image = picture(address, alt);
  image.className = "lt-svg-picture";
  image.addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
  return image;
}

function errorBlock({ line, name, message, words }) {
  const block = element("div", "lt-run-error");
  const said = element("p");
  if (words) said.append(words);
  if (line) said.prepend(element("strong", "", `Line ${line}. `));
  const exact = element("pre", "", message ? `${name}: ${message}` : name);
  block.append(said, exact);
  return block;
}

const MAKERS = {
  text: ({ text, of }) => printed(of === "result" ? "text_plain" : "stream", text),
  stderr: ({ text }) => printed("stream stderr", text),
  html: ({ html }) => {
    const block = element("div", "output text_html");
    block.append(...harmless(html));
    for (const fold of block.querySelectorAll("details.lt-verdict-fold")) fold.open = true; // the reader asked
    return block;
  },
  code: ({ code }) => {
    const block = printed("highlight-ipython3", "");
    block.querySelector("pre").replaceChildren(...colored(code));
    return block;
  },
  svg: ({ svg }, { alt }) => svgPicture(svg, alt),
  png: ({ png, width, height }, { alt }) => picture(`data:image/png;base64,${png}`, alt, { width, height }),
  error: errorBlock,
  torch: (_, { isBeside }) =>
    element(
      "p",
      "lt-static-note",
      isBeside
        ? "PyTorch ran when this page was built. It does not run in a page; its output stays."
        : "This needs PyTorch, which does not run in a page. In a notebook it runs.",
    ),
  widget: (output, { folder, signal }) => {
    const place = element("div", "lt-widget");
    showWidget(place, output, folder, signal);
    return place;
  },
};

/** Add an output to those that a cell shows; what is printed goes on where the last print ended. */
export function addOutput(place, output, context) {
  const last = place.lastElementChild;
  const isPrint = output.kind === "text" && output.of !== "result";
  if (isPrint && last?.matches(".stream:not(.stderr)")) {
    last.querySelector("pre").append(output.text);
    return;
  }
  const made = MAKERS[output.kind]?.(output, context);
  if (made) place.append(made);
}
