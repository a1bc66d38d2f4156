"""The German names of a catalogue's English values."""

import re

from deepstyle.catalogue.colours import COLOUR_OF_CODE
from deepstyle.catalogue.value_names import VALUE_NAMES
from deepstyle.demo.palette import COLOURS


def test_each_value_is_there_once_and_colours_have_shades() -> None:
    values = [one.value for one in VALUE_NAMES]
    assert len(set(values)) == len(values)
    assert not set(values) & set(COLOUR_OF_CODE)
    assert all(value == value.lower() and one.de for value, one in zip(values, VALUE_NAMES, strict=True))
    assert all(re.fullmatch("#[0-9a-f]{6}", one.shade) for one in VALUE_NAMES if one.shade)


def test_every_colour_of_the_demo_has_a_name_and_a_shade() -> None:
    shades = {one.value for one in VALUE_NAMES if one.shade} | set(COLOUR_OF_CODE)
    assert set(COLOURS) <= shades
