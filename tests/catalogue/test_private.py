"""What shoppers may not learn, by the names that exports have for it."""

import pytest

from deepstyle.catalogue.private import is_private, read_margin


@pytest.mark.parametrize("name", ["Cost per item", "Price_Cost", "Einkaufspreis", "Purchase-Price", "Handelsspanne"])
def test_margins_and_costs_are_private(name: str) -> None:
    assert is_private(name)


def test_a_cost_is_no_margin() -> None:
    assert read_margin({"Cost": "12", "Margin": "40 %"}) == 40.0
    assert read_margin({"Cost": "12"}) is None
    assert not is_private("Costume")
