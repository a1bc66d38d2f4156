"""Training configurations: a TOML file, checked by a frozen pydantic dataclass.

Each kind of training declares its dataclass with ``CONFIG``; everything that reads one goes through here, so that every
configuration has the same rules: unknown tables and fields are rejected, no value is converted (but an integer for a
float), and what is left out has the dataclass's default.
"""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from deepstyle.errors import UsageError
from deepstyle.files import read_toml

CONFIG: Final = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
"""How a configuration's dataclass is checked."""
MAX_NUMBER: Final = 2**31 - 1

Count = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
CountOrZero = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
Positive = Annotated[float, Field(gt=0, le=MAX_NUMBER)]
PositiveOrZero = Annotated[float, Field(ge=0, le=MAX_NUMBER)]
Share = Annotated[float, Field(ge=0, lt=1)]
"""A fraction of a whole, below 1."""

ConfigT = TypeVar("ConfigT")


def read_config(path: Path | None, model: type[ConfigT], **overrides: Any) -> ConfigT:
    """The configuration in the TOML file ``path``, or the default; ``overrides`` that are not ``None`` replace fields.

    Raises ``UsageError`` naming the file, the table and the field that is wrong.
    """
    try:
        values = read_toml(path) if path else {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", remedy="Check the path.") from error
    except ValueError as error:
        raise UsageError(f"{path} is not TOML: {error}.", remedy="Correct it; configs/ has examples.") from error
    values |= {name: value for name, value in overrides.items() if value is not None}
    return parse_config(values, model, str(path) if path else "the configuration")


def parse_config(values: Mapping[str, Any], model: type[ConfigT], source: str) -> ConfigT:
    """The configuration that ``values`` hold; ``source`` names where they come from. Raises ``UsageError``."""
    try:  # as JSON: strict Python values would have to be tuples and dataclasses
        return TypeAdapter(model).validate_json(json.dumps(values, default=str))
    except ValidationError as error:
        raise _usage_error(error.errors()[0], model, source) from error


def as_json(values_of: Any) -> dict[str, Any]:
    """A dataclass as it comes back from JSON, where tuples are lists."""
    values: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(values_of)))
    return values


def _usage_error(problem: ErrorDetails, model: type, source: str) -> UsageError:
    """The first problem in words: ``run.toml: [batch] garments: input should be greater than or equal to 1, not 0.``"""
    tables = {field.name: field.default_factory for field in dataclasses.fields(model)}
    first, *rest = [str(part) for part in problem["loc"]] or [""]
    is_table = dataclasses.is_dataclass(tables.get(first)) or isinstance(problem["input"], dict)
    where = " ".join([f"[{first}]" if first and is_table else first, *rest[:1]])
    if problem["type"] == "unexpected_keyword_argument":
        known = dataclasses.fields(tables[first]) if rest else dataclasses.fields(model)  # type: ignore[arg-type]
        names = ", ".join(field.name for field in known)
        return UsageError(f"{source}: {where} is unknown.", remedy=f"Known here: {names}.")
    if problem["type"] == "dataclass_type":
        return UsageError(f"{source}: {where} is not a table.", remedy=f"Write {where} above its fields.")
    reason = problem["msg"].removeprefix("Value error, ")
    found = "" if problem["type"] == "value_error" else f", not {problem['input']!r}"
    return UsageError(
        f"{source}: {where}{': ' if where else ''}{reason[:1].lower()}{reason[1:]}{found}.",
        remedy="Correct the value, or leave the line out to use the default.",
    )
