"""Which variant a shopper sees."""

from dataclasses import replace

from deepstyle.people.experiments.assignment import arm_of, takes_part
from deepstyle.people.shopper import NOBODY, Shopper
from tests.people.experiments.designs import AB


def shopper(number: int) -> Shopper:
    return Shopper(client_id=f"client-{number}", may_measure=True)


def test_arms_are_stable_and_even() -> None:
    arms = [arm_of(AB, shopper(number)) for number in range(4000)]
    assert arms == [arm_of(AB, shopper(number)) for number in range(4000)]
    assert 1850 < arms.count("B") < 2150
    assert arms.count(None) == 0


def test_experiments_are_assigned_independently() -> None:
    other = replace(AB, salt="other")
    both = [arm_of(AB, shopper(number)) == arm_of(other, shopper(number)) for number in range(4000)]
    assert 1850 < sum(both) < 2150


def test_a_share_takes_part_whichever_the_arm() -> None:
    small = replace(AB, share=0.1)
    arms = [arm_of(small, shopper(number)) for number in range(4000)]
    part = [arm for arm in arms if arm]
    assert 320 < len(part) < 480
    assert 0.4 < part.count("B") / len(part) < 0.6
    assert all(arm in (None, arm_of(AB, shopper(number))) for number, arm in enumerate(arms))


def test_nobody_takes_part_without_consent() -> None:
    assert not takes_part(AB, NOBODY)
    assert arm_of(AB, Shopper(client_id="client-1", may_measure=False)) is None
    assert arm_of(AB, Shopper(person_id="person-1", may_measure=True)) is None
