"""Every format in every container: what was written reads back, and whatever is damaged says so."""

import random
import tracemalloc
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.feeds.tables import open_tables
from deepstyle.errors import DataError, DeepstyleError
from tests.catalogue.feeds.formats import TEXT_FORMATS, packed, rows_of, tables_of, write, zipped

TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=10)
ROWS = st.lists(
    st.tuples(TEXTS, TEXTS, TEXTS).map(lambda cells: dict(zip(("id", "title", "price"), cells, strict=True))),
    min_size=1,
    max_size=5,
)
CONTAINERS = st.sampled_from([(), (".gz",), (".zip",), (".gz", ".zip"), (".zip", ".gz"), (".zip", ".zip")])
ROW = {"id": "a", "title": "Boots", "price": "9.90"}


@given(rows=ROWS, suffix=st.sampled_from(TEXT_FORMATS), containers=CONTAINERS)
def test_every_format_reads_back_from_every_container(
    tmp_path_factory: pytest.TempPathFactory, rows, suffix, containers
):
    data, name = packed(write(rows, suffix), f"items{suffix}", containers)
    folder = tmp_path_factory.mktemp("feed")
    (table,) = tables_of(folder, name, data)
    assert [dict(row.values) for row in table.rows()] == rows
    assert [dict(row.values) for row in table.rows()] == rows  # again
    assert table.folder == folder
    assert table.name.startswith(name)


@given(
    suffix=st.sampled_from(TEXT_FORMATS),
    containers=st.sampled_from([(), (".gz",), (".zip",)]),
    rng=st.randoms(use_true_random=False),
)
@settings(max_examples=300)
def test_damage_raises_nothing_but_our_errors(
    tmp_path_factory: pytest.TempPathFactory, suffix, containers, rng: random.Random
):
    data, name = packed(write([ROW] * 3, suffix), f"items{suffix}", containers)
    damaged = bytearray(data[: rng.randint(0, len(data))] if rng.random() < 0.3 else data)
    for _ in range(rng.randint(1, 8)):
        if damaged:
            damaged[rng.randrange(len(damaged))] = rng.choice((0, 1, 0xFF, rng.randrange(256)))
    try:
        for table in tables_of(tmp_path_factory.mktemp("feed"), name, bytes(damaged)):
            list(table.rows())
    except DeepstyleError as error:
        assert error.remedy
        assert name in error.message


def test_the_files_of_a_folder_by_name_and_no_notes(tmp_path: Path):
    for name in ("b.csv", "a.JSON", "c.xml.gz", "feed.txt"):
        suffix = "." + name.removesuffix(".gz").rpartition(".")[2].lower()
        (tmp_path / name).write_bytes(packed(write([ROW], suffix), "", (".gz",) if name.endswith("gz") else ())[0])
    (tmp_path / "README.txt").write_text("Hello, these are our items.\nPlease read them.\n")
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "package.json").write_text('{"name": "shop", "tags": ["a"]}')
    (tmp_path / "page.xml").write_text("<page/>")
    (tmp_path / ".hidden.csv").write_bytes(b"id\n1\n")
    (tmp_path / "picture.jpg").write_bytes(b"picture")
    (tmp_path / "folder.csv").mkdir()
    assert [table.name for table in open_tables(tmp_path)] == ["a.JSON", "b.csv", "c.xml.gz", "feed.txt"]


def test_the_files_of_an_archive_in_as_few_folders_as_possible(tmp_path: Path):
    table = write([ROW], ".csv")
    files = {f"shop/{name}": table for name in ("b.csv", "a.csv", "old/c.csv", "a.jpg", "__MACOSX/._a.csv")}
    tables = tables_of(tmp_path, "feed.zip", zipped(files))
    assert [table.name for table in tables] == ["feed.zip/shop/a.csv", "feed.zip/shop/b.csv"]
    assert tables_of(tmp_path, "pictures.zip", zipped({"a.jpg": b"picture"})) == []


def test_json_lines_whatever_the_name(tmp_path: Path):
    assert [row.line for row in rows_of(tmp_path, "a.json", b'{"id": 1}\n\n{"id": 2}\n')] == [1, 3]


def test_containers_are_nested_twice_at_most(tmp_path: Path):
    data, name = packed(write([ROW], ".csv"), "a.csv", (".gz", ".zip", ".gz"))
    with pytest.raises(DataError, match="nested over 2 deep"):
        tables_of(tmp_path, name, data)


@pytest.mark.parametrize("name", ["a.gz", "a.zip", "a.xlsx", "a.csv.gz"])
@pytest.mark.parametrize("data", [b"", b"id,title\na,b\n"])
def test_files_that_are_not_what_their_name_says(tmp_path: Path, name, data):
    (tmp_path / name).write_bytes(data)
    is_empty_gzip = name.endswith("gz") and not data
    with nullcontext() if is_empty_gzip or name == "a.gz" else pytest.raises(DataError, match=name):
        assert [list(table.rows()) for table in open_tables(tmp_path / name)] in ([], [[]])


@pytest.mark.parametrize("suffix", TEXT_FORMATS)
def test_a_large_file_is_read_in_bounded_memory(tmp_path: Path, suffix):
    rows = [{"id": f"item-{at}", "title": f"Boots {at} " * 50, "price": "9.90"} for at in range(10_000)]
    data, name = packed(write(rows, suffix), f"items{suffix}", (".gz",))
    (table,) = tables_of(tmp_path, name, data)
    tracemalloc.start()
    try:
        assert sum(1 for _ in table.rows()) == 10_000
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 4_000_000
