"""``deepstyle keys``: who may write to a running server, and read from one that requires it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.cli import show
from deepstyle.cli.options import AsJson, StoreUrl
from deepstyle.shop import Shop
from deepstyle.store.keys import GRACE, ApiKey, Scope, create_key, read_keys, revoke_key, rotate_key

app = typer.Typer(help="Create, list, rotate and revoke the API keys of a store.", no_args_is_help=True)
KeyName = Annotated[str, typer.Argument(metavar="NAME", help="The key's name.")]


@app.command("create")
def create(
    name: KeyName,
    scope: Annotated[Scope, typer.Option(help="read, write (and read), or admin (everything).")] = "read",
    days: Annotated[int | None, typer.Option(help="Days after which it expires (default: never).", min=1)] = None,
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Create a key and print its token, which is not shown again.

    The store must exist. Running servers accept the key within seconds.

    Example: [bold]deepstyle keys create shop-system --scope write --store sqlite:///var/demo.db[/]
    """
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    with Shop.open_existing(store, must_write=True) as shop:
        _show_token(*create_key(shop.store, name, scope, expires=expires), as_json=as_json)


@app.command("list")
def list_(store: StoreUrl = "", as_json: AsJson = False) -> None:
    """List the keys: scope, last characters, when each was created, expires and was last used (by day).

    Example: [bold]deepstyle keys list --store sqlite:///var/demo.db[/]
    """
    with Shop.open(store, read_only=True) as shop:
        keys = read_keys(shop.store)
    if as_json:
        show.as_json([key.described() for key in keys])
        return
    table = Table("Name", "Scope", "Ends in", "Created", "Expires", "Last used", "Old token until")
    for key in keys:
        cells = (key.name, key.scope, key.last_four, key.created, key.expires, key.last_used, key.old_until)
        table.add_row(*map(escape, cells))
    show.out.print(table if keys else "No keys: running servers accept no writes.")


@app.command("rotate")
def rotate(
    name: KeyName,
    grace: Annotated[
        int, typer.Option(metavar="HOURS", help="Hours for which the old token stays valid.", min=0)
    ] = int(GRACE / timedelta(hours=1)),
    store: StoreUrl = "",
    as_json: AsJson = False,
) -> None:
    """Give a key a new token and print it; the old one stays valid for a while.

    Example: [bold]deepstyle keys rotate shop-system --grace 2 --store sqlite:///var/demo.db[/]
    """
    with Shop.open_existing(store, must_write=True) as shop:
        _show_token(*rotate_key(shop.store, name, grace=timedelta(hours=grace)), as_json=as_json)


@app.command("revoke")
def revoke(name: KeyName, store: StoreUrl = "", as_json: AsJson = False) -> None:
    """Remove a key; running servers refuse it within seconds.

    Example: [bold]deepstyle keys revoke shop-system --store sqlite:///var/demo.db[/]
    """
    with Shop.open_existing(store, must_write=True) as shop:
        removed = revoke_key(shop.store, name)
    if as_json:
        show.as_json(removed.described())
        return
    show.out.print(f"{escape(name)} revoked.")


def _show_token(key: ApiKey, token: str, *, as_json: bool) -> None:
    """The token alone on stdout, so that a script can take it."""
    if as_json:
        show.as_json({**key.described(), "token": token})
        return
    show.out.print(token, soft_wrap=True)
    show.err.print(f"This is the {key.scope} key {escape(key.name)}. Store it now: it is not shown again.")
