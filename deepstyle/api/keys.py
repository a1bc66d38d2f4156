"""The store's API keys and sessions in one server process.

Keys are read again after seconds, so that all processes see a revocation; sessions, with their keys, each time.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from starlette.concurrency import run_in_threadpool

from deepstyle.store import Store
from deepstyle.store.keys import ApiKey, digest_of, find_key, note_use, read_keys
from deepstyle.store.sessions import SignedIn, end_session, find_session, open_session, use_link

AGE_S: Final = 2.0
log = logging.getLogger("deepstyle.api")


class KeyRing:
    """The keys of the store, at most ``AGE_S`` old; ``write`` opens the store for the days of last use."""

    def __init__(self, read: Callable[[], Store], write: Callable[[], Store]) -> None:
        self._read = read
        self._write = write
        self._keys: tuple[ApiKey, ...] = ()
        self._read_at_s = float("-inf")
        self._noted: dict[str, date] = {}
        self._notes: set[asyncio.Task[None]] = set()

    async def keys(self) -> tuple[ApiKey, ...]:
        """The keys; raises ``ProblemError`` (not-ready) where the store cannot be read: then nobody is let in."""
        if time.monotonic() - self._read_at_s >= AGE_S:
            began_s = time.monotonic()
            self._keys = await run_in_threadpool(lambda: read_keys(self._read()))
            self._read_at_s = began_s
        return self._keys

    def find(self, keys: tuple[ApiKey, ...], token: str) -> ApiKey | None:
        """The valid key of a token."""
        return find_key(keys, token, datetime.now(UTC))

    async def session(self, token: str) -> SignedIn | None:
        """Whom a session's token acts for now."""
        return await run_in_threadpool(lambda: find_session(self._read(), token, datetime.now(UTC)))

    async def sign_in(self, token: str, *, replaces: str) -> tuple[str, datetime]:
        """Begin a session for a key's token, in place of another one; return the session's token and its end."""
        return await run_in_threadpool(self._sign_in, digest_of(token), replaces)

    async def use_link(self, code: str, *, replaces: str) -> tuple[str, datetime] | None:
        """Exchange a link for a session as ``sign_in``; ``None`` where the link is no longer good."""
        digest = await run_in_threadpool(lambda: use_link(self._write(), code, datetime.now(UTC)))
        return await run_in_threadpool(self._sign_in, digest, replaces) if digest else None

    async def sign_out(self, token: str) -> None:
        """End a session."""
        await run_in_threadpool(lambda: end_session(self._write(), token))

    def _sign_in(self, key_digest: str, replaces: str) -> tuple[str, datetime]:
        return open_session(self._write(), key_digest, datetime.now(UTC), replaces=replaces)

    def note_use(self, key: ApiKey) -> None:
        """Have the day of this use written, once a day and process; a store that cannot be written has none."""
        today = datetime.now(UTC).date()
        if key.last_used == today.isoformat() or self._noted.get(key.name) == today:
            return
        self._noted[key.name] = today
        note = asyncio.create_task(run_in_threadpool(self._write_use, key.name))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    def _write_use(self, name: str) -> None:
        try:
            note_use(self._write(), name)
        except Exception as error:  # of no consequence for the request, which is answered meanwhile
            log.debug("the last use of a key was not written: %s", type(error).__name__)
