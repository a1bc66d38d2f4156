"""From a photo to a shared outfit, as people go it: with the mouse, with the keyboard alone, on a phone, in German."""

import json
import re
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

import pytest

from tests.web.conftest import visit
from tests.web.visitor import PAGE, Visitor, until

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
SMALL_PHONE = {**PHONE, "viewport": {"width": 360, "height": 740}}


def shared_link(visitor: Visitor) -> str:
    link: str = visitor.page.get_by_label("Link to this outfit").input_value()
    return link


def shown_ids(visitor: Visitor) -> list[str]:
    ids: list[str] = visitor.cards.evaluate_all("all => all.map(one => one.dataset.itemId)")
    return ids


def check_link(visitor: Visitor, link: str) -> None:
    """It leads to the outfit's items, and says nothing of the photo."""
    query = parse_qs(urlparse(link).query)
    assert set(query) == {"item"}
    assert len(query["item"]) >= 2
    visitor.page.goto(link)
    expect(visitor.page.get_by_role("heading", name="A look for you")).to_be_visible()
    pieces = visitor.page.get_by_role("list", name="The pieces").get_by_role("listitem")
    expect(pieces).to_have_count(len(query["item"]))


def test_photo_results_crop_outfit_shared_in_fewer_than_five_clicks(visitor: Visitor, photo: Path) -> None:
    page = visitor.page
    visitor.go()
    visitor.find_with(photo)
    expect(visitor.cards.first.locator("[data-band]")).to_have_text("Same type: very likely")
    whole = shown_ids(visitor)
    assert not re.search(r"(?<![\d])0[.,]\d\d", visitor.page.locator("main").inner_text()), "a raw score"

    page.get_by_role("button", name="Crop").click()
    with page.expect_response("**/v1/search") as answer:
        page.get_by_role("button", name="Search this part").click()
    part = [result["item"]["item_id"] for result in answer.value.json()["results"]]
    assert part != whole
    until(lambda: shown_ids(visitor) == part, page)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)

    page.get_by_role("link", name="Build an outfit").click()
    page.get_by_role("button", name="Share").click()
    check_link(visitor, shared_link(visitor))
    # Four clicks from the results: Crop, Search this part, Build an outfit, Share.


def test_show_more_adds_results_and_repeats_none(visitor: Visitor, photo: Path) -> None:
    visitor.go()
    visitor.find_with(photo)
    visitor.page.get_by_role("button", name="Show more").click()
    expect(visitor.cards).not_to_have_count(PAGE)
    ids = visitor.cards.evaluate_all("all => all.map(one => one.dataset.itemId)")
    assert len(set(ids)) == len(ids)


def test_keyboard_alone_from_upload_to_shared_outfit(visitor: Visitor, photo: Path) -> None:
    page = visitor.page
    visitor.go()
    with page.expect_file_chooser() as chooser:
        press_until_focused(visitor, "button", "choose a file")
        page.keyboard.press("Enter")
    chooser.value.set_files(photo)
    expect(visitor.cards.first.locator("[data-band]")).to_be_visible()
    expect(visitor.cards).to_have_count(PAGE)

    press_until_focused(visitor, "button", "Crop")
    page.keyboard.press("Enter")
    press_until_focused(visitor, "group", "Crop box")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    press_until_focused(visitor, "button", "Search this part")
    with page.expect_response("**/v1/search") as answer:
        page.keyboard.press("Enter")
    part = [result["item"]["item_id"] for result in answer.value.json()["results"]]
    until(lambda: shown_ids(visitor) == part, page)

    press_until_focused(visitor, "link", "Build an outfit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Outfit studio")).to_be_visible()
    expect(page.get_by_role("button", name="Share")).to_be_enabled()
    press_until_focused(visitor, "button", "Share")
    page.keyboard.press("Enter")
    check_link(visitor, shared_link(visitor))


def press_until_focused(visitor: Visitor, role: str, name: str) -> None:
    """Tab until the control is focused, as somebody without a mouse does; its focus must be visible."""
    target = visitor.page.get_by_role(role, name=re.compile(re.escape(name))).first  # type: ignore[arg-type]
    target.wait_for()
    for _ in range(150):
        visitor.page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            shown = target.evaluate(
                "one => { for (let at = one, up = 0; at && up < 3; at = at.parentElement, up++) {"
                " const look = getComputedStyle(at); if (look.outlineStyle !== 'none' || look.boxShadow !== 'none')"
                " return true; } return false; }"
            )
            assert shown, f"{name} shows no focus"
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_back_button_restores_filters_and_leads_from_item_to_results(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/?semantic_category=shoes")
    expect(visitor.cards.first).to_be_visible()
    until(lambda: visitor.seen() >= 8, page)
    page.get_by_role("button", name="Show more").click()
    card = visitor.cards.nth(40)
    title = card.get_by_role("heading")
    title.scroll_into_view_if_needed()
    wanted, before = title.inner_text(), page.evaluate("scrollY")
    title.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/item/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?semantic_category=shoes$"))
    expect(card.get_by_role("heading")).to_have_text(wanted)
    expect(card).to_be_in_viewport()
    page.wait_for_function("before => scrollY === before", arg=before)
    page.reload()
    expect(page).to_have_url(re.compile(r"\?semantic_category=shoes$"))
    expect(visitor.cards.first).to_be_visible()


def test_more_like_this_and_goes_with_this(visitor: Visitor) -> None:
    visitor.go("/?semantic_category=shoes")
    visitor.cards.first.get_by_text("More like this").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("More like")
    expect(visitor.page.locator("[data-band]").first).to_be_visible()
    visitor.cards.first.get_by_text("Goes with this").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Goes with")
    expect(visitor.cards.first).to_be_visible()


def test_in_german(browser: "Browser", site: str, photo: Path) -> None:
    for visitor in visit(browser, site, locale="de-DE"):
        visitor.go()
        expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
        visitor.find_with(photo)
        expect(visitor.cards.first.get_by_text("Passt dazu")).to_be_visible()
        visitor.page.get_by_label("Sprache").select_option("en")
        expect(visitor.cards.first.get_by_text("Goes with this")).to_be_visible()


@pytest.mark.parametrize("screen", [SMALL_PHONE, {}], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_results_are_seen_without_scrolling(
    browser: "Browser", site: str, photo: Path, no_garment: Path, screen: dict[str, Any], language: str
) -> None:
    with urllib.request.urlopen(f"{site}/v1/items?semantic_category=shoes&limit=1") as answer:
        shoes = json.load(answer)["items"][0]["item_id"]
    for visitor in visit(browser, site, locale=language, **screen):
        seen = {}
        for path in ("/?text=red+dress", "/?text=drss", f"/?like={shoes}", f"/?with={shoes}", photo, no_garment):
            visitor.go(path if isinstance(path, str) else "/")
            if isinstance(path, Path):
                visitor.search_with(path)
                expect(visitor.page.locator("[data-band]").first).to_be_visible()
            expect(visitor.page.locator("main h1")).to_be_attached()
            expect(visitor.cards.nth(7)).to_be_attached()
            visitor.page.wait_for_load_state("networkidle")
            expect(visitor.page.locator("[aria-busy=true]")).to_have_count(0)
            seen[path] = visitor.seen()
        least = 4 if screen else 8
        assert {path: count for path, count in seen.items() if count < least} == {}


def test_without_its_font_a_page_has_no_more_rows(browser: "Browser", site: str) -> None:
    """On a slow network the first view has another font."""
    for visitor in visit(browser, site, **SMALL_PHONE):
        visitor.page.route("**/*.woff2", lambda route: route.abort())
        visitor.go("/?text=dress")
        until(lambda: visitor.seen() >= 4, visitor.page)  # noqa: B023
        field = visitor.page.locator("header input").first.bounding_box()
        assert field
        assert field["y"] < 60, "the header has one row above its search field"


def test_on_a_phone(browser: "Browser", site: str, photo: Path) -> None:
    for visitor in visit(browser, site, **PHONE):
        page = visitor.page
        visitor.go()
        expect(page.get_by_role("button", name="Take photo")).to_be_visible()
        until(lambda: visitor.seen() >= 4, page)  # noqa: B023
        # The gallery stays within reach: only the camera's own input asks for the camera.
        assert page.locator("input[type=file][capture]").count() == 1
        assert page.get_by_test_id("photo-file").get_attribute("capture") is None
        visitor.find_with(photo)
        page.get_by_role("link", name="Build an outfit").tap()
        page.get_by_role("button", name="Share").tap()
        expect(page.get_by_label("Link to this outfit")).to_be_visible()
        for path in ("/", "/studio"):
            visitor.go(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(sideways) <= 0, f"{path} scrolls sideways"
