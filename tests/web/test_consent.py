"""Consent in the browser: asked once, refused as easily as given, obeyed at once, and no trace where events are off."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from deepstyle.api.pages import WEB_FOLDER
from deepstyle.people.events.journal import events_in, journals
from deepstyle.people.events.schema import Event
from deepstyle.people.open import open_people
from tests.people.events.shoppers import stored
from tests.web.conftest import served, visit
from tests.web.visitor import Visitor, until

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from playwright.sync_api import expect  # after the skip

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WORDS = {"en": ("Privacy", "Agree", "Refuse"), "de": ("Datenschutz", "Zustimmen", "Ablehnen")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("measured")


@pytest.fixture(scope="module")
def measured(demo_store: str, folder: Path) -> Iterator[str]:
    """The address of a server that stores events."""
    if not (WEB_FOLDER / "index.html").is_file():
        pytest.skip("the website is not built: run `make web`")
    with served(
        demo_store, folder, DEEPSTYLE_EVENTS="true", DEEPSTYLE_PEOPLE_STORE=f"sqlite:///{folder}/people.db"
    ) as at:
        yield at


def collected(folder: Path) -> list[Event]:
    """Every event that the server has; a minute after its start it begins to move them from journals to Parquet."""
    found: list[Event] = []
    for path in journals(folder / "var" / "events"):
        with contextlib.suppress(FileNotFoundError):  # it was moved since
            found += events_in(path)
    found += in_parquet(folder / "var" / "events")
    return list({one.event_id: one for one in found}.values())


def in_parquet(events_dir: Path) -> list[Event]:
    """The stored events; a file that was replaced since the files were listed is looked for again."""
    for _ in range(100):
        with contextlib.suppress(duckdb.IOException):
            return stored(events_dir)
        time.sleep(0.1)
    raise AssertionError("the stored events cannot be read")


def shown_for(folder: Path, words: str) -> set[int]:
    """The places of the products that were seen in the results for these words."""
    events = collected(folder)
    searches = {one.query_id for one in events if one.action_name == "search" and one.user_query == words}
    return {one.ordinal for one in events if one.action_name == "impression" and one.query_id in searches}


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_question_and_its_page_in_both_languages(browser: "Browser", measured: str, language: str) -> None:
    title, agree, refuse = WORDS[language]
    for visitor in visit(browser, measured, locale=language, viewport={"width": 360, "height": 740}):
        visitor.go("/")
        banner = visitor.page.get_by_role("region", name=title)
        yes, no = (banner.get_by_role("button", name=name) for name in (agree, refuse))
        expect(yes).to_be_visible()
        sizes = [one.bounding_box() for one in (yes, no)]
        assert sizes[0] and sizes[1]
        assert [sizes[0][side] for side in ("width", "height")] == [sizes[1][side] for side in ("width", "height")]  # type: ignore[literal-required]
        assert yes.get_attribute("class") == no.get_attribute("class")
        assert visitor.axe() == []
        banner.get_by_role("link").click()
        expect(visitor.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(banner).to_have_count(0)
        assert visitor.axe() == []
        with visitor.page.expect_response("**/v1/consent"):
            visitor.page.get_by_role("button", name=refuse).click()
        expect(visitor.page.get_by_role("button", name=refuse)).to_be_enabled()
        visitor.go("/")
        expect(visitor.page.locator("footer a")).to_be_visible()
        expect(banner).to_have_count(0)
        assert {cookie["name"] for cookie in visitor.context.cookies()} == {"deepstyle_refused"}


def test_what_is_seen_and_clicked_is_stored_after_consent_until_it_is_withdrawn(
    browser: "Browser", measured: str, folder: Path
) -> None:
    for visitor in visit(browser, measured):
        page = visitor.page
        visitor.go("/?text=dress")
        expect(visitor.cards.first).to_be_visible()
        assert collected(folder) == []
        page.get_by_role("button", name="Agree").click()
        expect(page.get_by_role("button", name="Agree")).to_have_count(0)
        # The page measures with consent from now on; a search before that would only be counted.
        until(lambda: collected(folder), page)
        page.get_by_role("combobox", name="Search the shop").fill("red dress")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Results for “red dress”")
        until(lambda: {1, 2} <= shown_for(folder, "red dress"), page)  # its cards have replaced those before
        visitor.cards.nth(1).locator("h2 a, h3 a").first.click()
        until(lambda: "click" in {one.action_name for one in collected(folder)}, page)
        events = {
            action: [one for one in collected(folder) if one.action_name == action] for action in ("search", "click")
        }
        search = next(one for one in events["search"] if one.user_query == "red dress")
        (click,) = events["click"]
        assert (click.ordinal, click.query_id) == (2, search.query_id)
        assert click.object_id
        assert len({one.client_id for one in collected(folder)}) == 1

        page.get_by_role("link", name="Privacy").click()
        page.get_by_role("button", name="Withdraw consent").click()
        expect(page.get_by_text("You refused.")).to_be_visible()
        assert visitor.axe() == []
        assert "deepstyle_client" not in {cookie["name"] for cookie in visitor.context.cookies()}
        with open_people(f"sqlite:///{folder}/people.db") as people:
            assert people.get("consents", search.client_id) is None
        client_id = search.client_id
        until(lambda: not any(one.client_id == client_id for one in collected(folder)), page)  # noqa: B023


def test_where_events_are_off_nothing_is_asked_and_nothing_is_loaded(visitor: Visitor) -> None:
    asked = list[str]()
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.go("/")
    expect(visitor.cards.first).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/v1/consent" in url or "/v1/events" in url or "/consent-" in url]
    expect(visitor.page.locator("footer")).to_have_count(0)
    visitor.go("/privacy")
    expect(visitor.page.get_by_text("nothing to agree to")).to_be_visible()
    assert visitor.axe() == []
