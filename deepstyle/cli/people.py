"""``deepstyle people``: the store of people as a database."""

import dataclasses
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.failure import DAMAGED
from deepstyle.cli.options import AsJson
from deepstyle.people.opened import People
from deepstyle.settings import Settings

SHOWN: Final = 50
app = typer.Typer(help="Inspect, check, back up and restore the store of people.", no_args_is_help=True)
BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup's file.")]


def open_people(*, create: bool = True) -> People:
    """The store that ``DEEPSTYLE_PEOPLE_STORE`` and ``DEEPSTYLE_PEOPLE_KEYS`` name."""
    return People.open(Settings(), create=create)


@app.command("info")
def info(as_json: AsJson = False) -> None:
    """Show where people and their keys are stored, and how many records each table has.

    Example: [bold]deepstyle people info[/]
    """
    from deepstyle.people.info import people_info

    with open_people() as people:
        found = people_info(people)
    if as_json:
        show.as_json(dataclasses.asdict(found))
        return
    table = Table("Table", "Records")
    for name, count in found.records.items():
        table.add_row(name, f"{count:,}")
    show.out.print(f"People: {escape(found.store)}\nKeys: {escape(found.keys)} (fingerprint {found.vault})")
    show.out.print(table)
    if found.unfinished_erasures:
        show.out.print(f"{found.unfinished_erasures:,} erasures are not finished; run `deepstyle privacy purge`.")


@app.command("check")
def check(as_json: AsJson = False) -> None:
    """Read the whole store: the file, every record, its indexes, and whether what is encrypted can be read.

    The exit status is 0 where nothing is damaged, 3 where something is, and 2 where the store cannot be read.

    Example: [bold]deepstyle people check[/]
    """
    from deepstyle.people.check import check_people

    with open_people() as people:
        found = check_people(people)
    if as_json:
        show.as_json(dataclasses.asdict(found))
    else:
        show.out.print(f"{found.records:,} records were checked; {len(found.findings):,} findings.")
        for finding in found.findings[:SHOWN]:
            show.out.print(escape(finding))
    if found.findings:
        raise typer.Exit(DAMAGED)


@app.command("backup")
def backup(file: BackupFile, as_json: AsJson = False) -> None:
    """Write all people into one file that only this user may read, while servers run.

    Personal fields stay encrypted, and their keys are not in the file: without the database of keys nobody can read
    it. Sessions and one-time links are left out.

    Example: [bold]deepstyle people backup people.jsonl[/]
    """
    from deepstyle.people.backup import back_up

    with open_people() as people:
        written = back_up(people, file)
    if as_json:
        show.as_json(dataclasses.asdict(written))
        return
    show.out.print(f"{written.records:,} records in {escape(str(file))} (SHA-256 {written.sha256[:16]}…).")


@app.command("restore")
def restore(
    file: BackupFile,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the people that the store has.")] = False,
    as_json: AsJson = False,
) -> None:
    """Replace the store of people by a backup, in one step. Stop the servers before.

    Whoever was erased since the backup stays erased, and everybody is signed out. The file is verified before anything
    is written. It may come from another kind of database: people move from SQLite to MongoDB by it.

    Example: [bold]deepstyle people restore people.jsonl --replace[/]
    """
    from deepstyle.people.backup import restore as restore_people

    with open_people() as people:
        restored = restore_people(people, file, is_replaced=replace)
    if as_json:
        show.as_json(dataclasses.asdict(restored))
        return
    show.out.print(f"{restored.records:,} records restored; {restored.left_out:,} of erased people were left out.")
