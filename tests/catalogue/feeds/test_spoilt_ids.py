"""Ids that a spreadsheet spoilt are warned of, and no others."""

import pytest

from deepstyle.catalogue.feeds.spoilt_ids import common_digits, spoilt_id


@pytest.mark.parametrize(
    ("ids", "digits"),
    [
        ([f"{at:010}" for at in range(20)], 10),
        ([*(f"{at:013}" for at in range(50)), "123456789012"], 13),
        ([*(f"{at:06}" for at in range(50)), "1234"], 6),
        ([str(at) for at in range(1, 100)], 0),
        ([str(at) for at in range(1, 9999)], 0),
        ([str(10_000_000 + at) for at in range(20)], 8),
        ([*(str(10_000_000 + at) for at in range(20)), "100000000"], 0),
        (["A-1", "B-2", None, 3.5], 0),
        ([], 0),
    ],
)
def test_how_long_ids_are(ids, digits):
    assert common_digits(ids) == digits


@pytest.mark.parametrize(
    ("item_id", "digits", "why"),
    [
        ("1.08775E+16", 0, "rounded"),
        ("1,08775E+16", 0, "rounded"),
        ("1E+05", 0, "rounded"),
        ("1234567890123450", 0, "rounded"),
        ("108775015", 10, "lost leading zeros"),
        ("0108775015", 10, ""),
        ("108775015", 0, ""),
        ("E-123", 10, ""),
        ("12E5", 0, ""),
        ("123456789012345", 0, ""),
    ],
)
def test_spoilt_ids(item_id, digits, why):
    found = spoilt_id(item_id, digits)
    assert bool(found) is bool(why)
    for warning in found:
        assert (warning.code, why in warning.message) == ("spoilt-id", True)
