"""``deepstyle info``: what is installed, what the store holds, and whether the two fit."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson, EncodingPrecision, Model, StoreUrl
from deepstyle.settings import Settings
from deepstyle.shop.info import read_info


def info(store: StoreUrl = "", model: Model = "", precision: EncodingPrecision = None, as_json: AsJson = False) -> None:
    """Print the version, the machine, what the store holds, and whether the model fits its vectors.

    Example: [bold]deepstyle info --store sqlite:///var/demo.db[/]
    """
    given = {"store": store, "model": model, "precision": precision}
    settings = Settings().model_copy(update={name: value for name, value in given.items() if value})
    facts = dataclasses.asdict(read_info(settings))
    if as_json:
        show.as_json(facts)
        return
    table = Table(show_header=False, box=None)
    for name, value in _flat(facts):
        table.add_row(f"[bold]{name}[/]", escape(str(value)))
    show.out.print(table)


def _flat(facts: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested facts as ``("store items", 3960)``, without those that are empty."""
    rows: list[tuple[str, Any]] = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            rows += _flat(value, f"{prefix}{name} ")
        elif value not in ("", None):
            rows.append((f"{prefix}{name}", value))
    return rows
