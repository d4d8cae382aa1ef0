"""Open a page of the built site and note all that a reader would rather not have happen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from browser import PATIENCE
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
from serving import address_of

WIDE, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
SETTLED = """async () => {
    if (window.MathJax?.startup?.promise) await window.MathJax.startup.promise;
    await document.fonts.ready;
    const widgets = document.querySelector('script[type="application/vnd.jupyter.widget-view+json"]');
    while (widgets && document.documentElement.dataset.widgets !== "ready") await new Promise(requestAnimationFrame);
}"""

FIRST_OF_ITS_COLORS = """() => {
    const chains = new Map([[null, ""]]), seen = new Set();
    const behind = (element) => {
        if (!chains.has(element)) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
            const own = `${backgroundColor} ${backgroundImage} ${opacity}`.replace("rgba(0, 0, 0, 0) none 1", "");
            chains.set(element, behind(element.parentElement) + (own && `|${own}`));
        }
        return chains.get(element);
    };
    for (const element of document.body.querySelectorAll("*")) {
        if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
        const { color, fill, fontSize, fontWeight, textShadow } = getComputedStyle(element);
        const key = [behind(element), color, fill, fontSize, fontWeight, textShadow].join("/");
        if (!seen.has(key)) element.setAttribute("data-first-of-its-colors", "");
        seen.add(key);
    }
}"""


@dataclass
class Look:
    """A page as it is shown, and what was heard while it loaded."""

    page: Page
    elsewhere: list[str] = field(default_factory=list)  # requests to another origin: the browser lets none of them out
    failed: list[str] = field(default_factory=list)  # requests without an answer, or with a bad one
    messages: list[str] = field(default_factory=list)  # on the console, of any kind
    urls: list[str] = field(default_factory=list)  # everything that was loaded


# What an earlier page stored is forgotten, once per page: a page that is loaded again finds what it stored itself.
BEGIN = """if (!sessionStorage.getItem("begun")) {{
    localStorage.clear();
    sessionStorage.setItem("begun", "yes");
}}
localStorage.setItem("mode", "{theme}");
localStorage.setItem("theme", "{theme}");
"""


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """A context of its own, in which nothing has a time limit that a slow machine could reach."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


@cache
def shared_context(browser: Browser) -> BrowserContext:
    """The context of all pages that are looked at: they share what was fetched and, in one process, compiled."""
    context = new_context(browser, reduced_motion="reduce")
    context.new_page().goto(f"{address_of(Path(__file__).parent)}/none")  # keeps the process of the pages alive
    return context


@contextmanager
def look(browser: Browser, address: str, size: dict = WIDE, theme: str = "light") -> Iterator[Look]:
    """A page in a size and a theme, settled, and all that is heard of it until the block ends."""
    seen = Look(shared_context(browser).new_page())
    seen.page.set_viewport_size(size)
    seen.page.add_init_script(BEGIN.format(theme=theme))
    origin = "/".join(address.split("/")[:3])

    def on_request(request: Request) -> None:
        if not request.url.startswith((origin, "blob:", "data:")):
            seen.elsewhere.append(request.url)

    def on_response(response: Response) -> None:
        if response.url.startswith(origin):
            seen.urls.append(response.url)
        if response.status >= 400:
            seen.failed.append(f"{response.status} {response.url}")

    def on_console(message: ConsoleMessage) -> None:
        seen.messages.append(f"{message.type}: {message.text}")

    seen.page.on("request", on_request)
    seen.page.on("response", on_response)
    seen.page.on("requestfailed", lambda request: seen.failed.append(f"{request.failure} {request.url}"))
    seen.page.on("console", on_console)
    seen.page.on("pageerror", lambda error: seen.messages.append(f"error: {error}"))
    try:
        seen.page.goto(address, wait_until="load")
        seen.page.evaluate(SETTLED)
        yield seen
    finally:
        seen.page.close()


AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
JUDGE = """async (options) => {
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-first-of-its-colors]" }] });
    const less = { resultTypes: ["violations"], selectors: false, preload: false, iframes: false };
    const { violations } = await axe.run(document, { ...options, ...less });
    return violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, impact, nodes }) =>
            nodes.map(({ html, failureSummary }) => `${id} (${impact}): ${html.slice(0, 200)}\\n  ${failureSummary}`));
}"""


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds serious or critical, a line each; by all its rules, or by contrast and these.

    Judging the contrast of ten thousand texts takes most of the time, so axe is shown one text of each kind: of all
    with the same color, size and weight before the same backgrounds, the first.
    """
    page.evaluate(FIRST_OF_ITS_COLORS)
    page.evaluate(f"() => {{ if (!window.axe) {{ {AXE} }} }}")
    return page.evaluate(JUDGE, {} if rules is None else {"runOnly": ["color-contrast", *rules]})
