"""English for every code, with its parameters filled in."""

from typing import get_args

import pytest

from deepstyle.compatibility.explain import Concern, ConcernCode, Reason, ReasonCode
from deepstyle.report.reasons import concern_in_words, in_words

SENTENCES = {
    Reason("bought_together", {"people": 20}): "at least 20 people chose both",
    Reason("alike_bought_together", {"people": 5}): "at least 5 people chose pieces like these two together",
    Reason("often_chosen", {"people": 5}): "at least 5 people chose it with a piece of this kind",
    Reason("seen_together", {"count": 1}): "styled together in 1 outfit",
    Reason("seen_together", {"count": 12}): "styled together in 12 outfits",
    Reason("same_colour", {"colour": "red"}): "both red",
    Reason("neutral_colour", {"neutral": "black", "colour": "{teal}"}): "black is neutral and goes with {teal}",
    Reason("colour_family", {"one": "navy", "other": "teal", "family": "cool"}): "navy and teal are both cool colours",
    Reason("both_plain"): "both plain",
    Reason("plain_with_pattern", {"pattern": "floral"}): "the plain piece sets off the floral one",
    Reason("same_formality", {"formality": "evening"}): "both in evening style",
}
CONCERNS = {
    Concern("repeated_item"): "the same item twice",
    Concern("same_slot", {"slot": "shoes"}): "more shoes than one person wears",
    Concern("different_genders", {"one": "women", "other": "men"}): "one is for women, the other for men",
    Concern("unrelated_colours", {"one": "red", "other": "teal"}): "nothing links the colours red and teal",
    Concern("competing_patterns", {"one": "floral", "other": "dots"}): "two patterns compete: floral and dots",
    Concern("opposite_seasons", {"one": "summer", "other": "winter"}): "one is for summer, the other for winter",
    Concern("never_seen_together"): "no known outfit has both",
}


@pytest.mark.parametrize("concern", CONCERNS, ids=str)
def test_concern_in_words(concern: Concern) -> None:
    assert concern_in_words(concern) == CONCERNS[concern]


@pytest.mark.parametrize("reason", SENTENCES, ids=str)
def verdict_in_words(reason: Reason) -> None:
    assert in_words(reason) == SENTENCES[reason]


def test_every_code_has_a_sentence() -> None:
    assert {reason.code for reason in SENTENCES} == set(get_args(ReasonCode))
    assert {concern.code for concern in CONCERNS} == set(get_args(ConcernCode))
