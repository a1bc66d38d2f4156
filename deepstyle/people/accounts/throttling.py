"""Which attempts are counted together, see ``throttle``."""

from deepstyle.errors import ThrottledError
from deepstyle.people.accounts.throttle import Kind, attempt
from deepstyle.people.base import PeopleStore


def limit_logins(store: PeopleStore, email: str, network: str) -> None:
    """Count an attempt to sign in; raises ``ThrottledError``. ``network`` is "" for a client on this machine."""
    _limit(store, {"login-email": email, "login-network": network})


def limit_mail(store: PeopleStore, email: str, network: str) -> None:
    """Count a request that sends a mail; raises ``ThrottledError``."""
    _limit(store, {"mail-email": email, "mail-network": network})


def _limit(store: PeopleStore, subjects: dict[Kind, str]) -> None:
    if wait_s := attempt(store, subjects.items()):
        raise ThrottledError("there were too many attempts.", wait_s=wait_s, remedy="Wait, then try again.")
