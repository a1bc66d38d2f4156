"""The digest that a store keeps beside every row, so that a changed byte is noticed."""

import hashlib
import json
from typing import Any, Final

DIGEST_BYTES: Final = 16


def row_digest(*values: Any) -> bytes:
    """BLAKE2b of ``values`` (texts, numbers, bytes, ``None``, and lists and dicts of them) as JSON, bytes in hex."""
    text = json.dumps(values, sort_keys=True, default=bytes.hex)
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()
