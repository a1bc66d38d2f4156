"""The website's addresses that mails and other sites lead to.

What a link carries stands after the ``#``, where no server and no log gets to see it.
"""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from deepstyle.errors import UsageError

CONFIRM_PAGE: Final = "/account/confirm"
ADDRESS_PAGE: Final = "/account/address"
RESET_PAGE: Final = "/account/reset"
ACCOUNT_PAGE: Final = "/account"
SIGN_IN_PAGE: Final = "/account/sign-in"


@dataclass(frozen=True, slots=True)
class Site:
    """The website as people reach it; ``url`` has no slash at its end."""

    url: str

    @classmethod
    def of(cls, public_url: str) -> Self:
        """The site at ``DEEPSTYLE_PUBLIC_URL``; raises ``UsageError`` where that is not set."""
        if not public_url:
            raise UsageError(
                "accounts are on, but where people reach the website is not configured.",
                remedy="Set DEEPSTYLE_PUBLIC_URL to an address such as https://shop.example.",
            )
        return cls(public_url)

    @property
    def host(self) -> str:
        """The host name, which is also the relying party of passkeys."""
        return urlsplit(self.url).hostname or ""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def link(self, page: str, token: str) -> str:
        """The address of a page with a one-time token."""
        return f"{self.url}{page}#token={token}"
