"""``deepstyle item put``, ``item delete`` and ``item show``: one item at a time, while the server runs."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deepstyle.catalogue.categories import semantic_category
from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.rows import RowError, check_item_id, read_file
from deepstyle.catalogue.text import clean_text, kept_url
from deepstyle.cli import show
from deepstyle.cli.filters import described
from deepstyle.errors import DataError, FileError, UnknownItemError, UsageError
from deepstyle.images.item_image import ItemImage
from deepstyle.settings import Settings
from deepstyle.store.base import Entry, Store
from deepstyle.store.ingest import make_entry
from deepstyle.store.open import open_store

if TYPE_CHECKING:
    from deepstyle.style.encoder import Encoder

app = typer.Typer(help="Add, replace, delete and show single items.", no_args_is_help=True)

StoreUrl = Annotated[str | None, typer.Option("--store", help="The store's URL (default: DEEPSTYLE_STORE).")]
Values = Mapping[str, str | float]


@app.command("put")
@described
def put(
    item_id: Annotated[str, typer.Argument(help="The item's id.")],
    image: Annotated[Path | None, typer.Option(help="Its picture: JPEG, PNG, WebP or GIF.")] = None,
    values: Values = MappingProxyType({}),
    no_encode: Annotated[bool, typer.Option("--no-encode", help="Leave its vector to deepstyle encode.")] = False,
    store: StoreUrl = None,
) -> None:
    """Add an item, or replace what is given of one; encode it at once where the store is encoded.

    A new item needs --image. Searches by servers that run find it right away.
    """
    with open_store(store or Settings().store) as opened:
        old = opened.get([_checked_id(item_id)]).get(item_id)
        if old is None and image is None:
            raise UsageError(f"{item_id} is new, so it needs a picture.", remedy="Give one with --image FILE.")
        item = _changed(old or Item(item_id), values)
        report = opened.put([Entry(item) if image is None else _with_picture(item, image)])
        done = "added" if report.added else "changed" if report.changed else "unchanged"
        encoded = 0 if no_encode else _encode(opened)
    show.out.print(f"{escape(item_id)} {done}{f', {encoded} encoded' if encoded else ''}.")


@app.command("delete")
def delete(
    item_ids: Annotated[list[str], typer.Argument(metavar="ITEM_ID…", help="The items to delete.")],
    store: StoreUrl = None,
) -> None:
    """Delete items with their pictures and vectors; one that is not there is no error."""
    with open_store(store or Settings().store) as opened:
        count = opened.delete(item_ids)
    show.out.print(f"{count} deleted.")


@app.command("show")
def show_item(
    item_id: Annotated[str, typer.Argument(help="The item's id.")],
    store: StoreUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Print all that the store knows of an item."""
    with open_store(store or Settings().store, read_only=True) as opened:
        item = opened.get([item_id]).get(item_id)
        if item is None:
            raise UnknownItemError(f"No item has the id {item_id!r}.", remedy="deepstyle import adds items.")
        told = {**dataclasses.asdict(item), "image": _told(opened.image(item_id)), "spaces": _spaces(opened, item_id)}
    if as_json:
        show.as_json(told)
        return
    table = Table("Field", "Value", show_header=False)
    for name, value in told.items():
        if value not in ("", None, {}, []):
            table.add_row(name, escape(str(value)))
    show.out.print(table)


def _checked_id(item_id: str) -> str:
    try:
        return check_item_id(item_id)
    except RowError as error:
        raise UsageError(error.message, remedy=error.remedy) from error


def _checked_text(text: str, field: str) -> str:
    """``text`` as an import would store it. Raises ``UsageError`` where one would reject it or leave it out."""
    try:
        cleaned = clean_text(text, field)
    except RowError as error:
        raise UsageError(error.message, remedy=error.remedy) from error
    if field == "semantic_category" and cleaned not in SEMANTIC_CATEGORIES:
        known = ", ".join(SEMANTIC_CATEGORIES)
        raise UsageError(f"{text!r} is not a semantic category.", remedy=f"Use one of {known}.")
    for problem in kept_url(cleaned)[1] if field == "url" else ():
        raise UsageError(problem.message, remedy=problem.remedy)
    return cleaned


def _with_picture(item: Item, path: Path) -> Entry:
    try:
        return make_entry(item, read_file(path))
    except RowError as error:
        raise DataError(f"{path}: {error.message}", remedy=error.remedy) from error
    except OSError as error:
        raise FileError.of(error) from error


def _changed(item: Item, values: Values) -> Item:
    """``item`` with ``values``, each as an import would store it; raises ``UsageError``."""
    checked: dict[str, Any] = {
        name: _checked_text(value, name) if isinstance(value, str) else value for name, value in values.items()
    }
    changed = dataclasses.replace(item, **checked)
    semantic = changed.semantic_category or semantic_category(changed.category, changed.title)
    return dataclasses.replace(changed, semantic_category=semantic)


def _encode(store: Store) -> int:
    """Encode what has no vector yet in the space that serves; nothing where the store was never encoded."""
    space = store.meta("style_space")
    if space is None:
        return 0
    from deepstyle.style.encode import encode_store
    from deepstyle.style.encoder import Encoder
    from deepstyle.style.search import serving_model, serving_space

    settings = Settings()
    folder = serving_model(store, settings.model, settings.cache_dir, settings.precision)
    encoder = Encoder.open(folder, threads=settings.encoder_threads)
    serving_space(store, encoder.spec)
    encoded = encode_store(store, encoder).encoded
    _map(store, encoder, settings.compat)
    return encoded


def _map(store: Store, encoder: "Encoder", compat: str) -> None:
    """Bring the suggestions up to date, where the store was mapped with this head."""
    from deepstyle.cli.map import map_store
    from deepstyle.compatibility.head import Head, head_folder
    from deepstyle.compatibility.space import COMPAT_SPACE, space_name

    mapped = store.meta(COMPAT_SPACE)
    if mapped and mapped == space_name(Head.open(head_folder(compat)), encoder.spec.precision):
        map_store(store, compat, encoder)


def _told(image: ItemImage | None) -> dict[str, str | int] | None:
    if image is None:
        return None
    return {
        "media_type": image.media_type,
        "width_px": image.width_px,
        "height_px": image.height_px,
        "bytes": len(image.data),
        "sha256": image.sha256,
    }


def _spaces(store: Store, item_id: str) -> list[str]:
    return [space for space in store.spaces() if store.vectors(space, [item_id]).item_ids]
