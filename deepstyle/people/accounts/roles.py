"""What an account may do beyond its own data."""

from typing import Final, Literal, get_args

from deepstyle.errors import UsageError

Role = Literal["shopper", "merchandiser", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""From the least to the most; each includes those before it."""


def includes(role: Role, other: Role) -> bool:
    """Whether ``role`` may do all that ``other`` may."""
    return ROLES.index(role) >= ROLES.index(other)


def checked_role(text: str) -> Role:
    """The role that ``text`` names; raises ``UsageError``."""
    found = next((role for role in ROLES if role == text), None)
    if found is None:
        raise UsageError(f"{text!r} is not a role.", remedy=f"Choose one of {', '.join(ROLES)}.")
    return found
