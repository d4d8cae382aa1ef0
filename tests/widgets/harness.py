"""A page with widgets as the book has them: their state and views as myst-nb embeds them, and the book's own loader."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ipywidgets.embed import dependency_state
from looking import PHONE, WIDE, Look, look, violations
from playwright.sync_api import Browser, Page
from serving import address_of

__all__ = ["PHONE", "WIDE", "left_behind", "painted", "shown", "violations"]

LOADER = Path(__file__).resolve().parents[2] / "book" / "press" / "assets" / "widget-loader.js"
VIEW = "application/vnd.jupyter.widget-view+json"
NUMBERS = itertools.count()
STATE = "application/vnd.jupyter.widget-state+json"
PAGE = """\
<!doctype html>
<html lang="en" data-theme="{theme}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Widgets</title>
<link rel="icon" href="data:,">
<style>
body {{ background: #fdfcfa; color: #22242a; font-family: serif; margin: 0 auto; max-width: 48rem; padding: 0 1rem }}
@media (min-width: 1100px) {{ body {{ max-width: 61rem }} }}
html[data-theme=dark] body {{ background: #16181d; color: #dcdee3 }}
</style></head>
<body><main><h1>Widgets</h1>{before}{views}</main>
<script type="{STATE}">{state}</script><script src="widget-loader.js"></script></body>
</html>
"""


def page_of(widgets: tuple[Any, ...], theme: str = "light", before: str = "") -> str:
    """The page's HTML. Widgets stand in it in the order given, each with its still picture beside it."""
    state = {"version_major": 2, "version_minor": 0, "state": dependency_state(widgets, drop_defaults=False)}
    views = []
    for widget in widgets:
        data, _ = widget._repr_mimebundle_()
        view = json.dumps(data[VIEW]).replace("</", "<\\/")
        views.append(f'<div class="cell_output"><script type="{VIEW}">{view}</script>{data["text/html"]}</div>')
    text = json.dumps(state).replace("</", "<\\/")
    return PAGE.format(theme=theme, before=before, views="".join(views), STATE=STATE, state=text)


@contextmanager
def shown(
    browser: Browser,
    folder: Path,
    *widgets: Any,
    size: dict = WIDE,
    theme: str = "light",
    before: str = "",
    at: str = "",
) -> Iterator[Look]:
    """The widgets in a browser: motion reduced, requests and console noted. `at` is a fragment of the address."""
    file = folder / f"page-{next(NUMBERS)}.html"  # a name of its own, since the browser keeps what it has fetched
    file.write_text(page_of(widgets, theme, before), encoding="utf-8")
    (folder / LOADER.name).write_bytes(LOADER.read_bytes())
    with look(browser, f"{address_of(folder.parent)}/{folder.name}/{file.name}{at}", size, theme) as seen:
        yield seen


def painted(page: Page) -> None:
    """Wait until what has happened so far is painted."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


WATCH = """() => {
    const open = { timers: new Set(), frames: new Set(), workers: 0, listeners: 0, observers: 0 };
    const wrap = (name, made, gone, set) => {
        const [start, stop] = [window[made], window[gone]];
        window[made] = (callback, ...rest) => {
            const id = start((...given) => { if (name !== "interval") set.delete(id); callback(...given); }, ...rest);
            set.add(id);
            return id;
        };
        window[gone] = (id) => { set.delete(id); stop(id); };
    };
    wrap("timeout", "setTimeout", "clearTimeout", open.timers);
    wrap("interval", "setInterval", "clearInterval", open.timers);
    wrap("frame", "requestAnimationFrame", "cancelAnimationFrame", open.frames);
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, callback, options) {
        const outside = [window, document, document.body].includes(this) || this instanceof MediaQueryList;
        if (outside) {
            open.listeners++;
            options?.signal?.addEventListener("abort", () => open.listeners--, { once: true });
        }
        return addEventListener.call(this, type, callback, options);
    };
    for (const name of ["MutationObserver", "ResizeObserver", "IntersectionObserver"]) {
        const { observe, disconnect } = window[name].prototype;
        const seen = new WeakSet();
        window[name].prototype.observe = function (...given) {
            if (!seen.has(this)) open.observers++;
            seen.add(this);
            return observe.apply(this, given);
        };
        window[name].prototype.disconnect = function () {
            if (seen.delete(this)) open.observers--;
            return disconnect.call(this);
        };
    }
    const { Worker } = window;
    window.Worker = class extends Worker {
        constructor(...given) { super(...given); open.workers++; }
        terminate() { open.workers--; super.terminate(); }
    };
    window.whatIsOpen = () => ({ ...open, timers: open.timers.size, frames: open.frames.size });
}"""


def left_behind(page: Page, widget: Any, use: str = "() => {}") -> dict[str, int]:
    """What is still there after a view of `widget` was made, used and disposed of: {} if nothing.

    `use` is the source of a function of the view's element.
    """
    script = page.locator(f'script[type="{STATE}"]').text_content() or ""
    (stored,) = [m for m in json.loads(script)["state"].values() if m["model_module"] == "anywidget"]
    assert widget._esm == stored["state"]["_esm"]
    page.goto("about:blank")  # the page's own view may still be at work: it must not be counted
    return page.evaluate(
        """async ([watch, stored, use]) => {
            eval(watch)();
            const { state } = stored;
            for (const { path, data } of stored.buffers ?? []) {
                const owner = path.slice(0, -1).reduce((value, key) => value[key], state);
                const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
                owner[path.at(-1)] = new DataView(bytes.buffer);
            }
            const listeners = [];
            const model = {
                get: (name) => state[name],
                set: (name, value) => {
                    state[name] = value;
                    for (const [event, callback] of [...listeners]) {
                        if (event === "change" || event === `change:${name}`) callback();
                    }
                },
                save_changes: () => {},
                on: (name, callback) => listeners.push([name, callback]),
                off: (name, callback) => {
                    const at = listeners.findIndex(([event, other]) => event === name && other === callback);
                    if (at >= 0) listeners.splice(at, 1);
                },
            };
            const url = URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" }));
            const { default: widget } = await import(url);
            URL.revokeObjectURL(url);
            const el = document.body.appendChild(document.createElement("div"));
            const elements = document.querySelectorAll("*").length;
            const abort = new AbortController();
            await widget.render({ model, el, signal: abort.signal });
            const lived = el.querySelectorAll("*").length;
            await eval(use)(el);
            await new Promise((done) => setTimeout(done, 120));
            abort.abort();
            await new Promise((done) => setTimeout(done, 60));
            const left = { ...window.whatIsOpen(), model: listeners.length };
            left.elements = document.querySelectorAll("*").length - elements;
            el.remove();
            if (lived < 3) left.neverLived = 1;
            return Object.fromEntries(Object.entries(left).filter(([, count]) => count !== 0));
        }""",
        [WATCH, stored, use],
    )
