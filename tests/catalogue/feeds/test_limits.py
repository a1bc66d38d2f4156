"""The page about file formats shows the limits that hold."""

from pathlib import Path

from deepstyle.catalogue.feeds import limits

PAGE = Path(__file__).parents[3] / "docs" / "file-formats.md"
UNITS = {"EXPANDED_BYTES": (30, "GiB"), "SPOOLED_BYTES": (30, "GiB"), "SPREADSHEET_BYTES": (30, "GiB"),
         "ROW_GROUP_BYTES": (30, "GiB"), "SHARED_TEXT_BYTES": (20, "MiB"), "TOKEN_BYTES": (20, "MiB"),
         "FREE_RATIO_BYTES": (20, "MiB")}  # fmt: skip


def shown(name: str, value: int) -> str:
    for ending, (bits, unit) in UNITS.items():
        if name.endswith(ending):
            return f"{value >> bits} {unit}"
    return f"{value:,}"


def test_every_limit_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    values = {name: value for name, value in vars(limits).items() if isinstance(value, int)}
    assert len(values) > 10
    assert [name for name, value in values.items() if shown(name, value) not in page] == []
