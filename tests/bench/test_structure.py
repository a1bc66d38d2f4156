"""The figures of ``bench.structure``: lengths as its help defines them, and the circles that it finds."""

import ast
import itertools
import sys
import textwrap
from pathlib import Path

import grimp
import pytest

from bench import structure
from bench.structure import Measured


def test_a_function_counts_from_def_to_its_end() -> None:
    source = '''
    @decorator
    def outer(a):
        """One line.

        Two more.
        """
        def inner():
            return a

        return inner
    '''
    functions = [node for node in ast.walk(ast.parse(textwrap.dedent(source))) if isinstance(node, ast.FunctionDef)]
    measured = [structure.measure(structure.ROOT / "x.py", node) for node in functions]
    assert [(one.lines, one.bare_lines) for one in measured] == [(9, 5), (2, 2)]
    assert measured[0].name == "x.py:3 outer"


@pytest.mark.parametrize(("values", "share", "wanted"), [(range(1, 102), 0.9, 91), ([5, 5, 5], 0.9, 5)])
def test_percentile(values: list[int], share: float, wanted: float) -> None:
    assert structure.percentile(list(values), share) == wanted


def package(folder: Path, name: str, imports: dict[str, str]) -> grimp.ImportGraph:
    """The import graph of a package with these modules."""
    (folder / name).mkdir()
    for module, code in {"__init__": "", **imports}.items():
        (folder / name / f"{module}.py").write_text(code)
    sys.path.insert(0, str(folder))
    try:
        return grimp.build_graph(name, exclude_type_checking_imports=True, cache_dir=None)
    finally:
        sys.path.remove(str(folder))


def test_a_circle_is_named_in_the_order_of_its_imports(tmp_path: Path) -> None:
    graph = package(
        tmp_path,
        "circular",
        {
            "a": "from circular import b",
            "b": "def late():\n    from circular import c",
            "c": "import circular.a",
            "d": "import circular.a",
        },
    )
    circle = structure.find_circle(graph)
    assert circle[0] == circle[-1]
    assert set(circle) == {"circular.a", "circular.b", "circular.c"}
    for module, imported in itertools.pairwise(circle):
        assert imported in graph.find_modules_directly_imported_by(module)


def test_imports_for_type_checkers_make_no_circle(tmp_path: Path) -> None:
    late = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import straight.a"
    graph = package(tmp_path, "straight", {"a": "import straight.b", "b": late})
    assert structure.find_circle(graph) == []


def test_each_missed_bar_is_named() -> None:
    fine, long = Measured(8, 8, "fine"), Measured(61, 61, "long function")
    missed = list(structure.missed_bars([fine] * 20 + [long], [Measured(401, 401, "long file")] * 3, ["a", "b", "a"]))
    assert missed == [
        "median of files: 401 lines, the bar is 110",
        "long function: 61 lines, the bar is 60",
        *["long file: 401 lines, the bar is 400"] * 3,
        "import circle: a -> b -> a",
    ]
    assert list(structure.missed_bars([fine] * 20, [Measured(110, 110, "file")] * 3, [])) == []


def test_the_package_has_no_circle() -> None:
    graph = grimp.build_graph("deepstyle", exclude_type_checking_imports=True, cache_dir=None)
    assert structure.find_circle(graph) == []
