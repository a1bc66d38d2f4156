"""The rules of the demo catalogue, case by case and as properties."""

from hypothesis import given
from hypothesis import strategies as st

from deepstyle.demo.palette import COLOURS, STYLE_COLOURS
from deepstyle.demo.patterns import PATTERNS
from deepstyle.demo.rules import (
    ALL_YEAR,
    PLAIN,
    STYLES,
    SUMMER,
    WINTER,
    Traits,
    broken_rules,
    compatible,
    goes_with_all,
    outfit_score,
)

NAVY = Traits("business", "navy", PLAIN, ALL_YEAR)

traits = st.builds(
    Traits,
    style=st.sampled_from(STYLES),
    colour=st.sampled_from(sorted(COLOURS)),
    pattern=st.sampled_from(sorted(PATTERNS)),
    season=st.sampled_from((SUMMER, WINTER, ALL_YEAR)),
)


def test_each_rule_breaks_alone() -> None:
    assert broken_rules(NAVY, Traits("evening", "navy", PLAIN, ALL_YEAR)) == ("style",)
    assert broken_rules(NAVY, Traits("business", "burgundy", PLAIN, ALL_YEAR)) == ("colour",)
    printed = Traits("business", "navy", "pinstriped", ALL_YEAR)
    assert broken_rules(printed, Traits("business", "navy", "houndstooth", ALL_YEAR)) == ("pattern",)
    summer, winter = (Traits("business", "navy", PLAIN, season) for season in (SUMMER, WINTER))
    assert broken_rules(summer, winter) == ("season",)


def test_neutral_goes_with_every_colour_and_one_print_is_fine() -> None:
    for name in COLOURS:
        assert compatible(
            NAVY.__class__("business", name, "pinstriped", SUMMER), Traits("business", "grey", PLAIN, SUMMER)
        )


def test_all_four_rules_can_break_at_once() -> None:
    a, b = Traits("sporty", "orange", "chevron", SUMMER), Traits("boho", "plum", "floral", WINTER)
    assert broken_rules(a, b) == ("style", "colour", "pattern", "season")


@given(traits, traits)
def test_rules_do_not_depend_on_the_order(a: Traits, b: Traits) -> None:
    assert broken_rules(a, b) == broken_rules(b, a)


@given(st.lists(traits, min_size=2, max_size=6))
def test_score_is_one_exactly_for_good_outfits(items: list[Traits]) -> None:
    good = all(goes_with_all(item, items[:i] + items[i + 1 :]) for i, item in enumerate(items))
    assert (outfit_score(items) == 1) == good


def test_every_style_wears_every_family() -> None:
    for style in STYLES:
        assert {COLOURS[name].family for name in STYLE_COLOURS[style]} == {"neutral", "warm", "cool", "berry"}
        assert len(set(STYLE_COLOURS[style])) == len(STYLE_COLOURS[style])
