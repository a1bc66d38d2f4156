"""What a store offers to whoever reads all of it while others write."""

from contextlib import AbstractContextManager
from typing import Protocol, Self


class PinnedStore(Protocol):
    """Part of ``Store``."""

    def pinned(self) -> AbstractContextManager[Self]:
        """This store as it is now, whatever is written meanwhile: for one thread, and for reading its content alone.

        It answers ``count``, ``spaces``, ``iter_items``, ``meta`` and ``facts``, and what is read by item id, look id
        or page of looks; a server limits how long (``StoreError``).
        """
        ...
