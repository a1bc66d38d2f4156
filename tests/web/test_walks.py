"""Three short random walks; `bench/web_walks.py` takes long ones."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
from bench.web_walks import described, take  # after the skip


@pytest.mark.parametrize("number", range(3))
def test_a_walk_ends_well(browser: "Browser", site: str, number: int) -> None:
    walk = take(browser, site, f"short.{number}", actions=15)
    assert not walk.problem, described(walk)
    assert len(walk.trace) >= 15
