"""A capacity model on paper: machines, memory, latency and cost of a catalogue of N products under Q queries a second.

    python -m bench.capacity                              # the tables of docs/scale.md
    python -m bench.capacity --set core_hour=0.03 --set photo_share=1
    python -m bench.capacity --write                      # puts the tables into docs/scale.md

Nothing is measured here. The inputs are in bench/capacity_rows/inputs.toml: figures of this project's benches with
their commands, figures that the makers of the engines published, and assumptions, which ``--set`` replaces.
"""

import argparse
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bench.capacity_rows.encoding import encoding_table
from bench.capacity_rows.model import Inputs, Plan, atlas_plan, milvus_plan, sqlite_plan
from bench.growth import SIZES
from bench.measure.command import ROOT

INPUTS: Final = Path(__file__).parent / "capacity_rows" / "inputs.toml"
GROWTH: Final = INPUTS.with_name("growth.json")
PAGE: Final = ROOT / "docs" / "scale.md"
BEGIN: Final = "<!-- printed by python -m bench.capacity -->"
END: Final = "<!-- end -->"
PRODUCTS: Final = (10**5, 10**6, 10**7, 10**8)
QUERIES: Final = (10, 100, 1_000, 10_000)
ENGINES: Final[Mapping[str, Callable[[int, int, Inputs], Plan]]] = {
    "SQLite": sqlite_plan,
    "MongoDB + Milvus": milvus_plan,
    "Atlas": atlas_plan,
}


def main() -> None:
    """Print the tables, or write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="replace an assumption")
    parser.add_argument("--write", action="store_true", help=f"replace the tables in {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    inputs = read_inputs(dict(one.split("=", 1) for one in given.set))
    tables = "\n".join(report(inputs))
    if given.write:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{tables}\n{END}{rest.partition(END)[2]}")
    else:
        print(tables)


def read_inputs(replaced: Mapping[str, str]) -> Inputs:
    """The inputs, with some assumptions replaced; ends the command where a name is unknown or a value no number."""
    inputs: dict[str, dict[str, Any]] = tomllib.loads(INPUTS.read_text())
    run = json.loads(GROWTH.read_text())
    measured, sqlite = run["figures"], inputs["sqlite"]
    sqlite["measured"] = f"{run['command']}, {run['date']}, {run['machine']}"
    sqlite["items"] = [SIZES[size] for size in sqlite["sizes"]]
    for figure in ("search", "memory", "open"):
        sqlite[figure] = [measured[size][sqlite[figure]] for size in sqlite["sizes"]]
    for name, value in replaced.items():
        if name not in inputs["assumed"]:
            raise SystemExit(f"{name} is no assumption; these are: {', '.join(inputs['assumed'])}")
        try:
            inputs["assumed"][name] = float(value)
        except ValueError:
            raise SystemExit(f"{name}={value}: not a number") from None
    return inputs


def report(inputs: Inputs) -> Iterator[str]:
    """The tables, line by line, in Markdown."""
    yield f"\nSQLite's figures: {inputs['sqlite']['measured']}."
    for engine, plan in ENGINES.items():
        yield f"\n### {engine}\n"
        yield "| products | queries/s | machines | memory, GiB | p50, ms | cost a month | breaks first |"
        yield "|---:|---:|---|---:|---:|---:|---|"
        for items in PRODUCTS:
            for queries in QUERIES:
                yield row(items, queries, plan(items, queries, inputs))
    yield from encoding_table(inputs)
    yield ""


def row(items: int, queries: int, plan: Plan) -> str:
    """One line of a table."""
    if not plan.machines:
        return f"| {items:,} | {queries:,} | none | | | | {plan.breaks_first} |"
    machines = ", ".join(f"{one.count} {role} ({one.cores} cores)" for role, one in plan.machines.items())
    figures = f"{plan.memory_gib:,.0f} | {plan.p50_ms:,.0f} | {plan.cost:,.0f}"
    return f"| {items:,} | {queries:,} | {machines} | {figures} | {plan.breaks_first} |"


if __name__ == "__main__":
    main()
