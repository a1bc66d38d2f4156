"""Benches measure the library and the commands: they import nothing from the command line's code, and no trial."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported(path: Path) -> set[str]:
    """The modules that a file imports, at any depth."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    froms = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return froms | {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize(
    ("folder", "forbidden"), [("bench", ("deepstyle.cli", "research")), ("research", ("deepstyle.cli",))]
)
def test_what_measures_imports_no_command(folder: str, forbidden: tuple[str, ...]) -> None:
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in paths
        for name in imported(path)
        if any(name == one or name.startswith(f"{one}.") for one in forbidden)
    }
    assert found == set()


@pytest.mark.parametrize("folder", ["deepstyle", "web"])
def test_nothing_of_the_product_imports_what_measures_it(folder: str) -> None:
    names = {name.split(".")[0] for path in (ROOT / folder).rglob("*.py") for name in imported(path)}
    assert names.isdisjoint({"bench", "research", "tests"})
