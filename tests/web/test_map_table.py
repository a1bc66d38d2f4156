"""The map in a browser without WebGL: the picture says so, and the table has every item."""

import re
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from tests.web.visitor import Visitor


def test_without_webgl_the_table_is_offered(operator: "Visitor") -> None:
    page = operator.page
    operator.go("/admin/map")
    expect(page.get_by_text("The picture cannot be drawn here")).to_be_visible(timeout=120_000)
    page.get_by_role("link", name="Table", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(51)
    page.get_by_role("row").nth(1).get_by_role("rowheader").get_by_role("link").click()
    expect(page).to_have_url(re.compile("/item/"))


def test_table_by_keyboard(operator: "Visitor") -> None:
    page = operator.page
    operator.go("/admin/map?view=table&page=2")
    expect(page.get_by_text("Page 2 of")).to_be_visible()
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Page 3 of")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Page 2 of")).to_be_visible()
