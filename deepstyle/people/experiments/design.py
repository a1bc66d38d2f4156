"""What an experiment compares and measures: declared when it starts, and never changed."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self, get_args

from deepstyle.errors import UsageError

Method = Literal["interleave", "ab"]
Surface = Literal["search"]
Metric = Literal["click", "like", "add_to_cart", "purchase"]
Guardrail = Literal["hides", "no_results", "errors", "slow"]
Arm = Literal["A", "B"]

GUARDRAILS: Final[Mapping[Method, tuple[Guardrail, ...]]] = {
    "interleave": ("hides",),  # both rankings answer every query: what it takes, and what fails, is nobody's
    "ab": get_args(Guardrail),
}
EVENT_SURFACES: Final[Mapping[Surface, str]] = {"search": "results"}
"""How events name the surfaces."""
SLOW_MS: Final = 500
"""An answer that takes longer counts as slow."""
MAX_NAME_CHARS: Final = 64
_NAME: Final = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MAX_NAME_CHARS - 1}}}")


@dataclass(frozen=True, slots=True)
class Experiment:
    """Two variants of the ranking on one surface, ``a`` the usual one.

    ``interleave`` mixes both in one list, ``ab`` shows each shopper one of them. ``metric`` is what a shopper is to do
    more often, ``guardrails`` what she must not do, or meet, more often than by the factor 1 + ``tolerance``. ``alpha``
    is the chance of a false result, however often the report is read. ``share`` is the part of the shoppers that takes
    part. ``salt`` makes the assignment independent of other experiments. Times are in seconds since 1970.
    """

    name: str
    surface: Surface
    method: Method
    a: str
    b: str
    metric: Metric
    guardrails: tuple[Guardrail, ...]
    tolerance: float
    alpha: float
    share: float
    salt: str
    started_s: float
    stopped_s: float | None = None

    def __post_init__(self) -> None:
        _check(_NAME.fullmatch(self.name) is not None, "name", "use 1 to 64 lower-case letters, digits and hyphens")
        _check(self.surface in get_args(Surface), "surface", f"use one of {', '.join(get_args(Surface))}")
        _check(self.method in get_args(Method), "method", f"use one of {', '.join(get_args(Method))}")
        _check(self.metric in get_args(Metric), "metric", f"use one of {', '.join(get_args(Metric))}")
        _check(self.method == "ab" or self.metric == "click", "metric", "interleaving compares clicks: use click")
        known = set(GUARDRAILS[self.method])
        _check(set(self.guardrails) <= known, "guardrails", f"{self.method} has {', '.join(GUARDRAILS[self.method])}")
        _check(bool(self.a and self.b) and self.a != self.b, "variants", "name two different variants")
        _check(0 <= self.tolerance <= 1, "tolerance", "use a number from 0 to 1")
        _check(0 < self.alpha <= 0.2, "alpha", "use a number above 0, up to 0.2")
        _check(0 < self.share <= 1, "share", "use a number above 0, up to 1")

    @property
    def is_running(self) -> bool:
        """Whether it was not stopped."""
        return self.stopped_s is None

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """The experiment of a record."""
        return cls(**{**fields, "guardrails": tuple(fields["guardrails"])})

    def fields(self) -> dict[str, Any]:
        """The record of the experiment."""
        return {**asdict(self), "guardrails": list(self.guardrails)}


def _check(is_right: bool, field: str, remedy: str) -> None:
    if not is_right:
        raise UsageError(f"an experiment's {field} cannot be used.", remedy=f"{remedy[0].upper()}{remedy[1:]}.")
