"""False acceptance of categories that the catalogue does not have, at a coverage of at least 80 %."""

from collections.abc import Iterator, Sequence

from bench.quality_rows.columns import Column
from bench.quality_rows.table import Row, plain

NAN = float("nan")


def absent_rows(columns: Sequence[Column]) -> Iterator[Row]:
    """One row per absent category, once `deepstyle calibrate` reports them; until then a row without figures."""
    scores = {column.name: plain(NAN) for column in columns if column.folder}
    note = "not measured here yet: `deepstyle calibrate` prints it"
    section = "false acceptance of absent categories at >= 80 % coverage"
    yield Row(section, "worst category", 0, scores, "up to 15-42 % by class", "<= 5 % in every class", note)
