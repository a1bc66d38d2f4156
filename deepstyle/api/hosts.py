"""Which names this server answers to, so that another site's name that points here reaches nothing (DNS rebinding)."""

from dataclasses import dataclass
from typing import Self

from deepstyle.api.clients import address_of, without_port
from deepstyle.api.problems import ProblemError
from deepstyle.settings import Settings


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that are answered; ``everything`` where any is.

    Addresses and names without a dot are always answered: nobody can register one and let it point here.
    """

    names: frozenset[str]
    everything: bool

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """``allowed_hosts``; where it is empty, every name on an address of the network, and local ones on loopback."""
        names = frozenset(name.strip().lower().rstrip(".") for name in settings.allowed_hosts.split(",")) - {""}
        loopback = address_of(settings.host)
        is_local = settings.host == "localhost" or (loopback is not None and loopback.is_loopback)
        everything = "*" in names or (not names and not is_local)
        return cls(names | {settings.host.lower()}, everything)

    def check(self, given: list[str]) -> None:
        """Raise ``ProblemError`` where the ``Host`` headers name another host; none at all is HTTP/1.0's."""
        if self.everything or not given:
            return
        if len(given) > 1 or not self._is_ours(without_port(given[0].strip()).lower().rstrip(".")):
            raise ProblemError("unknown-host", f"this server does not answer to {given[0][:100]!r}.")

    def _is_ours(self, name: str) -> bool:
        if name in self.names or address_of(name) is not None or name.endswith(".localhost"):
            return True
        if "." not in name:
            return bool(name)
        return any(known.startswith("*.") and name.endswith(known[1:]) for known in self.names)
