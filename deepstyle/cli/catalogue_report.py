"""What ``data check`` prints of a catalogue: layout, columns, counts, outfits and findings."""

from collections.abc import Mapping

from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.characters import visible
from deepstyle.catalogue.check import CheckReport
from deepstyle.catalogue.check_outfits import SplitCount
from deepstyle.cli import show


def print_check(report: CheckReport) -> None:
    """Print all of ``report``, its verdict last."""
    title = f" ({escape(report.title)})" if report.title else ""
    show.out.print(f"[bold]{escape(report.path)}[/]: layout [bold]{report.layout}[/]{title}")
    if report.columns:
        show.out.print(_columns_table(report))
        attributes = ", ".join(visible(use.column) for use in report.columns if not use.field)
        show.out.print(f"Attributes: {escape(attributes) or 'none'}")
    how = "with an image that decodes" if report.decoded else "with an image (not decoded)"
    show.out.print(f"{report.items:,} items, {report.images:,} {how}")
    without = " · ".join(f"{count:,} without a {name}" for name, count in report.missing.items() if count)
    if without:
        show.out.print(f"Of these {without}")
    if report.omitted:
        show.out.print(f"Rows that are no items of their own: {omissions(report.omitted)}")
    if report.splits:
        show.out.print(_splits_table(report))
    if report.findings:
        table = Table("", "Code", "Count", "What", "Where", "Remedy", title="Findings", show_lines=True)
        for found in report.findings:
            colour = "red" if found.severity == "error" else "yellow"
            cells = (found.code, f"{found.count:,}", found.message, "\n".join(found.examples), found.remedy)
            table.add_row(f"[{colour}]{found.severity}[/]", *(escape(cell) for cell in cells))
        show.out.print(table)
    verdict = "[red]errors[/]" if report.has_errors else "[yellow]warnings[/]" if report.findings else "[green]fine[/]"
    show.out.print(f"Verdict: {verdict}")


def omissions(omitted: Mapping[str, int]) -> str:
    """The rows that are no items of their own, as "2 merged"."""
    return " · ".join(f"{count:,} {code}" for code, count in omitted.items())


def _columns_table(report: CheckReport) -> Table:
    """The columns that hold a field."""
    table = Table("Column", "Read as", title="Columns")
    for use in report.columns:
        if use.field:
            table.add_row(escape(visible(use.column)), use.field)
    return table


def _splits_table(report: CheckReport) -> Table:
    table = Table("Variant", "Split", title="Outfits")
    for name in ("Outfits", "Items", "Sizes", "Compatibility", "Fill in the blank", "Items shared with"):
        table.add_column(name, justify="left" if name.startswith("Items shared") else "right")
    for row in report.splits:
        leaks = [
            f"{leak.first} {leak.items:,}"
            for leak in report.leaks
            if (leak.variant, leak.second) == (row.variant, row.split) and leak.items
        ]
        questions = ("" if count is None else f"{count:,}" for count in (row.compatibility, row.fill_in_blank))
        table.add_row(
            row.variant, row.split, f"{row.outfits:,}", f"{row.items:,}", _sizes(row), *questions, ", ".join(leaks)
        )
    return table


def _sizes(row: SplitCount) -> str:
    """The outfits by number of items: "3 items: 12"."""
    return "\n".join(f"{size} items: {count:,}" for size, count in row.sizes.items())
