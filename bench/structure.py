"""How long functions and files are, how modules depend on each other, and whether there is an import circle.

    python -m bench.structure            # the figures, and the longest functions and files
    python -m bench.structure --check    # exit code 1 where a bar is missed, with what misses it

A function is every ``def``, methods and nested ones included; its length counts from the line of ``def``, decorators
excluded, to its last line. The bars hold for the length with its docstring. A file counts where it has a statement
besides its docstring; its length is its number of lines. Imports inside functions count, those for type checkers do
not. Only Python written by hand below deepstyle/ is checked; the files of web/src count without tests and generated
ones.
"""

import argparse
import ast
import graphlib
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "deepstyle"
WEB: Final = ROOT / "web" / "src"
FUNCTION_MEDIAN, FUNCTION_P90, FUNCTION_MAX = 8, 20, 60
FILE_MEDIAN, FILE_MAX = 110, 400
Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Measured:
    """A function or a file, by length in lines; ``bare_lines`` leaves out a function's docstring."""

    lines: int
    bare_lines: int
    name: str


def main() -> int:
    options = parse()
    functions, files = python_functions(), python_files()
    graph = grimp.build_graph("deepstyle", exclude_type_checking_imports=True, cache_dir=None)
    circle = find_circle(graph)
    report(functions, files, circle)
    report_dependencies(graph, options.most)
    report_longest("functions", functions, options.most)
    report_longest("files", files, options.most)
    if not options.check:
        return 0
    failures = list(missed_bars(functions, files, circle))
    print("\n".join(["", *(f"MISSED {failure}" for failure in failures)] if failures else ["", "all bars are met"]))
    return 1 if failures else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar is missed")
    parser.add_argument("--most", type=int, default=10, help="rows of each list (%(default)s)")
    return parser.parse_args()


def python_sources() -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file of the package with its syntax tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def python_functions() -> list[Measured]:
    """Every function of the package."""
    return [
        measure(path, node)
        for path, tree in python_sources()
        for node in ast.walk(tree)
        if isinstance(node, Definition)
    ]


def measure(path: Path, function: Definition) -> Measured:
    lines = last_line(function) - function.lineno + 1
    docstring = docstring_lines(function)
    return Measured(lines, lines - docstring, f"{path.relative_to(ROOT)}:{function.lineno} {function.name}")


def docstring_lines(node: Definition) -> int:
    """Lines of the docstring, 0 where it has none."""
    return last_line(node.body[0]) - node.body[0].lineno + 1 if ast.get_docstring(node) is not None else 0


def last_line(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno


def python_files() -> list[Measured]:
    """Every file of the package that is more than a docstring."""
    return [
        measure_file(path) for path, tree in python_sources() if len(tree.body) > (ast.get_docstring(tree) is not None)
    ]


def web_files() -> list[Measured]:
    """Every TypeScript and CSS file of the website that is written by hand, without tests."""
    paths = [path for pattern in ("*.ts", "*.tsx", "*.css") for path in WEB.rglob(pattern)]
    return [measure_file(path) for path in paths if ".test." not in path.name and not path.name.endswith(".d.ts")]


def measure_file(path: Path) -> Measured:
    lines = len(path.read_text("utf-8").splitlines())
    return Measured(lines, lines, str(path.relative_to(ROOT)))


def find_circle(graph: grimp.ImportGraph) -> list[str]:
    """The modules of an import circle, the first one again at its end; empty where there is none."""
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        return list(reversed(error.args[1]))
    return []


def percentile(values: Sequence[int], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(100 * share) - 1]


def report(functions: list[Measured], files: list[Measured], circle: list[str]) -> None:
    print(f"{'lines':44}{'count':>7}{'median':>8}{'p90':>6}{'longest':>9}")
    for name, lengths in (
        ("functions of deepstyle, docstrings included", [one.lines for one in functions]),
        ("functions of deepstyle, without docstrings", [one.bare_lines for one in functions]),
        ("files of deepstyle", [one.lines for one in files]),
        ("files of web/src", [one.lines for one in web_files()]),
    ):
        middle, p90 = statistics.median(lengths), percentile(lengths, 0.9)
        print(f"{name:44}{len(lengths):7}{middle:8g}{p90:6g}{max(lengths):9}")
    print(f"\nimport circles: {' -> '.join(circle) if circle else 'none'}")


def report_dependencies(graph: grimp.ImportGraph, most: int) -> None:
    """The modules that import most, and those that most import."""
    for title, find in (
        ("imports (fan-out)", graph.find_modules_directly_imported_by),
        ("is imported by (fan-in)", graph.find_modules_that_directly_import),
    ):
        counts = sorted(((len(find(module)), module) for module in graph.modules), reverse=True)
        print(f"\n{title}: median {statistics.median(count for count, _ in counts):g}")
        print("\n".join(f"{count:6}  {module}" for count, module in counts[:most]))


def report_longest(kind: str, measured: Iterable[Measured], most: int) -> None:
    print(f"\nlongest {kind}")
    for one in sorted(measured, reverse=True)[:most]:
        bare = f" ({one.bare_lines} without its docstring)" if one.bare_lines != one.lines else ""
        print(f"{one.lines:6}  {one.name}{bare}")


def missed_bars(functions: list[Measured], files: list[Measured], circle: list[str]) -> Iterator[str]:
    """A line for each bar that is missed."""
    function_lines, file_lines = [one.lines for one in functions], [one.lines for one in files]
    for name, value, bar in (
        ("median of functions", statistics.median(function_lines), FUNCTION_MEDIAN),
        ("p90 of functions", percentile(function_lines, 0.9), FUNCTION_P90),
        ("median of files", statistics.median(file_lines), FILE_MEDIAN),
    ):
        if value > bar:
            yield f"{name}: {value:g} lines, the bar is {bar}"
    yield from (
        f"{one.name}: {one.lines} lines, the bar is {FUNCTION_MAX}" for one in functions if one.lines > FUNCTION_MAX
    )
    yield from (f"{one.name}: {one.lines} lines, the bar is {FILE_MAX}" for one in files if one.lines > FILE_MAX)
    if circle:
        yield f"import circle: {' -> '.join(circle)}"


if __name__ == "__main__":
    sys.exit(main())
