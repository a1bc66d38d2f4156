"""The store of ``tests/compatibility/tiny_store.py``, open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.compatibility.stylist import Stylist
from tests.compatibility.tiny_store import tiny_stylist


@pytest.fixture
def stylist(tmp_path: Path) -> Iterator[Stylist]:
    with tiny_stylist(tmp_path) as opened:
        yield opened
