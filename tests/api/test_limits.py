"""The table of limits: documented, tested, shared."""

from pathlib import Path

import pytest

from deepstyle.api.limits import as_markdown, share

ROOT = Path(__file__).parents[2]


def test_the_page_about_limits_shows_the_table() -> None:
    page = (ROOT / "docs" / "limits.md").read_text()
    missing = [line for line in as_markdown().splitlines() if line not in page]
    assert not missing, "docs/limits.md lacks:\n" + "\n".join(missing)


@pytest.mark.parametrize(("value", "workers", "part"), [(64, 1, 64), (64, 4, 16), (64, 5, 12), (2, 8, 1), (0, 2, 1)])
def test_workers_share_a_limit(value: int, workers: int, part: int) -> None:
    assert share(value, workers) == part
