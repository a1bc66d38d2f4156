"""Reasons and concerns in English, for the command line and the pictures; the web client has its own words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.colours import colour_name
from deepstyle.compatibility.explain import Concern, ConcernCode, Reason, ReasonCode

_SENTENCES: Final[Mapping[ReasonCode, str]] = MappingProxyType(
    {
        "bought_together": "at least {people} people chose both",
        "alike_bought_together": "at least {people} people chose pieces like these two together",
        "often_chosen": "at least {people} people chose it with a piece of this kind",
        "seen_together": "styled together in {count} outfits",
        "same_colour": "both {colour}",
        "neutral_colour": "{neutral} is neutral and goes with {colour}",
        "colour_family": "{one} and {other} are both {family} colours",
        "both_plain": "both plain",
        "plain_with_pattern": "the plain piece sets off the {pattern} one",
        "same_formality": "both in {formality} style",
    }
)
_CONCERNS: Final[Mapping[ConcernCode, str]] = MappingProxyType(
    {
        "repeated_item": "the same item twice",
        "same_slot": "more {slot} than one person wears",
        "different_genders": "one is for {one}, the other for {other}",
        "unrelated_colours": "nothing links the colours {one} and {other}",
        "competing_patterns": "two patterns compete: {one} and {other}",
        "opposite_seasons": "one is for {one}, the other for {other}",
        "never_seen_together": "no known outfit has both",
    }
)


def in_words(reason: Reason) -> str:
    """The reason as an English sentence without a capital or a full stop."""
    if reason.code == "seen_together" and reason.parameters["count"] == 1:
        return "styled together in 1 outfit"
    return _SENTENCES[reason.code].format(**_named(reason.parameters))


def concern_in_words(concern: Concern) -> str:
    """The concern as an English sentence without a capital or a full stop."""
    return _CONCERNS[concern.code].format(**_named(concern.parameters))


def _named(parameters: Mapping[str, str | int]) -> dict[str, str | int]:
    return {name: colour_name(value) if isinstance(value, str) else value for name, value in parameters.items()}
