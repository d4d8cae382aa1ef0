"""Print the book as one PDF, with an outline and links that lead from page to page. Run by `make pdf`.

Each page of the site is printed by Chromium as a reader's browser would print it, in the order of reading, except the
API reference, which would be a third of the sheets and is of no use on paper. The site is then written once more, with
a link to the PDF on its first page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Browser, Page, PdfMargins
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NullObject
from tqdm import tqdm

import browser
import build
import execution

FOOTER = """<div style="font: 7.5pt sans-serif; color: #5a5d66; width: 100%; padding: 0 16mm; display: flex;
justify-content: space-between"><span class="title"></span><span class="pageNumber"></span></div>"""
UNPRINTED = "/api"  # in an address
MARGIN: PdfMargins = {"top": "16mm", "bottom": "18mm", "left": "16mm", "right": "16mm"}


def in_reading_order(site: Path, page: Page) -> Iterator[str]:
    """Go from page to page by the site's own links to the next, and yield each address."""
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/book/*.html")
    following: str | None = page.url
    while following:
        page.goto(following)
        page.wait_for_load_state("load")
        page.evaluate("() => window.MathJax?.startup?.promise")
        if UNPRINTED not in page.url:
            yield page.url
        following = page.evaluate("() => document.querySelector('a.right-next')?.href")


def print_site(site: Path, chromium: Browser) -> PdfWriter:
    """Return the whole site as one document."""
    context = chromium.new_context(viewport={"width": 1000, "height": 1400}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(600_000)
    book = PdfWriter()
    first: dict[str, int] = {}  # the place of each address's first sheet
    for address in tqdm(in_reading_order(site, page), desc="printing", unit="page"):
        first[address] = len(book.pages)
        printed = page.pdf(
            format="A4",
            margin=MARGIN,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
        )
        title = page.locator("article h1").inner_text().rstrip("#").strip()
        book.append(PdfReader(BytesIO(printed)), outline_item=title)
    context.close()
    lead_within(book, first)
    return book


def lead_within(book: PdfWriter, first: dict[str, int]) -> None:
    """Have links to pages of the site lead to their sheets, and those to other files beside them nowhere."""
    for sheet in book.pages:
        for annotation in sheet.get("/Annots", []):
            link = annotation.get_object()
            page = str(link.get("/A", {}).get("/URI", "")).partition("#")[0]
            if page in first:
                place = [book.pages[first[page]].indirect_reference, NameObject("/FitH"), NullObject()]
                link[NameObject("/A")] = DictionaryObject(
                    {NameObject("/S"): NameObject("/GoTo"), NameObject("/D"): ArrayObject(place)}
                )
            elif page.startswith("file:"):
                del link["/A"]


def store(book: PdfWriter, root: Path = build.ROOT) -> Path:
    """Write the PDF, and beside it of which state of the book it is; return its path."""
    pdf = root / build.PDF
    pdf.parent.mkdir(exist_ok=True)
    book.write(pdf)
    execution.write_whole(build.fingerprint(root), pdf.with_suffix(".from"))
    return pdf


def main() -> int:
    if not build.build():
        return 1
    with browser.chromium() as chromium:
        book = print_site(build.ROOT / "_build" / "html", chromium)
    print(f"{len(book.pages)} sheets in {store(book)}")
    return 0 if build.build_site() else 1


if __name__ == "__main__":
    sys.exit(main())
