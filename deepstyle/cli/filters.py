"""Options that follow from the declared fields of an item: a filter of a search, and the values of one item."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer

from deepstyle.catalogue.fields import Field
from deepstyle.catalogue.item import CATALOGUE_FIELDS, RANGE_FILTERS, SEMANTIC_CATEGORIES, VALUE_FILTERS, ItemFilter
from deepstyle.catalogue.stock import IN_STOCK
from deepstyle.errors import UsageError

EVERYTHING: Final = ItemFilter()
Command = Callable[..., None]
Option = tuple[str, Any, Any]
"""A parameter's name, its type with the option, and its default."""

_VALUE_TYPES = {"text": str | None, "number": float | None}
_TEXT_HELP = "Only where every word is, as a whole, in the title, the brand or the category."
_IN_STOCK_HELP = "Leave out what the catalogue calls sold out, or not in stock yet."


def filtered(*, without: str = "", about: Mapping[str, str] = MappingProxyType({})) -> Callable[[Command], Command]:
    """Give a command, in place of its parameter ``where``, an option for each filter but the field ``without``.

    ``about`` adds a sentence to the help of a field's option.
    """
    options = [option for option in _filter_options(about) if option[0] != without]

    def decorate(command: Command) -> Command:
        return _with_options(command, "where", options, filter_of)

    return decorate


def described(command: Command) -> Command:
    """Give a command, in place of its parameter ``values``, an option for each field that a person may set."""
    fields = CATALOGUE_FIELDS
    options = [(field.name, Annotated[_VALUE_TYPES[field.kind], _value_option(field)], None) for field in fields]
    return _with_options(command, "values", options, _given)


def filter_of(options: dict[str, Any]) -> ItemFilter:
    """The filter of the options; raises ``UsageError`` for a semantic category that does not exist."""
    for name in options.get("semantic_category") or []:
        if name.casefold() not in SEMANTIC_CATEGORIES:
            known = ", ".join(SEMANTIC_CATEGORIES)
            raise UsageError(f"{name!r} is not a semantic category.", remedy=f"Use one of: {known}.")
    conditions: dict[str, Any] = dict(options)
    if conditions.pop("in_stock", False):
        if conditions.get("availability"):
            raise UsageError("--in-stock and --availability exclude each other.", remedy="Leave one of them out.")
        conditions["availability"] = IN_STOCK
    for field in VALUE_FILTERS:
        conditions[field.filter] = tuple(conditions.pop(field.name, None) or ())
    return ItemFilter(**conditions)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _filter_options(more: Mapping[str, str]) -> Iterator[Option]:
    for field in VALUE_FILTERS:
        about = f"Only this {field.name.replace('_', ' ')}, such as {field.example}; may be repeated."
        about = f"{about} {more.get(field.name, '')}".strip()
        yield field.name, Annotated[list[str] | None, typer.Option(help=about)], None
    for field in RANGE_FILTERS:
        label, unit = field.name.replace("_", " "), ", in --currency or that of most prices" if field.money else ""
        for bound, about in (("min", f"Only from this {label} on{unit}."), ("max", f"Only up to this {label}{unit}.")):
            yield f"{field.filter}_{bound}", Annotated[float | None, typer.Option(help=about, min=0)], None
    yield "in_stock", Annotated[bool, typer.Option("--in-stock", help=_IN_STOCK_HELP)], False
    yield "text", Annotated[str, typer.Option(help=_TEXT_HELP)], ""


def _value_option(field: Field) -> Any:
    about = "Omit it to keep the item's value."
    if field.name == "semantic_category":
        about = f"One of {', '.join(SEMANTIC_CATEGORIES)}."
    elif field.name == "price":
        about = "In units of the currency."
    elif field.example:
        about = f"Such as {field.example}. {about}"
    return typer.Option(help=about, min=0 if field.kind == "number" else None)


def _with_options(
    command: Command, parameter: str, options: list[Option], value_of: Callable[[dict[str, Any]], Any]
) -> Command:
    """``command`` with ``options`` in place of ``parameter``, which gets what ``value_of`` makes of them."""
    names = [name for name, _, _ in options]

    @wraps(command)
    def run(**given: Any) -> None:
        chosen = {name: given.pop(name) for name in names}
        command(**given, **{parameter: value_of(chosen)})

    signature = inspect.signature(command)
    parameters: list[inspect.Parameter] = []
    for old in signature.parameters.values():
        if old.name != parameter:
            parameters.append(old.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        parameters += [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, annotation, default in options
        ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run
