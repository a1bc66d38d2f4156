"""Reasons in English, for the command line and the pictures; the web client has its own words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from deepstyle.catalogue.colours import colour_name
from deepstyle.compatibility.explain import Reason, ReasonCode

_SENTENCES: Final[Mapping[ReasonCode, str]] = MappingProxyType(
    {
        "seen_together": "styled together in {count} outfits",
        "same_colour": "both {colour}",
        "neutral_colour": "{neutral} is neutral and goes with {colour}",
        "colour_family": "{one} and {other} are both {family} colours",
        "both_plain": "both plain",
        "plain_with_pattern": "the plain piece sets off the {pattern} one",
        "same_formality": "both in {formality} style",
    }
)


def in_words(reason: Reason) -> str:
    """The reason as an English sentence without a capital or a full stop."""
    if reason.code == "seen_together" and reason.parameters["count"] == 1:
        return "styled together in 1 outfit"
    return _SENTENCES[reason.code].format(**{name: _named(value) for name, value in reason.parameters.items()})


def _named(value: str | int) -> str | int:
    return colour_name(value) if isinstance(value, str) else value
