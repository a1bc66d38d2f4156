"""Only what changed is read, written and encoded; a run that fails or is stopped loses nothing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.errors import StoreBusyError
from deepstyle.jobs import sync
from deepstyle.jobs.lock import only_job
from deepstyle.jobs.state import FeedState, read_state, read_states, write_state
from deepstyle.jobs.stopping import Stop
from deepstyle.jobs.sync import SyncOptions, sync_forever, sync_once
from deepstyle.shop import Shop
from deepstyle.style.encoder import Encoder
from tests.jobs.feeds import Feed, open_shop

OPTIONS = SyncOptions()


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "feed").draw()


@pytest.fixture
def shop(tmp_path: Path, tiny_model: Path) -> Iterator[Shop]:
    with open_shop(tmp_path, tiny_model) as opened:
        yield opened


@pytest.fixture
def encodes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of pictures of every pass through the network."""
    passes: list[int] = []
    whole = Encoder.encode_prepared

    def counted(self: Encoder, pixels):
        passes.append(len(pixels))
        return whole(self, pixels)

    monkeypatch.setattr(Encoder, "encode_prepared", counted)
    return passes


def run(shop: Shop, feed: Feed, options: SyncOptions = OPTIONS, stop: Stop | None = None):
    return sync_once(shop, str(feed.table), options, stop or Stop())


def test_a_changed_picture_costs_one_encode_and_an_unchanged_feed_is_not_parsed(
    shop: Shop, feed: Feed, encodes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(shop, feed)
    assert (first.outcome, first.added, first.encoded, first.calibrated) == ("changed", 60, 60, True)
    encodes.clear()
    feed.picture(7, 700)
    second = run(shop, feed)
    assert (second.changed, second.unchanged, second.encoded, second.calibrated) == (1, 59, 1, False)
    assert encodes == [1]
    assert len(shop.similar("i007").matches) == 10

    monkeypatch.setattr(sync, "open_catalogue", lambda *_, **__: pytest.fail("the feed was parsed"))
    third = run(shop, feed)
    assert (third.outcome, third.items) == ("unchanged", 60)
    assert encodes == [1]


def test_unchanged_rows_write_nothing(shop: Shop, feed: Feed) -> None:
    run(shop, feed)
    revision = shop.store._database.revision()
    feed.picture(7, 7)  # the same bytes, written later
    again = run(shop, feed)
    assert (again.outcome, again.unchanged) == ("changed", 60)
    assert shop.store._database.revision() == revision


def test_a_changed_row_is_written_and_encodes_nothing(shop: Shop, feed: Feed, encodes: list[int]) -> None:
    run(shop, feed)
    encodes.clear()
    feed.titles[3] = "Renamed"
    feed.write()
    assert (run(shop, feed).changed, shop.item("i003").title, encodes) == (1, "Renamed", [])


def test_the_calibration_follows_once_many_pictures_changed(shop: Shop, feed: Feed) -> None:
    run(shop, feed)
    for number, due in ((1, False), (2, False), (3, True), (4, False)):
        feed.picture(number, 100 + number)
        assert run(shop, feed).calibrated is due


def test_what_the_feed_lacks_is_pruned_within_the_limit(shop: Shop, feed: Feed) -> None:
    run(shop, feed)
    feed.gone = {1, 2}
    assert run(shop, feed.write()).pruned == 2
    feed.gone = set(range(40))
    refused = run(shop, feed.write())
    assert refused.pruned == 0
    assert "limit" in refused.prune_refused
    assert refused.is_partial
    assert run(shop, feed, SyncOptions(prune=False)).prune_refused == ""
    assert run(shop, feed, SyncOptions(prune_limit_percent=90)).pruned == 38


def test_an_item_that_somebody_deleted_comes_back(shop: Shop, feed: Feed) -> None:
    run(shop, feed)
    shop.delete("i005")
    assert run(shop, feed).added == 1


def test_a_stopped_run_is_finished_by_the_next(shop: Shop, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, put = Stop(), shop.store.put

    def put_and_stop(entries):
        stop.set()
        return put(entries)

    monkeypatch.setattr("deepstyle.store.ingest.BATCH", 16)
    monkeypatch.setattr(shop.store, "put", put_and_stop)
    assert run(shop, feed, stop=stop).outcome == "stopped"
    assert shop.store.count() == 16
    rest = run(shop, feed)
    assert (rest.added, rest.unchanged, rest.encoded) == (44, 16, 60)


def test_a_feed_that_is_gone_fails_with_a_remedy_and_deletes_nothing(shop: Shop, feed: Feed) -> None:
    run(shop, feed)
    feed.table.rename(feed.folder / "moved.csv")
    failed = run(shop, feed)
    assert (failed.outcome, shop.store.count()) == ("failed", 60)
    assert "does not exist" in failed.error
    assert read_state(shop.store, str(feed.table)).failures == 1
    (feed.folder / "moved.csv").rename(feed.table)
    assert run(shop, feed).outcome == "unchanged"
    assert read_state(shop.store, str(feed.table)).failures == 0


def test_a_url_says_what_is_missing(shop: Shop) -> None:
    failed = sync_once(shop, "https://shop.example/feed.csv", OPTIONS, Stop())
    assert (failed.outcome, bool(failed.remedy)) == ("failed", True)


def test_one_job_at_a_time_writes_a_store(shop: Shop, feed: Feed, tmp_path: Path, tiny_model: Path) -> None:
    with open_shop(tmp_path, tiny_model) as other, only_job(other.store), pytest.raises(StoreBusyError):
        run(shop, feed)
    assert run(shop, feed).outcome == "changed"


def test_runs_come_at_their_interval_and_missed_ones_are_one(shop: Shop, feed: Feed) -> None:
    name = str(feed.table)
    write_state(shop.store, FeedState(name, every_s=60, next_run_s=time.time() - 600))  # ten runs were missed
    stop, runs = Stop(), []

    def on_run(one) -> None:
        runs.append(one)
        threading.Timer(0.2, stop.set).start()

    sync_forever(shop, name, OPTIONS, stop, every_s=60, on_run=on_run)
    assert [one.outcome for one in runs] == ["changed"]
    (state,) = read_states(shop.store)
    assert state.next_run_s == pytest.approx(runs[0].started_s + 60)
    stop = Stop()
    threading.Timer(0.2, stop.set).start()
    sync_forever(shop, name, OPTIONS, stop, every_s=60, on_run=lambda one: pytest.fail("it is not time yet"))


def test_no_copy_carries_the_state(shop: Shop, feed: Feed) -> None:
    run(shop, feed)
    assert not [key for key in shop.store.facts() if "sync" in key]
