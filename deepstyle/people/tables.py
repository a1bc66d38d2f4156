"""The tables of the store of people, each declared once; rooms below ``people`` use theirs by its name."""

from collections.abc import Mapping
from typing import Final

from deepstyle.people.base import Table

FACTS: Final = "facts"
_ACCOUNT: Final = "until the account is deleted"
_LISTS: Final = "until removed or the account is deleted; for a pseudonym, as long as its consent"

TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        Table(
            "people",
            indexed=("email_digest",),
            purpose="accounts: e-mail address (encrypted), role, password as an Argon2 hash",
            kept=_ACCOUNT,
            secret=("password", "password_hash"),
        ),
        Table(  # by a digest of provider and subject
            "identities",
            indexed=("person_id",),
            purpose="sign-in with another provider or a passkey",
            kept="until unlinked or the account is deleted",
        ),
        Table(
            "sessions",
            indexed=("person_id",),
            is_backed_up=False,
            purpose="who is signed in, where, since when",
            kept="until sign-out or expiry",
            secret=("token", "token_digest", "csrf_token"),
        ),
        Table(
            "links",
            is_backed_up=False,
            purpose="one-time links: confirm, reset, change of e-mail",
            kept="until used or expired",
            secret=("token", "token_digest"),
        ),
        Table(
            "throttle",
            is_backed_up=False,
            purpose="slows guessing of passwords; digests and counts",
            kept="for minutes to a day",
        ),
        Table(
            "consents",
            indexed=("client_id",),
            purpose="what a pseudonym consented to and when, as a proof; whose it is, once she signed in",
            kept="for 180 days, and as long as events are kept",
        ),
        Table("wishlist", purpose="items that a person wishes for (encrypted)", kept=_LISTS),
        Table("looks", purpose="looks that a person saved (encrypted)", kept=_LISTS),
        Table("history", purpose="items that a person viewed, the last 200 (encrypted)", kept=_LISTS),
        Table("sizes", purpose="sizes that a person wears (encrypted)", kept=_LISTS),
        Table("hidden", purpose='items that are "not my style" (encrypted)', kept=_LISTS),
        Table("daily", purpose="counts by day, without a person", kept="as long as events; nobody is in it"),
        Table(
            "daily_digests",
            is_backed_up=False,
            purpose="digests of rare queries, with the day's random salt, until they are counted",
            kept="until the day is over",
        ),
        Table("experiments", purpose="experiments and their results, without a person", kept="until deleted"),
        Table("rules", purpose="the merchandiser's rules", kept="until deleted"),
        Table("synonyms", purpose="the merchandiser's synonyms", kept="until deleted"),
        Table("redirects", purpose="the merchandiser's redirects", kept="until deleted"),
        Table("editorial", purpose="looks that a merchandiser arranged", kept="until deleted"),
        Table("margins", purpose="margins of items, in percent of the price", kept="until deleted"),
        Table(
            "audit",
            indexed=("state", "target"),
            purpose="what the staff changed, when and by which account",
            kept="without limit",
        ),
        Table("rankings", purpose="which learned ranking serves, and which did", kept="until deleted"),
        Table("associations", purpose="which learned pairs of items serve, and which did", kept="until deleted"),
        Table("tombstones", purpose="a digest of who was erased, so that no backup restores her", kept="without limit"),
        Table(FACTS, purpose="facts about this store, such as which keys are its own", kept="without limit"),
    )
}
