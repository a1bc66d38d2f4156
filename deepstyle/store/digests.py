"""The digest that a store saves with every row, so that a changed byte is detected."""

import hashlib
import json
from typing import Any, Final

DIGEST_BYTES: Final = 16
_as_json = json.JSONEncoder(sort_keys=True).encode


def row_digest(*values: Any) -> bytes:
    """BLAKE2b of ``values``: texts, numbers, ``None``, and lists and dicts of them as JSON, then all that are bytes."""
    blobs = [value for value in values if isinstance(value, bytes)]
    text = _as_json([{"bytes": len(value)} if isinstance(value, bytes) else value for value in values])
    digest = hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES)
    for blob in blobs:
        digest.update(blob)
    return digest.digest()
