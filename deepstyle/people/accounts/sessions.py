"""Sessions of signed-in people: records of the store, so that every server sees a sign-in and its end at once.

A browser's cookie has 256 random bits, the store their SHA-256. A session ends by itself after a time without use, and
after a time at the latest; sooner for those who may do more than shop. Each sign-in begins a new one.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deepstyle.people.accounts.roles import Role
from deepstyle.people.accounts.tokens import digest_of, is_token, new_token
from deepstyle.people.base import PeopleStore, Record

MAX_SESSIONS: Final = 20
"""Sessions of one person; where another one begins, the one that was not used for longest ends."""
IDLE_S: Final = 14 * 24 * 3600
LIFE_S: Final = 90 * 24 * 3600
STAFF_IDLE_S: Final = 2 * 3600
STAFF_LIFE_S: Final = 12 * 3600
FRESH_S: Final = 900
"""How long after a sign-in a person need not prove again who she is, where she has no password to do so."""
_NOTE_S: Final = 300
"""A session's last use is written again after this time, not with each request."""
_DEVICES: Final = (
    ("system", (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
                ("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))),
    ("browser", (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"),
                 ("Safari", "Safari"))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Session:
    """A session without its token; times in seconds since 1970. ``device`` is a browser and a system in words."""

    session_id: str
    person_id: str
    device: str
    began_s: float
    used_s: float
    ends_s: float
    digest: str

    @property
    def is_fresh(self) -> bool:
        """Whether the person signed in just now."""
        return time.time() - self.began_s < FRESH_S


def begin(store: PeopleStore, person_id: str, role: Role, *, user_agent: str = "", replaces: str = "") -> str:
    """Begin a session and return its token; the one of the token ``replaces`` ends."""
    if replaces:
        end(store, replaces)
    _make_room(store, person_id)
    token, now_s = new_token("dsp"), time.time()
    idle_s, life_s = (IDLE_S, LIFE_S) if role == "shopper" else (STAFF_IDLE_S, STAFF_LIFE_S)
    fields = {"person_id": person_id, "device": device_of(user_agent), "used_s": now_s, "idle_s": idle_s}
    fields["ends_s"] = now_s + life_s
    store.put("sessions", digest_of(token), fields, owner=person_id, expires_s=now_s + idle_s)
    return token


def find(store: PeopleStore, token: str) -> Session | None:
    """The session of a token, whose use is noted; ``None`` where it has ended or never was."""
    record = store.get("sessions", digest_of(token)) if is_token(token, "dsp") else None
    if record is None:
        return None
    now_s, fields = time.time(), record.fields
    if now_s - fields["used_s"] > _NOTE_S:
        until_s = min(now_s + fields["idle_s"], fields["ends_s"])
        # With the version: a session that is ended meanwhile does not come back.
        noted = {**fields, "used_s": now_s}
        store.put("sessions", record.key, noted, owner=record.owner, expires_s=until_s, version=record.version)
    return _session(record)


def end(store: PeopleStore, token: str) -> None:
    """End the session of a token, whether there is one or not."""
    if is_token(token, "dsp"):
        store.remove("sessions", digest_of(token))


def sessions_of(store: PeopleStore, person_id: str) -> Sequence[Session]:
    """A person's sessions, the one that was used last first."""
    found = [_session(record) for record in store.owned("sessions", person_id, limit=1000)]
    return sorted(found, key=lambda one: one.used_s, reverse=True)


def end_one(store: PeopleStore, person_id: str, session_id: str) -> bool:
    """End one of a person's own sessions; false where she has none of this id."""
    found = [one for one in sessions_of(store, person_id) if one.session_id == session_id]
    return any(store.remove("sessions", one.digest) for one in found)


def end_all(store: PeopleStore, person_id: str, *, but: str = "") -> int:
    """End the sessions of a person, except the one of the token ``but``, and return how many."""
    spared = digest_of(but) if but else ""
    ended = [store.remove("sessions", one.digest) for one in sessions_of(store, person_id) if one.digest != spared]
    return sum(ended)


def device_of(user_agent: str) -> str:
    """The browser and the system that a header ``User-Agent`` names, no more: ``Firefox, Linux``."""
    text = re.sub(r"[^ -~]", "", user_agent[:512])
    found = [next((name for part, name in names if part in text), "") for _, names in reversed(_DEVICES)]
    return ", ".join(filter(None, found))


def _make_room(store: PeopleStore, person_id: str) -> None:
    for one in sessions_of(store, person_id)[MAX_SESSIONS - 1 :]:
        store.remove("sessions", one.digest)


def _session(record: Record) -> Session:
    fields = record.fields
    return Session(
        session_id=record.key[:16],
        person_id=fields["person_id"],
        device=fields["device"],
        began_s=record.created_s,
        used_s=fields["used_s"],
        ends_s=fields["ends_s"],
        digest=record.key,
    )
