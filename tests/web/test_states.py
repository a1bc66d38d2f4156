"""Every problem, provoked once: the message that people see, and the way on."""

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.web.conftest import served, visit
from tests.web.visitor import PAGE, Visitor

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route


def expect_problem(visitor: Visitor, kind: str, words: str) -> None:
    expect(visitor.problem(kind).first).to_be_attached()  # its actions; a problem that stays has none
    expect(visitor.page.get_by_text(words).first).to_be_visible()


def test_too_large(visitor: Visitor) -> None:
    """The browser makes photos small; one that it cannot read stays as large as it is."""
    visitor.go()
    content = b"\xff\xd8\xff" + os.urandom(11 * 1024 * 1024)
    visitor.search_with({"name": "huge.jpg", "mimeType": "image/jpeg", "buffer": content})
    expect_problem(visitor, "too-large", "This photo is too large")


def test_unsupported(visitor: Visitor) -> None:
    visitor.go()
    visitor.search_with({"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    expect_problem(visitor, "unsupported", "This file type is not supported")


def test_unsupported_behind_a_jpeg_name_is_refused_by_the_server(visitor: Visitor) -> None:
    visitor.go()
    visitor.search_with({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"II*\0 a TIFF in disguise"})
    expect_problem(visitor, "unsupported", "This file type is not supported")


def test_broken(visitor: Visitor, photo: Path) -> None:
    visitor.go()
    half = photo.read_bytes()[: photo.stat().st_size // 2]
    visitor.search_with({"name": "half.jpg", "mimeType": "image/jpeg", "buffer": half})
    expect_problem(visitor, "broken-image", "This picture cannot be opened")


@pytest.fixture(scope="module")
def heic(photo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The photo of a dress as an iPhone writes it; Chromium does not open it."""
    pillow_heif = pytest.importorskip("pillow_heif", reason="pillow-heif is missing: pip install 'deepstyle[heif]'")
    path = tmp_path_factory.mktemp("heic") / "IMG_0001.HEIC"
    pillow_heif.from_pillow(Image.open(photo)).save(path, quality=90)
    return path


def test_heic_is_searched_with_where_the_server_reads_it(visitor: Visitor, heic: Path) -> None:
    page = visitor.page
    visitor.go()
    visitor.search_with({"name": "IMG_0001.HEIC", "mimeType": "", "buffer": heic.read_bytes()})
    expect(page.get_by_role("heading", level=1, name="Most similar to your photo")).to_be_visible()
    expect(visitor.cards).to_have_count(PAGE)
    expect(page.get_by_text("No preview")).to_be_visible()


def test_heic_is_refused_with_a_remedy_where_the_server_does_not(
    browser: "Browser", demo_store: str, heic: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['pillow_heif'] = None")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with served(demo_store, tmp_path, PYTHONPATH=path) as site:
        for visitor in visit(browser, site):
            visitor.go()
            visitor.search_with(heic)
            expect_problem(visitor, "heic", "Save it as JPEG first.")
            expect(visitor.page).to_have_url(f"{site}/")


def test_nothing_found_offers_to_clear_the_filters(visitor: Visitor) -> None:
    visitor.go("/?brand=No+such+brand")
    expect(visitor.page.get_by_text("Nothing found")).to_be_visible()
    visitor.page.get_by_role("button", name="Clear the filters").click()
    expect(visitor.cards.first).to_be_visible()


def test_no_good_match_is_said_before_the_closest(visitor: Visitor, no_garment: Path) -> None:
    visitor.go()
    visitor.search_with(no_garment)
    expect(visitor.page.locator("[data-no-match]")).to_be_visible()
    expect(visitor.cards).to_have_count(PAGE)


def test_offline_keeps_the_photo(visitor: Visitor, photo: Path) -> None:
    visitor.go()
    visitor.search_with(photo)
    expect(visitor.page.get_by_role("heading", name="Most similar to your photo")).to_be_visible()
    expect(visitor.cards).to_have_count(PAGE)
    visitor.context.set_offline(True)
    visitor.search_with({"name": "again.jpg", "mimeType": "image/jpeg", "buffer": photo.read_bytes()})
    expect_problem(visitor, "offline", "You are offline")
    visitor.context.set_offline(False)
    visitor.page.get_by_role("button", name="Try again").or_(visitor.cards.first).first.click()
    expect(visitor.cards.first).to_be_visible()


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("not-ready", "warming-up", "The search is warming up"),
        ("overloaded", "busy", "Many people are searching right now"),
    ],
)
def test_unavailable_is_told_and_then_goes_on_by_itself(
    visitor: Visitor, photo: Path, code: str, kind: str, words: str
) -> None:
    """The first two answers are the server's own words for it; then it answers."""
    failures = 2

    def answer(route: "Route") -> None:
        nonlocal failures
        if failures == 0:
            route.continue_()
            return
        failures -= 1
        problem = {"type": f"/problems/{code}", "title": code, "status": 503, "detail": "", "code": code}
        body = {**problem, "instance": "/v1/search", "remedy": "", "request_id": "r"}
        route.fulfill(
            status=503,
            headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
            body=json.dumps(body),
        )

    visitor.page.route("**/v1/search", answer)
    visitor.go()
    visitor.search_with(photo)
    expect_problem(visitor, kind, words)
    expect(visitor.cards).to_have_count(PAGE)
    expect(visitor.problem(kind)).to_have_count(0)


@pytest.mark.parametrize("path", ["/item/no-such-item", "/?like=no-such-item"])
def test_unknown_item(visitor: Visitor, path: str) -> None:
    visitor.go(path)
    expect_problem(visitor, "unknown-item", "This item is not in the shop")


def test_expired_cursor(visitor: Visitor, photo: Path) -> None:
    def spoil(route: "Route") -> None:
        body = route.request.post_data_buffer or b""
        spoilt = re.sub(rb'(name="cursor"\r\n\r\n)[^\r]+', rb"\1expired", body)
        route.continue_(post_data=spoilt)

    visitor.go()
    visitor.search_with(photo)
    expect(visitor.page.get_by_role("heading", name="Most similar to your photo")).to_be_visible()
    expect(visitor.cards).to_have_count(PAGE)
    visitor.page.route("**/v1/search", spoil)
    visitor.page.get_by_role("button", name="Show more").click()
    expect_problem(visitor, "expired", "These results have expired")
    expect(visitor.cards).to_have_count(PAGE)


def test_page_that_does_not_exist(visitor: Visitor) -> None:
    visitor.go("/no/such/page")
    expect(visitor.page.get_by_role("heading", name="This page does not exist")).to_be_visible()
