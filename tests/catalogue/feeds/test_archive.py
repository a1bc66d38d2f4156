"""Hostile archives: each limit, and every kind of member that is refused."""

import gzip
import io
import stat
import warnings
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.feeds import archive, feed_file
from deepstyle.catalogue.feeds import unpack as unpacking
from deepstyle.catalogue.feeds.limits import FREE_RATIO_BYTES, MAX_FOLDERS, MAX_RATIO
from deepstyle.catalogue.feeds.tables import open_tables
from deepstyle.catalogue.feeds.unpack import unpack, unpacked
from deepstyle.errors import DataError
from tests.catalogue.feeds.formats import xlsx, zipped

CSV = b"id,title\na,Boots\n"


def member(name: str, *, mode: int = stat.S_IFREG | 0o644, **changes: int) -> bytes:
    """An archive of one table and one further member that is special."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that is there twice
        opened.writestr("items.csv", CSV)
        info = zipfile.ZipInfo(name)
        info.filename = name  # as it is, "a\0b" included
        info.external_attr = mode << 16
        opened.writestr(info, b"evil")
        for field, value in changes.items():
            setattr(info, field, value)
    return data.getvalue()


def refused(folder: Path, data: bytes) -> str:
    """Why the archive is refused, both as tables and when it is unpacked; nothing is left of it."""
    path = folder / "feed.zip"
    path.write_bytes(data)
    before = sorted(folder.rglob("*"))
    with pytest.raises(DataError) as by_tables:
        open_tables(path)
    with pytest.raises(DataError) as by_unpack:
        unpack(path, folder / "feed")
    assert by_tables.value.message == by_unpack.value.message
    assert by_unpack.value.remedy
    assert sorted(folder.rglob("*")) == before
    return by_tables.value.message


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv", "a/../../evil.csv", "/etc/evil.csv", "\\evil.csv", "..\\evil.csv", "C:evil.csv", "C:\\evil.csv",
        "a/.. /evil.csv", "a/. ./evil.csv", "a\nb.csv", "a\x1b[2J.csv", "b:stream.csv", "\u00e9" * 128 + ".csv",
        "a/" * 520 + "b.csv", "a/" * (MAX_FOLDERS + 1) + "b.csv", "con.csv", "a/NUL", "Lpt1.jpg", "aux .csv",
        "items.csv", "./items.csv", "items.csv/b",
    ],
)  # fmt: skip
def test_names_that_leave_the_folder_or_that_no_file_has(tmp_path: Path, name):
    if name == "items.csv/b":  # a file and a folder of one name: refused when it is unpacked
        (tmp_path / "feed.zip").write_bytes(member(name))
        with pytest.raises(DataError, match="cannot be unpacked"):
            unpack(tmp_path / "feed.zip", tmp_path / "feed")
        return
    assert "is refused" in refused(tmp_path, member(name))


@given(name=st.text(st.sampled_from("./\\:ab \0C~é\u202e"), min_size=1, max_size=12))
@settings(max_examples=150)
def test_no_name_writes_outside_of_the_folder(tmp_path_factory: pytest.TempPathFactory, name):
    root = tmp_path_factory.mktemp("zip")
    (root / "in").mkdir()
    (root / "in" / "feed.zip").write_bytes(member(name))
    try:
        unpack(root / "in" / "feed.zip", root / "in" / "feed")
    except DataError:
        assert names(root / "in") == ["feed.zip"]
    assert names(root) == ["in"]
    for path in (root / "in" / "feed").rglob("*"):
        assert path.resolve().is_relative_to(root / "in" / "feed")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices(tmp_path: Path, kind):
    assert "a link or a device" in refused(tmp_path, member("link.csv", mode=kind | 0o777))


def test_encrypted_members(tmp_path: Path):
    assert "encrypted" in refused(tmp_path, member("secret.csv", flag_bits=1))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_compression(tmp_path: Path, method):
    assert "another method" in refused(tmp_path, zipped({"items.csv": CSV}, method))


def test_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    assert len(open_of(tmp_path, {f"{at}.csv": CSV for at in range(3)})) == 3
    assert "over 3 entries" in refused(tmp_path, zipped({f"{at}.csv": CSV for at in range(4)}))


def test_entries_are_counted_before_the_library_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 3)
    monkeypatch.setattr(archive, "ZipFile", None)
    assert "over 3 entries" in refused(tmp_path, zipped({f"{at}.csv": CSV for at in range(4)}))


def test_too_many_bytes():
    data = zipped({"items.csv": CSV, "more.csv": CSV})
    limit_bytes = 2 * len(CSV)
    with archive.open_archive(io.BytesIO(data), "a.zip", limit_bytes) as opened:
        assert len(opened.infolist()) == 2
    with (
        pytest.raises(DataError, match="expands to over 1 "),
        archive.open_archive(io.BytesIO(data), "", 1),
    ):
        pass


BOMBS = [{"a.csv": bytes(FREE_RATIO_BYTES + 1)}, {f"{at}.csv": bytes(1 << 20) for at in range(17)}]


@pytest.mark.parametrize("files", BOMBS, ids=["one", "many"])
def test_a_bomb_of_zeros(tmp_path: Path, files):
    assert f"over {MAX_RATIO} times its size" in refused(tmp_path, zipped(files))


def test_sizes_that_are_lies(tmp_path: Path):
    """A member that says to be small gives no more than it says."""
    data = bytearray(zipped({"items.csv": CSV + b"b,Bag\n" * 1_000}))
    at = data.index(b"PK\1\2")
    data[at + 24 : at + 28] = (20).to_bytes(4, "little")
    (tmp_path / "feed.zip").write_bytes(data)
    with pytest.raises(DataError, match="damaged"):
        unpack(tmp_path / "feed.zip", tmp_path / "feed")
    assert not (tmp_path / "feed").exists()


def test_a_gzip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id\n" + b"0" * FREE_RATIO_BYTES, 9))
    (table,) = open_tables(tmp_path / "a.csv.gz")
    with pytest.raises(DataError, match=f"over {MAX_RATIO} times"):
        list(table.rows())
    monkeypatch.setattr(feed_file.check_expansion, "__defaults__", (1_000,))
    with pytest.raises(DataError, match="over 1,000 bytes"):
        list(table.rows())


def test_a_packed_spreadsheet_is_spooled_within_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed_file, "MAX_SPOOLED_BYTES", 100)
    (tmp_path / "a.xlsx.gz").write_bytes(gzip.compress(xlsx([["id"], ["a"]])))
    with pytest.raises(DataError, match="over 100 bytes"):
        open_tables(tmp_path / "a.xlsx.gz")


def test_a_feed_with_its_pictures_is_unpacked(tmp_path: Path):
    files = {
        "shop/items.csv": CSV,
        "shop/images/a.jpg": b"picture",
        "__MACOSX/x": b"",
        "shop/.DS_Store": b"x",
        "shop/e/": b"",
    }
    (tmp_path / "feed.zip").write_bytes(zipped(files))
    folder = unpack(tmp_path / "feed.zip", tmp_path / "new" / "feed")
    assert folder == tmp_path / "new" / "feed" / "shop"
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert found == ["images/a.jpg", "items.csv"]
    assert names(tmp_path / "new") == ["feed"]
    with pytest.raises(DataError, match="cannot be unpacked"):
        unpack(tmp_path / "feed.zip", tmp_path / "new" / "feed")


def test_names_in_utf_8_that_do_not_say_so(tmp_path: Path):
    data = zipped({"Größe.csv": CSV})
    flags = bytearray(data)
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        flags[data.index(mark) + offset + 1] &= ~0x08
    (tmp_path / "feed.zip").write_bytes(flags)
    assert [table.name for table in open_tables(tmp_path / "feed.zip")] == ["feed.zip/Größe.csv"]
    assert [path.name for path in unpack(tmp_path / "feed.zip", tmp_path / "feed").iterdir()] == ["Größe.csv"]


def test_a_disk_that_is_too_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unpacking.shutil, "disk_usage", lambda _: SimpleNamespace(free=3))
    (tmp_path / "feed.zip").write_bytes(zipped({"items.csv": CSV}))
    with pytest.raises(DataError, match="more than the disk has"):
        unpack(tmp_path / "feed.zip", tmp_path / "feed")


def test_each_version_is_unpacked_once(tmp_path: Path):
    path, cache = tmp_path / "feed.zip", tmp_path / "cache"
    path.write_bytes(zipped({"items.csv": CSV, "a.jpg": b"one"}))
    first = unpacked(path, cache)
    (first / "mark").touch()
    assert (unpacked(path, cache) / "mark").exists()
    path.write_bytes(zipped({"items.csv": CSV, "a.jpg": b"other"}))
    second = unpacked(path, cache)
    assert (second / "a.jpg").read_bytes() == b"other"
    assert not first.exists()
    path.write_bytes(zipped({"items.csv": CSV}))
    assert unpacked(path, cache) == path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def open_of(folder: Path, files: dict[str, bytes]) -> list:
    (folder / "feed.zip").write_bytes(zipped(files))
    return open_tables(folder / "feed.zip")
