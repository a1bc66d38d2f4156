"""``deepstyle feeds``: the layouts of catalogues that are recognised by themselves."""

from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.feeds.layouts.layout import Layout
from deepstyle.catalogue.feeds.layouts.registry import FOLDERS, LAYOUTS, FolderLayout
from deepstyle.cli import show
from deepstyle.cli.options import AsJson


def feeds(as_json: AsJson = False) -> None:
    """List the layouts of catalogues that import recognises by themselves, with an example of their header.

    What recognises a layout are its columns: how the file is called does not matter. Each table may be CSV with any
    separator, JSON, JSON Lines, XLSX, Parquet or XML. `deepstyle data check` says which layout a catalogue has, and how
    each of its columns was understood.

    Example: [bold]deepstyle feeds[/]
    """
    listed: list[Layout | FolderLayout] = [*LAYOUTS, *FOLDERS]
    if as_json:
        fields = ("name", "title", "clue")
        show.as_json(
            [{**{name: getattr(one, name) for name in fields}, "example": list(one.example)} for one in listed]
        )
        return
    table = Table("Name", "Layout", "Recognised by", "Example", show_lines=True)
    for one in listed:
        table.add_row(one.name, escape(one.title), escape(one.clue), escape(", ".join(one.example)))
    show.out.print(table)
