"""Which addresses may be fetched from: URLs before their host is resolved, and IP addresses after.

Feeds are written by others, so an address in one must not reach what only this machine can reach. The networks are
those of IANA's special-purpose registries (RFC 6890). Of IPv6 only global unicast is allowed, without what embeds an
IPv4 address (mapped, 6to4, Teredo, NAT64).
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from deepstyle.download.causes import FetchError

Allowed = frozenset[tuple[str, int]]
"""(host, port) pairs that may be fetched from wherever they are; a host is in lower case, without brackets."""

USUAL_PORTS: Final = (80, 443, 8080, 8443)
MAX_URL_CHARS: Final = 8_192
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_IPV4_SPECIAL: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        ),
    )
)  # fmt: skip
_IPV6_GLOBAL: Final = ipaddress.IPv6Network("2000::/3")
_IPV6_SPECIAL: Final = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)
_HOST_NAME: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SAFE: Final = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be requested, once its host's addresses are checked; ``path`` is quoted, with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """``host:port`` as the header ``Host`` has it: the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole URL."""
        return f"{self.scheme}://{self.origin}{self.path}"


def read_allowed(setting: str) -> Allowed:
    """``DEEPSTYLE_DOWNLOAD_ALLOW`` (``127.0.0.1:8000, [::1]:80``) as pairs; entries that are none are left out."""
    entries = (entry.strip().lower().rpartition(":") for entry in setting.split(","))
    return frozenset((host.strip("[]"), int(port)) for host, _, port in entries if host and port.isdecimal())


def check_url(url: str, allowed: Allowed = frozenset()) -> Target:
    """The parts of ``url``. Raises ``FetchError``: ``bad-address``, ``refused-address`` for a host that is a number."""
    if len(url) > MAX_URL_CHARS:
        raise FetchError("bad-address", f"The address has {len(url):,} characters; the limit is {MAX_URL_CHARS:,}.")
    try:
        parts = urlsplit(url.strip())
        host, port = _host_name(parts.hostname or ""), parts.port
    except ValueError as error:
        raise FetchError("bad-address", f"{_shown(url)} is no address.") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise FetchError("bad-address", f"{_shown(url)} is not http or https.")
    if parts.username is not None or parts.password is not None:
        raise FetchError("bad-address", "The address contains a user name or a password.")
    port = port or _DEFAULT_PORTS[parts.scheme]
    if port not in USUAL_PORTS and (host, port) not in allowed:
        raise FetchError("bad-address", f"{host}:{port} is not a usual port.")
    path = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE + '?')}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def check_address(address: str, host: str) -> None:
    """Raise ``FetchError`` ``refused-address`` where ``address``, which ``host`` resolved to, is not public."""
    if not is_public(address):
        raise FetchError("refused-address", f"{host} is at {address}, which is not a public address.")


def is_public(address: str) -> bool:
    """Whether an IP address is a public unicast address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _IPV4_SPECIAL)
    return ip in _IPV6_GLOBAL and not any(ip in network for network in _IPV6_SPECIAL)


def _host_name(host: str) -> str:
    """The host in lower case and ASCII. Raises ``ValueError`` and ``FetchError``."""
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    name = host.lower().rstrip(".")
    if not name.isascii():
        import idna  # of the extra ``download``

        name = idna.encode(name, uts46=True).decode("ascii")
    if not _HOST_NAME.fullmatch(name) or len(name) > 253:
        raise ValueError("no host name")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        _check_quad(name)
    return name


def _check_quad(host: str) -> None:
    """A host that ends in a number is an address: the system also reads 2130706433, 0x7f.1 and 0177.0.0.1 as such."""
    try:
        ipaddress.IPv4Address(host)
    except ValueError as error:
        raise FetchError("refused-address", f"{host[:60]} is an address not written as four numbers.") from error


def _shown(url: str) -> str:
    return ascii(url if len(url) <= 80 else url[:80] + "…")
