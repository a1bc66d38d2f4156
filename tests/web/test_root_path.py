"""The whole site below ``/shop/``, behind a small reverse proxy that keeps the prefix or strips it, and in a frame."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.conftest import WITH_WEBGL, launch, served
from tests.web.proxy import Proxy, running
from tests.web.visitor import Visitor, until

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Response

PREFIX = "/shop"


@pytest.fixture(scope="module")
def server(demo_store: str, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a prefix; ``site`` skips the test where nothing is built."""
    with served(demo_store, tmp_path_factory.mktemp("shop"), DEEPSTYLE_ROOT_PATH=PREFIX) as address:
        yield address


@pytest.fixture(params=[False, True], ids=["prefix kept", "prefix stripped"])
def proxied(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    handler = type("Handler", (Proxy,), {"upstream": server, "prefix": PREFIX, "strips": request.param})
    with running(handler) as address:
        yield f"{address}{PREFIX}"


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    yield from launch(WITH_WEBGL)


class Shopper(Visitor):
    """A visitor whose every request must lie below the prefix, and succeed."""

    def __init__(self, context: "BrowserContext", proxied: str) -> None:
        super().__init__(context, proxied.removesuffix(PREFIX))
        self.shop = proxied
        context.on("response", self._answered)

    def _answered(self, answer: "Response") -> None:
        if answer.url.startswith("http") and (answer.status >= 400 or not answer.url.startswith(f"{self.shop}/")):
            self.complaints.append(f"{answer.status} {answer.url}")


@pytest.fixture
def visitor(browser: "Browser", proxied: str) -> Iterator[Shopper]:
    """A breach of the policy is a complaint in the console, which fails the test."""
    context = browser.new_context(locale="en", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    guest = Shopper(context, proxied)
    yield guest
    context.close()
    guest.check()


def test_search_pages_links_and_pictures(visitor: Shopper, photo: Path) -> None:
    page = visitor.page
    page.goto(f"{visitor.shop}/")
    visitor.find_with(photo)
    until(lambda: page.locator("article img").first.evaluate("image => image.complete && image.naturalWidth > 0"), page)
    visitor.cards.first.get_by_role("heading").get_by_role("link").click()
    expect(page).to_have_url(re.compile(re.escape(visitor.shop) + "/item/"))
    page.reload()  # a page that is not the first, asked for from the server
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("navigator.serviceWorker.ready.then((one) => one.scope)") == f"{visitor.shop}/"


def test_shared_looks(visitor: Shopper) -> None:
    page = visitor.page
    ids = page.request.get(f"{visitor.shop}/v1/info").json()["example_item_ids"]
    page.goto(f"{visitor.shop}/studio?item={ids[0]}&item={ids[1]}")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_label("Link to this outfit").input_value()
    assert link.startswith(f"{visitor.shop}/look?item=")
    page.goto(link)
    expect(page.get_by_role("heading", name="A look for you")).to_be_visible()


def test_the_admin_pages_and_the_map_in_its_frame(visitor: Shopper, admin_key: str) -> None:
    page = visitor.page
    visitor.sign_in(visitor.shop, admin_key)
    assert [one.get("path") for one in visitor.context.cookies()] == [f"{PREFIX}/"]
    page.goto(f"{visitor.shop}/evaluation")  # an old address
    expect(page.locator("table").first).to_be_visible()
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page).to_have_url(f"{visitor.shop}/admin/map")
    expect(visitor.page.locator("[data-map=drawn]")).to_be_visible(timeout=120_000)


def test_the_reference_of_the_api(visitor: Shopper) -> None:
    visitor.page.goto(f"{visitor.shop}/docs")
    expect(visitor.page.locator("#searchImage")).to_be_visible()


def test_no_other_page_may_embed_it(browser: "Browser", proxied: str) -> None:
    page = browser.new_page()
    page.goto(proxied.removesuffix(PREFIX) + f"/embedding?{PREFIX}/")
    until(lambda: page.frames[-1].url.startswith("chrome-error:"), page)
    page.close()


def test_a_named_page_may_embed_it(browser: "Browser", demo_store: str, proxied: str, tmp_path: Path) -> None:
    """The shop, not the admin pages."""
    origin = proxied.removesuffix(PREFIX)
    with served(demo_store, tmp_path, DEEPSTYLE_FRAME_ANCESTORS=origin) as address:
        page = browser.new_page()
        page.goto(f"{origin}/embedding?{address}/")
        expect(page.frame_locator("iframe").first.locator("h1")).to_be_visible()
        page.goto(f"{origin}/embedding?{address}/admin")
        until(lambda: page.frames[-1].url.startswith("chrome-error:"), page)
        page.close()
