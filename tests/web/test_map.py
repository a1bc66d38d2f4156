"""The map where there is WebGL and where there is none, and the policy of the frame that draws it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import WITH_WEBGL, launch
from tests.web.visitor import Visitor, until

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DISTANCE = 1.08


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium that draws WebGL by software."""
    yield from launch(WITH_WEBGL)


@pytest.fixture
def drawn(operator: Visitor) -> Visitor:
    """Somebody who is signed in and looks at the map."""
    visitor = operator
    visitor.go("/admin/map")
    expect(visitor.page.locator("[data-map=drawn], [data-map=failed]")).to_be_visible(timeout=120_000)
    if visitor.page.locator("[data-map=failed]").count():
        pytest.skip("this Chromium draws no WebGL, not even by software")
    return visitor


def test_click_on_a_dot_leads_to_its_item(drawn: Visitor) -> None:
    page = drawn.page
    x, y = place_of_a_dot(drawn)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile(r"[?&]item="))
    card = drawn.cards.first
    title = card.get_by_role("heading").inner_text()
    card.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.go_back()
    expect(drawn.cards.first.get_by_role("heading")).to_have_text(title)


def test_buttons_and_wheel_move_the_map(drawn: Visitor) -> None:
    frame = drawn.page.locator("iframe")
    first = still(drawn)
    drawn.page.get_by_role("button", name="Zoom in").click()
    until(lambda: frame.screenshot() != first, drawn.page)
    settled = still(drawn)
    drawn.page.get_by_role("button", name="Left").click()
    until(lambda: frame.screenshot() != settled, drawn.page)


def test_legend_filters_and_the_address_keeps_it(drawn: Visitor) -> None:
    drawn.page.get_by_role("button", name=re.compile("^Shoes")).click()
    expect(drawn.page).to_have_url(re.compile(r"\?category=shoes$"))
    drawn.page.get_by_role("link", name="Table").click()
    rows = drawn.page.get_by_role("row")
    expect(rows).to_have_count(51)
    until(lambda: set(drawn.page.locator("tbody td:nth-child(2)").all_inner_texts()) == {"Shoes"}, drawn.page)
    drawn.page.get_by_role("button", name="Next").click()
    expect(drawn.page.get_by_text("Page 2 of")).to_be_visible()


def test_frame_reaches_neither_the_page_nor_the_api(drawn: Visitor) -> None:
    frame = next(one for one in drawn.page.frames if one.url.endswith("/map-canvas.html"))
    assert frame.evaluate("self.origin") == "null"
    assert frame.evaluate("() => { try { return parent.document.title } catch { return 'refused' } }") == "refused"
    assert frame.evaluate("fetch('/v1/items').then(() => 'reached', () => 'refused')") == "refused"
    drawn.complaints.clear()  # the browser has just reported these refusals


def test_site_itself_runs_no_inline_script_and_compiles_no_text(operator: Visitor) -> None:
    """The policy of the pages stays strict, whatever the map's frame needs."""
    visitor = operator
    visitor.go("/admin/map")
    policy = visitor.page.request.get("/admin/map").headers["content-security-policy"]
    assert "unsafe" not in policy
    element = "Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'})"
    inline = "document.body.innerHTML = '<script>window.ran = 1</script>'"
    policy = "trustedTypes.createPolicy('another', {createScript: (code) => code})"
    for attempt in (element, inline, policy):
        assert (
            visitor.page.evaluate(f"() => {{ try {{ {attempt}; return 'ran' }} catch {{ return 'refused' }} }}")
            == "refused"
        )
    assert len([complaint for complaint in visitor.complaints if "Trusted" in complaint]) >= 3
    visitor.complaints.clear()


def still(visitor: Visitor) -> bytes:
    """The picture of the map once it no longer changes."""
    frame, seen = visitor.page.locator("iframe"), [b"", b"-"]
    until(lambda: seen.append(frame.screenshot()) or seen[-1] == seen[-2], visitor.page)
    return seen[-1]


def place_of_a_dot(visitor: Visitor) -> tuple[float, float]:
    """Where the map's first item is on the screen, while all of the map is shown (see canvas/main.ts)."""
    point = visitor.page.request.get("/v1/map").json()["points"][0]
    box = visitor.page.locator("iframe").bounding_box()
    assert box is not None
    unit_px = box["height"] / 2 / DISTANCE
    return box["x"] + box["width"] / 2 + point["x"] * unit_px, box["y"] + box["height"] / 2 - point["y"] * unit_px
