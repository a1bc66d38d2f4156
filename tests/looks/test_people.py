import pytest

from deepstyle.looks.people import main_person
from tests.looks.label_maps import label

PERSON = ("tops", 4, 20, 2, 14), ("bottoms", 20, 40, 2, 14)
SMALLER = ("tops", 10, 20, 22, 30), ("bottoms", 20, 30, 22, 30)


def test_the_largest_person_has_the_columns_up_to_half_the_gap() -> None:
    assert main_person(label(*PERSON, *SMALLER)) == ((0, 18), 2)
    assert main_person(label(*SMALLER)) == ((0, 32), 1)


@pytest.mark.parametrize("place", [(), (("bags", 4, 20, 2, 14),), (("tops", 4, 20, 2, 14),)])
def test_what_nobody_wears_is_no_person(place: tuple[tuple[str, int, int, int, int], ...]) -> None:
    assert main_person(label(*place)) == ((0, 32), 0)


def test_somebody_far_behind_does_not_count() -> None:
    assert main_person(label(*PERSON, ("tops", 10, 14, 22, 26), ("bottoms", 14, 18, 22, 26)))[1] == 1


def test_people_who_touch_are_two() -> None:
    arms = ("outerwear", 8, 12, 14, 18), ("tops", 4, 20, 18, 30), ("bottoms", 20, 40, 18, 30)
    assert main_person(label(*PERSON, *arms))[1] == 2
    assert main_person(label(*PERSON, ("tops", 4, 20, 14, 30), ("bottoms", 20, 40, 14, 30)))[1] == 1
    assert main_person(label(*PERSON, ("bags", 8, 12, 14, 18), ("bags", 4, 40, 18, 30)))[1] == 1
