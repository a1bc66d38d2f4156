"""The evaluation page: a published report, its table, picture and files."""

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from tests.web.visitor import Visitor


def test_report_is_shown_with_its_figures_picture_and_command(operator: "Visitor") -> None:
    page = operator.page
    operator.go("/admin/evaluation")
    expect(page.get_by_role("heading", name="How good is the search?")).to_be_visible()
    expect(page.get_by_role("columnheader")).to_have_text(["Task", "Queries", "Measure", "Deepstyle", "Chance"])
    expect(page.get_by_role("cell", name="0.593")).to_be_visible()
    expect(page.get_by_text("deepstyle evaluate search --publish search")).to_be_visible()
    picture = page.get_by_alt_text("Map, a picture of the report")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("one => one.complete && one.naturalWidth === 120", arg=picture.element_handle())
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Figures as JSON").click()
    assert "recall@10" in opened.value.content()
