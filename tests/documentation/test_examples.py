"""Every example in README.md, docs/ and ``--help`` works on the demo catalogue as it is written."""

import shutil
from pathlib import Path

import pytest

from tests.documentation import workspace
from tests.documentation.examples import PAGES, PLAIN_LANGUAGES, ROOT, blocks, help_examples, page_script, run

NOT_RUN = {
    "deepstyle demo": "draws and encodes a whole catalogue; tests/web runs it",
    "deepstyle export": "needs a training of minutes; tests/cli trains and exports a small one",
    "deepstyle quantise": "calibrates for minutes; tests/learning quantises a small model",
    "deepstyle train style": "trains for minutes; tests/cli trains a small one",
    "deepstyle weights pull": "downloads from a hub",
}
AFTER = {"deepstyle evaluate compat": "deepstyle train compat"}
"""Commands whose examples use what the example of another command wrote."""
EXAMPLES = {path: lines for path, lines in help_examples().items() if lines}
SKIPPED = [block for page in PAGES for block in blocks(page) if block.reason]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    workspace.write(folder)
    return folder


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Path:
    """A fresh copy, so that no example sees what another one did."""
    if shutil.which("curl") is None:
        pytest.skip("the examples ask the server with curl, which is not installed")
    return Path(shutil.copytree(prepared, tmp_path / "place", symlinks=True))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page: Path, place: Path) -> None:
    if script := page_script(page):
        run(script, place)


@pytest.mark.parametrize("path", sorted(EXAMPLES.keys() - NOT_RUN))
def test_help(path: str, place: Path) -> None:
    for line in [*EXAMPLES.get(AFTER.get(path, ""), []), *EXAMPLES[path]]:
        run(line, place, DEEPSTYLE_STORE="sqlite:///var/demo.db")


@pytest.mark.parametrize("path", sorted(EXAMPLES.keys() & NOT_RUN))
def test_help_that_is_not_run(path: str) -> None:
    pytest.skip(f"{path}: {NOT_RUN[path]}")


@pytest.mark.parametrize("block", SKIPPED, ids=lambda block: block.name)
def test_block_that_is_not_run(block: object) -> None:
    pytest.skip(f"not run: {block.reason}")


def test_every_block_says_what_it_is() -> None:
    """A shell block in disguise would not be run."""
    languages = {one.name: one.language for page in PAGES for one in blocks(page)}
    assert {name: one for name, one in languages.items() if one not in {"sh", "python", *PLAIN_LANGUAGES}} == {}
