"""The cards of the claims lab in a browser: a vote opens a card, the score stays, no filter gives a verdict away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from looking import PHONE, WIDE, new_context, violations
from playwright.sync_api import Browser, Page
from serving import address_of

from lstm_tutor import claims

ASSETS = Path(__file__).resolve().parents[2] / "book" / "press" / "assets"
SHOWN = ("gru-origin", "attention-2015", "four-gates", "small-overfits")  # two of history, one of the cell, of training


def card(name: str) -> str:
    """A card's section, as Sphinx makes it of the page's cells."""
    return f"""<section id="claims-{name}"><h3>{name}</h3>
        <div class="cell">{claims.ballot(name)._repr_html_()}</div>
        <div class="cell"><pre>print("the experiment")</pre></div><p id="{name}-read">How it comes about.</p>
        <div class="cell">{claims.judgment(name)._repr_html_()}</div><p>Source.</p></section>"""


@contextmanager
def opened(browser: Browser, folder: Path, theme: str = "light", at: str = "", **options: object) -> Iterator[Page]:
    """A page with four cards in three sections."""
    cards = {name: claims.get(name).theme for name in SHOWN}
    sections = "".join(
        f'<section id="{part}"><h2>{part}</h2>{"".join(card(name) for name in cards if cards[name] == part)}</section>'
        for part in dict.fromkeys(cards.values())
    )
    (folder / "page.html").write_text(
        f"""<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Claims</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="stylesheet" href="assets/book.css"><link rel="stylesheet" href="assets/claims.css">
        <style>body {{ background: var(--lt-paper); color: var(--lt-ink); }}</style>
        <script defer src="assets/claims.js"></script></head><body><main class="bd-article"><section><h1>Claims</h1>
        <div class="lt-claims-bar"></div>{sections}<section><h2>The end</h2></section></section></main></body>
        </html>""",
        encoding="utf-8",
    )
    if not (folder / "assets").exists():
        (folder / "assets").symlink_to(ASSETS)
    context = new_context(browser, **options)
    page = context.new_page()
    try:
        page.goto(f"{address_of(folder)}/page.html{at}")
        yield page
    finally:
        context.close()


def votes(page: Page, name: str) -> list[str]:
    return page.locator(f"#claims-{name} .lt-vote button").all_inner_texts()


def is_shown(page: Page, name: str) -> bool:
    return page.locator(f"#claims-{name}").is_visible()


def is_open(page: Page, name: str) -> bool:
    return page.locator(f"#claims-{name} .lt-judgment").is_visible()


def vote(page: Page, name: str, answer: str) -> None:
    page.locator(f"#claims-{name}").get_by_role("button", name=answer, exact=True).click()


def mark(page: Page, name: str) -> str:
    return page.locator(f"#claims-{name} .lt-mark").inner_text()


def color(page: Page, name: str) -> str:
    """The class by which a mark has its color."""
    return (page.locator(f"#claims-{name} .lt-mark").get_attribute("class") or "").removeprefix("lt-mark").strip()


def score(page: Page) -> str:
    return page.locator(".lt-score").inner_text()


def test_all_cards_are_closed_at_first_and_offer_the_four_verdicts(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        for name in SHOWN:
            assert is_shown(page, name) and not is_open(page, name)
            assert page.locator(f"#{name}-read").is_hidden()
            assert [text.lower() for text in votes(page, name)] == list(claims.VERDICTS)
        assert score(page) == "No votes yet. 4 of 4 cards are closed."


def test_a_vote_opens_its_card_and_no_other_and_is_marked_in_words(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        vote(page, "four-gates", "False")
        assert [is_open(page, name) for name in SHOWN] == [False, False, True, False]
        assert mark(page, "four-gates") == "Right. The verdict is “false”."
        assert color(page, "four-gates") == "right"
        vote(page, "attention-2015", "True")
        assert mark(page, "attention-2015") == "Not quite. The verdict is “partly”."
        assert color(page, "attention-2015") == "wrong"
        assert score(page) == "Your score: 1 of 2 votes right. 2 of 4 cards are closed."


def test_a_second_thought_does_not_change_a_vote(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        vote(page, "four-gates", "True")
        page.locator("#claims-four-gates .lt-vote button", has_text="False").dispatch_event("click")
        assert mark(page, "four-gates") == "Not quite. The verdict is “false”."
        assert score(page).startswith("Your score: 0 of 1 vote right.")


def test_a_card_opened_without_a_vote_does_not_count(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        vote(page, "four-gates", "Open it without a vote")
        assert is_open(page, "four-gates")
        assert mark(page, "four-gates") == "Opened without a vote. The verdict is “false”."
        assert color(page, "four-gates") == ""
        assert score(page) == "No votes yet. 3 of 4 cards are closed."


def test_votes_and_score_are_there_after_a_reload_until_they_are_cleared(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        vote(page, "four-gates", "False")
        vote(page, "gru-origin", "Partly")
        page.reload()
        assert score(page) == "Your score: 1 of 2 votes right. 2 of 4 cards are closed."
        assert is_open(page, "gru-origin") and mark(page, "gru-origin").startswith("Not quite.")
        pressed = page.locator("#claims-gru-origin [aria-pressed='true']").all_inner_texts()
        assert pressed == ["Partly"]
        page.get_by_role("button", name="Clear my votes").click()
        page.get_by_role("button", name="Go back").click()
        assert is_open(page, "gru-origin")
        page.get_by_role("button", name="Clear my votes").click()
        page.get_by_role("button", name="Clear", exact=True).click()
        assert not any(is_open(page, name) for name in SHOWN)
        page.reload()
        assert score(page) == "No votes yet. 4 of 4 cards are closed."


def test_what_cannot_be_stored_is_kept_until_the_page_is_left(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.add_init_script("Storage.prototype.getItem = Storage.prototype.setItem = () => { throw new Error('no'); }")
        page.reload()
        vote(page, "four-gates", "False")
        assert score(page).startswith("Your score: 1 of 1 vote right.")


def test_the_filter_by_chapter_leaves_sections_out_that_have_no_card(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.get_by_label("Chapter").select_option("training recipes")
        assert [is_shown(page, name) for name in SHOWN] == [False, False, False, True]
        assert page.locator("#history").is_hidden() and page.get_by_role("heading", name="The end").is_visible()
        assert page.locator(".lt-count").inner_text() == "Shown: 1 of 4 cards."
        page.get_by_label("Chapter").select_option("all chapters")
        assert all(is_shown(page, name) for name in SHOWN)


def test_the_filter_by_verdict_gives_closed_cards_away_only_after_a_second_thought(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path) as page:
        vote(page, "four-gates", "False")
        page.get_by_label("Verdict").select_option("false")
        assert [is_shown(page, name) for name in SHOWN] == [False, False, True, False]
        said = "Shown: 1 of 4 cards. 3 closed cards are left out, to give nothing away."
        assert page.locator(".lt-count").inner_text() == said
        page.get_by_label("Chapter").select_option("training recipes")
        said = "Shown: 0 of 4 cards. 1 closed card is left out, to give nothing away."
        assert page.locator(".lt-count").inner_text() == said
        page.get_by_label("Chapter").select_option("all chapters")
        page.get_by_role("button", name="Look among the closed cards, too").click()
        assert page.get_by_role("dialog").get_by_text("gives away the verdicts").is_visible()
        page.keyboard.press("Escape")
        assert not is_shown(page, "gru-origin")
        page.get_by_role("button", name="Look among the closed cards, too").click()
        page.get_by_role("button", name="Look among them").click()
        assert [is_shown(page, name) for name in SHOWN] == [True, False, True, True]
        assert not is_open(page, "gru-origin")
        page.get_by_role("button", name="Clear my votes").click()
        page.get_by_role("button", name="Clear", exact=True).click()
        assert not any(is_shown(page, name) for name in SHOWN)  # they are closed again, and to be guessed again


def test_everything_works_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.locator("#claims-four-gates .lt-vote button").first.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert mark(page, "four-gates").startswith("Right.")
        assert page.evaluate("document.activeElement.textContent") == "False", "the focus stays where it was"
        page.locator("#claims-gru-origin .lt-skip").focus()
        page.keyboard.press("Space")
        assert page.evaluate("document.activeElement.textContent").startswith("Opened without a vote.")


def test_a_link_leads_to_a_closed_card_and_into_it(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, at="#claims-four-gates") as page:
        assert not is_open(page, "four-gates")
        page.evaluate("location.hash = '#small-overfits-read'")
        page.locator("#small-overfits-read").wait_for(state="visible")
        page.get_by_label("Chapter").select_option("the LSTM")
        page.evaluate("location.hash = '#claims-gru-origin'")
        page.locator("#claims-gru-origin").wait_for(state="visible")


def test_without_scripts_all_cards_are_open_and_nothing_asks_for_a_vote(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, java_script_enabled=False) as page:
        assert all(is_open(page, name) for name in SHOWN)
        assert page.locator("button").count() == 0


def test_on_paper_all_cards_are_open_whatever_is_filtered(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.get_by_label("Chapter").select_option("training recipes")
        page.emulate_media(media="print")
        assert all(is_open(page, name) for name in SHOWN)
        assert page.locator(".lt-vote >> visible=true").count() == 0


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark"), (WIDE, "dark"), (PHONE, "light")])
def test_everyone_can_use_the_cards_at_every_size(browser: Browser, tmp_path: Path, size: dict, theme: str) -> None:
    with opened(browser, tmp_path, theme, viewport=size) as page:
        vote(page, "four-gates", "False")
        vote(page, "gru-origin", "True")
        page.get_by_label("Verdict").select_option("false")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Clear my votes").click()
        assert violations(page) == []
