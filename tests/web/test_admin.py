"""The operator's door: signing in, every page behind it, an import, signing out."""

import re
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deepstyle.store import open_store
from deepstyle.store.keys import find_key, new_token, read_keys
from deepstyle.store.sessions import open_link
from tests.web.conftest import served, visit
from tests.web.visitor import Visitor

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FEED = b"item_id,title,category,image\nn1,Felt boots,Boots,missing.jpg\nn2,Felt hat,Hats,\n"
"""Rows that are all rejected, so that the store stays as it is."""
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_from_an_old_address_through_the_door_to_an_import_and_out(visitor: Visitor, admin_key: str) -> None:
    page = visitor.page
    visitor.go("/map?view=table&category=shoes")
    expect(page).to_have_url(f"{visitor.site}/admin/map?view=table&category=shoes")
    key = page.get_by_label("API key", exact=True)
    key.fill(new_token())
    key.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This key is not valid")
    assert visitor.axe() == []
    key.fill(admin_key)
    key.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Map of the catalogue")
    expect(page.get_by_role("button", name=re.compile("^Shoes"))).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.cookie") == ""

    page.get_by_role("link", name="Imports").click()
    page.get_by_label("Feed (CSV").set_input_files({"name": "new things.csv", "mimeType": "text/csv", "buffer": FEED})
    page.get_by_role("button", name="Import", exact=True).click()
    job = page.get_by_role("article").first
    expect(job).to_have_attribute("data-state", re.compile("succeeded|failed"), timeout=120_000)
    job.get_by_text("Rejected rows: 2").click()
    expect(job.get_by_role("row")).to_have_count(3)
    expect(job).to_contain_text("missing.jpg")
    assert visitor.axe() == []

    page.get_by_role("link", name="Evaluation").click()
    expect(page.get_by_role("heading", name="How good is the search?")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("rowheader", name="tests")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Ready: searches are answered")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API key", exact=True)).to_be_visible()
    assert visitor.context.cookies() == []
    page.go_back()
    expect(page.get_by_label("API key", exact=True)).to_be_visible()


class FeedServer(BaseHTTPRequestHandler):
    """Another host, which has the feed."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_a_feed_is_imported_by_its_address_where_the_server_may_fetch_it(
    browser: "Browser", site: str, demo_store: str, admin_key: str, tmp_path: Path
) -> None:
    for visitor in visit(browser, site):
        visitor.sign_in(site, admin_key)
        visitor.go("/admin/imports")
        expect(visitor.page.get_by_text("Start it with DEEPSTYLE_IMPORT_URLS=true")).to_be_visible()
    with ThreadingHTTPServer(("127.0.0.1", 0), FeedServer) as feeds:
        threading.Thread(target=feeds.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{feeds.server_port}"
        settings = {"DEEPSTYLE_IMPORT_URLS": "true", "DEEPSTYLE_DOWNLOAD_ALLOW": host}
        with served(demo_store, tmp_path, **settings) as fetching:
            for visitor in visit(browser, fetching):
                visitor.sign_in(fetching, admin_key)
                visitor.go("/admin/imports")
                visitor.page.get_by_label("Address of the feed").fill(f"http://{host}/things.csv?key=1")
                visitor.page.get_by_role("button", name="Fetch and import").click()
                job = visitor.page.get_by_role("article", name=f"http://{host}/things.csv", exact=True)
                expect(job).to_have_attribute("data-state", re.compile("succeeded|failed"), timeout=120_000)
                job.get_by_text("Rejected rows: 2").click()
                expect(job.get_by_role("row")).to_have_count(3)
                assert visitor.axe() == []
        feeds.shutdown()


def test_a_link_opens_the_pages_once_on_a_phone_in_german(
    browser: "Browser", site: str, demo_store: str, admin_key: str
) -> None:
    with open_store(demo_store) as store:
        now = datetime.now(UTC)
        key = find_key(read_keys(store), admin_key, now)
        assert key
        link = f"/admin#link={open_link(store, key, now)}"
    for visitor in visit(browser, site, locale="de", color_scheme="dark", **PHONE):
        page = visitor.page
        visitor.go(link)
        expect(page.get_by_text("Bereit: Suchen werden beantwortet")).to_be_visible()
        expect(page).to_have_url(f"{site}/admin")
        for name in ("Importe", "Karte", "Auswertung", "Experimente", "Übersicht"):
            page.get_by_role("link", name=name).tap()
            expect(page.get_by_role("heading", level=1)).to_contain_text(name)
            assert page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways"
        page.get_by_role("button", name="Abmelden").tap()
        visitor.go("/")
        visitor.go(link)
        expect(page.get_by_role("alert")).to_contain_text("schon benutzt")
        assert page.evaluate(SIDEWAYS) <= 0
