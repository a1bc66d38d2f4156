"""Values of typed tables (spreadsheets, Parquet, data frames) as the readers of text and JSON know them."""

import datetime
import math
from collections.abc import Mapping
from typing import Any, Final

# Beyond it a float does not hold every integer.
_MAX_WHOLE: Final = 2**53
_DEPTH: Final = 16


def plain_value(value: Any, depth: int = _DEPTH) -> Any:
    """``value`` as text, number, list or object; ``None`` for what is missing, and for bytes.

    A float that is whole becomes an integer, since spreadsheets and data frames store ids as floats; dates become
    ISO 8601; a value of another library (NumPy's, say) the one of Python that it gives, else its text.
    """
    if value is None or isinstance(value, str | bool | int):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= _MAX_WHOLE else None if math.isnan(value) else value
    if isinstance(value, bytes | bytearray | memoryview) or not depth:
        return None
    if isinstance(value, Mapping):
        return {str(key): plain_value(inner, depth - 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(inner, depth - 1) for inner in value]
    return _foreign(value, depth)


def _foreign(value: Any, depth: int) -> Any:
    """A value of a class that is not of JSON's."""
    if _is_missing(value):
        return None
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    for convert in ("item", "tolist"):
        if hasattr(value, convert):
            try:
                return plain_value(getattr(value, convert)(), depth - 1)
            except ValueError:
                continue
    return str(value)


def _is_missing(value: Any) -> bool:
    """Whether ``value`` is pandas' NaT, which like NaN is not equal to itself, or NA, which does not say."""
    try:
        return bool(value != value)
    except TypeError:
        return True
    except ValueError:  # an array
        return False
