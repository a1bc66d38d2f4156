"""English for every code, with its parameters filled in."""

from typing import get_args

import pytest

from deepstyle.compatibility.explain import Reason, ReasonCode
from deepstyle.report.reasons import in_words

SENTENCES = {
    Reason("seen_together", {"count": 1}): "styled together in 1 outfit",
    Reason("seen_together", {"count": 12}): "styled together in 12 outfits",
    Reason("same_colour", {"colour": "red"}): "both red",
    Reason("neutral_colour", {"neutral": "black", "colour": "{teal}"}): "black is neutral and goes with {teal}",
    Reason("colour_family", {"one": "navy", "other": "teal", "family": "cool"}): "navy and teal are both cool colours",
    Reason("both_plain"): "both plain",
    Reason("plain_with_pattern", {"pattern": "floral"}): "the plain piece sets off the floral one",
    Reason("same_formality", {"formality": "evening"}): "both in evening style",
}


@pytest.mark.parametrize("reason", SENTENCES, ids=str)
def test_in_words(reason: Reason) -> None:
    assert in_words(reason) == SENTENCES[reason]


def test_every_code_has_a_sentence() -> None:
    assert {reason.code for reason in SENTENCES} == set(get_args(ReasonCode))
