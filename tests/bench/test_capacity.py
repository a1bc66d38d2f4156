"""docs/scale.md quotes what ``bench.capacity`` prints, and the model obeys arithmetic that can be done by hand."""

import pytest

from bench.capacity import BEGIN, END, ENGINES, PAGE, PRODUCTS, QUERIES, read_inputs, report
from bench.capacity_rows.model import machines_for, power_law


def test_the_page_shows_what_the_command_prints() -> None:
    quoted = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert quoted.strip() == "\n".join(report(read_inputs({}))).strip(), "run python -m bench.capacity --write"


@pytest.mark.parametrize("engine", ENGINES)
def test_more_queries_or_products_never_cost_less(engine: str) -> None:
    inputs = read_inputs({})
    for items in PRODUCTS:
        costs = [ENGINES[engine](items, queries, inputs).cost or float("inf") for queries in QUERIES]
        assert costs == sorted(costs)
    for queries in QUERIES:
        costs = [ENGINES[engine](items, queries, inputs).cost or float("inf") for items in PRODUCTS]
        assert costs == sorted(costs)


def test_a_power_law_continues_beyond_and_between_its_points() -> None:
    assert power_law([10, 100, 1000], [1, 10, 10], 10_000) == pytest.approx(10)
    assert power_law([10, 100], [1, 10], 1000) == pytest.approx(100)
    assert power_law([10, 100], [1, 100], 31.6227766) == pytest.approx(10)


def test_machines_hold_what_is_asked_for() -> None:
    inputs = read_inputs({"gib_per_core": "4", "memory_share": "0.5"})
    assert machines_for(0, 0, 3, inputs).count == 3
    chosen = machines_for(10, 200, 2, inputs)
    assert chosen.count * chosen.cores >= 10
    assert chosen.count * chosen.gib * 0.5 >= 200


def test_an_assumption_is_replaced_and_an_unknown_one_refused() -> None:
    assert read_inputs({"core_hour": "0.5"})["assumed"]["core_hour"] == 0.5
    with pytest.raises(SystemExit, match="core_hours is no assumption"):
        read_inputs({"core_hours": "1"})
    with pytest.raises(SystemExit, match="not a number"):
        read_inputs({"core_hour": "cheap"})
