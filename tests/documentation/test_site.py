"""The site builds without a warning, has every page, and asks no other origin for anything."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation.examples import ROOT

FETCHED = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=["']?(https?:)?//[^>]*>""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocs", reason="mkdocs is not installed: pip install -e '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


def test_every_page_is_built(site: Path) -> None:
    pages = {page.relative_to(ROOT / "docs").with_suffix("") for page in (ROOT / "docs").rglob("*.md")}
    built = {page.relative_to(site).parent for page in site.rglob("index.html")} | {Path("index")}
    assert pages <= built
    assert {Path("architecture"), Path("contributing"), Path("changelog")} <= built


def test_a_reader_fetches_nothing_from_elsewhere(site: Path) -> None:
    fetched = {page.name: FETCHED.findall(page.read_text("utf-8")) for page in site.rglob("*.html")}
    assert {name: found for name, found in fetched.items() if found} == {}
    assert "url(http" not in "".join(sheet.read_text("utf-8") for sheet in site.rglob("*.css"))


def test_the_library_reference_is_there(site: Path) -> None:
    text = (site / "library" / "index.html").read_text("utf-8")
    assert all(f"<code>{name}</code>" in text or f">{name}<" in text for name in ("search_photo", "score_outfit"))
