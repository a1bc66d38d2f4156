"""From words to products: suggestions, what was understood, and words on top of an item."""

import re

import pytest

from tests.web.visitor import Visitor

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip


def test_from_words_to_an_item_in_another_colour_with_the_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/studio")
    box = page.get_by_role("combobox", name="Search the shop")
    box.focus()
    page.keyboard.type("black dr")
    expect(page.get_by_role("option", name="black dress")).to_be_visible()
    assert visitor.axe() == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “black dress”")
    expect(page).to_have_url(f"{visitor.site}/?text=black+dress")
    expect(visitor.cards.first).to_contain_text("Black")

    chips = page.get_by_role("list", name="Understood as")
    expect(chips.get_by_role("listitem")).to_have_text(["Black", "Dresses & suits"], ignore_case=True)
    chips.get_by_role("button", name=re.compile("^black")).click()
    expect(page).to_have_url(re.compile("literal=black"))
    expect(chips).to_contain_text("“black” as a word", ignore_case=True)
    page.reload()
    expect(visitor.cards.first).to_be_visible()
    assert visitor.axe() == []
    page.go_back()
    expect(chips.get_by_role("listitem")).to_have_count(2)

    visitor.cards.first.get_by_role("link", name="More like this").click()
    refine = page.get_by_role("textbox", name="Refine in words")
    refine.fill("but red")
    refine.press("Enter")
    expect(page).to_have_url(re.compile(r"\?like=[^&]+&text=but\+red$"))
    expect(chips).to_have_text("red")
    expect(visitor.cards.first).to_contain_text(re.compile("Burgundy|Ruby|Red|Crimson"))


def test_the_filters_of_a_phone_are_an_entry_of_the_history(visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 360, "height": 740})
    visitor.go("/?text=dress&sort=price&brand=Fennmark")
    opener = page.get_by_role("button", name=re.compile("^Filters"))
    sheet = page.get_by_role("dialog", name="Filters")
    show = sheet.get_by_role("button", name=re.compile(r"^Show [\d,]+ items?$"))
    opener.click()
    expect(sheet.get_by_role("img", name=re.compile("^Prices of"))).to_be_visible()
    assert visitor.axe() == []
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    before = show.inner_text()
    sheet.get_by_role("checkbox", name=re.compile("^silver")).first.check()
    expect(page).to_have_url(re.compile("colour=silver$"))
    expect(show).not_to_have_text(before)
    said = int(re.sub(r"\D", "", show.inner_text()))
    page.go_back()
    expect(sheet).to_have_count(0)
    expect(page).to_have_url(re.compile("colour=silver$"))
    expect(opener).to_be_focused()
    expect(visitor.cards).to_have_count(said)
    shown = page.locator("article").get_by_text(re.compile(r"^€[\d.]+$"))
    expect(shown).to_have_count(said)
    prices = [float(text.lstrip("€")) for text in shown.all_inner_texts()]
    assert prices == sorted(prices)
    page.get_by_role("button", name="Remove the filter Colour: silver").click()
    expect(page).to_have_url(re.compile("brand=Fennmark$"))
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile("brand=Fennmark$"))


def test_typos_are_named_and_nothing_found_shows_what_there_is(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/?text=blakc+boots")
    expect(page.get_by_text("Results for “black” instead of “blakc”.")).to_be_visible()
    visitor.go("/?text=boots&brand=No+such+brand")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    expect(page.get_by_role("list", name="Without the filters").get_by_role("article").first).to_be_visible()
