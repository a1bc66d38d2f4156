"""What a follower reports of itself, such as to the server's metrics."""

from typing import Protocol


class Notes(Protocol):
    """Called by the follower's thread."""

    def has_followed(self, time_s: float) -> None:
        """The index has everything that was written before ``time_s``; 0 where another process follows."""
        ...

    def has_written(self, rows: int) -> None:
        """Rows were written or deleted."""
        ...

    def has_built(self) -> None:
        """A new index was verified and became the live one."""
        ...

    def has_failed(self) -> None:
        """Following ended with an error, and begins again."""
        ...


class Unnoted:
    """See ``Notes``; nobody reads them."""

    def has_followed(self, time_s: float) -> None:
        """See ``Notes.has_followed``."""

    def has_written(self, rows: int) -> None:
        """See ``Notes.has_written``."""

    def has_built(self) -> None:
        """See ``Notes.has_built``."""

    def has_failed(self) -> None:
        """See ``Notes.has_failed``."""
