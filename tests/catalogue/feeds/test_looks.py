"""Feeds of looks, whatever is in them: each row is a look or a rejection."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.feeds.looks import scan_looks
from deepstyle.catalogue.looks import LOOK_SOURCES, MAX_LOOK_ITEMS, Look
from deepstyle.catalogue.rows import Rejection
from deepstyle.errors import DataError

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
ROW = st.fixed_dictionaries(
    {}, optional={"look_id": ANYTHING, "items": ANYTHING, "title": ANYTHING, "source": ANYTHING, "note": ANYTHING}
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(ROW.filter(bool), max_size=5))
def test_each_row_is_a_look_or_a_rejection(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    feed = tmp_path / "looks.jsonl"
    feed.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = list(scan_looks(feed))
    assert len(found) == len(rows)
    for one in found:
        assert isinstance(one, Look | Rejection)
        if isinstance(one, Look):
            assert 2 <= len(set(one.item_ids)) == len(one.item_ids) <= MAX_LOOK_ITEMS
            assert one.source in LOOK_SOURCES


def test_a_picture_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(DataError, match="no table"):
        list(scan_looks(tmp_path / "a.png"))


def test_too_many_items_are_no_look(tmp_path: Path) -> None:
    feed = tmp_path / "looks.jsonl"
    feed.write_text(json.dumps({"look_id": "l", "items": [f"i{n}" for n in range(MAX_LOOK_ITEMS + 1)]}) + "\n")
    (row,) = scan_looks(feed)
    assert isinstance(row, Rejection)
    assert row.code == "bad-look"
