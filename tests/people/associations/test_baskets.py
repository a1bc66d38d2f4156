"""What is a basket, and what is none."""

from pathlib import Path

import pytest

from deepstyle.people.associations.baskets import MOST_ITEMS, WINDOW_US, read_baskets
from deepstyle.people.events.schema import Event
from tests.learning.associations.purchases import START_US, keep, look

pytest.importorskip("duckdb")


def bought(client_id: str, item_id: str, at_us: int) -> Event:
    return Event(f"{client_id}-{item_id}-{at_us}", START_US + at_us, "purchase", client_id, object_id=item_id)


def found(folder: Path, events: list[Event]) -> list[tuple[str, tuple[str, ...]]]:
    keep(folder, events)
    return [(one.client_id, one.item_ids) for one in read_baskets(folder)]


def test_purchases_are_one_basket_as_long_as_the_next_one_follows_soon(tmp_path: Path) -> None:
    times = [0, WINDOW_US, 2 * WINDOW_US, 3 * WINDOW_US + 1, 3 * WINDOW_US + 2]
    events = [bought("anna", item_id, at) for item_id, at in zip("abcde", times, strict=True)]

    assert found(tmp_path, events[::-1]) == [("anna", ("a", "b", "c")), ("anna", ("d", "e"))]
    (first, _) = read_baskets(tmp_path)
    assert (first.timestamp_us, first.until_us) == (START_US, START_US + 2 * WINDOW_US)


def test_a_saved_look_is_a_basket_and_a_like_is_none(tmp_path: Path) -> None:
    like = Event("like", START_US, "like", "anna", object_id="z", attributes='{"surface": "look"}')
    damaged = Event("damaged", START_US, "like", "anna", object_id="y", attributes='["look": 1')
    looks = look("anna", ("a", "b")) + look("anna", ("c", "d"), name="other")

    assert found(tmp_path, [*looks, like, damaged]) == [("anna", ("a", "b")), ("anna", ("c", "d"))]


def test_what_has_no_pseudonym_one_item_or_too_many_is_none(tmp_path: Path) -> None:
    many = [bought("reseller", f"i{n}", n) for n in range(MOST_ITEMS + 1)]
    nobody = [bought("", "a", 0), bought("", "b", 1)]
    twice = [bought("berta", "a", 0), bought("berta", "a", 1)]

    assert found(tmp_path, [*many, *nobody, *twice]) == []
    assert read_baskets(tmp_path / "none") == []
