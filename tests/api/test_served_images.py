"""Served widths on disk: made once, within a limit, and never the reason that a response fails."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deepstyle.api.served_images import ServedImages


def jpeg(size: int = 100, fill: int = 1) -> bytes:
    return b"\xff\xd8" + bytes([fill]) * (size - 4) + b"\xff\xd9"


class Maker:
    """Counts how often it makes the picture."""

    def __init__(self, data: bytes) -> None:
        self.data, self.times = data, 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.data


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_made_once_and_found_by_the_next_process(tmp_path: Path) -> None:
    make = Maker(jpeg())
    for _ in range(3):
        assert ServedImages(tmp_path, 10_000).get("ab-160", make) == jpeg()
    assert make.times == 1


def test_concurrent_misses_make_one(tmp_path: Path) -> None:
    images, ready, make = ServedImages(tmp_path, 10_000), threading.Barrier(8), Maker(jpeg())

    def ask(_: int) -> bytes:
        ready.wait(10)
        return images.get("ab-160", make)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {jpeg()}
    assert make.times == 1


def test_the_least_recently_used_go(tmp_path: Path) -> None:
    images = ServedImages(tmp_path, 10_000)
    for number in range(300):
        images.get(f"{number:03}-160", lambda: jpeg(100))
        path = tmp_path / "v1" / f"{number:03}"[:2] / f"{number:03}-160.jpg"
        os.utime(path, (number, number))
        assert sum(file.stat().st_size for file in files(tmp_path)) <= 10_000
    kept = sorted(path.name for path in files(tmp_path))
    assert kept[-1] == "299-160.jpg" and "000-160.jpg" not in kept
    assert len(kept) > 80


def test_what_another_process_left_counts(tmp_path: Path) -> None:
    ServedImages(tmp_path, 100_000).get("aa-1", lambda: jpeg(5_000))
    images = ServedImages(tmp_path, 5_500)
    images.get("bb-1", lambda: jpeg(3_000))
    assert sum(file.stat().st_size for file in files(tmp_path)) <= 5_500


def test_damaged_files_are_made_again(tmp_path: Path) -> None:
    images = ServedImages(tmp_path, 10_000)
    images.get("ab-160", lambda: jpeg())
    for damaged in (b"", jpeg()[:50], bytes(100)):
        files(tmp_path)[0].write_bytes(damaged)
        assert images.get("ab-160", lambda: jpeg()) == jpeg()


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "images").write_text("a file where the folder should be")
    images, make = ServedImages(tmp_path / "images", 10_000), Maker(jpeg())
    assert [images.get("ab-160", make) for _ in range(2)] == [jpeg()] * 2
    assert make.times == 2
    assert "not kept" in caplog.text


def test_a_full_disk_leaves_no_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert ServedImages(tmp_path, 10_000).get("ab-160", lambda: jpeg()) == jpeg()
    assert not files(tmp_path)


def test_what_cannot_be_made_is_tried_again(tmp_path: Path) -> None:
    images = ServedImages(tmp_path, 10_000)

    def fail() -> bytes:
        raise ValueError("no picture")

    with pytest.raises(ValueError, match="no picture"):
        images.get("ab-160", fail)
    assert images.get("ab-160", lambda: jpeg()) == jpeg()


@pytest.mark.parametrize("limit_bytes", [0, 50])
def test_nothing_is_written_beyond_the_limit(tmp_path: Path, limit_bytes: int) -> None:
    images = ServedImages(tmp_path, limit_bytes)
    assert images.get("ab-160", lambda: jpeg()) == jpeg()
    assert not files(tmp_path)
