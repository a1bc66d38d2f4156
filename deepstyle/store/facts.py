"""One fact about the store that several processes change: each change is made of what the last one wrote."""

from collections.abc import Callable
from typing import Final

from deepstyle.errors import StoreError
from deepstyle.store.base import Store

_ATTEMPTS: Final = 10


def change_fact(store: Store, key: str, change: Callable[[str | None], str]) -> str:
    """Replace a fact by what ``change`` makes of it, again where another process changed it meanwhile; return it.

    Raises ``StoreError`` where other processes change it each time.
    """
    for _ in range(_ATTEMPTS):
        stored = store.meta(key)
        text = change(stored)
        if text == stored or store.publish({key: text}, {}, given={key: stored}):
            return text
    raise StoreError(f"other processes keep changing {key}.", remedy="Run the command again.")
