"""The table of colours: codes, names in two languages, shades; and the text that a store keeps."""

import re

import pytest

from deepstyle.catalogue.colours import (
    COLOURS,
    DominantColour,
    codes_text,
    colour_code,
    colour_name,
    lab_text,
    read_colours,
)


def test_codes_and_names_are_distinct_and_shades_are_colours() -> None:
    for names in ([one.code for one in COLOURS], [one.en for one in COLOURS], [one.de for one in COLOURS]):
        assert len(set(names)) == len(COLOURS)
    assert 20 <= len(COLOURS) <= 24
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)?", colour.code) for colour in COLOURS)
    assert all(re.fullmatch("#[0-9a-f]{6}", shade) for colour in COLOURS for shade in colour.shades)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Marineblau", "navy"),
        ("NAVY", "navy"),
        ("light blue", "light-blue"),
        ("weiss", "white"),
        ("Weiß", "white"),
        ("Puce", "puce"),
    ],
)
def test_a_colour_is_known_by_its_code_and_its_names(name: str, code: str) -> None:
    assert colour_code(name) == code


def test_a_code_wins_over_a_name_of_another_colour() -> None:
    assert colour_code("pink") == "pink" and colour_name("fuchsia", "de") == "Pink"


def test_a_code_of_a_later_table_is_its_own_name() -> None:
    assert colour_name("heliotrope") == "heliotrope"


def test_colours_are_read_as_they_were_written() -> None:
    colours = (DominantColour("navy", (22.5, 3.25, -20.5), 0.75), DominantColour("white", (96.0, 0.0, 1.0), 0.25))
    assert codes_text(colours) == "navy,white"
    assert read_colours(codes_text(colours), lab_text(colours)) == colours
    assert read_colours("", "") == ()


@pytest.mark.parametrize("labs", ["", "1 2 3", "1 2 3 4,5 6 7 8", "a b c d"])
def test_values_that_do_not_fit_their_codes_are_no_colours(labs: str) -> None:
    assert read_colours("navy", labs) == ()
