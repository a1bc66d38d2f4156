"""The codes that the server sends, as sentences on the item page and in the studio, in both languages."""

import json
import re
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deepstyle.compatibility.catalogue_test import TEST_META
from deepstyle.compatibility.explain import Reason
from deepstyle.report.reasons import in_words
from deepstyle.store import open_store
from deepstyle.store.copy import copy_store
from tests.web.conftest import served, visit
from tests.web.visitor import Visitor

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def fetch(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def item_id(site: str) -> str:
    """An item whose partners have reasons."""
    items = fetch(f"{site}/v1/items?semantic_category=all-body&limit=20")["items"]
    ids = (item["item_id"] for item in items)
    return next(item_id for item_id in ids if partner_reasons(site, item_id))


def partner_reasons(site: str, item_id: str) -> list[Reason]:
    """The first reason of each partner that the item page shows."""
    categories = fetch(f"{site}/v1/items/{item_id}/compatible?k=1")["categories"]
    partners = [result for category in categories for result in category["results"]][:5]
    return [Reason(**partner["reasons"][0]) for partner in partners if partner["reasons"]]


def test_the_item_page_words_the_reasons(visitor: Visitor, site: str, item_id: str) -> None:
    visitor.go(f"/item/{item_id}")
    partners = visitor.page.get_by_role("list", name="Goes with this")
    for reason in partner_reasons(site, item_id):
        expect(partners.get_by_text(in_words(reason), exact=True).first).to_be_visible()


def test_the_studio_explains_the_weakest_pair_in_german(browser: "Browser", site: str, item_id: str) -> None:
    for visitor in visit(browser, site, locale="de-DE"):
        answer = visitor.page.request.post(f"{site}/v1/outfits:complete", multipart={"item_id": item_id, "k": "12"})
        outfit = answer.json()["outfits"][0]
        visitor.go(f"/studio?item={item_id}")
        concerns = {concern["code"] for concern in outfit["pairs"][outfit["weakest_pair"]]["concerns"]}
        weakest = visitor.page.get_by_role("region", name="Schwächstes Paar")
        expect(weakest.get_by_text(re.compile("Passt|Könnte passen|Ungewöhnlich dazu"))).to_be_visible()
        expect(weakest).not_to_contain_text(re.compile(r"0,\d"))
        never_seen = weakest.get_by_text("Kein bekanntes Outfit enthält beide.")
        expect(never_seen).to_have_count(int("never_seen_together" in concerns))


def test_without_a_test_on_the_own_outfits_there_are_no_numbers(
    browser: "Browser", demo_store: str, item_id: str, tmp_path: Path
) -> None:
    path = tmp_path / "untested.db"
    with open_store(demo_store, read_only=True) as tested, open_store(f"sqlite:///{path}") as untested:
        copy_store(tested, untested)
        for key in untested.facts():
            if key.startswith(TEST_META):
                untested.set_meta(key, "")
    with served(f"sqlite:///{path}", tmp_path / "site") as address:
        for visitor in visit(browser, address):
            visitor.go(f"/studio?item={item_id}")
            words = "Ranked by a model that was trained on other catalogues"
            expect(visitor.page.get_by_test_id("uncalibrated").get_by_text(words)).to_be_visible()
            expect(visitor.page.get_by_role("radio", name=re.compile("^Look 1: "))).to_be_checked()
            expect(visitor.page.get_by_test_id("outfit-score")).to_have_count(0)
            visitor.go(f"/item/{item_id}")
            expect(visitor.page.get_by_text(words)).to_be_visible()


def test_the_photo_target_names_the_server_s_limits(visitor: Visitor) -> None:
    visitor.go("/studio")
    expect(visitor.page.get_by_text(re.compile("JPEG, PNG, WebP, GIF.* or .*, of any size"))).to_be_visible()
