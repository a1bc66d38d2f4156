"""Who wears what, by the words of catalogues."""

import pytest

from deepstyle.compatibility.gender import EVERYBODY, UNISEX, WEARERS, WORN_BY, shared_wearers, wearers


def named(mask: int) -> list[str]:
    return [name for at, name in enumerate(WEARERS) if mask >> at & 1]


@pytest.mark.parametrize(
    ("gender", "expected"),
    [
        ("Women", ["women"]),
        ("women's", ["women"]),
        ("Damen", ["women"]),
        ("MALE", ["men"]),
        ("Women, Men", ["women", "men"]),
        ("adult", ["women", "men"]),
        ("M", ["men"]),
        ("kids", ["girls", "boys"]),
        ("unisex kids", ["girls", "boys"]),
        ("unisex", list(WEARERS)),
        ("Unisex adults", list(WEARERS)),
        ("", list(WEARERS)),
        ("petite", list(WEARERS)),
    ],
)
def test_wearers(gender: str, expected: list[str]) -> None:
    assert named(wearers(gender)) == expected


def test_who_wears_all() -> None:
    assert shared_wearers([]) == EVERYBODY
    assert named(shared_wearers(["women", "unisex", "Women, Men"])) == ["women"]
    assert shared_wearers(["women", "men"]) == 0


def test_the_tables_agree() -> None:
    assert all(named(wearers(word)) == list(names) for word, names in WORN_BY.items())
    assert all(wearers(word) == EVERYBODY for word in UNISEX)
