"""Accessibility of every page, in both themes and with what they show after a click; by axe-core."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.conftest import visit
from tests.web.visitor import AXE, Visitor

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is missing: run `make web`")
THEMES = ["light", "dark"]
DESKTOP: dict[str, Any] = {}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PAGES = [
    "/",
    "/?semantic_category=shoes",
    "/?text=red+shoes",
    "/shop-the-look",
    "/studio",
    "/look",
    "/admin",
    "/admin/map",
    "/admin/map?view=table",
    "/admin/evaluation",
    "/admin/imports",
    "/admin/experiments",
    "/no/such/page",
]


@pytest.mark.parametrize("theme", THEMES)
def test_pages(browser: "Browser", site: str, admin_key: str, theme: str) -> None:
    for visitor in visit(browser, site, color_scheme=theme):
        visitor.sign_in(site, admin_key)
        found = {}
        for path in PAGES:
            visitor.go(path)
            expect(visitor.page.locator("h1").first).to_be_attached()
            visitor.page.wait_for_load_state("networkidle")
            found[path] = visitor.axe()
        assert {page: violations for page, violations in found.items() if violations} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_item_results_crop_and_outfit(browser: "Browser", site: str, photo: Path, theme: str) -> None:
    for visitor in visit(browser, site, color_scheme=theme):
        page, found = visitor.page, {}
        visitor.go()
        visitor.find_with(photo)
        found["results"] = visitor.axe()
        page.get_by_role("button", name="Crop").click()
        expect(page.get_by_role("button", name="Search this part")).to_be_visible()
        found["crop"] = visitor.axe()
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Build an outfit").click()
        page.get_by_role("button", name="Share").click()
        expect(page.get_by_label("Link to this outfit")).to_be_visible()
        found["outfit"] = visitor.axe()
        link = page.get_by_label("Link to this outfit").input_value()
        page.goto(link)
        expect(page.get_by_test_id("outfit-score")).to_be_visible()
        found["look"] = visitor.axe()
        page.get_by_role("list", name="The pieces").get_by_role("link").first.click()
        expect(page.get_by_role("link", name="See all similar items")).to_be_visible()
        expect(page.locator("[aria-busy=true], .animate-pulse")).to_have_count(0)
        found["item"] = visitor.axe()
        assert {page: violations for page, violations in found.items() if violations} == {}


@pytest.mark.parametrize(("device", "least"), [(DESKTOP, 24), (PHONE, 44)], ids=["mouse", "finger"])
def test_targets_are_large_enough(
    browser: "Browser", site: str, admin_key: str, device: dict[str, Any], least: int
) -> None:
    """In CSS pixels, links within a sentence excepted; 24 is WCAG 2.2, 2.5.8."""
    small = {}
    for visitor in visit(browser, site, **device):
        visitor.sign_in(site, admin_key)
        for path in PAGES:
            visitor.go(path)
            visitor.page.wait_for_load_state("networkidle")
            small[path] = visitor.page.evaluate(
                """(least) => [...document.querySelectorAll("button, a[href], select, input:not([type=file]), summary")]
                  .map((one) => ["INPUT"].includes(one.tagName) ? one.closest("label") ?? one : one)
                  .filter((one) => one.checkVisibility() && !one.closest(".sr-only, [aria-hidden=true]"))
                  .filter((one) => !one.matches("p a, h2 a, h3 a"))
                  .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 160)])
                  .filter(([box]) => box.width < least || box.height < least)
                  .map(([box, html]) => `${box.width}x${box.height} ${html}`)""",
                least,
            )
    assert {page: targets for page, targets in small.items() if targets} == {}


def test_skip_link_leads_to_the_content(visitor: Visitor) -> None:
    visitor.go()
    expect(visitor.page.locator("h1")).to_be_visible()
    expect(visitor.page.locator("#root > [inert]")).to_have_count(0)  # nothing in the shell can be used
    visitor.page.keyboard.press("Tab")
    skip = visitor.page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page).to_have_url(f"{visitor.site}/#content")
