"""Consent of a browser: a pseudonym that exists only after it, what was agreed to, when, and to which text.

The browser holds a random token in a cookie. Its pseudonym (``client_id``) is a digest of the token, so nobody who
reads events can forge the cookie. The record in the store is the only proof: a token without one stands for nobody.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from deepstyle.people.base import PeopleStore, Record
from deepstyle.people.shopper import Shopper

TEXT_VERSION: Final = "2026-11.2"
"""The version of the text that people agree to (the page ``/privacy``); a new one asks everybody again."""
CONSENT_DAYS: Final = 180
"""How long consent is valid; then the website asks again."""
DAY_S: Final = 86_400
MAX_CHANGES: Final = 50
TABLE: Final = "consents"


@dataclass(frozen=True, slots=True)
class Choice:
    """What was agreed to: ``measure`` stores events under a pseudonym, ``personalise`` orders results by them."""

    measure: bool = False
    personalise: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything was agreed to."""
        return self.measure or self.personalise


REFUSED: Final = Choice()


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent of one pseudonym, as it stands; ``at_s`` is when it was given or withdrawn, in seconds since 1970."""

    client_id: str
    choice: Choice
    version: str
    at_s: float
    person_id: str = ""

    def is_valid(self, now_s: float) -> bool:
        """Whether it counts: for the present text, and not for longer than ``CONSENT_DAYS``."""
        is_recent = now_s - self.at_s < CONSENT_DAYS * DAY_S
        return self.choice.is_any and self.version == TEXT_VERSION and is_recent


def new_token() -> str:
    """A random value for the cookie, of 256 bits."""
    return secrets.token_hex(32)


def client_id_of(token: str) -> str:
    """The pseudonym of a cookie's token, in hexadecimal; "" for no token."""
    return hashlib.sha256(b"deepstyle client " + token.encode()).hexdigest()[:32] if token else ""


def read_consent(store: PeopleStore, client_id: str) -> Consent | None:
    """What the store has on a pseudonym now; nothing is remembered between two calls."""
    record = store.get(TABLE, client_id) if client_id else None
    return _consent(record) if record else None


def consent_of(store: PeopleStore, token: str, person_id: str = "") -> Consent | None:
    """What the browser of a cookie's token agreed to, as far as it is hers who uses it: ``person_id``, "" for nobody.

    Where two people share a browser, what one agreed to and did is not the other's: she is asked herself.
    """
    consent = read_consent(store, client_id_of(token))
    is_anothers = consent is not None and "" not in (person_id, consent.person_id) and consent.person_id != person_id
    return None if is_anothers else consent


def record_consent(
    store: PeopleStore, client_id: str, choice: Choice, *, person_id: str = "", kept_days: int = 0
) -> Consent:
    """Write a choice, with the time and the version of the text, after those that were made before.

    ``kept_days`` is how long the proof outlives the consent: as long as events are kept.
    """
    while True:
        record = store.get(TABLE, client_id)
        consent = Consent(client_id, choice, TEXT_VERSION, time.time(), person_id or (record.owner if record else ""))
        expires_s = consent.at_s + (CONSENT_DAYS + kept_days) * DAY_S
        fields, version = _fields(consent, record), record.version if record else 0
        if store.put(TABLE, client_id, fields, owner=consent.person_id, expires_s=expires_s, version=version):
            return consent


def link_person(store: PeopleStore, client_id: str, person_id: str) -> bool:
    """Let a person own the pseudonym of her browser, so that export and erasure find its events; false without one.

    A pseudonym that another person owns stays hers: two people may share a browser.
    """
    record = store.get(TABLE, client_id) if client_id else None
    if record is None or record.owner not in ("", person_id):
        return False
    return store.put(
        TABLE, client_id, record.fields, owner=person_id, expires_s=record.expires_s, version=record.version
    )


def client_ids_of(store: PeopleStore, person_id: str) -> list[str]:
    """The pseudonyms of a person, which her events carry."""
    found, after = list[str](), ""
    while page := store.owned(TABLE, person_id, after=after):
        found += [record.key for record in page]
        after = page[-1].key
    return found


def forget_consent(store: PeopleStore, client_id: str) -> None:
    """Delete the record of a pseudonym whose events are erased."""
    store.remove(TABLE, client_id)


def shopper_of(
    store: PeopleStore, token: str, *, person_id: str = "", session_id: str = "", is_refused: bool = False
) -> Shopper:
    """Who a request acts for: ``is_refused`` where it sends Global Privacy Control, which means no."""
    consent = None if is_refused else consent_of(store, token, person_id)
    if consent is None or not consent.is_valid(time.time()):
        return Shopper(person_id=person_id)
    choice = consent.choice
    return Shopper(consent.client_id, person_id, session_id, choice.measure, choice.personalise)


def _fields(consent: Consent, before: Record | None) -> dict[str, Any]:
    change = {**asdict(consent.choice), "version": consent.version, "at_s": consent.at_s}
    earlier: Sequence[Any] = before.fields["changes"] if before else ()
    return {"client_id": consent.client_id, **change, "changes": [*earlier, change][-MAX_CHANGES:]}


def _consent(record: Record) -> Consent:
    fields = record.fields
    choice = Choice(bool(fields["measure"]), bool(fields["personalise"]))
    return Consent(record.key, choice, str(fields["version"]), float(fields["at_s"]), record.owner)
