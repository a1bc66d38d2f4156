"""A look on a phone, from the studio to the printed page: changed, taken back, named, saved, shared and opened."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

import pytest

from tests.web.conftest import visit
from tests.web.visitor import Visitor

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "color_scheme": "dark",
    "locale": "de-DE",
}
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
}).observe({type: "layout-shift", buffered: true});"""
MOST_SHIFT = 0.02
NAME = "Sonntag & <b>Park</b>"


def pieces_in(address: str) -> list[str]:
    return parse_qs(urlparse(address).query).get("item", [])


def settled(visitor: Visitor) -> None:
    """The page has its score; nothing was shifted on the way there, and nothing is wider than the screen."""
    expect(visitor.page.get_by_test_id("outfit-score")).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.evaluate("window.shifted") <= MOST_SHIFT
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_look_is_changed_saved_shared_and_printed(browser: "Browser", site: str) -> None:
    for visitor in visit(browser, site, **PHONE):
        page = visitor.page
        page.add_init_script(SHIFTS)
        visitor.go("/studio")
        page.get_by_role("link", name=re.compile("zu einem Outfit kombinieren$")).first.tap()
        settled(visitor)
        picture, score = page.get_by_test_id("flat-lay"), page.get_by_test_id("outfit-score")
        assert_above(visitor, picture, score)
        expect(picture.get_by_text("Schwächstes Paar: mit")).to_have_count(2)
        assert visitor.axe() == []
        assert small_targets(visitor) == []

        page.get_by_role("button", name=re.compile("entfernen$")).last.tap()
        expect(page).to_have_url(re.compile("item=.*item="))
        fewer = pieces_in(page.url)
        page.keyboard.press("Control+z")
        expect(page).to_have_url(re.compile(r"\?item=[^&]*$"))
        page.get_by_role("button", name="Wiederholen").tap()
        expect(page).to_have_url(re.compile("item=.*item="))
        assert pieces_in(page.url) == fewer

        page.get_by_label("Name für diesen Look").fill(NAME)
        page.get_by_role("button", name="Speichern").tap()
        page.reload()
        settled(visitor)
        saved = page.get_by_role("region", name="Deine gespeicherten Looks").get_by_role("link")
        expect(saved).to_contain_text(NAME)
        expect(page.get_by_label("Name für diesen Look")).to_have_value(NAME)
        page.get_by_role("button", name="Teilen").tap()
        link = page.get_by_label("Link zu diesem Outfit").input_value()
        assert urlparse(link).path == "/look"
        assert parse_qs(urlparse(link).query) == {"item": fewer, "name": [NAME]}

        page.goto(f"{link}&item=not-in-the-shop")
        expect(page.get_by_role("heading", level=1, name=NAME)).to_be_visible()
        settled(visitor)
        expect(page.get_by_text("Ein Artikel ist nicht mehr im Shop.")).to_be_visible()
        expect(page.get_by_text("Gesamtpreis")).to_be_visible()
        assert visitor.axe() == []
        assert small_targets(visitor) == []
        check_print(visitor, link)


def test_a_look_keeps_its_photo_in_this_browser_and_leaves_it_out_of_its_link(
    browser: "Browser", site: str, photo: Path
) -> None:
    for visitor in visit(browser, site):
        page = visitor.page
        visitor.go()
        visitor.search_with(photo)
        page.get_by_role("link", name="Build an outfit").click()
        expect(page.get_by_test_id("outfit-score")).to_be_visible()
        page.get_by_role("button", name="Share", exact=True).click()
        link = page.get_by_label("Link to this outfit").input_value()
        assert set(parse_qs(urlparse(link).query)) == {"item"}
        expect(page.get_by_text("Your photo is not shared and stays in this browser")).to_be_visible()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("with a small copy of your photo, which is not sent anywhere")).to_be_visible()
        stored = page.evaluate("localStorage.getItem('deepstyle.looks')")
        assert "data:image/jpeg;base64," in stored and len(stored) < 70_000

        page.evaluate("sessionStorage.clear()")  # as in another tab, or on another day
        visitor.go("/studio")
        saved = page.get_by_role("region", name="Your saved looks").get_by_role("link")
        saved.click()
        expect(page).to_have_url(re.compile("photo=1"))
        expect(page.get_by_test_id("flat-lay").get_by_role("img", name="Your photo, the piece")).to_be_visible()
        expect(page.get_by_test_id("outfit-score")).to_be_visible()


def check_print(visitor: Visitor, link: str) -> None:
    """Picture, names, prices and link, dark on white; nothing to tap."""
    page = visitor.page
    page.emulate_media(media="print")
    expect(page.get_by_test_id("flat-lay")).to_be_visible()
    expect(page.get_by_role("list", name="Die Teile")).to_be_visible()
    expect(page.get_by_text(link.split("?")[0])).to_be_visible()
    for gone in (page.get_by_role("banner"), page.get_by_role("button", name="Drucken")):
        expect(gone).to_be_hidden()
    expect(page.locator("html")).to_have_css("background-color", "rgb(251, 250, 248)")


def small_targets(visitor: Visitor) -> list[str]:
    """What is smaller than a fingertip, 44 by 44 pixels."""
    found: list[str] = visitor.page.evaluate(
        """[...document.querySelectorAll("main button, main a[href], main input:not([type=radio]), main summary")]
          .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.matches("[tabindex='-1']"))
          .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 120)])
          .filter(([box]) => box.width < 43.9 || box.height < 43.9).map(([, html]) => html)"""
    )
    return found


def assert_above(visitor: Visitor, one: Any, other: Any) -> None:
    """Both are on the screen that is seen at first."""
    upper, lower = one.bounding_box(), other.bounding_box()
    assert upper["y"] + upper["height"] <= lower["y"]
    assert lower["y"] + lower["height"] <= visitor.page.viewport_size["height"]  # type: ignore[index]
