"""Atomic writes: the old content or the new, with the mode that any new file gets."""

import errno
import os
from pathlib import Path

import pytest

from deepstyle.files import read_json, read_regular, read_toml, write_atomic, write_together


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.json"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_mode_is_that_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomic(tmp_path / "atomic", b"")
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failed_write_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomic(path, b"old")
    with pytest.raises(TypeError):
        write_atomic(path, "text is not bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_files_of_a_folder_are_replaced_together(tmp_path: Path) -> None:
    write_together(tmp_path, {"one": b"1", "two": b"2"})
    with pytest.raises(TypeError):
        write_together(tmp_path, {"one": "text is not bytes", "two": b"new"})  # type: ignore[dict-item]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"1", "two": b"2"}
    write_together(tmp_path, {"one": b"3", "two": b"4"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"3", "two": b"4"}


def test_a_disk_that_fills_up_leaves_all_of_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_together(tmp_path, {"one": b"1", "two": b"2"})
    syncs = iter((None, OSError(errno.ENOSPC, "No space left on device")))

    def fill(handle: int) -> None:
        if error := next(syncs):
            raise error

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_together(tmp_path, {"one": b"3", "two": b"4"})
    assert caught.value.filename == str(tmp_path / "one")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"1", "two": b"2"}


def test_a_device_is_written_as_it_is_and_a_link_is_followed(tmp_path: Path) -> None:
    write_atomic(Path(os.devnull), b"gone")
    assert Path(os.devnull).is_char_device()
    with pytest.raises(OSError, match="No space left on device"):
        write_atomic(Path("/dev/full"), b"more")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_atomic(tmp_path / "link", b"data")
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "file").read_bytes()) == (True, b"data")


def test_the_longest_name_can_be_written_and_a_longer_one_is_named(tmp_path: Path) -> None:
    write_atomic(tmp_path / ("n" * 255), b"data")
    with pytest.raises(OSError, match="File name too long") as caught:
        write_atomic(tmp_path / ("n" * 256), b"data")
    assert caught.value.filename == str(tmp_path / ("n" * 256))


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"data")
    os.mkfifo(tmp_path / "pipe")
    assert read_regular(tmp_path / "file", 3) == b"dat"
    for name in ("pipe", "/dev/zero"):
        with pytest.raises(OSError, match="Not a regular file"):
            read_regular(tmp_path / name, 3)
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path, 3)


@pytest.mark.parametrize("text", [b"[" * 100_000, b"{", b"\xff", b'"' + b"x" * 100 + b'"', b"1" * 5000])
def test_json_that_cannot_be_read_is_a_value_error(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "file.json").write_bytes(text)
    with pytest.raises(ValueError):
        read_json(tmp_path / "file.json", 100 if text.startswith(b'"') else 1_000_000)


@pytest.mark.parametrize("text", ["a = " + "[" * 10_000, "a = ", "=" * 2_000_000])
def test_toml_that_cannot_be_read_is_a_value_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "file.toml").write_text(text)
    with pytest.raises(ValueError):
        read_toml(tmp_path / "file.toml")
