"""Every example in README.md and docs/ works on the demo catalogue as written, unless it says why it is not run."""

from pathlib import Path

import pytest

from tests.documentation.examples import PAGES, PLAIN_LANGUAGES, ROOT, blocks, page_script, run


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page_script(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_page(page: Path, place: Path, warm: str) -> None:
    run(page_script(page), place, warm)


def test_every_block_says_what_it_is() -> None:
    """A shell block in disguise would not be run."""
    languages = {one.name: one.language for page in PAGES for one in blocks(page)}
    assert {name: one for name, one in languages.items() if one not in {"sh", "python", *PLAIN_LANGUAGES}} == {}
