import dataclasses
import json

from deepstyle.learning.ranking.log import log_of
from deepstyle.people.events.schema import Event


def event(name: str, action: str, item_id: str = "", place: int = 0, **values: str | int) -> Event:
    one = Event(name, 1000 + len(name), action, "anna", "s", "q", item_id, place, "red shirt")
    return dataclasses.replace(one, **values)


def test_a_list_is_what_was_seen_by_places_with_what_was_clicked() -> None:
    shown = [event("b", "impression", "y", 2), event("a", "impression", "x", 1), event("c", "click", "y", 2)]
    log = log_of([event("s", "search"), *shown, shown[2], event("other", "click", "elsewhere")])

    (found,) = log.lists
    assert (found.item_ids, found.places, found.text) == (("x", "y"), (1, 2), "red shirt")
    assert found.clicked == {"y"}
    assert [deed.item_id for deed in log.deeds] == ["y", "elsewhere"]  # the second delivery does not count


def test_plain_places_come_from_the_attributes_and_damaged_ones_are_ignored() -> None:
    shown = [
        event("a", "impression", "x", 1, attributes=json.dumps({"plain": 9})),
        event("b", "impression", "y", 2, attributes="{"),
        event("c", "impression", "z", 3, attributes='{"plain": "first"}'),
    ]

    assert log_of(shown).lists[0].plain == (9, 2, 3)


def test_hidden_and_bought_items_are_deeds_without_a_query() -> None:
    hidden, bought = event("h", "hide", "x", query_id=""), event("p", "purchase", "y", query_id="")

    log = log_of([hidden, bought])

    assert log.lists == ()
    assert [(deed.weight < 0, deed.is_purchase) for deed in log.deeds] == [(True, False), (False, True)]
