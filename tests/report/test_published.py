"""Reports that an operator publishes."""

import json
from pathlib import Path

import pytest

from deepstyle.errors import UsageError
from deepstyle.report.published import command_line, describe, list_published, publish, published_file


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        ("--limit", "--limit"),
        ("sqlite:////srv/shop/var/demo.db", "STORE"),
        ("mongodb://user:pass@host/shop", "STORE"),
        ("--store=mongodb+srv://user:pass@host/shop?x=1", "--store=STORE"),
        ("mongodb:user:pass@host", "STORE"),
        ("/srv/photos", "photos"),
        ("--save=../out/report.json", "--save=report.json"),
        ("a b", "'a b'"),
    ],
)
def test_a_command_tells_no_password_and_no_folder(argument: str, shown: str) -> None:
    assert command_line(["evaluate", argument]) == f"deepstyle evaluate {shown}"


def test_what_is_published_is_listed(tmp_path: Path) -> None:
    content = describe("Title", [{"a": 1, "b": None}], ["report"])
    publish(tmp_path, "one", content, {"map.png": b"png"})
    (one,) = list_published(tmp_path)
    assert (one.name, one.title, one.rows, one.files) == (
        "one",
        "Title",
        ({"a": 1, "b": None},),
        ("map.png", "report.json"),
    )
    assert one.date.endswith("Z")
    found = published_file(tmp_path, "one", "map.png")
    assert found is not None
    assert found.read_bytes() == b"png"
    assert published_file(tmp_path, "one", "../one/map.png") is None
    assert published_file(tmp_path, "..", "map.png") is None


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65, "é"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name"):
        publish(tmp_path / "reports", name, {})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"title": 1, "date": "", "command": "", "rows": []}', json.dumps({"rows": [[1]]}),
             '{"title": "", "date": "", "command": "", "rows": [{"a": [1]}]}', "[" * 100_000]
)  # fmt: skip
def test_what_is_not_a_report_is_skipped(tmp_path: Path, content: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "report.json").write_text(content)
    assert list_published(tmp_path) == []
