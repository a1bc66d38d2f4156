"""Who is erased is no longer counted, at once, and only once."""

import dataclasses
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from deepstyle.compatibility.association import Place
from deepstyle.people.associations.baskets import read_baskets
from deepstyle.people.associations.counts import count_people
from deepstyle.people.associations.erasure import take_out
from deepstyle.people.associations.folder import (
    COUNTS_FILE,
    FOLDER,
    AssociationSpec,
    Counted,
    read_counts,
    write_association,
)
from deepstyle.people.consent import Choice, record_consent
from deepstyle.people.erase import erase_person
from deepstyle.people.events.erasure import request_erasure
from deepstyle.people.events.maintenance import maintain
from deepstyle.people.opened import People
from tests.learning.associations.purchases import COUNT, keep, purchases

pytest.importorskip("duckdb")
VERSION = "20261127T100000-00000001"
PLACES = {
    f"{letter}{n:02}": Place(f"{letter}{n:02}", f"{category}/{n % 3}")
    for letter, category in (("t", "tops"), ("b", "bottoms"))
    for n in range(COUNT)
}


def learn(rankings_dir: Path, events_dir: Path, version: str = VERSION) -> Path:
    """Write what the events say, as a training does."""
    baskets = read_baskets(events_dir)
    until_us = max(one.until_us for one in baskets)
    spec = AssociationSpec(version, "2026-11-27T10:00:00Z", "s", True, 0.1, 0, until_us, len(baskets), 1)
    folder = rankings_dir / FOLDER / version
    write_association(
        folder, spec, {"tops": np.eye(2, dtype=np.float32)}, Counted(count_people(baskets, PLACES), PLACES)
    )
    return folder


def counted_anew(events_dir: Path, *without: str) -> dict[tuple[str, str], int]:
    return dict(count_people([one for one in read_baskets(events_dir) if one.client_id not in without], PLACES))


def test_erasing_takes_a_person_out_as_if_she_had_never_been_there(people: People) -> None:
    settings = people.settings
    keep(settings.events_dir, purchases(people=60))
    folders = [learn(settings.rankings_dir, settings.events_dir, one) for one in (VERSION, VERSION[:-1] + "2")]
    record_consent(people.store, "p7", Choice(True, True))
    expected = counted_anew(settings.events_dir, "p7")
    assert expected != read_counts(folders[0]).people

    erase_person(people, "p7")

    assert [read_counts(folder).people for folder in folders] == [expected, expected]
    assert counted_anew(settings.events_dir) == expected, "the next training counts the same"
    assert b"p7" not in (folders[0] / COUNTS_FILE).read_bytes()


def test_withdrawing_with_erasure_takes_out_too(tmp_path: Path) -> None:
    events, rankings = tmp_path / "events", tmp_path / "rankings"
    keep(events, purchases(people=60))
    folder, expected = learn(rankings, events), counted_anew(events, "p3", "p4")

    request_erasure(events, ["p3"])
    request_erasure(events, ["p4"])
    maintain(events, 3650, lambda owners: take_out(rankings, events, owners))

    assert read_counts(folder).people == expected


def test_an_erasure_that_is_repeated_takes_nobody_out_twice(tmp_path: Path) -> None:
    events, rankings = tmp_path / "events", tmp_path / "rankings"
    keep(events, purchases(people=60))
    folder, expected = learn(rankings, events), counted_anew(events, "p3")

    assert [take_out(rankings, events, ["p3"]) for _ in range(3)] == [1, 0, 0]

    assert read_counts(folder).people == expected
    assert take_out(rankings, events, ["nobody", ""]) == 0
    assert take_out(tmp_path / "none", events, ["p3"]) == 0


def test_what_a_person_bought_after_the_training_is_not_subtracted(tmp_path: Path) -> None:
    events, rankings = tmp_path / "events", tmp_path / "rankings"
    keep(events, purchases(people=60))
    folder, expected = learn(rankings, events), counted_anew(events, "p3")
    later = [
        dataclasses.replace(one, event_id=f"later-{one.event_id}", timestamp_us=one.timestamp_us + 10**15)
        for one in purchases(people=60, seed=1)
    ]
    keep(events, later)

    take_out(rankings, events, ["p3"])

    assert read_counts(folder).people == expected


def test_what_is_damaged_is_deleted_rather_than_kept_with_her_in_it(tmp_path: Path) -> None:
    events, rankings = tmp_path / "events", tmp_path / "rankings"
    keep(events, purchases(people=60))
    folder = learn(rankings, events)
    (folder / COUNTS_FILE).write_text("{")

    take_out(rankings, events, ["p3"])

    assert not folder.exists()


def test_baskets_are_ordered_by_person(tmp_path: Path) -> None:
    keep(tmp_path, purchases(people=12))
    owners = [owner for owner, _ in groupby(read_baskets(tmp_path), key=lambda one: one.client_id)]
    assert owners == sorted(set(owners)) and len(owners) == 12
