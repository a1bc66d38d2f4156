"""How a field of ``Item`` is declared.

Stores, filters, facets, readers, the API, the command line and the website derive all that they know of a field from
its declaration in ``deepstyle.catalogue.item``.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

_DECLARATION: Final = "deepstyle.declaration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One declared field.

    ``filter`` is the name of its condition in ``ItemFilter`` and of its facet (``brands``), empty where it is no
    filter; a number has two conditions, ``<filter>_min`` and ``<filter>_max``. ``fold`` brings values that count as
    equal in a filter to one form. ``facet`` says whether its values are counted, ``indexed`` whether MongoDB indexes
    it. ``columns`` are the column names that mean it in a table, best first. ``labels`` are its names for people, by
    language. ``since`` is the first schema version of a store that has it. ``many``: its text may name several values,
    joined by commas. ``measured``: it is read from the item's picture; a catalogue cannot set it, and an item keeps it
    for as long as its picture stays the same. ``money``: it is an amount in the item's currency, and only amounts of
    one currency are compared.
    """

    name: str
    kind: Literal["text", "number"]
    since: int
    filter: str = ""
    facet: bool = False
    indexed: bool = False
    fold: Callable[[str], str] = str.casefold
    columns: tuple[str, ...] = ()
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    example: str = ""
    many: bool = False
    measured: bool = False
    money: bool = False

    def values(self, text: str) -> tuple[str, ...]:
        """The values that ``text`` names; one empty value where it is empty."""
        return tuple(text.split(",")) if self.many else (text,)

    @property
    def empty(self) -> str | None:
        """The value of an item of which the catalogue does not say it."""
        return "" if self.kind == "text" else None


def text(
    *columns: str,
    filter: str = "",
    facet: bool = True,
    en: str = "",
    de: str = "",
    example: str = "",
    indexed: bool = False,
    fold: Callable[[str], str] = str.casefold,
    since: int = 1,
    many: bool = False,
    measured: bool = False,
) -> Any:
    """Declare a text field of ``Item``, empty by default; ``columns`` mean it in a table, beside its own name."""
    return _declare(
        "",
        kind="text",
        columns=columns,
        filter=filter,
        facet=bool(filter) and facet,
        indexed=indexed,
        fold=fold,
        labels=_labels(en, de),
        example=example,
        since=since,
        many=many,
        measured=measured,
    )


def number(
    *columns: str,
    filter: str = "",
    en: str = "",
    de: str = "",
    example: str = "",
    since: int = 1,
    measured: bool = False,
    money: bool = False,
) -> Any:
    """Declare a number field of ``Item``, ``None`` by default; its facet is the lowest and the highest value."""
    return _declare(
        None,
        kind="number",
        columns=columns,
        filter=filter,
        facet=bool(filter),
        labels=_labels(en, de),
        example=example,
        since=since,
        measured=measured,
        money=money,
    )


def declared(item: type) -> tuple[Field, ...]:
    """The fields that the dataclass ``item`` declares, in its order."""
    found = []
    for field in dataclasses.fields(item):
        if declaration := field.metadata.get(_DECLARATION):
            columns = (field.name, *declaration["columns"])
            found.append(Field(**{**declaration, "name": field.name, "columns": columns}))
    return tuple(found)


def _declare(default: str | None, **declaration: Any) -> Any:
    return dataclasses.field(default=default, metadata={_DECLARATION: declaration})


def _labels(en: str, de: str) -> Mapping[str, str]:
    return {"en": en, "de": de} if en else {}
