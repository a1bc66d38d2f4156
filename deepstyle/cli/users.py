"""``deepstyle users``: the accounts of people."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson
from deepstyle.cli.people import open_people
from deepstyle.people.accounts import sessions, staff
from deepstyle.people.accounts.mail_texts import Language
from deepstyle.people.accounts.persons import Person
from deepstyle.people.accounts.roles import Role

app = typer.Typer(help="List and create accounts, change roles, end sessions, print links.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the accounts: address, role, whether they may sign in, and since when they exist.

    Example: [bold]deepstyle users list[/]
    """
    with open_people() as people:
        found = sorted(staff.everybody(people), key=lambda person: person.email)
    if as_json:
        show.as_json([_described(person) for person in found])
        return
    table = Table("Address", "Role", "May sign in", "Password", "Since")
    for person in found:
        is_active, has_password = ("yes" if one else "no" for one in (person.is_active, person.password_hash))
        table.add_row(escape(person.email), person.role, is_active, has_password, _day(person.created_s))
    show.out.print(table if found else "There are no accounts.")


@app.command("create")
def create(
    email: Email,
    role: Annotated[Role, typer.Option(help="shopper, merchandiser, or admin (everything).")] = "shopper",
    language: Annotated[Language, typer.Option(help="The language of mails: en or de.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Create an account and print the link at which its owner chooses a password; it is good for a day, once.

    No mail is sent: hand the link over yourself. DEEPSTYLE_PUBLIC_URL has to say where the website is.

    Example: [bold]deepstyle users create jo@example.com --role merchandiser[/]
    """
    with open_people() as people:
        made = staff.invite(people, email, role, language)
    _show_link(made, as_json=as_json)


@app.command("role")
def role(
    email: Email,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="shopper, merchandiser or admin.")],
    as_json: AsJson = False,
) -> None:
    """Give an account another role; its sessions end.

    Example: [bold]deepstyle users role jo@example.com admin[/]
    """
    with open_people() as people:
        changed = staff.set_role(people, email, role)
    _show(changed, f"has the role {changed.role}", as_json=as_json)


@app.command("disable")
def disable(email: Email, as_json: AsJson = False) -> None:
    """Let an account sign in no more; its sessions and links end at once. Nothing of it is deleted.

    Example: [bold]deepstyle users disable jo@example.com[/]
    """
    with open_people() as people:
        changed = staff.set_active(people, email, is_active=False)
    _show(changed, "may not sign in", as_json=as_json)


@app.command("enable")
def enable(email: Email, as_json: AsJson = False) -> None:
    """Let an account that was disabled sign in again.

    Example: [bold]deepstyle users enable jo@example.com[/]
    """
    with open_people() as people:
        changed = staff.set_active(people, email, is_active=True)
    _show(changed, "may sign in", as_json=as_json)


@app.command("reset-link")
def reset_link(email: Email, as_json: AsJson = False) -> None:
    """Print a link at which the account's owner chooses a new password; it is good for a day, once.

    Example: [bold]deepstyle users reset-link jo@example.com[/]
    """
    with open_people() as people:
        made = staff.link_for(people, email)
    _show_link(made, as_json=as_json)


@app.command("sessions")
def list_sessions(
    email: Email,
    end: Annotated[bool, typer.Option("--end", help="End them all.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the devices that an account is signed in on, or sign them all out.

    Example: [bold]deepstyle users sessions jo@example.com --end[/]
    """
    with open_people() as people:
        person = staff.named(people, email)
        found = sessions.sessions_of(people.store, person.person_id)
        if end:
            sessions.end_all(people.store, person.person_id)
    if as_json:
        described = [
            {"session_id": one.session_id, "device": one.device, "began": _time(one.began_s), "used": _time(one.used_s)}
            for one in found
        ]
        show.as_json({"ended": end, "sessions": described})
        return
    table = Table("Device", "Began", "Used")
    for one in found:
        table.add_row(escape(one.device), _time(one.began_s), _time(one.used_s))
    show.out.print(table if found else "The account is signed in nowhere.")
    if end and found:
        show.out.print(f"{len(found):,} sessions ended.")


def _show(person: Person, what: str, *, as_json: bool) -> None:
    if as_json:
        show.as_json(_described(person))
        return
    show.out.print(f"{escape(person.email)} {what}.")


def _show_link(made: staff.Invited, *, as_json: bool) -> None:
    """The link alone on stdout, so that a script can take it."""
    if as_json:
        show.as_json({**_described(made.person), "link": made.link})
        return
    show.out.print(escape(made.link), soft_wrap=True)
    show.err.print(
        f"Hand this link to {escape(made.person.email)}: it is good for a day, once, and is not shown again."
    )


def _described(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "email": person.email,
        "role": person.role,
        "language": person.language,
        "is_active": person.is_active,
        "has_password": bool(person.password_hash),
        "created": _time(person.created_s),
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


def _day(seconds: float) -> str:
    return _time(seconds)[:10]
