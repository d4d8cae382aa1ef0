"""Open a page of the built site and note all that a reader would rather not have happen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, Route

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
    elsewhere: list[str] = field(default_factory=list)  # requests to another origin
    failed: list[str] = field(default_factory=list)  # requests without an answer, or with a bad one
    messages: list[str] = field(default_factory=list)  # on the console, of any kind
    urls: list[str] = field(default_factory=list)  # everything that was loaded


@contextmanager
def look(browser: Browser, address: str, size: dict = WIDE, theme: str = "light") -> Iterator[Look]:
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    context.add_init_script(f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')")
    seen = Look(context.new_page())
    origin = "/".join(address.split("/")[:3])

    def on_request(route: Route, request: Request) -> None:
        if request.url.startswith((origin, "blob:", "data:")):
            route.continue_()
        else:
            seen.elsewhere.append(request.url)
            route.abort()

    def on_response(response: Response) -> None:
        if response.url.startswith(origin):
            seen.urls.append(response.url)
        if response.status >= 400:
            seen.failed.append(f"{response.status} {response.url}")

    def on_console(message: ConsoleMessage) -> None:
        seen.messages.append(f"{message.type}: {message.text}")

    context.route("**/*", on_request)
    seen.page.on("response", on_response)
    seen.page.on("requestfailed", lambda request: seen.failed.append(f"{request.failure} {request.url}"))
    seen.page.on("console", on_console)
    seen.page.on("pageerror", lambda error: seen.messages.append(f"error: {error}"))
    try:
        seen.page.goto(address, wait_until="load")
        seen.page.evaluate(SETTLED)
        yield seen
    finally:
        context.close()


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds serious or critical, a line each; by all its rules, or by contrast and these.

    Judging the contrast of ten thousand texts takes most of the time, so axe is shown one text of each kind: of all
    with the same color, size and weight before the same backgrounds, the first.
    """
    page.evaluate(FIRST_OF_ITS_COLORS)
    others = {"rules": {"color-contrast": {"enabled": False}}} if rules is None else {"runOnly": rules}
    contrast = {"include": [["[data-first-of-its-colors]"]]}
    found = [
        *Axe().run(page, options=others | {"resultTypes": ["violations"]}).response["violations"],
        *Axe().run(page, contrast, {"runOnly": ["color-contrast"]}).response["violations"],
    ]
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]}\n  {node.get('failureSummary', '')}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]
