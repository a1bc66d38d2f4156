"""``deepstyle privacy``: what is stored of people, and their rights to it."""

import dataclasses
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson
from deepstyle.cli.people import open_people
from deepstyle.errors import UsageError
from deepstyle.files import atomic_file
from deepstyle.people.opened import People

app = typer.Typer(help="Report what is stored of people; export and erase a person.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's e-mail address.")]


@app.command("report")
def report(as_json: AsJson = False) -> None:
    """List what is stored of people: why, for how long, where, and how much.

    Example: [bold]deepstyle privacy report[/]
    """
    from deepstyle.people.privacy import privacy_report

    with open_people() as people:
        found = privacy_report(people)
    if as_json:
        show.as_json(dataclasses.asdict(found))
        return
    table = Table("What", "Records", "Why, for how long, and where")
    for held in found.held:
        count = "" if held.records is None else f"{held.records:,}"
        copies = "" if held.is_backed_up else "; in no backup"
        about = f"{held.purpose}. Stored {held.kept}{copies}, in {held.where}."
        table.add_row(*map(escape, (held.name, count, about)))
    show.out.print(table)
    show.out.print(
        f"Keys: {escape(found.keys)}. {found.erased:,} ids were erased; {found.unfinished:,} erasures are not finished."
    )
    if found.oplog_since_s is not None:
        since = datetime.fromtimestamp(found.oplog_since_s, UTC).isoformat(timespec="minutes")
        show.out.print(f"MongoDB's oplog reaches back to {since} and holds, encrypted, what was deleted since.")


@app.command("export")
def export(
    email: Email,
    to: Annotated[Path, typer.Option("--to", metavar="FILE.zip", help="The ZIP to write.")],
) -> None:
    """Write everything that is stored of a person into a ZIP of JSON, with a manifest of purposes.

    Example: [bold]deepstyle privacy export person@shop.example --to person.zip[/]
    """
    from deepstyle.people.export import export_person

    with open_people() as people, atomic_file(to, is_private=True) as file:
        export_person(people, person_of(people, email), file)
    show.out.print(f"{escape(str(to))} written.")


@app.command("erase")
def erase(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without being asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person for good: her key, her records, her events and her pseudonyms, in backups too.

    Example: [bold]deepstyle privacy erase person@shop.example --yes[/]
    """
    from deepstyle.people.erase import erase_person

    with open_people() as people:
        person_id = person_of(people, email)
        if not yes and not (sys.stdin.isatty() and typer.confirm("Erase this person for good?", err=True)):
            raise UsageError("nobody was erased.", remedy="Add --yes to erase this person for good.")
        erased = erase_person(people, person_id)
    if as_json:
        show.as_json(dataclasses.asdict(erased))
        return
    show.out.print(f"{erased.records:,} records of {erased.owners:,} ids were deleted, and the keys destroyed.")
    if not erased.is_finished:
        show.out.print("Another process reads the journals; run `deepstyle privacy purge`.")


@app.command("purge")
def purge(as_json: AsJson = False) -> None:
    """Finish erasures, delete what has expired, and write the databases anew so that no file holds what was deleted.

    Run it once a day. Servers wait while SQLite writes its file.

    Example: [bold]deepstyle privacy purge[/]
    """
    from deepstyle.people.purge import purge_people

    with open_people() as people:
        purged = purge_people(people)
    if as_json:
        show.as_json(dataclasses.asdict(purged))
        return
    show.out.print(f"{purged.expired:,} expired records deleted; {purged.unfinished:,} erasures are not finished.")


def person_of(people: People, email: str) -> str:
    """The id of the person with an address; raises ``UsageError`` where there is none."""
    found = people.store.find("people", "email_digest", people.vault.email_digest(email), limit=1)
    if not found:
        raise UsageError("nobody has this e-mail address.", remedy="Check the address, and DEEPSTYLE_PEOPLE_STORE.")
    return found[0].owner or found[0].key
