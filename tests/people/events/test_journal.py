"""What is acknowledged is on disk, whatever happens to the process."""

import os
import threading
from pathlib import Path

import pytest

from deepstyle.people.events.journal import Journal, events_in, journals, line_of, seal_all
from tests.people.events.shoppers import event, everywhere


def test_two_processes_have_a_journal_each_and_a_place_is_given_back(tmp_path: Path) -> None:
    first, second = Journal(tmp_path), Journal(tmp_path)
    first.append(line_of(event(1)))
    second.append(line_of(event(2)))
    assert [path.name for path in journals(tmp_path)] == ["000.jsonl", "001.jsonl"]
    first.close()
    third = Journal(tmp_path)
    third.append(line_of(event(3)))
    assert sorted(path.name[:3] for path in journals(tmp_path)) == ["000", "000", "001"]
    assert everywhere(tmp_path) == ["event-000001", "event-000002", "event-000003"]


def test_a_line_that_a_kill_cut_off_is_left_out_and_never_continued(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(line_of(event(1)))
    with (tmp_path / "journal" / "000.jsonl").open("ab") as file:
        file.write(line_of(event(2))[:40])
    journal.close()
    after = Journal(tmp_path)
    after.append(line_of(event(3)))
    assert everywhere(tmp_path) == ["event-000001", "event-000003"]


def test_what_a_full_disk_cut_off_spoils_nothing_that_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    whole = os.write

    def no_space(handle: int, data: bytes) -> int:
        whole(handle, data[:25])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", no_space)
    with pytest.raises(OSError, match="No space"):
        journal.append(line_of(event(1)))
    monkeypatch.undo()
    journal.append(line_of(event(2)))
    assert everywhere(tmp_path) == ["event-000002"]


def test_sealing_while_another_thread_appends_loses_nothing(tmp_path: Path) -> None:
    journal, is_over = Journal(tmp_path), threading.Event()

    def write() -> None:
        for number in range(300):
            journal.append(line_of(event(number)))
        is_over.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not is_over.is_set():
        seal_all(tmp_path)
    thread.join()
    assert everywhere(tmp_path) == [f"event-{number:06}" for number in range(300)]


def test_text_of_any_kind_comes_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    sent = event(1, "search", user_query='grünes "Kleid"\n\u2028 👗', attributes={"results": 0})
    journal.append(line_of(sent))
    assert [one for path in journals(tmp_path) for one in events_in(path)] == [sent]
