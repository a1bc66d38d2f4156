"""Lists that a cell has as text: JSON, and Python's own notation in data sets."""

import json
import re
from typing import Any, Final

_MAX_CHARS: Final = 65_536
_TEXT: Final = r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\""""
_PYTHON: Final = re.compile(rf"\[\s*+(?:(?:{_TEXT})\s*+(?:,\s*+|(?=\])))++\]", re.DOTALL)
_ENTRY: Final = re.compile(_TEXT, re.DOTALL)


def listed(value: Any) -> Any:
    """The texts that a text such as ``["S", "M"]`` or ``['S', 'M']`` lists; anything else as it is.

    >>> listed("['S', 'M']"), listed("[S] Shirt")
    (['S', 'M'], '[S] Shirt')
    """
    if not isinstance(value, str) or not (text := value.strip()).startswith("[") or len(text) > _MAX_CHARS:
        return value
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        if not _PYTHON.fullmatch(text):
            return value
        found = [re.sub(r"\\(.)", r"\1", entry[1:-1]) for entry in _ENTRY.findall(text)]
    is_of_texts = isinstance(found, list) and any(found) and all(isinstance(one, str) for one in found)
    return found if is_of_texts else value
