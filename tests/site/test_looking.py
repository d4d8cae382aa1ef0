"""What looks at pages: it hears of every request, lets none out of this machine, and no page finds another's traces."""

from __future__ import annotations

from pathlib import Path

from looking import look, violations
from playwright.sync_api import Browser
from serving import address_of

ASKING = """<!doctype html><title>asking</title><link rel="icon" href="data:,">
<img src="http://image.example/a.png" alt="">
<script>
  const worker = new Worker(URL.createObjectURL(new Blob(
    ['fetch("https://worker.example/c.json").catch(() => 0).then(() => postMessage("done"))'])));
  window.tried = Promise.all([
    fetch("http://192.0.2.1/b.json").catch(() => 0),
    new Promise((done) => { worker.onmessage = done; }),
    new Promise((done) => { document.querySelector("img").onerror = done; }),
  ]);
</script>"""
WANTED = ["http://192.0.2.1/b.json", "http://image.example/a.png", "https://worker.example/c.json"]


def test_requests_to_elsewhere_are_heard_of_and_none_gets_out(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "asking.html").write_text(ASKING)
    with look(browser, f"{address_of(tmp_path)}/asking.html") as seen:
        seen.page.evaluate("() => tried.then(() => 0)")
        assert sorted(seen.elsewhere) == WANTED
        for _ in range(600):  # the page's own promise may be kept before the browser tells of a worker's request
            if len(seen.failed) == len(WANTED):
                break
            seen.page.wait_for_timeout(50)
        assert sorted(seen.failed) == sorted(f"net::ERR_NAME_NOT_RESOLVED {url}" for url in WANTED)


def test_a_page_finds_nothing_that_another_stored_but_what_it_stored_itself(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "plain.html").write_text('<title>plain</title><link rel="icon" href="data:,">')
    address = f"{address_of(tmp_path)}/plain.html"
    with look(browser, address) as seen:
        seen.page.evaluate("() => { localStorage.setItem('guess', 'mine'); }")
        seen.page.reload()
        assert seen.page.evaluate("localStorage.getItem('guess')") == "mine"
    with look(browser, address, theme="dark") as seen:
        assert seen.page.evaluate("({ ...localStorage })") == {"mode": "dark", "theme": "dark"}
        assert seen.page.evaluate("document.cookie") == ""


def test_what_cannot_be_read_or_hit_is_a_violation(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "pale.html").write_text(
        "<!doctype html><html lang=en><title>pale</title><link rel=icon href='data:,'><main><h1>pale</h1>"
        "<p style='color: #ccc; background: #fff'>pale</p><button></button></main></html>"
    )
    with look(browser, f"{address_of(tmp_path)}/pale.html") as seen:
        assert [line.split()[0] for line in violations(seen.page)] == ["button-name", "color-contrast"]
        assert [line.split()[0] for line in violations(seen.page, ["target-size"])] == ["color-contrast"]
