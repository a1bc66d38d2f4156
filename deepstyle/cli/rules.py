"""``deepstyle rules``: what is pinned, boosted, buried and hidden in the shop."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import WHO, AsJson, StoreUrl
from deepstyle.errors import DataError
from deepstyle.files import parse_json, write_atomic
from deepstyle.people.base import PeopleStore
from deepstyle.people.merchandising.desk import Kept, listed, new_key, put, remove
from deepstyle.people.merchandising.kinds import checked
from deepstyle.people.merchandising.rules import Rule
from deepstyle.people.open import open_people
from deepstyle.search.query import EVERYTHING
from deepstyle.settings import Settings
from deepstyle.shop import Shop

app = typer.Typer(help="Pin, boost, bury and hide products in searches and the catalogue.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(metavar="KEY", help="The rule's key, as `deepstyle rules list` shows it.")]
PeopleUrl = Annotated[
    str, typer.Option("--people", help="The URL of the store of people (default: DEEPSTYLE_PEOPLE_STORE).")
]
Definition = Annotated[
    str, typer.Argument(metavar="RULE", help="The rule as a JSON object, or @FILE; its fields are in docs/people.md.")
]


@app.command("list")
def list_(people: PeopleUrl = "", as_json: AsJson = False) -> None:
    """List the rules with their keys.

    Example: [bold]deepstyle rules list[/]
    """
    with _opened(people) as store:
        rules = listed(store, "rules")
    if as_json:
        show.as_json([_described(kept) for kept in rules])
        return
    table = Table("Key", "Name", "Action", "Query", "Enabled", "From", "To")
    for kept in rules:
        rule = Rule.model_validate(kept.value)
        dates = (str(rule.starts or ""), str(rule.ends or ""))
        cells = (kept.key, rule.name, rule.action, rule.query, "yes" if rule.enabled else "no", *dates)
        table.add_row(*map(escape, cells))
    show.out.print(table if rules else "No rules.")


@app.command("add")
def add(
    rule: Definition,
    key: Annotated[str, typer.Option(help="Its key; an existing rule is replaced (default: a new one).")] = "",
    people: PeopleUrl = "",
    as_json: AsJson = False,
) -> None:
    """Add or replace a rule; running servers obey it from their next search on.

    Example: [bold]deepstyle rules add '{"name": "No boots", "action": "hide", "brands": ["Nord"]}' --key no-boots[/]
    """
    with _opened(people) as store:
        entry = put(store, WHO, "rules", key or new_key("rules"), _read(rule))
    if as_json:
        show.as_json({"key": entry.key, "version": entry.version, "entry_id": entry.entry_id})
        return
    show.out.print(f"{escape(entry.key)} is in force.")


@app.command("remove")
def remove_(key: Key, people: PeopleUrl = "", as_json: AsJson = False) -> None:
    """Remove a rule; the audit log at /admin can bring it back.

    Example: [bold]deepstyle rules remove no-boots[/]
    """
    with _opened(people) as store:
        entry = remove(store, WHO, "rules", key)
    if as_json:
        show.as_json({"key": key, "entry_id": entry.entry_id})
        return
    show.out.print(f"{escape(key)} removed.")


@app.command("preview")
def preview(
    rule: Definition,
    text: Annotated[str, typer.Option(help="The words of a search (default: the rule's; none: the catalogue).")] = "",
    key: Annotated[str, typer.Option(help="The rule that it would replace.")] = "",
    k: Annotated[int, typer.Option(help="How many results.", min=1, max=100)] = 10,
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Show what a rule would change, and write nothing.

    Example: [bold]deepstyle rules preview '{"name": "No boots", "action": "hide", "categories": ["Boots"]}'[/]
    """
    draft = Rule.model_validate(checked("rules", _read(rule)))
    day = datetime.now(UTC).date()
    with Shop.open(store, read_only=True) as shop:
        found = shop.preview_rules({key or "draft": draft}, text=text or draft.query, where=EVERYTHING, k=k, day=day)
    if as_json:
        show.as_json(
            {
                "before": [item.item_id for item in found.before],
                "after": [item.item_id for item in found.after],
                "moved": [
                    {"item_id": one.item_id, "before": one.before, "after": one.after, "rules": list(one.rules)}
                    for one in found.moves
                ],
            }
        )
        return
    table = Table("Item", "Before", "After", "Rules")
    for one in found.moves:
        table.add_row(one.item_id, str(one.before or "-"), str(one.after or "-"), escape(", ".join(one.rules)))
    show.out.print(table if found.moves else f"Nothing changes among the first {k} results.")


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="Written whole or not at all.")],
    people: PeopleUrl = "",
    as_json: AsJson = False,
) -> None:
    """Write all rules into a file that `deepstyle rules import` reads.

    Example: [bold]deepstyle rules export rules.json[/]
    """
    with _opened(people) as store:
        rules = {kept.key: kept.value for kept in listed(store, "rules")}
    write_atomic(file, json.dumps({"rules": rules}, ensure_ascii=False, indent=2).encode() + b"\n")
    _say({"rules": len(rules), "file": str(file)}, f"{len(rules)} rules in {file}.", as_json=as_json)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="As `deepstyle rules export` writes it.")],
    people: PeopleUrl = "",
    as_json: AsJson = False,
) -> None:
    """Add the rules of a file, and replace those with its keys. Nothing is written where one of them is wrong.

    Example: [bold]deepstyle rules import rules.json[/]
    """
    rules = _rules_in(file)
    with _opened(people) as store:
        known = {kept.key: kept.value for kept in listed(store, "rules")}
        changed = [key for key, value in rules.items() if known.get(key) != value]
        for key in changed:
            put(store, WHO, "rules", key, rules[key])
    said = {"rules": len(rules), "changed": len(changed)}
    _say(said, f"{len(rules)} rules read, {len(changed)} changed.", as_json=as_json)


def _rules_in(file: Path) -> Mapping[str, Mapping[str, Any]]:
    """The checked rules of a file by key; raises ``DataError`` and ``UsageError``."""
    found = _parsed(file.read_text(encoding="utf-8"), str(file))
    rules = found.get("rules") if isinstance(found, dict) else None
    if not isinstance(rules, dict):
        raise DataError(f"{file}: there is no object `rules`.", remedy='Write {"rules": {"KEY": {…}}}.')
    return {key: checked("rules", value) for key, value in rules.items()}


def _read(definition: str) -> object:
    if definition.startswith("@"):
        path = Path(definition[1:])
        return _parsed(path.read_text(encoding="utf-8"), str(path))
    return _parsed(definition, "RULE")


def _parsed(text: str, name: str) -> Any:
    try:
        return parse_json(text)
    except ValueError as error:
        raise DataError(f"{name} is not JSON: {error}.", remedy="Give a JSON object.") from error


def _described(kept: Kept) -> dict[str, Any]:
    return {"key": kept.key, "version": kept.version, "rule": kept.value}


def _say(fields: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        show.as_json(fields)
    else:
        show.out.print(escape(sentence))


@contextmanager
def _opened(url: str) -> Iterator[PeopleStore]:
    with open_people(url or Settings().people_store) as store:
        yield store
