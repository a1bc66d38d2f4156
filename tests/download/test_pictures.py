"""Downloads from a server that misbehaves: the report is exact, and nothing is fetched twice."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from deepstyle.download.folder import DownloadState, Known, picture_path
from deepstyle.download.limits import Limits
from deepstyle.download.pictures import download_pictures
from tests.download.faulty_server import FINE, OUTCOMES, FaultyServer, faulty_server, picture

QUICK = Limits(  # but no busy machine reaches a time limit by itself: that would be another cause in the report
    max_bytes=200_000,
    connect_s=5.0,
    read_s=2.0,
    total_s=4.0,
    connections=32,
    per_host=32,
    per_host_rate=2000.0,
    tries=2,
    backoff_s=0.01,
    max_wait_s=0.5,
    give_up_after=1000,
)


@pytest.fixture(scope="module")
def shared() -> Iterator[FaultyServer]:
    with faulty_server() as server:
        yield server


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty_server() as server:
        yield server


def fetch(server: FaultyServer, folder: Path, paths: Sequence[str], **options):
    options = {"allowed": frozenset([server.origin]), "limits": QUICK, **options}
    return download_pictures([server.url(path) for path in paths], folder, **options)


def test_every_fault_has_its_cause_and_stops_no_other_picture(shared: FaultyServer, tmp_path: Path) -> None:
    paths = [f"{fault}/{number}.jpg" for number in (1, 2) for fault in OUTCOMES]
    report = fetch(shared, tmp_path, [*paths, *paths])
    expected = Counter(cause for cause in OUTCOMES.values() for _ in range(2))
    got = expected.pop("")
    assert report.causes == expected
    assert (report.wanted, report.downloaded, report.failed) == (len(paths), got, len(paths) - got)
    failures = {failure.url: failure for failure in report.failures}
    for path in paths:
        cause = OUTCOMES[path.partition("/")[0]]
        assert picture_path(tmp_path, shared.url(path)).is_file() == (not cause), path
        assert not cause or (failures[shared.url(path)].cause, bool(failures[shared.url(path)].remedy)) == (cause, True)
    assert all(shared.asked[path] <= 1 for path in paths if path.startswith((FINE, "gone", "forbidden", "page")))
    assert not any("cookie" in headers for headers in shared.headers.values())
    assert {headers["user-agent"] for headers in shared.headers.values()} == {"deepstyle (catalogue import)"}


def test_pictures_are_whole_and_each_is_asked_for_once(server: FaultyServer, tmp_path: Path) -> None:
    paths = [f"fine/{number}.jpg" for number in range(40)]
    seen: list[tuple[int, int]] = []
    report = fetch(server, tmp_path, paths * 3, on_progress=lambda done, failed: seen.append((done, failed)))
    assert (report.wanted, report.downloaded) == (40, 40)
    assert seen == [(count, 0) for count in range(1, 41)]
    assert [picture_path(tmp_path, server.url(path)).read_bytes() for path in paths] == [picture(n) for n in range(40)]
    assert set(server.asked.values()) == {1}
    assert not list((tmp_path / "partial").iterdir())


def test_a_second_run_asks_only_for_what_may_have_changed(server: FaultyServer, tmp_path: Path) -> None:
    paths = ["fine/1.jpg", "fine/2.jpg", "gone/3.jpg"]
    fetch(server, tmp_path, paths)
    again = fetch(server, tmp_path, paths)
    assert (again.downloaded, again.unchanged, again.causes) == (0, 2, {"not-found": 1})
    assert server.asked == {"fine/1.jpg": 1, "fine/2.jpg": 1, "gone/3.jpg": 2}
    later = fetch(server, tmp_path, paths, max_age_s=0)
    assert (later.downloaded, later.unchanged, later.failed) == (0, 2, 1)
    assert (server.sent.total(), server.confirmed.total()) == (2, 2)


def test_a_file_that_is_gone_is_fetched_whole(server: FaultyServer, tmp_path: Path) -> None:
    fetch(server, tmp_path, ["fine/1.jpg"])
    picture_path(tmp_path, server.url("fine/1.jpg")).unlink()
    assert fetch(server, tmp_path, ["fine/1.jpg"]).downloaded == 1
    assert (server.sent.total(), server.confirmed.total()) == (2, 0)


def test_a_killed_run_goes_on_and_its_report_counts_both_parts(server: FaultyServer, tmp_path: Path) -> None:
    paths = ["fine/1.jpg", "gone/2.jpg", "fine/3.jpg", "gone/4.jpg"]

    def killed() -> Iterator[str]:
        yield from map(server.url, paths[:2])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download_pictures(
            killed(), tmp_path, allowed=frozenset([server.origin]), limits=replace(QUICK, connections=1, per_host=1)
        )
    report = fetch(server, tmp_path, paths)
    assert (report.wanted, report.downloaded, report.causes) == (4, 2, {"not-found": 2})
    assert set(server.asked.values()) == {1}


def test_jobs_have_runs_of_their_own(server: FaultyServer, tmp_path: Path) -> None:
    with DownloadState(tmp_path) as state:
        first, second = state.begin("a"), state.begin("b")
        assert first != second
        assert state.begin("a") == first
        state.settle("http://x/1", first, "downloaded", Known("e", "", time.time()))
        state.finish(first)
        assert state.begin("a") > second
        assert state.report(second).wanted == 0


def test_a_failure_keeps_the_picture_of_an_earlier_run(server: FaultyServer, tmp_path: Path) -> None:
    url = server.url("gone/1.jpg")
    with DownloadState(tmp_path) as state:
        state.write(url, picture(1))
    report = fetch(server, tmp_path, ["gone/1.jpg"])
    assert report.causes == {"not-found": 1}
    assert picture_path(tmp_path, url).read_bytes() == picture(1)


def test_one_host_gets_few_requests_at_once_and_waits_as_asked(server: FaultyServer, tmp_path: Path) -> None:
    paths = [f"fine/{number}.jpg" for number in range(30)]
    assert fetch(server, tmp_path, paths, limits=replace(QUICK, per_host=3)).downloaded == 30
    assert server.most_at_once <= 3
    assert server.connections <= 3


def test_a_host_that_never_answers_is_given_up(server: FaultyServer, tmp_path: Path) -> None:
    limits = replace(QUICK, connections=2, give_up_after=4, tries=1)
    report = fetch(server, tmp_path, [f"reset/{number}.jpg" for number in range(20)], limits=limits)
    assert report.failed == 20
    assert report.causes["broken-off"] in (4, 5)
    assert server.asked.total() == report.causes["broken-off"]


def test_an_error_that_is_no_pictures_ends_the_download(server: FaultyServer, tmp_path: Path) -> None:
    def broken() -> Iterator[str]:
        yield server.url("fine/1.jpg")
        raise OSError("the feed's disk is gone")

    with pytest.raises(OSError, match="the feed's disk"):
        download_pictures(broken(), tmp_path, allowed=frozenset([server.origin]), limits=QUICK)


def test_it_runs_where_an_event_loop_runs(server: FaultyServer, tmp_path: Path) -> None:
    async def in_a_notebook() -> int:
        return fetch(server, tmp_path, ["fine/1.jpg"]).downloaded

    assert asyncio.run(in_a_notebook()) == 1
