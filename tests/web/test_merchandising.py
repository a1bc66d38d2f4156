"""A merchandiser pins an item, sees it first in the shop, undoes it, and sees the shop as it was."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import visit
from tests.web.visitor import Visitor

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = ("rules", "words", "looks", "analytics", "audit")


def first(visitor: Visitor, text: str) -> str:
    """The id of the first result of a search by words, as the shop shows it."""
    visitor.go(f"/?text={text}")
    expect(visitor.cards.first).to_be_visible()
    return visitor.cards.first.get_attribute("data-item-id") or ""


def test_a_pin_is_previewed_seen_in_the_shop_and_undone(operator: Visitor) -> None:
    page = operator.page
    before = first(operator, "dress")
    pinned = operator.cards.nth(7).get_attribute("data-item-id") or ""
    assert pinned != before

    operator.go("/admin/rules")
    page.get_by_role("button", name="New rule").click()
    page.get_by_label("Name").fill("This dress first")
    page.get_by_label("Words of the search").fill("dress")
    page.get_by_label("Item ids").fill(pinned)
    page.get_by_role("button", name="Preview").click()
    after = page.get_by_role("region", name="After").get_by_role("listitem")
    expect(after.first).to_have_attribute("data-item-id", pinned)
    expect(after.first).to_contain_text("8 → 1")
    expect(page.get_by_role("region", name="Before").get_by_role("listitem").first).to_have_attribute(
        "data-item-id", before
    )
    assert operator.axe() == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article", name="This dress first")).to_contain_text("Pin to a place")
    assert operator.axe() == []
    assert first(operator, "dress") == pinned
    assert first(operator, "boots") != pinned

    operator.go("/admin/audit")
    undo = page.get_by_role("button", name="Undo: Rule: This dress first")
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Undone by tests")).to_be_visible()
    assert operator.axe() == []
    assert first(operator, "dress") == before


def test_a_redirect_leads_to_its_page(operator: Visitor) -> None:
    page = operator.page
    item = first(operator, "boots")
    operator.go("/admin/words")
    page.get_by_label("Search", exact=True).fill("gift voucher")
    page.get_by_label("Leads to").fill(f"/item/{item}")
    page.get_by_role("button", name="Add redirect").click()
    expect(page.get_by_role("button", name="Remove gift voucher")).to_be_visible()
    assert operator.axe() == []
    operator.go("/?text=voucher+gift")
    expect(page).to_have_url(f"{operator.site}/item/{item}")
    operator.go("/admin/words")
    page.get_by_role("button", name="Remove gift voucher").click()
    expect(page.get_by_text("No redirects yet.")).to_be_visible()


def test_a_look_is_arranged_by_keyboard(operator: Visitor) -> None:
    page = operator.page
    operator.go("/admin/looks")
    page.get_by_role("button", name="New look").click()
    page.get_by_label("Title").fill("A walk")
    page.get_by_label("Find products to add").fill("boots")
    page.keyboard.press("Enter")
    for _ in range(2):
        page.get_by_role("form", name="Add").get_by_role("button", name=re.compile("^Add ")).first.press("Enter")
    items = page.get_by_role("list", name="Items in their order").get_by_role("listitem")
    expect(items).to_have_count(2)
    second = items.nth(1).get_attribute("data-item-id") or ""
    items.nth(0).get_by_role("button", name=re.compile("later$")).press("Enter")
    expect(items.nth(0)).to_have_attribute("data-item-id", second)
    assert operator.axe() == []
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("button", name="Remove A walk").press("Enter")
    expect(page.get_by_text("No looks yet.")).to_be_visible()


def test_every_page_in_german_on_a_phone(browser: "Browser", site: str, admin_key: str) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    for visitor in visit(browser, site, locale="de", **phone):
        visitor.sign_in(site, admin_key)
        for name in PAGES:
            visitor.go(f"/admin/{name}")
            expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
            assert visitor.axe() == [], name
            assert visitor.page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways"
