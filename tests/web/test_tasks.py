"""Twelve tasks of a shopper, each once, pairwise over ways, screens, themes and languages; `bench.web_tasks`: all."""

import json
import urllib.request
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.web import tasks
from tests.web.conftest import visit
from tests.web.hands import Hands, Way
from tests.web.visitor import AXE

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
SETTINGS: list[tuple[Way, dict[str, Any], str, str]] = [
    ("pointer", PHONE, "light", "en"),
    ("pointer", DESKTOP, "dark", "de"),
    ("keyboard", PHONE, "dark", "en"),
    ("keyboard", DESKTOP, "light", "de"),
    ("reader", PHONE, "light", "de"),
    ("reader", DESKTOP, "dark", "en"),
]
"""Every pair of a way, a screen, a theme and a language is there."""


@pytest.fixture(scope="module")
def shop(site: str, look: Path, photo: Path) -> tasks.Shop:
    with urllib.request.urlopen(f"{site}/v1/items?semantic_category=all-body&limit=50") as answer:
        items = json.load(answer)["items"]
    several = next(one for one in items if one["variants"] and len(one["variants"]["colours"]) > 1)
    return tasks.Shop(look, photo, several["item_id"])


@pytest.mark.parametrize(("task", "setting"), list(zip(tasks.TASKS, cycle(SETTINGS), strict=False)))
def test_task(
    browser: "Browser", site: str, shop: tasks.Shop, task: str, setting: tuple[Way, dict[str, Any], str, str]
) -> None:
    way, screen, theme, language = setting
    for visitor in visit(browser, site, **screen, color_scheme=theme, locale=language):
        tasks.run(task, Hands(visitor.page, way), shop)
        if AXE.is_file():
            assert visitor.axe() == []
