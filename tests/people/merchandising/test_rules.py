"""Rules compose the same way each time: hide is absolute, a pin lands at its place, and twice is as once."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.errors import UsageError
from deepstyle.people.merchandising.composition import Pin, hidden, in_force, placed, weighed
from deepstyle.people.merchandising.kinds import checked
from deepstyle.people.merchandising.rules import Rule

NUMBERS = st.lists(st.integers(0, 60), unique=True, max_size=40)


def rule(action: str, *items: int, **fields: object) -> Rule:
    return Rule.model_validate(
        {"name": "a", "action": action, "item_ids": [str(one) for one in items] or ["none"], **fields}
    )


def has(rule: Rule, one: int) -> bool:
    return str(one) in rule.item_ids


RULES = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.builds(
        lambda action, items, strength, priority: rule(action, *items, strength=strength, priority=priority),
        st.sampled_from(["boost", "bury", "hide"]),
        st.lists(st.integers(0, 60), max_size=8),
        st.integers(1, 10),
        st.integers(-5, 5),
    ),
    max_size=6,
)


@given(NUMBERS, RULES)
def test_hidden_is_gone_and_nothing_else(results: list[int], rules: dict[str, Rule]) -> None:
    expected = [
        one for one in results if any(one_rule.action == "hide" and has(one_rule, one) for one_rule in rules.values())
    ]
    assert hidden(rules, results, has) == expected


@given(NUMBERS, RULES)
def test_weights_order_and_lose_nothing(results: list[int], rules: dict[str, Rule]) -> None:
    ordered = weighed(rules, results, has)
    assert sorted(ordered) == sorted(results)
    assert weighed(rules, ordered, has) == ordered

    def weight(one: int) -> int:
        total = 0
        for each in rules.values():
            if has(each, one) and each.action != "hide":
                total += each.strength if each.action == "boost" else -each.strength
        return total

    for before, after in pairwise(ordered):
        same = weight(before) == weight(after)
        assert weight(before) > weight(after) or (same and results.index(before) < results.index(after))


@given(
    NUMBERS, st.lists(st.tuples(st.integers(1, 50), st.integers(100, 120)), unique_by=lambda one: one[1], max_size=8)
)
def test_a_pin_lands_at_its_place(results: list[int], wanted: list[tuple[int, int]]) -> None:
    pins = [Pin(place, item) for place, item in wanted]
    ordered = placed(results, pins)
    assert [one for one in ordered if one < 100] == results
    assert sorted(one for one in ordered if one >= 100) == sorted(item for _, item in wanted)
    if pins and pins[0].place <= len(ordered):
        others_before = sum(place <= pins[0].place for place, _ in wanted)
        is_full = len(results) + others_before >= pins[0].place
        assert not is_full or ordered[pins[0].place - 1] == pins[0].result
    assert placed([one for one in ordered if one < 100], pins) == ordered


def test_the_higher_priority_comes_first() -> None:
    rules = {"b": rule("hide", 1), "a": rule("hide", 1), "c": rule("hide", 1, priority=3)}
    assert [one for one, _ in in_force(rules)] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "pin", "item_ids": ["1"]}, "name"),
        ({"name": "x", "action": "sort", "item_ids": ["1"]}, "action"),
        ({"name": "x", "action": "hide"}, "no condition"),
        ({"name": "x", "action": "pin", "brands": ["A"]}, "item_ids"),
        ({"name": "x", "action": "pin", "item_ids": ["1"], "brands": ["A"]}, "brands"),
        ({"name": "x", "action": "pin", "item_ids": ["1"], "place": 51}, "place"),
        ({"name": "x", "action": "boost", "brands": ["A"], "from": "2026-02-02", "to": "2026-02-01"}, "to: "),
        ({"name": "x", "action": "boost", "margin_min": 3, "margin_max": 2}, "margin_max"),
        ({"name": "x", "action": "boost", "brands": ["A"], "exact": True}, "exact"),
        ({"name": "x", "action": "boost", "brands": ["A"], "query": "!"}, "query"),
        ({"name": "x", "action": "boost", "brands": ["A"], "colour": "red"}, "colour"),
        ([], "rules"),
    ],
)
def test_a_bad_rule_names_its_field(fields: object, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        checked("rules", fields)


@pytest.mark.parametrize(
    "to", ["//evil.example/x", "/\\evil.example", "https://evil.example", "item/1", "/a b", "/admin"]
)
def test_a_redirect_stays_on_the_website(to: str) -> None:
    with pytest.raises(UsageError, match="to: "):
        checked("redirects", {"query": "gift", "to": to})
    assert checked("redirects", {"query": "gift", "to": "/?brands=Nord#top"})["to"] == "/?brands=Nord#top"


def test_synonyms_are_two_words_or_more() -> None:
    for words in (["one"], ["one", "!"], ["one", "a, b"]):
        with pytest.raises(UsageError, match="words"):
            checked("synonyms", {"words": words})
