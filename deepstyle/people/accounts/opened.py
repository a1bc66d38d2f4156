"""Accounts as the settings say: who may be mailed, how passwords are hashed, which providers there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

from deepstyle.errors import MissingDependencyError
from deepstyle.people.accounts.mail import MailServer, Outbox, checked_sender, message
from deepstyle.people.accounts.mail_texts import Kind, Language, mail_text
from deepstyle.people.accounts.oidc import Client
from deepstyle.people.accounts.oidc_providers import read_providers
from deepstyle.people.accounts.passwords import Passwords
from deepstyle.people.accounts.site import Site
from deepstyle.people.opened import People
from deepstyle.settings import Settings

CALLBACK: Final = "/v1/accounts/oidc/{}/callback"
NO_MAIL: Final = (
    "DEEPSTYLE_SMTP_URL is not set: nobody can sign up, choose a new password or change an address without help. "
    "`deepstyle users create` and `deepstyle users reset-link` print links that can be handed over."
)
COST: Final = Passwords()


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that mail is handed to, and the sender."""

    server: MailServer
    sender: str

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """What the settings say, ``None`` where no mail can be sent; raises ``UsageError``."""
        if not settings.smtp_url:
            return None
        server = MailServer.of(settings.smtp_url)
        host = Site.of(settings.public_url).host if settings.public_url else "localhost"
        sender = settings.mail_from or f"no-reply@{host}"
        checked_sender(sender)
        return cls(server, sender)


@dataclass(frozen=True, eq=False)
class Accounts:
    """What signing up, signing in and changing an account need; one per process, closed at its end."""

    people: People
    site: Site
    passwords: Passwords
    mail: Mail | None
    outbox: Outbox
    providers: Mapping[str, Client]

    @classmethod
    def open(cls, people: People) -> Self:
        """Accounts over a store; raises what ``checked`` raises."""
        settings = people.settings
        require_packages()
        site, mail = Site.of(settings.public_url), Mail.of(settings)
        return cls(people, site, COST, mail, Outbox(), _providers(settings, site))

    def post(self, kind: Kind, to: str, language: Language, link: str = "") -> None:
        """Hand one mail over, now; raises ``OSError`` or ``smtplib.SMTPException``. Without a mail server: nothing."""
        if self.mail is not None:
            subject, text = mail_text(language, kind, shop=self.site.host, link=link)
            self.mail.server.send(message(self.mail.sender, to, subject, text))

    def post_soon(self, kind: Kind, to: str, language: Language, link: str = "") -> None:
        """Have one mail sent; raises ``OverloadedError`` where too much waits."""
        self.outbox.put(lambda: self.post(kind, to, language, link))

    def close(self) -> None:
        """Send what waits; the store stays open."""
        self.outbox.close()


def checked(settings: Settings) -> None:
    """Raise ``UsageError``, ``DataError`` or ``MissingDependencyError`` where accounts are on and cannot work."""
    if settings.accounts:
        require_packages()
        _providers(settings, Site.of(settings.public_url))
        Mail.of(settings)


def require_packages() -> None:
    """Raise ``MissingDependencyError`` without the extra ``people``."""
    for name in ("pwdlib", "argon2", "authlib", "webauthn", "cryptography"):
        if find_spec(name) is None:
            raise MissingDependencyError(
                f"accounts need {name}, which is not installed.", remedy="Run `pip install 'deepstyle[people]'`."
            )


def _providers(settings: Settings, site: Site) -> Mapping[str, Client]:
    found = read_providers(Path(settings.oidc)) if settings.oidc else {}
    return {key: Client(one, site.url + CALLBACK.format(key)) for key, one in found.items()}
