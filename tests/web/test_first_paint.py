"""What comes with a page: its first answers and pictures are not asked for again, and are seen before any script."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape as html_unescape
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest

from deepstyle.api.pages import WEB_FOLDER
from tests.web.conftest import served, visit
from tests.web.visitor import Visitor, until

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

from bench.web import OBSERVE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
CLS_BAR = 0.02
ITEM = "11184-12"
PAGES = ["/", "/?semantic_category=shoes", "/?text=red+dress", f"/?like={ITEM}", f"/?with={ITEM}"]
PAGES += [f"/item/{ITEM}", "/studio", f"/studio?item={ITEM}", f"/look?item={ITEM}&item=20545-12"]


def go(guest: Visitor, path: str, requests: list[str]) -> str:
    """The page's HTML, with its answers: a server on a busy machine may have sent it without them."""
    for _ in range(20):
        guest.page.goto("/healthz")  # nothing that the page before asks for is counted
        requests.clear()
        answer = guest.page.goto(path)
        assert answer is not None
        if "data-first" in (html := answer.text()):
            return html
    pytest.fail("the server never had the page's answers in time")


@pytest.fixture(scope="module")
def site(demo_store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that lets these tests open many pages in a minute."""
    if not (WEB_FOLDER / "index.html").is_file():
        pytest.skip("the website is not built: run `make web`")
    with served(demo_store, tmp_path_factory.mktemp("first"), DEEPSTYLE_RATE_LIMIT="") as address:
        yield address


@pytest.fixture(params=[PHONE, {}], ids=["phone", "desktop"])
def guest(browser: "Browser", site: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    yield from visit(browser, site, **request.param)


@pytest.mark.parametrize("path", PAGES)
def test_what_came_with_the_page_is_used_and_nothing_moves(guest: Visitor, path: str) -> None:
    requests: list[str] = []
    refused = set[str]()  # by a busy server, and asked for again
    guest.page.on("request", lambda request: requests.append(request.url.removeprefix(guest.site)))
    guest.page.on("response", lambda answer: answer.status == 503 and refused.add(answer.url.removeprefix(guest.site)))
    guest.context.add_init_script(OBSERVE)
    html = go(guest, path, requests)
    expect(guest.page.get_by_role("main").locator("img").nth(1)).to_be_visible()
    guest.page.wait_for_load_state("networkidle")
    given = {html_unescape(one) for one in re.findall('data-first="([^"]*)"', html)}
    assert given.isdisjoint(urlparse(one).path for one in requests), "the page has these answers"
    pictures = Counter(one for one in requests if one.startswith("/image/") and one not in refused)
    twice = {one: count for one, count in pictures.items() if count > 1}
    assert not twice, "pictures are loaded once"
    shifts = guest.page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) <= CLS_BAR, shifts


@pytest.mark.parametrize("path", PAGES)
def test_pictures_are_seen_before_any_script_of_the_site_runs(guest: Visitor, path: str) -> None:
    guest.page.route("**/assets/*.js", lambda route: route.abort())
    go(guest, path, [])
    pictures = guest.page.locator("#root img")
    expect(pictures.first).to_have_js_property("complete", True)
    assert pictures.first.evaluate("one => one.naturalWidth") > 0
    assert guest.page.evaluate("document.querySelector('#root > [inert]') !== null"), "nothing in it can be used yet"
    if "text=" in path:
        expect(guest.page.locator("#root h1")).to_have_text("Results for “red dress”")


def test_in_german_the_shell_is_german(browser: "Browser", site: str) -> None:
    for visitor in visit(browser, site, locale="de-DE"):
        visitor.page.route("**/assets/*.js", lambda route: route.abort())
        visitor.page.goto("/studio")
        expect(visitor.page.locator("#root select option").first).to_have_text("English")
        expect(visitor.page.locator("#root nav")).to_have_attribute("aria-label", "Hauptmenü")


def test_words_are_searched_for_once(visitor: Visitor) -> None:
    page = visitor.page
    held: list[Route] = []
    page.route("**/v1/search?*", lambda route: held.append(route))
    visitor.go("/studio")
    box = page.get_by_role("combobox", name="Search the shop")
    box.fill("red dress")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “red dress”")
    until(lambda: held, page)
    held[0].continue_()
    expect(visitor.cards.first).to_be_visible()
    assert len(held) == 1
