"""Links between the repository's pages lead somewhere, and the README is short."""

import re
from pathlib import Path

import pytest

from tests.documentation.examples import PAGES, ROOT, blocks

LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
MORE = [ROOT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")]


@pytest.mark.parametrize("page", [*PAGES, *MORE], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150
    (library,) = [one for one in blocks(ROOT / "README.md") if one.language == "python"]
    assert len(library.code.splitlines()) <= 10
