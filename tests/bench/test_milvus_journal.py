"""The journal of the Milvus bench says what is written and what was only begun, whoever was killed."""

from pathlib import Path

from bench.milvus_runs.journal import Journal, Write


def test_a_process_goes_on_where_the_killed_one_was(tmp_path: Path) -> None:
    killed = Journal(tmp_path / "journal")
    for kind, write in [("put", Write(1, 1)), ("put", Write(3, 1)), ("change", Write(1, 2)), ("delete", Write(3, 0))]:
        killed.add("begin", write)
        killed.add(kind, write)
    killed.add("searched")
    killed.add("begin", Write(5, 1))

    later = Journal(tmp_path / "journal")
    later.read()
    assert later.versions == killed.versions == {1: 2}
    assert later.begun == Write(5, 1)
    assert later.highest == 3
    assert later.counts == {"put": 2, "change": 1, "delete": 1, "searched": 1}


def test_what_another_process_added_is_taken_up(tmp_path: Path) -> None:
    writing, reading = Journal(tmp_path / "journal"), Journal(tmp_path / "journal")
    writing.add("begin", Write(7, 1))
    reading.read()
    assert reading.begun == Write(7, 1) and not reading.versions
    writing.add("repeated", Write(7, 1))
    reading.read()
    reading.read()
    assert reading.begun is None and reading.versions == {7: 1} and reading.counts == {"repeated": 1}
