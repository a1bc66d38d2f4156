"""Passwords: Argon2id by ``pwdlib``, two computations at a time, the same work for addresses that nobody has.

The cost is the second recommendation of RFC 9106 with one lane. ``python -m bench.accounts`` prints what it takes.
"""

import threading
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from deepstyle.errors import UsageError

if TYPE_CHECKING:
    from pwdlib.hashers.argon2 import Argon2Hasher

MIN_PASSWORD_CHARS: Final = 10
MAX_PASSWORD_CHARS: Final = 128
PARALLEL_HASHES: Final = 2
"""Computations at a time in one process; each takes ``memory_kib`` and a core."""
_MIN_DIFFERENT_CHARS: Final = 5
_running: Final = threading.BoundedSemaphore(PARALLEL_HASHES)


@dataclass(frozen=True)
class Passwords:
    """Hashes and verifies passwords at a cost of ``passes`` over ``memory_kib`` of memory.

    A method takes 100 ms and more, and waits where two computations run.
    """

    passes: int = 3
    memory_kib: int = 64 * 1024

    def hash(self, password: str) -> str:
        """The hash of a password, with its salt and cost."""
        with _running:
            return self._hasher.hash(_folded(password))

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether ``password`` is the one of ``stored``; the same work, and false, where there is no hash."""
        with _running:
            is_right = self._hasher.verify(_folded(password), stored or self._nobody)
        return is_right and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made at another cost."""
        return self._hasher.check_needs_rehash(stored)

    def warm_up(self) -> None:
        """Compute what ``verify`` compares with where there is no hash, so that the first login takes no longer."""
        _ = self._nobody

    @cached_property
    def _hasher(self) -> "Argon2Hasher":
        from pwdlib.hashers.argon2 import Argon2Hasher

        return Argon2Hasher(time_cost=self.passes, memory_cost=self.memory_kib, parallelism=1)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("the password of nobody")


def require_strength(password: str, email: str) -> None:
    """Raise ``UsageError`` for a new password that is too short, too long, of few characters, or has the address."""
    folded = _folded(password)
    if not MIN_PASSWORD_CHARS <= len(folded) <= MAX_PASSWORD_CHARS:
        raise UsageError(
            f"password: it has to have {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters.",
            remedy="Take several words that do not belong together.",
        )
    local = email.partition("@")[0]
    has_address = len(local) >= _MIN_DIFFERENT_CHARS and local in folded.lower()
    if len(set(folded)) < _MIN_DIFFERENT_CHARS or has_address:
        raise UsageError(
            "password: it is easy to guess.", remedy="Take several words that have nothing to do with your address."
        )


def _folded(password: str) -> str:
    """One spelling, whatever keyboard it was typed on (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
