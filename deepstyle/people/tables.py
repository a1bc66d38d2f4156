"""The tables of the store of people, each declared once; rooms below ``people`` use theirs by its name."""

from collections.abc import Mapping
from typing import Final

from deepstyle.people.base import Table

TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        Table("people", indexed=("email_digest",)),
        Table("identities", indexed=("person_id",)),  # OIDC subjects and passkeys, by provider and subject
        Table("sessions", indexed=("person_id",), is_backed_up=False),
        Table("links", is_backed_up=False),  # one-time: confirm, reset, change of e-mail
        Table("throttle", is_backed_up=False),
        Table("consents", indexed=("client_id",)),
        Table("wishlist"),
        Table("looks"),
        Table("history"),
        Table("sizes"),
        Table("hidden"),  # "not my style"
        Table("daily"),  # counts without a person: day, name
        Table("daily_digests", is_backed_up=False),  # of rare queries, until the day is over, and the day's salt
        Table("experiments"),
        Table("rules"),  # the merchandiser's
        Table("synonyms"),
        Table("redirects"),
        Table("editorial"),  # looks that a merchandiser arranged
        Table("audit"),
        Table("rankings"),  # which learned ranking serves, and which did
        Table("tombstones"),  # owners that were erased, by a digest of their id
    )
}
